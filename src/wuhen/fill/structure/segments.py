"""Straight segments of edges around a hole.

Neighbouring pixels whose gradients point the same way are one segment (Grompone von Gioi, Jakubowicz, Morel,
Randall, *LSD: a fast line segment detector with a false detection control*, PAMI 2010). Where they do not
fill their rectangle they are gathered once more, with half the tolerance, so that a curve falls into
chords.
"""

# Numbers that mean something in one place only have no names.
# ruff: noqa: PLR2004

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, inlined, kernel
from wuhen.compute.signature import Flat, Plane, Single
from wuhen.fill.raster.layout import CHANNELS, COLOURS, KNOWN
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.window import Window
from wuhen.fill.structure.gradients import Gradients, measure_gradients

__all__ = ["Segments", "find_segments"]

#: Cosine of the angle by which gradients of one segment may differ from their mean: 22.5 degrees, then half.
_TOLERANCES = (0.9239, 0.9808)
#: Share of its rectangle that a segment's pixels must fill, and its greatest width, px.
_DENSITY, _WIDEST = 0.6, 8.0
#: Classes of strength into which seeds are sorted, and the strength of the last, levels per px.
_CLASSES, _TOP = 256, 64.0
#: Distance from a segment at which the colours of its sides begin to be measured, and their number of px.
_ASIDE, _SIDE_PIXELS = 2, 3
#: No more segments than this are kept, the longest.
_MOST = 4096


class Segments(NamedTuple):
    """Segments, the longest first. Coordinates are those of pixels' centres in the raster, ``(x, y)``.

    Attributes
    ----------
    begins, ends
        float32 ``(n, 2)``: who walks from one to the other has the brighter side on the left, in a picture
        whose y grows downwards: the gradient points to ``(dy, -dx)``.
    strengths
        float32 ``(n,)``: mean gradient, levels of 255 per pixel.
    left, right
        float32 ``(n, 3)``: mean colours of the sides, from two pixels off the segment on; NaN where none is
        known.
    """

    begins: NDArray[np.float32]
    ends: NDArray[np.float32]
    strengths: NDArray[np.float32]
    left: NDArray[np.float32]
    right: NDArray[np.float32]

    @property
    def lengths(self) -> NDArray[np.float32]:
        """float32 ``(n,)``: in pixels."""
        across = self.ends - self.begins
        lengths: NDArray[np.float32] = np.hypot(across[:, 0], across[:, 1])
        return lengths


class _Found(NamedTuple):
    """What the kernel writes: a row for each segment."""

    lines: Plane[np.float32]
    strengths: Flat[np.float32]


def find_segments(
    raster: Raster, box: Window | None = None, min_length: float = 12.0, min_strength: float = 3.0
) -> Segments:
    """Find the segments in what is known of a raster.

    Parameters
    ----------
    raster
        Where to look.
    box
        What of it; by default all.
    min_length
        Least length, px.
    min_strength
        Least gradient, levels of 255 per pixel.
    """
    whole = Window(0, raster.height, 0, raster.width)
    gradients = measure_gradients(raster, box or whole)
    return group_segments(raster, gradients, min_length, min_strength)


def group_segments(raster: Raster, gradients: Gradients, min_length: float, min_strength: float) -> Segments:
    """Find segments in gradients of a raster; see `find_segments`."""
    seeds = _strongest_first(gradients, min_strength)
    found = _Found(np.zeros((_MOST, 4), np.float32), np.zeros(_MOST, np.float32))
    used = np.zeros(gradients.box.shape, np.uint8)
    region = np.zeros(len(seeds), np.int32)
    count = _group(gradients, seeds, used, region, as_float(min_length), as_float(min_strength), found)
    lines, strengths = found.lines[:count], found.strengths[:count]
    length = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
    order = np.argsort(-length, kind="stable")
    lines, strengths = np.ascontiguousarray(lines[order]), strengths[order]
    colours = np.full((2, count * COLOURS), np.nan, np.float32)
    _measure_sides(raster, lines, colours)
    left, right = colours.reshape(2, count, COLOURS)
    return Segments(lines[:, :2].copy(), lines[:, 2:].copy(), strengths, left, right)


def _strongest_first(gradients: Gradients, least: float) -> NDArray[np.int32]:
    """Sort a box's pixels by classes of their gradients' strength."""
    places = np.flatnonzero(gradients.strength >= least).astype(np.int32)
    classes = np.minimum(gradients.strength.reshape(-1)[places] * (_CLASSES / _TOP), _CLASSES - 1)
    return places[np.argsort(-classes.astype(np.int16), kind="stable")]


@inlined
def _grow(
    gradients: Gradients,
    seed: int,
    used: Plane[np.uint8],
    region: Flat[np.int32],
    tolerance: Single,
    least: Single,
) -> int:
    """Gather neighbours whose gradients point where the region's mean does; return their number."""
    right, down, strength = gradients.right, gradients.down, gradients.strength
    height, width = strength.shape
    region[0] = seed
    y = seed // width
    x = seed - y * width
    used[y, x] = 1
    mean_x = right[y, x] / strength[y, x]
    mean_y = down[y, x] / strength[y, x]
    count, done = 1, 0
    while done < count:
        at = as_int(region[done])
        done += 1
        y = at // width
        x = at - y * width
        for v in range(max(y - 1, 0), min(y + 2, height)):
            for u in range(max(x - 1, 0), min(x + 2, width)):
                size = strength[v, u]
                if used[v, u] != 0 or size < least or count == len(region):
                    continue
                inner = (right[v, u] * mean_x + down[v, u] * mean_y) / size
                if inner < tolerance * np.sqrt(mean_x * mean_x + mean_y * mean_y):
                    continue
                used[v, u] = 1
                region[count] = v * width + u
                count += 1
                mean_x += right[v, u] / size
                mean_y += down[v, u] / size
    return count


