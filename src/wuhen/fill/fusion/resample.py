"""A raster at the resolution of a guide's picture, and back."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, inlined, kernel
from wuhen.compute.signature import Cube, Flat, Plane, Single
from wuhen.fill.guides.view import Grid, Window
from wuhen.fill.raster.layout import CHANNELS, COLOURS, HOLE, KNOWN
from wuhen.fill.raster.raster import Raster

__all__ = ["Shrunk", "enlarge", "shrink"]

#: A shrunk pixel with a lesser share of known ones shows something else as well.
_WHOLLY = 0.999


class Shrunk(NamedTuple):
    """A part of a raster, shrunk.

    Attributes
    ----------
    image
        float32 ``(h, w, 3)``, 0 to 255: mean of all pixels under each shrunk one's box.
    painted
        bool ``(h, w)``: whether any of them is in the hole.
    known
        bool ``(h, w)``: whether all of them are known, and may be copied.
    """

    image: NDArray[np.float32]
    painted: NDArray[np.bool_]
    known: NDArray[np.bool_]


def shrink(raster: Raster, window: Window, shape: tuple[int, int]) -> Shrunk:
    """Shrink a part of a raster to a height and width."""
    image = np.zeros((*shape, COLOURS), np.float32)
    painted, known = np.zeros((2, *shape), np.float32)
    _shrink(raster, window, image, painted, known)
    return Shrunk(image, painted > 0, known > _WHOLLY)


def enlarge(
    image: NDArray[np.float32], grid: Grid, indices: NDArray[np.int32], pitch: int
) -> NDArray[np.float32]:
    """Interpolate a picture by cubic splines.

    Parameters
    ----------
    image
        float32 ``(h, w, n)``.
    grid
        How it lies on a raster's pixels.
    indices, pitch
        int32 ``(m,)``: the pixels that are wanted, of a raster of that pitch.

    Returns
    -------
    ndarray
        float32 ``(m, n)``.
    """
    found = np.zeros((len(indices), image.shape[2]), np.float32)
    _enlarge(np.ascontiguousarray(image, np.float32), grid, indices, pitch, found)
    return found


@kernel
def _shrink(
    raster: Raster,
    window: Window,
    image: Cube[np.float32],
    painted: Plane[np.float32],
    known: Plane[np.float32],
) -> None:
    """Mean of all pixels under each shrunk one's box, and which shares are the hole's, and may be copied."""
    pixels, state, pitch = raster.pixels, raster.state, raster.pitch
    rows, columns = painted.shape
    height = window.bottom - window.top
    width = window.right - window.left
    tall = height / rows
    wide = width / columns
    for row in range(rows):
        for column in range(columns):
            top, bottom = row * tall, (row + 1) * tall
            left, right = column * wide, (column + 1) * wide
            total = as_float(0)
            for y in range(as_int(top), min(as_int(np.ceil(bottom)), height)):
                across = min(bottom, y + 1.0) - max(top, as_float(y))
                for x in range(as_int(left), min(as_int(np.ceil(right)), width)):
                    at = (window.top + y) * pitch + window.left + x
                    overlap = as_float(across * (min(right, x + 1.0) - max(left, as_float(x))))
                    total += overlap
                    painted[row, column] += overlap * as_float(state[at] == HOLE)
                    known[row, column] += overlap * as_float(state[at] == KNOWN)
                    for channel in range(COLOURS):
                        image[row, column, channel] += overlap * as_float(pixels[at * CHANNELS + channel])
            painted[row, column] /= total
            known[row, column] /= total
            for channel in range(COLOURS):
                image[row, column, channel] /= total


@inlined
def _weight(far: Single) -> Single:
    """Catmull and Rom's cubic kernel."""
    far = abs(far)
    one = as_float(1)
    near = (as_float(1.5) * far - as_float(2.5)) * far * far + one
    outer = ((as_float(-0.5) * far + as_float(2.5)) * far - as_float(4)) * far + as_float(2)
    weight: Single = near if far < one else outer if far < as_float(2) else as_float(0)
    return weight


@kernel
def _enlarge(
    image: Cube[np.float32], grid: Grid, indices: Flat[np.int32], pitch: int, found: Plane[np.float32]
) -> None:
    """Interpolate at the pixels."""
    height, width, channels = image.shape
    half = as_float(0.5)
    for i in range(len(indices)):
        at = as_int(indices[i])
        v = (as_float(at // pitch) + half - grid.top) * grid.down - half
        u = (as_float(at % pitch) + half - grid.left) * grid.right - half
        y = as_int(np.floor(v))
        x = as_int(np.floor(u))
        for row in range(y - 1, y + 3):
            down = _weight(v - as_float(row))
            for column in range(x - 1, x + 3):
                weight = down * _weight(u - as_float(column))
                for channel in range(channels):
                    found[i, channel] += (
                        weight * image[min(max(row, 0), height - 1), min(max(column, 0), width - 1), channel]
                    )
