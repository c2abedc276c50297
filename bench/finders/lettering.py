"""Lines of text as layers: how letters are coloured, outlined, bent and turned, and where they lie."""

from dataclasses import dataclass

import numpy as np
from bench.finders.texts import SCRIPTS, Script, font_path
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter, ImageFont

__all__ = ["STYLES", "Lettering", "draw_line"]

STYLES = (
    "plain",
    "outlined",
    "shadowed",
    "translucent",
    "vertical",
    "curved",
    "small",
    "coloured",
    "askew",
    "sign",
)
"""How a line is laid over a photo; a sign is a board in perspective that stands in it."""

_PAD = 24  # pixels around the letters, for what lies around them
_VERTICAL = ("chinese", "japanese")


@dataclass(frozen=True, slots=True, eq=False)
class Lettering:
    """A line before it is laid over a photo.

    Attributes
    ----------
    layer : (h, w, 4) ndarray of float32
        Colour, 0 to 255, and opacity, 0 to 1.
    text : (h, w) ndarray of float32
        The opacity of letters, outlines and shadows alone, without the board of a sign.
    script, style : str
        What it is.
    """

    layer: np.ndarray
    text: np.ndarray
    script: str
    style: str


def draw_line(style: str, rng: np.random.Generator) -> Lettering:
    """Draw a line in a style: words, font, size and colours by chance."""
    scripts = [script for script in SCRIPTS if style != "vertical" or script.name in _VERTICAL]
    script = scripts[rng.integers(len(scripts))]
    size = int(rng.integers(15, 23) if style == "small" else np.exp(rng.uniform(np.log(28), np.log(96))))
    letters = _letters(script, style, size, rng)
    colour, other = _colours(style, rng)
    layers = [(letters, colour, float(rng.uniform(0.35, 0.65)) if style == "translucent" else 1.0)]
    if style == "outlined":
        width = max(2, round(size * rng.uniform(0.05, 0.1)))
        layers.insert(0, (letters.filter(ImageFilter.MaxFilter(2 * width + 1)), other, 1.0))
    if style == "shadowed":
        offset = max(2, round(size * 0.06))
        moved = Pillow.new("L", letters.size)
        moved.paste(letters, (offset, offset))
        layers.insert(0, (moved.filter(ImageFilter.GaussianBlur(offset / 2)), (0, 0, 0), 0.7))
    layer, text = _blend(layers)
    turned = style in {"askew", "curved"} or (style == "translucent" and rng.random() < 0.5)
    if style == "sign":
        layer, text = _board(layer, text, other, rng)
    elif turned:
        layer, text = _turned(layer, text, float(rng.uniform(-35, 35)))
    return Lettering(layer, text, script.name, style)


def _letters(script: Script, style: str, size: int, rng: np.random.Generator) -> Pillow.Image:
    """Return the letters' coverage, with room around them."""
    font = ImageFont.truetype(
        str(font_path(script.fonts[rng.integers(len(script.fonts))])), size, index=script.face
    )
    words = script.words[rng.integers(len(script.words))]
    if style == "vertical":
        words = "\n".join(words.replace(" ", ""))
    spacing = size * 0.15
    left, top, right, bottom = ImageDraw.Draw(Pillow.new("L", (1, 1))).multiline_textbbox(
        (0, 0), words, font, spacing=spacing
    )
    image = Pillow.new("L", (int(right - left) + 2 * _PAD, int(bottom - top) + 2 * _PAD))
    ImageDraw.Draw(image).multiline_text((_PAD - left, _PAD - top), words, 255, font, spacing=spacing)
    return _bent(image, rng) if style == "curved" else image


def _bent(image: Pillow.Image, rng: np.random.Generator) -> Pillow.Image:
    """Bend a line along an arc."""
    width, height = image.size
    angle = float(rng.uniform(0.6, 1.6))  # radians from end to end
    radius = width / angle
    outer = radius + height
    across = int(2 * outer * np.sin(angle / 2)) + 4
    down = int(outer - radius * np.cos(angle / 2)) + 4
    ys, xs = np.mgrid[:down, :across].astype(np.float32)
    dx, dy = xs - across / 2, outer - ys
    x = np.arctan2(dx, dy) * radius + width / 2
    y = outer - np.hypot(dx, dy)
    bent = _sample(np.asarray(image, np.float32), x, y)
    return Pillow.fromarray(bent.clip(0, 255).astype(np.uint8))


