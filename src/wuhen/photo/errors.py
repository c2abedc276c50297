"""What can be wrong with an image file.

Each class is one thing a caller may want to tell apart; its message says what was found and what would be
right. Every exception is built from its own arguments alone, so it crosses a process boundary by pickling
unchanged.
"""

from collections.abc import Sequence
from enum import Enum

from wuhen.photo.flaws import Flaw
from wuhen.photo.formats import FORMATS
from wuhen.photo.kinds import Kind

_SHOWN = 60
"""Characters that are shown of what somebody wrote."""
_INSTALL_HEIF = "pip install 'wuhen[heif]'"


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
        return _INSTALL_HEIF if self.found is Kind.HEIC else "a Pillow that has AVIF"

    @property
    def zh(self) -> str:
        """The same in Chinese."""
        return _INSTALL_HEIF if self.found is Kind.HEIC else "支持 AVIF 的 Pillow"

    def __str__(self) -> str:
        return f"The image file is {self.found}, and nothing is installed to read it: {self.remedy}."


class BrokenImage(PhotoError):
    """The format is known, the content cannot be decoded.

    Parameters
    ----------
    format
        One of `wuhen.photo.FORMATS`.
    flaw
        What is wrong.
    found
        What the flaw's words take.
    """

    def __init__(self, format: str, flaw: Flaw, *found: object) -> None:  # noqa: A002 - the field's own name
        super().__init__(format, flaw, *found)
        self.format = format
        self.flaw = flaw
        self.found = found

    @property
    def en(self) -> str:
        """What is wrong, as the end of a sentence."""
        return self.flaw.en(*self.found)

    @property
    def zh(self) -> str:
        """The same in Chinese."""
        return self.flaw.zh(*self.found)

    def __str__(self) -> str:
        return f"The {self.format} file cannot be decoded: {self.en}."


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


class ShapeProblem(Enum):
    """What is wrong with a shape, in English and in Chinese."""

    NO_LENGTH = (
        "`{given}` is no length: write pixels (10), a share (25%), or from the right or bottom edge (-60px)",
        "“{given}”不是合法的长度：请使用像素（10）、百分比（25%），或从右边、下边算起的负数（-60px）",
    )
    NO_RECTANGLE = (
        "`{given}` is no rectangle: give its left edge, top edge, width and height, as in 10,-60,200,50",
        "“{given}”不是合法的矩形：请依次给出左、上、宽、高，例如 10,-60,200,50",
    )
    NO_SIDE = (
        "the rectangle `{given}` has a side of 0: give it a width and a height",
        "矩形“{given}”的宽或高为 0：请给出宽和高",
    )
    NO_POLYGON = (
        "`{given}` is no polygon: give three points or more, as in 10,10 90,10 50,80",
        "“{given}”不是合法的多边形：请给出至少三个点，例如 10,10 90,10 50,80",
    )
    NO_STROKE = (
        "`{given}` is no stroke: give one point or more, and a width, as in 10,10 90,40 24",
        "“{given}”不是合法的笔画：请给出至少一个点和宽度，例如 10,10 90,40 24",
    )
    NO_WIDTH = (
        "a stroke's width is `{given}`; it must be more than 0",
        "笔画的宽度为“{given}”，应大于 0",
    )
    BEYOND = (
        "a point at {given} is beyond the picture: write 0, or {given}px to measure from the far edge",
        "坐标“{given}”超出图片：图片边缘请传 0；如需从右边或下边算起，请使用文本 {given}px",
    )
    TOO_MANY = (
        "a shape has more than {given} points: send a mask",
        "一个形状的点数超过 {given}：请改用 Mask",
    )
    OUTSIDE = (
        "the shape `{given}` covers no pixel of a picture of {size}",
        "形状“{given}”没有覆盖图片（{size}）中的任何像素",
    )


class BadShape(PhotoError):
    """A shape cannot be read, or does not lie on the photo.

    Parameters
    ----------
    problem
        What is wrong with it.
    given
        The shape, or the part of it, as it was written.
    size
        Width and height of the photo, where it matters.
    """

    def __init__(self, problem: ShapeProblem, given: str, size: tuple[int, int] | None = None) -> None:
        super().__init__(problem, given, size)
        self.problem = problem
        self.given = given
        self.size = size

    @property
    def en(self) -> str:
        """What is wrong, as the end of a sentence."""
        return self._say(0)

    @property
    def zh(self) -> str:
        """The same in Chinese."""
        return self._say(1)

    def _say(self, language: int) -> str:
        size = "" if self.size is None else f"{self.size[0]}x{self.size[1]}"
        given = self.given if len(self.given) <= _SHOWN else f"{self.given[: _SHOWN - 1]}…"
        return self.problem.value[language].format(given=given, size=size)

    def __str__(self) -> str:
        return f"{self.en[0].upper()}{self.en[1:]}."


class MaskNotCut(PhotoError):
    """A mask that erases by its transparency has none, or nothing else.

    Parameters
    ----------
    everywhere
        It is transparent everywhere, rather than nowhere.
    """

    def __init__(self, everywhere: bool) -> None:  # noqa: FBT001 - positional, so that it can be pickled
        super().__init__(everywhere)
        self.everywhere = everywhere

    def __str__(self) -> str:
        found = "transparent everywhere" if self.everywhere else "not transparent anywhere"
        return f"The mask is {found}; make transparent what is to go, and nothing else."


class Unwritable(PhotoError):
    """A result cannot be written in the wanted format."""

    def __init__(self, format: str, longest: int | None = None) -> None:  # noqa: A002 - the field's own name
        super().__init__(format, longest)
        self.format = format
        self.longest = longest

    @property
    def zh(self) -> str:
        """The message in Chinese."""
        return f"无法将结果写为 {self.format}（{self._reason()[1]}），请使用 JPEG、PNG、WEBP 或 TIFF。"

    def _reason(self) -> tuple[str, str]:
        """Return why, in English and in Chinese."""
        if self.longest is not None:
            return (
                f"its sides have {self.longest} pixels at most",
                f"该格式的边长不能超过 {self.longest} 像素",
            )
        if self.format == "BMP":
            return (
                "BMP has no place for the label of AI-generated content",
                "BMP 无法写入 AI 生成内容标识",
            )
        return "not supported", "不支持该格式"

    def __str__(self) -> str:
        why = self._reason()[0]
        return f"A result cannot be written as {self.format} ({why}); use JPEG, PNG, WEBP or TIFF."
