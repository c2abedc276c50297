"""Texture strength as a fourth channel.

Averaging votes blurs, a blurred estimate matches flat patches best, and flat patches make it flatter still. A
channel that says how busy each pixel's neighbourhood is breaks this circle: the mean of several busy patches
is blurred in its colours but still says "busy" (Liu & Caselles 2013; Newson et al. 2014).
"""

import numpy as np

from wuhen.compute.compiled import as_float, as_int, inlined, kernel
from wuhen.compute.signature import Flat, Plane, Single
from wuhen.compute.team import Team
from wuhen.fill.raster.layout import CHANNELS, HOLE
from wuhen.fill.raster.raster import Raster

__all__ = ["brightness", "measure_texture", "texture_at"]

_ROWS_AT_ONCE = 64


def measure_texture(raster: Raster, gain: float, team: Team) -> None:
    """Write the mean absolute gradient around every known pixel, times ``gain``, into the last channel."""
    # Filled from a row above, and a column left of, the first pixel, with empty ones around.
    gradient = np.zeros((raster.height + 2, raster.width + 2), np.float32)
    exists = np.zeros((raster.height + 2, raster.width + 2), np.float32)
    tops = range(0, raster.height, _ROWS_AT_ONCE)

    def differ(top: int) -> None:
        rows = np.zeros((4, raster.width + 1), np.float32)
        _differ(raster, top, min(top + _ROWS_AT_ONCE, raster.height), rows, gradient, exists)

    def average(top: int) -> None:
        bottom = min(top + _ROWS_AT_ONCE, raster.height)
        sums = np.zeros((2, raster.width + 2), np.float32)
        _average(raster, as_float(gain), top, bottom, sums, gradient, exists)

    team.run_each(differ, tops)
    team.run_each(average, tops)


@inlined
def brightness(pixels: Flat[np.uint8], at: int) -> int:
    """Four times the brightness of a pixel."""
    p = at * CHANNELS
    return as_int(pixels[p]) + 2 * as_int(pixels[p + 1]) + as_int(pixels[p + 2])


@inlined
def texture_at(pixels: Flat[np.uint8], height: int, width: int, pitch: int, y: int, x: int) -> float:
    """Mean absolute difference of a pixel to its neighbours on the right and below, in grey levels."""
    at = y * pitch + x
    here = brightness(pixels, at)
    right = abs(brightness(pixels, at + 1) - here) if x + 1 < width else 0
    below = abs(brightness(pixels, at + pitch) - here) if y + 1 < height else 0
    return as_float(right + below) * as_float(0.125)


@inlined
def _read_row(
    pixels: Flat[np.uint8],
    state: Flat[np.uint8],
    width: int,
    at: int,
    luma: Flat[np.float32],
    known: Flat[np.float32],
) -> None:
    """Brightness, in grey levels, and 1 where it is known, of one row."""
    for x in range(width):
        luma[x] = as_float(brightness(pixels, at + x)) * as_float(0.25)
        known[x] = as_float(state[at + x] != HOLE)


@kernel
def _differ(
    raster: Raster,
    top: int,
    bottom: int,
    rows: Plane[np.float32],
    gradient: Plane[np.float32],
    exists: Plane[np.float32],
) -> None:
    """Mean difference to the known neighbours on the right and below, and 1 where there are such.

    ``rows`` is room for four of them, and a pixel more, all 0.
    """
    pixels, state, width, pitch = raster.pixels, raster.state, raster.width, raster.pitch
    luma, below, known, known_below = rows[0], rows[1], rows[2], rows[3]
    _read_row(pixels, state, width, top * pitch, below, known_below)
    for y in range(top, bottom):
        luma, below = below, luma
        known, known_below = known_below, known
        if y + 1 < raster.height:
            _read_row(pixels, state, width, (y + 1) * pitch, below, known_below)
        else:
            known_below[:] = 0
        to, there = gradient[y + 1], exists[y + 1]
        for x in range(width):
            right, down = known[x + 1], known_below[x]
            total = right * abs(luma[x + 1] - luma[x]) + down * abs(below[x] - luma[x])
            there[x + 1] = known[x] * max(right, down)
            to[x + 1] = there[x + 1] * total / max(right + down, as_float(1))


@kernel
def _average(
    raster: Raster,
    gain: Single,
    top: int,
    bottom: int,
    sums: Plane[np.float32],
    gradient: Plane[np.float32],
    exists: Plane[np.float32],
) -> None:
    """Mean over 3x3 pixels of the gradients that exist; ``sums`` is room for those of two rows."""
    pixels, state, width, pitch = raster.pixels, raster.state, raster.width, raster.pitch
    totals, counts = sums[0], sums[1]
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
