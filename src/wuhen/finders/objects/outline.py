"""The outline of a mask, as a polygon."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["outline_of", "simplified"]

Point = tuple[float, float]


def outline_of(mask: NDArray[np.bool_]) -> list[Point]:
    """Return the corners around a mask of one piece, bool ``(h, w)``, clockwise from its upper left.

    They are corners of pixels, x and y, where the outline turns. Pieces that touch by a corner alone are two;
    what lies around the upper left one is returned. None for an empty mask.
    """
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return []
    inside = np.pad(mask, 1)
    x, y = int(columns[0]), int(rows[0])
    start, dx, dy = (x, y), 1, 0
    found: list[Point] = [(float(x), float(y))]
    while True:
        x, y = x + dx, y + dy
        # The two pixels ahead: the mask is to the right of the way.
        ahead_right = inside[y + (dy + dx + 1) // 2, x + (dx - dy + 1) // 2]
        ahead_left = inside[y + (dy - dx + 1) // 2, x + (dx + dy + 1) // 2]
        if not ahead_right:
            turned = (-dy, dx)
        elif ahead_left:
            turned = (dy, -dx)
        else:
            turned = (dx, dy)
        if (x, y) == start:
            return found
        if turned != (dx, dy):
            found.append((float(x), float(y)))
        dx, dy = turned


def simplified(points: list[Point], tolerance: float) -> list[Point]:
    """Return some of a closed polygon's corners, from which none of the others is farther than a tolerance.

    Douglas and Peucker, "Algorithms for the reduction of the number of points required to represent a
    digitized line or its caricature", 1973; the first corner and the one farthest from it stay.
    """
    if len(points) < 4:  # noqa: PLR2004 - a triangle is as simple as can be
        return points
    line = np.array([*points, points[0]])
    far = int(np.argmax(np.hypot(*(line[:-1] - line[0]).T)))
    kept = np.zeros(len(line), bool)
    kept[[0, far, -1]] = True
    open_ = [(0, far), (far, len(line) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:  # noqa: PLR2004 - nothing lies between
            continue
        along = line[last] - line[first]
        from_first = line[first + 1 : last] - line[first]
        length = float(np.hypot(*along))
        away = (
            np.abs(along[0] * from_first[:, 1] - along[1] * from_first[:, 0]) / length
            if length
            else np.hypot(*from_first.T)
        )
        most = int(np.argmax(away))
        if away[most] > tolerance:
            middle = first + 1 + most
            kept[middle] = True
            open_ += [(first, middle), (middle, last)]
    return [points[i] for i in np.flatnonzero(kept[:-1])]
