"""How sharp a picture is in one place beside another, whatever either shows.

Blur takes the finest band of a picture and leaves the next coarser one. Their ratio where the coarser one is
strongest, along edges, is much the same for most things in a sharp picture, and hardly depends on how many
edges there are.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.guides.materials import LUMA
from wuhen.fill.raster.smooth import smooth

__all__ = ["compare_sharpness"]

#: The bands lie between these Gaussians, in pixels, and are averaged over the last.
_FINE, _COARSE, _POOLED = 0.8, 1.6, 1.5
#: Share of the pixels that are no edges, and how many pixels there must be to tell.
_NO_EDGES = 0.8
_LEAST = 50
_TINY = 1e-3
#: Pixels belong to a part if that covers so much of a Gaussian of so many pixels.
_APART, _WHOLLY = 2.0, 0.98


def compare_sharpness(image: NDArray[np.float32], inside: NDArray[np.bool_]) -> float:
    """Compare a part of a picture with the rest of it.

    Parameters
    ----------
    image
        float32 ``(h, w, 3)``, 0 to 255.
    inside
        bool ``(h, w)``: the part.

    Returns
    -------
    float
        1 where both are as sharp, less where the part is blurred, and 1 where nothing can be told.
    """
    bright = image @ LUMA
    less = smooth(bright, _FINE)
    fine = smooth(np.abs(bright - less), _POOLED)
    coarse = smooth(np.abs(less - smooth(less, _COARSE)), _POOLED)
    # Where they meet there may be an edge of neither's.
    share = smooth(inside.astype(np.float32), _APART)
    ratios = []
    for part in (share > _WHOLLY, share < 1 - _WHOLLY):
        if np.count_nonzero(part) < _LEAST:
            return 1.0
        edges = part & (coarse >= np.quantile(coarse[part], _NO_EDGES))
        total = float(coarse[edges].sum())
        if total < _TINY * np.count_nonzero(edges):
            return 1.0
        ratios.append(float(fine[edges].sum()) / total)
    return ratios[0] / max(ratios[1], _TINY)
