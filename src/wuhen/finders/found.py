"""What a finder found: a mask, and the places that it consists of."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Box", "Found", "Place"]


class Box(NamedTuple):
    """An upright rectangle of pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that was found.

    Attributes
    ----------
    what : str
        The finder's name.
    box : Box
        Around it, within the photo.
    score : float
        How sure it is, from 0 to 1; comparable among places of one finder only.
    corners : tuple of (x, y), optional
        Clockwise from its own upper left, in pixels: four where it lies askew; an object's outline.
    """

    what: str
    box: Box
    score: float
    corners: tuple[tuple[float, float], ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found in one photo.

    Attributes
    ----------
    mask : (H, W) ndarray of bool
        True on what is to be erased: strokes rather than the boxes around them, with soft edges and outlines.
    places : tuple of Place
        From top to bottom; none if nothing was found.
    """

    mask: NDArray[np.bool_] = field(repr=False)
    places: tuple[Place, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.places)
