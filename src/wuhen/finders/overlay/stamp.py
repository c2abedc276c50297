"""Stamps of dates: lettering that says something else in each photo, in one colour, at one place.

What it says differs, so it does not stand still. But in most photos thin strokes of its colour lie in the
same small fields of the frame, and next to nowhere else. So of each photo it is noted in which fields there
are strokes of which colour, and then counted in how many photos that is so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.regions import grow
from wuhen.fill.raster.smooth import smooth
from wuhen.finders.found import Found, Place
from wuhen.finders.overlay.frame import RULES, Area, Frame, anchors, distinct, grouped, unit
from wuhen.finders.overlay.layer import MAY_BE, cut, lay, within
from wuhen.finders.overlay.lettering import hull, told
from wuhen.finders.overlay.sketch import LONGEST, Sketch
from wuhen.finders.search import Search

__all__ = ["Stamp", "stamps"]

#: Side of the fields, in pixels of a photo whose longer side is 1024; they are counted up to so many to each
#: side.
_FIELD, _FIELDS = 14.0, 80
#: A stroke differs from what is around it, a mean of this deviation, by so many levels in one channel.
_AROUND, _STROKE = 5.0, 38.0
#: Colours are told apart by so many levels a channel.
_LEVELS = 4
#: Pixels of strokes that a field has at least.
_PIXELS = 4
#: Share of photos that have strokes in a field of a stamp, and elsewhere on the median at most.
_IN, _ELSEWHERE = 0.42, 0.2
#: Frames that are tried for a place, if so much speaks for them, as a share of what speaks for the best.
_FRAMES, _CLOSE = 5, 0.3
#: Places in a frame, and places in all, that are looked at.
_IN_FRAME, _PLACES = 3, 6
#: Share of the photos that have it.
_MOST = 0.6
#: Photos that are looked at.
_PHOTOS = 32
#: Fields of a stamp; it is so many times as wide as high, and at most so many fields high.
_FEWEST, _LONG, _HIGHEST = 3, 1.8, 8
#: How near a pixel's colour is to the stamp's, in levels.
_NEAR = 75.0
#: Where the scene is so near to it beside the strokes, in this share of the area, some strokes cannot be
#: told, and all of the area is covered.
_ALIKE, _HIDING = 45.0, 0.2
#: Share of eight parts of its length that have strokes: blanks have none.
_SPREAD = 0.7
#: Stamps may be longer than those they were learned from by this share of their length, to either side.
_LONGER = 0.12
#: A stamp goes on where so much of the way from what is usual around it to where it is fullest is kept.
_ALONG = 0.3


@dataclass(frozen=True, slots=True)
class Stamp:
    """Lettering in one colour at one place.

    Attributes
    ----------
    frame : Frame
        In which it stays at its place.
    area : Area
        Around it, in the frame.
    colour : tuple of float
        Of its strokes: red, green, blue.
    cover : float
        Share of its area that strokes cover in most photos.
    share : float
        Of the photos it was learned from, how many have it.
    """

    frame: Frame
    area: Area
    colour: tuple[float, float, float]
    cover: float
    share: float

    def find(self, photo: NDArray[np.uint8], least: float) -> Found:
        """Find it in a photo, uint8 ``(H, W, 3)``, if its score is at least so much."""
        height, width = photo.shape[:2]
        mask = np.zeros((height, width), np.bool_)
        core, strokes, score = self.strokes(photo, width, height)
        if score < least:
            return Found(mask)
        around = self.frame.box(self.wider(), width, height)
        hidden = self._hides(photo, strokes)
        if hidden:
            self._inside(strokes)[:] = True
        box = lay(strokes, around, mask)
        if box is None:
            return Found(mask)
        if hidden:
            return Found(mask, (Place("overlay", box, score),))
        line, sure = np.zeros_like(mask), np.zeros_like(mask)
        lay(hull(core), around, line)
        lay(core, around, sure)
        return Found(told(photo, line, mask, sure), (Place("overlay", box, score),))

    def marks(self, photo: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which pixels of a photo have its colour, and these with their edges; none without it."""
        height, width = photo.shape[:2]
        masks = np.zeros((2, height, width), np.bool_)
        core, strokes, score = self.strokes(photo, width, height)
        if score >= MAY_BE:
            for small, mask in zip((core, strokes), masks, strict=True):
                lay(small, self.frame.box(self.wider(), width, height), mask)
        return masks[0], masks[1]

    def covered(self, one: Sketch) -> float:
        """Return the share of its area that strokes of its colour cover in a photo."""
        return float(self._inside(self.core(one.pixels, one.width, one.height)).mean())

    def sameness(self, sketches: Sequence[Sketch]) -> float:
        """Return which share of its strokes other photos have at the same pixels, in most that have it."""
        looks = (self.strokes(one.pixels, one.width, one.height) for one in sketches)
        cores = [self._inside(core) for core, _, score in looks if score >= MAY_BE]
        if len(cores) <= 1:
            return 0.0
        counts = np.sum(cores, axis=0)
        return float(np.median([(counts[core] - 1).mean() for core in cores]) / (len(cores) - 1))

    def strokes(
        self, pixels: NDArray[np.uint8], width: int, height: int
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_], float]:
        """Look at the wider area.

        Returns
        -------
        core, strokes
            In the frame's pixels: what has its colour, and that with its soft edges.
        score
            How surely they are a stamp's.
        """
        if not within(self.frame.box(self.area, width, height), width, height):
            nothing = np.zeros((1, 1), np.bool_)
            return nothing, nothing, 0.0
        core, contrast = self._strokes(pixels, width, height)
        soft = contrast > 0.35 * _STROKE
        return core, grow(core, 2) | (grow(core, 4) & soft), self._score(core)

    def core(self, pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.bool_]:
        """Return where the wider area has strokes of its colour."""
        return self._strokes(pixels, width, height)[0]

    def _strokes(
        self, pixels: NDArray[np.uint8], width: int, height: int
    ) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        """Return where the wider area has strokes of its colour, and the contrast everywhere in it."""
        window = cut(pixels, width, height, self.frame, self.wider()).astype(np.float32)
        contrast = _contrast(window)
        near = np.abs(window - np.asarray(self.colour, np.float32)).max(axis=2) < _NEAR
        return np.ascontiguousarray(near & (contrast > 0.6 * _STROKE)), contrast

    def _hides(self, photo: NDArray[np.uint8], strokes: NDArray[np.bool_]) -> bool:
        """Whether the scene has the stamp's colour, too, so that strokes are lost in it."""
        size = photo.shape[1], photo.shape[0]
        window = cut(photo, *size, self.frame, self.wider()).astype(np.float32)
        alike = np.abs(window - np.asarray(self.colour, np.float32)).max(axis=2) < _ALIKE
        return float(self._inside(alike & ~strokes).mean()) > _HIDING

    def wider(self) -> Area:
        """Return the area and as much around it as longer lettering may take."""
        left, top, wide, high = self.area
        across, down = round(_LONGER * wide + _FIELD / 2), round(0.3 * high)
        return Area(left - across, top - down, wide + 2 * across, high + 2 * down)

    def _inside(self, core: NDArray[np.bool_]) -> NDArray[np.bool_]:
        wider = self.wider()
        top, left = round(self.area.top - wider.top), round(self.area.left - wider.left)
        return core[top : core.shape[0] - top, left : core.shape[1] - left]

    def _score(self, core: NDArray[np.bool_]) -> float:
        """Return how far strokes fill the area as a stamp's do: as many, all along it, and not around it."""
        inside = self._inside(core)
        if not inside.any():
            return 0.0
        cover = float(inside.mean())
        rest = core.sum() - inside.sum()
        around = float(rest / max(1, core.size - inside.size))
        many = min(cover / self.cover, self.cover / cover)
        columns = inside.any(axis=0)
        parts = np.array([part.any() for part in np.array_split(columns, 8)])
        alone = np.clip(1.5 - 1.5 * around / cover, 0, 1)
        return float(np.clip(1.6 * many, 0, 1) * min(1.0, parts.mean() / _SPREAD) * alone)


