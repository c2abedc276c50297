"""Where marks go: rectangles, margins, and cutting them at the picture's border."""

from typing import Literal, NamedTuple

Corner = Literal["bottom-right", "bottom-left", "top-right", "top-left"]
"""Where a mark stands."""


class Rect(NamedTuple):
    """A rectangle in pixels: its left upper corner, `x` to the right and `y` down, and its extent."""

    x: int
    y: int
    width: int
    height: int


def margin(short_side: int) -> int:
    """Return the distance a mark keeps from the border: 2 % of the short side."""
    return round(0.02 * short_side)


def in_corner(picture: tuple[int, int], width: int, height: int, corner: Corner = "bottom-right") -> Rect:
    """Place a box in a corner of a picture of ``(width, height)``.

    The margin gives way where the box would not fit with it; of a box that is larger than the picture, the
    part that belongs to the corner is kept.
    """
    gap = margin(min(picture))
    down, across = corner.split("-")
    x = _along(picture[0], width, gap, at_end=across == "right")
    y = _along(picture[1], height, gap, at_end=down == "bottom")
    return Rect(x, y, width, height)


def _along(whole: int, part: int, gap: int, *, at_end: bool) -> int:
    spare = whole - part
    near = min(gap, max(spare, 0))
    return spare - near if at_end else near


def overlap(rect: Rect, picture: tuple[int, int]) -> tuple[slice, slice, tuple[slice, slice]]:
    """Cut a rectangle at the borders of a picture of ``(width, height)``.

    Returns
    -------
    rows, columns : slice
        The part of the picture that is covered; empty where the rectangle lies outside.
    inner : (slice, slice)
        The rows and columns of the rectangle that lie on it.
    """
    left, right = max(rect.x, 0), min(rect.x + rect.width, picture[0])
    top, bottom = max(rect.y, 0), min(rect.y + rect.height, picture[1])
    right, bottom = max(left, right), max(top, bottom)
    inner = slice(top - rect.y, bottom - rect.y), slice(left - rect.x, right - rect.x)
    return slice(top, bottom), slice(left, right), inner
