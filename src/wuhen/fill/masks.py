"""Masks as arrays: what they may be, and the pixels that they mark."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuhen.coverage import covered
from wuhen.fill.errors import FillError

__all__ = ["find_marked", "is_wide", "zeros_and_ones"]

_WHITE = 255
#: Side of the squares that a hole is measured in, in pixels: lettering and scratches have none wholly inside.
_SQUARE = 16
#: Squares from which on a border tells little of what belongs into the middle, so that a network pays.
_WIDE = 16


def find_marked(mask: Any, size: tuple[int, int], name: str) -> NDArray[np.bool_]:
    """Return the pixels that a mask marks.

    Parameters
    ----------
    mask
        ``(H, W)``. Bool; or integers, either 0 and 1 or 0 to 255; or floating-point numbers from 0 to 1.
        Numbers are coverage: see `wuhen.coverage.covered`.
    size
        The photo's height and width.
    name
        What messages call it.

    Returns
    -------
    ndarray
        bool ``(H, W)``.

    Raises
    ------
    FillError
        It is something else, or of another size.
    """
    if not isinstance(mask, np.ndarray):
        raise FillError(f"{name} must be a NumPy array, not {type(mask).__name__}")
    if mask.shape != size:
        raise FillError(f"{name} must have the photo's height and width {size}, not {mask.shape}")
    if mask.dtype == np.bool_:
        return zeros_and_ones(mask)
    if np.issubdtype(mask.dtype, np.integer):
        least, most = int(mask.min()), int(mask.max())
        if least < 0 or most > _WHITE:
            raise FillError(
                f"{name} must hold 0 and 1, or 0 to 255, if it is of dtype {mask.dtype}; "
                f"it holds {least} to {most}"
            )
        # Of 255 a 1 would be next to nothing: whoever writes no more than that writes flags.
        return mask == 1 if most <= 1 else covered(mask.astype(np.uint8, copy=False))
    if np.issubdtype(mask.dtype, np.floating):
        # Not the other way round: comparisons with NaN are false.
        if not (mask.min() >= 0 and mask.max() <= 1):
            raise FillError(f"{name} must hold 0 to 1 if it is of dtype {mask.dtype}")
        # Half is covered, and must not be rounded down to even.
        return covered(np.floor(mask * np.float64(_WHITE) + 0.5).astype(np.uint8))
    raise FillError(f"{name} must be of a bool, integer or floating-point dtype, not {mask.dtype}")


def zeros_and_ones(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Make true 1: it may have any value, as in what NumPy makes of Pillow's 1-bit pictures (255)."""
    # Compiled code takes writable arrays only, though it does not write to this one.
    whole: NDArray[np.bool_] = np.require(flags, requirements=("C", "W"))
    if whole.view(np.uint8).max(initial=0) > 1:
        whole = whole.view(np.uint8) != 0
    return whole


def is_wide(hole: NDArray[np.bool_], squares: int = _WIDE) -> bool:
    """Whether a hole has room for so many squares, so that structure must be guessed."""
    if np.count_nonzero(hole) < squares * _SQUARE**2:
        return False
    height, width = (side // _SQUARE for side in hole.shape)
    if not height or not width:
        return False  # however much of it there is, no square fits
    rows = hole[: height * _SQUARE, : width * _SQUARE].reshape(height, _SQUARE, -1).all(axis=1)
    whole = rows.reshape(height, width, _SQUARE).all(axis=2)
    return int(np.count_nonzero(whole)) >= squares
