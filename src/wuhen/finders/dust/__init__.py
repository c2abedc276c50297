"""Dust on a sensor, and specks, hairs and scratches of a slide, a negative or a print."""

from wuhen.finders.dust.finder import find_dust

__all__ = ["find_dust"]
