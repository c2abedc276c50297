"""Scales of a region: halving, and carrying a coarse result to the next finer scale.

A coarse pixel is known as soon as any of its four fine pixels is, and is then their mean. Holes thus shrink
on the way up: text and scratches vanish and are seeded with the colours beside them, and a large hole keeps
its surroundings. When a coarse pixel needs all four, holes grow instead and get seeded from far away.

On the way down the *matches* are doubled, not the pixels (Barnes et al. 2009, section 3.2), so that the
detail of the finer scale is copied from the start; pixels are interpolated only where no coarse patch lay
over the hole.
"""

# Compiled loops take their arrays one by one and are long on purpose.

from dataclasses import replace
from itertools import pairwise

import numpy as np

from wuhen.fill.compiled import Flat, as_int, kernel
from wuhen.fill.distance import CHANNELS
from wuhen.fill.level import HOLE, KNOWN, Level

__all__ = ["double", "halve", "interpolate"]


def halve(fine: Level) -> Level:
    """Make the next coarser scale, sides rounded up."""
    coarse = Level.empty((fine.height + 1) // 2, (fine.width + 1) // 2)
    _halve(
        fine.pixels, fine.state, fine.height, fine.width, fine.pitch,
        coarse.pixels, coarse.state, coarse.height, coarse.width, coarse.pitch,
    )  # fmt: skip
    return coarse


def double(coarse: Level, fine: Level) -> None:
    """Seed a surveyed level's hole and matches from the next coarser level's."""
    _double_pixels(
        coarse.pixels, coarse.height, coarse.width, coarse.pitch, fine.pixels, fine.pitch, fine.holes
    )
    _double_matches(
        coarse.match, coarse.cost, coarse.pitch,
        fine.match, fine.cost, fine.source, fine.height, fine.width, fine.pitch, fine.targets,
    )  # fmt: skip


def interpolate(level: Level) -> None:
    """Fill a surveyed level's hole smoothly from what may be copied (pull-push, Gortler et al. 1996).

    The last resort, where no whole patch is known.
    """
    # Barred pixels are no source of colour, so they count as unknown here, without being filled.
    scales = [replace(level, state=np.where(level.state == KNOWN, np.uint8(KNOWN), np.uint8(HOLE)))]
    while (scales[-1].state == HOLE).any() and max(scales[-1].height, scales[-1].width) > 1:
        scales.append(halve(scales[-1]))
    for coarse, fine in pairwise(reversed(scales)):
        holes = level.holes if fine is scales[0] else np.flatnonzero(fine.state == HOLE).astype(np.int32)
        _double_pixels(
            coarse.pixels, coarse.height, coarse.width, coarse.pitch, fine.pixels, fine.pitch, holes
        )


@kernel("void(uint8[::1], uint8[::1], int64, int64, int64, uint8[::1], uint8[::1], int64, int64, int64)")
def _halve(
    pixels: Flat,
    state: Flat,
    height: int,
    width: int,
    pitch: int,
    coarse_pixels: Flat,
    coarse_state: Flat,
    coarse_height: int,
    coarse_width: int,
    coarse_pitch: int,
) -> None:
    """Mean of the known pixels of each 2x2 block; barred if any of them is."""
    for y in range(coarse_height):
        for x in range(coarse_width):
            known = 0
            barred = False
            a = 0
            b = 0
            c = 0
            d = 0
            for v in range(2 * y, min(2 * y + 2, height)):
                for u in range(2 * x, min(2 * x + 2, width)):
                    at = v * pitch + u
                    if state[at] != 1:
                        known += 1
                        barred |= state[at] == 2  # noqa: PLR2004 - BARRED
                        a += pixels[at * CHANNELS]
                        b += pixels[at * CHANNELS + 1]
                        c += pixels[at * CHANNELS + 2]
                        d += pixels[at * CHANNELS + 3]
            to = y * coarse_pitch + x
            if known == 0:
                coarse_state[to] = 1
                continue
            coarse_state[to] = 2 if barred else 0
            half = known >> 1
            coarse_pixels[to * CHANNELS] = (a + half) // known
            coarse_pixels[to * CHANNELS + 1] = (b + half) // known
            coarse_pixels[to * CHANNELS + 2] = (c + half) // known
            coarse_pixels[to * CHANNELS + 3] = (d + half) // known


@kernel("void(uint8[::1], int64, int64, int64, uint8[::1], int64, int32[::1])")
def _double_pixels(
    coarse: Flat,
    coarse_height: int,
    coarse_width: int,
    coarse_pitch: int,
    pixels: Flat,
    pitch: int,
    holes: Flat,
) -> None:
    """Bilinear interpolation at the hole's pixels: weights 9, 3, 3 and 1 sixteenths."""
    for i in range(len(holes)):
        at = as_int(holes[i])
        y = at // pitch
        x = at - y * pitch
        near_y = y >> 1
        near_x = x >> 1
        far_y = min(max(near_y + (2 * (y & 1) - 1), 0), coarse_height - 1)
        far_x = min(max(near_x + (2 * (x & 1) - 1), 0), coarse_width - 1)
        for channel in range(CHANNELS):
            total = (
                9 * as_int(coarse[(near_y * coarse_pitch + near_x) * CHANNELS + channel])
                + 3 * as_int(coarse[(near_y * coarse_pitch + far_x) * CHANNELS + channel])
                + 3 * as_int(coarse[(far_y * coarse_pitch + near_x) * CHANNELS + channel])
                + as_int(coarse[(far_y * coarse_pitch + far_x) * CHANNELS + channel])
            )
            pixels[at * CHANNELS + channel] = (total + 8) >> 4


@kernel(
    "void(int32[::1], float32[::1], int64, int32[::1], float32[::1], uint8[::1], int64, int64, int64,"
    " int32[::1])"
)
def _double_matches(
    coarse_match: Flat,
    coarse_cost: Flat,
    coarse_pitch: int,
    match: Flat,
    cost: Flat,
    source: Flat,
    height: int,
    width: int,
    pitch: int,
    targets: Flat,
) -> None:
    """Give each fine patch the doubled match of the coarse patch over it, where it may be copied."""
    for i in range(len(targets)):
        at = as_int(targets[i])
        y = at // pitch
        x = at - y * pitch
        over = (y >> 1) * coarse_pitch + (x >> 1)
        found = as_int(coarse_match[over])
        if found <= 0:
            continue
        from_y = 2 * (found // coarse_pitch) + (y & 1)
        from_x = 2 * (found % coarse_pitch) + (x & 1)
        if from_y < height and from_x < width and source[from_y * pitch + from_x] > 0:
            match[at] = from_y * pitch + from_x
            cost[at] = coarse_cost[over]
