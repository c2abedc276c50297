"""Which colours are whose: two kinds of pixels, told apart by how frequent a colour is among each."""

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.smooth import smooth

__all__ = ["likelihood"]

#: Levels in a bin of brightness and of both differences of colours, and how many bins there are of each.
_LEVELS, _BINS = (10, 10, 10), (26, 27, 27)
_FIRST = (0.0, -130.0, -130.0)


def likelihood(
    colours: NDArray[np.float32], ours: NDArray[np.bool_], others: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return how likely each pixel is of the first kind, by its colour and its neighbours'.

    Parameters
    ----------
    colours
        float32 ``(h, w, 3)``: brightness and differences of colours.
    ours, others
        bool ``(h, w)``: examples of both kinds, taken to be as frequent as each other.
    """
    bins = np.zeros(ours.shape, np.int64)
    for channel, (levels, count, first) in enumerate(zip(_LEVELS, _BINS, _FIRST, strict=True)):
        bins = bins * count + np.rint((colours[..., channel] - first) / levels).clip(0, count - 1).astype(
            np.int64
        )
    frequent = [_frequencies(bins[kind]) for kind in (ours, others)]
    share = (frequent[0] / (frequent[0] + frequent[1])).astype(np.float32)
    return smooth(share[bins], 0.7)


def _frequencies(bins: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how frequent each colour is, those nearby counted in."""
    result = np.bincount(bins, minlength=int(np.prod(_BINS))).reshape(_BINS).astype(np.float64)
    for axis in range(result.ndim):
        moved = np.moveaxis(result, axis, 0)
        padded = np.concatenate([moved[:1], moved, moved[-1:]])
        result = np.moveaxis(0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:], 0, axis)
    frequencies: NDArray[np.float64] = (result / result.sum() + 1e-6).ravel()
    return frequencies
