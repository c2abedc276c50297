"""How a plane is seen in perspective, and where its pixels lie once it is shifted.

A plane's vanishing line alone says how scale changes over it; once that is divided out, what repeats itself
on the plane does so by shifts (affine rectification; Liebowitz & Zisserman 1998).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, inlined, kernel
from wuhen.compute.signature import Plane, Single
from wuhen.fill.raster.layout import CHANNELS, KNOWN
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.texture import brightness

__all__ = [
    "LEAST_SCALE",
    "MOST_SCALE",
    "Perspective",
    "colour_at",
    "corner",
    "light_at",
    "rectify",
    "scale_at",
    "shifted",
]

#: Scale of the plane, where that in the hole's middle is 1, between which it is looked at.
LEAST_SCALE, MOST_SCALE = 0.4, 2.5
#: How much farther or nearer a source may lie: the sharpness of what is copied goes with the power 1.5 of it.
_LEAST_RATIO, _MOST_RATIO = 0.6, 1.7


class Perspective(NamedTuple):
    """How a plane is seen at a scale: its vanishing line is where ``1 + right * x + down * y`` is 0.

    Attributes
    ----------
    right, down
        Per pixel of the scale.
    middle_x, middle_y
        From where x and y are counted, px.
    """

    right: Single
    down: Single
    middle_x: Single
    middle_y: Single

    @classmethod
    def at(cls, line: NDArray[np.float32], middle: tuple[float, float], scale: int) -> "Perspective":
        """Give the view at a scale for what is given in pixels of the finest."""
        size = 2.0**scale
        return cls(
            as_float(line[0] * size), as_float(line[1] * size),
            as_float((middle[0] + 0.5) / size - 0.5), as_float((middle[1] + 0.5) / size - 0.5),
        )  # fmt: skip


def rectify(
    raster: Raster, view: Perspective, area: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], float]:
    """Show a plane as if it were seen head-on.

    Returns
    -------
    image
        float32 ``(h, w)``: brightness, 0 to 255, at about ``area`` pixels or fewer.
    known
        float32 ``(h, w)``: 1 where it is known, 0 elsewhere.
    size
        The raster's pixels for one of the image's, in the middle of the view.
    """
    top, left, height, width = _extent(raster, view)
    size = max(1.0, (height * width / area) ** 0.5)
    image, known = np.zeros((2, int(height / size) + 1, int(width / size) + 1), np.float32)
    _rectify(raster, view, as_float(top), as_float(left), as_float(size), image, known)
    return image, known, size


def _extent(raster: Raster, view: Perspective) -> tuple[float, float, float, float]:
    """Return top, left, height and width of what a raster shows of the plane, rectified."""
    rows, columns = np.meshgrid(
        np.linspace(0, raster.height - 1, 24), np.linspace(0, raster.width - 1, 24), indexing="ij"
    )
    down, right = rows - view.middle_y, columns - view.middle_x
    scale = 1 + view.right * right + view.down * down
    seen = (scale > LEAST_SCALE) & (scale < MOST_SCALE)  # the middle of the hole is
    down, right = down[seen] / scale[seen], right[seen] / scale[seen]
    top, left = float(down.min()), float(right.min())
    return top, left, float(down.max()) - top, float(right.max()) - left


@inlined
def scale_at(view: Perspective, y: int, x: int) -> Single:
    """Scale of the plane at a pixel; less than nothing beyond its horizon."""
    return as_float(1) + view.right * (x - view.middle_x) + view.down * (y - view.middle_y)


@inlined
def shifted(
    view: Perspective, y: int, x: int, scale: Single, down: Single, right: Single
) -> tuple[Single, Single, Single]:
    """Where a pixel of a scale lies once the plane is shifted, and how much larger the plane is there.

    The ratio is 0 where it is too far or too near.
    """
    ratio = as_float(1) - scale * (view.right * right + view.down * down)
    if ratio < as_float(1 / _MOST_RATIO) or ratio > as_float(1 / _LEAST_RATIO):
        return as_float(0), as_float(0), as_float(0)
    v = view.middle_y + (y - view.middle_y + scale * down) / ratio
    u = view.middle_x + (x - view.middle_x + scale * right) / ratio
    return as_float(v), as_float(u), as_float(1) / ratio


@inlined
def corner(raster: Raster, v: Single, u: Single) -> int:
    """Return the first of the four pixels around a place, or -1 where one of them may not be copied."""
    state, pitch = raster.state, raster.pitch
    if v < 0 or u < 0 or v >= raster.height - 1 or u >= raster.width - 1:
        return -1
    at = as_int(v) * pitch + as_int(u)
    if state[at] != KNOWN or state[at + 1] != KNOWN:
        return -1
    if state[at + pitch] != KNOWN or state[at + pitch + 1] != KNOWN:
        return -1
    return at


@inlined
def colour_at(raster: Raster, at: int, v: Single, u: Single, channel: int) -> Single:
    """Interpolate a channel; ``v`` and ``u`` are parts of a pixel."""
    pixels = raster.pixels
    p = at * CHANNELS + channel
    q = p + raster.pitch * CHANNELS
    return _interpolate(
        as_float(pixels[p]), as_float(pixels[p + CHANNELS]),
        as_float(pixels[q]), as_float(pixels[q + CHANNELS]), v, u,
    )  # fmt: skip


@inlined
def light_at(raster: Raster, view: Perspective, y: int, x: int, down: Single, right: Single) -> Single:
    """Brightness, four times, where a pixel lies once the plane is shifted; less than 0 where unknown."""
    pixels, pitch = raster.pixels, raster.pitch
    v, u, ratio = shifted(view, y, x, scale_at(view, y, x), down, right)
    at = corner(raster, v, u) if ratio > 0 else -1
    if at < 0:
        return as_float(-1)
    return _interpolate(
        as_float(brightness(pixels, at)), as_float(brightness(pixels, at + 1)),
        as_float(brightness(pixels, at + pitch)), as_float(brightness(pixels, at + pitch + 1)),
        v - as_float(as_int(v)), u - as_float(as_int(u)),
    )  # fmt: skip


@inlined
def _interpolate(a: Single, b: Single, c: Single, d: Single, v: Single, u: Single) -> Single:
    """Bilinear interpolation between four neighbours."""
    upper = a + u * (b - a)
    return upper + v * (c + u * (d - c) - upper)


@kernel
def _rectify(
    raster: Raster,
    view: Perspective,
    top: Single,
    left: Single,
    size: Single,
    image: Plane[np.float32],
    known: Plane[np.float32],
) -> None:
    """Brightness of the plane as if it were seen head-on, ``size`` pixels of its middle for a pixel."""
    pixels, pitch = raster.pixels, raster.pitch
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            down = top + size * row
            right = left + size * column
            ratio = as_float(1) - view.right * right - view.down * down
            if ratio < as_float(1 / MOST_SCALE) or ratio > as_float(1 / LEAST_SCALE):
                continue
            v = as_float(view.middle_y + down / ratio)
            u = as_float(view.middle_x + right / ratio)
            at = corner(raster, v, u)
            if at < 0:
                continue
            known[row, column] = 1
            image[row, column] = as_float(0.25) * _interpolate(
                as_float(brightness(pixels, at)), as_float(brightness(pixels, at + 1)),
                as_float(brightness(pixels, at + pitch)), as_float(brightness(pixels, at + pitch + 1)),
                v - as_float(as_int(v)), u - as_float(as_int(u)),
            )  # fmt: skip
