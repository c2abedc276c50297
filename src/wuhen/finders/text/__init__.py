"""The finder of text: a network tells where lines are, and their strokes are told from what lies behind."""

from wuhen.finders.text.finder import find_text

__all__ = ["find_text"]
