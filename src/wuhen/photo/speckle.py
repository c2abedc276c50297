"""Cutting a grey mask at half without the specks that lossy compression leaves.

JPEG draws ripples beside every edge. Where one of them crosses half, a plain threshold leaves a speck, and
every speck would be filled on its own. A ripple is never strong, though: it crosses half by a little, while
what was painted is nearly white somewhere. That is thresholding with hysteresis (Canny 1986, section VIII): a
white component stays only if a pixel of it is strongly white, a black one only if one is strongly black.
"""

import numpy as np
from numpy.typing import NDArray

_HALF = 128
_STRONG_WHITE, _STRONG_BLACK = 192, 63

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def threshold(grey: NDArray[np.uint8], *, lossy: bool) -> Bools:
    """Cut a mask at half.

    Parameters
    ----------
    grey : (H, W) ndarray of uint8
        The mask, white where to erase.
    lossy : bool
        It was compressed with losses, so weak components are dropped: white ones first, then black ones.

    Returns
    -------
    (H, W) ndarray of bool
    """
    white = grey >= _HALF
    if not lossy:
        return white
    white = with_support(white, grey >= _STRONG_WHITE)
    return ~with_support(~white, grey <= _STRONG_BLACK)


def with_support(weak: Bools, strong: Bools) -> Bools:
    """Keep the 8-connected components of `weak` that hold a pixel of `strong`.

    Runs of pixels along the rows are joined instead of single pixels, and only those without a strong pixel
    of their own: in a mask as people paint them, those are few.
    """
    begins, ends = _runs(weak)
    # A strong run lies within a weak one, so where strong runs begin is all there is to know.
    strong_begins, _ = _runs(strong & weak)
    supported = np.searchsorted(strong_begins, ends) > np.searchsorted(strong_begins, begins)
    if supported.all():
        return weak
    kept = _reached(supported, *_touching(begins, ends, weak.shape[1] + 1))
    return _painted(begins[kept], ends[kept], weak.shape)


def _runs(image: Bools) -> tuple[Ints, Ints]:
    """Find the runs of true pixels along the rows, as half-open intervals of positions.

    Positions count through rows that are one false pixel longer than the image's, so that no run goes around
    a corner.
    """
    height, width = image.shape
    padded = np.zeros((height, width + 1), np.int8)
    padded[:, :width] = image
    steps = np.diff(padded.ravel(), prepend=np.int8(0))
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)


def _painted(begins: Ints, ends: Ints, shape: tuple[int, ...]) -> Bools:
    """Undo `_runs`."""
    height, width = shape
    steps = np.zeros(height * (width + 1), np.int8)
    steps[begins] = 1
    steps[ends] = -1
    padded = np.cumsum(steps, dtype=np.int8).reshape(height, width + 1)
    return np.ascontiguousarray(padded[:, :width]).astype(np.bool_)


def _touching(begins: Ints, ends: Ints, stride: int) -> tuple[Ints, Ints]:
    """Pair every run with those of the next row that touch it, corners included."""
    first = np.searchsorted(ends, begins + stride, side="left")
    last = np.searchsorted(begins, ends + stride, side="right")
    counts = last - first
    above = np.repeat(np.arange(len(begins)), counts)
    within = np.arange(len(above)) - np.repeat(np.cumsum(counts) - counts, counts)
    return above, np.repeat(first, counts) + within


def _reached(supported: Bools, above: Ints, below: Ints) -> Bools:
    """Tell which runs are supported or joined to one that is.

    All supported runs are one node, number 0, of a graph; the others are joined by hooking the root with the
    larger number under the smaller and halving the paths, until both ends of every edge have one root.
    """
    node = np.where(supported, 0, np.cumsum(~supported))
    root = np.arange(node.max() + 1)
    one, other = node[above], node[below]
    while len(one):
        apart = root[one] != root[other]
        one, other = one[apart], other[apart]
        low, high = np.minimum(root[one], root[other]), np.maximum(root[one], root[other])
        np.minimum.at(root, high, low)
        while (root[root] != root).any():
            root = root[root]
    reached: Bools = root[node] == 0
    return reached
