"""Which edges that end at a hole are one: a curve through both, and what speaks against it."""

# Numbers that mean something in one place only have no names.
# ruff: noqa: PLR2004

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_int, inlined, kernel
from wuhen.compute.signature import Flat, Plane
from wuhen.fill.raster.layout import COLOURS
from wuhen.fill.structure.ends import Ends
from wuhen.fill.structure.looks import Looks
from wuhen.fill.structure.polynomials import TERMS, add_sample, solve

__all__ = ["Joins", "join_all"]

#: What a curve may deviate from its points, px, and by which factor more than each edge's own parabola does.
_MISFIT, _SLACK = 0.35, 1.25
#: What deviation is that of a straight edge, px, at least, and the share of it that curves may have; the most
#: that is charged.
_EXACT, _FITTING, _MISFIT_MOST = 0.2, 0.6, 3.0
#: Cosine of the greatest angle between an edge and the straight way to the other.
_TOWARD = 0.5
#: Costs. What a pair is worth; a degree above the first; a turn of so much, radians, that edges do not show.
_WORTH = 6.0
_DEGREES = (0.0, 0.0, 0.8, 3.0, 3.5)
#: The share of that where both edges are curved, and how many points an edge should have.
_SHOWN, _FEW = 0.4, 20
_TURN = 0.35
_INFLECTION = 1.5
#: Differences in colour that are usual, levels of 255, and as a share of the contrast.
_USUAL, _SHARE = 10.0, 0.25
#: Two straight edges in one line are one even where colours differ: what crosses them may have changed them.
_STRAIGHT_MOST, _LINE_UP = 4.0, 2.5
#: Cost of an edge whose other end changes from dark to light where it changes from light to dark.
_TURNED = 3.0
#: Cost of the way through the hole being twice as long as both edges.
_LONG = 0.8


class Joins(NamedTuple):
    """Curves from one edge to another, that could be.

    Attributes
    ----------
    pairs
        int64 ``(n, 2)``.
    lines
        float64 ``(n, TERMS)``: of the polynomial that says how far the curve lies to the right of the
        straight way from the first edge's end to the second's; its argument runs from -1 to 1 over all that
        it was fitted to.
    reaches
        float64 ``(n, 2)``: where these arguments lie, px from the first end along the straight way.
    degrees
        int64 ``(n,)``.
    gains
        float64 ``(n,)``: how much better it is than none, in the sense of a log likelihood.
    colours
        float64 ``(n,)``: how much of that differing colours have cost two straight edges, which something
        that crosses them would explain; 0 for curves.
    """

    pairs: Plane[np.int64]
    lines: Plane[np.float64]
    reaches: Plane[np.float64]
    degrees: Flat[np.int64]
    gains: Flat[np.float64]
    colours: Flat[np.float64]


def join_all(ends: Ends, looks: Looks, distance: NDArray[np.uint8]) -> Joins:
    """Lay a curve through every two edges that could be one, and weigh it.

    Parameters
    ----------
    ends, looks
        The edges.
    distance
        uint8, of the edges' box: to the hole; a curve must lie in the hole.
    """
    number = len(ends.counts)
    most = number * (number - 1) // 2
    joins = Joins(
        np.zeros((most, 2), np.int64), np.zeros((most, TERMS)), np.zeros((most, 2)),
        np.zeros(most, np.int64), np.zeros(most), np.zeros(most),
    )  # fmt: skip
    count = _join_all(ends, looks, distance, joins, np.zeros((TERMS, TERMS + 1)), np.zeros((TERMS, TERMS)))
    return Joins(
        joins.pairs[:count], joins.lines[:count], joins.reaches[:count], joins.degrees[:count],
        joins.gains[:count], joins.colours[:count],
    )  # fmt: skip


@inlined
def _colour_cost(looks: Looks, i: int, j: int) -> tuple[float, float]:
    """Compare the sides, and then whether dark is where light is.

    Left of who walks out of the hole is right of who walks in.
    """
    contrast = 0.0
    for e in range(2):
        one = i if e == 0 else j
        gap = 0.0
        for channel in range(COLOURS):
            gap += (looks.sides[one, 0, channel] - looks.sides[one, 1, channel]) ** 2
        contrast = max(contrast, gap)
    usual = _USUAL + _SHARE * np.sqrt(contrast / COLOURS)
    least = 4.0
    most = 0.0
    for side in range(2):
        gap = 0.0
        for channel in range(COLOURS):
            gap += (looks.sides[i, side, channel] - looks.sides[j, 1 - side, channel]) ** 2
        gap = gap / COLOURS / usual**2
        if not np.isnan(gap):
            least = min(least, gap)
            most = max(most, gap)
    inner = 0.0
    own = 0.0
    other = 0.0
    for channel in range(COLOURS):
        inner -= looks.steps[i, channel] * looks.steps[j, channel]
        own += looks.steps[i, channel] ** 2
        other += looks.steps[j, channel] ** 2
    turned = _TURNED if inner < 0.3 * np.sqrt(own * other) else 0.0
    return min(least, 4.0) + 0.6 * min(most, 6.0), turned


