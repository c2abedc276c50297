"""Vanishing lines of the planes around a hole, from the straight segments that lie on them.

Edges that are parallel in space meet in one point of the picture, or are parallel there, too. The points in
which most segments meet are found one after the other, each by the best of all pairs of the longest segments
(Fischler & Bolles 1981, with every pair in place of random ones) and then fitted to all that pass by it. Two
such points lie on the vanishing line of the plane that both families of edges span, if there is one; that
line alone says how the plane's scale changes through the picture (Liebowitz & Zisserman 1998). Whether there
is one, and is worth looking at, the edges themselves say: at equal distances on it they repeat themselves.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, kernel
from wuhen.compute.signature import Flat, Plane, Single

__all__ = ["Families", "find_families", "find_vanishing_lines"]

#: How many vanishing points are looked for, and how many of the longest segments propose one.
_POINTS, _PROPOSING = 3, 48
#: Sine of the angle by which a segment may miss its vanishing point: a degree and a half.
_MISS = 0.026
#: Segments, and their length in extents of the hole, that must agree on a point.
_MIN_SEGMENTS, _MIN_LENGTH = 6, 1.0
#: Distance of a vanishing point from the hole's middle, in extents of it, at least.
_NEAREST = 0.8
#: How far a plane's scale changes over an extent of the hole at most: if more its horizon is too near. How
#: many planes are tried where only one point is known.
_MOST_CHANGE, _FAN = 1.2, 33
#: Segments that such a point must have.
_MIN_FAMILY = 20
#: Two planes differ at least by so much; how many are returned at most.
_APART, _MOST_PLANES = 0.03, 2
#: Scale of a plane, where that in the hole's middle is 1, from which on it is looked at.
_LEAST_SCALE = 0.4
#: Correlation from which on a plane's lines are regular, and how many segments must say so.
_REGULAR, _MIN_REGULAR = 0.7, 12
#: Places to an extent of the hole, by which lines' distances are told, how many there are, and how many two
#: lines are apart at least.
_BINS, _PLACES, _LEAST_LAG = 50, 240, 4


class _Segments(NamedTuple):
    """Segments in extents of the hole from its middle, the longest first.

    Attributes
    ----------
    begins, ends, centres, along, normals
        float32 ``(n, 2)``, and ``(n, 3)``: ends, middle, direction, and line.
    lengths
        float32 ``(n,)``.
    """

    begins: Plane[np.float32]
    ends: Plane[np.float32]
    centres: Plane[np.float32]
    along: Plane[np.float32]
    normals: Plane[np.float32]
    lengths: Flat[np.float32]

    @classmethod
    def of(
        cls,
        begins: NDArray[np.float32],
        ends: NDArray[np.float32],
        middle: tuple[float, float],
        extent: float,
    ) -> "_Segments":
        """Scale segments that are given in pixels."""
        one: NDArray[np.float32] = ((begins - middle) / extent).astype(np.float32)
        other: NDArray[np.float32] = ((ends - middle) / extent).astype(np.float32)
        lengths = np.maximum(np.hypot(*(other - one).T), np.float32(1e-6))
        along = (other - one) / lengths[:, None]
        centres = np.float32(0.5) * (one + other)
        normals = [-along[:, 1], along[:, 0], along[:, 1] * centres[:, 0] - along[:, 0] * centres[:, 1]]
        return cls(one, other, centres, along, np.stack(normals, axis=1), lengths)


class Families(NamedTuple):
    """The segments around a hole, and the points in which most of them meet.

    Attributes
    ----------
    segments
        All of them.
    points
        float64 ``(m, 3)``: homogeneous ``(x, y, 1)`` in extents from the middle, of unit length; first that
        in which most segments meet.
    middle, extent
        ``(x, y)`` of the hole, and the root of its area, px.
    """

    segments: _Segments
    points: NDArray[np.float64]
    middle: tuple[float, float]
    extent: float


def find_families(
    begins: NDArray[np.float32], ends: NDArray[np.float32], middle: tuple[float, float], extent: float
) -> Families:
    """Find the points in which most segments around a hole meet.

    Parameters
    ----------
    begins, ends
        float32 ``(n, 2)``: ``(x, y)`` of the segments' ends, px, the longest segment first. Who walks from
        one to the other has the brighter side always on the same hand.
    middle
        ``(x, y)`` of the hole, px.
    extent
        Root of the hole's area, px.
    """
    segments = _Segments.of(begins, ends, middle, extent)
    return Families(segments, _find_points(segments), middle, extent)


def find_vanishing_lines(families: Families) -> NDArray[np.float32]:
    """Find planes around a hole on which lines run at equal distances.

    Returns
    -------
    ndarray
        float32 ``(m, 2)``: ``(a, b)`` of the lines on which ``1 + a x + b y`` is 0, where x and y are pixels
        from the middle. It is 1 there, and falls towards the horizon. The most regular first.
    """
    segments, points = families.segments, families.points
    found: list[tuple[float, NDArray[np.float64]]] = []
    for first in range(len(points)):
        for second in range(first):
            line = np.cross(points[second], points[first])
            if abs(line[2]) * _MOST_CHANGE <= np.hypot(line[0], line[1]):
                continue
            line = line[:2] / line[2]
            regular = max(_regularity(segments, points[one], line) for one in (first, second))
            found.append((regular, line))
    if not any(regular > _REGULAR for regular, _ in found):
        for point in points[:1]:
            found.extend(_fan(segments, point))
    kept: list[NDArray[np.float64]] = []
    for regular, line in sorted(found, key=lambda one: -one[0]):
        if regular > _REGULAR and all(np.hypot(*(line - one)) > _APART for one in kept):
            kept.append(line)
    return (np.array(kept[:_MOST_PLANES]).reshape(-1, 2) / families.extent).astype(np.float32)


def _fan(segments: _Segments, point: NDArray[np.float64]) -> list[tuple[float, NDArray[np.float64]]]:
    """Try vanishing lines through one point: of one family of edges only the spacing tells."""
    if np.count_nonzero(_miss(point, segments.centres, segments.along) < _MISS) < _MIN_FAMILY:
        return []
    size = np.hypot(point[0], point[1])
    normal = np.array([-point[1], point[0]]) / size
    towards = -point[2] / size * np.array([point[0], point[1]]) / size
    lines = [towards + change * normal for change in np.linspace(-_MOST_CHANGE, _MOST_CHANGE, _FAN) / 2]
    return [(_regularity(segments, point, line), line) for line in lines if np.hypot(*line) < _MOST_CHANGE]


def _regularity(segments: _Segments, point: NDArray[np.float64], line: NDArray[np.float64]) -> float:
    """Say how far the edges that meet in a point repeat themselves at equal distances on a plane: 0 to 1."""
    profile = np.zeros((2, _PLACES), np.float32)
    ends = np.array([np.inf, -np.inf], np.float32)
    seen = point.astype(np.float32), line.astype(np.float32)
    for turn in range(2):
        if _project(segments, *seen, ends, profile, turn > 0) < _MIN_REGULAR:
            return 0.0
    count = int(min(_PLACES, (ends[1] - ends[0]) * _BINS + 1))
    return float(_correlate(profile, count))


def _find_points(segments: _Segments) -> NDArray[np.float64]:
    """Find the points in which most segments meet, one after the other.

    Returns
    -------
    ndarray
        float64 ``(m, 3)``: homogeneous ``(x, y, 1)`` in extents from the middle, of unit length.
    """
    free = np.ones(len(segments.lengths), np.bool_)
    points: list[NDArray[np.float64]] = []
    while len(points) < _POINTS:
        proposing = np.flatnonzero(free)[:_PROPOSING]
        if len(proposing) < _MIN_SEGMENTS:
            break
        point, lengths = np.zeros(3, np.float32), segments.lengths[proposing]
        left = np.cumsum(lengths[::-1], dtype=np.float32)[::-1].copy()
        weight = _propose(
            segments.normals[proposing], segments.centres[proposing], segments.along[proposing],
            lengths, left, point,
        )  # fmt: skip
        if weight < _MIN_LENGTH:
            break
        exact = point.astype(np.float64)
        for _ in range(2):
            near = free & (_miss(exact, segments.centres, segments.along) < _MISS)
            exact = _fit(exact, segments.normals[near], segments.centres[near], segments.lengths[near])
        misses = _miss(exact, segments.centres, segments.along)
        if np.count_nonzero(free & (misses < _MISS)) >= _MIN_SEGMENTS:
            points.append(exact)
        free &= misses > 2 * _MISS
    return np.array(points).reshape(-1, 3)


def _miss(
    point: NDArray[np.float64], centres: NDArray[np.float32], along: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Sine of the angle between each segment and the way from its middle to a point."""
    way = point[:2] - point[2] * centres
    misses: NDArray[np.float64] = np.abs(way[:, 0] * along[:, 1] - way[:, 1] * along[:, 0]) / np.maximum(
        np.hypot(way[:, 0], way[:, 1]), 1e-9
    )
    return misses


