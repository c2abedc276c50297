"""Edges that run into a hole, followed outwards from its border with subpixel precision."""

# Compiled loops are long on purpose.
# ruff: noqa: C901, PLR0912, PLR0915, PLR2004

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, inlined, kernel
from wuhen.compute.signature import Cube, Flat, Plane, Single
from wuhen.fill.raster.layout import FULL_COVER, HOLE
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.window import Window
from wuhen.fill.structure.gradients import REACH, Gradients

__all__ = ["LONGEST", "Ends", "find_ends", "measure_distance"]

#: How far an edge is followed, px.
LONGEST = 48
#: Shortest edge that is of use, px, and how far from the hole edges may begin.
_SHORTEST, _BEGIN = 10, 4
#: An edge must lead away from the hole by so many of the first 6 px.
_AWAY = 1.5
#: An edge is stronger than the surroundings' median gradient by this factor, and than so many levels per px.
_ABOVE, _LEAST = 2.5, 2.0
#: An edge goes on while its strength is at least this share of what it was.
_LASTING = 0.35
#: No more edges than this are followed.
_MOST = 256


class Ends(NamedTuple):
    """Edges, each from its end at the hole outwards.

    Attributes
    ----------
    points
        float32 ``(n, LONGEST, 2)``: ``(x, y)`` in the box, pixels' centres at whole numbers, a pixel apart.
    counts
        int64 ``(n,)``: how many of them there are.
    strengths
        float32 ``(n,)``: mean gradient along it, levels of 255 per pixel.
    """

    points: Cube[np.float32]
    counts: Flat[np.int64]
    strengths: Flat[np.float32]


def measure_distance(raster: Raster, box: Window) -> NDArray[np.uint8]:
    """Measure chessboard distances to what is not wholly known: uint8 ``(h, w)``, 255 at most.

    The hole must lie in the box.
    """
    distance = np.empty(box.shape, np.uint8)
    _spread(raster, box, distance)
    return distance


def find_ends(gradients: Gradients, distance: NDArray[np.uint8]) -> Ends:
    """Follow the edges that end at a hole.

    Parameters
    ----------
    gradients
        Around the hole.
    distance
        uint8, of the same box: see `measure_distance`.
    """
    strength = gradients.strength
    usable = strength[(strength >= 0) & (distance < LONGEST)]
    least = max(_LEAST, _ABOVE * float(np.median(usable))) if len(usable) else np.inf
    ends = Ends(
        np.zeros((_MOST, LONGEST, 2), np.float32), np.zeros(_MOST, np.int64), np.zeros(_MOST, np.float32)
    )
    seeds: NDArray[np.int32] = np.flatnonzero(
        (distance > REACH) & (distance <= REACH + _BEGIN) & (strength >= least)
    ).astype(np.int32)
    seeds = seeds[np.argsort(-strength.reshape(-1)[seeds], kind="stable")]
    taken = np.zeros(strength.shape, np.uint8)
    count = _follow_all(gradients, distance, seeds, as_float(least), taken, ends)
    return Ends(ends.points[:count], ends.counts[:count], ends.strengths[:count])


@kernel
def _spread(raster: Raster, box: Window, distance: Plane[np.uint8]) -> None:
    """Two sweeps, there and back."""
    state, cover, pitch = raster.state, raster.cover, raster.pitch
    height, width = distance.shape
    for y in range(height):
        for x in range(width):
            at = (box.top + y) * pitch + box.left + x
            if state[at] == HOLE or cover[at] < FULL_COVER:
                distance[y, x] = 0
                continue
            least = 254
            if y > 0:
                least = min(least, as_int(distance[y - 1, x]))
                if x > 0:
                    least = min(least, as_int(distance[y - 1, x - 1]))
                if x + 1 < width:
                    least = min(least, as_int(distance[y - 1, x + 1]))
            if x > 0:
                least = min(least, as_int(distance[y, x - 1]))
            distance[y, x] = least + 1
    for y in range(height - 1, -1, -1):
        for x in range(width - 1, -1, -1):
            if distance[y, x] == 0:
                continue
            least = as_int(distance[y, x]) - 1
            if y + 1 < height:
                least = min(least, as_int(distance[y + 1, x]))
                if x > 0:
                    least = min(least, as_int(distance[y + 1, x - 1]))
                if x + 1 < width:
                    least = min(least, as_int(distance[y + 1, x + 1]))
            if x + 1 < width:
                least = min(least, as_int(distance[y, x + 1]))
            distance[y, x] = least + 1


