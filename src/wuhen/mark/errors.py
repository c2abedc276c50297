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
    reason, zh
        What is wrong with it and what would be right, as the end of a sentence, and the same in Chinese.
    """

    def __init__(self, rect: Rect, reason: str, zh: str) -> None:
        super().__init__(rect, reason, zh)
        self.rect = rect
        self.reason = reason
        self._zh = zh

    @property
    def zh(self) -> str:
        """The message in Chinese."""
        x, y, width, height = self.rect
        return f"矩形 {width}x{height}（左上角 {x}, {y}）{self._zh}。"

    def __str__(self) -> str:
        x, y, width, height = self.rect
        return f"The rectangle {width}x{height} at ({x}, {y}) {self.reason}."
