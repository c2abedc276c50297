"""A guide that knows and the fill that followed it, fused: whose pixel goes into the result."""
