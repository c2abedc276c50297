"""What a guide told, and the fill's own detail that is finer than what it could tell.

The fill is shrunk to the guide's resolution, and there it is decided what is to be seen (`choice`). What
that differs from the shrunk fill is enlarged and added: all that the guide resolves is then as decided, and
what is finer is the fill's own, made of the photo.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float, as_int, inlined, kernel
from wuhen.compute.signature import Cube, Flat, Plane, Single
from wuhen.fill.fusion.choice import Told, choose
from wuhen.fill.guides.image import GuideImage
from wuhen.fill.guides.view import Grid, Window
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, COLOURS, HOLE, KNOWN
from wuhen.fill.raster.raster import Raster, WideRaster
from wuhen.fill.raster.samples import narrow, white

__all__ = ["transfer_detail"]

#: What is enlarged is smoother than what was decided, and is made up for once.
_TIMES = 2
_BYTE = 255


def transfer_detail(raster: Raster, hole: Hole, image: GuideImage, wide: WideRaster | None = None) -> None:
    """Fuse a finished fill with the image that it followed.

    Parameters
    ----------
    raster, hole
        The region's finest scale, filled.
    image
        What was followed.
    wide
        The same raster at 16 bits: with it, it is changed as well.
    """
    window, shape = image.window, image.colours.shape[:2]
    grid = Grid.of(window, shape)
    own = hole.indices[raster.state[hole.indices] == HOLE]
    if wide is not None:
        # What was done in the end was done to it alone.
        raster.pixels.reshape(-1, CHANNELS)[own] = narrow(wide.pixels.reshape(-1, CHANNELS)[own])
    before = raster.pixels.reshape(-1, CHANNELS)[own, :COLOURS].astype(np.float32)
    wanted: NDArray[np.float32] | None = None
    added = np.zeros((len(own), COLOURS), np.float32)
    for _ in range(_TIMES):
        shrunk = np.zeros((*shape, COLOURS), np.float32)
        painted, usable = np.zeros((2, *shape), np.float32)
        _shrink(raster, window, shrunk, painted, usable)
        if wanted is None:
            told = Told(
                np.where(painted[..., None] > 0, image.colours, shrunk), shrunk,
                painted > 0, usable >= 1, image.trust,
            )  # fmt: skip
            wanted = choose(told, image.preference)
        _enlarge(np.ascontiguousarray(wanted - shrunk, np.float32), grid, own, raster.pitch, added)
        changed = np.rint(np.clip(before + added, 0, _BYTE))
        raster.pixels.reshape(-1, CHANNELS)[own, :COLOURS] = changed
        if image.scale == 1:
            break
    if wide is not None:
        samples = wide.pixels.reshape(-1, CHANNELS)
        most = white(wide.pixels)
        more = samples[own, :COLOURS] + added * np.float32(most / _BYTE)
        samples[own, :COLOURS] = np.rint(np.clip(more, 0, most))


@kernel
def _shrink(
    raster: Raster,
    window: Window,
    image: Cube[np.float32],
    painted: Plane[np.float32],
    usable: Plane[np.float32],
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
                    usable[row, column] += overlap * as_float(state[at] == KNOWN)
                    for channel in range(COLOURS):
                        image[row, column, channel] += overlap * as_float(pixels[at * CHANNELS + channel])
            painted[row, column] /= total
            usable[row, column] = usable[row, column] / total + as_float(1e-3)
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
    image: Cube[np.float32], grid: Grid, indices: Flat[np.int32], pitch: int, added: Plane[np.float32]
) -> None:
    """Add a picture, interpolated by cubic splines, to numbers for each of a raster's pixels."""
    height, width, _ = image.shape
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
                for channel in range(COLOURS):
                    added[i, channel] += (
                        weight * image[min(max(row, 0), height - 1), min(max(column, 0), width - 1), channel]
                    )
