"""What of a region a guide sees, and how large.

One that guesses sees little: a hole and a margin, in few pixels, for its time is a share of the fill's. One
that knows sees as much as it can at full size, or else the hole and a margin as large as it may be.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float
from wuhen.compute.signature import Single
from wuhen.fill.guides.guidance import Guidance
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.window import Window, bound

__all__ = ["Grid", "View", "choose_view"]

#: Sides of what a guide sees are multiples of this.
_MULTIPLE = 8
#: Least width of the surroundings that a guide sees, in pixels.
_MIN_ROOM = 32
#: What is shrunk for a guide that knows is shrunk to a whole number of these parts of its size.
_PARTS = 100


class Grid(NamedTuple):
    """How an image lies on a scale: its first corner there, and its pixels for one of the scale's."""

    top: Single
    left: Single
    down: Single
    right: Single

    @classmethod
    def of(cls, window: Window, shape: tuple[int, int]) -> "Grid":
        """Lay an image of a height and width over a part of a region's finest scale."""
        down, right = shape[0] / window.shape[0], shape[1] / window.shape[1]
        return cls(as_float(window.top), as_float(window.left), as_float(down), as_float(right))


class View(NamedTuple):
    """What a guide sees.

    Attributes
    ----------
    window
        The part of the region.
    shape
        Its height and width as they are shown, in pixels.
    """

    window: Window
    shape: tuple[int, int]

    @property
    def scale(self) -> float:
        """Pixels of the picture for one of the region's, along a side."""
        (rows, columns), (height, width) = self.shape, self.window.shape
        return float(((rows * columns) / (height * width)) ** 0.5)


def choose_view(raster: Raster, indices: NDArray[np.int32], guidance: Guidance, *, firm: bool) -> View:
    """Say what of a raster a guide is to see.

    Parameters
    ----------
    raster
        The region's finest scale.
    indices
        int32, increasing: the hole's pixels.
    guidance
        How much of the region it may see, and how large.
    firm
        Whether it is a guide that knows.
    """
    box = bound(indices, raster.pitch)
    rows, columns = (box.top, box.bottom), (box.left, box.right)
    room = _room(rows, columns, guidance.known_margin if firm else guidance.margin)
    if firm:
        return _show_all(rows, columns, room, (raster.height, raster.width), guidance.side)
    window = Window(*_widen(rows, room, raster.height), *_widen(columns, room, raster.width))
    least = guidance.area_ratio * len(indices) / (window.shape[0] * window.shape[1])
    scale = min(guidance.max_scale, max(guidance.min_scale, least**0.5), guidance.side / max(window.shape))
    return View(window, _stretch(window, scale))


def _room(rows: tuple[int, int], columns: tuple[int, int], margin: float) -> int:
    """Width of the surroundings: a share of the hole's extent."""
    extent = (rows[1] - rows[0]) * (columns[1] - columns[0])
    return max(_MIN_ROOM, round(margin * float(np.sqrt(extent))))


def _widen(span: tuple[int, int], room: int, length: int) -> tuple[int, int]:
    """Add surroundings to both ends, as long as there are such."""
    return max(span[0] - room, 0), min(span[1] + room, length)


def _stretch(window: Window, scale: float) -> tuple[int, int]:
    """Scale both sides, up to the next multiple each."""
    rows, columns = (int(np.ceil(side * scale / _MULTIPLE)) * _MULTIPLE for side in window.shape)
    return rows, columns


def _show_all(
    rows: tuple[int, int], columns: tuple[int, int], room: int, limits: tuple[int, int], side: int
) -> View:
    """Show a hole as large as possible, then as much around it as possible, and do not stretch the picture.

    A picture that is stretched by a hundredth has softer edges, or has them twice. Parts of a hundred make it
    easy to find what is shown.
    """
    spans = _widen(rows, room, limits[0]), _widen(columns, room, limits[1])
    longest = max(end - begin for begin, end in spans)
    parts = min(_PARTS, _PARTS * side // longest)
    if not parts:
        window = Window(*spans[0], *spans[1])
        return View(window, _stretch(window, side / longest))
    shown: list[int] = []
    found: list[int] = []
    for wanted, hole, limit in zip(spans, (rows, columns), limits, strict=True):
        most = min(side, limit * parts // _PARTS) // _MULTIPLE * _MULTIPLE
        length = round(most * _PARTS / parts)
        if length < hole[1] - hole[0]:
            # The hole runs from one border to the other, or nearly.
            most += _MULTIPLE
            length = limit
        middle = (wanted[0] + wanted[1] - length) // 2
        begin = min(max(middle, hole[1] - length, 0), hole[0], limit - length)
        found += [begin, begin + length]
        shown.append(most)
    return View(Window(*found), (shown[0], shown[1]))
