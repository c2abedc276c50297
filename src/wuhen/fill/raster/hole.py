"""Where a raster is to be filled."""

# Compiled loops are long on purpose.
# ruff: noqa: C901, PLR0912

from typing import NamedTuple

import numpy as np

from wuhen.compute.compiled import as_int, compile_second, kernel
from wuhen.compute.signature import Flat
from wuhen.fill.raster.layout import CHANNELS, FULL_COVER, HOLE
from wuhen.fill.raster.raster import AnyRaster, Raster

__all__ = ["Hole", "find_hole", "restore_measured"]


class Hole(NamedTuple):
    """The pixels of a raster that are to be filled: the hole's, and those of which too little is known.

    Attributes
    ----------
    indices
        int32, increasing: all of them.
    partial
        int32, increasing: those of which something is known.
    measured
        uint8, `CHANNELS` bytes for each of ``partial``: their colours in the photo.
    depth
        uint8 per pixel of the raster: chessboard distance of the hole's own to what is known, 0 elsewhere.
    """

    indices: Flat[np.int32]
    partial: Flat[np.int32]
    measured: Flat[np.uint8]
    depth: Flat[np.uint8]

    @property
    def deepest(self) -> int:
        """The greatest depth, in pixels."""
        return int(self.depth.max())


def find_hole(raster: Raster, min_cover: float = 0.0) -> Hole:
    """Find the pixels to fill.

    Parameters
    ----------
    raster
        Where to look.
    min_cover
        Pixels with less cover than this, 0 to 1, are filled as well; they may still be copied.
    """
    wanted = (raster.state == HOLE) | (raster.cover < round(min_cover * FULL_COVER))
    indices = np.flatnonzero(wanted).astype(np.int32)
    partial = indices[raster.state[indices] != HOLE]
    colours = raster.pixels.reshape(-1, CHANNELS)[partial].ravel()
    depth = np.zeros(len(raster.state), np.uint8)
    _measure_depth(raster, depth)
    return Hole(indices, partial, colours, depth)


def restore_measured(raster: AnyRaster, hole: Hole, measured: Flat[np.uint16] | None = None) -> None:
    """Mix what was measured of partly known pixels back into them, by their cover.

    For a raster of 16 bits ``measured`` takes the place of what the hole has of that name.
    """
    if len(hole.partial):
        if measured is not None:
            compile_second(_restore)
        _restore(raster, hole.partial, hole.measured if measured is None else measured)


@kernel
def _measure_depth(raster: Raster, depth: Flat[np.uint8]) -> None:
    """Chessboard distance of hole pixels to what is known, at most 255. The photo's border counts as hole."""
    state, height, width, pitch = raster.state, raster.height, raster.width, raster.pitch
    for y in range(height):
        for x in range(width):
            at = y * pitch + x
            if state[at] != HOLE:
                continue
            least = 254
            if y > 0:
                above = at - pitch
                least = min(least, as_int(depth[above]))
                if x > 0:
                    least = min(least, as_int(depth[above - 1]))
                if x + 1 < width:
                    least = min(least, as_int(depth[above + 1]))
            if x > 0:
                least = min(least, as_int(depth[at - 1]))
            depth[at] = least + 1
    for y in range(height - 1, -1, -1):
        for x in range(width - 1, -1, -1):
            at = y * pitch + x
            if state[at] != HOLE:
                continue
            least = as_int(depth[at]) - 1
            if y + 1 < height:
                below = at + pitch
                least = min(least, as_int(depth[below]))
                if x > 0:
                    least = min(least, as_int(depth[below - 1]))
                if x + 1 < width:
                    least = min(least, as_int(depth[below + 1]))
            if x + 1 < width:
                least = min(least, as_int(depth[at + 1]))
            depth[at] = least + 1


@kernel
def _restore(raster: AnyRaster, partial: Flat[np.int32], measured: Flat[np.uint8] | Flat[np.uint16]) -> None:
    """Mean of pixel and measurement, weighted by the cover."""
    pixels, cover = raster.pixels, raster.cover
    for i in range(len(partial)):
        at = as_int(partial[i])
        weight = as_int(cover[at])
        for channel in range(CHANNELS):
            p = at * CHANNELS + channel
            total = weight * as_int(measured[i * CHANNELS + channel]) + (FULL_COVER - weight) * as_int(
                pixels[p]
            )
            pixels[p] = (total + FULL_COVER // 2) // FULL_COVER
