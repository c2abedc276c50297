"""Cutting a grey mask at half without the specks that lossy compression leaves.

JPEG draws ripples beside every edge, and noise over everything grey. Where they cross half, a plain threshold
leaves a speck, and every speck would be filled on its own. Such a speck is never strong: it crosses half by a
little, while what was painted comes near the mask's own white somewhere. That is thresholding with hysteresis
(Canny 1986, section VIII), applied to what is no larger than a block of the transform.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.coverage import HALF

LEAST_WHITE = HALF
"""From this value on, a mask's pixel is white."""
_BLOCK = 64  # pixels of a block of the discrete cosine transform
_SUPPORTED = 0

Bools = NDArray[np.bool_]
Ints = NDArray[np.int32]  # enough for positions in 25 million pixels


def threshold(grey: NDArray[np.uint8], *, lossy: bool) -> Bools:
    """Cut a mask at half.

    Parameters
    ----------
    grey : (H, W) ndarray of uint8
        The mask, white where to erase.
    lossy : bool
        It was compressed with losses, so specks are taken away: white ones first, then black ones.

    Returns
    -------
    (H, W) ndarray of bool
    """
    white = grey >= LEAST_WHITE
    if not lossy:
        return white
    # Halfway from the threshold to the mask's own white and black, which may be light and dark greys.
    strongly_white = grey >= (LEAST_WHITE + int(grey.max()) + 1) // 2
    strongly_black = grey <= (LEAST_WHITE - 1 + int(grey.min())) // 2
    white = remove_specks(white, strongly_white)
    return ~remove_specks(~white, strongly_black)


def remove_specks(image: Bools, strong: Bools) -> Bools:
    """Keep the 8-connected components that are larger than a block or hold a pixel of `strong`.

    Runs of pixels along the rows are joined instead of single pixels, and only those without a strong pixel
    of their own: in a mask as people paint them, those are few.
    """
    begins, ends = _runs(image)
    # A strong run lies within a run of the image, so where strong runs begin is all there is to know.
    strong_begins, _ = _runs(strong & image)
    supported = np.searchsorted(strong_begins, ends) > np.searchsorted(strong_begins, begins)
    if supported.all():
        return image
    component = _components(supported, *_touching(begins, ends, image.shape[1] + 1))
    area = np.bincount(component, weights=ends - begins)
    area[_SUPPORTED] = np.inf
    kept = area[component] > _BLOCK
    return image if kept.all() else _paint(begins[kept], ends[kept], image.shape)


def _runs(image: Bools) -> tuple[Ints, Ints]:
    """Find the runs of true pixels along the rows, as half-open intervals of positions.

    Positions count through rows that are one false pixel longer than the image's, so that no run goes around
    a corner.
    """
    height, width = image.shape
    padded = np.zeros((height, width + 1), np.int8)
    padded[:, :width] = image
    steps = np.diff(padded.ravel(), prepend=np.int8(0))
    return np.flatnonzero(steps == 1).astype(np.int32), np.flatnonzero(steps == -1).astype(np.int32)


def _paint(begins: Ints, ends: Ints, shape: tuple[int, ...]) -> Bools:
    """Undo `_runs`."""
    height, width = shape
    steps = np.zeros(height * (width + 1), np.int8)
    steps[begins] = 1
    steps[ends] = -1
    padded = np.cumsum(steps, dtype=np.int8).reshape(height, width + 1)
    return np.ascontiguousarray(padded[:, :width]).astype(np.bool_)


def _touching(begins: Ints, ends: Ints, stride: int) -> tuple[Ints, Ints]:
    """Pair every run with those of the next row that touch it, corners included."""
    step = np.int32(stride)
    first = np.searchsorted(ends, begins + step, side="left").astype(np.int32)
    last = np.searchsorted(begins, ends + step, side="right").astype(np.int32)
    counts = last - first
    above = np.repeat(np.arange(len(begins), dtype=np.int32), counts)
    # The n-th pair of a run is with the n-th that touches it.
    shift = first - np.cumsum(counts, dtype=np.int32) + counts
    return above, np.arange(len(above), dtype=np.int32) + np.repeat(shift, counts)


def _components(supported: Bools, above: Ints, below: Ints) -> Ints:
    """Give every run the number of its component, `_SUPPORTED` where a supported run belongs to it.

    The supported runs are one node of a graph; the others are joined by hooking the root with the larger
    number under the smaller and halving the paths, until both ends of every edge have one root.
    """
    node = np.where(supported, np.int32(_SUPPORTED), np.cumsum(~supported, dtype=np.int32))
    root = np.arange(node.max() + 1, dtype=np.int32)
    one, other = node[above], node[below]
    while len(one):
        apart = root[one] != root[other]
        one, other = one[apart], other[apart]
        low, high = np.minimum(root[one], root[other]), np.maximum(root[one], root[other])
        np.minimum.at(root, high, low)
        while (root[root] != root).any():
            root = root[root]
    numbers: Ints = root[node]
    return numbers
