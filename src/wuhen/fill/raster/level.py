"""One scale of a region: its pixels, what is known of them, and the matches found so far."""

# Compiled loops take their arrays one by one and are long on purpose.
# ruff: noqa: C901, PLR0912

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.compute.compiled import Flat, as_float, as_int, kernel
from wuhen.fill.raster.layout import CHANNELS, FULL_WEIGHT, RADIUS, SIDE

__all__ = ["BARRED", "HOLE", "KNOWN", "Level", "bands", "has_whole_patch"]

#: What a pixel is: known and usable, to be filled, or known but never to be copied.
KNOWN, HOLE, BARRED = 0, 1, 2

#: Columns after each row that no patch may use: they stop linear indices from wrapping into the next row, and
#: let the vector loads read past a row's end.
_MARGIN = 2
_SLACK = 64
#: Cover of what is wholly known.
_ALL = 255


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
    cover
        uint8: how much under a pixel was known in the photo, 255 for all of it.
    step
        Patches to fill lie this many pixels apart.
    source
        uint8 per patch centre: 1 where the whole patch may be copied from.
    match
        int32 per patch centre: -1 where there is no patch to fill, 0 where it has no match yet, else the
        centre of the patch that it copies.
    cost
        float32 per patch centre: weighted distance of the patch to its match.
    depth
        uint8: chessboard distance of hole pixels to what is known, 0 outside the hole.
    weights
        uint8, `CHANNELS` bytes a pixel: how much it counts in distances.
    share
        float32 per entry of ``targets``: turns costs into means over the patch's weight.
    targets
        int32, increasing: the centres of the patches to fill.
    holes
        int32, increasing: the pixels to fill. Besides the hole's, those of which too little is known.
    partial
        int32, increasing: those of ``holes`` of which something is known.
    measured
        uint8, `CHANNELS` bytes for each of ``partial``: their colours in the photo.
    """

    height: int
    width: int
    pitch: int
    pixels: NDArray[np.uint8]
    state: NDArray[np.uint8]
    cover: NDArray[np.uint8]
    step: int = field(init=False)
    source: NDArray[np.uint8] = field(init=False)
    match: NDArray[np.int32] = field(init=False)
    cost: NDArray[np.float32] = field(init=False)
    depth: NDArray[np.uint8] = field(init=False)
    weights: NDArray[np.uint8] = field(init=False)
    share: NDArray[np.float32] = field(init=False)
    targets: NDArray[np.int32] = field(init=False)
    holes: NDArray[np.int32] = field(init=False)
    partial: NDArray[np.int32] = field(init=False)
    measured: NDArray[np.uint8] = field(init=False)

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
            np.full(height * pitch, _ALL, np.uint8),
        )

    @classmethod
    def of(cls, pixels: NDArray[np.uint8], state: NDArray[np.uint8]) -> "Level":
        """Lay out an image ``(h, w, 3 or 4)`` and the states of its pixels ``(h, w)``."""
        height, width = state.shape
        level = cls.empty(height, width)
        _pack(
            np.require(pixels, requirements=("C", "W")),
            np.require(state, requirements=("C", "W")),
            level.pitch,
            level.pixels,
            level.state,
            level.cover,
        )
        return level

    def image(self, channels: int) -> NDArray[np.uint8]:
        """View the pixels as ``(h, w, channels)``."""
        used = self.height * self.pitch * CHANNELS
        return self.pixels[:used].reshape(self.height, self.pitch, CHANNELS)[:, : self.width, :channels]

    def survey(self, step: int, anew: float = 0.0) -> None:
        """Find the pixels and the patches to fill, and the patches that may be copied.

        Parameters
        ----------
        step
            Distance between the patches to fill, in pixels.
        anew
            Pixels with less cover than this, 0 to 1, are filled as well; they may still be copied.
        """
        size = self.height * self.pitch
        least = round(anew * _ALL)
        self.step = step
        self.source = np.zeros(size, np.uint8)
        self.match = np.full(size, -1, np.int32)
        self.cost = np.zeros(size, np.float32)
        wanted = ((self.state == HOLE) | (self.cover < least)).view(np.uint8)
        _survey(self.state, wanted, self.height, self.width, self.pitch, step, self.source, self.match)
        self.targets = np.flatnonzero(self.match == 0).astype(np.int32)
        self.holes = np.flatnonzero(wanted).astype(np.int32)
        self.partial = self.holes[self.state[self.holes] != HOLE]
        self.measured = self.pixels[: size * CHANNELS].reshape(-1, CHANNELS)[self.partial].ravel()
        self.depth = np.zeros(size, np.uint8)
        _measure_depth(self.state, self.height, self.width, self.pitch, self.depth)

    def prepare(self, fade: float, floor: float, confidence: float) -> None:
        """Set how much each pixel counts.

        Parameters
        ----------
        fade
            Factor on the weight per pixel of depth in the hole: what is known decides, guesses follow.
        floor
            Least weight, relative to a wholly known pixel's.
        confidence
            Exponent on a known pixel's cover: 0 lets all of them count in full.
        """
        depth = np.arange(256)
        guessed = np.maximum(np.power(fade, depth), floor)
        known = np.maximum(np.power(depth / _ALL, confidence), floor)
        self.weights = np.zeros(len(self.pixels), np.uint8)
        _weigh_pixels(self.depth, self.cover, _weight_table(guessed), _weight_table(known), self.weights)
        self.share = np.zeros(len(self.targets), np.float32)
        _share_weight(self.weights, self.pitch, self.targets, self.share)

    def forget(self) -> None:
        """Give back the maps that only matching reads, for nothing is matched here any more.

        What follows at the finest scale needs the most memory of all.
        """
        self.source = np.zeros(0, np.uint8)
        self.cost = np.zeros(0, np.float32)
        self.weights = np.zeros(0, np.uint8)

    def recall(self) -> None:
        """Mix what was measured of partly known pixels back into them, by their cover."""
        if len(self.partial):
            _recall(self.pixels, self.cover, self.partial, self.measured)


def _weight_table(shares: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Turn shares of a whole pixel's weight into weights."""
    return np.clip(np.rint(FULL_WEIGHT * shares), 1, FULL_WEIGHT).astype(np.uint8)


