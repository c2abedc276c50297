"""What can be wrong with an image file.

Each class is one thing a caller may want to tell apart; its message says what was found and what would be
right. Every exception is built from its own arguments alone, so it crosses a process boundary by pickling
unchanged.
"""

from collections.abc import Sequence

from wuhen.photo.formats import FORMATS
from wuhen.photo.kinds import Kind


def _any_of(formats: Sequence[str]) -> str:
    return f"{', '.join(formats[:-1])} or {formats[-1]}"


class PhotoError(ValueError):
    """An image file cannot be used; the base of everything this package raises."""


class EmptyInput(PhotoError):
    """There are no bytes at all."""

    def __str__(self) -> str:
        return f"The image file is empty (0 bytes); it must be {_any_of(FORMATS)}."


class UnknownFormat(PhotoError):
    """The file is of no format that may be read.

    Parameters
    ----------
    found
        What it is instead.
    formats
        What it may be.
    """

    def __init__(self, found: Kind, formats: Sequence[str] = FORMATS) -> None:
        super().__init__(found, formats)
        self.found = found
        self.formats = formats

    def __str__(self) -> str:
        return f"The image file is {self.found}; it must be {_any_of(self.formats)}."


class MissingReader(PhotoError):
    """The format is known, but what decodes it is not installed.

    Parameters
    ----------
    found
        What the file is: `Kind.HEIC` or `Kind.AVIF`.
    """

    def __init__(self, found: Kind) -> None:
        super().__init__(found)
        self.found = found

    @property
    def remedy(self) -> str:
        """What to install."""
        return "pip install 'wuhen[heif]'" if self.found is Kind.HEIC else "a Pillow that has AVIF"

    def __str__(self) -> str:
        return f"The image file is {self.found}, and nothing is installed to read it: {self.remedy}."


class BrokenImage(PhotoError):
    """The format is known, the content cannot be decoded.

    Parameters
    ----------
    format
        One of `wuhen.photo.FORMATS`.
    reason
        What is wrong, as the end of a sentence.
    """

    def __init__(self, format: str, reason: str) -> None:  # noqa: A002 - the field's own name
        super().__init__(format, reason)
        self.format = format
        self.reason = reason

    def __str__(self) -> str:
        return f"The {self.format} file cannot be decoded: {self.reason}."


class _TooLarge(PhotoError):
    """A picture of `width` by `height` pixels is beyond a limit."""

    def __init__(self, width: int, height: int, limit: int) -> None:
        super().__init__(width, height, limit)
        self.width = width
        self.height = height
        self.limit = limit


class SideTooLong(_TooLarge):
    """A side has `limit` pixels or more."""

    def __str__(self) -> str:
        return (
            f"The image is {self.width}x{self.height} pixels; "
            f"each side must be shorter than {self.limit} pixels."
        )


class TooManyPixels(_TooLarge):
    """There are more than `limit` pixels."""

    def __str__(self) -> str:
        return (
            f"The image is {self.width}x{self.height}; it may have {self.limit / 1e6:g} megapixels at most."
        )


class MaskSizeMismatch(PhotoError):
    """A mask fits neither the displayed nor the stored photo.

    Parameters
    ----------
    mask, photo
        Sizes as ``(width, height)``, the photo's as displayed.
    scaled
        The sides have the same ratio, so that the mask can be scaled to the photo.
    """

    def __init__(self, mask: tuple[int, int], photo: tuple[int, int], scaled: bool = False) -> None:  # noqa: FBT001, FBT002 - positional, so that it can be pickled
        super().__init__(mask, photo, scaled)
        self.mask = mask
        self.photo = photo
        self.scaled = scaled

    def __str__(self) -> str:
        return (
            f"The mask is {self.mask[0]}x{self.mask[1]} "
            f"but the image is {self.photo[0]}x{self.photo[1]}; they must be equal."
        )


class MaskEmpty(PhotoError):
    """No pixel of a mask asks for anything to be erased.

    Parameters
    ----------
    brightest
        The largest value found, 0-255.
    """

    def __init__(self, brightest: int = 0) -> None:
        super().__init__(brightest)
        self.brightest = brightest

    def __str__(self) -> str:
        found = "all black" if self.brightest == 0 else f"at most {self.brightest} of 255 bright"
        return f"The mask is {found}, so there is nothing to erase; paint what is to go in white (255)."


class MaskFull(PhotoError):
    """Every pixel of a mask asks to be erased."""

    def __str__(self) -> str:
        return "The mask is all white, which leaves nothing to fill from; leave what is to stay black (0)."


class Unwritable(PhotoError):
    """A result cannot be written in the wanted format."""

    def __init__(self, format: str, longest: int | None = None) -> None:  # noqa: A002 - the field's own name
        super().__init__(format, longest)
        self.format = format
        self.longest = longest

    def __str__(self) -> str:
        reason = "not supported"
        if self.longest is not None:
            reason = f"its sides have {self.longest} pixels at most"
        elif self.format == "BMP":
            reason = "BMP has no place for the label of AI-generated content"
        return f"A result cannot be written as {self.format} ({reason}); use JPEG, PNG, WEBP or TIFF."
