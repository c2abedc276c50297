"""Scales of a region: halving, and carrying matches to the next finer scale.

A coarse pixel is known as soon as any fine pixel under its filter is, and is then the weighted mean of those
that are. Holes thus shrink quickly on the way up: text and scratches vanish and are seeded with the colours
beside them, and a large hole keeps its surroundings. Were all of them needed, holes would grow instead and be
seeded from far away. How much under a pixel was known in the photo is kept as its cover: a guess from one
corner must not count like a measurement. The filter is binomial-like and six wide: a plain mean of four
pixels aliases, and texture that aliases finds no match.

On the way down the *matches* are doubled, not the pixels (Wexler et al. 2007, section 3.2; Barnes et al.
2009), so that the detail of the finer scale is copied from the start.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from wuhen.fill.compute.compiled import Flat, as_float, as_int, kernel
from wuhen.fill.compute.team import Team
from wuhen.fill.raster.layout import CHANNELS
from wuhen.fill.raster.level import BARRED, HOLE, KNOWN, Level

__all__ = ["double", "double_pixels", "halve", "interpolate"]

_FILTER = np.array([1, 5, 10, 10, 5, 1], np.float32)
_TAPS = 6
_HALVED_AT_ONCE = 32


def halve(fine: Level, team: Team) -> Level:
    """Make the next coarser scale, sides rounded up."""
    coarse = Level.empty((fine.height + 1) // 2, (fine.width + 1) // 2)

    def work(top: int) -> None:
        bottom = min(top + _HALVED_AT_ONCE, coarse.height)
        _halve(
            fine.pixels, fine.state, fine.cover, fine.height, fine.width, fine.pitch, _FILTER,
            coarse.pixels, coarse.state, coarse.cover, coarse.width, coarse.pitch, top, bottom,
        )  # fmt: skip

    team.each(work, range(0, coarse.height, _HALVED_AT_ONCE))
    return coarse


def double(coarse: Level, fine: Level) -> None:
    """Seed a surveyed level's hole and matches from the next coarser level's."""
    double_pixels(coarse, fine)
    _double_matches(
        coarse.match, coarse.cost, coarse.pitch, coarse.step,
        fine.match, fine.cost, fine.source, fine.height, fine.width, fine.pitch, fine.targets,
    )  # fmt: skip


def double_pixels(coarse: Level, fine: Level) -> None:
    """Interpolate a surveyed level's hole from the next coarser level."""
    _double_pixels(
        coarse.pixels, coarse.height, coarse.width, coarse.pitch, fine.pixels, fine.pitch, fine.holes
    )


def interpolate(level: Level, team: Team) -> None:
    """Fill a surveyed level's hole smoothly from what may be copied (pull-push, Gortler et al. 1996).

    The last resort, where no whole patch is known.
    """
    # Barred pixels are no source of colour, so they count as unknown here, without being filled.
    free = np.where(level.state == KNOWN, np.uint8(KNOWN), np.uint8(HOLE))
    pixels = level.pixels.copy()
    pixels[: len(free) * CHANNELS].reshape(-1, CHANNELS)[free == HOLE] = 0
    scales = [replace(level, pixels=pixels, state=free)]
    while (scales[-1].state == HOLE).any() and max(scales[-1].height, scales[-1].width) > 1:
        scales.append(halve(scales[-1], team))
    for scale in scales[1:]:
        scale.holes = np.flatnonzero(scale.state == HOLE).astype(np.int32)
    scales[0].holes = level.holes
    scales[0].pixels = level.pixels
    for coarse, fine in pairwise(reversed(scales)):
        double_pixels(coarse, fine)


@kernel(
    "void(uint8[::1], uint8[::1], uint8[::1], int64, int64, int64, float32[::1], uint8[::1], uint8[::1],"
    " uint8[::1], int64, int64, int64, int64)"
)
def _halve(
    pixels: Flat,
    state: Flat,
    cover: Flat,
    height: int,
    width: int,
    pitch: int,
    taps: Flat,
    coarse_pixels: Flat,
    coarse_state: Flat,
    coarse_cover: Flat,
    coarse_width: int,
    coarse_pitch: int,
    top: int,
    bottom: int,
) -> None:
    """Weighted mean of the known pixels under a 6x6 filter, columns first; barred if any of them is.

    Unknown pixels must be black: then they add nothing, and the loop over bytes needs no question. The sums
    are whole numbers that 32-bit floats hold exactly, in loops that the compiler turns into vector code.
    """
    # Empty pixels, two before and three after, stand for those beyond the edge.
    sums = np.zeros((width + 5) * CHANNELS, np.float32)
    known = np.zeros(width + 5, np.float32)
    covered = np.zeros(width + 5, np.float32)
    inside = np.zeros(width + 5, np.float32)
    barred = np.zeros(width + 5, np.uint8)
    for y in range(top, bottom):
        sums[:] = 0
        known[:] = 0
        covered[:] = 0
        inside[:] = 0
        barred[:] = 0
        for v in range(max(2 * y - 2, 0), min(2 * y + 4, height)):
            tap = taps[v - 2 * y + 2]
            here = state[v * pitch : v * pitch + width]
            share = cover[v * pitch : v * pitch + width]
            row = pixels[v * pitch * CHANNELS : (v * pitch + width) * CHANNELS]
            for x in range(width):
                known[x + 2] += tap * as_float(here[x] != HOLE)
                covered[x + 2] += tap * as_float(share[x])
                inside[x + 2] += tap
                barred[x + 2] |= here[x] == BARRED
            for i in range(width * CHANNELS):
                sums[i + 2 * CHANNELS] += tap * as_float(row[i])
        for x in range(coarse_width):
            u = 2 * x
            total = as_float(0)
            cover_total = as_float(0)
            room = as_float(0)
            bar = 0
            for i in range(_TAPS):
                total += taps[i] * known[u + i]
                cover_total += taps[i] * covered[u + i]
                room += taps[i] * inside[u + i]
                bar |= barred[u + i]
            to = y * coarse_pitch + x
            if total == 0:
                coarse_state[to] = HOLE
                coarse_cover[to] = 0
                continue
            coarse_state[to] = BARRED if bar else KNOWN
            coarse_cover[to] = np.uint8(cover_total / room + as_float(0.5))
            scale = as_float(1) / total
            for channel in range(CHANNELS):
                at = u * CHANNELS + channel
                value = taps[0] * sums[at]
                for i in range(1, _TAPS):
                    value += taps[i] * sums[at + i * CHANNELS]
                coarse_pixels[to * CHANNELS + channel] = np.uint8(value * scale + as_float(0.5))


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
    "void(int32[::1], float32[::1], int64, int64, int32[::1], float32[::1], uint8[::1], int64, int64, int64,"
    " int32[::1])"
)
def _double_matches(
    coarse_match: Flat,
    coarse_cost: Flat,
    coarse_pitch: int,
    step: int,
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
        # With a step the patch over this one may be missing: take the next up or to the left.
        for back in range(step * step):
            shift = (back // step) * coarse_pitch + back % step
            over = (y >> 1) * coarse_pitch + (x >> 1) - shift
            if over < 0 or coarse_match[over] <= 0:
                continue
            found = as_int(coarse_match[over]) + shift
            from_y = 2 * (found // coarse_pitch) + (y & 1)
            from_x = 2 * (found % coarse_pitch) + (x & 1)
            if from_y < height and from_x < width and source[from_y * pitch + from_x] > 0:
                match[at] = from_y * pitch + from_x
                cost[at] = coarse_cost[over]
                break
