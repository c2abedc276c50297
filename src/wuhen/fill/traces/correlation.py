"""How well a picture of any outline matches another, at every place: masked normalised cross-correlation.

Pixels that count in neither picture are left out of means and variances at each place (Padfield 2012), all
places at once by the fast Fourier transform. Of both pictures only what is neither fine nor wide is compared:
grain and ripples say nothing, and light falls off.
"""

from typing import NamedTuple

import numpy as np

from wuhen.compute.signature import Cube, Plane

__all__ = ["Likeness", "Scenery", "pass_band", "smooth"]

#: Added to variances for each pixel that is compared, in squared grey levels: what is even matches nothing.
_FLOOR = 0.1
#: Fast transforms have lengths with no other factors.
_FACTORS = (2, 3, 5)


class Likeness(NamedTuple):
    """How a picture matches at each place.

    Attributes
    ----------
    correlation
        float32 ``(n, m)``, -1 to 1; the element ``[y, x]`` is for the picture's first pixel on that one of
        the scenery, those beyond its end for places before its beginning.
    gain
        float32 ``(n, m)``: how many times as strong as the picture the scenery is there, by least squares.
    overlap
        float32 ``(n, m)``: pixels that are compared.
    """

    correlation: Plane[np.float32]
    gain: Plane[np.float32]
    overlap: Plane[np.float32]


class Scenery:
    """What is searched.

    Parameters
    ----------
    image
        float32 ``(h, w, 3)``: from `pass_band`.
    valid
        bool ``(h, w)``: what counts.
    room
        Height and width of the largest picture that will be looked for.
    """

    def __init__(self, image: Cube[np.float32], valid: Plane[np.bool_], room: tuple[int, int]) -> None:
        height, width = valid.shape
        self._shape = _fast_length(height + room[0]), _fast_length(width + room[1])
        mask = valid.astype(np.float32)
        self._mask = self._transform(mask)
        self._planes = [self._transform(plane * mask) for plane in np.moveaxis(image, 2, 0)]
        self._square = self._transform((image**2).sum(axis=2) * mask)

    def compare(self, picture: Cube[np.float32], counts: Plane[np.bool_]) -> Likeness:
        """Match a picture ``(h, w, 3)``, of which the pixels that are marked count, at every place."""
        mask = counts.astype(np.float32)
        support = self._transform(mask).conj()
        planes = [self._transform(plane * mask).conj() for plane in np.moveaxis(picture, 2, 0)]
        square = self._transform((picture**2).sum(axis=2) * mask).conj()
        overlap = np.maximum(self._back(self._mask * support), np.float32(1))
        joint = self._back(np.sum([a * b for a, b in zip(self._planes, planes, strict=True)], axis=0))
        here, there = self._back(self._square * support), self._back(self._mask * square)
        for one, other in zip(self._planes, planes, strict=True):
            first, second = self._back(one * support), self._back(self._mask * other)
            joint -= first * second / overlap
            here -= first**2 / overlap
            there -= second**2 / overlap
        least = np.float32(_FLOOR) * overlap
        here, there = np.maximum(here, least), np.maximum(there, least)
        return Likeness(joint / np.sqrt(here * there), joint / there, overlap)

    def _transform(self, plane: Plane[np.float32]) -> Plane[np.complex64]:
        return np.fft.rfft2(plane, self._shape).astype(np.complex64)

    def _back(self, plane: Plane[np.complex64]) -> Plane[np.float32]:
        return np.fft.irfft2(plane, self._shape).astype(np.float32)


def pass_band(
    image: Cube[np.float32], counts: Plane[np.bool_], finest: float, widest: float
) -> Cube[np.float32]:
    """Take the difference of two Gaussian means over the pixels that count; 0 elsewhere.

    Parameters
    ----------
    image
        float32 ``(h, w, 3)``.
    counts
        bool ``(h, w)``.
    finest, widest
        The standard deviations of the two, in pixels.
    """
    mask = counts.astype(np.float32)[..., None]
    given = np.concatenate([image * mask, mask], axis=2)
    narrow, wide = (smooth(given, deviation) for deviation in (finest, widest))
    least = np.float32(1e-3)
    means = [part[..., :-1] / np.maximum(part[..., -1:], least) for part in (narrow, wide)]
    return np.asarray((means[0] - means[1]) * mask, np.float32)


def smooth(image: Cube[np.float32], deviation: float, *, down: bool = True) -> Cube[np.float32]:
    """Convolve with a Gaussian, along rows alone or ``down`` as well; beyond the edges all is 0.

    Parameters
    ----------
    image
        float32 ``(h, w, n)``.
    deviation
        In pixels.
    """
    room = int(np.ceil(3 * deviation))
    shape = [_fast_length(side + room) for side in image.shape[:2]]
    squared = np.fft.fftfreq(shape[0])[:, None] ** 2 * down + np.fft.rfftfreq(shape[1]) ** 2
    gain = np.exp(-2 * (np.pi * deviation) ** 2 * squared).astype(np.float32)
    spectrum = np.fft.rfft2(image, shape, axes=(0, 1)) * gain[..., None]
    smooth = np.fft.irfft2(spectrum, shape, axes=(0, 1))
    cut: Cube[np.float32] = smooth[: image.shape[0], : image.shape[1]].astype(np.float32)
    return cut


def _fast_length(least: int) -> int:
    """Return the smallest length of no less that is quickly transformed."""
    length = least
    while True:
        rest = length
        for factor in _FACTORS:
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return length
        length += 1
