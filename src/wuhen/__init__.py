"""Wuhen 无痕: erase people, objects, text and watermarks from photographs."""

from wuhen._version import __version__
from wuhen.fill import erase
from wuhen.finders import find

__all__ = ["__version__", "erase", "find"]
