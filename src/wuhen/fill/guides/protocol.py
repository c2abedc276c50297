"""What a guide is: whoever paints a hole coarsely, for the fill to follow."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Guide", "find_max_side", "is_vague"]

#: Called with an image, float32 ``(h, w, 3)`` RGB, 0 to 1, black in the hole, and the hole, bool ``(h, w)``;
#: both sides are multiples of 8, and no longer than the guide's attribute ``side``, if it has one, or 256.
#: Returns float32 ``(h, w, 3)``, of which the hole's pixels count. A fourth channel, if there is one, says
#: how far each pixel is to be trusted, 0 to 1. Several threads may call it at once. If it returns the same
#: for the same, so does the fill. One with a ``side`` is taken to be as slow whatever it is shown, and to
#: know what it paints: it is shown a picture as large as it may be, and is followed to the end. Others are
#: taken to guess: they are shown one in proportion to the hole, and followed while large shapes are found. A
#: fifth channel says where such a guide is sure, 0 to 1: there it may be followed to the end as well. One
#: whose attribute ``vague`` is true leaves it to others where edges run.
Guide = Callable[[NDArray[np.float32], NDArray[np.bool_]], NDArray[np.float32]]


def find_max_side(guide: Guide | None, default: int) -> int:
    """Return how many pixels wide or high what a guide sees may be."""
    side: int = getattr(guide, "side", default)
    return side


def is_vague(guide: Guide | None) -> bool:
    """Say whether others may know better where edges run."""
    vague: bool = guide is None or getattr(guide, "vague", False)
    return vague
