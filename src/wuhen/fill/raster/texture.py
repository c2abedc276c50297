"""Texture strength as a fourth channel.

Averaging votes blurs, a blurred estimate matches flat patches best, and flat patches make it flatter still. A
channel that says how busy each pixel's neighbourhood is breaks this circle: the mean of several busy patches
is blurred in its colours but still says "busy" (Liu & Caselles 2013; Newson et al. 2014).
"""

import numpy as np

from wuhen.fill.compute.compiled import Flat, as_float, as_int, inlined, kernel
from wuhen.fill.compute.team import Team
from wuhen.fill.raster.layout import CHANNELS
from wuhen.fill.raster.level import HOLE, Level

__all__ = ["brightness", "measure_texture", "texture_at"]

_ROWS_AT_ONCE = 64


def measure_texture(level: Level, gain: float, team: Team) -> None:
    """Write the mean absolute gradient around every known pixel, times ``gain``, into the last channel."""
    # Filled from a row above, and a column left of, the first pixel, with empty ones around.
    gradient = np.zeros((level.height + 2, level.width + 2), np.float32)
    exists = np.zeros((level.height + 2, level.width + 2), np.float32)
    tops = range(0, level.height, _ROWS_AT_ONCE)

    def differ(top: int) -> None:
        bottom = min(top + _ROWS_AT_ONCE, level.height)
        _differ(
            level.pixels, level.state, level.height, level.width, level.pitch, top, bottom, gradient, exists
        )

    def average(top: int) -> None:
        bottom = min(top + _ROWS_AT_ONCE, level.height)
        _average(
            gradient, exists, level.state, level.width, level.pitch, as_float(gain), top, bottom, level.pixels
        )

    team.each(differ, tops)
    team.each(average, tops)


@inlined
def brightness(pixels: Flat, at: int) -> int:
    """Four times the brightness of a pixel."""
    p = at * CHANNELS
    return as_int(pixels[p]) + 2 * as_int(pixels[p + 1]) + as_int(pixels[p + 2])


@inlined
def texture_at(pixels: Flat, height: int, width: int, pitch: int, y: int, x: int) -> float:
    """Mean absolute difference of a pixel to its neighbours on the right and below, in grey levels."""
    at = y * pitch + x
    here = brightness(pixels, at)
    right = abs(brightness(pixels, at + 1) - here) if x + 1 < width else 0
    below = abs(brightness(pixels, at + pitch) - here) if y + 1 < height else 0
    return as_float(right + below) * as_float(0.125)


@inlined
def _read_row(pixels: Flat, state: Flat, width: int, at: int, luma: Flat, known: Flat) -> None:
    """Brightness, in grey levels, and 1 where it is known, of one row."""
    for x in range(width):
        luma[x] = as_float(brightness(pixels, at + x)) * as_float(0.25)
        known[x] = as_float(state[at + x] != HOLE)


@kernel("void(uint8[::1], uint8[::1], int64, int64, int64, int64, int64, float32[:, ::1], float32[:, ::1])")
def _differ(
    pixels: Flat,
    state: Flat,
    height: int,
    width: int,
    pitch: int,
    top: int,
    bottom: int,
    gradient: Flat,
    exists: Flat,
) -> None:
    """Mean difference to the known neighbours on the right and below, and 1 where there are such."""
    luma, below = np.zeros(width + 1, np.float32), np.zeros(width + 1, np.float32)
    known, known_below = np.zeros(width + 1, np.float32), np.zeros(width + 1, np.float32)
    _read_row(pixels, state, width, top * pitch, below, known_below)
    for y in range(top, bottom):
        luma, below = below, luma
        known, known_below = known_below, known
        if y + 1 < height:
            _read_row(pixels, state, width, (y + 1) * pitch, below, known_below)
        else:
            known_below[:] = 0
        to, there = gradient[y + 1], exists[y + 1]
        for x in range(width):
            right, down = known[x + 1], known_below[x]
            total = right * abs(luma[x + 1] - luma[x]) + down * abs(below[x] - luma[x])
            there[x + 1] = known[x] * max(right, down)
            to[x + 1] = there[x + 1] * total / max(right + down, as_float(1))


@kernel("void(float32[:, ::1], float32[:, ::1], uint8[::1], int64, int64, float32, int64, int64, uint8[::1])")
def _average(
    gradient: Flat,
    exists: Flat,
    state: Flat,
    width: int,
    pitch: int,
    gain: float,
    top: int,
    bottom: int,
    pixels: Flat,
) -> None:
    """Mean over 3x3 pixels of the gradients that exist."""
    totals, counts = np.zeros(width + 2, np.float32), np.zeros(width + 2, np.float32)
    for y in range(top, bottom):
        for x in range(width + 2):
            totals[x] = gradient[y, x] + gradient[y + 1, x] + gradient[y + 2, x]
            counts[x] = exists[y, x] + exists[y + 1, x] + exists[y + 2, x]
        for x in range(width):
            at = y * pitch + x
            count = counts[x] + counts[x + 1] + counts[x + 2]
            if state[at] == HOLE or count == 0:
                continue
            strength = gain * (totals[x] + totals[x + 1] + totals[x + 2]) / count
            pixels[at * CHANNELS + CHANNELS - 1] = np.uint8(min(strength, as_float(255)))
