"""The font that marks are written with."""

import io
from functools import cache, lru_cache
from importlib.resources import files

from PIL import ImageFont

from wuhen.mark.errors import MarkError

__all__ = ["load_font", "missing_glyphs"]

_TRIAL = 32  # pixels


@cache
def _own_font() -> bytes:
    return (files("wuhen.mark") / "assets" / "wuhen-mark.otf").read_bytes()


def load_font(file: bytes | None, size: int) -> ImageFont.FreeTypeFont:
    """Load a font in a size, in pixels; None is the mark's own.

    Raises
    ------
    MarkError
        The file is no font.
    """
    try:
        # The basic layout draws a plain row of glyphs the same way whether or not libraqm is there.
        return ImageFont.truetype(
            io.BytesIO(_own_font() if file is None else file), size, layout_engine=ImageFont.Layout.BASIC
        )
    except OSError as error:
        raise MarkError(f"The mark's font cannot be read: {error}.") from error


@lru_cache(maxsize=64)
def missing_glyphs(text: str, file: bytes | None) -> str:
    """Return the characters of a text that a font draws as the box that stands for a missing one."""
    font = load_font(file, _TRIAL)
    missing = font.getmask("\uffff")

    def lacks(character: str) -> bool:
        drawn = font.getmask(character)
        return not character.isprintable() or (drawn.size, bytes(drawn)) == (missing.size, bytes(missing))

    return "".join(sorted(character for character in set(text) if lacks(character)))
