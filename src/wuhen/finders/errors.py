"""What can go wrong in finding, as exceptions of this part alone; the callers above translate them."""

__all__ = ["Cancelled", "FinderError"]


class FinderError(ValueError):
    """What is asked for cannot be looked for; the message says what would be right."""


class Cancelled(Exception):
    """The caller's ``cancelled`` check answered true, so nothing was found."""