@inlined
def _sample(plane: Plane[np.float32], y: Single, x: Single) -> Single:
    """Bilinear interpolation; the place must lie within."""
    top = as_int(y)
    left = as_int(x)
    v = y - as_float(top)
    u = x - as_float(left)
    upper = plane[top, left] + u * (plane[top, left + 1] - plane[top, left])
    lower = plane[top + 1, left] + u * (plane[top + 1, left + 1] - plane[top + 1, left])
    between: Single = upper + v * (lower - upper)
    return between


@inlined
def _within(gradients: Gradients, y: Single, x: Single) -> bool:
    """Whether a place has four pixels around it."""
    height, width = gradients.strength.shape
    return 0 <= y < height - 1 and 0 <= x < width - 1


@inlined
def _along(gradients: Gradients, y: Single, x: Single, across_y: Single, across_x: Single) -> Single:
    """Size of the gradient in a direction; -1 where not all four pixels around have one.

    Its sign may change along an edge between hues.
    """
    strength = gradients.strength
    if not _within(gradients, y, x):
        return as_float(-1)
    top = as_int(y)
    left = as_int(x)
    if (
        strength[top, left] < 0
        or strength[top + 1, left] < 0
        or strength[top, left + 1] < 0
        or strength[top + 1, left + 1] < 0
    ):
        return as_float(-1)
    size: Single = abs(_sample(gradients.right, y, x) * across_x + _sample(gradients.down, y, x) * across_y)
    return size


@inlined
def _is_ridge(gradients: Gradients, y: int, x: int) -> bool:
    """Whether a pixel's gradient is the greatest across its edge."""
    strength = gradients.strength
    here = strength[y, x]
    dy = gradients.down[y, x] / here
    dx = gradients.right[y, x] / here
    v = as_float(y)
    u = as_float(x)
    ahead = _along(gradients, v + dy, u + dx, dy, dx)
    behind = _along(gradients, v - dy, u - dx, dy, dx)
    greatest: bool = 0 <= ahead <= here and 0 <= behind < here
    return greatest


@inlined
def _lead_away(
    gradients: Gradients, distance: Plane[np.uint8], row: int, column: int
) -> tuple[Single, Single, Single]:
    """Say in which direction, down and right, an edge leads away from the hole, and by how much in six px."""
    height, width = distance.shape
    strength = gradients.strength[row, column]
    along_y = -gradients.right[row, column] / strength
    along_x = gradients.down[row, column] / strength
    y = as_float(row)
    x = as_float(column)
    ahead_y = min(max(as_int(np.rint(y + as_float(6) * along_y)), 0), height - 1)
    ahead_x = min(max(as_int(np.rint(x + as_float(6) * along_x)), 0), width - 1)
    behind_y = min(max(as_int(np.rint(y - as_float(6) * along_y)), 0), height - 1)
    behind_x = min(max(as_int(np.rint(x - as_float(6) * along_x)), 0), width - 1)
    ahead = as_float(distance[ahead_y, ahead_x])
    behind = as_float(distance[behind_y, behind_x])
    if behind > ahead:
        along_y, along_x, ahead = -along_y, -along_x, behind
    return along_y, along_x, ahead - as_float(distance[row, column])


