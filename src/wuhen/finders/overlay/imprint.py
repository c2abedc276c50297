"""What an overlay covers, told from many photos of it.

The median of the gradients over all photos is the overlay's own (Dekel et al., "On the effectiveness of
visible watermarks", CVPR 2017); integrated, it says by how much the overlay changes the photos. Where it is
opaque and as bright as the photos are on the mean, this says nothing; but there, photos differ from each
other less than around it.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.regions import grow
from wuhen.finders.overlay.correlation import integrated
from wuhen.finders.planes import box_mean, gradients, luma

__all__ = ["printed"]

#: A print differs from the ground by so many of the ground's own deviations, and by so many levels,
_CLEAR, _LEAST = 5.0, 3.0
#: or photos differ there by no more than this share of what they do around it.
_CALM = 0.62
#: What has less around it, of nine pixels, is chance.
_ALONE = 0.34
#: How far the mask reaches beyond what was found: soft edges and the fringes that compression leaves.
_GROW = 1


def printed(stack: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
    """Return what an overlay covers.

    Parameters
    ----------
    stack
        uint8 ``(n, h, w, 3)``: the same place of n photos, with ground around the overlay.

    Returns
    -------
    ndarray, optional
        bool ``(h, w)``; None where nothing stands out.
    """
    height, width = stack.shape[1:3]
    away = np.zeros((height, width), np.float32)
    for channel in range(3):
        away = np.maximum(away, np.abs(_relief(stack[..., channel])))
    border = max(3, min(height, width) // 16)
    ring = np.ones((height, width), np.bool_)
    ring[border:-border, border:-border] = False
    noise = 1.48 * float(np.median(away[ring]))
    mask = away > max(_LEAST, _CLEAR * noise)
    mask |= _calm(stack, ring)
    mask &= box_mean(mask.astype(np.float32), 1) > _ALONE
    if not mask.any():
        return None
    return grow(np.ascontiguousarray(mask), _GROW)


def _relief(stack: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return by how many levels a print changes one channel."""
    across, down = gradients(stack.astype(np.float32))
    parts = []
    for part in (across, down):
        middle = np.median(part, axis=0)
        spread = 1.48 * np.median(np.abs(part - middle), axis=0)
        # A median of chance is not 0; what it may be by chance is taken off.
        chance = 1.25 * spread / np.sqrt(len(stack))
        parts.append(np.where(np.abs(middle) > 2 * chance, middle, 0).astype(np.float32))
    return integrated(parts[0], parts[1])


def _calm(stack: NDArray[np.uint8], ring: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where photos differ from each other much less than around it."""
    bright = luma(stack)
    spread = np.median(np.abs(bright - np.median(bright, axis=0)), axis=0)
    return np.asarray(box_mean(spread, 1) < _CALM * np.median(spread[ring]), np.bool_)
