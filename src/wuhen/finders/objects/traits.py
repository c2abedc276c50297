"""What tells a thing that somebody might want gone from a window, a stone or a patch of sky."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen.finders.planes import box_mean

__all__ = ["Scene", "describe"]

Mask = NDArray[np.bool_]

_CELLS: Final = 4
"""Cells of a mask, along a side, in one of the features'."""
#: Of what surrounds a mask: how far it reaches, in shares of the root of the mask's area.
_AROUND = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A photo, as masks are looked at in it: ``h`` by ``w`` cells of a mask.

    Attributes
    ----------
    slopes : (h, w) ndarray of float32
        How steep the colours are, in shares of the photo's mean.
    features : (h / 4, w / 4, 256) ndarray of float32
        What the encoder saw, of length 1.
    strength : (h / 4, w / 4) ndarray of float32
        How much it differs from what surrounds it, 0 to 1.
    """

    slopes: NDArray[np.float32]
    features: NDArray[np.float32]
    strength: NDArray[np.float32]

    @classmethod
    def of(
        cls, shown: NDArray[np.uint8], features: NDArray[np.float32], strength: NDArray[np.float32]
    ) -> "Scene":
        """Look at what the encoder was shown, uint8 ``(H, W, 3)``."""
        rows, columns = features.shape[:2]
        size = (columns * _CELLS, rows * _CELLS)
        small = np.asarray(Image.fromarray(shown).resize(size, Image.Resampling.BOX), np.float32)
        luma = small @ np.array([0.299, 0.587, 0.114], np.float32)
        colours = np.stack([luma, small[..., 0] - luma, small[..., 2] - luma], axis=2)
        down, across = np.gradient(colours, axis=(0, 1))
        slopes = np.sqrt((down**2 + across**2).sum(axis=2))
        return cls(np.asarray(slopes / (slopes.mean() + 1.0), np.float32), features, strength)


def describe(scene: Scene, mask: Mask) -> NDArray[np.float64] | None:
    """Return a mask's traits; None if it has no inside or no surroundings.

    Parameters
    ----------
    scene
        Where it lies.
    mask
        bool ``(h, w)``.

    Returns
    -------
    float64 ``(8,)``: the logarithm of its share of the photo; how much of it lies at the photo's border; how
    much of its box it fills; how unlike its surroundings it is; how much alike these are, and how much alike
    it is within; how much it stands out; how busy its surroundings are.
    """
    area = int(mask.sum())
    if not 0 < area < mask.size:
        return None
    reach = max(2, round(_AROUND * area**0.5))
    ring = _wider(mask, reach) & ~_wider(mask, 1)
    inner, outer = _shares(mask), _shares(ring)
    if not outer.any():
        return None
    mean, around = _mean(scene.features, inner), _mean(scene.features, outer)
    lengths = float(np.linalg.norm(mean)), float(np.linalg.norm(around))
    rows, columns = np.nonzero(mask)
    box = (int(np.ptp(rows)) + 1) * (int(np.ptp(columns)) + 1)
    edge = mask[[0, -1]].sum() + mask[:, [0, -1]].sum()
    return np.array(
        [
            np.log10(area / mask.size),
            edge / area**0.5,
            area / box,
            1 - float(mean @ around) / (lengths[0] * lengths[1]),
            lengths[1],
            lengths[0],
            (scene.strength * inner).sum() / inner.sum() - scene.strength.mean(),
            scene.slopes[ring].mean(),
        ]
    )


def _mean(features: NDArray[np.float32], shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of features: the shorter, the more they differ."""
    return np.asarray(np.tensordot(shares, features, 2) / shares.sum(), np.float32)


def _shares(mask: Mask) -> NDArray[np.float32]:
    """Return how much of each of the features' cells a mask covers."""
    height, width = mask.shape
    blocks = mask.reshape(height // _CELLS, _CELLS, width // _CELLS, _CELLS)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float32)


def _wider(mask: Mask, by: int) -> Mask:
    return box_mean(mask.astype(np.float32), by) > 0