def _fit(
    point: NDArray[np.float64],
    normals: NDArray[np.float32],
    centres: NDArray[np.float32],
    lengths: NDArray[np.float32],
) -> NDArray[np.float64]:
    """Move a point to where the segments that pass by it meet best, by their length."""
    if len(normals) < 2:  # noqa: PLR2004 - two lines make a point
        return point
    way = point[:2] - point[2] * centres
    weights = lengths / np.maximum((way**2).sum(axis=1), 1e-9)
    moments = (normals * weights[:, None]).T.astype(np.float64) @ normals
    fitted: NDArray[np.float64] = np.linalg.eigh(moments)[1][:, 0]
    return fitted


@kernel
def _propose(
    normals: Plane[np.float32],
    centres: Plane[np.float32],
    along: Plane[np.float32],
    lengths: Flat[np.float32],
    left: Flat[np.float32],
    point: Flat[np.float32],
) -> Single:
    """Write the meeting point of two segments by which the most length passes; return that length.

    ``left`` is the length of a segment and all after it.
    """
    best = as_float(0)
    limit = as_float(1 / (_MISS * _MISS))
    for i in range(len(lengths)):
        for j in range(i):
            x = normals[i, 1] * normals[j, 2] - normals[i, 2] * normals[j, 1]
            y = normals[i, 2] * normals[j, 0] - normals[i, 0] * normals[j, 2]
            z = normals[i, 0] * normals[j, 1] - normals[i, 1] * normals[j, 0]
            size = np.sqrt(x * x + y * y + z * z)
            if size < as_float(1e-5) or x * x + y * y < as_float(_NEAREST * _NEAREST) * z * z:
                continue
            total = as_float(0)
            for k in range(len(lengths)):
                # Sums of so few numbers are exact to much more than a thousandth.
                if total + left[k] < as_float(0.999) * best:
                    break
                across = x - z * centres[k, 0]
                down = y - z * centres[k, 1]
                turn = across * along[k, 1] - down * along[k, 0]
                miss = turn * turn * limit
                square = across * across + down * down
                if miss < square:
                    total += lengths[k] * (as_float(1) - miss / square)
            if total > best:
                best = total
                point[0] = x / size
                point[1] = y / size
                point[2] = z / size
    return best


