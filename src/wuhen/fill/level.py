"""One scale of a region: its pixels, what is known of them, and the matches found so far."""

# Compiled loops take their arrays one by one and are long on purpose.
# ruff: noqa: C901, PLR0912

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.compiled import Flat, kernel
from wuhen.fill.distance import CHANNELS, RADIUS, SIDE

__all__ = ["BARRED", "HOLE", "KNOWN", "Level", "bands"]

#: What a pixel is: known and usable, to be filled, or known but never to be copied.
KNOWN, HOLE, BARRED = 0, 1, 2

#: Columns after each row that no patch may use: they stop linear indices from wrapping into the next row, and
#: let the vector loads read past a row's end.
_MARGIN = 2
_SLACK = 64


@dataclass(slots=True)
class Level:
    """One scale. All maps are flat, ``height * pitch`` long, indexed by ``y * pitch + x``.

    Attributes
    ----------
    height, width
        Size in pixels.
    pitch
        Pixels from one row to the next.
    pixels
        uint8, `CHANNELS` bytes a pixel.
    state
        uint8: `KNOWN`, `HOLE` or `BARRED`.
    source
        uint8 per patch centre: 0 where no patch may be copied from, else 1 + the number of unknown pixels in
        it.
    match
        int32 per patch centre: -1 where the patch holds no hole pixel, 0 where it has no match yet, else the
        centre of the patch that it copies.
    cost
        float32: distance of the patch to its match.
    targets
        int32, increasing: the centres of all patches that hold a hole pixel.
    holes
        int32, increasing: the hole's pixels.
    """

    height: int
    width: int
    pitch: int
    pixels: NDArray[np.uint8]
    state: NDArray[np.uint8]
    source: NDArray[np.uint8] = field(init=False)
    match: NDArray[np.int32] = field(init=False)
    cost: NDArray[np.float32] = field(init=False)
    depth: NDArray[np.uint8] = field(init=False)
    targets: NDArray[np.int32] = field(init=False)
    holes: NDArray[np.int32] = field(init=False)

    @classmethod
    def empty(cls, height: int, width: int) -> "Level":
        """Make a level of a size, all of it known and black."""
        pitch = width + _MARGIN
        return cls(
            height,
            width,
            pitch,
            np.zeros(height * pitch * CHANNELS + _SLACK, np.uint8),
            np.full(height * pitch, KNOWN, np.uint8),
        )

    def survey(self, most_unknown: int) -> None:
        """Find the hole's pixels, the patches to fill and the patches that may be copied.

        Parameters
        ----------
        most_unknown
            How many of a source patch's 49 pixels may be unknown.
        """
        size = self.height * self.pitch
        self.source = np.zeros(size, np.uint8)
        self.match = np.full(size, -1, np.int32)
        _survey(self.state, self.height, self.width, self.pitch, most_unknown, self.source, self.match)
        self.targets = np.flatnonzero(self.match == 0).astype(np.int32)
        self.holes = np.flatnonzero(self.state == HOLE).astype(np.int32)
        self.cost = np.zeros(size, np.float32)
        self.depth = np.zeros(size, np.uint8)
        _measure_depth(self.state, self.height, self.width, self.pitch, self.depth)


def bands(indices: NDArray[np.int32], pitch: int, most: int = 32, least: int = 256) -> NDArray[np.int64]:
    """Cut a list of pixels into runs of whole rows of about equal work.

    Returns the borders: band ``i`` is ``indices[borders[i]:borders[i + 1]]``. They depend on the list alone.
    """
    total = len(indices)
    if not total:
        return np.zeros(1, np.int64)
    rows = indices // pitch
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    size = max(least, -(-total // most))
    group = starts // size
    return np.append(starts[np.flatnonzero(np.diff(group, prepend=-1))], total).astype(np.int64)


@kernel("void(uint8[::1], int64, int64, int64, int64, uint8[::1], int32[::1])")
def _survey(
    state: Flat,
    height: int,
    width: int,
    pitch: int,
    most_unknown: int,
    source: Flat,
    match: Flat,
) -> None:
    """Count hole and barred pixels in every whole patch by running sums."""
    unknown = np.zeros(width, np.int32)
    barred = np.zeros(width, np.int32)
    for y in range(height):
        row = y * pitch
        for x in range(width):
            unknown[x] += state[row + x] == 1
            barred[x] += state[row + x] == 2  # noqa: PLR2004 - BARRED; globals would not be constants to LLVM
        if y < SIDE - 1:
            continue
        holes = 0
        bars = 0
        centre = row - RADIUS * pitch - RADIUS
        leaving = row - (SIDE - 1) * pitch
        for x in range(width):
            holes += unknown[x]
            bars += barred[x]
            if x >= SIDE - 1:
                if holes > 0:
                    match[centre + x] = 0
                if bars == 0 and holes <= most_unknown:
                    source[centre + x] = holes + 1
                holes -= unknown[x - SIDE + 1]
                bars -= barred[x - SIDE + 1]
        for x in range(width):
            unknown[x] -= state[leaving + x] == 1
            barred[x] -= state[leaving + x] == 2  # noqa: PLR2004


@kernel("void(uint8[::1], int64, int64, int64, uint8[::1])")
def _measure_depth(state: Flat, height: int, width: int, pitch: int, depth: Flat) -> None:
    """Chessboard distance of hole pixels to what is known, at most 255. The photo's border counts as hole."""
    for y in range(height):
        for x in range(width):
            at = y * pitch + x
            if state[at] != 1:
                continue
            least = 254
            if y > 0:
                above = at - pitch
                least = min(least, depth[above])
                if x > 0:
                    least = min(least, depth[above - 1])
                if x + 1 < width:
                    least = min(least, depth[above + 1])
            if x > 0:
                least = min(least, depth[at - 1])
            depth[at] = least + 1
    for y in range(height - 1, -1, -1):
        for x in range(width - 1, -1, -1):
            at = y * pitch + x
            if state[at] != 1:
                continue
            least = depth[at] - 1
            if y + 1 < height:
                below = at + pitch
                least = min(least, depth[below])
                if x > 0:
                    least = min(least, depth[below - 1])
                if x + 1 < width:
                    least = min(least, depth[below + 1])
            if x + 1 < width:
                least = min(least, depth[at + 1])
            depth[at] = least + 1
