"""Smooth versions of pictures that are not rasters: guide images, and what is computed of them."""

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, kernel
from wuhen.compute.signature import Flat, Plane

__all__ = ["smooth", "smooth_within", "spread"]

#: Standard deviations after which a Gaussian is cut off.
_CUT = 3.0
#: Weight of a coarser guess where a pixel has a value of its own.
_FAINT = 1e-4


def smooth(image: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Convolve with a Gaussian; the picture's border mirrors.

    Parameters
    ----------
    image
        float32 ``(h, w)`` or ``(h, w, n)``.
    sigma
        Standard deviation, in pixels.

    Returns
    -------
    ndarray
        float32, shaped like the picture.
    """
    reach = int(np.ceil(_CUT * sigma))
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    taps = (taps / taps.sum()).astype(np.float32)
    height, width = image.shape[:2]
    cube = np.asarray(image, np.float32).reshape(height, width, -1)
    rows = np.pad(cube, ((0, 0), (reach, reach), (0, 0)), "symmetric").reshape(height, -1)
    between = np.empty((height, width * cube.shape[2]), np.float32)
    result = np.empty_like(between)
    _filter_rows(rows, taps, cube.shape[2], between)
    _filter_columns(np.pad(between, ((reach, reach), (0, 0)), "symmetric"), taps, result)
    return result.reshape(image.shape)


def smooth_within(
    image: NDArray[np.float32], weights: NDArray[np.float32], sigma: float
) -> NDArray[np.float32]:
    """Do the same with weights, float32 ``(h, w)``: what has none does not count."""
    total = np.maximum(smooth(weights, sigma), np.float32(1e-6))
    if image.ndim > weights.ndim:
        weights, total = weights[..., None], total[..., None]
    weighed = smooth(np.multiply(image, weights, dtype=np.float32), sigma)
    return np.divide(weighed, total, dtype=np.float32)


def spread(image: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Carry values to where there are none (pull-push, Gortler et al. 1996).

    Parameters
    ----------
    image
        float32 ``(h, w, n)``.
    weights
        float32 ``(h, w)``, 0 where a pixel has no value, 1 where it has.

    Returns
    -------
    ndarray
        float32 ``(h, w, n)``: 0 if there are no values at all.
    """
    height, width = weights.shape
    if max(height, width) == 1:
        return image * (weights > 0)[..., None]
    odd = ((0, height % 2), (0, width % 2))
    sums = [np.pad(image * weights[..., None], (*odd, (0, 0))), np.pad(weights, odd)[..., None]]
    halved = [(a[::2, ::2] + a[1::2, ::2]) + (a[::2, 1::2] + a[1::2, 1::2]) for a in sums]
    known = halved[1][..., 0]
    coarse = spread(halved[0] / np.maximum(halved[1], np.float32(1e-6)), np.minimum(known, np.float32(1)))
    finer = _double(coarse)[:height, :width]
    share = (weights / (weights + np.float32(_FAINT)))[..., None]
    result: NDArray[np.float32] = finer + share * (image - finer)
    return result


def _double(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Interpolate bilinearly at twice the size."""
    for axis in (0, 1):
        padded = np.pad(image, [(1, 1) if i == axis else (0, 0) for i in range(3)], "edge")
        before, here, after = (
            np.take(padded, range(start, start + image.shape[axis]), axis) for start in range(3)
        )
        pair = [np.float32(0.75) * here + np.float32(0.25) * side for side in (before, after)]
        shape = list(image.shape)
        shape[axis] *= 2
        image = np.stack(pair, axis + 1).reshape(shape)
    return image


@kernel
def _filter_rows(
    padded: Plane[np.float32], taps: Flat[np.float32], step: int, result: Plane[np.float32]
) -> None:
    """Convolve along rows of so many numbers a pixel; they are as much longer as the taps need."""
    height, length = result.shape
    for y in range(height):
        result[y] = as_float(0)
        for i in range(len(taps)):
            for x in range(length):
                result[y, x] += taps[i] * padded[y, x + i * step]


@kernel
def _filter_columns(padded: Plane[np.float32], taps: Flat[np.float32], result: Plane[np.float32]) -> None:
    """Convolve along columns that are as much longer as the taps need."""
    height, length = result.shape
    for y in range(height):
        result[y] = as_float(0)
        for i in range(len(taps)):
            for x in range(length):
                result[y, x] += taps[i] * padded[y + i, x]
