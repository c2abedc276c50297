"""The visible mark on a result: a line of text, or a caller's own logo. Pure: arrays in, arrays out."""

from wuhen.mark.errors import BadRect, MarkError
from wuhen.mark.logo import draw_logo
from wuhen.mark.place import Rect
from wuhen.mark.text import DEFAULT_TEXT, draw_mark

__all__ = ["DEFAULT_TEXT", "BadRect", "MarkError", "Rect", "draw_logo", "draw_mark"]
