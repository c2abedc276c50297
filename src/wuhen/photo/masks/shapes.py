"""Shapes that say what is to go where nobody has painted a mask: rectangles, polygons, strokes.

They are written once and hold for photos of any size: a length may be a share of the photo, and a negative
one is measured from the right or the bottom edge. Only when a shape is laid on a photo do its lengths become
pixels.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self, TypeAlias

from wuhen.photo.errors import BadShape, ShapeProblem

__all__ = ["MOST_POINTS", "Given", "Length", "Point", "Polygon", "Rectangle", "Shape", "Stroke"]

MOST_POINTS = 10_000
"""Of one polygon or stroke."""
_LONGEST = 1e6
"""Pixels that a length has at most, and more than any photo has."""
_LEAST_CORNERS = 3
_SIDES = 4
_COORDINATES = 2
_WRITTEN = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(%|px)?", re.ASCII)

Given: TypeAlias = float | str
"""A length as callers write it: 10, -60, 0.25, "25%", "-10px"."""

Size: TypeAlias = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Length:
    """A length along one side of the photo.

    Attributes
    ----------
    amount : float
        Pixels, or a share of the side. Negative ones are measured from the side's end.
    share : bool
        Which of the two.
    """

    amount: float
    share: bool = False

    def along(self, side: int) -> float:
        """Return it in pixels from the beginning of a side that has so many."""
        pixels = self.amount * side if self.share else self.amount
        return pixels + side if self.amount < 0 else pixels

    def __str__(self) -> str:
        return f"{self.amount * 100:g}%" if self.share else f"{self.amount:g}px"


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the photo as it is displayed, from its upper left corner: (0, 0) to (width, height)."""

    x: Length
    y: Length

    def on(self, size: Size) -> tuple[float, float]:
        """Return it in pixels."""
        return self.x.along(size[0]), self.y.along(size[1])


@dataclass(frozen=True, slots=True)
class Rectangle:
    """An upright rectangle.

    Attributes
    ----------
    left, top : Length
        Its upper left corner.
    width, height : Length
        Its sides. A negative one says how far its right or bottom edge is from the photo's.
    """

    left: Length
    top: Length
    width: Length
    height: Length

    @classmethod
    def of(cls, left: Given, top: Given, width: Given, height: Given) -> Self:
        """Read four lengths.

        Numbers are pixels, unless all of them lie between -1 and 1 and not all are whole: then they are
        shares of the photo. A text may say which: ``"25%"``, ``"10px"``.

        Raises
        ------
        BadShape
            One is no length, or a side is 0.
        """
        lengths = _read((left, top, width, height))
        if lengths[2].amount == 0 or lengths[3].amount == 0:
            raise BadShape(ShapeProblem.NO_SIDE, ",".join(map(str, (left, top, width, height))))
        return cls(*lengths)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``LEFT,TOP,WIDTH,HEIGHT``: see `of`.

        Raises
        ------
        BadShape
            It is something else.
        """
        parts = text.split(",")
        if len(parts) != _SIDES:
            raise BadShape(ShapeProblem.NO_RECTANGLE, text)
        return cls.of(*parts)

    def edges(self, size: Size) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom edge in pixels on a photo of this size; they may lie outside."""
        left, top = self.left.along(size[0]), self.top.along(size[1])
        right, bottom = self.width.along(size[0]), self.height.along(size[1])
        return (
            left,
            top,
            right if self.width.amount < 0 else left + right,
            bottom if self.height.amount < 0 else top + bottom,
        )

    def box(self, size: Size) -> tuple[int, int, int, int]:
        """Return (left, top, width, height) of the pixels that it touches on a photo of this size.

        Raises
        ------
        BadShape
            It touches none.
        """
        left, top, right, bottom = self.edges(size)
        first, last = max(0, math.floor(left)), min(size[0], math.ceil(right))
        upper, lower = max(0, math.floor(top)), min(size[1], math.ceil(bottom))
        if last <= first or lower <= upper:
            raise BadShape(ShapeProblem.OUTSIDE, str(self), size)
        return first, upper, last - first, lower - upper

    def outlines(self, size: Size) -> list[list[tuple[float, float]]]:
        """Return the polygons that it covers, in pixels."""
        left, top, right, bottom = self.edges(size)
        if right <= left or bottom <= top:
            raise BadShape(ShapeProblem.OUTSIDE, str(self), size)
        return [[(left, top), (right, top), (right, bottom), (left, bottom)]]

    def __str__(self) -> str:
        return ",".join(map(str, (self.left, self.top, self.width, self.height)))


