"""Gradients of a raster over all colours, where everything under the filter is known."""

from typing import NamedTuple

import numpy as np

from wuhen.compute.compiled import as_bits, as_float, inlined, kernel
from wuhen.compute.signature import Flat, Plane
from wuhen.fill.raster.layout import CHANNELS, COLOURS, FULL_COVER, KNOWN
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.window import Window

__all__ = ["REACH", "Gradients", "measure_gradients"]

#: Pixels on either side of one that its gradient is made of.
REACH = 2
#: Weights of red, green and blue by which an edge's sign is told.
_RED, _GREEN, _BLUE = 0.3, 0.6, 0.1
#: The filter's gain.
_GAIN = 128


class Gradients(NamedTuple):
    """A box's gradients, levels of 255 per pixel, mean over the colours.

    Attributes
    ----------
    box
        What of the raster.
    right, down
        float32 ``(h, w)``: towards what is brighter; 0 where not all of the filter is known.
    strength
        float32 ``(h, w)``: their length; -1 where not all of the filter is known.
    """

    box: Window
    right: Plane[np.float32]
    down: Plane[np.float32]
    strength: Plane[np.float32]


class _Lines(NamedTuple):
    """Room for one row, from `REACH` pixels before it to as many behind it.

    Attributes
    ----------
    known
        uint8: whether all five pixels of a column are.
    smoothed, derived
        float32, `CHANNELS` a pixel: over a column.
    right, down
        float32 ``(COLOURS, w)``: the row's gradients, 128 times too large.
    """

    known: Flat[np.uint8]
    smoothed: Flat[np.float32]
    derived: Flat[np.float32]
    right: Plane[np.float32]
    down: Plane[np.float32]


def measure_gradients(raster: Raster, box: Window) -> Gradients:
    """Measure a box's gradients.

    The filter is the derivative of a binomial of 5x5 pixels, which is a Gaussian of one pixel. Where colours
    change in opposite senses, as they do between hues, the weaker are turned round before the mean is taken.
    """
    right, down = np.zeros((2, *box.shape), np.float32)
    strength = np.full(box.shape, -1, np.float32)
    width = box.shape[1]
    smoothed, derived = np.zeros((2, (width + 2 * REACH) * CHANNELS), np.float32)
    across, along = np.zeros((2, COLOURS, width), np.float32)
    lines = _Lines(np.zeros(width + 2 * REACH, np.uint8), smoothed, derived, across, along)
    _measure(raster, box, lines, right, down, strength)
    return Gradients(box, right, down, strength)


@inlined
def _forget(state: Flat[np.uint8], cover: Flat[np.uint8], known: Flat[np.uint8]) -> None:
    """Take away what is not wholly known."""
    for i in range(len(known)):
        known[i] &= (state[i] == KNOWN) & (cover[i] == FULL_COVER)


@inlined
def _filter_down(
    a: Flat[np.uint8],
    b: Flat[np.uint8],
    c: Flat[np.uint8],
    d: Flat[np.uint8],
    e: Flat[np.uint8],
    smoothed: Flat[np.float32],
    derived: Flat[np.float32],
) -> None:
    """Filter five rows of samples, one below the other."""
    for i in range(len(smoothed)):
        ends, beside = np.int32(a[i]) + np.int32(e[i]), np.int32(b[i]) + np.int32(d[i])
        smoothed[i] = as_float(np.int32(ends + np.int32(4) * beside + np.int32(6) * np.int32(c[i])))
        far, near = np.int32(e[i]) - np.int32(a[i]), np.int32(d[i]) - np.int32(b[i])
        derived[i] = as_float(np.int32(far + near + near))


