"""An object that is erased, and its surroundings, at a size that is the same for all of them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.signature import Cube, Plane
from wuhen.fill.raster.layout import COLOURS
from wuhen.fill.raster.regions import boxes, grow
from wuhen.fill.raster.samples import Pixels, narrow

__all__ = ["Scene", "find_objects", "reduce_around"]

#: Objects are looked at at a size at which their longer side is about this, in pixels.
_SIDE = 96
#: Objects less high than this, in pixels, or with less room below than this share of their height, are not.
_MIN_HEIGHT = 24
_MIN_ROOM = 0.15
#: How many objects are looked at, the largest first.
_MOST = 16
#: Lettering and scratches are nowhere as deep as this share of their extent.
_DEEP = 0.04

_Box = tuple[int, int, int, int]


class Scene(NamedTuple):
    """An object and its surroundings, reduced.

    Attributes
    ----------
    top, left
        Their first pixel in the photo.
    block
        How many of the photo's pixels a pixel is wide.
    image
        float32 ``(h, w, 3)``, 0 to 255.
    inside, valid
        bool ``(h, w)``: the object; what is neither of a hole nor kept out.
    box
        First and last row, and column, of the object, the last ones not included.
    """

    top: int
    left: int
    block: int
    image: Cube[np.float32]
    inside: Plane[np.bool_]
    valid: Plane[np.bool_]
    box: _Box

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the object, in the scene's pixels."""
        top, bottom, left, right = self.box
        return bottom - top, right - left


def find_objects(hole: NDArray[np.bool_]) -> list[_Box]:
    """Return the boxes (left, top, width, height) of the largest parts of a hole, the largest first."""
    return sorted(boxes(hole), key=lambda box: -box[2] * box[3])[:_MOST]


def reduce_around(
    photo: Pixels, hole: NDArray[np.bool_], barred: NDArray[np.bool_], box: _Box
) -> Scene | None:
    """Cut out an object with its surroundings and reduce them.

    Parameters
    ----------
    photo
        uint8 or uint16 ``(H, W, 3)`` or ``(H, W, 4)``.
    hole
        bool ``(H, W)``.
    barred
        bool ``(H, W)``: what says nothing of the surroundings; all of the hole, and more.
    box
        One of `find_objects`.

    Returns
    -------
    Scene or None
        None where the object leaves nothing that is looked for: it is small, or lettering, there is no room
        below, or alpha varies around it.
    """
    left, top, width, height = box
    below = min(hole.shape[0] - top - height, round(1.3 * height))
    if height < _MIN_HEIGHT or below < _MIN_ROOM * height:
        return None
    block = max(1, round(max(width, height) / _SIDE))
    aside = round(max(0.8 * width, 0.4 * height))
    first, start = max(top - height // 4, 0), max(left - aside, 0)
    window = slice(first, top + height + below), slice(start, left + width + aside)
    pixels = photo[window]
    if pixels.shape[2] > COLOURS and (pixels[..., COLOURS] != pixels[0, 0, COLOURS]).any():
        return None
    inside = _mean_blocks(hole[window], block) > np.float32(0.5)
    thin = round(_DEEP * max(inside.any(axis=1).sum(), inside.any(axis=0).sum()))
    if not inside.any() or grow(~inside, thin).all():
        return None
    image = _mean_blocks(narrow(pixels[..., :COLOURS]), block)
    valid = _mean_blocks(barred[window], block) == 0
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    extent = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    return Scene(first, start, block, image, inside, valid, extent)


def _mean_blocks(values: NDArray[np.uint8] | NDArray[np.bool_], block: int) -> NDArray[np.float32]:
    """Take the means of square blocks; what is left of the last rows and columns is dropped."""
    height, width = (side // block for side in values.shape[:2])
    cut = values[: height * block, : width * block]
    means: NDArray[np.float32] = cut.reshape(height, block, width, block, *values.shape[2:]).mean(
        axis=(1, 3), dtype=np.float32
    )
    return means
