"""What is narrower than a window, and brighter or darker than what is around it, at one scale."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wuhen.finders.planes import box_mean, luma

__all__ = ["BLOCK", "Level", "extreme"]

Plane = NDArray[np.float32]

_WINDOW: Final = 15
BLOCK: Final = 16
"""Sides of the squares that the usual unrest is taken over, in pixels."""
_NEAR: Final = 2
"""Unrest is the median over so many blocks each way, so that what lies there alone does not count."""
_REACHES: Final = (1, 3, 8)
"""In blocks: how far around a place it is looked at how busy it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """A photo at one scale, ``h`` by ``w`` pixels.

    Attributes
    ----------
    colours : (h, w, 3) ndarray of float32
    bright : (h, w) ndarray of float32
        Luma without its finest grain, 0 to 255.
    hats : dict of (h, w) ndarray of float32
        By sign: what sticks out of its surroundings upwards (1) and downwards (-1), in levels; 0 or more.
    slope : (h, w) ndarray of float32
        How much luma changes over four pixels.
    unrest : (h, w) ndarray of float32
        What hats are here usually, in levels: the deviation of grain and texture, as it were.
    """

    colours: Plane
    bright: Plane
    hats: dict[int, Plane]
    slope: Plane
    unrest: Plane

    @classmethod
    def of(cls, photo: NDArray[np.uint8]) -> "Level":
        """Look at a photo, uint8 ``(h, w, 3)``, that is larger than the window.

        The hats are Meyer's ("Iterative image transformations for an automatic screening of cervical
        smears", 1979): a closing or an opening by a square, less the picture. Along straight edges they
        are 0.
        """
        bright = _smoothed(luma(photo))
        low, high = np.minimum, np.maximum
        above = bright - extreme(extreme(bright, _WINDOW, low), _WINDOW, high)
        below = extreme(extreme(bright, _WINDOW, high), _WINDOW, low) - bright
        usual = _median(_blocks(np.asarray((above + below) / 2, np.float32)))
        height, width = bright.shape
        unrest = np.repeat(np.repeat(usual, BLOCK, axis=0), BLOCK, axis=1)[:height, :width]
        return cls(photo.astype(np.float32), bright, {1: above, -1: below}, _slope(bright), unrest)

    def surroundings(self, found: Plane) -> Plane:
        """Return how busy the blocks around each block are, float32 ``(h / 16, w / 16, 10)``.

        Parameters
        ----------
        found
            How many candidates each block holds.
        """
        hats = _blocks(np.asarray((self.hats[1] + self.hats[-1]) / 2, np.float32))
        maps = [box_mean(one, reach) for one in (_blocks(self.slope), hats, found) for reach in _REACHES]
        return np.stack([*maps, np.full_like(found, found.mean())], axis=2)

    def blocks(self) -> tuple[int, int]:
        """Return how many blocks there are, down and across."""
        return -(-self.bright.shape[0] // BLOCK), -(-self.bright.shape[1] // BLOCK)


def extreme(plane: NDArray[Any], window: int, which: Callable[..., NDArray[Any]]) -> NDArray[Any]:
    """Return the least or most of each square of ``window`` (odd); beyond the border lies what is at it.

    `which` is ``np.minimum`` or ``np.maximum``. Spans are doubled until they cover the window.
    """
    result = plane
    for _ in range(2):
        # Rows first, then columns as rows of the turned plane: both ways whole rows are compared.
        line = np.pad(result, ((window // 2, window // 2), (0, 0)), mode="edge")
        span = 1
        while span < window:
            step = min(span, window - span)
            line = which(line[:-step], line[step:])
            span += step
        result = np.ascontiguousarray(line.T)
    return result


def _smoothed(plane: Plane) -> Plane:
    padded = np.pad(plane, 1, mode="edge")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    return np.asarray((rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 16, np.float32)


def _slope(plane: Plane) -> Plane:
    across, down = np.zeros_like(plane), np.zeros_like(plane)
    across[:, 2:-2] = abs(plane[:, 4:] - plane[:, :-4])
    down[2:-2] = abs(plane[4:] - plane[:-4])
    return np.maximum(across, down)


def _blocks(plane: Plane) -> Plane:
    """Return the mean of each block; those at the border are filled up by its pixels."""
    height, width = plane.shape
    full = np.pad(plane, ((0, -height % BLOCK), (0, -width % BLOCK)), mode="edge")
    rows, columns = full.shape[0] // BLOCK, full.shape[1] // BLOCK
    return np.asarray(full.reshape(rows, BLOCK, columns, BLOCK).mean(axis=(1, 3)), np.float32)


def _median(blocks: Plane) -> Plane:
    side = 2 * _NEAR + 1
    padded = np.pad(blocks, _NEAR, mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side))
    return np.asarray(np.median(windows.reshape(*blocks.shape, -1), axis=2), np.float32)