def _sample(image: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Look up a picture bilinearly; outside it there is nothing."""
    padded = np.pad(image, 1)
    x, y = (x + 1).clip(0, padded.shape[1] - 1.001), (y + 1).clip(0, padded.shape[0] - 1.001)
    left, top = x.astype(int), y.astype(int)
    fx, fy = x - left, y - top
    upper = padded[top, left] * (1 - fx) + padded[top, left + 1] * fx
    lower = padded[top + 1, left] * (1 - fx) + padded[top + 1, left + 1] * fx
    result: np.ndarray = upper * (1 - fy) + lower * fy
    return result


def _colours(style: str, rng: np.random.Generator) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the letters' colour, and one that contrasts with it."""
    if style in {"coloured", "sign"}:
        colour = tuple(int(n) for n in rng.integers(0, 256, 3))
        return colour, (250, 250, 245) if sum(colour) < 380 else (25, 25, 30)
    bright = rng.random() < (0.85 if style in {"translucent", "shadowed"} else 0.65)
    pair = (255, 255, 255), (15, 15, 15)
    return pair if bright else pair[::-1]


def _blend(layers: list[tuple[Pillow.Image, tuple[int, ...], float]]) -> tuple[np.ndarray, np.ndarray]:
    """Lay layers over each other: colours with opacity, and the opacity."""
    height, width = layers[0][0].height, layers[0][0].width
    sums, opacity = np.zeros((height, width, 3), np.float32), np.zeros((height, width), np.float32)
    for coverage, colour, strength in layers:
        own = np.asarray(coverage, np.float32) / 255 * np.float32(strength)
        sums = (sums * (1 - own[..., None]) + own[..., None] * np.array(colour)).astype(np.float32)
        opacity = (opacity * (1 - own) + own).astype(np.float32)
    colours = sums / np.maximum(opacity, 1e-6)[..., None]
    return np.dstack([colours, opacity]), opacity


def _board(
    layer: np.ndarray, text: np.ndarray, colour: tuple[int, ...], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Put letters on a board, light it unevenly, and look at it askew."""
    height, width = text.shape
    light = np.linspace(float(rng.uniform(0.6, 1)), 1, width, dtype=np.float32)[None, :, None]
    ground = np.full((height, width, 3), colour, np.float32)
    ground += rng.normal(0, 4, (height, width, 1)).astype(np.float32)
    board = (ground * (1 - text[..., None]) + layer[..., :3] * text[..., None]) * light
    solid = np.dstack([board, np.ones((height, width), np.float32)])
    # Corners move inwards by up to a quarter.
    shifts = rng.uniform(0, 0.25, 8)
    corners = [
        0,
        height * shifts[0],
        0,
        height * (1 - shifts[1]),
        width,
        height * (1 - shifts[2]),
        width,
        height * shifts[3],
    ]
    data = _perspective(corners, width, height)
    planes = [_warped(solid[..., i], data) for i in range(4)]
    return np.dstack(planes), _warped(text, data)


def _perspective(corners: list[float], width: int, height: int) -> tuple[float, ...]:
    """Return what Pillow wants to know to put a picture's corners where these say."""
    rows, right = [], []
    for (x, y), (u, v) in zip(
        np.reshape(corners, (4, 2)), ((0, 0), (0, height), (width, height), (width, 0)), strict=True
    ):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return tuple(float(n) for n in np.linalg.solve(np.array(rows), np.array(right)))


def _warped(plane: np.ndarray, data: tuple[float, ...]) -> np.ndarray:
    image = Pillow.fromarray(plane.astype(np.float32))
    return np.asarray(
        image.transform(image.size, Pillow.Transform.PERSPECTIVE, data, Pillow.Resampling.BILINEAR)
    )


def _turned(layer: np.ndarray, text: np.ndarray, angle: float) -> tuple[np.ndarray, np.ndarray]:
    """Turn a layer; colours are weighted by opacity, so that nothing dark creeps in."""
    opacity = layer[..., 3]
    planes = [layer[..., i] * opacity for i in range(3)] + [opacity, text]
    turned = [
        np.asarray(Pillow.fromarray(plane).rotate(angle, Pillow.Resampling.BILINEAR, expand=True))
        for plane in planes
    ]
    colours = np.dstack(turned[:3]) / np.maximum(turned[3], 1e-6)[..., None]
    return np.dstack([colours, turned[3]]), turned[4]
