"""Scales of a region: pixels to the next coarser scale, and back.

A coarse pixel is known as soon as any fine pixel under its filter is, and is then the weighted mean of those
that are. Holes thus shrink quickly on the way up: text and scratches vanish and are seeded with the colours
beside them, and a large hole keeps its surroundings. Were all of them needed, holes would grow instead and be
seeded from far away. How much under a pixel was known in the photo is kept as its cover: a guess from one
corner must not count like a measurement. The filter is binomial-like and six wide: a plain mean of four
pixels aliases, and texture that aliases finds no match.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from wuhen.compute.compiled import as_float, as_int, inlined, kernel
from wuhen.compute.signature import Flat
from wuhen.compute.team import Team
from wuhen.fill.raster.layout import BARRED, CHANNELS, HOLE, KNOWN
from wuhen.fill.raster.raster import Raster

__all__ = ["downsample", "interpolate", "upsample", "upsample_surface"]

_FILTER = np.array([1, 5, 10, 10, 5, 1], np.float32)
_TAPS = 6
_ROWS_AT_ONCE = 32


class _Sums(NamedTuple):
    """Room for a row's sums; empty pixels, two before and three after, stand for those beyond the edge.

    Attributes
    ----------
    colours
        float32, `CHANNELS` a pixel.
    known, covered, inside
        float32: of the taps where a pixel is known, of its cover, and of all taps within the image.
    barred
        uint8: whether any pixel is.
    """

    colours: Flat[np.float32]
    known: Flat[np.float32]
    covered: Flat[np.float32]
    inside: Flat[np.float32]
    barred: Flat[np.uint8]

    @classmethod
    def of(cls, raster: Raster) -> "_Sums":
        """Make room for a raster's rows."""
        length = raster.width + 5
        known, covered, inside = np.zeros((3, length), np.float32)
        return cls(
            np.zeros(length * CHANNELS, np.float32), known, covered, inside, np.zeros(length, np.uint8)
        )


def downsample(fine: Raster, team: Team) -> Raster:
    """Make the next coarser scale, sides rounded up."""
    coarse = Raster.blank((fine.height + 1) // 2, (fine.width + 1) // 2)

    def work(top: int) -> None:
        _downsample(fine, coarse, _FILTER, _Sums.of(fine), top, min(top + _ROWS_AT_ONCE, coarse.height))

    team.run_each(work, range(0, coarse.height, _ROWS_AT_ONCE))
    return coarse


def interpolate(raster: Raster, indices: Flat[np.int32], team: Team) -> None:
    """Fill pixels smoothly from what may be copied (pull-push, Gortler et al. 1996).

    The last resort, where no whole patch is known.

    Parameters
    ----------
    raster
        Its pixels are changed.
    indices
        int32: the pixels to fill.
    team
        Threads to work with.
    """
    # Barred pixels are no source of colour, so they count as unknown here, without being filled.
    free = np.where(raster.state == KNOWN, np.uint8(KNOWN), np.uint8(HOLE))
    pixels = raster.pixels.copy()
    pixels[: len(free) * CHANNELS].reshape(-1, CHANNELS)[free == HOLE] = 0
    scales = [raster._replace(pixels=pixels, state=free)]
    while (scales[-1].state == HOLE).any() and max(scales[-1].height, scales[-1].width) > 1:
        scales.append(downsample(scales[-1], team))
    for coarse, fine in pairwise(scales[:0:-1]):
        upsample(coarse, fine, np.flatnonzero(fine.state == HOLE).astype(np.int32))
    if len(scales) > 1:
        upsample(scales[1], raster, indices)


@inlined
def _interpolate(
    coarse: Raster, given: Flat[Any], wanted: Flat[Any], pitch: int, indices: Flat[np.int32], rounding: float
) -> None:
    """Weights 9, 3, 3 and 1 sixteenths. Of bytes these are sums that 32-bit floats hold exactly."""
    last_y, last_x, row = coarse.height - 1, coarse.width - 1, coarse.pitch
    for i in range(len(indices)):
        at = as_int(indices[i])
        y = at // pitch
        x = at - y * pitch
        near_y = y >> 1
        near_x = x >> 1
        far_y = min(max(near_y + (2 * (y & 1) - 1), 0), last_y)
        far_x = min(max(near_x + (2 * (x & 1) - 1), 0), last_x)
        for channel in range(CHANNELS):
            wanted[at * CHANNELS + channel] = (
                as_float(9) * as_float(given[(near_y * row + near_x) * CHANNELS + channel])
                + as_float(3) * as_float(given[(near_y * row + far_x) * CHANNELS + channel])
                + as_float(3) * as_float(given[(far_y * row + near_x) * CHANNELS + channel])
                + as_float(given[(far_y * row + far_x) * CHANNELS + channel])
            ) * as_float(0.0625) + rounding


@kernel
def upsample(coarse: Raster, fine: Raster, indices: Flat[np.int32]) -> None:
    """Interpolate pixels bilinearly from the next coarser scale.

    Parameters
    ----------
    coarse, fine
        The scales; the finer one is changed.
    indices
        int32: the finer one's pixels that are wanted.
    """
    _interpolate(coarse, coarse.pixels, fine.pixels, fine.pitch, indices, as_float(0.5))


@kernel
def upsample_surface(
    coarse: Raster, heights: Flat[np.float32], surface: Flat[np.float32], pitch: int, indices: Flat[np.int32]
) -> None:
    """Do the same for numbers instead of bytes: ``heights`` lie like the coarse scale's pixels."""
    _interpolate(coarse, heights, surface, pitch, indices, as_float(0))


@kernel
def _downsample(
    fine: Raster, coarse: Raster, taps: Flat[np.float32], sums: _Sums, top: int, bottom: int
) -> None:
    """Weighted mean of the known pixels under a 6x6 filter, columns first; barred if any of them is.

    Unknown pixels must be black: then they add nothing, and the loop over bytes needs no question. The sums
    are whole numbers that 32-bit floats hold exactly, in loops that the compiler turns into vector code.
    """
    pixels, state, cover = fine.pixels, fine.state, fine.cover
    height, width, pitch = fine.height, fine.width, fine.pitch
    coarse_pixels, coarse_state, coarse_cover = coarse.pixels, coarse.state, coarse.cover
    coarse_width, coarse_pitch = coarse.width, coarse.pitch
    colours, known, covered = sums.colours, sums.known, sums.covered
    inside, barred = sums.inside, sums.barred
    for y in range(top, bottom):
        colours[:] = 0
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
                colours[i + 2 * CHANNELS] += tap * as_float(row[i])
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
                value = taps[0] * colours[at]
                for i in range(1, _TAPS):
                    value += taps[i] * colours[at + i * CHANNELS]
                coarse_pixels[to * CHANNELS + channel] = np.uint8(value * scale + as_float(0.5))
