"""Holes to cut into photos: blobs shaped like objects, free-form strokes as in the literature."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw

__all__ = ["make_blob", "make_free_form"]

_CORNERS = 360
_WAVES = range(2, 8)
#: How much higher than wide a blob is, at most (or wider than high).
_STRETCH = 1.4
#: Shares of the picture that free-form holes cover, and those that are aimed at.
_LEAST, _MOST = 0.30, 0.50
_AIMS = (0.32, 0.47)
#: Widths of strokes, lengths of their pieces and sides of rectangles, as shares of the short side.
_WIDTHS = (0.05, 0.20)
_LENGTHS = (0.08, 0.35)
_SIDES = (0.10, 0.40)
_RECTANGLES = 0.15


def make_blob(shape: tuple[int, int], share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Make a smooth random blob, somewhere in the picture.

    Parameters
    ----------
    shape
        Height and width of the picture.
    share
        Share of the picture's area. Up to about 0.3 the blob fits into most pictures; what does not
        fit is cut off.
    rng
        Where the shape and the place come from.
    """
    height, width = shape
    angles = np.arange(_CORNERS) * (2 * np.pi / _CORNERS)
    radius = np.ones(_CORNERS)
    for wave in _WAVES:
        radius += rng.uniform(0.2, 0.6) / wave * np.cos(wave * angles + rng.uniform(0, 2 * np.pi))
    radius = np.maximum(radius, 0.25)
    solve_membrane = rng.uniform(1 / _STRETCH, _STRETCH) ** 0.5
    x, y = radius * np.cos(angles) / solve_membrane, radius * np.sin(angles) * solve_membrane
    area = abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2
    scale = (share * height * width / area) ** 0.5
    corners = np.stack([_place(x * scale, width, rng), _place(y * scale, height, rng)], axis=1)
    mask = Pillow.new("1", (width, height))
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in corners], fill=1)
    return np.array(mask)


def _place(along: NDArray[np.float64], length: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Shift coordinates to a random place between 0 and a length, or to its middle if they do not fit."""
    low, high = -float(along.min()), length - 1 - float(along.max())
    return along + (rng.uniform(low, high) if low < high else (low + high) / 2)


def make_free_form(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Make thick strokes with round joints, and now and then a rectangle, over 30 to 50 % of the picture."""
    height, width = shape
    aim = rng.uniform(*_AIMS)
    hole = np.zeros(shape, np.bool_)
    while hole.mean() < aim:
        layer = Pillow.new("1", (width, height))
        if rng.random() < _RECTANGLES:
            _draw_rectangle(ImageDraw.Draw(layer), shape, rng)
        else:
            _draw_stroke(ImageDraw.Draw(layer), shape, rng)
        grown = hole | np.array(layer)
        if grown.mean() <= _MOST:
            hole = grown
    assert hole.mean() >= _LEAST
    return hole


def _draw_stroke(draw: ImageDraw.ImageDraw, shape: tuple[int, int], rng: np.random.Generator) -> None:
    height, width = shape
    short = min(shape)
    brush = rng.uniform(*_WIDTHS) * short
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    heading = rng.uniform(0, 2 * np.pi)
    points = [(x, y)]
    for _ in range(int(rng.integers(3, 9))):
        heading += rng.uniform(-0.6, 0.6) * np.pi
        length = rng.uniform(*_LENGTHS) * short
        x = float(np.clip(x + length * np.cos(heading), 0, width - 1))
        y = float(np.clip(y + length * np.sin(heading), 0, height - 1))
        points.append((x, y))
    draw.line(points, fill=1, width=round(brush))
    for x, y in points:
        draw.ellipse((x - brush / 2, y - brush / 2, x + brush / 2, y + brush / 2), fill=1)


def _draw_rectangle(draw: ImageDraw.ImageDraw, shape: tuple[int, int], rng: np.random.Generator) -> None:
    height, width = shape
    across, down = rng.uniform(*_SIDES, 2) * min(shape)
    left, top = rng.uniform(0, width - across), rng.uniform(0, height - down)
    draw.rectangle((left, top, left + across, top + down), fill=1)
