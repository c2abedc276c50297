"""Curves through a hole: which of those that could be are drawn, and where those end that have no partner."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_int, kernel
from wuhen.compute.signature import Flat, Plane
from wuhen.fill.structure.ends import Ends
from wuhen.fill.structure.looks import Looks
from wuhen.fill.structure.pairing import Joins
from wuhen.fill.structure.polynomials import TERMS

__all__ = ["Curve", "choose_curves"]

#: From this gain on a curve is wholly trusted; the least that is drawn.
_SURE, _LEAST = 3.0, 1.2
#: A pair whose rival is nearly as good, and ends elsewhere by so many px, is trusted half as much.
_CLOSE, _ELSEWHERE = 1.0, 4.0
#: What an edge without partner needs to be continued: points, and their greatest misfit, px.
_LONG, _STRAIGHT = 20, 0.4
#: Trust in an edge that runs to another, or out of the picture.
_RAY_TRUST = 0.8
#: Curves whose points come as near as this, px, meet.
_TOUCHING = 1.5
#: How far beside the hole a curve may run, px: edges are not followed so near it.
_GRAZING = 4
#: Shortest curve that is drawn, px.
_SHORTEST = 4
#: Usual difference of colours beside a T junction, levels of 255.
_ALIKE = 18.0
#: Least difference between both sides of its stem.
_APART = 12.0

_Points = NDArray[np.float64]


class Curve(NamedTuple):
    """A curve through the hole, with what is known of it on either side.

    Attributes
    ----------
    points
        float64 ``(n, 2)``: ``(x, y)``, about a pixel apart.
    first, last
        Where it enters and leaves the hole, as indices of points. Beyond ``last`` lie points only if it comes
        out of the hole again.
    trust
        0 to 1.
    ends
        The numbers of its edges; the second is -1 if it has only one.
    crossed
        Indices of points at which others cross it or end at it.
    doubt
        What trust differing colours have cost it, which something that crosses it would explain.
    """

    points: _Points
    first: int
    last: int
    trust: float
    ends: tuple[int, int]
    crossed: tuple[int, ...] = ()
    doubt: float = 0.0


def choose_curves(ends: Ends, looks: Looks, joins: Joins, distance: NDArray[np.uint8]) -> list[Curve]:
    """Choose pairs of edges, the best first, and continue straight edges that end at one of their curves."""
    curves = [_join(ends, looks, joins, int(number)) for number in _choose(joins)]
    curves += _rays(ends, looks, curves, distance)
    crossed = [_cross(curve, curves) for curve in curves]
    return [curve for curve in crossed if curve.trust >= _LEAST / _SURE]


def _choose(joins: Joins) -> list[int]:
    """Choose joins so that no edge has two, by gain."""
    taken: set[int] = set()
    chosen = []
    for number in np.argsort(-joins.gains, kind="stable"):
        one, other = (int(end) for end in joins.pairs[number])
        explained = joins.gains[number] + joins.colours[number]
        eligible = joins.gains[number] >= _LEAST or explained >= _SURE
        if eligible and one not in taken and other not in taken:
            taken |= {one, other}
            chosen.append(int(number))
    return chosen


def _join(ends: Ends, looks: Looks, joins: Joins, number: int) -> Curve:
    """Make a curve of a join."""
    one, other = (int(end) for end in joins.pairs[number])
    begin = ends.points[one, 0].astype(np.float64)
    across = ends.points[other, 0] - begin
    length = float(np.hypot(*across))
    along = across / length
    low, high = joins.reaches[number]
    places = np.arange(0.0, length + 0.5)
    inner = 2 * (places - low) / (high - low) - 1
    aside = np.zeros_like(places)
    for term in range(TERMS - 1, -1, -1):
        aside = aside * inner + joins.lines[number, term]
    inside = begin + places[:, None] * along + aside[:, None] * np.array([-along[1], along[0]])
    # Outside the hole it is where it was seen.
    before, after = (_smooth(ends.points[end, : looks.counts[end]]) for end in (one, other))
    points = np.concatenate([before[:0:-1], inside, after[1:]])
    gain = float(joins.gains[number])
    trust = min(gain / _SURE, 1.0)
    doubt = min((gain + joins.colours[number]) / _SURE, 1.0) - trust
    if _rivalled(ends, joins, number):
        trust, doubt = trust / 2, doubt / 2
    first = len(before) - 1
    return Curve(points, first, first + len(inside) - 1, trust, (one, other), doubt=doubt)


def _smooth(points: NDArray[np.float32]) -> _Points:
    """Take the noise out of a row of points."""
    smooth = points.astype(np.float64)
    for _ in range(2):
        smooth[1:-1] = (smooth[:-2] + 2 * smooth[1:-1] + smooth[2:]) / 4
    return smooth


def _rivalled(ends: Ends, joins: Joins, number: int) -> bool:
    """Say whether one of a join's edges might as well go elsewhere."""
    rivals = joins.gains > joins.gains[number] - _CLOSE
    rivals[number] = False
    for end in joins.pairs[number]:
        goal = ends.points[_partner(joins.pairs[number], end), 0]
        for pair in joins.pairs[rivals & (joins.pairs == end).any(axis=1)]:
            if np.hypot(*(ends.points[_partner(pair, end), 0] - goal)) > _ELSEWHERE:
                return True
    return False


def _partner(pair: NDArray[np.int64], end: int) -> int:
    return int(pair[1] if pair[0] == end else pair[0])


