"""The strokes of a stamp, cut out as those of a line of text."""

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.regions import grow
from wuhen.finders.text.lines import Line
from wuhen.finders.text.strokes import find_strokes

__all__ = ["hull", "told"]

#: Strokes that are cut out another way have this share of those known, or of themselves, in common.
_SAME_STROKES = 0.8
#: They leave no more than this share of what has the stamp's colour.
_LEFT = 0.1


def hull(core: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the upright rectangle around what most of the strokes lie in."""
    around = np.zeros_like(core)
    rows, columns = np.nonzero(core)
    top, bottom = (int(np.quantile(rows, share)) for share in (0.01, 0.99))
    left, right = (int(np.quantile(columns, share)) for share in (0.002, 0.998))
    around[max(0, top - 3) : bottom + 4, max(0, left - 4) : right + 5] = True
    return around


def told(
    photo: NDArray[np.uint8], line: NDArray[np.bool_], wide: NDArray[np.bool_], sure: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return strokes cut out as those of a line of text are; those that are known where they cannot be.

    They cannot where what is surely of the stamp would be left: the scene behind it has lines of its own.
    """
    rows, columns = np.nonzero(line)
    top, left, bottom, right = (
        int(at) for at in (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1)
    )
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    domain = line[top:bottom, left:right]
    window, cut = find_strokes(photo, Line(1.0, corners, float(bottom - top), left, top, domain))
    known = wide[window]
    if (cut & known).sum() < _SAME_STROKES * min(cut.sum(), known.sum()) or cut.sum() > known.sum():
        return wide
    missed = sure[window] & ~cut
    if missed.sum() > _LEFT * sure.sum():
        return wide
    mask = wide.copy()
    mask[window] = cut & grow(known, 2)
    return mask
