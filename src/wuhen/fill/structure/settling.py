"""Show the curves that a fill was led by in its result."""

import numpy as np

from wuhen.compute.compiled import as_float, as_int, kernel
from wuhen.compute.signature import Cube, Flat, Plane
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, COLOURS, HOLE
from wuhen.fill.raster.raster import Raster, WideRaster
from wuhen.fill.raster.samples import add_steps
from wuhen.fill.raster.window import Window
from wuhen.fill.structure.drawing import Drawing

__all__ = ["settle"]

#: Trust at which a drawing begins to be shown, and at which it is shown wholly.
_BEGIN, _WHOLLY = 0.4, 0.8
#: The fill's grain is what differs from the mean this far around; more than so many deviations is no grain.
_AROUND, _DEVIATIONS = 2, 2.5


def settle(raster: Raster, hole: Hole, drawing: Drawing | None, wide: WideRaster | None = None) -> None:
    """Draw curves into a finished fill, with the fill's own grain upon them.

    The last vote is the patches' alone, and where they know nothing as thin as a wire, it is gone again.

    Parameters
    ----------
    raster, hole
        The region's finest scale, filled.
    drawing
        What was drawn for it, if anything.
    wide
        The same raster at 16 bits: with it, it is changed as well.
    """
    if drawing is None:
        return
    own = hole.indices[raster.state[hole.indices] == HOLE]
    changes = np.zeros((len(own), COLOURS), np.float32)
    lines = drawing.lines
    _change(raster, own, lines.window, lines.colours, lines.trust, drawing.grain, changes)
    moved = np.flatnonzero(changes.any(axis=1))
    own, changes = own[moved], changes[moved]
    for one in (raster, wide):
        if one is not None:
            add_steps(one.pixels, own, changes)


@kernel
def _change(
    raster: Raster,
    indices: Flat[np.int32],
    window: Window,
    colours: Cube[np.float32],
    trust: Plane[np.float32],
    grain: Plane[np.float32],
    changes: Plane[np.float32],
) -> None:
    """Say by how much to change the colours of pixels."""
    pixels, pitch = raster.pixels, raster.pitch
    for i in range(len(indices)):
        at = as_int(indices[i])
        y = at // pitch
        x = at - y * pitch
        row = y - window.top
        column = x - window.left
        if row < 0 or column < 0 or row >= trust.shape[0] or column >= trust.shape[1]:
            continue
        share = min((trust[row, column] - as_float(_BEGIN)) / as_float(_WHOLLY - _BEGIN), as_float(1))
        if share <= 0:
            continue
        most = as_float(_DEVIATIONS) * grain[row, column]
        for channel in range(COLOURS):
            total = as_float(0)
            count = 0
            for v in range(max(y - _AROUND, 0), min(y + _AROUND + 1, raster.height)):
                for u in range(max(x - _AROUND, 0), min(x + _AROUND + 1, raster.width)):
                    total += as_float(pixels[(v * pitch + u) * CHANNELS + channel])
                    count += 1
            now = as_float(pixels[at * CHANNELS + channel])
            detail = min(max(now - total / as_float(count), -most), most)
            changes[i, channel] = share * (colours[row, column, channel] + detail - now)
