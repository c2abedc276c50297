"""Marks that repeat over one photo."""

from wuhen.finders.watermark.finder import find_watermark

__all__ = ["find_watermark"]
