"""Texture strength as a fourth channel.

Averaging votes blurs, a blurred estimate matches flat patches best, and flat patches make it flatter still. A
channel that says how busy each pixel's neighbourhood is breaks this circle: the mean of several busy patches
is blurred in its colours but still says "busy" (Liu & Caselles 2013; Newson et al. 2014).
"""

import numpy as np

from wuhen.fill.compiled import Flat, as_float, as_int, inlined, kernel
from wuhen.fill.distance import CHANNELS
from wuhen.fill.level import HOLE, Level
from wuhen.fill.team import Team

__all__ = ["measure_texture", "texture_at"]

#: Half the side of the window over which gradients are averaged, in pixels.
_RADIUS = 1
_ROWS_AT_ONCE = 64


def measure_texture(level: Level, gain: float, team: Team) -> None:
    """Write the mean absolute gradient around every known pixel, times ``gain``, into the last channel."""
    gradient = np.zeros(level.height * level.pitch, np.uint16)
    tops = range(0, level.height, _ROWS_AT_ONCE)

    def differ(top: int) -> None:
        bottom = min(top + _ROWS_AT_ONCE, level.height)
        _differ(level.pixels, level.state, level.height, level.width, level.pitch, top, bottom, gradient)

    def average(top: int) -> None:
        bottom = min(top + _ROWS_AT_ONCE, level.height)
        _average(
            gradient, level.state, level.height, level.width, level.pitch, as_float(gain), top, bottom,
            level.pixels,
        )  # fmt: skip

    team.each(differ, tops)
    team.each(average, tops)


@inlined
def _luma(pixels: Flat, at: int) -> int:
    """Four times the brightness of a pixel."""
    p = at * CHANNELS
    return as_int(pixels[p]) + 2 * as_int(pixels[p + 1]) + as_int(pixels[p + 2])


@inlined
def texture_at(pixels: Flat, height: int, width: int, pitch: int, y: int, x: int) -> float:
    """Mean absolute difference of a pixel to its neighbours on the right and below, in grey levels."""
    at = y * pitch + x
    here = _luma(pixels, at)
    right = abs(_luma(pixels, at + 1) - here) if x + 1 < width else 0
    below = abs(_luma(pixels, at + pitch) - here) if y + 1 < height else 0
    return as_float(right + below) * as_float(0.125)


@kernel("void(uint8[::1], uint8[::1], int64, int64, int64, int64, int64, uint16[::1])")
def _differ(
    pixels: Flat, state: Flat, height: int, width: int, pitch: int, top: int, bottom: int, gradient: Flat
) -> None:
    """Mean difference to the known neighbours on the right and below, plus one; 0 where there are none."""
    for y in range(top, bottom):
        for x in range(width):
            at = y * pitch + x
            if state[at] == HOLE:
                continue
            here = _luma(pixels, at)
            total = 0
            count = 0
            if x + 1 < width and state[at + 1] != HOLE:
                total += abs(_luma(pixels, at + 1) - here)
                count += 1
            if y + 1 < height and state[at + pitch] != HOLE:
                total += abs(_luma(pixels, at + pitch) - here)
                count += 1
            if count > 0:
                gradient[at] = 1 + (total >> (count - 1))


@kernel("void(uint16[::1], uint8[::1], int64, int64, int64, float32, int64, int64, uint8[::1])")
def _average(
    gradient: Flat,
    state: Flat,
    height: int,
    width: int,
    pitch: int,
    gain: float,
    top: int,
    bottom: int,
    pixels: Flat,
) -> None:
    """Mean over a window of the gradients that exist."""
    for y in range(top, bottom):
        for x in range(width):
            at = y * pitch + x
            if state[at] == HOLE:
                continue
            total = 0
            count = 0
            for v in range(max(y - _RADIUS, 0), min(y + _RADIUS + 1, height)):
                for u in range(max(x - _RADIUS, 0), min(x + _RADIUS + 1, width)):
                    value = as_int(gradient[v * pitch + u])
                    total += value - (value > 0)
                    count += value > 0
            if count > 0:
                strength = gain * as_float(total) / as_float(4 * count)
                pixels[at * CHANNELS + CHANNELS - 1] = np.uint8(min(strength, as_float(255)))
