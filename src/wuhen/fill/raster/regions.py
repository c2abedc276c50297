"""Cutting a photo's hole into regions that are filled independently of each other.

A region is a box: one group of holes and the context that it may look at. Work then follows the hole's area,
whatever the photo's size. Holes whose context overlaps share a region, so none of them is filled with
another's erased pixels.
"""

# Compiled loops are long on purpose.
# ruff: noqa: C901

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_int, kernel
from wuhen.compute.signature import Plane

__all__ = ["MIN_CONTEXT", "Region", "boxes", "find_regions", "group_cells", "grow", "join_in_context"]

#: Side of the cells in which holes are grouped, in pixels: holes in touching cells belong together.
_CELL = 16
MIN_CONTEXT = 48
"""Least context on every side, in pixels; to it comes a multiple of the square root of the group's area."""
_CONTEXT_PER_SIDE = 1.0


@dataclass(frozen=True, slots=True)
class Region:
    """A box, ``top <= y < bottom`` and ``left <= x < right``, and the number of hole pixels in it.

    Attributes
    ----------
    top, left, bottom, right, area : int
        See above.
    core : tuple of slice, optional
        Of a piece of a larger region (`wuhen.fill.raster.pieces`): the part whose hole it is to fill, as an
        index into the image. The other pieces that reach into its box fill theirs.
    thin : bool
        Whether it is such a piece, with nothing deep in it.
    """

    top: int
    left: int
    bottom: int
    right: int
    area: int
    core: tuple[slice, slice] | None = None
    thin: bool = False

    @property
    def window(self) -> tuple[slice, slice]:
        """The box as an index into an image."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def size(self) -> int:
        """Pixels in the box."""
        return (self.bottom - self.top) * (self.right - self.left)


def find_regions(hole: NDArray[np.bool_]) -> list[Region]:
    """Boxes that together hold every hole pixel, each in exactly one; the largest hole first.

    Parameters
    ----------
    hole
        bool ``(H, W)``.
    """
    height, width = hole.shape
    groups = _group(hole)
    if not len(groups):
        return []
    boxes = join_in_context(groups, _CELL, (height, width))
    regions = [
        Region(int(top), int(left), int(bottom), int(right), int(hole[top:bottom, left:right].sum()))
        for top, left, bottom, right in boxes
    ]
    return sorted(regions, key=lambda region: (-region.area, region.top, region.left))


def boxes(hole: NDArray[np.bool_], grow: int = 0) -> list[tuple[int, int, int, int]]:
    """See `wuhen.fill.boxes`."""
    height, width = hole.shape
    found = []
    groups = _group(hole)
    for top, left, bottom, right in (groups[:, :4] + (0, 0, 1, 1)) * _CELL:
        rows, columns = np.nonzero(hole[top:bottom, left:right])
        x, y = max(left + columns.min() - grow, 0), max(top + rows.min() - grow, 0)
        end = min(left + columns.max() + 1 + grow, width), min(top + rows.max() + 1 + grow, height)
        found.append((int(x), int(y), int(end[0] - x), int(end[1] - y)))
    return sorted(found, key=lambda box: (box[1], box[0]))


def grow(hole: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """Widen a hole by a number of pixels in all directions (chamfer distance 3-4, within 6 % of Euclid's).

    Parameters
    ----------
    hole
        bool ``(H, W)``.
    radius
        Pixels, 0 or more.
    """
    if radius == 0:
        return hole
    height, width = hole.shape
    radius = min(radius, 20000)
    # Each group in its own surroundings: all that it reaches, and every way there, lies in them.
    boxes = (_group(hole)[:, :4] + (0, 0, 1, 1)) * _CELL + (-radius, -radius, radius, radius)
    boxes = boxes.clip(0, (height, width, height, width))
    if ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sum() > hole.size:
        boxes = np.array([(0, 0, height, width)])
    grown = np.zeros_like(hole)
    for top, left, bottom, right in boxes:
        window = slice(top, bottom), slice(left, right)
        near = np.ascontiguousarray(hole[window])
        distance = np.zeros_like(near, np.uint16)
        _chamfer(near.view(np.uint8), distance)
        grown[window] |= distance <= 3 * radius
    return grown


def _group(hole: NDArray[np.bool_]) -> Plane[np.int64]:
    """List groups of touching non-empty cells: rows of top, left, bottom, right (cells) and area (pixels)."""
    height, width = hole.shape
    counts = np.zeros((-(-height // _CELL), -(-width // _CELL)), np.int32)
    _count_cells(np.ascontiguousarray(hole).view(np.uint8), counts)
    return group_cells(counts)


def group_cells(counts: Plane[np.int32]) -> Plane[np.int64]:
    """Group touching cells that are not empty; ``counts``, the pixels in each, are used up.

    Returns
    -------
    ndarray
        int64 ``(n, 5)``: top, left, bottom, right (cells) and area (pixels).
    """
    groups = np.empty((np.count_nonzero(counts), 5), np.int64)
    return groups[: _group_cells(counts, np.empty((len(groups), 2), np.int32), groups)]


@kernel
def _count_cells(hole: Plane[np.uint8], counts: Plane[np.int32]) -> None:
    """Hole pixels per cell."""
    height, width = hole.shape
    for y in range(height):
        for cell in range(counts.shape[1]):
            total = 0
            for x in range(cell * _CELL, min((cell + 1) * _CELL, width)):
                total += hole[y, x]
            counts[y // _CELL, cell] += total


@kernel
def _group_cells(waiting: Plane[np.int32], stack: Plane[np.int32], groups: Plane[np.int64]) -> int:
    """Write the groups, and return how many they are; cells that belong to one are emptied."""
    rows, columns = waiting.shape
    found = 0
    for y in range(rows):
        for x in range(columns):
            if waiting[y, x] == 0:
                continue
            group = groups[found]
            group[0], group[1], group[2], group[3], group[4] = y, x, y, x, waiting[y, x]
            found += 1
            stack[0, 0], stack[0, 1] = y, x
            depth = 1
            waiting[y, x] = 0
            while depth > 0:
                depth -= 1
                cell_y, cell_x = as_int(stack[depth, 0]), as_int(stack[depth, 1])
                group[0] = min(group[0], cell_y)
                group[1] = min(group[1], cell_x)
                group[2] = max(group[2], cell_y)
                group[3] = max(group[3], cell_x)
                for v in range(max(cell_y - 1, 0), min(cell_y + 2, rows)):
                    for u in range(max(cell_x - 1, 0), min(cell_x + 2, columns)):
                        if waiting[v, u] > 0:
                            group[4] += waiting[v, u]
                            waiting[v, u] = 0
                            stack[depth, 0], stack[depth, 1] = v, u
                            depth += 1
    return found


def join_in_context(groups: Plane[np.int64], cell: int, size: tuple[int, int]) -> NDArray[np.int64]:
    """Widen groups' boxes by their context, and join those that overlap then.

    Parameters
    ----------
    groups
        As `group_cells` writes them.
    cell
        Side of the cells, in pixels.
    size
        Height and width of the image, in pixels.

    Returns
    -------
    ndarray
        int64 ``(n, 4)``: top, left, bottom and right of disjoint boxes, in pixels.
    """
    margin = MIN_CONTEXT + (_CONTEXT_PER_SIDE * np.sqrt(groups[:, 4])).astype(np.int64)
    boxes = np.stack(
        [
            np.maximum(groups[:, 0] * cell - margin, 0),
            np.maximum(groups[:, 1] * cell - margin, 0),
            np.minimum((groups[:, 2] + 1) * cell + margin, size[0]),
            np.minimum((groups[:, 3] + 1) * cell + margin, size[1]),
        ],
        axis=1,
    )
    return boxes[: _merge(boxes)]


@kernel
def _merge(boxes: Plane[np.int64]) -> int:
    """Join boxes that overlap until none do, and return how many are left."""
    count = len(boxes)
    before = count + 1
    while count < before:
        before = count
        i = 0
        while i < count:
            j = i + 1
            while j < count:
                if (
                    boxes[i, 0] < boxes[j, 2]
                    and boxes[j, 0] < boxes[i, 2]
                    and boxes[i, 1] < boxes[j, 3]
                    and boxes[j, 1] < boxes[i, 3]
                ):
                    boxes[i, 0] = min(boxes[i, 0], boxes[j, 0])
                    boxes[i, 1] = min(boxes[i, 1], boxes[j, 1])
                    boxes[i, 2] = max(boxes[i, 2], boxes[j, 2])
                    boxes[i, 3] = max(boxes[i, 3], boxes[j, 3])
                    count -= 1
                    for side in range(4):
                        boxes[j, side] = boxes[count, side]
                else:
                    j += 1
            i += 1
    return count


@kernel
def _chamfer(hole: Plane[np.uint8], distance: Plane[np.uint16]) -> None:
    """Three times the distance to the hole, in two sweeps (Borgefors 1986)."""
    height, width = hole.shape
    for y in range(height):
        for x in range(width):
            least = 0 if hole[y, x] else 65000
            if least and x > 0:
                least = min(least, distance[y, x - 1] + 3)
            if least and y > 0:
                least = min(least, distance[y - 1, x] + 3)
                if x > 0:
                    least = min(least, distance[y - 1, x - 1] + 4)
                if x + 1 < width:
                    least = min(least, distance[y - 1, x + 1] + 4)
            distance[y, x] = min(least, 65000)
    for y in range(height - 1, -1, -1):
        for x in range(width - 1, -1, -1):
            least = as_int(distance[y, x])
            if x + 1 < width:
                least = min(least, distance[y, x + 1] + 3)
            if y + 1 < height:
                least = min(least, distance[y + 1, x] + 3)
                if x > 0:
                    least = min(least, distance[y + 1, x - 1] + 4)
                if x + 1 < width:
                    least = min(least, distance[y + 1, x + 1] + 4)
            distance[y, x] = least