@inlined
def _peak_aside(
    gradients: Gradients, y: Single, x: Single, along_y: Single, along_x: Single
) -> tuple[bool, Single]:
    """Say how far to the left of an edge its gradient is greatest, px, by a parabola through three.

    The first that is returned is whether there are gradients.
    """
    here = _along(gradients, y, x, along_x, -along_y)
    left = _along(gradients, y + along_x, x - along_y, along_x, -along_y)
    right = _along(gradients, y - along_x, x + along_y, along_x, -along_y)
    bend = left - here - here + right
    aside = as_float(0)
    if bend < 0:
        aside = min(max(as_float(0.5) * (right - left) / bend, as_float(-1)), as_float(1))
    elif left > right:
        aside = as_float(1)
    else:
        aside = as_float(-1)
    return min(here, left, right) >= 0, aside


@inlined
def _follow(
    gradients: Gradients,
    distance: Plane[np.uint8],
    seed: int,
    least: Single,
    taken: Plane[np.uint8],
    points: Plane[np.float32],
) -> tuple[int, float]:
    """Walk along an edge away from the hole; return how many points, and the sum of their gradients."""
    width = distance.shape[1]
    row = seed // width
    column = seed - row * width
    y = as_float(row)
    x = as_float(column)
    along_y, along_x, away = _lead_away(gradients, distance, row, column)
    if away < _AWAY:
        return 0, 0.0
    count = 0
    total = 0.0
    foreign = 0
    for _ in range(len(points)):
        usable, aside = _peak_aside(gradients, y, x, along_y, along_x)
        if not usable:
            break
        y += aside * along_x
        x -= aside * along_y
        if not _within(gradients, y, x):
            break
        toward_x = _sample(gradients.right, y, x)
        toward_y = _sample(gradients.down, y, x)
        size = np.sqrt(toward_x * toward_x + toward_y * toward_y)
        if size < least or (count > 4 and size < as_float(_LASTING * total / count)):
            break
        turn_y = -toward_x / size
        turn_x = toward_y / size
        if turn_y * along_y + turn_x * along_x < 0:
            turn_y, turn_x = -turn_y, -turn_x
        if turn_y * along_y + turn_x * along_x < 0.7:
            break
        near_y = as_int(y + as_float(0.5))
        near_x = as_int(x + as_float(0.5))
        if distance[near_y, near_x] <= REACH:
            break
        if taken[near_y, near_x] == 1:
            foreign += 1
            if foreign > 2:
                break
        else:
            foreign = 0
        points[count, 0] = x
        points[count, 1] = y
        count += 1
        total += size
        along_y = as_float(0.6) * along_y + as_float(0.4) * turn_y
        along_x = as_float(0.6) * along_x + as_float(0.4) * turn_x
        size = np.sqrt(along_y * along_y + along_x * along_x)
        along_y /= size
        along_x /= size
        y += along_y
        x += along_x
        if not _within(gradients, y, x):
            break
    return count, total


@kernel
def _follow_all(
    gradients: Gradients,
    distance: Plane[np.uint8],
    seeds: Flat[np.int32],
    least: Single,
    taken: Plane[np.uint8],
    ends: Ends,
) -> int:
    """Follow edges from their seeds, the strongest first; return how many are long enough."""
    height, width = taken.shape
    found = 0
    for i in range(len(seeds)):
        seed = as_int(seeds[i])
        row = seed // width
        column = seed - row * width
        if row == 0 or column == 0 or row == height - 1 or column == width - 1 or found == len(ends.counts):
            continue
        if taken[row, column] != 0 or not _is_ridge(gradients, row, column):
            continue
        points = ends.points[found]
        count, total = _follow(gradients, distance, seed, least, taken, points)
        if count < _SHORTEST:
            continue
        # The other half may be the other end of the same edge, on an island in the hole.
        for j in range((count + 1) // 2):
            y = as_int(points[j, 1] + as_float(0.5))
            x = as_int(points[j, 0] + as_float(0.5))
            taken[y, x] = 1
            # What begins beside this one is the same edge.
            if j < _SHORTEST:
                for v in range(max(y - 1, 0), min(y + 2, height)):
                    for u in range(max(x - 1, 0), min(x + 2, width)):
                        taken[v, u] = 1
        ends.counts[found] = count
        ends.strengths[found] = as_float(total / count)
        found += 1
    return found
