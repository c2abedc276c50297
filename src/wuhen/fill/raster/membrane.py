"""A smooth guess at the hole: a membrane stretched over it from its border (Laplace's equation).

No texture, but in the mean square hard to beat at a distance from the border. It seeds the coarsest scale.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.compute.compiled import Flat, as_float, as_int, kernel
from wuhen.fill.compute.team import Team
from wuhen.fill.raster.layout import CHANNELS
from wuhen.fill.raster.level import HOLE, Level
from wuhen.fill.raster.pyramid import halve

__all__ = ["stretch"]

_SWEEPS = 10
#: Over-relaxation: how far past a pixel's new value to go; speeds up smooth parts.
_OVER = 1.3


def stretch(level: Level, team: Team) -> None:
    """Fill a surveyed level's hole."""
    pixels = level.pixels.reshape(-1, CHANNELS)
    surface = _solve(level, team).reshape(-1, CHANNELS)[level.holes]
    pixels[level.holes] = np.clip(surface + as_float(0.5), 0, 255)


def _solve(level: Level, team: Team) -> NDArray[np.float32]:
    """Solve from the coarsest scale to this one: float32, flat, equal to the pixels outside the hole."""
    surface = level.pixels.astype(np.float32)
    if len(level.holes) and max(level.height, level.width) > 1:
        coarse = halve(level, team)
        coarse.holes = np.flatnonzero(coarse.state == HOLE).astype(np.int32)
        _seed(
            _solve(coarse, team), coarse.height, coarse.width, coarse.pitch, surface, level.pitch, level.holes
        )
        _relax(surface, level.height, level.width, level.pitch, level.holes)
    return surface


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
