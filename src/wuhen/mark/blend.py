"""Laying colours over pixels."""

from collections.abc import Callable

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


def draw_opaque(
    pixels: NDArray[np.uint8],
    alpha: NDArray[np.uint8],
    draw: Callable[[NDArray[np.uint8]], NDArray[np.uint8]],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw on a picture that is transparent in places, so that what is drawn can be seen on any page.

    The colours that a transparent pixel hides mean nothing: the picture is drawn on as it looks on white, and
    is opaque wherever anything was drawn.

    Parameters
    ----------
    pixels : (H, W, 3) ndarray of uint8
        RGB, not premultiplied.
    alpha : (H, W) ndarray of uint8
        255 is opaque.
    draw
        Draws on an opaque picture, in the same places whatever its colours.

    Returns
    -------
    (H, W, 3) ndarray of uint8, (H, W) ndarray of uint8
    """
    white = np.full_like(pixels, 255)
    shown = lay_over(white, pixels, alpha)
    drawn = draw(shown)
    # On two grounds that are alike nowhere, whatever is drawn shows on one of them.
    opposite = ~shown
    covered = (drawn != shown).any(axis=-1) | (draw(opposite) != opposite).any(axis=-1)
    return (
        np.where(covered[..., np.newaxis], drawn, pixels),
        np.where(covered, np.uint8(255), alpha),
    )
