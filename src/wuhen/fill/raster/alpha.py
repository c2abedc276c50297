"""Colours scaled by alpha while something is filled, so that colours nobody can see count for nothing."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.samples import Pixels, white

__all__ = ["premultiply", "unpremultiply"]

_Sample = TypeVar("_Sample", np.uint8, np.uint16)


def premultiply(pixels: NDArray[_Sample]) -> NDArray[_Sample]:
    """Scale the colours of ``(h, w, 4)``, uint8 or uint16, by alpha."""
    opaque = white(pixels)
    alpha = pixels[..., 3:].astype(np.uint32)
    colours = (pixels[..., :3] * alpha + opaque // 2) // opaque
    return np.concatenate([colours, alpha], axis=2).astype(pixels.dtype)


def unpremultiply(pixels: Pixels) -> Pixels:
    """Undo `premultiply`; where nothing is visible, black or what rounding has left of a colour."""
    opaque = white(pixels)
    alpha = pixels[..., 3:].astype(np.uint32)
    visible = np.maximum(alpha, 1)
    # No colour is above its alpha by much: at 16 bits the product still fits.
    colours = (np.minimum(pixels[..., :3], visible) * np.uint32(opaque) + alpha // 2) // visible
    divided = np.concatenate([colours, alpha], axis=2)
    return divided.astype(np.uint8) if pixels.dtype == np.uint8 else divided.astype(np.uint16)
