"""A smooth guess at the hole: a membrane stretched over it from its border (Laplace's equation).

No texture, but in the mean square hard to beat at a distance from the border. It seeds the coarsest scale.
"""

import numpy as np

from wuhen.compute.compiled import as_float, as_int, kernel
from wuhen.compute.signature import Flat
from wuhen.compute.team import Team
from wuhen.fill.raster.layout import CHANNELS, HOLE
from wuhen.fill.raster.pyramid import downsample, upsample_surface
from wuhen.fill.raster.raster import Raster

__all__ = ["solve_membrane"]

_SWEEPS = 10
#: Over-relaxation: how far past a pixel's new value to go; speeds up smooth parts.
_OVER = 1.3


def solve_membrane(raster: Raster, indices: Flat[np.int32], team: Team) -> None:
    """Fill the pixels of a raster that ``indices``, int32, name."""
    pixels = raster.pixels.reshape(-1, CHANNELS)
    surface = _solve(raster, indices, team).reshape(-1, CHANNELS)[indices]
    pixels[indices] = np.clip(surface + as_float(0.5), 0, 255)


def _solve(raster: Raster, indices: Flat[np.int32], team: Team) -> Flat[np.float32]:
    """Solve from the coarsest scale to this one: float32, flat, equal to the pixels outside the hole."""
    surface = raster.pixels.astype(np.float32)
    if len(indices) and max(raster.height, raster.width) > 1:
        coarse = downsample(raster, team)
        unknown = np.flatnonzero(coarse.state == HOLE).astype(np.int32)
        upsample_surface(coarse, _solve(coarse, unknown, team), surface, raster.pitch, indices)
        _relax(raster, surface, indices)
    return surface


@kernel
def _relax(raster: Raster, surface: Flat[np.float32], indices: Flat[np.int32]) -> None:
    """Gauss-Seidel sweeps with over-relaxation, forwards and backwards; the photo's border mirrors."""
    height, width, pitch = raster.height, raster.width, raster.pitch
    row = pitch * CHANNELS
    # A side of one pixel mirrors that pixel: beyond it there is nothing that could be read.
    mirrored_row = row if height > 1 else 0
    mirrored = CHANNELS if width > 1 else 0
    for sweep in range(_SWEEPS):
        for i in range(len(indices)):
            at = as_int(indices[i if sweep % 2 == 0 else len(indices) - 1 - i])
            y = at // pitch
            x = at - y * pitch
            p = at * CHANNELS
            up = p - row if y > 0 else p + mirrored_row
            down = p + row if y + 1 < height else p - mirrored_row
            left = p - CHANNELS if x > 0 else p + mirrored
            right = p + CHANNELS if x + 1 < width else p - mirrored
            for channel in range(CHANNELS):
                around = (
                    surface[up + channel]
                    + surface[down + channel]
                    + surface[left + channel]
                    + surface[right + channel]
                )
                now = surface[p + channel]
                surface[p + channel] = now + as_float(_OVER) * (around * as_float(0.25) - now)
