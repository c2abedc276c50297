"""EXIF orientation, applied to arrays.

Photo and mask must be turned by the very same function: a picture turned by one library and a mask turned by
another is how holes end up in the wrong place.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)

#: Orientations that swap width and height.
SWAPPING = frozenset({5, 6, 7, 8})


def rotate_upright(stored: NDArray[T], orientation: int) -> NDArray[T]:
    """Turn stored rows into displayed ones.

    Parameters
    ----------
    stored : (H, W[, C]) ndarray
        Pixels in file order.
    orientation : int
        EXIF tag 0x0112: 1 as it is, 2 mirrored, 3 upside down, 4 flipped, 5 transposed, 6 to be turned right,
        7 transversed, 8 to be turned left. Anything else counts as 1.

    Returns
    -------
    (H, W[, C]) or (W, H[, C]) ndarray
        C-contiguous; `stored` itself where nothing is to be done.
    """
    return np.ascontiguousarray(_turn(stored, orientation))


def turn_back(upright: NDArray[T], orientation: int) -> NDArray[T]:
    """Turn displayed rows into stored ones: the reverse of `rotate_upright`, as a view."""
    # Turning right and turning left are each other's reverse, the others their own.
    return _turn(upright, {6: 8, 8: 6}.get(orientation, orientation))


def _turn(stored: NDArray[T], orientation: int) -> NDArray[T]:
    turned = stored.swapaxes(0, 1) if orientation in SWAPPING else stored
    if orientation in (3, 4, 7, 8):
        turned = turned[::-1]
    if orientation in (2, 3, 6, 7):
        turned = turned[:, ::-1]
    return turned
