"""What an object leaves outside its hole and that is taken out of the photo before the fill begins."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.samples import Pixels
from wuhen.fill.traces.foot import lighten_feet
from wuhen.fill.traces.reflection import add_reflections
from wuhen.fill.traces.scene import find_objects

__all__ = ["LOOK_BYTES", "TakenOut", "take_out", "widen_most"]

#: What looking at an object takes, at the size to which all of them are reduced.
LOOK_BYTES = 16 << 20


class TakenOut(NamedTuple):
    """A photo from which something was taken out, and what.

    Attributes
    ----------
    photo
        With the ground at the foot lightened; the same where it is not.
    hole
        bool ``(H, W)``: widened by the mirror images; the same where there are none.
    foot
        bool ``(H, W)``: where the ground was lightened; None where it was nowhere.
    """

    photo: Pixels
    hole: NDArray[np.bool_]
    foot: NDArray[np.bool_] | None


def take_out(
    photo: Pixels,
    hole: NDArray[np.bool_],
    keep_out: NDArray[np.bool_] | None,
    check: Callable[[], None] = lambda: None,
) -> TakenOut:
    """Take out the dark at the foot of what is erased, and its mirror image, where they are certain.

    Parameters
    ----------
    photo
        uint8 or uint16 ``(H, W, 3)`` or ``(H, W, 4)``; it stays as it is.
    hole
        bool ``(H, W)``; it stays as it is.
    keep_out
        bool ``(H, W)``: what stays as it is, if anything.
    check
        Called now and then; may raise.
    """
    # A mirror image hides the ground: what is dark below its foot is taken out with it.
    widened = add_reflections(photo, hole, keep_out, check)
    if widened is not hole:
        mirrored = widened & ~hole
        keep_out = mirrored if keep_out is None else keep_out | mirrored
    lightened, foot = lighten_feet(photo, hole, keep_out, check)
    return TakenOut(lightened, widened, foot)


def widen_most(hole: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return a hole with a mirror image below each object, as if all of them had one.

    Parameters
    ----------
    hole
        bool ``(H, W)``; it stays as it is.
    """
    widened = hole.copy()
    for left, top, width, height in find_objects(hole):
        columns = slice(left, left + width)
        below = widened[top + height : top + 2 * height, columns]
        below |= hole[top : top + height, columns][::-1][: len(below)]
    return widened
