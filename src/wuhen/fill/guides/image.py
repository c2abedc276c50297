"""A guide's coarse picture of a hole, which the fill follows at coarse scales.

Patches know how things look, but of structure only what their few pixels show. Whoever knows more may paint
the region small and blurred; at coarse scales the fill is then drawn towards that picture, and patches are
looked for that continue it. The patches themselves are the photo's.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.compute.compiled import Flat, as_float, as_int, kernel
from wuhen.fill.engines.schedule import Schedule
from wuhen.fill.guides.protocol import Guide
from wuhen.fill.raster.layout import CHANNELS
from wuhen.fill.raster.level import KNOWN, Level

__all__ = ["Picture", "paint"]

_COLOURS = 3

#: Sides of what a guide sees are multiples of this.
_MULTIPLE = 8
#: Least width of the surroundings that a guide sees, in pixels.
_LEAST_ROOM = 32
#: A shrunk pixel less of which is known belongs to the hole: colours beside it must not stand for it.
_WHOLLY = 0.999
#: Pixels of the picture per pixel of a scale from which on the picture counts as no coarser than the scale.
_AS_FINE = 0.7


class Picture:
    """What a guide painted for a region, to be looked at from any of the region's scales.

    Parameters
    ----------
    colours
        float32 ``(h, w, 3)``, 0 to 255.
    view
        What of the region it shows: rows and columns, in pixels.

    Attributes
    ----------
    home
        The finest scale of the region that is no finer than the picture.
    """

    def __init__(self, colours: NDArray[np.float32], view: tuple[range, range]) -> None:
        self._halvings = [np.ascontiguousarray(colours, np.float32)]
        rows, columns = view
        self._top, self._left = rows.start, columns.start
        self._down = colours.shape[0] / len(rows)
        self._right = colours.shape[1] / len(columns)
        self.home = 0
        while (self._down * self._right) ** 0.5 * 2**self.home < _AS_FINE:
            self.home += 1

    def pull(self, level: Level, scale: int, share: float) -> None:
        """Move the colours in a level's hole towards the picture by a share of the way.

        The texture channel stays. Were it drawn to a smooth guess as far, any patch of the right mean and
        busyness would do, whatever it shows, and the fill would become a quilt of one of them.
        """
        halved = max(0, scale - self.home)
        while len(self._halvings) <= halved:
            self._halvings.append(_half(self._halvings[-1]))
        step = 2.0 ** (scale - halved)
        _pull(
            self._halvings[halved], level.pitch, level.holes, as_float(self._top / 2**scale),
            as_float(self._left / 2**scale), as_float(self._down * step), as_float(self._right * step),
            as_float(share), level.pixels,
        )  # fmt: skip


def paint(level: Level, guide: Guide, schedule: Schedule) -> Picture | None:
    """Have a guide paint a region.

    Parameters
    ----------
    level
        The region's finest, surveyed.
    guide
        Who paints.
    schedule
        How much of the region it is shown, how large, and from which depth of a hole on it is asked.

    Returns
    -------
    Picture or None
        None where the hole is too thin.
    """
    view = _view(level, schedule.guide_margin)
    scale = _scale(view, len(level.holes), schedule)
    if level.depth.max() * scale < schedule.guide_depth:
        return None
    rows, columns = (int(np.ceil(len(side) * scale / _MULTIPLE)) * _MULTIPLE for side in view)
    image = np.zeros((rows, columns, _COLOURS), np.float32)
    known = np.zeros((rows, columns), np.float32)
    (top, bottom), (left, right) = ((side.start, side.stop) for side in view)
    _shrink(level.pixels, level.state, top, bottom, left, right, level.pitch, image, known)
    hole = known < _WHOLLY
    image[hole] = 0
    colours = np.where(hole[..., None], np.clip(guide(image, hole), 0, 1), image) * 255
    return Picture(colours.astype(np.float32), view)


def _scale(view: tuple[range, range], area: int, schedule: Schedule) -> float:
    """Say how many pixels a guide sees for one of the region's, in a view with a hole of an area."""
    room = schedule.guide_share * area / (len(view[0]) * len(view[1]))
    least, most = schedule.guide_least, schedule.guide_finest
    scale: float = min(most, max(least, room**0.5), schedule.guide_side / max(map(len, view)))
    return scale


