"""Masks with transparency: a sheet that strokes were painted on, or a mask that lacks a part.

People paint on a layer and save it (Photoshop, GIMP, Procreate, an HTML canvas). What they painted is what
they want to be rid of, in whatever colour. Where nothing is painted, the layer is transparent, and what
colour a file holds under full transparency is chance. So opacity is the mask.

The exception is a mask of black and white that is transparent in part, because it was turned, moved or rubbed
out: there the black was painted, too. It is mostly opaque, it has no colours, and its white is on its black.
"""

# ruff: noqa: PLR2004 - dimensions, and bits

import numpy as np
from numpy.typing import NDArray

from wuhen.coverage import HALF, bands, highest, lowest
from wuhen.photo.colour import Samples

#: Between the largest and the smallest channel of what is grey, with the noise of lossy compression.
_GREYISH = 32
#: Share of a black-and-white mask that may be coloured.
_FEW = 0.01
#: Opacity of the faintest stroke beside stronger ones. The tails of soft brushes are not strokes.
_FAINTEST = 26
#: Half the side, in pixels, of a square of one opacity that tells a stroke from a soft brush's slope.
_EVEN = 2

Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]


def read_sheet(samples: Samples, luma: Bytes) -> Bytes:
    """Return what a mask with an alpha channel means, as a grey one.

    Parameters
    ----------
    samples
        The mask, decoded; it has an alpha channel.
    luma
        uint8 ``(H, W)``: its luma.

    Returns
    -------
    (H, W) ndarray of uint8
        White where to erase: by opacity, in parts of each stroke's own, if the picture is transparent
        somewhere; by luma if it is not, or is the exception.
    """
    alpha = samples.alpha
    if alpha is None:
        return luma
    top = int(alpha.max())
    if top == 0:
        return np.zeros_like(luma)
    visible = alpha >= (top + 1) // 2
    if visible.all():
        return luma
    if _is_black_and_white(samples.pixels, luma, visible):
        return (luma.astype(np.uint16) * alpha // top).astype(np.uint8)
    return _opacity(alpha, top)


def _is_black_and_white(pixels: Bytes, luma: Bytes, visible: Bools) -> bool:
    """Tell whether what is visible is a mask of white on black."""
    shown = np.count_nonzero(visible)
    if 2 * shown < visible.size:
        return False
    light = visible & (luma >= HALF)
    dark = visible & ~light
    # White that lies on black borders on it, and only by chance on what is transparent.
    if _borders(light, dark) <= _borders(light, ~visible):
        return False
    return _coloured(pixels, visible) <= _FEW * int(shown)


def _borders(one: Bools, other: Bools) -> int:
    """Count the pairs of neighbours, in rows and columns, of which one is here and the other there."""
    return sum(
        int(np.count_nonzero(a[1:] & b[:-1]))
        for one_way, other_way in ((one, other), (one.T, other.T))
        for a, b in ((one_way, other_way), (other_way, one_way))
    )


def _coloured(pixels: Bytes, visible: Bools) -> int:
    """Count the visible pixels that are not grey."""
    if pixels.ndim == 2:
        return 0
    count = 0
    for _, _, rows in bands(len(pixels), 0):
        red, green, blue = (pixels[rows, :, channel] for channel in range(3))
        spread = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
        count += int(np.count_nonzero(visible[rows] & (spread > _GREYISH)))
    return count


def _opacity(alpha: Bytes, top: int) -> Bytes:
    """Stretch opacity so that each stroke, however faint, is white.

    Parameters
    ----------
    alpha
        uint8 ``(H, W)``.
    top
        Its largest value, that of the strongest stroke.
    """
    stretched = np.empty_like(alpha)
    for outer, inner, rows in bands(len(alpha), 2 * _EVEN + 1):
        own = _levels(alpha[outer], top)[inner]
        stretched[rows] = (alpha[rows] * np.uint16(255) // own).clip(0, 255)
    return stretched


def _levels(alpha: Bytes, top: int) -> Bytes:
    """Return the opacity of the stroke that each pixel belongs to: `top`, unless a faint one is near."""
    faint = (alpha >= _FAINTEST) & (alpha < (top + 1) // 2)
    if not faint.any():
        return np.full_like(alpha, top)
    even = faint & (highest(alpha, _EVEN) == lowest(alpha, _EVEN))
    # As far as the stroke's outermost pixels, which its edge covers in part.
    level = highest(np.where(even, alpha, np.uint8(0)), _EVEN + 1)
    return np.where(level > 0, level, np.uint8(top))
