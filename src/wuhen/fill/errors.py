"""What can go wrong in a fill, as exceptions of this part alone; the callers above translate them."""

__all__ = ["Cancelled", "FillError"]


class FillError(ValueError):
    """The photo, the mask or an option cannot be used; the message says what would be right."""


class Cancelled(Exception):
    """The caller's ``cancelled`` check answered true, so the fill stopped without a result."""