def _view(level: Level, margin: float) -> tuple[range, range]:
    """Cut a region to its hole and surroundings that are a multiple of the hole's extent wide."""
    across = level.holes % level.pitch
    top, bottom = int(level.holes[0]) // level.pitch, int(level.holes[-1]) // level.pitch + 1
    left, right = int(across.min()), int(across.max()) + 1
    room = max(_LEAST_ROOM, round(margin * ((bottom - top) * (right - left)) ** 0.5))
    return (
        range(max(top - room, 0), min(bottom + room, level.height)),
        range(max(left - room, 0), min(right + room, level.width)),
    )


def _half(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of four pixels; an odd side's last pixel counts twice."""
    even = np.pad(picture, ((0, picture.shape[0] % 2), (0, picture.shape[1] % 2), (0, 0)), "edge")
    pairs = even[::2] + even[1::2]
    return np.ascontiguousarray((pairs[:, ::2] + pairs[:, 1::2]) * as_float(0.25))


@kernel(
    "void(uint8[::1], uint8[::1], int64, int64, int64, int64, int64, float32[:, :, ::1], float32[:, ::1])"
)
def _shrink(
    pixels: Flat,
    state: Flat,
    first_row: int,
    end_row: int,
    first_column: int,
    end_column: int,
    pitch: int,
    image: Flat,
    known: Flat,
) -> None:
    """Mean of what is known, and may be copied, under each shrunk pixel's box, and how much of it is."""
    rows, columns = known.shape
    height = end_row - first_row
    width = end_column - first_column
    tall = height / rows
    wide = width / columns
    for row in range(rows):
        for column in range(columns):
            top, bottom = row * tall, (row + 1) * tall
            left, right = column * wide, (column + 1) * wide
            total = as_float(0)
            for y in range(as_int(top), min(as_int(np.ceil(bottom)), height)):
                across = min(bottom, y + 1.0) - max(top, as_float(y))
                for x in range(as_int(left), min(as_int(np.ceil(right)), width)):
                    at = (first_row + y) * pitch + first_column + x
                    if state[at] != KNOWN:
                        continue
                    share = as_float(across * (min(right, x + 1.0) - max(left, as_float(x))))
                    total += share
                    for channel in range(_COLOURS):
                        image[row, column, channel] += share * as_float(pixels[at * CHANNELS + channel])
            known[row, column] = total / (tall * wide)
            if total > 0:
                for channel in range(_COLOURS):
                    image[row, column, channel] /= total * as_float(255)


@kernel(
    "void(float32[:, :, ::1], int64, int32[::1], float32, float32, float32, float32, float32, uint8[::1])"
)
def _pull(
    picture: Flat,
    pitch: int,
    holes: Flat,
    top: float,
    left: float,
    down: float,
    right: float,
    share: float,
    pixels: Flat,
) -> None:
    """Bilinear interpolation at the hole's pixels, each ``down`` by ``right`` pixels of the picture large."""
    height, width, _ = picture.shape
    half = as_float(0.5)
    for i in range(len(holes)):
        at = as_int(holes[i])
        v = max((as_float(at // pitch) + half - top) * down - half, as_float(0))
        u = max((as_float(at % pitch) + half - left) * right - half, as_float(0))
        y = min(as_int(v), height - 1)
        x = min(as_int(u), width - 1)
        v -= as_float(y)
        u -= as_float(x)
        below = min(y + 1, height - 1)
        beside = min(x + 1, width - 1)
        for channel in range(_COLOURS):
            upper = picture[y, x, channel] + u * (picture[y, beside, channel] - picture[y, x, channel])
            lower = picture[below, x, channel] + u * (
                picture[below, beside, channel] - picture[below, x, channel]
            )
            p = at * CHANNELS + channel
            now = as_float(pixels[p])
            pixels[p] = np.uint8(now + share * (upper + v * (lower - upper) - now) + half)
