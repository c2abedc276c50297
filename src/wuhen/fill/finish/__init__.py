"""What is done to a filled hole in the end: blending, contrast."""
