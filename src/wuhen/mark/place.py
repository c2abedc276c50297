"""Where marks go: rectangles, margins, and cutting them at the picture's border."""

from typing import NamedTuple


class Rect(NamedTuple):
    """A rectangle in pixels: its left upper corner, `x` to the right and `y` down, and its extent."""

    x: int
    y: int
    width: int
    height: int


def margin(short_side: int) -> int:
    """Return the distance a mark keeps from the border: 2 % of the short side."""
    return round(0.02 * short_side)


def bottom_right(picture: tuple[int, int], width: int, height: int) -> Rect:
    """Place a box in the bottom right corner of a picture of ``(width, height)``.

    The margin gives way where the box would not fit with it.
    """
    gap = margin(min(picture))
    x = max(picture[0] - width - gap, min(0, picture[0] - width))
    y = max(picture[1] - height - gap, min(0, picture[1] - height))
    return Rect(x, y, width, height)


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
