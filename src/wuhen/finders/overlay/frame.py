"""Where overlays stand in photos of several sizes: at which corner or edge, and scaled by which side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

__all__ = ["RULES", "Area", "Frame", "Placed", "anchors", "covers", "distinct", "grouped", "unit"]

#: What an overlay's size follows. Stamps of cameras follow a side, those of many programs nothing but pixels.
RULES = ("width", "height", "long", "short", "pixels")
#: Shares of width and height at which an overlay is anchored: corners, middles of edges, the middle.
_ANCHORS = tuple((x, y) for y in (0.0, 0.5, 1.0) for x in (0.0, 0.5, 1.0))
#: What `pixels` counts as one unit.
_PIXELS = 1000.0
#: Boxes that share so much of the smaller one are the same place.
_SAME = 0.4


class Area(NamedTuple):
    """A rectangle in a frame's coordinates: from the anchor, rightwards and downwards."""

    left: float
    top: float
    width: float
    height: float


def unit(rule: str, width: int, height: int) -> float:
    """Return what lengths of a rule are measured in, in pixels of a photo of this size."""
    by = {
        "width": width,
        "height": height,
        "long": max(width, height),
        "short": min(width, height),
        "pixels": _PIXELS,
    }
    return float(by[rule])


@dataclass(frozen=True, slots=True)
class Frame:
    """Coordinates in which an overlay lies at the same place in every photo.

    Attributes
    ----------
    rule : str
        One of `RULES`.
    anchor : tuple of float
        Shares of width and height, such as (1, 1) for the lower right corner.
    steps : float
        Into how many steps, the frame's pixels, the rule's unit is divided.
    """

    rule: str
    anchor: tuple[float, float]
    steps: float

    def scale(self, width: int, height: int) -> float:
        """Return how many pixels of a photo of this size one step is."""
        return unit(self.rule, width, height) / self.steps

    def box(self, area: Area, width: int, height: int) -> tuple[float, float, float, float]:
        """Return (left, top, right, bottom) of an area in a photo of this size."""
        scale = self.scale(width, height)
        left = self.anchor[0] * width + area.left * scale
        top = self.anchor[1] * height + area.top * scale
        return left, top, left + area.width * scale, top + area.height * scale


def distinct(rules: Sequence[str], sizes: Sequence[tuple[int, int]]) -> list[str]:
    """Return those rules that differ for photos of these sizes: one of each kind."""
    kept: dict[tuple[float, ...], str] = {}
    for rule in rules:
        units = [unit(rule, *size) for size in sizes]
        kept.setdefault(tuple(round(one / units[0], 2) for one in units), rule)
    return list(kept.values())


def anchors(rule: str, sizes: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Return those anchors that differ for photos of these sizes in frames of this rule."""
    units = [unit(rule, *size) for size in sizes]
    wide, high = (
        len({round(size[axis] / one, 3) for size, one in zip(sizes, units, strict=True)}) > 1
        for axis in (0, 1)
    )
    return [(x, y) for x, y in _ANCHORS if (wide or x == 0) and (high or y == 0)]


class Placed(Protocol):
    """What lies at a place in a frame."""

    @property
    def frame(self) -> Frame:
        """In which it lies."""
        ...

    @property
    def area(self) -> Area:
        """Where."""
        ...


_Placed = TypeVar("_Placed", bound=Placed)


def covers(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether two boxes, (left, top, right, bottom), are about the same place."""
    wide, high = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((one[2] - one[0]) * (one[3] - one[1]), (other[2] - other[0]) * (other[3] - other[1]))
    return wide > 0 and high > 0 and wide * high > _SAME * smaller


def _same_place(one: Placed, other: Placed, sizes: Sequence[tuple[int, int]]) -> bool:
    """Whether two things, in frames of their own, cover each other in a third of photos of these sizes."""
    hits = sum(covers(one.frame.box(one.area, *size), other.frame.box(other.area, *size)) for size in sizes)
    return hits > len(sizes) / 3


def grouped(things: Sequence[_Placed], sizes: Sequence[tuple[int, int]]) -> list[list[_Placed]]:
    """Return groups of what lies at the same place, in the order of their first ones."""
    groups: list[list[_Placed]] = []
    for thing in things:
        for group in groups:
            if _same_place(group[0], thing, sizes):
                group.append(thing)
                break
        else:
            groups.append([thing])
    return groups
