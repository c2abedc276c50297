"""Colours scaled by alpha while something is filled, so that colours nobody can see count for nothing."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["premultiply", "unpremultiply"]

_OPAQUE = 255


def premultiply(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scale the colours of ``(h, w, 4)`` by alpha."""
    alpha = pixels[..., 3:].astype(np.uint16)
    colours = (pixels[..., :3] * alpha + _OPAQUE // 2) // _OPAQUE
    return np.concatenate([colours, alpha], axis=2).astype(np.uint8)


def unpremultiply(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Undo `premultiply`; black where nothing is visible."""
    alpha = pixels[..., 3:].astype(np.uint32)
    colours = (pixels[..., :3] * np.uint32(_OPAQUE) + alpha // 2) // np.maximum(alpha, 1)
    return np.concatenate([np.minimum(colours, _OPAQUE), alpha], axis=2).astype(np.uint8)
