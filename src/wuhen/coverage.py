"""The greys of a mask as coverage: how much of each pixel belongs to what is to go; for `photo` and `fill`.

Painting and selection tools draw edges with anti-aliasing: a pixel that an edge runs through is as grey as
the share of it that is covered (Catmull 1978). In the photo such a pixel is the same mixture, of the object
and of what is behind it. Cut at half, a mask that fits leaves those of less than half outside: a ring around
the hole that still shows the object. So they belong to the hole, however little of them is covered.

A soft brush or a blur makes greys, too, but these do not tell where the object ends. They are cut at half.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["HALF", "covered", "highest", "lowest"]

HALF = 128
"""From this value on, a pixel is covered."""
#: Coverage that shows in the photo: less changes a pixel by no more than rounding and noise do.
_SHOWING = 4
#: What counts as not covered beside an edge.
_CLEAR = 8
#: How many pixels beyond half an anti-aliased edge may reach, and from there to where nothing is covered.
#: Filters that scale pictures down draw edges that are two pixels wide on either side.
_REACH = 2

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
    whole: Bools = np.ascontiguousarray(coverage >= HALF)
    faint = (coverage >= _SHOWING) & ~whole
    if not whole.any() or not faint.any() or np.count_nonzero(faint) > _MOST_FAINT * faint.size:
        return whole
    box = _around(whole, 2 * _REACH)
    inner = whole[box]
    # An edge is sharp where it is not far from what is surely covered to what surely is not.
    sharp = faint[box] & (lowest(coverage[box], _REACH) <= _CLEAR)
    for _ in range(_REACH):
        inner = inner | (sharp & highest(inner, 1))
    joined = whole.copy()
    joined[box] = inner
    return whole if joined.all() else joined


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
    # Rows, then columns: a square's extreme is that of its rows' extremes.
    for axis in (0, 1):
        lines = np.moveaxis(plane, axis, 0)
        found = lines.copy()
        for step in range(1, min(reach, len(lines) - 1) + 1):
            better(found[step:], lines[:-step], out=found[step:])
            better(found[:-step], lines[step:], out=found[:-step])
        plane = np.moveaxis(found, 0, axis)
    return plane


def _around(flags: Bools, room: int) -> tuple[slice, slice]:
    """Return the box around what is true, with some room."""
    rows, columns = (np.flatnonzero(flags.any(axis=axis)) for axis in (1, 0))
    return (
        slice(max(int(rows[0]) - room, 0), int(rows[-1]) + room + 1),
        slice(max(int(columns[0]) - room, 0), int(columns[-1]) + room + 1),
    )
