"""The families of parallel edges around a region's hole."""

from collections.abc import Sequence

import numpy as np

from wuhen.fill.masks import is_wide
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import HOLE
from wuhen.fill.raster.raster import Raster
from wuhen.fill.structure.segments import find_segments
from wuhen.fill.structure.vanishing import Families, find_families

__all__ = ["survey_families"]

#: Segments are looked for at the finest scale but one of no more than so many pixels; their length, px, and
#: their gradient, levels per px, at least.
_AREA, _MIN_LENGTH, _MIN_STRENGTH = 100_000, 9.0, 8.0


def survey_families(rasters: Sequence[Raster], hole: Hole, squares: int) -> Families | None:
    """Find the straight segments around a hole, and the points in which they meet.

    Parameters
    ----------
    rasters
        A region's scales, the finest first.
    hole
        Of the finest.
    squares
        How many squares must lie in it.

    Returns
    -------
    Families or None
        None where the hole is not as wide.
    """
    if not is_wide(rasters[0].plane(rasters[0].state) == HOLE, squares):
        return None
    rows, columns = np.divmod(hole.indices, rasters[0].pitch)
    middle = float(columns.mean()), float(rows.mean())
    last = len(rasters) - 1
    sizes = [raster.height * raster.width for raster in rasters]
    number = next((number for number in range(1, last) if sizes[number] <= _AREA), last)
    segments = find_segments(rasters[number], None, _MIN_LENGTH, _MIN_STRENGTH)
    size = 2.0**number
    begins, ends = (
        ((side + 0.5) * size - 0.5).astype(np.float32) for side in (segments.begins, segments.ends)
    )
    return find_families(begins, ends, middle, len(rows) ** 0.5)
