"""Cutting a large region whose holes are thin into pieces that are filled one after another.

Lettering, grids, scribbles and dots all over a photo have contexts that overlap, so they are one region: the
photo. Its every map would be as large as the photo, though such a hole needs no more than what is near it.
So the region is cut into squares, each with a margin to look at, in which pieces that were filled before are
known, and those yet to come are filled as well, and thrown away. What is deep in such a region, an object
among the lettering, is filled first, and whole.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.regions import MIN_CONTEXT, Region, group_cells, join_in_context

__all__ = ["cut"]

#: Regions of more pixels are cut.
_LARGE = 1 << 22
#: Side of the squares, and the margin on every side of them, in pixels.
_SQUARE, _MARGIN = 2048, 64
#: Side of the squares that a hole is measured in, in pixels: where one lies in it, it is deep.
_DEEP = 64
#: Share of a region from which on what is deep in it leaves too little to be worth cutting.
_MOSTLY = 0.5


def cut(region: Region, hole: NDArray[np.bool_]) -> list[Region]:
    """Cut a region into pieces, in the order in which they are to be filled; itself if it is small or deep.

    Parameters
    ----------
    region
        One of `wuhen.fill.raster.regions.find_regions`.
    hole
        bool ``(H, W)``.

    Returns
    -------
    list of Region
        Their cores are disjoint and hold every hole pixel of the region.
    """
    if region.size <= _LARGE:
        return [region]
    deep = _find_deep(region, hole)
    if sum(box.size for box in deep) > _MOSTLY * region.size:
        return [region]
    squares = [
        Region(top, left, min(top + _SQUARE, region.bottom), min(left + _SQUARE, region.right), 0)
        for top in range(region.top, region.bottom, _SQUARE)
        for left in range(region.left, region.right, _SQUARE)
    ]
    # What is deep belongs to its own piece, though a square reaches into it.
    waiting = hole[region.window].copy()
    found = [(_shrink(box, region), box) for box in deep]
    found += [(square, replace(_widen(square, region), thin=True)) for square in squares]
    pieces = []
    for core, box in found:
        own = waiting[_within(core, region)]
        if own.any():
            own[:] = False
            area = int(np.count_nonzero(hole[box.window]))
            pieces.append(replace(box, area=area, core=core.window))
    return pieces


def _find_deep(region: Region, hole: NDArray[np.bool_]) -> list[Region]:
    """List boxes, with their context, around what is deep in a region."""
    inside = hole[region.window]
    rows, columns = inside.shape[0] // _DEEP, inside.shape[1] // _DEEP
    counts = np.zeros((rows, columns), np.int32)
    for row in range(rows):
        band = inside[row * _DEEP : (row + 1) * _DEEP, : columns * _DEEP].all(axis=0)
        counts[row] = band.reshape(columns, _DEEP).all(axis=1) * np.int32(_DEEP**2)
    groups = group_cells(counts)
    if not len(groups):
        return []
    # Squares wholly in the hole are a part of what is deep: its border lies in those beside them.
    groups[:, :2] -= 1
    groups[:, 2:4] += 1
    boxes = join_in_context(groups, _DEEP, inside.shape)
    boxes += np.array([region.top, region.left, region.top, region.left])
    return [Region(int(top), int(left), int(bottom), int(right), 0) for top, left, bottom, right in boxes]


def _shrink(box: Region, within: Region) -> Region:
    """Take the least context from the sides of a box, but where they are those of the region."""
    return Region(
        box.top + MIN_CONTEXT * (box.top > within.top),
        box.left + MIN_CONTEXT * (box.left > within.left),
        box.bottom - MIN_CONTEXT * (box.bottom < within.bottom),
        box.right - MIN_CONTEXT * (box.right < within.right),
        0,
    )


def _widen(square: Region, within: Region) -> Region:
    """Add the margin to a square, within its region."""
    return Region(
        max(square.top - _MARGIN, within.top),
        max(square.left - _MARGIN, within.left),
        min(square.bottom + _MARGIN, within.bottom),
        min(square.right + _MARGIN, within.right),
        0,
    )


def _within(box: Region, region: Region) -> tuple[slice, slice]:
    """Index an image of the region alone."""
    return (
        slice(box.top - region.top, box.bottom - region.top),
        slice(box.left - region.left, box.right - region.left),
    )
