"""The formats of pictures, declared once: for readers, for what actions take, for the names of files."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["BY_ENDING", "FORMATS", "VENDOR_FORMATS", "Format", "list_names", "media_type", "usual_format"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of pictures.

    Attributes
    ----------
    media_type
        ``"image/jpeg"``.
    endings
        What names of such files end in. The first are what people call the format.
    called
        How many of them that are.
    result
        What a result is written as where nothing else is asked for.
    """

    media_type: str
    endings: tuple[str, ...]
    called: int = 1
    result: str = "PNG"


_FORMATS: Final = {
    "JPEG": Format("image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), called=2, result="JPEG"),
    "PNG": Format("image/png", ("png",)),
    "BMP": Format("image/bmp", ("bmp",)),
    "TIFF": Format("image/tiff", ("tiff", "tif")),
    "WEBP": Format("image/webp", ("webp",)),
    # What cameras store photos in: as PNG they would be several times as large.
    "HEIC": Format("image/heic", ("heic", "heif", "hif", "heics", "heifs"), result="JPEG"),
    "AVIF": Format("image/avif", ("avif", "avifs")),
}

FORMATS: Final = tuple(_FORMATS)
"""What can be read."""
VENDOR_FORMATS: Final = ("JPEG", "PNG", "BMP", "TIFF", "WEBP")
"""What the vendor's action takes of them."""

BY_ENDING: Final = {ending: name for name, one in _FORMATS.items() for ending in one.endings}
"""Format by the ending of a file's name, in small letters and without the dot."""


def media_type(format: str) -> str:  # noqa: A002 - the name used throughout the package
    """Return the media type of a format, ``"image/jpeg"`` for ``"JPEG"``."""
    return _FORMATS[format].media_type


def usual_format(format: str) -> str:  # noqa: A002 - as above
    """Return the format of the result for a photo of a format, where nothing else is asked for."""
    return _FORMATS[format].result


def list_names(formats: Iterable[str]) -> tuple[str, ...]:
    """Return what people call formats: ``("jpg", "jpeg", "png")``."""
    found = (_FORMATS[name] for name in formats)
    return tuple(ending for one in found for ending in one.endings[: one.called])
