"""Laying colours over pixels, of 8 bits a sample or 16; what is laid over them has 8."""

from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Sample = TypeVar("Sample", np.uint8, np.uint16)
"""What a picture's samples are."""

_OPAQUE = 255


def white(pixels: NDArray[Sample]) -> int:
    """Return the greatest value of a sample."""
    return int(np.iinfo(pixels.dtype).max)


class Draw(Protocol):
    """Draws on an opaque picture, in the same places whatever its colours."""

    def __call__(self, ground: NDArray[Sample], /) -> NDArray[Sample]:
        """Return a picture like `ground`, (H, W, 3) ndarray of uint8 or uint16."""
        ...


def lay_over(
    ground: NDArray[Sample], colour: NDArray[np.uint8], opacity: NDArray[np.uint8]
) -> NDArray[Sample]:
    """Blend a colour over a ground, rounding to the nearest.

    Parameters
    ----------
    ground : (H, W, 3) ndarray of uint8 or uint16
        What lies beneath.
    colour : ndarray of uint8
        Broadcast to the shape of `ground`.
    opacity : (H, W) ndarray of uint8
        255 hides the ground.

    Returns
    -------
    (H, W, 3) ndarray
        Like `ground`.
    """
    share = opacity[..., np.newaxis].astype(np.uint32)
    levels = np.uint32(white(ground) // _OPAQUE)
    mixed = (colour * levels * share + ground * (_OPAQUE - share) + _OPAQUE // 2) // _OPAQUE
    return mixed.astype(ground.dtype)


def lay_premultiplied(ground: NDArray[Sample], layer: NDArray[np.uint8]) -> NDArray[Sample]:
    """Lay colours that are multiplied by their opacity already over a ground.

    Parameters
    ----------
    ground : (H, W, 3) ndarray of uint8 or uint16
        What lies beneath.
    layer : (H, W, 4) ndarray of uint8
        RGB times opacity, and opacity.

    Returns
    -------
    (H, W, 3) ndarray
        Like `ground`.
    """
    passing = _OPAQUE - layer[..., 3:].astype(np.uint32)
    levels = np.uint32(white(ground) // _OPAQUE)
    mixed = layer[..., :3] * levels + (ground * passing + _OPAQUE // 2) // _OPAQUE
    return np.minimum(mixed, white(ground)).astype(ground.dtype)


def draw_opaque(
    pixels: NDArray[Sample],
    alpha: NDArray[Sample],
    draw: Draw,
) -> tuple[NDArray[Sample], NDArray[Sample]]:
    """Draw on a picture that is transparent in places, so that what is drawn can be seen on any page.

    The colours that a transparent pixel hides mean nothing: the picture is drawn on as it looks on white, and
    is opaque wherever anything was drawn.

    Parameters
    ----------
    pixels : (H, W, 3) ndarray of uint8 or uint16
        RGB, not premultiplied.
    alpha : (H, W) ndarray
        Of the same type; its greatest value is opaque.
    draw
        What draws.

    Returns
    -------
    (H, W, 3) ndarray, (H, W) ndarray
        Like `pixels` and `alpha`.
    """
    shown = _lay_on_white(pixels, alpha)
    drawn = draw(shown)
    # On two grounds that are alike nowhere, whatever is drawn shows on one of them.
    opposite = ~shown
    covered = (drawn != shown).any(axis=-1) | (draw(opposite) != opposite).any(axis=-1)
    return (
        np.where(covered[..., np.newaxis], drawn, pixels),
        np.where(covered, pixels.dtype.type(white(pixels)), alpha),
    )


def _lay_on_white(pixels: NDArray[Sample], alpha: NDArray[Sample]) -> NDArray[Sample]:
    opaque = white(pixels)
    share = alpha[..., np.newaxis].astype(np.uint32)
    # At 16 bits the sum of both products is at most 65535 squared, which 32 bits just hold.
    mixed = (pixels * share + np.uint32(opaque) * (opaque - share) + opaque // 2) // opaque
    return mixed.astype(pixels.dtype)
