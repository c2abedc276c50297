"""The first guess at the coarsest scale: from the border inwards, layer by layer.

Each layer's pixels take the colour of the best patch, compared over what is known or already filled
(onion-peel, as in Newson et al. 2014). A smooth interpolation instead would draw every later match to the
flattest texture around.
"""

# Compiled loops take their arrays one by one and are long on purpose.
# ruff: noqa: C901, PLR0912

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.compiled import Flat, as_float, as_int, kernel
from wuhen.fill.distance import CHANNELS, RADIUS, masked_patch_distance
from wuhen.fill.level import Level

__all__ = ["peel"]


def peel(level: Level, penalty: NDArray[np.float32]) -> None:
    """Fill a surveyed level's hole and set the matches found on the way."""
    known = np.zeros(len(level.pixels), np.uint8)
    size = level.height * level.pitch
    known[: size * CHANNELS] = np.repeat(np.where(level.state == 1, 0, 255).astype(np.uint8), CHANNELS)
    sources = np.flatnonzero(level.source).astype(np.int32)
    _peel(
        level.pixels,
        level.pitch,
        level.height,
        level.width,
        level.state,
        level.source,
        penalty,
        level.match,
        level.holes,
        sources,
        known,
        np.zeros(len(level.holes), np.int32),
    )


@kernel(
    "void(uint8[::1], int64, int64, int64, uint8[::1], uint8[::1], float32[::1], int32[::1], int32[::1],"
    " int32[::1], uint8[::1], int32[::1])"
)
def _peel(
    pixels: Flat,
    pitch: int,
    height: int,
    width: int,
    state: Flat,
    source: Flat,
    penalty: Flat,
    match: Flat,
    holes: Flat,
    sources: Flat,
    known: Flat,
    layer: Flat,
) -> None:
    """Go layer by layer; ``known`` has 255 for each byte that counts, ``layer`` has room for one layer."""
    left = len(holes)
    while left > 0:
        count = 0
        for i in range(len(holes)):
            at = as_int(holes[i])
            if known[at * CHANNELS]:
                continue
            y = at // pitch
            x = at - y * pitch
            touches = False
            for v in range(max(y - 1, 0), min(y + 2, height)):
                for u in range(max(x - 1, 0), min(x + 2, width)):
                    touches |= known[(v * pitch + u) * CHANNELS] != 0
            if touches:
                layer[count] = at
                count += 1
        for i in range(count):
            at = as_int(layer[i])
            y = at // pitch
            x = at - y * pitch
            target = min(max(y, RADIUS), height - 1 - RADIUS) * pitch + min(
                max(x, RADIUS), width - 1 - RADIUS
            )
            shift = at - target
            best = as_int(0)
            least = as_float(np.inf)
            for j in range(len(sources)):
                there = as_int(sources[j])
                if state[there + shift] == 1:
                    continue
                d = penalty[source[there]] * as_float(
                    masked_patch_distance(pixels, known, pitch, target, there)
                )
                if d < least:
                    least = d
                    best = there
            if best > 0:
                match[target] = best
                for channel in range(CHANNELS):
                    pixels[at * CHANNELS + channel] = pixels[(best + shift) * CHANNELS + channel]
        for i in range(count):
            at = as_int(layer[i])
            for channel in range(CHANNELS):
                known[at * CHANNELS + channel] = 255
        left -= count
        if count == 0:
            break
