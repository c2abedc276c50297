"""Bitmaps."""
