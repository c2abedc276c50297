"""Where somebody clicks to select an object, by a fixed rule, as in the literature on interactive selection.

The first click is at the centre of the largest circle in the object. Each further one corrects: it is at the
centre of the largest circle in the largest region that is wrong, and says "this too" or "not this".

Xu, Price, Cohen, Yang, Huang: Deep Interactive Object Selection. CVPR 2016. (Robots of this kind.)
Sofiiuk, Petrov, Konushin: Reviving Iterative Training with Mask Guidance for Interactive Segmentation.
ICIP 2022. (This rule.)
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Click:
    """A click: a pixel, and whether it takes it or leaves it."""

    x: int
    y: int
    take: bool


def first_click(truth: Mask) -> Click:
    """Click into an object (height x width) of which nothing is selected yet."""
    return Click(*_centre(truth), take=True)


def next_click(truth: Mask, selected: Mask) -> Click | None:
    """Correct a selection: None if it is right."""
    missing, spilt = _largest(truth & ~selected), _largest(selected & ~truth)
    if not missing.any() and not spilt.any():
        return None
    take = bool(missing.sum() >= spilt.sum())
    return Click(*_centre(missing if take else spilt), take=take)


def overlap(truth: Mask, selected: Mask) -> float:
    """Intersection over union, 0 to 1."""
    return float((truth & selected).sum() / max(1, (truth | selected).sum()))


def _largest(mask: Mask) -> Mask:
    """Find the largest region of pixels that touch by their sides."""
    count, labels, figures, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    if count == 1:
        return mask
    largest: Mask = labels == 1 + int(np.argmax(figures[1:, cv2.CC_STAT_AREA]))
    return largest


def _centre(mask: Mask) -> tuple[int, int]:
    """Find the pixel that is farthest from the border of a mask; the picture's edge is a border, too."""
    padded = np.pad(mask, 1).astype(np.uint8)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    y, x = np.unravel_index(int(np.argmax(depth)), mask.shape)
    return int(x), int(y)
