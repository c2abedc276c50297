"""Shifts by which the surroundings repeat themselves: proposals for where to copy from.

Rows of windows, tiles, railings and long edges look like themselves a certain shift away. The best such
shifts of the known pixels fill holes in them better than any local search finds (He & Sun 2012). Here they
are the local minima of the mean squared difference between the known pixels and their shifted copy, for all
shifts at once by FFT.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.layout import COLOURS, KNOWN
from wuhen.fill.raster.raster import Raster

__all__ = ["dominant_offsets", "resembling_shifts"]

#: Shifts shorter than this many pixels say only that photos are smooth.
_MIN_LENGTH = 4
#: Share of the known pixels that must meet a known pixel under a shift.
_OVERLAP = 0.15
#: Two shifts are at least this many pixels apart.
_APART = 2


def dominant_offsets(raster: Raster, max_count: int) -> NDArray[np.int32]:
    """Find the shifts under which a raster's usable pixels resemble each other most.

    Returns
    -------
    ndarray
        int32 ``(n, 2)``: rows and columns, best first, n at most ``max_count``.
    """
    if not max_count:
        return np.zeros((0, 2), np.int32)
    known = (raster.plane(raster.state) == KNOWN).astype(np.float32)
    image = raster.image(COLOURS).astype(np.float32) @ np.array([0.25, 0.5, 0.25], np.float32)
    return resembling_shifts(image, known, max_count)


def resembling_shifts(
    image: NDArray[np.float32], known: NDArray[np.float32], max_count: int
) -> NDArray[np.int32]:
    """Find the shifts under which the known pixels of an image resemble each other most.

    Parameters
    ----------
    image
        float32 ``(h, w)``: brightness, 0 to 255.
    known
        float32 ``(h, w)``: 1 where it is known, 0 elsewhere.
    max_count
        How many to find at most.

    Returns
    -------
    ndarray
        int32 ``(n, 2)``: rows and columns, best first.
    """
    image = (image - image[known > 0].mean()) * known
    size = [_smooth(2 * side) for side in known.shape]
    mask, first, square = (np.fft.rfft2(plane, size) for plane in (known, image, image * image))
    # sum over pixels of m(p) m(p + o) (i(p) - i(p + o))^2, from three correlations.
    count = np.fft.irfft2(np.abs(mask) ** 2, size)
    both = np.fft.irfft2(np.conj(square) * mask + np.conj(mask) * square - 2 * np.abs(first) ** 2, size)
    rows = np.fft.fftfreq(size[0], 1 / size[0]).astype(np.int32)
    columns = np.fft.fftfreq(size[1], 1 / size[1]).astype(np.int32)
    error = np.where(count > _OVERLAP * known.sum(), both / np.maximum(count, 1), np.inf)
    error[np.hypot(rows[:, None], columns) < _MIN_LENGTH] = np.inf
    ys, xs = np.nonzero((error <= _least_around(error)) & np.isfinite(error))
    order = np.argsort(error[ys, xs], kind="stable")[:max_count]
    return np.stack([rows[ys[order]], columns[xs[order]]], axis=1).astype(np.int32)


def _least_around(error: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take the minimum of `_APART` pixels on all sides; what leaves the picture enters it on the other."""
    least = np.pad(error, _APART, "wrap")
    for _ in range(2 * _APART):
        rows = np.minimum(least[1:], least[:-1])
        least = np.minimum(rows[:, 1:], rows[:, :-1])
    return least


def _smooth(least: int) -> int:
    """Return the next number without prime factors beyond 5, of which FFTs are fast."""
    number = least
    while True:
        rest = number
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return number
        number += 1