@dataclass(frozen=True, slots=True)
class Polygon:
    """What a closed line runs around, and by any number of turns but none (the nonzero rule).

    Attributes
    ----------
    points : tuple of Point
        Three or more.
    """

    points: tuple[Point, ...]

    @classmethod
    def of(cls, points: Iterable[tuple[Given, Given]]) -> Self:
        """Read points, each (x, y); the numbers are as those of `Rectangle.of`.

        Only what has a unit may be negative: whoever draws with a pointer may get beyond the left or the
        upper edge, and does not mean the other one.

        Raises
        ------
        BadShape
            One is no point, or they are too few or too many.
        """
        read = _read_points(points)
        if len(read) < _LEAST_CORNERS:
            raise BadShape(ShapeProblem.NO_POLYGON, _show(read))
        return cls(read)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``X,Y X,Y X,Y…``: see `of`.

        Raises
        ------
        BadShape
            It is something else.
        """
        pairs = _pairs(text.split())
        if pairs is None:
            raise BadShape(ShapeProblem.NO_POLYGON, text)
        return cls.of(pairs)

    def outlines(self, size: Size) -> list[list[tuple[float, float]]]:
        """Return the polygons that it covers, in pixels."""
        return [[point.on(size) for point in self.points]]

    def __str__(self) -> str:
        return _show(self.points)


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line drawn with a round brush.

    Attributes
    ----------
    points : tuple of Point
        One, which gives a dot, or more.
    width : Length
        The brush's diameter; as a share, of the photo's shorter side.
    """

    points: tuple[Point, ...]
    width: Length

    @classmethod
    def of(cls, points: Iterable[tuple[Given, Given]], width: Given) -> Self:
        """Read points, each (x, y), as those of `Polygon.of`, and a width; one below 1 is a share.

        Raises
        ------
        BadShape
            One is no point or no width, or there are none or too many.
        """
        read, (across,) = _read_points(points), _read((width,))
        if not read:
            raise BadShape(ShapeProblem.NO_STROKE, "")
        if across.amount <= 0:
            raise BadShape(ShapeProblem.NO_WIDTH, str(width))
        return cls(read, across)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``X,Y X,Y… WIDTH``: see `of`.

        Raises
        ------
        BadShape
            It is something else.
        """
        *points, width = text.split() or [""]
        pairs = _pairs(points)
        if pairs is None or "," in width:
            raise BadShape(ShapeProblem.NO_STROKE, text)
        return cls.of(pairs, width)

    def outlines(self, size: Size) -> list[list[tuple[float, float]]]:
        """Return the polygons that it covers together, in pixels: a capsule for each part of the line."""
        radius = self.width.along(min(size)) / 2
        line = [point.on(size) for point in self.points]
        if len(line) == 1:
            line *= 2
        return [_capsule(start, end, radius) for start, end in pairwise(line)]

    def __str__(self) -> str:
        return f"{_show(self.points)} {self.width}"


Shape: TypeAlias = Rectangle | Polygon | Stroke


def _pairs(written: Iterable[str]) -> list[tuple[str, str]] | None:
    """Split points written ``X,Y``; None if one of them is not."""
    pairs = [one.split(",") for one in written]
    if any(len(pair) != _COORDINATES for pair in pairs):
        return None
    return [(pair[0], pair[1]) for pair in pairs]


def _read_points(points: Iterable[tuple[Given, Given]]) -> tuple[Point, ...]:
    flat: list[Given] = []
    for x, y in points:
        flat += (x, y)
        if len(flat) > 2 * MOST_POINTS:
            raise BadShape(ShapeProblem.TOO_MANY, str(MOST_POINTS))
    for one in flat:
        amount, unit = _amount(one)
        if amount < 0 and not unit:
            raise BadShape(ShapeProblem.BEYOND, str(one))
    lengths = _read(flat)
    return tuple(map(Point, lengths[::2], lengths[1::2]))


def _read(given: Sequence[Given]) -> list[Length]:
    """Read the lengths of one shape, whose plain numbers are either all pixels or all shares."""
    read = [_amount(one) for one in given]
    plain = [amount for amount, unit in read if not unit]
    shares = all(abs(amount) <= 1 for amount in plain) and any(amount != int(amount) for amount in plain)
    return [
        Length(amount / 100, share=True) if unit == "%" else Length(amount, share=shares and not unit)
        for amount, unit in read
    ]


def _amount(given: Given) -> tuple[float, str]:
    """Return the number that is written, and its unit, which may be missing."""
    written = _WRITTEN.fullmatch(given.strip()) if isinstance(given, str) else None
    if isinstance(given, bool) or (isinstance(given, str) and written is None):
        raise BadShape(ShapeProblem.NO_LENGTH, str(given))
    try:
        amount, unit = (float(written[1]), written[2] or "") if written else (float(given), "")
    except OverflowError:
        raise BadShape(ShapeProblem.NO_LENGTH, "a number beyond all bounds") from None
    if not abs(amount) <= _LONGEST:
        raise BadShape(ShapeProblem.NO_LENGTH, str(given))
    return amount, unit


def _show(points: Sequence[Point]) -> str:
    shown = " ".join(f"{point.x},{point.y}" for point in points[:4])
    return shown + (" …" if len(points) > 4 else "")  # noqa: PLR2004 - as many as are shown


def _capsule(
    start: tuple[float, float], end: tuple[float, float], radius: float
) -> list[tuple[float, float]]:
    """Return the outline of what a round brush covers between two points; all turn the same way."""
    along = math.atan2(end[1] - start[1], end[0] - start[0])
    # So many sides that none is further inside the circle than a twentieth of a pixel.
    half = max(4, math.ceil(math.pi / 2 / math.acos(max(0.0, 1 - 0.05 / max(radius, 0.06)))))
    turns = [along - math.pi / 2 + math.pi * step / half for step in range(half + 1)]
    tip = [(end[0] + radius * math.cos(turn), end[1] + radius * math.sin(turn)) for turn in turns]
    back = [(start[0] - radius * math.cos(turn), start[1] - radius * math.sin(turn)) for turn in turns]
    return tip + back
