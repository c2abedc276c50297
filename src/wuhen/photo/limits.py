"""How large a picture may be before anything is decoded."""

from dataclasses import dataclass
from typing import Final

from wuhen.photo.errors import BrokenImage, SideTooLong, TooManyPixels
from wuhen.photo.flaws import Flaw

__all__ = ["MEGAPIXEL", "USUAL_LIMIT", "SizeLimit"]

MEGAPIXEL: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class SizeLimit:
    """How large a picture may be.

    Attributes
    ----------
    side
        Each side must be shorter than this, in pixels. JPEG has room for 65,535, and libjpeg takes 65,500.
    pixels
        The most pixels it may have: what bounds the memory that a picture needs.
    wide_pixels
        The most that it may have for more than 8 bits a sample to be kept, which take three times the memory.
    """

    side: int = 65_500
    pixels: int = 200 * MEGAPIXEL
    wide_pixels: int = 200 * MEGAPIXEL

    def allows_wide(self, size: tuple[int, int]) -> bool:
        """Whether more than 8 bits a sample may be kept of a picture of so many columns and rows."""
        width, height = size
        return width * height <= self.wide_pixels

    def check(self, name: str, size: tuple[int, int]) -> None:
        """Check the width and height that a header promises.

        Parameters
        ----------
        name
            The file's format.
        size
            Width and height.

        Raises
        ------
        BrokenImage
            One of them is not positive.
        SideTooLong, TooManyPixels
            The picture is too large.
        """
        width, height = size
        if width < 1 or height < 1:
            raise BrokenImage(name, Flaw.NO_SIZE)
        if max(size) >= self.side:
            raise SideTooLong(width, height, self.side)
        if width * height > self.pixels:
            raise TooManyPixels(width, height, self.pixels)


USUAL_LIMIT: Final = SizeLimit()
