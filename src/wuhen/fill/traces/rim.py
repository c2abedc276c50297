"""The rim that an erased object leaves around its hole.

Masks cut close, or into the object: a border of its own pixels, sharp or mixed with what is behind them,
stays outside. It is taken for the surroundings, and the fill goes on with it. But photos differ from pixel to
pixel by as much beside a hole as farther away, as long as the hole follows nothing in them. Where they differ
more on the first steps away from the hole than beyond, its outline follows the object's edge, and the edge is
outside.
"""

# Compiled loops take their arrays one by one and are long on purpose.
# ruff: noqa: PLR2004

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, kernel
from wuhen.compute.signature import Flat, Plane
from wuhen.compute.team import Team
from wuhen.fill.raster.layout import CHANNELS, COLOURS, FULL_COVER, HOLE, KNOWN
from wuhen.fill.raster.pyramid import downsample
from wuhen.fill.raster.raster import Raster

__all__ = ["exclude_rim", "find_rim"]

#: Widest rim that is looked for at a scale, in pixels, and how many steps beyond it are compared with.
_WIDEST = 5
_BEYOND = 4
#: By how much the mean logarithm of the differences must be above that of the steps beyond.
_ELEVATED = 0.2
#: How much more it must be above it for chance's sake, times the root of the number of pairs.
_CHANCE = 4.0
#: Directions in which a hole is left. In each of them, of four in all but one, half as much must be seen.
_SIDES = 4
#: Pairs of neighbours that each step must have in each direction.
_MIN_PAIRS = 12
#: Added to differences before the logarithm, in grey rasters, so that noise does not count.
_LIFT = 2.0
#: No rim is taken to be wider, in pixels, for distances are kept as bytes.
_MAX_WIDTH = 200
#: Scales are looked at until the longer side is no more than this, in pixels.
_SIDE = 640


def find_rim(raster: Raster, team: Team) -> int:
    """Measure how wide the rim around a raster's hole is, in pixels; 0 where there is none.

    An edge that is blurred over many pixels shows only at coarser scales, so a large raster's are asked, too.
    """
    width = _width(raster)
    scale = 0
    while max(raster.height, raster.width) > _SIDE:
        raster, scale = downsample(raster, team), scale + 1
        width = max(width, _width(raster) << scale)
    return min(width, _MAX_WIDTH)


def exclude_rim(raster: Raster, width: int, mixed: float) -> Raster:
    """Copy a raster, without what it knows of a rim around its hole.

    Parameters
    ----------
    raster
        Stays as it is.
    width
        The rim's, in pixels, 1 or more.
    mixed
        How much of its outermost pixels is taken to be known, 0 to 1. Those further in join the hole.
    """
    ring, reached = _surround(raster, width)
    reached = reached[raster.state[reached] == KNOWN]
    outermost = ring[reached] == width
    inner = reached[~outermost]
    pixels, state, cover = raster.pixels.copy(), raster.state.copy(), raster.cover.copy()
    state[inner] = HOLE
    cover[inner] = 0
    pixels[: len(ring) * CHANNELS].reshape(-1, CHANNELS)[inner] = 0
    cover[reached[outermost]] = round(FULL_COVER * mixed)
    return raster._replace(pixels=pixels, state=state, cover=cover)


def _width(raster: Raster) -> int:
    """Measure the rim at one scale, in its pixels."""
    steps = _WIDEST + _BEYOND
    ring, reached = _surround(raster, steps + 1)
    sums, counts = np.zeros((_SIDES, steps)), np.zeros((_SIDES, steps), np.int64)
    _compare(raster, ring, reached, sums, counts)
    usable = counts.min(axis=1) >= _MIN_PAIRS
    # An object may look like what is behind it on one side, as a hole may follow something by chance on one.
    doubtful = int(usable.sum() == _SIDES)
    if usable.sum() < _SIDES // 2:
        return 0
    contrast = sums[usable] / counts[usable]
    rise = np.sort(contrast[:, :_WIDEST] - contrast[:, _WIDEST:].mean(axis=1, keepdims=True), axis=0)
    least = _ELEVATED + _CHANCE / np.sqrt(counts[usable, :_WIDEST].sum(axis=0))
    edges = np.flatnonzero((rise.mean(axis=0) > least) & (rise[doubtful] > least / 2))
    return int(edges[-1]) + 1 if len(edges) else 0


def _surround(raster: Raster, max_width: int) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Find the pixels around a raster's hole, and their distances to it up to ``max_width``.

    Returns
    -------
    ring
        uint8 ``(height * pitch,)``: distance in pixels; 0 in the hole and farther away.
    reached
        int32: their indices, nearest first.
    """
    ring = np.zeros(len(raster.state), np.uint8)
    last = np.flatnonzero(raster.state == HOLE).astype(np.int32)
    reached = np.empty(len(raster.state) - len(last), np.int32)
    return ring, reached[: _number(raster, max_width, last, ring, reached)].copy()


@kernel
def _number(
    raster: Raster, max_width: int, last: Flat[np.int32], ring: Flat[np.uint8], reached: Flat[np.int32]
) -> int:
    """Spread from the hole's pixels ``last``, and return how many are ``reached``.

    By turns to four neighbours and to eight, so that rings are octagons.
    """
    state, height, width, pitch = raster.state, raster.height, raster.width, raster.pitch
    total = 0
    for step in range(1, max_width + 1):
        begin = total
        for i in range(len(last)):
            y = as_int(last[i]) // pitch
            x = as_int(last[i]) - y * pitch
            for v in range(max(y - 1, 0), min(y + 2, height)):
                for u in range(max(x - 1, 0), min(x + 2, width)):
                    at = v * pitch + u
                    straight = v == y or u == x
                    if (straight or step % 2 == 0) and ring[at] == 0 and state[at] != HOLE:
                        ring[at] = step
                        reached[total] = at
                        total += 1
        last = reached[begin:total]
    return total


@kernel
def _compare(
    raster: Raster,
    ring: Flat[np.uint8],
    reached: Flat[np.int32],
    sums: Plane[np.float64],
    counts: Plane[np.int64],
) -> None:
    """Add up the logarithms of the differences between neighbours, one of them a step farther away."""
    pixels, height, width, pitch = raster.pixels, raster.height, raster.width, raster.pitch
    for i in range(len(reached)):
        at = as_int(reached[i])
        step = ring[at] - 1
        if step == sums.shape[1]:
            break
        y = at // pitch
        x = at - y * pitch
        for side in range(_SIDES):
            v = y + (side == 0) - (side == 1)
            u = x + (side == 2) - (side == 3)
            beside = v * pitch + u
            if v < 0 or v >= height or u < 0 or u >= width or ring[beside] != ring[at] + 1:
                continue
            gap = 0
            for channel in range(COLOURS):
                a = as_int(pixels[at * CHANNELS + channel])
                gap += abs(a - as_int(pixels[beside * CHANNELS + channel]))
            sums[side, step] += np.log(as_float(gap) / as_float(COLOURS) + as_float(_LIFT))
            counts[side, step] += 1