@kernel
def _project(
    segments: _Segments,
    point: Flat[np.float32],
    line: Flat[np.float32],
    ends: Flat[np.float32],
    profile: Plane[np.float32],
    fill: bool,  # noqa: FBT001 - compiled, called with positions
) -> int:
    """Find between which ``ends`` the edges that meet in a point lie on a plane, or ``fill`` their profile.

    Edges whose brighter sides face each other are kept apart. Returns how many they are.
    """
    size = np.sqrt(point[0] * point[0] + point[1] * point[1])
    toward_x = point[0] / size
    toward_y = point[1] / size
    count = 0
    for i in range(len(segments.lengths)):
        x = segments.centres[i, 0]
        y = segments.centres[i, 1]
        scale = as_float(1) + x * line[0] + y * line[1]
        if scale < as_float(_LEAST_SCALE) or scale > as_float(1 / _LEAST_SCALE):
            continue
        way_x = point[0] - point[2] * x
        way_y = point[1] - point[2] * y
        turn = way_x * segments.along[i, 1] - way_y * segments.along[i, 0]
        if turn * turn > as_float(_MISS * _MISS) * (way_x * way_x + way_y * way_y):
            continue
        count += 1
        across = (y * toward_x - x * toward_y) / scale
        ends[0] = min(ends[0], across)
        ends[1] = max(ends[1], across)
        place = as_int((across - ends[0]) * as_float(_BINS))
        if not fill or place >= _PLACES:
            continue
        begin = as_float(1) + segments.begins[i, 0] * line[0] + segments.begins[i, 1] * line[1]
        end = as_float(1) + segments.ends[i, 0] * line[0] + segments.ends[i, 1] * line[1]
        length = (segments.ends[i, 0] / end - segments.begins[i, 0] / begin) * toward_x
        length += (segments.ends[i, 1] / end - segments.begins[i, 1] / begin) * toward_y
        weight = min(abs(length), as_float(1))
        sign = 1 if length > 0 else 0
        profile[sign, place] += weight
        profile[sign, max(place - 1, 0)] += as_float(0.5) * weight
        profile[sign, min(place + 1, _PLACES - 1)] += as_float(0.5) * weight
    return count


@kernel
def _correlate(profile: Plane[np.float32], count: int) -> Single:
    """Greatest normalised correlation of a profile with itself, shifted by up to three fifths of it."""
    best = as_float(0)
    for lag in range(_LEAST_LAG, count * 3 // 5):
        both = as_float(0)
        one = as_float(0)
        other = as_float(0)
        for sign in range(2):
            for i in range(count - lag):
                here = profile[sign, i]
                there = profile[sign, i + lag]
                both += here * there
                one += here * here
                other += there * there
        if one > 0 and other > 0:
            best = max(best, both / as_float(np.sqrt(one * other)))
    return best
