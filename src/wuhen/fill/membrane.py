"""A smooth guess at the hole: a membrane stretched over it from its border (Laplace's equation).

No texture, but in the mean square hard to beat at a distance from the border. It seeds the coarsest scale,
and at coarse scales keeps pulling the fill towards the colours that the border suggests, less from turn to
turn and scale to scale, so that the last word on detail is real texture.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.compiled import Flat, as_float, as_int, kernel
from wuhen.fill.distance import CHANNELS
from wuhen.fill.level import HOLE, Level
from wuhen.fill.pyramid import halve
from wuhen.fill.team import Team

__all__ = ["pull", "refine", "stretch"]

_SWEEPS = 10
#: Over-relaxation: how far past a pixel's new value to go; speeds up smooth parts.
_OVER = 1.3


def stretch(level: Level, team: Team) -> NDArray[np.float32]:
    """Solve for a surveyed level from scratch.

    Returns
    -------
    ndarray
        float32, `CHANNELS` values for each pixel of the level's layout; equal to the pixels outside the hole.
    """
    if not len(level.holes) or max(level.height, level.width) == 1:
        return level.pixels.astype(np.float32)
    coarse = halve(level, team)
    coarse.holes = np.flatnonzero(coarse.state == HOLE).astype(np.int32)
    return refine(level, coarse, stretch(coarse, team))


def refine(level: Level, coarse: Level, surface: NDArray[np.float32]) -> NDArray[np.float32]:
    """Carry the next coarser level's solution to this level."""
    fine = level.pixels.astype(np.float32)
    _seed(surface, coarse.height, coarse.width, coarse.pitch, fine, level.pitch, level.holes)
    _relax(fine, level.height, level.width, level.pitch, level.holes)
    return fine


def pull(level: Level, surface: NDArray[np.float32], share: float) -> None:
    """Move the hole's pixels towards the membrane by a share of the way."""
    _blend(level.pixels, surface, level.holes, as_float(share))


@kernel("void(float32[::1], int64, int64, int64, float32[::1], int64, int32[::1])")
def _seed(
    coarse: Flat,
    coarse_height: int,
    coarse_width: int,
    coarse_pitch: int,
    fine: Flat,
    pitch: int,
    holes: Flat,
) -> None:
    """Bilinear interpolation at the hole's pixels."""
    for i in range(len(holes)):
        at = as_int(holes[i])
        y = at // pitch
        x = at - y * pitch
        near_y = y >> 1
        near_x = x >> 1
        far_y = min(max(near_y + (2 * (y & 1) - 1), 0), coarse_height - 1)
        far_x = min(max(near_x + (2 * (x & 1) - 1), 0), coarse_width - 1)
        for channel in range(CHANNELS):
            fine[at * CHANNELS + channel] = (
                as_float(9) * coarse[(near_y * coarse_pitch + near_x) * CHANNELS + channel]
                + as_float(3) * coarse[(near_y * coarse_pitch + far_x) * CHANNELS + channel]
                + as_float(3) * coarse[(far_y * coarse_pitch + near_x) * CHANNELS + channel]
                + coarse[(far_y * coarse_pitch + far_x) * CHANNELS + channel]
            ) * as_float(0.0625)


@kernel("void(float32[::1], int64, int64, int64, int32[::1])")
def _relax(surface: Flat, height: int, width: int, pitch: int, holes: Flat) -> None:
    """Gauss-Seidel sweeps with over-relaxation, forwards and backwards; the photo's border mirrors."""
    row = pitch * CHANNELS
    for sweep in range(_SWEEPS):
        for i in range(len(holes)):
            at = as_int(holes[i if sweep % 2 == 0 else len(holes) - 1 - i])
            y = at // pitch
            x = at - y * pitch
            p = at * CHANNELS
            up = p - row if y > 0 else p + row
            down = p + row if y + 1 < height else p - row
            left = p - CHANNELS if x > 0 else p + CHANNELS
            right = p + CHANNELS if x + 1 < width else p - CHANNELS
            for channel in range(CHANNELS):
                around = (
                    surface[up + channel]
                    + surface[down + channel]
                    + surface[left + channel]
                    + surface[right + channel]
                )
                now = surface[p + channel]
                surface[p + channel] = now + as_float(_OVER) * (around * as_float(0.25) - now)


@kernel("void(uint8[::1], float32[::1], int32[::1], float32)")
def _blend(pixels: Flat, surface: Flat, holes: Flat, share: float) -> None:
    """Weighted mean of pixel and surface."""
    for i in range(len(holes)):
        at = as_int(holes[i]) * CHANNELS
        for channel in range(CHANNELS):
            now = as_float(pixels[at + channel])
            value = now + share * (surface[at + channel] - now) + as_float(0.5)
            pixels[at + channel] = np.uint8(min(max(value, as_float(0)), as_float(255)))
