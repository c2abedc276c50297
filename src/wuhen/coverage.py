"""The greys of a mask as coverage: how much of each pixel belongs to what is to go; for `photo` and `fill`.

Painting and selection tools draw edges with anti-aliasing: a pixel that an edge runs through is as grey as
the share of it that is covered (Catmull 1978). In the photo such a pixel is the same mixture, of the object
and of what is behind it. Cut at half, a mask that fits leaves those of less than half outside: a ring around
the hole that still shows the object. So they belong to the hole, however little of them is covered.

A soft brush or a blur makes greys, too, but these do not tell where the object ends. They are cut at half.
"""

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["HALF", "bands", "covered", "highest", "lowest"]

HALF = 128
"""From this value on, a pixel is covered."""
#: Coverage that shows in the photo: less changes a pixel by no more than rounding and noise do.
_SHOWING = 4
#: What counts as not covered beside an edge.
_CLEAR = 8
#: How many pixels beyond half an anti-aliased edge may reach, and from there to where nothing is covered.
#: Filters that scale pictures down draw edges that are two pixels wide on either side.
_REACH = 2

_BAND = 256  # rows
#: Share of a mask that anti-aliased edges may be. One that is greyer is something else.
_MOST_FAINT = 0.2

Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Sample = TypeVar("Sample", np.uint8, np.bool_)


def covered(coverage: Bytes) -> Bools:
    """Return which pixels a mask covers: by half or more, and at anti-aliased edges by any share that shows.

    Parameters
    ----------
    coverage : (H, W) ndarray of uint8
        The mask; 255 is covered wholly.

    Returns
    -------
    (H, W) ndarray of bool
        For a mask of blacks and whites just the whites. Never more than the mask leaves to fill from: where
        the edges would cover all that is left, they are cut at half, too.
    """
    whole, faint = np.empty(coverage.shape, np.bool_), 0
    for _, _, rows in bands(len(coverage), 0):
        np.greater_equal(coverage[rows], HALF, out=whole[rows])
        faint += int(np.count_nonzero(coverage[rows] >= _SHOWING) - np.count_nonzero(whole[rows]))
    if not faint or faint > _MOST_FAINT * whole.size or not whole.any():
        return whole
    joined = whole.copy()
    for outer, inner, rows in bands(len(coverage), 2 * _REACH):
        joined[rows] = _join_edges(coverage[outer], whole[outer])[inner]
    return whole if joined.all() else joined


def _join_edges(coverage: Bytes, whole: Bools) -> Bools:
    """Add to what is covered by half what its anti-aliased edges cover in part."""
    faint = (coverage >= _SHOWING) & ~whole
    if not faint.any():
        return whole
    # An edge is sharp where it is not far from what is surely covered to what surely is not.
    sharp = faint & (lowest(coverage, _REACH) <= _CLEAR)
    for _ in range(_REACH):
        whole = whole | (sharp & highest(whole, 1))
    return whole


def bands(height: int, halo: int) -> Iterator[tuple[slice, slice, slice]]:
    """Cut an image into strips of rows, so that working on it takes little memory beside it.

    Parameters
    ----------
    height
        Rows of the image.
    halo
        Rows that are looked at beyond each strip, where there are any.

    Yields
    ------
    outer, inner, rows : slice
        The strip with its halo, the strip's own rows therein, and in the image.
    """
    for top in range(0, height, _BAND):
        bottom = min(top + _BAND, height)
        first = max(top - halo, 0)
        yield slice(first, bottom + halo), slice(top - first, bottom - first), slice(top, bottom)


def highest(plane: NDArray[Sample], reach: int) -> NDArray[Sample]:
    """Return the largest value around each pixel, in a square of ``2 * reach + 1`` within the picture.

    Parameters
    ----------
    plane : (H, W) ndarray of uint8 or bool

    Returns
    -------
    (H, W) ndarray of the same type
    """
    return _extreme(np.maximum, plane, reach)


def lowest(plane: NDArray[Sample], reach: int) -> NDArray[Sample]:
    """Return the smallest value around each pixel: see `highest`."""
    return _extreme(np.minimum, plane, reach)


def _extreme(better: np.ufunc, plane: NDArray[Sample], reach: int) -> NDArray[Sample]:
    # Columns, then rows: a square's extreme is that of its columns' extremes.
    for axis in (0, 1):
        found = plane.copy()
        for step in range(1, min(reach, plane.shape[axis] - 1) + 1):
            before, after = slice(None, -step), slice(step, None)
            if axis == 1:
                better(found[:, after], plane[:, before], out=found[:, after])
                better(found[:, before], plane[:, after], out=found[:, before])
            else:
                better(found[after], plane[before], out=found[after])
                better(found[before], plane[after], out=found[before])
        plane = found
    return plane
