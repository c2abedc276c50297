"""The tone of a guide's picture, corrected to that of the photo.

Networks paint a little too light or too dark, and the hole's outline stays visible. The fill meets its
border, so what differs between the two just inside of it is the guide's fault. It is spread over the hole as
membranes are.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.smooth import smooth, smooth_within, spread

__all__ = ["correct_tone"]

#: How deep inside the hole both are compared, and where the mean difference then stands fixed, in pixels.
_COMPARED = 4
_FIXED = 2
#: Differences are averaged over so many pixels, and count by half from so many grey levels on: there the two
#: show different things.
_SIGMA = 5.0
_OTHER = 24.0
#: What is spread is smoothed by so many pixels.
_SOFT = 3.0


def correct_tone(
    guide: NDArray[np.float32],
    fill: NDArray[np.float32],
    hole: NDArray[np.bool_],
    trust: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Correct a guide's picture.

    Parameters
    ----------
    guide, fill
        float32 ``(h, w, 3)``, 0 to 255; the same outside the hole.
    hole
        bool ``(h, w)``.
    trust
        float32 ``(h, w)``, 0 to 1: how far the guide counts.

    Returns
    -------
    ndarray
        Like ``guide``.
    """
    near, fixed = _ring(hole, _COMPARED), _ring(hole, _FIXED)
    difference = fill - guide
    other = np.abs(difference).mean(axis=2) / np.float32(_OTHER)
    slight = (difference / (1 + other**4)[..., None]).astype(np.float32)
    shift = spread(smooth_within(slight, near * trust, _SIGMA), fixed * trust)
    corrected = guide + smooth(shift, _SOFT)
    return np.where(hole[..., None], np.clip(corrected, 0, 255), guide).astype(np.float32)


def _ring(hole: NDArray[np.bool_], width: int) -> NDArray[np.bool_]:
    """Pixels of the hole that are no deeper than a width; the picture's border is none of the hole's."""
    inner = hole
    for _ in range(width):
        padded = np.pad(inner, 1, constant_values=True)
        inner = inner & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return hole & ~inner
