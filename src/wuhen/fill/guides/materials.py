"""What the photo looks like where it has a certain colour: how much detail there is, and how much of it.

Sky is flat and grass is not. A picture in which grass is flat is blurred there, and a fill that has marks in
its sky has copied something else. Neither can be told from the picture alone, but from known pixels of like
colour.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, inlined, kernel
from wuhen.compute.signature import Cube, Flat, Plane
from wuhen.fill.raster.smooth import smooth, smooth_within

__all__ = ["LUMA", "UNSEEN", "Materials", "Usual", "measure_detail"]

LUMA = np.array([0.25, 0.5, 0.25], np.float32)
"""Shares of the colours in brightness."""
UNSEEN = np.float32(0.5)
"""Added to detail before its logarithm is taken: grey levels below which nobody sees any."""
#: Bins along each colour, and levels of detail, in thirds of its natural logarithm from -1 on.
_BINS = 16
_LEVELS = 16
_LOWEST = -1.0
_PER_UNIT = 3.0
#: Detail is what a Gaussian of so many pixels takes; it is averaged over one of so many.
_FINE = 1.2
_WIDE = 2.5
#: Colours are averaged over so many pixels: single ones of a texture say little.
_COLOUR = 2.0
#: Pixels so near what is not known are not learnt from.
_MARGIN = 2
#: Pixels that make a colour a common one.
_MANY = 8.0


class Usual(NamedTuple):
    """What is usual for a picture's colours.

    Attributes
    ----------
    flat, middling
        float32 ``(h, w)``: logarithm of the detail that a quarter, and a half, of the photo's pixels of that
        colour stay below.
    common
        float32 ``(h, w)``, 0 to 1: whether the photo has the colour.
    """

    flat: NDArray[np.float32]
    middling: NDArray[np.float32]
    common: NDArray[np.float32]


def measure_detail(image: NDArray[np.float32], known: NDArray[np.bool_] | None = None) -> NDArray[np.float32]:
    """Return the logarithm of a picture's fine detail, place by place.

    Parameters
    ----------
    image
        float32 ``(h, w, 3)``, 0 to 255.
    known
        bool ``(h, w)``: what counts; all without it.
    """
    bright = image @ LUMA
    fine = np.abs(bright - smooth(bright, _FINE))
    mean = smooth(fine, _WIDE) if known is None else smooth_within(fine, known.astype(np.float32), _WIDE)
    logarithm: NDArray[np.float32] = np.log(mean + UNSEEN)
    return logarithm


class Materials:
    """What known pixels look like, by their colour.

    Parameters
    ----------
    image
        float32 ``(h, w, 3)``, 0 to 255.
    known
        bool ``(h, w)``: the pixels to learn from.
    detail
        float32 ``(h, w)``: the logarithm of their detail, in grey levels; measured in ``image`` without it.
    """

    def __init__(
        self,
        image: NDArray[np.float32],
        known: NDArray[np.bool_],
        detail: NDArray[np.float32] | None = None,
    ) -> None:
        inner = known.copy()
        for _ in range(_MARGIN):
            padded = np.pad(inner, 1, "edge")
            inner &= padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
        colours = smooth_within(image, known.astype(np.float32), _COLOUR)[inner]
        detail = (measure_detail(image, known) if detail is None else detail)[inner]
        self._counts = np.zeros((_BINS, _BINS, _BINS * _LEVELS), np.float32)
        _count(np.ascontiguousarray(colours), np.ascontiguousarray(detail), self._counts)

    def look_up(self, image: NDArray[np.float32]) -> Usual:
        """Say what is usual for the colours of a picture, float32 ``(h, w, 3)``."""
        colours = smooth(image, _COLOUR).reshape(-1, 3)
        found = np.zeros((3, len(colours)), np.float32)
        _look_up(colours, self._counts, np.zeros(_LEVELS, np.float32), found)
        flat, middling, common = found.reshape(3, *image.shape[:2])
        return Usual(flat, middling, common)


@inlined
def _bin(colours: Plane[np.float32], i: int, corner: int) -> tuple[int, int, int, float]:
    """Return one of the eight bins around a colour, and the colour's share in it."""
    scale = as_float(_BINS / 256)
    share = as_float(1)
    a, b, c = 0, 0, 0
    for channel in range(3):
        at = min(max(colours[i, channel] * scale - as_float(0.5), as_float(0)), as_float(_BINS - 1))
        low = min(as_int(at), _BINS - 2)
        up = (corner >> channel) & 1
        share *= (at - as_float(low)) if up else as_float(1) - (at - as_float(low))
        a, b, c = b, c, low + up
    return a, b, c, share


@kernel
def _count(colours: Plane[np.float32], detail: Flat[np.float32], counts: Cube[np.float32]) -> None:
    """Share each pixel out among the eight nearest bins of its colour."""
    for i in range(len(detail)):
        rank = as_int((detail[i] - as_float(_LOWEST)) * as_float(_PER_UNIT) + as_float(0.5))
        level = min(max(rank, 0), _LEVELS - 1)
        for corner in range(8):
            a, b, c, share = _bin(colours, i, corner)
            counts[a, b, c * _LEVELS + level] += share


@kernel
def _look_up(
    colours: Plane[np.float32],
    counts: Cube[np.float32],
    levels: Flat[np.float32],
    found: Plane[np.float32],
) -> None:
    """Quantiles of each colour's detail, between bins and levels; ``levels`` is room for the latter."""
    for i in range(len(colours)):
        levels[:] = as_float(0)
        total = as_float(0)
        for corner in range(8):
            a, b, c, share = _bin(colours, i, corner)
            for level in range(_LEVELS):
                here = share * counts[a, b, c * _LEVELS + level]
                levels[level] += here
                total += here
        for quarter in range(1, 3):
            wanted = as_float(0.25) * as_float(quarter) * total
            level = 0
            while level < _LEVELS - 1 and levels[level] < wanted:
                wanted -= levels[level]
                level += 1
            into = min(wanted / max(levels[level], as_float(1e-6)), as_float(1))
            found[quarter - 1, i] = as_float(_LOWEST) + (as_float(level) - as_float(0.5) + into) / as_float(
                _PER_UNIT
            )
        found[2, i] = min(total / as_float(_MANY), as_float(1))
