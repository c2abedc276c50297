"""Draws what folders of photos have in common, logos and date stamps, and what repeats over one photo."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

__all__ = ["Logo", "Stamp", "blend", "draw_logo", "draw_stamp"]

_FONT = str(files("wuhen.mark") / "assets" / "wuhen-mark.otf")
_OVER = 4
Coverage = NDArray[np.float32]

#: Which of seven segments each digit lights: top, upper left, upper right, middle, lower left, lower right,
#: bottom.
_SEGMENTS = {
    "0": "1110111", "1": "0010010", "2": "1011101", "3": "1011011", "4": "0111010",
    "5": "1101011", "6": "1101111", "7": "1010010", "8": "1111111", "9": "1111011",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo's looks: where, how large, by which side, in which colour, how opaque."""

    kind: str
    anchor: tuple[float, float]
    rule: Callable[[int, int], float]
    size: float
    margin: float
    colour: tuple[int, int, int]
    alpha: float


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date stamp's looks; its height is `size` of what the rule gives."""

    anchor: tuple[float, float]
    rule: Callable[[int, int], float]
    size: float
    margin: float
    colour: tuple[int, int, int]
    segments: bool
    outline: bool


def blend(photo: NDArray[np.uint8], coverage: Coverage, colour: Sequence[int]) -> NDArray[np.uint8]:
    """Lay a colour over a photo, as far as the coverage says."""
    share = coverage[..., None]
    mixed = photo * (1 - share) + np.asarray(colour, np.float32) * share
    return np.asarray(np.clip(np.rint(mixed), 0, 255), np.uint8)


def _placed(
    small: Image.Image, anchor: tuple[float, float], margin: float, size: tuple[int, int]
) -> Coverage:
    width, height = size
    x = round(anchor[0] * (width - small.width) + (1 - 2 * anchor[0]) * margin)
    y = round(anchor[1] * (height - small.height) + (1 - 2 * anchor[1]) * margin)
    sheet = Image.new("L", size)
    sheet.paste(small, (x, y))
    return np.asarray(np.asarray(sheet, np.float32) / 255, np.float32)


def draw_logo(logo: Logo, width: int, height: int) -> Coverage:
    """Return a logo's coverage over a photo of this size, 0 to `alpha`."""
    side = logo.rule(width, height)
    wide = max(16, round(logo.size * side))
    over = wide * _OVER
    high = over // 3
    sheet = Image.new("L", (over, high))
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(_FONT, round(high * 0.5))
    text = {"ring": "AI 生成", "word": "WUHEN", "badge": "无痕 AI"}.get(logo.kind, "AI")
    if logo.kind == "ring":
        draw.ellipse((4, 4, high - 4, high - 4), outline=255, width=high // 9)
        draw.polygon(
            [(high * 0.3, high * 0.7), (high * 0.5, high * 0.25), (high * 0.7, high * 0.7)], fill=255
        )
        draw.text((high * 1.1, high / 2), "AI", font=font, fill=255, anchor="lm")
        draw.line((high * 1.1, high * 0.9, over - 8, high * 0.9), fill=255, width=high // 14)
    elif logo.kind == "badge":
        draw.rounded_rectangle((2, 2, over - 2, high - 2), high // 4, fill=255)
        draw.text((over / 2, high / 2), text, font=font, fill=0, anchor="mm")
    else:
        draw.text((over / 2, high / 2), text, font=font, fill=255, anchor="mm")
        draw.rectangle((4, 4, over - 4, high - 4), outline=255, width=max(2, high // 24))
    small = sheet.resize((wide, max(1, round(high / _OVER))), Image.Resampling.BOX)
    cover = _placed(small, logo.anchor, logo.margin * side, (width, height))
    return np.asarray(cover * logo.alpha, np.float32)


def _digits(text: str, high: int) -> Image.Image:
    """Draw seven segments, slanted, as cameras print dates."""
    wide, thick = round(high * 0.55), max(2, round(high * 0.11))
    pitch = round(wide * 1.4)
    sheet = Image.new("L", (pitch * len(text) + high // 2, high))
    draw = ImageDraw.Draw(sheet)
    for at, letter in enumerate(text):
        x, half = at * pitch + high // 5, high // 2
        bars = [
            (x, 0, x + wide, thick), (x, 0, x + thick, half), (x + wide - thick, 0, x + wide, half),
            (x, half - thick // 2, x + wide, half + thick // 2), (x, half, x + thick, high),
            (x + wide - thick, half, x + wide, high), (x, high - thick, x + wide, high),
        ]  # fmt: skip
        if letter == "'":
            draw.rectangle((x + wide // 2, 0, x + wide // 2 + thick, high // 4), fill=255)
        elif letter in ".:":
            draw.rectangle((x + wide // 2, high - thick, x + wide // 2 + thick, high), fill=255)
            if letter == ":":
                draw.rectangle((x + wide // 2, high // 3, x + wide // 2 + thick, high // 3 + thick), fill=255)
        for lit, bar in zip(_SEGMENTS.get(letter, ""), bars, strict=False):
            if lit == "1":
                draw.rectangle(bar, fill=255)
    return sheet.transform(sheet.size, Image.Transform.AFFINE, (1, 0.12, -0.06 * high, 0, 1, 0))


def draw_stamp(stamp: Stamp, text: str, width: int, height: int) -> tuple[Coverage, Coverage]:
    """Return the coverage of a stamp's strokes, and of its dark outline."""
    side = stamp.rule(width, height)
    high = max(8, round(stamp.size * side))
    if stamp.segments:
        big = _digits(text, high * _OVER)
    else:
        font = ImageFont.truetype(_FONT, round(high * _OVER * 1.3))
        left, top, right, bottom = font.getbbox(text)
        big = Image.new("L", (int(right - left), int(bottom - top)))
        ImageDraw.Draw(big).text((-left, -top), text, font=font, fill=255)
    framed = Image.new("L", (big.width + 6 * _OVER, big.height + 6 * _OVER))
    framed.paste(big, (3 * _OVER, 3 * _OVER))
    wide = framed.filter(ImageFilter.MaxFilter(2 * (_OVER * max(1, high // 20)) + 1))
    size = (framed.width // _OVER, framed.height // _OVER)
    margin = stamp.margin * side
    strokes, around = (
        _placed(sheet.resize(size, Image.Resampling.BOX), stamp.anchor, margin, (width, height))
        for sheet in (framed, wide)
    )
    return strokes, around if stamp.outline else np.zeros_like(strokes)