def stamps(sketches: Sequence[Sketch], still: Callable[[Stamp], bool], search: Search) -> list[Stamp]:
    """Learn the stamps of photos.

    Parameters
    ----------
    sketches
        The photos.
    still
        Whether what looks like a stamp stands still.
    search
        How to look.
    """
    sketches = sketches[:_PHOTOS]
    points = []
    for one in sketches:
        search.ask()
        points.append(_points(one))
    sizes = [(one.width, one.height) for one in sketches]
    crowds: list[_Crowd] = []
    for rule in distinct(RULES, sizes):
        steps = LONGEST * float(np.median([unit(rule, *size) / max(size) for size in sizes]))
        for anchor in anchors(rule, sizes):
            search.ask()
            frame = Frame(rule, anchor, steps)
            crowds += _crowds(_counts(points, sizes, frame), len(sketches), frame)
    crowds.sort(key=lambda crowd: -crowd.score)
    found = []
    for group in grouped(crowds, sizes)[:_PLACES]:
        search.ask()
        near = [crowd for crowd in group[:_FRAMES] if crowd.score >= _CLOSE * group[0].score]
        stamp = _best(sketches, points, near, still)
        if stamp:
            found.append(stamp)
    return [group[0] for group in grouped(found, sizes)]


def _best(
    sketches: Sequence[Sketch],
    points: Sequence["_Points"],
    crowds: Sequence["_Crowd"],
    still: Callable[[Stamp], bool],
) -> Stamp | None:
    """Return the stamp at a place, in the frame in which most photos have it."""
    best: Stamp | None = None
    for crowd in crowds:
        colour = _colour(sketches, points, crowd.frame, crowd.area)
        stamp = colour and _measured(sketches, Stamp(crowd.frame, crowd.area, colour, 1.0, 0.0))
        if not stamp:
            continue
        if still(stamp):
            return None
        if best is None or stamp.share > best.share:
            best = stamp
    if best is None:
        return None
    whole = _measured(sketches, replace(best, area=_extent(sketches, best)))
    return whole if whole and whole.share >= best.share * _CLOSE else best


