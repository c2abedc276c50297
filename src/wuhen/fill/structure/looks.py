"""What edges look like where they end: their course, and the colours on either side."""

from typing import NamedTuple

import numpy as np

from wuhen.compute.compiled import as_int, inlined, kernel
from wuhen.compute.signature import Cube, Flat, Plane
from wuhen.fill.raster.layout import CHANNELS, COLOURS, KNOWN
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.window import Window
from wuhen.fill.structure.ends import Ends
from wuhen.fill.structure.polynomials import TERMS, add_sample, solve

__all__ = ["Looks", "describe"]

#: Points of an edge whose sides are looked at; distances from it, px, where the edge itself begins and ends,
#: and where a side begins and ends.
_LOOK, _INNER, _OUTER, _NEAR, _FAR = 16, 1, 2, 2, 6
#: An edge is used as far as a parabola runs through its points to so many px (root mean square).
_SMOOTH = 0.45
#: Fewest points of an edge, and by how much the part of it that is used may turn, radians.
_FEWEST, _ROUND = 10, 0.5


class Looks(NamedTuple):
    """What edges look like where they end.

    Attributes
    ----------
    counts
        int64 ``(n,)``: points that lie on a parabola.
    misfits
        float64 ``(n,)``: root mean square distance of those from it, px.
    directions
        float64 ``(n, 2)``: outwards, ``(x, y)``, length 1.
    bends
        float64 ``(n,)``: curvature, positive to the right of who walks outwards; 0 where it is uncertain.
    sides
        float64 ``(n, 2, 3)``: colours to the left and right of who walks outwards; NaN if not known.
    steps
        float64 ``(n, 3)``: change of colour across the edge itself, from left to right.
    """

    counts: Flat[np.int64]
    misfits: Flat[np.float64]
    directions: Plane[np.float64]
    bends: Flat[np.float64]
    sides: Cube[np.float64]
    steps: Plane[np.float64]


def describe(raster: Raster, box: Window, ends: Ends) -> Looks:
    """Measure direction, curvature and sides of edges.

    Parameters
    ----------
    raster, box
        What the edges were found in.
    ends
        The edges.
    """
    number = len(ends.counts)
    looks = Looks(
        np.zeros(number, np.int64), np.zeros(number), np.zeros((number, 2)), np.zeros(number),
        np.full((number, 2, COLOURS), np.nan), np.zeros((number, COLOURS)),
    )  # fmt: skip
    _describe(raster, box, ends, looks, np.zeros((TERMS, TERMS + 1)), np.zeros(TERMS))
    return looks


@inlined
def _fit_parabola(
    points: Plane[np.float32],
    count: int,
    e: int,
    looks: Looks,
    system: Plane[np.float64],
    parabola: Flat[np.float64],
) -> int:
    """Lay a parabola through an edge, in the frame of its chord, and note its course where it ends.

    Returned is how many points lie on it: the farther ones are given up until one fits.
    """
    while True:
        dx = float(points[count - 1, 0] - points[0, 0])
        dy = float(points[count - 1, 1] - points[0, 1])
        length = max(np.sqrt(dx * dx + dy * dy), 1.0)
        dx /= length
        dy /= length
        system[:3] = 0
        for p in range(count):
            u = ((points[p, 0] - points[0, 0]) * dx + (points[p, 1] - points[0, 1]) * dy) / length
            v = (points[p, 1] - points[0, 1]) * dx - (points[p, 0] - points[0, 0]) * dy
            add_sample(system, 3, u, v)
        solve(system, 3, parabola)
        total = 0.0
        for p in range(count):
            u = ((points[p, 0] - points[0, 0]) * dx + (points[p, 1] - points[0, 1]) * dy) / length
            v = (points[p, 1] - points[0, 1]) * dx - (points[p, 0] - points[0, 0]) * dy
            total += (v - parabola[0] - u * (parabola[1] + u * parabola[2])) ** 2
        misfit = np.sqrt(total / count)
        if misfit <= _SMOOTH or count * 3 // 4 < _FEWEST:
            break
        count = count * 3 // 4
    looks.misfits[e] = misfit
    slope = parabola[1] / length
    norm = np.sqrt(1 + slope * slope)
    looks.directions[e, 0] = (dx - slope * dy) / norm
    looks.directions[e, 1] = (dy + slope * dx) / norm
    bend = 2 * parabola[2] / (length * length)
    looks.counts[e] = min(count, max(_FEWEST, as_int(_ROUND / max(abs(bend), 1e-6))))
    # Deviation of a curvature measured from that many points that lie a pixel apart.
    doubt = max(misfit, 0.1) * 27 / length**2
    looks.bends[e] = bend if abs(bend) > 2 * doubt else 0.0
    return count


@inlined
def _look_aside(
    raster: Raster, box: Window, points: Plane[np.float32], count: int, e: int, looks: Looks
) -> None:
    """Note an edge's colours on either side, and the change across it, over its first points."""
    pixels, state = raster.pixels, raster.state
    height, width, pitch = raster.height, raster.width, raster.pitch
    for side in range(2):
        sign = 2 * side - 1
        found = 0
        for channel in range(COLOURS):
            looks.sides[e, side, channel] = 0
        for p in range(min(count, _LOOK)):
            for aside in range(_INNER, _FAR + 1):
                x = as_int(np.rint(box.left + points[p, 0] - sign * aside * looks.directions[e, 1]))
                y = as_int(np.rint(box.top + points[p, 1] + sign * aside * looks.directions[e, 0]))
                if x < 0 or y < 0 or x >= width or y >= height or state[y * pitch + x] != KNOWN:
                    continue
                found += aside >= _NEAR
                for channel in range(COLOURS):
                    value = float(pixels[(y * pitch + x) * CHANNELS + channel])
                    if aside <= _OUTER:
                        looks.steps[e, channel] += sign * value
                    if aside >= _NEAR:
                        looks.sides[e, side, channel] += value
        for channel in range(COLOURS):
            looks.sides[e, side, channel] = looks.sides[e, side, channel] / found if found > 0 else np.nan


@kernel
def _describe(
    raster: Raster,
    box: Window,
    ends: Ends,
    looks: Looks,
    system: Plane[np.float64],
    parabola: Flat[np.float64],
) -> None:
    """Describe edge after edge."""
    for e in range(len(ends.counts)):
        points = ends.points[e]
        count = _fit_parabola(points, as_int(ends.counts[e]), e, looks, system, parabola)
        _look_aside(raster, box, points, count, e, looks)
