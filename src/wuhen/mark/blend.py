"""Laying colours over pixels."""

import numpy as np
from numpy.typing import NDArray


def lay_over(
    ground: NDArray[np.uint8], colour: NDArray[np.uint8], opacity: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Blend a colour over a ground, rounding to the nearest.

    Parameters
    ----------
    ground : (H, W, 3) ndarray of uint8
        What lies beneath.
    colour : ndarray of uint8
        Broadcast to the shape of `ground`.
    opacity : (H, W) ndarray of uint8
        255 hides the ground.

    Returns
    -------
    (H, W, 3) ndarray of uint8
    """
    share = opacity[..., np.newaxis].astype(np.uint32)
    mixed = (colour * share + ground * (255 - share) + 127) // 255
    return mixed.astype(np.uint8)


def lay_premultiplied(ground: NDArray[np.uint8], layer: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay colours that are multiplied by their opacity already over a ground.

    Parameters
    ----------
    ground : (H, W, 3) ndarray of uint8
        What lies beneath.
    layer : (H, W, 4) ndarray of uint8
        RGB times opacity, and opacity.

    Returns
    -------
    (H, W, 3) ndarray of uint8
    """
    passing = 255 - layer[..., 3:].astype(np.uint32)
    mixed = layer[..., :3] + (ground * passing + 127) // 255
    return np.minimum(mixed, 255).astype(np.uint8)
