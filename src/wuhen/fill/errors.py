"""What can go wrong in a fill, as exceptions of this part alone; the callers above translate them."""

__all__ = ["Cancelled", "FillError", "NothingToFillFrom"]


class FillError(ValueError):
    """The photo, the mask or an option cannot be used; the message says what would be right."""


class NothingToFillFrom(FillError):
    """The hole, or the hole and what is barred, cover the whole photo.

    Parameters
    ----------
    grown
        Pixels that the mask was grown by.
    barred
        It is what is barred that covers the rest.
    """

    def __init__(self, grown: int = 0, barred: bool = False) -> None:  # noqa: FBT001, FBT002 - positional, so that it can be pickled
        super().__init__(grown, barred)
        self.grown = grown
        self.barred = barred

    @property
    def zh(self) -> str:
        """The message in Chinese."""
        grown = f"扩展 {self.grown} 像素后" if self.grown else ""
        covering = "Mask 与 KeepOut 合起来" if self.barred else f"Mask {grown}"
        return f"{covering}覆盖了整张图片，请保留一部分作为参考。"

    def __str__(self) -> str:
        if self.barred:
            return "mask and keep_out together cover the whole photo; leave some of it to fill from"
        grown = f" grown by {self.grown} px" if self.grown else ""
        return f"the mask{grown} covers the whole photo; leave some of it to fill from"


class Cancelled(Exception):
    """The caller's ``cancelled`` check answered true, so the fill stopped without a result."""
