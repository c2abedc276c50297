"""The formats of pictures, declared once: for readers, for what actions take, for the names of files."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["BY_ENDING", "FORMATS", "Format", "list_names", "media_type"]


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
    """

    media_type: str
    endings: tuple[str, ...]
    called: int = 1


_FORMATS: Final = {
    "JPEG": Format("image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), called=2),
    "PNG": Format("image/png", ("png",)),
    "BMP": Format("image/bmp", ("bmp",)),
    "TIFF": Format("image/tiff", ("tiff", "tif")),
    "WEBP": Format("image/webp", ("webp",)),
}

FORMATS: Final = tuple(_FORMATS)
"""What can be read."""

BY_ENDING: Final = {ending: name for name, one in _FORMATS.items() for ending in one.endings}
"""Format by the ending of a file's name, in small letters and without the dot."""


def media_type(format: str) -> str:  # noqa: A002 - the name used throughout the package
    """Return the media type of a format, ``"image/jpeg"`` for ``"JPEG"``."""
    return _FORMATS[format].media_type


def list_names(formats: Iterable[str]) -> tuple[str, ...]:
    """Return what people call formats: ``("jpg", "jpeg", "png")``."""
    found = (_FORMATS[name] for name in formats)
    return tuple(ending for one in found for ending in one.endings[: one.called])