@inlined
def _filter_right(
    smoothed: Flat[np.float32], derived: Flat[np.float32], right: Flat[np.float32], down: Flat[np.float32]
) -> None:
    """Filter every fourth of a row's columns, from the first on."""
    for i in range(len(right)):
        a, b = as_bits(CHANNELS * i), as_bits(CHANNELS * (i + 1))
        c, d, e = as_bits(CHANNELS * (i + 2)), as_bits(CHANNELS * (i + 3)), as_bits(CHANNELS * (i + 4))
        right[i] = smoothed[e] - smoothed[a] + as_float(2) * (smoothed[d] - smoothed[b])
        down[i] = derived[a] + derived[e] + as_float(4) * (derived[b] + derived[d]) + as_float(6) * derived[c]


@inlined
def _average(
    lines: _Lines, right: Flat[np.float32], down: Flat[np.float32], strength: Flat[np.float32]
) -> None:
    """Mean over the colours, where all is known; the other pixels stay."""
    known = lines.known
    r_x, g_x, b_x = lines.right[0], lines.right[1], lines.right[2]
    r_y, g_y, b_y = lines.down[0], lines.down[1], lines.down[2]
    for i in range(len(right)):
        if not known[i] & known[i + 1] & known[i + 2] & known[i + 3] & known[i + 4]:
            continue
        most_x, most_y = r_x[i], r_y[i]
        if g_x[i] * g_x[i] + g_y[i] * g_y[i] > most_x * most_x + most_y * most_y:
            most_x, most_y = g_x[i], g_y[i]
        if b_x[i] * b_x[i] + b_y[i] * b_y[i] > most_x * most_x + most_y * most_y:
            most_x, most_y = b_x[i], b_y[i]
        r = as_float(1) if r_x[i] * most_x + r_y[i] * most_y >= 0 else as_float(-1)
        g = as_float(1) if g_x[i] * most_x + g_y[i] * most_y >= 0 else as_float(-1)
        b = as_float(1) if b_x[i] * most_x + b_y[i] * most_y >= 0 else as_float(-1)
        x = r * r_x[i] + g * g_x[i] + b * b_x[i]
        y = r * r_y[i] + g * g_y[i] + b * b_y[i]
        grey_x = as_float(_RED) * r_x[i] + as_float(_GREEN) * g_x[i] + as_float(_BLUE) * b_x[i]
        grey_y = as_float(_RED) * r_y[i] + as_float(_GREEN) * g_y[i] + as_float(_BLUE) * b_y[i]
        size = as_float(1 / (_GAIN * COLOURS))
        scale = -size if x * grey_x + y * grey_y < 0 else size
        right[i] = x * scale
        down[i] = y * scale
        strength[i] = np.sqrt(x * x + y * y) * size


@kernel
def _measure(
    raster: Raster,
    box: Window,
    lines: _Lines,
    right: Plane[np.float32],
    down: Plane[np.float32],
    strength: Plane[np.float32],
) -> None:
    """Filter a row at a time, columns first; slices, for indices that might be negative are no vectors."""
    pixels, state, cover, pitch = raster.pixels, raster.state, raster.cover, raster.pitch
    first, last = max(box.left - REACH, 0), min(box.right + REACH, raster.width)
    skip = first - (box.left - REACH)
    count = last - first
    samples = slice(skip * CHANNELS, (skip + count) * CHANNELS)
    size, line = count * CHANNELS, pitch * CHANNELS
    for y in range(max(box.top, REACH), min(box.bottom, raster.height - REACH)):
        known = lines.known[skip : skip + count]
        known[:] = 1
        for step in range(-REACH, REACH + 1):
            at = (y + step) * pitch + first
            _forget(state[at : at + count], cover[at : at + count], known)
        p = (y * pitch + first) * CHANNELS
        _filter_down(
            pixels[p - 2 * line : p - 2 * line + size], pixels[p - line : p - line + size],
            pixels[p : p + size], pixels[p + line : p + line + size],
            pixels[p + 2 * line : p + 2 * line + size], lines.smoothed[samples], lines.derived[samples],
        )  # fmt: skip
        for channel in range(COLOURS):
            smoothed, derived = lines.smoothed[channel:], lines.derived[channel:]
            _filter_right(smoothed, derived, lines.right[channel], lines.down[channel])
        row = y - box.top
        _average(lines, right[row], down[row], strength[row])
