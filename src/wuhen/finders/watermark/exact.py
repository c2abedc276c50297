"""Whether what repeats is laid over the photo, or part of the scene.

A mark's repetitions lie at exactly the same steps all over the photo. Bricks, tiles, windows and cloth do
not: laid by hand, seen from an angle, through a lens, they drift out of step by pixels from one part of the
photo to the next, and seldom go all over it.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.finders.watermark.cell import Cell

__all__ = ["in_step"]

#: The photo is asked in so many parts, across and down.
_PARTS = 3
#: A part is in step if it agrees best with the others where it should, by so many pixels, and that clearly.
_OFF, _CLEAR = 1.6, 5.0


def in_step(directions: NDArray[np.complex64], cell: Cell) -> tuple[int, int]:
    """Return how many of a photo's nine parts are in step with the others, and how many are out of it.

    Parameters
    ----------
    directions
        complex ``(h, w)``: compressed gradients.
    cell
        The cell that repeats.
    """
    height, width = directions.shape
    size = cell.rows * cell.columns
    place = cell.place(height, width)
    rows = np.minimum(np.arange(height) * _PARTS // height, _PARTS - 1)
    columns = np.minimum(np.arange(width) * _PARTS // width, _PARTS - 1)
    part = (rows[:, None] * _PARTS + columns[None, :]).astype(np.int32)
    slots = (part * size + place).ravel()
    sums = np.bincount(slots, directions.real.ravel(), _PARTS**2 * size) + 1j * np.bincount(
        slots, directions.imag.ravel(), _PARTS**2 * size
    )
    sums = sums.reshape(_PARTS**2, cell.rows, cell.columns)
    spectra = np.fft.fft2(sums)
    total = spectra.sum(axis=0)
    off = _lengths(cell)
    near, around = off <= _OFF, off > 3 * _OFF
    right = wrong = 0
    for spectrum in spectra:
        # Of two fields of gradients the real part of the product is what they have in common.
        alike = np.fft.ifft2(spectrum * np.conj(total - spectrum)).real
        deviation = float(np.sqrt((alike[around] ** 2).mean())) if around.any() else np.inf
        clear = alike.max() > _CLEAR * deviation
        right += bool(clear and alike[near].max() == alike.max())
        wrong += bool(clear and alike[near].max() < alike.max())
    return right, wrong


def _lengths(cell: Cell) -> NDArray[np.float64]:
    """Return how many pixels each shift within the cell is, ``(rows, columns)``."""
    (ax, ay), (bx, by) = cell.steps
    u = np.fft.fftfreq(cell.columns)[None, :]
    v = np.fft.fftfreq(cell.rows)[:, None]
    return np.asarray(np.hypot(u * ax + v * bx, u * ay + v * by))
