"""What can be wrong with a mark or a label."""

from wuhen.mark.place import Rect


class MarkError(ValueError):
    """A mark cannot be drawn; the base of everything this package raises."""


class BrokenLabel(MarkError):
    """A label cannot be read; the text says why."""


class SigningFailed(MarkError):
    """A picture cannot be signed: certificate, key or timestamp service are not usable, or c2pa is missing.

    The text is for the operator, not for a caller of the service. It holds nothing of the key.
    """


class BadRect(MarkError):
    """A rectangle cannot hold a logo.

    Parameters
    ----------
    rect
        As given.
    reason
        What is wrong with it and what would be right, as the end of a sentence.
    """

    def __init__(self, rect: Rect, reason: str) -> None:
        super().__init__(rect, reason)
        self.rect = rect
        self.reason = reason

    def __str__(self) -> str:
        x, y, width, height = self.rect
        return f"The rectangle {width}x{height} at ({x}, {y}) {self.reason}."