@inlined
def _way(ends: Ends, i: int, j: int) -> tuple[float, float, float, float, float]:
    """Say where the straight way from one edge's end to another's begins, its direction and its length."""
    begin_x = float(ends.points[i, 0, 0])
    begin_y = float(ends.points[i, 0, 1])
    dx = ends.points[j, 0, 0] - begin_x
    dy = ends.points[j, 0, 1] - begin_y
    length = np.sqrt(dx * dx + dy * dy)
    return begin_x, begin_y, dx / length, dy / length, length


@inlined
def _fit(
    ends: Ends,
    looks: Looks,
    i: int,
    j: int,
    low: float,
    high: float,
    degree: int,
    system: Plane[np.float64],
    line: Flat[np.float64],
) -> float:
    """Lay a polynomial through both edges, in the frame of the straight way; return its misfit, px."""
    begin_x, begin_y, dx, dy, _ = _way(ends, i, j)
    size = degree + 1
    system[:size] = 0
    total = 0
    misfit = 0.0
    for solved in range(2):
        for e in range(2):
            one = i if e == 0 else j
            for p in range(looks.counts[one]):
                x = ends.points[one, p, 0] - begin_x
                y = ends.points[one, p, 1] - begin_y
                u = 2 * (x * dx + y * dy - low) / (high - low) - 1
                v = y * dx - x * dy
                if solved == 0:
                    add_sample(system, size, u, v)
                    continue
                value = 0.0
                for term in range(size - 1, -1, -1):
                    value = value * u + line[term]
                misfit += (v - value) ** 2
                total += 1
        if solved == 0:
            solve(system, size, line)
    root: float = np.sqrt(misfit / total)
    return root


@inlined
def _turning(line: Flat[np.float64], low: float, high: float, length: float) -> tuple[float, int]:
    """Sum up how far a curve turns within the hole, radians, and count its inflections."""
    total = 0.0
    last = 0.0
    before = 0.0
    inflections = 0
    for step in range(13):
        u = 2 * (length * step / 12 - low) / (high - low) - 1
        slope = (line[1] + u * (2 * line[2] + u * (3 * line[3] + u * 4 * line[4]))) * 2 / (high - low)
        angle = np.arctan(slope)
        if step > 0:
            turn = angle - last
            total += abs(turn)
            if turn * before < 0 and min(abs(turn), abs(before)) > 0.004:
                inflections += 1
            before = turn
        last = angle
    return total, inflections


