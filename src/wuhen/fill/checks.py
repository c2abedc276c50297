"""What the fill's public functions hold true of their arguments, whichever of them is called."""

from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.errors import FillError, NothingToFillFrom
from wuhen.fill.masks import find_marked
from wuhen.fill.options import OptionChanges, Options, check_integer
from wuhen.fill.raster.layout import CHANNELS, COLOURS
from wuhen.processors import count_processors

__all__ = ["MaskArray", "check_arguments", "check_photo", "count_threads", "grow_hole", "nothing_marked"]

MaskArray: TypeAlias = NDArray[np.bool_] | NDArray[np.integer[Any]] | NDArray[np.floating[Any]]
"""A mask: flags, or coverage."""

#: Height, width and channels.
_DIMENSIONS = 3


def check_photo(photo: Any) -> None:
    """Refuse what is no photo.

    Raises
    ------
    FillError
        It is something else than uint8 or uint16 ``(H, W, 3)`` or ``(H, W, 4)``, or has no pixels.
    """
    if not isinstance(photo, np.ndarray):
        raise FillError(f"photo must be a NumPy array, not {type(photo).__name__}")
    if photo.dtype not in {np.dtype(np.uint8), np.dtype(np.uint16)}:
        raise FillError(f"photo must be of dtype uint8 or uint16, not {photo.dtype}")
    if photo.ndim != _DIMENSIONS or photo.shape[2] not in {COLOURS, CHANNELS}:
        raise FillError(
            f"photo must have the shape (height, width, 3) or (height, width, 4), not {photo.shape}"
        )
    if 0 in photo.shape:
        raise FillError(f"photo has no pixels: its shape is {photo.shape}")


def check_arguments(
    photo: Any, mask: MaskArray, keep_out: MaskArray | None, options: Options | None, changes: OptionChanges
) -> tuple[NDArray[np.bool_], NDArray[np.bool_] | None, Options]:
    """Return the hole, what is barred, both bool ``(H, W)``, and the options with their changes.

    Raises
    ------
    FillError
        An argument is of the wrong kind, shape or range.
    """
    check_photo(photo)
    size = (photo.shape[0], photo.shape[1])
    hole = find_marked(mask, size, "mask")
    barred = None if keep_out is None else find_marked(keep_out, size, "keep_out")
    return hole, barred, replace(options or Options(), **changes)


def nothing_marked(mask: MaskArray) -> str:
    """Say that a mask marks nothing, and what may have been meant."""
    most = mask.max(initial=0)
    return "mask marks no pixel" + (f"; its largest value is {most}" if most else "")


def grow_hole(hole: NDArray[np.bool_], barred: NDArray[np.bool_] | None, by: int) -> NDArray[np.bool_]:
    """Return a hole grown by so many pixels; the same where it is none.

    Raises
    ------
    NothingToFillFrom
        It leaves nothing to copy beside what is barred.
    """
    if by:
        from wuhen.fill.raster.regions import grow

        hole = grow(hole, by)
    if hole.all():
        raise NothingToFillFrom(by)
    if barred is not None and (hole | barred).all():
        raise NothingToFillFrom(barred=True)
    return hole


def count_threads(given: int | None) -> int:
    """Return how many threads to use: by default one for each processor that this process may use."""
    if given is not None:
        return check_integer("threads", given, minimum=1)
    return count_processors()
