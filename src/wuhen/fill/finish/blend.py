"""Gradient-domain blending: the fill meets the border without a step.

The patches over the border say which colours they would have given to the known pixels beside the hole. How
far that is from the truth is spread into the hole like a membrane and added to the fill, which keeps the
fill's gradients and moves its colours (Perez et al. 2003, with the votes as the guidance). In holes a few
pixels thin this corrects nearly all.
"""

# Compiled loops are long on purpose.
# ruff: noqa: PLR2004

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, compile_second, inlined, kernel
from wuhen.compute.signature import Flat, Single
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, KNOWN, RADIUS
from wuhen.fill.raster.raster import AnyRaster, WideRaster
from wuhen.fill.raster.samples import white

__all__ = ["blend"]

#: Fixed-point units of the correction per step of a sample.
_UNIT = 64
_SWEEPS = 12
#: How deep into the hole the correction reaches, in pixels.
_REACH = 24


def blend(
    raster: AnyRaster, hole: Hole, match: Flat[np.int32], votes: Flat[np.float32], strength: float
) -> None:
    """Correct a raster's hole after its last vote.

    Parameters
    ----------
    raster, hole
        Filled.
    match
        int32 per patch centre: the centre of the patch that it copies; 0 or less where there is none.
    votes
        float32 per patch centre: the weights of the last votes.
    strength
        Share of the mismatch to correct, 0 to 1.
    """
    dtype: type[Any] = np.int16
    if isinstance(raster, WideRaster):
        dtype = np.int32
        for used in (_mismatch, _spread, _apply):
            compile_second(used)
    shift: NDArray[Any] = np.zeros(raster.height * raster.pitch * CHANNELS, dtype)
    near = hole.indices[hole.depth[hole.indices] <= _REACH]
    _mismatch(raster, near, match, votes, as_float(strength), shift)
    _spread(raster, near, np.empty(len(near), np.uint8), shift)
    _apply(raster, near, shift, white(raster.pixels))


@kernel
def _mismatch(
    raster: AnyRaster,
    near: Flat[np.int32],
    match: Flat[np.int32],
    votes: Flat[np.float32],
    strength: Single,
    shift: Flat[np.int16] | Flat[np.int32],
) -> None:
    """Truth minus vote for the known pixels beside the hole; barred ones must leave no trace in it."""
    pixels, state = raster.pixels, raster.state
    height, width, pitch = raster.height, raster.width, raster.pitch
    for i in range(len(near)):
        hole = as_int(near[i])
        hole_y = hole // pitch
        hole_x = hole - hole_y * pitch
        for side in range(4):
            y = hole_y + (side == 0) - (side == 1)
            x = hole_x + (side == 2) - (side == 3)
            if y < 0 or y >= height or x < 0 or x >= width:
                continue
            at = y * pitch + x
            if state[at] != KNOWN:
                continue
            a = as_float(0)
            b = as_float(0)
            c = as_float(0)
            d = as_float(0)
            total = as_float(0)
            for v in range(max(y - RADIUS, RADIUS), min(y + RADIUS, height - 1 - RADIUS) + 1):
                for u in range(max(x - RADIUS, RADIUS), min(x + RADIUS, width - 1 - RADIUS) + 1):
                    patch = v * pitch + u
                    found = as_int(match[patch])
                    if found <= 0:
                        continue
                    vote = (found + (at - patch)) * CHANNELS
                    w = votes[patch]
                    total += w
                    a += w * as_float(pixels[vote])
                    b += w * as_float(pixels[vote + 1])
                    c += w * as_float(pixels[vote + 2])
                    d += w * as_float(pixels[vote + 3])
            if total > 0:
                scale = strength * as_float(_UNIT)
                p = at * CHANNELS
                shift[p] = as_int(scale * (as_float(pixels[p]) - a / total))
                shift[p + 1] = as_int(scale * (as_float(pixels[p + 1]) - b / total))
                shift[p + 2] = as_int(scale * (as_float(pixels[p + 2]) - c / total))
                shift[p + 3] = as_int(scale * (as_float(pixels[p + 3]) - d / total))


@inlined
def _around(shift: Flat[Any], up: int, down: int, left: int, right: int) -> int:
    """Sum of four corrections."""
    return as_int(shift[up]) + as_int(shift[down]) + as_int(shift[left]) + as_int(shift[right])


@kernel
def _spread(
    raster: AnyRaster,
    near: Flat[np.int32],
    outermost: Flat[np.uint8],
    shift: Flat[np.int16] | Flat[np.int32],
) -> None:
    """Relax the correction over the hole, from the border inwards and back; the photo's border mirrors."""
    height, width, pitch = raster.height, raster.width, raster.pitch
    row = pitch * CHANNELS
    for i in range(len(near)):
        at = as_int(near[i])
        y = at // pitch
        x = at - y * pitch
        outermost[i] = y == 0 or y == height - 1 or x == 0 or x == width - 1
    for sweep in range(_SWEEPS):
        add = 1 + (sweep & 1)
        for i in range(len(near)):
            which = i if sweep % 2 == 0 else len(near) - 1 - i
            at = as_int(near[which])
            p = at * CHANNELS
            up, down, left, right = p - row, p + row, p - CHANNELS, p + CHANNELS
            if outermost[which]:
                y = at // pitch
                x = at - y * pitch
                up = up if y > 0 else down
                down = down if y + 1 < height else p - row
                left = left if x > 0 else right
                right = right if x + 1 < width else p - CHANNELS
            # All is read before anything is written, and channel by channel, for the compiler to do at once.
            a = _around(shift, up, down, left, right) + add
            b = _around(shift, up + 1, down + 1, left + 1, right + 1) + add
            c = _around(shift, up + 2, down + 2, left + 2, right + 2) + add
            d = _around(shift, up + 3, down + 3, left + 3, right + 3) + add
            shift[p] = a >> 2
            shift[p + 1] = b >> 2
            shift[p + 2] = c >> 2
            shift[p + 3] = d >> 2


@kernel
def _apply(
    raster: AnyRaster, near: Flat[np.int32], shift: Flat[np.int16] | Flat[np.int32], most: int
) -> None:
    """Add the correction; ``most`` is the greatest value of a sample."""
    pixels = raster.pixels
    for i in range(len(near)):
        at = as_int(near[i]) * CHANNELS
        for channel in range(CHANNELS):
            value = as_int(pixels[at + channel]) + ((as_int(shift[at + channel]) + _UNIT // 2) // _UNIT)
            pixels[at + channel] = min(max(value, 0), most)
