"""Where a hole's patches are, and where patches may be copied from."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import kernel
from wuhen.compute.signature import Flat, Plane
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import KNOWN, RADIUS, SIDE
from wuhen.fill.raster.raster import Raster

__all__ = ["Patches", "count_patches", "find_patches", "has_whole_patch"]


class Patches(NamedTuple):
    """The patches of a raster, each named by its centre's index.

    Attributes
    ----------
    step
        Patches to fill lie this many pixels apart.
    targets
        int32, increasing: the centres of the patches to fill.
    source
        uint8 per pixel: 1 where it is the centre of a patch that may be copied.
    """

    step: int
    targets: Flat[np.int32]
    source: Flat[np.uint8]


def find_patches(raster: Raster, hole: Hole, step: int) -> Patches:
    """Find the patches to fill, ``step`` pixels apart, and those that may be copied."""
    size = len(raster.state)
    wanted, targets, source = np.zeros(size, np.uint8), np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    wanted[hole.indices] = 1
    _survey(raster, wanted, step, np.zeros((2, raster.width), np.int32), targets, source)
    return Patches(step, np.flatnonzero(targets).astype(np.int32), source)


def has_whole_patch(state: NDArray[np.uint8]) -> bool:
    """Whether there is a patch of pixels that are all `KNOWN`, in states ``(h, w)``."""
    return _find_whole_patch(np.ascontiguousarray(state), np.zeros(state.shape[1], np.int32))


def count_patches(hole: NDArray[np.bool_]) -> int:
    """Count the patches, each pixel's own, that have a pixel of a hole ``(h, w)`` in them."""
    return _count(np.ascontiguousarray(hole).view(np.uint8), np.zeros(hole.shape[1], np.int32))


@kernel
def _count(hole: Plane[np.uint8], columns: Flat[np.int32]) -> int:
    """See `count_patches`; ``columns`` counts the hole's pixels in `SIDE` rows."""
    height, width = hole.shape
    found = 0
    for y in range(height + RADIUS):
        if y < height:
            for x in range(width):
                columns[x] += hole[y, x]
        if y >= SIDE:
            for x in range(width):
                columns[x] -= hole[y - SIDE, x]
        if y < RADIUS:
            continue
        last = -SIDE
        for x in range(width + RADIUS):
            if x < width and columns[x] > 0:
                last = x
            found += x >= RADIUS and x - last < SIDE
    return found


@kernel
def _find_whole_patch(state: Plane[np.uint8], tall: Flat[np.int32]) -> bool:
    """See `has_whole_patch`; ``tall`` counts the known pixels above, a column each."""
    height, width = state.shape
    for y in range(height):
        wide = 0
        for x in range(width):
            tall[x] = tall[x] + 1 if state[y, x] == KNOWN else 0
            wide = wide + 1 if tall[x] >= SIDE else 0
            if wide >= SIDE:
                return True
    return False


@kernel
def _survey(
    raster: Raster,
    wanted: Flat[np.uint8],
    step: int,
    columns: Plane[np.int32],
    targets: Flat[np.uint8],
    source: Flat[np.uint8],
) -> None:
    """Count the pixels to fill, and those that may not be copied, in every whole patch by running sums."""
    state, height, width, pitch = raster.state, raster.height, raster.width, raster.pitch
    to_fill, blocked = columns[0], columns[1]
    for y in range(height):
        row = y * pitch
        for x in range(width):
            to_fill[x] += wanted[row + x]
            blocked[x] += state[row + x] != KNOWN
        if y < SIDE - 1:
            continue
        holes = 0
        blocks = 0
        centre = row - RADIUS * pitch - RADIUS
        leaving = row - (SIDE - 1) * pitch
        # The last row and column of centres are kept, whatever the step, so that every hole pixel is covered.
        row_counts = (y - SIDE + 1) % step == 0 or y == height - 1
        for x in range(width):
            holes += to_fill[x]
            blocks += blocked[x]
            if x >= SIDE - 1:
                if holes > 0 and row_counts and ((x - SIDE + 1) % step == 0 or x == width - 1):
                    targets[centre + x] = 1
                if blocks == 0:
                    source[centre + x] = 1
                holes -= to_fill[x - SIDE + 1]
                blocks -= blocked[x - SIDE + 1]
        for x in range(width):
            to_fill[x] -= wanted[leaving + x]
            blocked[x] -= state[leaving + x] != KNOWN
