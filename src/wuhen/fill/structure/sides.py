"""Spread the colours on both sides of curves through the rest of the hole.

Curves that keep their sides' colours apart, and a membrane between them and the hole's border, are diffusion
curves (Orzan, Bousseau, Winnemöller, Barla, Thollot, Salesin, *Diffusion curves: a vector representation for
smooth-shaded images*, SIGGRAPH 2008). They say on which side of an edge a place lies, and no more; so they
lead coarse scales only.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import kernel
from wuhen.compute.signature import Cube, Plane
from wuhen.compute.team import Team
from wuhen.fill.raster.layout import CHANNELS, COLOURS, FULL_COVER, HOLE, KNOWN
from wuhen.fill.raster.membrane import solve_membrane
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.window import Window
from wuhen.fill.structure.ends import measure_distance

__all__ = ["spread_sides"]

#: Trust from which on a painted pixel is as good as a known one.
_GIVEN = 0.3
#: How far from what was painted its sides are told, px, and the trust in them.
_REACH, _TRUST = 12, 0.8


def spread_sides(
    raster: Raster,
    window: Window,
    colours: NDArray[np.float32],
    trust: NDArray[np.float32],
    scale: int,
    team: Team,
) -> tuple[NDArray[np.float32], NDArray[np.float32], Window]:
    """Spread what was painted at the finest scale through the hole of a coarser one.

    Parameters
    ----------
    raster
        The coarser scale; it stays as it is.
    window
        What of the finest scale was painted.
    colours, trust
        float32 ``(h, w, 3)``, 0 to 255, and ``(h, w)``, 0 to 1.
    scale
        The coarser one's number.
    team
        Threads to work with.

    Returns
    -------
    colours, trust
        float32 ``(h, w, 3)`` and ``(h, w)`` of the coarser scale.
    window
        What of that scale they show.
    """
    size = 2**scale
    top, left = window.top // size, window.left // size
    bottom, right = min(-(-window.bottom // size), raster.height), min(-(-window.right // size), raster.width)
    box = Window(top, bottom, left, right)
    painted, sure = _shrink(colours, trust, window, box, size)
    pixels, state, cover = raster.pixels.copy(), raster.state.copy(), raster.cover.copy()
    rows, columns = np.nonzero(sure >= _GIVEN)
    at = (rows + top) * raster.pitch + columns + left
    inside = state[at] == HOLE
    at, rows, columns = at[inside], rows[inside], columns[inside]
    curves = np.full_like(state, KNOWN)
    curves[at] = HOLE
    away = measure_distance(raster._replace(state=curves, cover=np.full_like(cover, FULL_COVER)), box)
    flat = pixels[: len(state) * CHANNELS].reshape(-1, CHANNELS)
    flat[at, :COLOURS] = np.clip(np.rint(painted[rows, columns]), 0, 255)
    state[at], cover[at] = KNOWN, FULL_COVER
    work = raster._replace(pixels=pixels, state=state, cover=cover)
    solve_membrane(work, np.flatnonzero(state == HOLE).astype(np.int32), team)
    spread = work.image(COLOURS)[top:bottom, left:right].astype(np.float32)
    near = np.clip(1 - away / np.float32(_REACH), 0, 1) * np.float32(_TRUST * sure.max())
    return spread, near.astype(np.float32), box


def _shrink(
    colours: NDArray[np.float32], trust: NDArray[np.float32], window: Window, box: Window, size: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean of squares, weighted by trust, and their mean trust."""
    mean, total = np.zeros((*box.shape, COLOURS), np.float32), np.zeros(box.shape, np.float32)
    _add(colours, trust, window.top - box.top * size, window.left - box.left * size, size, mean, total)
    mean /= np.maximum(total, np.float32(1e-6))[..., None]
    return mean, total / np.float32(size**2)


@kernel
def _add(
    colours: Cube[np.float32],
    trust: Plane[np.float32],
    above: int,
    before: int,
    size: int,
    sums: Cube[np.float32],
    total: Plane[np.float32],
) -> None:
    """Add colours times trust to the squares that they lie in, ``above`` rows and so on from the first."""
    for y in range(trust.shape[0]):
        row = (y + above) // size
        for x in range(trust.shape[1]):
            weight = trust[y, x]
            column = (x + before) // size
            if weight <= 0 or row >= total.shape[0] or column >= total.shape[1]:
                continue
            total[row, column] += weight
            for channel in range(COLOURS):
                sums[row, column, channel] += weight * colours[y, x, channel]
