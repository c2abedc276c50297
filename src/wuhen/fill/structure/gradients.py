"""Gradients of a raster over all colours, where everything under the filter is known."""

# Compiled loops are long on purpose.
# ruff: noqa: C901, PLR0912, PLR0915, PLR2004

from typing import NamedTuple

import numpy as np

from wuhen.compute.compiled import as_float, as_int, kernel
from wuhen.compute.signature import Plane
from wuhen.fill.raster.layout import CHANNELS, COLOURS, FULL_COVER, KNOWN
from wuhen.fill.raster.raster import Raster

__all__ = ["REACH", "Box", "Gradients", "measure_gradients"]

#: Pixels on either side of one that its gradient is made of.
REACH = 2
#: Weights of red, green and blue by which an edge's sign is told.
_RED, _GREEN, _BLUE = 0.3, 0.6, 0.1


class Box(NamedTuple):
    """Rows ``top`` to ``bottom`` and columns ``left`` to ``right`` of a raster."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.bottom - self.top, self.right - self.left


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

    box: Box
    right: Plane[np.float32]
    down: Plane[np.float32]
    strength: Plane[np.float32]


def measure_gradients(raster: Raster, box: Box) -> Gradients:
    """Measure a box's gradients.

    The filter is the derivative of a binomial of 5x5 pixels, which is a Gaussian of one pixel. Where colours
    change in opposite senses, as they do between hues, the weaker are turned round before the mean is taken.
    """
    right, down = np.zeros((2, *box.shape), np.float32)
    strength = np.full(box.shape, -1, np.float32)
    lines = np.zeros((3, (box.right - box.left + 2 * REACH) * COLOURS), np.float32)
    _measure(raster, box, lines, right, down, strength)
    return Gradients(box, right, down, strength)


@kernel
def _measure(
    raster: Raster,
    box: Box,
    lines: Plane[np.float32],
    right: Plane[np.float32],
    down: Plane[np.float32],
    strength: Plane[np.float32],
) -> None:
    """Filter columns first, a row at a time, into ``lines``: 0 smoothed, 1 derived, 2 known."""
    pixels, state, cover = raster.pixels, raster.state, raster.cover
    height, width, pitch = raster.height, raster.width, raster.pitch
    smoothed, derived, known = lines[0], lines[1], lines[2]
    for row in range(right.shape[0]):
        y = box.top + row
        if y < REACH or y + REACH >= height:
            continue
        for i in range(right.shape[1] + 2 * REACH):
            x = box.left + i - REACH
            known[i] = 0
            if x < 0 or x >= width:
                continue
            at = y * pitch + x
            whole = 1
            for step in range(-REACH, REACH + 1):
                beside = at + step * pitch
                if state[beside] != KNOWN or cover[beside] != FULL_COVER:
                    whole = 0
            known[i] = whole
            for channel in range(COLOURS):
                p = at * CHANNELS + channel
                line = pitch * CHANNELS
                a = as_int(pixels[p - 2 * line])
                b = as_int(pixels[p - line])
                d = as_int(pixels[p + line])
                e = as_int(pixels[p + 2 * line])
                smoothed[i * COLOURS + channel] = a + e + 4 * (b + d) + 6 * as_int(pixels[p])
                derived[i * COLOURS + channel] = e - a + 2 * (d - b)
        for i in range(right.shape[1]):
            if known[i] + known[i + 1] + known[i + 2] + known[i + 3] + known[i + 4] < 5:
                continue
            most = as_float(-1)
            most_x = as_float(0)
            most_y = as_float(0)
            sum_x = as_float(0)
            sum_y = as_float(0)
            grey_x = as_float(0)
            grey_y = as_float(0)
            for pick in range(2):
                for channel in range(COLOURS):
                    q = i * COLOURS + channel
                    s = smoothed
                    dx = s[q + 12] - s[q] + as_float(2) * (s[q + 9] - s[q + 3])
                    t = derived
                    dy = t[q] + t[q + 12] + as_float(4) * (t[q + 3] + t[q + 9]) + as_float(6) * t[q + 6]
                    if pick == 0:
                        size = dx * dx + dy * dy
                        if size > most:
                            most, most_x, most_y = size, dx, dy
                        share = as_float(_RED)
                        if channel == 1:
                            share = as_float(_GREEN)
                        elif channel == 2:
                            share = as_float(_BLUE)
                        grey_x += share * dx
                        grey_y += share * dy
                    elif dx * most_x + dy * most_y >= 0:
                        sum_x += dx
                        sum_y += dy
                    else:
                        sum_x -= dx
                        sum_y -= dy
            # 128 is the filter's gain.
            scale = as_float(1 / (128 * COLOURS))
            if sum_x * grey_x + sum_y * grey_y < 0:
                scale = -scale
            right[row, i] = sum_x * scale
            down[row, i] = sum_y * scale
            strength[row, i] = np.sqrt(sum_x * sum_x + sum_y * sum_y) * abs(scale)