@inlined
def _fit(gradients: Gradients, region: Flat[np.int32], count: int, line: Flat[np.float32]) -> Single:
    """Lay a line through a region, weighted by strength; return its width, or 1000 for no line at all."""
    right, down, strength = gradients.right, gradients.down, gradients.strength
    width = strength.shape[1]
    total = 0.0
    sum_x = 0.0
    sum_y = 0.0
    toward_x = 0.0
    toward_y = 0.0
    for i in range(count):
        y = region[i] // width
        x = region[i] - y * width
        weight = strength[y, x]
        total += weight
        sum_x += weight * x
        sum_y += weight * y
        toward_x += right[y, x]
        toward_y += down[y, x]
    sum_x /= total
    sum_y /= total
    xx = 0.0
    xy = 0.0
    yy = 0.0
    for i in range(count):
        y = region[i] // width
        x = region[i] - y * width
        weight = strength[y, x]
        xx += weight * (x - sum_x) ** 2
        xy += weight * (x - sum_x) * (y - sum_y)
        yy += weight * (y - sum_y) ** 2
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    along_x = np.cos(angle)
    along_y = np.sin(angle)
    if along_y * toward_x - along_x * toward_y < 0:
        along_x, along_y = -along_x, -along_y
    low = 0.0
    high = 0.0
    least = 0.0
    most = 0.0
    for i in range(count):
        y = region[i] // width
        x = region[i] - y * width
        along = (x - sum_x) * along_x + (y - sum_y) * along_y
        across = (y - sum_y) * along_x - (x - sum_x) * along_y
        low, high = min(low, along), max(high, along)
        least, most = min(least, across), max(most, across)
    line[0] = gradients.box.left + sum_x + low * along_x
    line[1] = gradients.box.top + sum_y + low * along_y
    line[2] = gradients.box.left + sum_x + high * along_x
    line[3] = gradients.box.top + sum_y + high * along_y
    wide = most - least + 1
    if wide > _WIDEST or count < _DENSITY * wide * (high - low + 1):
        return as_float(1000)
    return as_float(wide)


@kernel
def _group(
    gradients: Gradients,
    seeds: Flat[np.int32],
    used: Plane[np.uint8],
    region: Flat[np.int32],
    min_length: Single,
    least: Single,
    found: _Found,
) -> int:
    """Grow regions from seeds and keep those that are long and straight; return their number."""
    strength = gradients.strength
    width = strength.shape[1]
    total = 0
    for i in range(len(seeds)):
        seed = as_int(seeds[i])
        if used[seed // width, seed % width] != 0:
            continue
        for attempt in range(2):
            count = _grow(gradients, seed, used, region, as_float(_TOLERANCES[attempt]), least)
            if count < min_length:
                break
            line = found.lines[total]
            wide = _fit(gradients, region, count, line)
            if wide < 1000:
                length = np.sqrt((line[2] - line[0]) ** 2 + (line[3] - line[1]) ** 2)
                if length < min_length:
                    break
                mean = as_float(0)
                for j in range(count):
                    mean += strength[region[j] // width, region[j] % width]
                found.strengths[total] = mean / as_float(count)
                total += 1
                break
            # Free for the second attempt, after which they stay taken: each pixel is tried twice at most.
            for j in range(count if attempt == 0 else 0):
                used[region[j] // width, region[j] % width] = 0
        if total == len(found.lines):
            break
    return total


@kernel
def _measure_sides(raster: Raster, lines: Plane[np.float32], colours: Plane[np.float32]) -> None:
    """Mean colours of a few pixels on either side of each line, left ones in row 0, right ones in row 1."""
    pixels, state = raster.pixels, raster.state
    height, width, pitch = raster.height, raster.width, raster.pitch
    for i in range(len(lines)):
        line = lines[i]
        across = line[2] - line[0]
        down = line[3] - line[1]
        length = np.sqrt(across * across + down * down)
        for side in range(2):
            sign = as_float(1 - 2 * side)
            count = 0
            total = colours[side, i * COLOURS : (i + 1) * COLOURS]
            for along in range(as_int(length) + 1):
                for aside in range(_ASIDE, _ASIDE + _SIDE_PIXELS):
                    share = as_float(along) / length
                    away = sign * as_float(aside) / length
                    x = as_int(np.rint(line[0] + share * across + away * down))
                    y = as_int(np.rint(line[1] + share * down - away * across))
                    if x < 0 or y < 0 or x >= width or y >= height or state[y * pitch + x] != KNOWN:
                        continue
                    for channel in range(COLOURS):
                        value = as_float(pixels[(y * pitch + x) * CHANNELS + channel])
                        total[channel] = value if count == 0 else total[channel] + value
                    count += 1
            if count > 0:
                for channel in range(COLOURS):
                    total[channel] /= as_float(count)
