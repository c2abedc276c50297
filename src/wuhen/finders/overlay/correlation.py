"""Directions of gradients, and how they are compared."""

import numpy as np
from numpy.typing import NDArray

from wuhen.finders.planes import gradients

__all__ = ["Correlation", "directions", "integrated"]

#: Gradients of overlays are weak: stronger ones, in levels, count little more than those.
WEAK = 4.0
#: What central differences do not see of a frequency.
_UNSEEN = 1e-9
#: What a pixel without any gradient counts as, in shares of a strong one's: noise says nothing.
_FLOOR = 0.02


def directions(plane: NDArray[np.float32]) -> NDArray[np.complex64]:
    """Return gradients as complex numbers whose magnitudes are compressed to at most 1."""
    across, down = gradients(plane)
    size = np.hypot(across, down) + np.float32(WEAK)
    return np.asarray((across + 1j * down) / size, np.complex64)


def integrated(across: NDArray[np.float32], down: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the plane with these central differences, by least squares; it is 0 at the border on the median.

    Solved in the frequencies of the rectangle, whose border should hold no gradient.
    """
    height, width = across.shape
    fy = 1j * np.sin(2 * np.pi * np.fft.fftfreq(height))[:, None]
    fx = 1j * np.sin(2 * np.pi * np.fft.rfftfreq(width))[None, :]
    square = np.abs(fx) ** 2 + np.abs(fy) ** 2
    # Frequencies that central differences do not see would blow up.
    spectrum = (np.conj(fx) * np.fft.rfft2(across) + np.conj(fy) * np.fft.rfft2(down)) / np.maximum(
        square, 1e-9
    )
    spectrum[square <= _UNSEEN] = 0
    plane = np.fft.irfft2(spectrum, s=(height, width))
    border = np.concatenate([plane[0], plane[-1], plane[:, 0], plane[:, -1]])
    return np.asarray(plane - np.median(border), np.float32)


class Correlation:
    """A template of gradients, compared with pictures at many shifts at once.

    Parameters
    ----------
    template
        complex ``(h, w)``: directions, 0 where the template says nothing.
    reach
        Shifts go up to so many pixels in each direction; pictures are larger by that on every side.
    """

    def __init__(self, template: NDArray[np.complex64], reach: int) -> None:
        self.reach = reach
        height, width = template.shape
        self._shape = (height + 2 * reach, width + 2 * reach)
        self._template = np.conj(np.fft.fft2(template, self._shape))
        self._support = np.conj(np.fft.rfft2((template != 0).astype(np.float32), self._shape))
        self._norm = float(np.sqrt((np.abs(template) ** 2).sum())) or 1.0

    def scores(self, field: NDArray[np.complex64]) -> tuple[NDArray[np.float32], float]:
        """Compare a field of directions, complex ``(h + 2 * reach, w + 2 * reach)``.

        Returns
        -------
        scores
            float32 ``(2 * reach + 1,) * 2``: the cosine between template and field, from -1 to 1, at each
            shift down and across; the middle is no shift.
        chance
            What such a cosine may be by chance: a deviation, measured with all directions turned by a right
            angle, with which nothing agrees but by chance.
        """
        span = 2 * self.reach + 1
        # Of two complex fields the real part of the product is what gradients have in common.
        product = np.fft.ifft2(np.fft.fft2(field) * self._template)[:span, :span]
        energy = (field.real**2 + field.imag**2 + _FLOOR).astype(np.float32)
        local = np.fft.irfft2(np.fft.rfft2(energy) * self._support, s=self._shape)[:span, :span]
        product /= self._norm * np.sqrt(np.maximum(local, 1e-6))
        return np.asarray(product.real, np.float32), float(np.sqrt((product.imag**2).mean()))
