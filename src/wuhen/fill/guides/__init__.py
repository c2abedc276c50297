"""Who paints a hole coarsely, and how the fill follows."""