def bands(indices: NDArray[np.int32], pitch: int, most: int = 32, least: int = 64) -> NDArray[np.int64]:
    """Cut a list of pixels into runs of whole rows of about equal work.

    Returns the borders: band ``i`` is ``indices[borders[i]:borders[i + 1]]``. They depend on the list alone.
    """
    total = len(indices)
    if not total:
        return np.zeros(1, np.int64)
    starts = np.flatnonzero(np.diff(indices // pitch, prepend=-1))
    size = max(least, -(-total // most))
    group = starts // size
    return np.append(starts[np.flatnonzero(np.diff(group, prepend=-1))], total).astype(np.int64)


@kernel("boolean(uint8[:, ::1])")
def has_whole_patch(state: Flat) -> bool:
    """Whether there is a patch of pixels that are all `KNOWN`, in states ``(h, w)``."""
    height, width = state.shape
    tall = np.zeros(width, np.int32)
    for y in range(height):
        wide = 0
        for x in range(width):
            tall[x] = tall[x] + 1 if state[y, x] == KNOWN else 0
            wide = wide + 1 if tall[x] >= SIDE else 0
            if wide >= SIDE:
                return True
    return False


@kernel("void(uint8[:, :, ::1], uint8[:, ::1], int64, uint8[::1], uint8[::1], uint8[::1])")
def _pack(image: Flat, image_state: Flat, pitch: int, pixels: Flat, state: Flat, cover: Flat) -> None:
    """Copy an image into a level's layout; hole pixels stay black."""
    height, width, channels = image.shape
    for y in range(height):
        for x in range(width):
            at = y * pitch + x
            state[at] = image_state[y, x]
            if image_state[y, x] == HOLE:
                cover[at] = 0
            else:
                for channel in range(channels):
                    pixels[at * CHANNELS + channel] = image[y, x, channel]


@kernel("void(uint8[::1], uint8[::1], int64, int64, int64, int64, uint8[::1], int32[::1])")
def _survey(
    state: Flat, wanted: Flat, height: int, width: int, pitch: int, step: int, source: Flat, match: Flat
) -> None:
    """Count the pixels to fill, and those that may not be copied, in every whole patch by running sums."""
    to_fill = np.zeros(width, np.int32)
    blocked = np.zeros(width, np.int32)
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
                    match[centre + x] = 0
                if blocks == 0:
                    source[centre + x] = 1
                holes -= to_fill[x - SIDE + 1]
                blocks -= blocked[x - SIDE + 1]
        for x in range(width):
            to_fill[x] -= wanted[leaving + x]
            blocked[x] -= state[leaving + x] != KNOWN


@kernel("void(uint8[::1], int64, int64, int64, uint8[::1])")
def _measure_depth(state: Flat, height: int, width: int, pitch: int, depth: Flat) -> None:
    """Chessboard distance of hole pixels to what is known, at most 255. The photo's border counts as hole."""
    for y in range(height):
        for x in range(width):
            at = y * pitch + x
            if state[at] != HOLE:
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
            if state[at] != HOLE:
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


@kernel("void(uint8[::1], uint8[::1], uint8[::1], uint8[::1], uint8[::1])")
def _weigh_pixels(depth: Flat, cover: Flat, by_depth: Flat, by_cover: Flat, weights: Flat) -> None:
    """Look up every pixel's weight, by its depth in the hole or by its cover outside."""
    for at in range(len(depth)):
        weight = by_depth[depth[at]] if depth[at] > 0 else by_cover[cover[at]]
        for channel in range(CHANNELS):
            weights[at * CHANNELS + channel] = weight


@kernel("void(uint8[::1], int64, int32[::1], float32[::1])")
def _share_weight(weights: Flat, pitch: int, targets: Flat, share: Flat) -> None:
    """One over the sum of the weights in each patch."""
    for i in range(len(targets)):
        at = as_int(targets[i])
        total = 0
        for v in range(-RADIUS, RADIUS + 1):
            for u in range(-RADIUS, RADIUS + 1):
                total += weights[(at + v * pitch + u) * CHANNELS]
        share[i] = as_float(1) / as_float(total)


@kernel("void(uint8[::1], uint8[::1], int32[::1], uint8[::1])")
def _recall(pixels: Flat, cover: Flat, partial: Flat, measured: Flat) -> None:
    """Mean of pixel and measurement, weighted by the cover."""
    for i in range(len(partial)):
        at = as_int(partial[i])
        share = as_int(cover[at])
        for channel in range(CHANNELS):
            p = at * CHANNELS + channel
            total = share * as_int(measured[i * CHANNELS + channel]) + (_ALL - share) * as_int(pixels[p])
            pixels[p] = (total + _ALL // 2) // _ALL
