"""Rectangular parts of a raster."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.layout import HOLE
from wuhen.fill.raster.raster import Raster

__all__ = ["Window", "bound", "bound_hole"]


class Window(NamedTuple):
    """A part of a raster: rows ``top`` to ``bottom``, columns ``left`` to ``right``, in pixels."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.bottom - self.top, self.right - self.left

    def at_finest(self, scale: int) -> "Window":
        """Return the same part of a region's finest scale, of one at ``scale``."""
        return Window(*(side << scale for side in self))


def bound(indices: NDArray[np.int32], pitch: int) -> Window:
    """Bound pixels: int32, increasing, at least one, of a raster of that pitch."""
    columns = indices % pitch
    top, bottom = int(indices[0]) // pitch, int(indices[-1]) // pitch + 1
    return Window(top, bottom, int(columns.min()), int(columns.max()) + 1)


def bound_hole(raster: Raster, margin: int = 0) -> Window:
    """Bound a raster's hole, if there is one, and so many pixels around it that lie in the raster."""
    hole = raster.plane(raster.state) == HOLE
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    return Window(
        max(int(rows[0]) - margin, 0), min(int(rows[-1]) + 1 + margin, raster.height),
        max(int(columns[0]) - margin, 0), min(int(columns[-1]) + 1 + margin, raster.width),
    )  # fmt: skip
