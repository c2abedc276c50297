"""What can be asked for, and the coarse-to-fine story with its schedule."""
