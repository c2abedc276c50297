"""How much each pixel counts when patches are compared."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, kernel
from wuhen.compute.signature import Flat
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, FULL_COVER, FULL_WEIGHT, RADIUS
from wuhen.fill.raster.raster import Raster
from wuhen.fill.search.patches import Patches

__all__ = ["Weights", "weigh"]


class Weights(NamedTuple):
    """What pixels and patches weigh.

    Attributes
    ----------
    pixels
        uint8, `CHANNELS` bytes a pixel, as long as the raster's pixels: the weight, 1 to `FULL_WEIGHT`.
    inverse
        float32 for each patch to fill: turns its cost into the mean over its weight.
    """

    pixels: Flat[np.uint8]
    inverse: Flat[np.float32]


def weigh(
    raster: Raster, hole: Hole, patches: Patches, fade: float, floor: float, confidence: float
) -> Weights:
    """Say how much pixels count.

    Parameters
    ----------
    raster, hole, patches
        Of one scale.
    fade
        Factor on the weight per pixel of depth in the hole: what is known decides, guesses follow.
    floor
        Least weight, relative to a wholly known pixel's.
    confidence
        Exponent on a known pixel's cover: 0 lets all of them count in full.
    """
    depth = np.arange(256)
    guessed = np.maximum(np.power(fade, depth), floor)
    known = np.maximum(np.power(depth / FULL_COVER, confidence), floor)
    weights = Weights(np.zeros(len(raster.pixels), np.uint8), np.zeros(len(patches.targets), np.float32))
    _look_up(hole.depth, raster.cover, _table(guessed), _table(known), weights.pixels)
    _sum_up(weights, raster.pitch, patches.targets)
    return weights


def _table(shares: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Turn shares of a whole pixel's weight into weights."""
    return np.clip(np.rint(FULL_WEIGHT * shares), 1, FULL_WEIGHT).astype(np.uint8)


@kernel
def _look_up(
    depth: Flat[np.uint8],
    cover: Flat[np.uint8],
    by_depth: Flat[np.uint8],
    by_cover: Flat[np.uint8],
    weights: Flat[np.uint8],
) -> None:
    """Look up every pixel's weight, by its depth in the hole or by its cover outside."""
    for at in range(len(depth)):
        weight = by_depth[depth[at]] if depth[at] > 0 else by_cover[cover[at]]
        for channel in range(CHANNELS):
            weights[at * CHANNELS + channel] = weight


@kernel
def _sum_up(weights: Weights, pitch: int, targets: Flat[np.int32]) -> None:
    """One over the sum of the weights in each patch."""
    pixels, inverse = weights.pixels, weights.inverse
    for i in range(len(targets)):
        at = as_int(targets[i])
        total = 0
        for v in range(-RADIUS, RADIUS + 1):
            for u in range(-RADIUS, RADIUS + 1):
                total += pixels[(at + v * pitch + u) * CHANNELS]
        inverse[i] = as_float(1) / as_float(total)
