"""From the detector's probabilities to lines of text.

The detector was trained to mark lines that are shrunk, so that they do not touch (Liao et al., *Real-time
Scene Text Detection with Differentiable Binarization*, AAAI 2020). Each connected component of what it marks
is a line; it is grown again by as much as it was shrunk, along its outline, so that a curved one stays so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.regions import grow
from wuhen.finders.runs import Runs, find_runs

__all__ = ["Line", "find_lines"]

#: From this probability on a pixel belongs to a line.
_MARKED = 0.3
#: How far a line is grown: by so many times its area, divided by its perimeter.
_UNSHRINK = 1.6
#: Shrunk lines are no thinner than this, in pixels, nor smaller.
_LEAST_SIDE, _LEAST_AREA = 2.5, 12
_HALF = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of text.

    Attributes
    ----------
    score : float
        Mean probability, 0 to 1.
    corners : (4, 2) ndarray of float64
        x and y of the smallest rectangle around it, clockwise from the upper left of the line.
    height : float
        How thick it is, in pixels; less than the rectangle if it is bent.
    left, top : int
        Where `domain` lies.
    domain : (h, w) ndarray of bool
        What the line covers.
    """

    score: float
    corners: NDArray[np.float64]
    height: float
    left: int
    top: int
    domain: NDArray[np.bool_] = field(repr=False)


def find_lines(probability: NDArray[np.float32], least: float) -> Iterator[Line]:
    """Find lines.

    Parameters
    ----------
    probability
        float32 ``(h, w)``, 0 to 1.
    least
        Score that a line has.

    Yields
    ------
    Line
        In the map's pixels.
    """
    runs = find_runs(probability > _MARKED)
    areas = runs.areas()
    sums = np.zeros(runs.count)
    totals = np.concatenate([[0.0], np.cumsum(probability, dtype=np.float64)])
    flat = runs.rows * probability.shape[1]
    np.add.at(sums, runs.labels, totals[flat + runs.ends] - totals[flat + runs.starts])
    order = np.argsort(runs.labels, kind="stable")
    bounds = np.searchsorted(runs.labels[order], np.arange(runs.count + 1))
    for label in np.flatnonzero((areas >= _LEAST_AREA) & (sums >= least * np.maximum(areas, 1))):
        line = _make(
            runs, order[bounds[label] : bounds[label + 1]], probability.shape, sums[label] / areas[label]
        )
        if line is not None:
            yield line


def _make(runs: Runs, mine: NDArray[np.intp], shape: tuple[int, ...], score: float) -> Line | None:
    """Make a line of some runs, or None if it is too thin."""
    rows, starts, ends = runs.rows[mine], runs.starts[mine], runs.ends[mine]
    points = np.concatenate(
        [np.stack([x, y], 1) for x in (starts, ends) for y in (rows, rows + 1)],
    ).astype(np.float64)
    centre, axes, sides = _smallest_rectangle(_hull(points))
    if sides.min() < _LEAST_SIDE:
        return None
    area = float((ends - starts).sum())
    # A line that is bent is thinner than its rectangle.
    thin, long = area / sides.max(), sides.max()
    reach = _UNSHRINK * area / (2 * (long + thin))
    margin = int(np.ceil(reach))
    top, left = max(0, int(rows[0]) - margin), max(0, int(starts.min()) - margin)
    bottom, right = min(shape[0], int(rows[-1]) + 1 + margin), min(shape[1], int(ends.max()) + margin)
    core = np.zeros((bottom - top, right - left), bool)
    for row, start, end in zip(rows - top, starts - left, ends - left, strict=True):
        core[row, start:end] = True
    corners = _corners(centre, axes, sides + 2 * reach)
    return Line(score, corners, float(thin + 2 * reach), left, top, grow(core, max(1, round(reach))))


def _hull(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the convex hull of points (Andrew's monotone chain), counted once around."""
    ordered = np.unique(points, axis=0)
    halves: list[list[NDArray[np.float64]]] = []
    for chain in (ordered, ordered[::-1]):
        half: list[NDArray[np.float64]] = []
        for point in chain:
            while len(half) > 1 and _turn(half[-2], half[-1], point) <= 0:
                half.pop()
            half.append(point)
        halves.append(half[:-1])
    return np.array(halves[0] + halves[1])


def _turn(a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def _smallest_rectangle(
    hull: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return centre, axes (rows) and sides of the smallest rectangle around a hull; they share a side."""
    edges = np.roll(hull, -1, axis=0) - hull
    along = edges / np.linalg.norm(edges, axis=1, keepdims=True)
    across = np.stack([-along[:, 1], along[:, 0]], 1)
    spans = [(hull @ axes.T) for axes in (along, across)]
    lows, highs = (np.stack([extreme(span, axis=0) for span in spans], 1) for extreme in (np.min, np.max))
    best = int(np.prod(highs - lows, axis=1).argmin())
    axes = np.stack([along[best], across[best]])
    return (lows[best] + highs[best]) / 2 @ axes, axes, highs[best] - lows[best]


def _corners(
    centre: NDArray[np.float64], axes: NDArray[np.float64], sides: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a rectangle's corners, clockwise from the upper left one of the line when it is read.

    Lines that are rather upright are read from above, others from the left.
    """
    long = int(sides.argmax())
    forward, across = axes[long] * sides[long] * _HALF, axes[1 - long] * sides[1 - long] * _HALF
    if forward[0] + forward[1] < 0:
        forward = -forward
    if forward[0] * across[1] - forward[1] * across[0] < 0:
        across = -across
    if abs(forward[1]) > abs(forward[0]):  # upright: its upper left is the first that is read, too
        forward, across = -across, forward
        if forward[0] < 0:
            forward = -forward
    offsets = np.array([-forward - across, forward - across, forward + across, across - forward])
    corners: NDArray[np.float64] = centre + offsets
    return corners