def _contrast(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return by how many levels pixels differ from the mean around them, in the channel that differs most."""
    away = np.abs(pixels - smooth(pixels, _AROUND))
    return np.asarray(np.maximum(np.maximum(away[..., 0], away[..., 1]), away[..., 2]), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """Pixels of strokes: their places as shares of the photo's sides, and their colours' numbers."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    colour: NDArray[np.int32]
    pixels: NDArray[np.uint8]


def _points(one: Sketch) -> _Points:
    height, width = one.pixels.shape[:2]
    rows, columns = np.nonzero(_contrast(one.pixels.astype(np.float32)) > _STROKE)
    pixels = one.pixels[rows, columns]
    level = np.rint(pixels * ((_LEVELS - 1) / 255)).astype(np.int32)
    colour = (level[:, 0] * _LEVELS + level[:, 1]) * _LEVELS + level[:, 2]
    x, y = (columns + 0.5) / width, (rows + 0.5) / height
    return _Points(x.astype(np.float32), y.astype(np.float32), colour, pixels)


def _fields(
    points: _Points, size: tuple[int, int], frame: Frame
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the number of the field that each point lies in, and whether it lies in one that counts."""
    width, height = size
    scale = frame.scale(width, height) * _FIELD
    column = np.floor((points.x - frame.anchor[0]) * width / scale).astype(np.int64) + _FIELDS
    row = np.floor((points.y - frame.anchor[1]) * height / scale).astype(np.int64) + _FIELDS
    inside = (row >= 0) & (row < 2 * _FIELDS) & (column >= 0) & (column < 2 * _FIELDS)
    return row * 2 * _FIELDS + column, inside


def _counts(points: Sequence[_Points], sizes: Sequence[tuple[int, int]], frame: Frame) -> NDArray[np.int32]:
    """Return in how many photos a field has strokes of a colour: ``(colours, rows, columns)``."""
    colours, fields = _LEVELS**3, (2 * _FIELDS) ** 2
    counts = np.zeros(colours * fields, np.int32)
    for one, size in zip(points, sizes, strict=True):
        field, inside = _fields(one, size, frame)
        slots, number = np.unique(one.colour[inside] * fields + field[inside], return_counts=True)
        counts[slots[number >= _PIXELS]] += 1
    return counts.reshape(colours, 2 * _FIELDS, 2 * _FIELDS)


class _Crowd(NamedTuple):
    """Fields that have strokes of one colour in many photos, and how much speaks for them."""

    score: float
    frame: Frame
    area: Area


def _crowds(counts: NDArray[np.int32], photos: int, frame: Frame) -> list[_Crowd]:
    """Return the longest rows of fields that have strokes of one colour in most photos."""
    found = []
    for shares in counts[counts.max(axis=(1, 2)) >= _IN * photos] / photos:
        seen = shares[shares > 0]
        if np.median(seen) > _ELSEWHERE:
            continue
        for rows, columns in _groups(shares >= _IN * 0.7):
            part = shares[rows, columns]
            wide, high = np.ptp(columns) + 1, np.ptp(rows) + 1
            if (part >= _IN).sum() < _FEWEST or wide < _LONG * high or high > _HIGHEST:
                continue
            left, top = columns.min() - _FIELDS, rows.min() - _FIELDS
            area = Area(*(float(value * _FIELD) for value in (left, top, wide, high)))
            found.append(_Crowd(float((part - _IN * 0.6).sum()), frame, area))
    return sorted(found, key=lambda crowd: -crowd.score)[:_IN_FRAME]


def _groups(set_: NDArray[np.bool_]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return rows and columns of fields that touch each other, one pair for each group."""
    left = set(map(tuple, np.argwhere(set_).tolist()))
    groups = []
    while left:
        waiting, group = [left.pop()], []
        while waiting:
            row, column = waiting.pop()
            group.append((row, column))
            for near in [(row + dy, column + dx) for dy in (-1, 0, 1) for dx in (-2, -1, 0, 1, 2)]:
                if near in left:
                    left.remove(near)
                    waiting.append(near)
        groups.append(tuple(np.array(group).T))
    return [(rows, columns) for rows, columns in groups]


def _extent(sketches: Sequence[Sketch], stamp: Stamp) -> Area:
    """Return the area over which strokes go on in many photos, from a part of it."""
    left, top, wide, high = stamp.area
    around = Area(left - 1.5 * wide, top - high, 4 * wide, 3 * high)
    wider = Stamp(stamp.frame, around, stamp.colour, 1.0, 0.0)
    cores = [wider.core(one.pixels, one.width, one.height) for one in sketches]
    edge_x, edge_y = round(left - wider.wider().left), round(top - wider.wider().top)
    rows = slice(edge_y, edge_y + round(high))
    columns = slice(edge_x, edge_x + round(wide))
    x, right = _run(np.mean([core[rows].any(axis=0) for core in cores], axis=0), columns, 2 * high)
    y, bottom = _run(np.mean([core[:, columns].any(axis=1) for core in cores], axis=0), rows, 0.2 * high)
    first_x, first_y = wider.wider().left + x, wider.wider().top + y
    return Area(float(round(first_x)), float(round(first_y)), float(right - x), float(bottom - y))


def _run(shares: NDArray[np.float64], known: slice, gap: float) -> tuple[int, int]:
    """Return where a run of high shares begins and ends that contains a known part, over gaps of so much."""
    usual = float(np.median(np.delete(shares, known)))
    high = np.nonzero(shares >= usual + _ALONG * (shares[known].max() - usual))[0]
    first, last = known.start, known.stop
    for at in high[::-1]:
        if at < first and first - at <= max(2, gap):
            first = int(at)
    for at in high:
        if at >= last and at - last <= max(2, gap):
            last = int(at) + 1
    inside = high[(high >= first) & (high < last)]
    return int(inside.min()), int(inside.max()) + 1


def _colour(
    sketches: Sequence[Sketch], points: Sequence[_Points], frame: Frame, area: Area
) -> tuple[float, float, float] | None:
    """Return the colour that most strokes in an area have."""
    pixels, numbers = [], []
    for one, sketch in zip(points, sketches, strict=True):
        left, top, right, bottom = frame.box(area, sketch.width, sketch.height)
        x, y = one.x * sketch.width, one.y * sketch.height
        inside = (x >= left) & (x < right) & (y >= top) & (y < bottom)
        pixels.append(one.pixels[inside])
        numbers.append(one.colour[inside])
    number = np.concatenate(numbers)
    if not number.size:
        return None
    common = np.concatenate(pixels)[number == np.bincount(number).argmax()]
    red, green, blue = (float(value) for value in np.median(common, axis=0))
    return red, green, blue


def _measured(sketches: Sequence[Sketch], stamp: Stamp) -> Stamp | None:
    """Return the stamp with its cover and share; None where too few photos have it."""
    cover = float(np.median([stamp.covered(one) for one in sketches]))
    if cover <= 0:
        return None
    stamp = replace(stamp, cover=cover)
    has = [stamp.strokes(one.pixels, one.width, one.height)[2] >= MAY_BE for one in sketches]
    return replace(stamp, share=sum(has) / len(has)) if sum(has) >= _MOST * len(has) else None