def _rays(ends: Ends, looks: Looks, curves: list[Curve], distance: NDArray[np.uint8]) -> list[Curve]:
    """Continue straight edges without partner to the curve that they meet, or out of the picture."""
    taken = {end for curve in curves for end in curve.ends}
    rays = []
    for end in range(len(ends.counts)):
        if end in taken or looks.counts[end] < _LONG or looks.misfits[end] > _STRAIGHT:
            continue
        ray = _ray(ends, looks, end, distance)
        if ray is None:
            continue
        stopped = _stop(ray, looks, curves)
        if stopped.trust > 0 and stopped.last - stopped.first >= _SHORTEST:
            rays.append(stopped)
    return rays


def _ray(ends: Ends, looks: Looks, end: int, distance: NDArray[np.uint8]) -> Curve | None:
    """Continue an edge straight through the hole; its last point is the last one in it."""
    known = ends.points[end, : looks.counts[end]].astype(np.float64)
    middle = known.mean(axis=0)
    offsets = known - middle
    angle = 0.5 * np.arctan2(2 * (offsets[:, 0] * offsets[:, 1]).sum(), (offsets**2 @ [1.0, -1.0]).sum())
    along = np.array([np.cos(angle), np.sin(angle)])
    if along @ looks.directions[end] > 0:
        along = -along
    aside = np.abs(offsets @ [-along[1], along[0]])
    if np.sqrt((aside**2).mean()) > _STRAIGHT:
        return None
    start = middle + (known[0] - middle) @ along * along
    behind = float((known[-1] - start) @ along)
    height, width = distance.shape
    places = np.arange(np.ceil(behind), np.hypot(height, width))
    points = start + places[:, None] * along
    rows, columns = np.rint(points[:, 1]).astype(int), np.rint(points[:, 0]).astype(int)
    within = (rows >= 0) & (columns >= 0) & (rows < height) & (columns < width)
    first = int(-np.ceil(behind))
    inside = within.copy()
    inside[within] = distance[rows[within], columns[within]] <= _GRAZING
    outside = np.flatnonzero(~inside[first + 6 :])
    last = first + 6 + int(outside[0]) - 1 if len(outside) else len(points) - 1
    if last - first < 8:  # noqa: PLR2004 - nothing to draw
        return None
    leaves = last + 1 >= len(points) or not within[last + 1]
    return Curve(points[: last + 1], first, last, _RAY_TRUST if leaves else 0.0, (end, -1))


def _stop(ray: Curve, looks: Looks, curves: list[Curve]) -> Curve:
    """End a ray at the first curve that it meets, without trust if colours do not say that it ends there."""
    best: tuple[int, float] | None = None
    for curve in curves:
        meeting = _meet(ray, curve)
        if meeting is None or (best is not None and meeting[0] >= best[0]):
            continue
        best = meeting[0], min(_RAY_TRUST, curve.trust + curve.doubt) * _agree(ray, curve, looks)
    if best is None:
        return ray
    last, trust = best
    return ray._replace(points=ray.points[: last + 1], last=last, trust=trust)


def _agree(ray: Curve, curve: Curve, looks: Looks) -> float:
    """Say how well the colours of a T junction fit: those beside the stem are those of a side of the bar."""
    stem = looks.sides[ray.ends[0]]
    one, other = curve.ends
    across = curve.points[curve.last] - curve.points[curve.first]
    inward = ray.points[ray.last] - ray.points[ray.first]
    # On which side of the bar, walked from its first end, the stem lies; and the stem's sides from there.
    on_right = across[0] * inward[1] - across[1] * inward[0] < 0
    # Walking inwards along the stem, left and right are those of walking outwards, exchanged.
    left, right = stem[1], stem[0]
    # Seen from the stem the bar runs from left to right, or the other way round.
    near_one = looks.sides[one, 0 if on_right else 1]
    near_other = looks.sides[other, 1 if on_right else 0]
    pairs = ((left, near_one), (right, near_other)) if on_right else ((right, near_one), (left, near_other))
    gaps = [float(np.sqrt(((a - b) ** 2).mean())) for a, b in pairs]
    apart = float(np.sqrt(((left - right) ** 2).mean()))
    if not apart > max(_APART, 2 * max(gaps)):
        # Nothing says that what lies beside the bar changes where the stem meets it.
        return 0.0
    return float(np.exp(-((max(gaps) / _ALIKE) ** 2) / 2))


def _meet(one: Curve, other: Curve) -> tuple[int, int] | None:
    """Find where two curves cross within the hole, as indices of their points."""
    a, b = one.points[one.first : one.last + 1], other.points[other.first : other.last + 1]
    places = np.zeros(2, np.int64)
    if _closest(np.ascontiguousarray(a), np.ascontiguousarray(b), places) > _TOUCHING:
        return None
    return one.first + int(places[0]), other.first + int(places[1])


@kernel
def _closest(one: Plane[np.float64], other: Plane[np.float64], places: Flat[np.int64]) -> float:
    """Find the closest points of two curves, and return their distance.

    Points lie about a pixel apart, so that as many may be passed over as one is away.
    """
    best = np.inf
    i = 0
    while i < len(one):
        nearest = np.inf
        j = 0
        while j < len(other):
            away = np.hypot(one[i, 0] - other[j, 0], one[i, 1] - other[j, 1])
            if away < best:
                best = away
                places[0] = i
                places[1] = j
            nearest = min(nearest, away)
            j += max(as_int(0.7 * away) - 1, 1)
        i += max(as_int(0.5 * nearest) - 1, 1)
    return best


def _cross(curve: Curve, curves: list[Curve]) -> Curve:
    """Note where others cross a curve or end at it."""
    crossed = []
    for other in curves:
        if other is curve:
            continue
        meeting = _meet(curve, other)
        if meeting is not None and curve.first + 2 < meeting[0] < curve.last - 2:
            crossed.append(meeting[0])
    explained = curve.doubt if crossed else 0.0
    return curve._replace(crossed=tuple(sorted(crossed)), trust=curve.trust + explained)
