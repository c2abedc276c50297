"""A raster at the resolution of a guide's picture, and back."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, inlined, kernel
from wuhen.compute.signature import Cube, Flat, Plane, Single
from wuhen.fill.guides.view import Grid
from wuhen.fill.raster.layout import CHANNELS, COLOURS, HOLE, KNOWN
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.window import Window

__all__ = ["Shrunk", "enlarge", "shrink", "shrink_known"]

#: A shrunk pixel with a lesser share of known ones shows something else as well: what lies beside must not
#: stand for it.
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
    sums, shares = _add_up(raster, window, shape, only_known=False)
    total, painted, known = shares
    return Shrunk(sums / total[..., None], painted / total > 0, known / total > _WHOLLY)


def shrink_known(
    raster: Raster, window: Window, shape: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Shrink what is known of a part of a raster, and may be copied, to a height and width.

    Returns
    -------
    image
        float32 ``(h, w, 3)``, 0 to 1: 0 where not all is known.
    unknown
        bool ``(h, w)``: there.
    """
    sums, (total, _, _) = _add_up(raster, window, shape, only_known=True)
    area = (window.shape[0] / shape[0]) * (window.shape[1] / shape[1])
    unknown = (total / np.float64(area)).astype(np.float32) < _WHOLLY
    sums[unknown] = 0
    total[unknown] = 1
    return sums / (total * np.float32(255))[..., None], unknown


def _add_up(
    raster: Raster, window: Window, shape: tuple[int, int], *, only_known: bool
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Add up the pixels under each shrunk one's box, by how much of them lies under it.

    Returned are float32 ``(h, w, 3)``, the colours times that, and ``(3, h, w)``: the sum of it, and how much
    of that are the hole's pixels, and those that may be copied.
    """
    sums = np.zeros((*shape, COLOURS), np.float32)
    shares = np.zeros((3, *shape), np.float32)
    _add_boxes(raster, window, only_known, sums, shares)
    return sums, shares


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
def _add_boxes(
    raster: Raster,
    window: Window,
    only_known: bool,  # noqa: FBT001 - compiled, called with positions
    sums: Cube[np.float32],
    shares: Cube[np.float32],
) -> None:
    """Go over the boxes; see `_add_up`."""
    pixels, state, pitch = raster.pixels, raster.state, raster.pitch
    rows, columns, _ = sums.shape
    height = window.bottom - window.top
    width = window.right - window.left
    tall = height / rows
    wide = width / columns
    for row in range(rows):
        for column in range(columns):
            top, bottom = row * tall, (row + 1) * tall
            left, right = column * wide, (column + 1) * wide
            for y in range(as_int(top), min(as_int(np.ceil(bottom)), height)):
                across = min(bottom, y + 1.0) - max(top, as_float(y))
                for x in range(as_int(left), min(as_int(np.ceil(right)), width)):
                    at = (window.top + y) * pitch + window.left + x
                    if only_known and state[at] != KNOWN:
                        continue
                    overlap = as_float(across * (min(right, x + 1.0) - max(left, as_float(x))))
                    shares[0, row, column] += overlap
                    shares[1, row, column] += overlap * as_float(state[at] == HOLE)
                    shares[2, row, column] += overlap * as_float(state[at] == KNOWN)
                    for channel in range(COLOURS):
                        sums[row, column, channel] += overlap * as_float(pixels[at * CHANNELS + channel])


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