@inlined
def _in_hole(
    ends: Ends, i: int, j: int, line: Flat[np.float64], low: float, high: float, distance: Plane[np.uint8]
) -> bool:
    """Whether a curve runs through the hole all the way, but for its ends and where it grazes the border."""
    height, width = distance.shape
    begin_x, begin_y, dx, dy, length = _way(ends, i, j)
    steps = as_int(length)
    strayed = 0
    for step in range(6, steps - 5):
        u = 2 * (step - low) / (high - low) - 1
        v = line[0] + u * (line[1] + u * (line[2] + u * (line[3] + u * line[4])))
        x = as_int(np.rint(begin_x + step * dx - v * dy))
        y = as_int(np.rint(begin_y + step * dy + v * dx))
        if x < 0 or y < 0 or x >= width or y >= height:
            return False
        if distance[y, x] > 2:
            strayed += 1 if distance[y, x] <= 5 else 4
    return strayed <= max(3, steps // 12)


@inlined
def _reach(
    ends: Ends, looks: Looks, i: int, j: int, dx: float, dy: float, length: float
) -> tuple[float, float]:
    """Say from where to where two edges and the way between them lie along it, px from the first end."""
    low = 0.0
    high = length
    for p in range(looks.counts[i]):
        x = ends.points[i, p, 0] - ends.points[i, 0, 0]
        y = ends.points[i, p, 1] - ends.points[i, 0, 1]
        low = min(low, (x * dx + y * dy) / length)
    for p in range(looks.counts[j]):
        x = ends.points[j, p, 0] - ends.points[i, 0, 0]
        y = ends.points[j, p, 1] - ends.points[i, 0, 1]
        high = max(high, (x * dx + y * dy) / length)
    return low, high


@inlined
def _choose_degree(
    ends: Ends,
    looks: Looks,
    i: int,
    j: int,
    low: float,
    high: float,
    own: float,
    system: Plane[np.float64],
    lines: Plane[np.float64],
) -> tuple[int, float]:
    """Fit the polynomial of the lowest degree that will do; return degree and misfit, `TERMS` if none does.

    ``own`` is the misfit of the edges' own parabolas, px. Row ``degree`` of ``lines`` is written.
    """
    exact = max(_EXACT, _SLACK * own)
    degree = 1
    misfit = 0.0
    while degree < TERMS:
        misfit = _fit(ends, looks, i, j, low, high, degree, system, lines[degree])
        if misfit <= (exact if degree == 1 else _FITTING * exact):
            return degree, misfit
        degree += 1
    # What no degree fits well the lowest may still fit well enough.
    allowed = max(_MISFIT, _SLACK * own)
    for lowest in range(1, TERMS):
        misfit = _fit(ends, looks, i, j, low, high, lowest, system, lines[lowest])
        if misfit <= allowed:
            return lowest, misfit
    return TERMS, misfit


@inlined
def _weigh(
    looks: Looks,
    i: int,
    j: int,
    degree: int,
    misfit: float,
    own: float,
    turning: tuple[float, int],
    length: float,
) -> tuple[float, float]:
    """Add up what speaks against a curve; return that, and how much of it is due to colours."""
    turn, inflections = turning
    shown = 0.5 * (abs(looks.bends[i]) + abs(looks.bends[j])) * length
    fewest = min(looks.counts[i], looks.counts[j])
    shows = looks.bends[i] != 0 and looks.bends[j] != 0
    cost = min((misfit / max(_EXACT, _SLACK * own)) ** 2, _MISFIT_MOST) + _INFLECTION * inflections
    cost += _DEGREES[degree] * (_SHOWN if shows else 1.0)
    cost += max(1 - fewest / _FEW, 0.0)
    cost += (max(turn - shown, 0.0) / _TURN) ** 2
    colour, turned = _colour_cost(looks, i, j)
    if degree == 1:
        # That long edges lie in one line by chance is less likely than that colours change.
        line_up = min(max((fewest - 12) / 24, 0.0), 1.0)
        line_up *= min(max(2.5 - misfit / max(own, 0.1), 0.0), 1.0)
        colour = min(colour, _STRAIGHT_MOST - _LINE_UP * line_up)
    colour += turned
    cost += colour
    cost += _LONG * max(np.log2(length / (looks.counts[i] + looks.counts[j])), 0.0)
    return cost, colour


@kernel
def _join_all(
    ends: Ends,
    looks: Looks,
    distance: Plane[np.uint8],
    joins: Joins,
    system: Plane[np.float64],
    lines: Plane[np.float64],
) -> int:
    """Weigh every pair whose edges point to each other; return how many are worth keeping."""
    found = 0
    number = len(ends.counts)
    for i in range(number):
        for j in range(i + 1, number):
            dx = float(ends.points[j, 0, 0] - ends.points[i, 0, 0])
            dy = float(ends.points[j, 0, 1] - ends.points[i, 0, 1])
            length = np.sqrt(dx * dx + dy * dy)
            if length < 5:
                continue
            one = -(looks.directions[i, 0] * dx + looks.directions[i, 1] * dy) / length
            other = (looks.directions[j, 0] * dx + looks.directions[j, 1] * dy) / length
            if one < _TOWARD or other < _TOWARD:
                continue
            low, high = _reach(ends, looks, i, j, dx, dy, length)
            share = looks.counts[i] / (looks.counts[i] + looks.counts[j])
            own = np.sqrt(share * looks.misfits[i] ** 2 + (1 - share) * looks.misfits[j] ** 2)
            degree, misfit = _choose_degree(ends, looks, i, j, low, high, own, system, lines)
            if degree == TERMS:
                continue
            line = lines[degree]
            turning = _turning(line, low, high, length)
            cost, colour = _weigh(looks, i, j, degree, misfit, own, turning, length)
            if cost >= _WORTH or not _in_hole(ends, i, j, line, low, high, distance):
                continue
            joins.pairs[found, 0] = i
            joins.pairs[found, 1] = j
            for term in range(TERMS):
                joins.lines[found, term] = line[term]
            joins.reaches[found, 0] = low
            joins.reaches[found, 1] = high
            joins.degrees[found] = degree
            joins.gains[found] = _WORTH - cost
            joins.colours[found] = colour if degree == 1 else 0.0
            found += 1
    return found
