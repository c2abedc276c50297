"""Samples of 16 bits, and the 8 bits that a fill makes its decisions on."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.layout import CHANNELS, COLOURS

__all__ = ["Pixels", "add_steps", "narrow", "split", "white", "widen"]

Pixels: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]
"""Of a photo, either depth."""

#: How many steps of 16 bits one of 8 bits is.
_STEPS = 257
_BYTE = 255
_ROWS_AT_ONCE = 64


def split(pixels: Pixels) -> tuple[NDArray[np.uint8], NDArray[np.uint16] | None]:
    """Return pixels at 8 bits, and at 16 if they have as many."""
    if pixels.dtype == np.uint8:
        return pixels.view(np.uint8), None
    wide = pixels.view(np.uint16)
    return narrow(wide), wide


def add_steps(samples: Pixels, indices: NDArray[np.int32], steps: NDArray[np.float32]) -> None:
    """Add to the colours of pixels what is given in steps of 8 bits, and round.

    Parameters
    ----------
    samples
        A raster's: flat, `CHANNELS` a pixel.
    indices
        int32 ``(n,)``: the pixels.
    steps
        float32 ``(n, 3)``.
    """
    most = white(samples)
    colours = samples.reshape(-1, CHANNELS)[:, :COLOURS]
    more = colours[indices] + steps * np.float32(most / _BYTE)
    colours[indices] = np.rint(np.clip(more, 0, most))


def narrow(pixels: Pixels) -> NDArray[np.uint8]:
    """Round to 8 bits, by bands of rows, to spare the memory; what has 8 bits is returned as it is."""
    if pixels.dtype == np.uint8:
        return pixels.view(np.uint8)
    rounded = np.empty(pixels.shape, np.uint8)
    for top in range(0, len(pixels), _ROWS_AT_ONCE):
        band = slice(top, top + _ROWS_AT_ONCE)
        rounded[band] = (pixels[band].astype(np.uint32) + _STEPS // 2) // _STEPS
    return rounded


def widen(pixels: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Say 8 bits in 16: black stays black, and white white."""
    return pixels * np.uint16(_STEPS)


def white(pixels: Pixels) -> int:
    """Return the greatest value that a sample can have."""
    return int(np.iinfo(pixels.dtype).max)
