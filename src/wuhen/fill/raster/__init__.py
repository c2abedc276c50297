"""Pixels and what is known of them: one scale, the pyramid, regions, alpha."""
