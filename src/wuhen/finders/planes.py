"""Planes that finders make of photos: brightness, gradients, means."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["box_mean", "gradients", "luma"]


def luma(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return how bright pixels are: float32 ``(..., h, w)``, 0 to 255."""
    return np.asarray(pixels @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)


def gradients(plane: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return central differences across and down, 0 at the border; the planes are the last axes."""
    across, down = np.zeros_like(plane), np.zeros_like(plane)
    across[..., :, 1:-1] = (plane[..., :, 2:] - plane[..., :, :-2]) / 2
    down[..., 1:-1, :] = (plane[..., 2:, :] - plane[..., :-2, :]) / 2
    return across, down


def box_mean(plane: NDArray[np.float32], radius: int) -> NDArray[np.float32]:
    """Return the mean over squares of ``2 * radius + 1``, cut off at the border."""
    result = np.asarray(plane, np.float64)
    for axis in (0, 1):
        length = result.shape[axis]
        sums = np.concatenate(
            [np.zeros_like(result.take([0], axis)), np.cumsum(result, axis=axis)], axis=axis
        )
        last = np.minimum(np.arange(length) + radius + 1, length)
        first = np.maximum(np.arange(length) - radius, 0)
        counts = (last - first).reshape([-1, 1] if axis == 0 else [1, -1])
        result = (sums.take(last, axis) - sums.take(first, axis)) / counts
    return np.asarray(result, np.float32)
