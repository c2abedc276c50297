"""What a hole needs: the patches alone, or a network that paints it coarsely first."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["is_wide"]

#: Side of the squares that a hole is measured in, in pixels: lettering and scratches have none wholly inside.
_SQUARE = 16
#: Squares from which on a network pays: its time is a part of such a fill's, and a border tells little
#: of what belongs into the middle.
_WIDE = 16


def is_wide(hole: NDArray[np.bool_]) -> bool:
    """Whether a hole, bool ``(H, W)``, has room for many squares, so that structure must be guessed."""
    if np.count_nonzero(hole) < _WIDE * _SQUARE**2:
        return False
    height, width = (side // _SQUARE for side in hole.shape)
    rows = hole[: height * _SQUARE, : width * _SQUARE].reshape(height, _SQUARE, -1).all(axis=1)
    squares = rows.reshape(height, width, _SQUARE).all(axis=2)
    return int(np.count_nonzero(squares)) >= _WIDE
