"""Candidates for specks and scratches at one scale, and the traits that tell them from what belongs there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wuhen.finders.dust.hats import BLOCK, Level, extreme
from wuhen.finders.runs import find_runs

__all__ = ["TRAITS", "Candidates", "candidates"]

Values = NDArray[np.float64]
Indices = NDArray[np.intp]

#: A hat belongs to a candidate from so many times the unrest on, and so many levels; one that has a pixel
#: of more is a candidate, of those pixels that have so much of its peak.
_LOW, _LEVELS, _HIGH, _OF_PEAK = 1.7, 1.0, 4.0, 0.4
_SEEN: Final = 3.0
"""Levels that it stands out by at the least: what nobody sees need not go."""
#: Where unrest is more, in levels, no dust could be told.
_BUSY: Final = 6.0
#: Pixels of a candidate.
_LEAST, _MOST = 3, 1500
#: How far the ring around a candidate reaches, and how far it keeps away, in pixels.
_RING, _APART = 8, 2
#: What is so near the border, in pixels, may go on beyond.
_BORDER: Final = 2
_SUMMANDS: Final = 0.3
_RIVALS: Final = (96, 320)
"""How far away others are compared with a candidate, in pixels."""
_AT_ONCE: Final = 256
#: More candidates than this are texture. Each is compared with all: that takes their square.
_CROWD: Final = 4000

TRAITS: Final = 42
"""How many traits a candidate has."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """What sticks out at one scale, in one direction.

    Attributes
    ----------
    sign : int
        1 if they are brighter than what is around them, -1 if darker.
    traits : (n, TRAITS) ndarray of float64
    ground : (n,) ndarray of float64
        Luma around them.
    pixels : list of ndarray of int
        Of each, as indices of the flat picture.
    """

    sign: int
    traits: Values
    ground: Values
    pixels: list[Indices]


class _Groups:
    """Pixels by the candidate that they belong to: sums and extremes of each of ``count``."""

    def __init__(self, labels: Indices, count: int) -> None:
        self.labels, self.count = labels, count
        self.order = np.argsort(labels, kind="stable")
        self.sizes = np.bincount(labels, minlength=count)
        self.starts = np.cumsum(self.sizes) - self.sizes

    def mean(self, values: NDArray[Any]) -> Values:
        return np.bincount(self.labels, values, self.count) / np.maximum(self.sizes, 1)

    def most(self, values: NDArray[Any]) -> Values:
        """Return each candidate's largest value; 0 for one without pixels."""
        result = np.zeros(self.count)
        some = self.sizes > 0
        if some.any():
            result[some] = np.maximum.reduceat(values[self.order], self.starts[some])
        return result


def candidates(level: Level, scale: int) -> Iterator[Candidates]:
    """Find candidates of both signs, with their traits; none where there are too many for dust.

    Parameters
    ----------
    level
        The photo at this scale.
    scale
        How many of the largest scale's pixels one is wide: 1, 2 or 4.
    """
    found = {sign: _parts(level, hat) for sign, hat in level.hats.items()}
    if sum(len(np.unique(labels)) for _, labels in found.values()) > _CROWD:
        return
    counts = np.zeros(level.blocks(), np.float32)
    every = np.zeros(level.bright.size, np.uint8)
    width = level.bright.shape[1]
    for pixels, labels in found.values():
        every[pixels] = 1
        firsts = pixels[np.unique(labels, return_index=True)[1]]
        np.add.at(counts, (firsts // width // BLOCK, firsts % width // BLOCK), 1)
    around = level.surroundings(counts)
    taken = extreme(every.reshape(level.bright.shape), 2 * _APART + 1, np.maximum).ravel() > 0
    rivals = _rivals(found, level)
    for sign, (pixels, labels) in found.items():
        if len(pixels):
            parts = _described(level, scale, sign, (pixels, labels), taken, around)
            yield replace(parts, traits=np.concatenate([parts.traits, rivals[sign]], axis=1))


def _parts(level: Level, hat: NDArray[np.float32]) -> tuple[Indices, Indices]:
    """Return the pixels of candidates, as indices of the flat picture, and the number of each one's."""
    low = (hat > _LOW * level.unrest + _LEVELS) & (level.unrest < _BUSY)
    runs = find_runs(low)
    numbers = runs.paint((low.shape[0], low.shape[1]), np.arange(runs.count, dtype=np.int32))
    pixels = np.flatnonzero(low)
    labels = numbers.ravel()[pixels].astype(np.intp)
    groups = _Groups(labels, runs.count)
    heights = hat.ravel()[pixels]
    peaks = groups.most(heights)
    clear = groups.most(heights / (level.unrest.ravel()[pixels] + 0.4)) > _HIGH
    wanted = clear & (peaks > _SEEN) & (groups.sizes >= _LEAST) & (groups.sizes < _MOST)
    kept = wanted[labels] & (heights > _OF_PEAK * peaks[labels])
    return pixels[kept], (np.cumsum(wanted) - 1)[labels[kept]]


def _rivals(found: dict[int, tuple[Indices, Indices]], level: Level) -> dict[int, Values]:
    """Return by sign, for each candidate, how many others are half as strong as it, near and farther off.

    And how strong the strongest of those near is, in parts of it: dust is rare, texture is not.
    """
    rows, columns, peaks, signs = [], [], [], []
    for sign, (pixels, labels) in found.items():
        groups = _Groups(labels, int(labels.max()) + 1 if len(labels) else 0)
        down, across = np.divmod(pixels, level.bright.shape[1])
        rows.append(groups.mean(down))
        columns.append(groups.mean(across))
        peaks.append(groups.most(level.hats[sign].ravel()[pixels]))
        signs.append(np.full(groups.count, sign))
    places = np.stack([np.concatenate(rows), np.concatenate(columns)], axis=1)
    strong, sign_of = np.concatenate(peaks) + _SUMMANDS, np.concatenate(signs)
    result = np.zeros((len(strong), 3))
    for start in range(0, len(strong), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        away = np.abs(places[some, None] - places[None]).max(axis=2)
        away[np.arange(len(away)), np.arange(start, start + len(away))] = np.inf
        ratio = strong[None] / strong[some, None]
        for column, reach in enumerate(_RIVALS):
            result[some, column] = np.log1p(((away < reach) & (ratio > 0.5)).sum(axis=1))  # noqa: PLR2004
        result[some, 2] = np.log(np.where(away < _RIVALS[0], ratio, 0.01).max(axis=1, initial=0.01))
    return {sign: result[sign_of == sign] for sign in found}


def _described(
    level: Level,
    scale: int,
    sign: int,
    found: tuple[Indices, Indices],
    taken: NDArray[np.bool_],
    around: NDArray[np.float32],
) -> Candidates:
    pixels, labels = found
    groups = _Groups(labels, int(labels.max()) + 1)
    numbers = np.zeros(level.bright.size, np.int32)
    numbers[pixels] = labels + 1
    image = numbers.reshape(level.bright.shape)
    near = extreme(image, 2 * _RING + 1, np.maximum).ravel()
    near[taken] = 0
    ring = np.flatnonzero(near)
    rings = _Groups(near[ring].astype(np.intp) - 1, groups.count)

    heights = level.hats[sign].ravel()[pixels]
    peak = groups.most(heights) + _SUMMANDS
    unrest = groups.mean(level.unrest.ravel()[pixels])
    planes = [one.ravel()[ring] for one in (level.hats[sign], level.hats[-sign], level.slope)]
    busy = [
        (measure + _SUMMANDS) / peak
        for values in planes
        for measure in (rings.most(values), np.sqrt(rings.mean(values**2)), rings.mean(values))
    ]
    area, thickness, length, spread, fill, rows, columns, border = _shape(image, pixels, groups)
    down = np.minimum(rows / BLOCK, around.shape[0] - 1).astype(np.intp)
    across = np.minimum(columns / BLOCK, around.shape[1] - 1).astype(np.intp)
    beside = around[down, across].astype(np.float64)
    ground = rings.mean(level.bright.ravel()[ring])
    logarithms = [
        peak / (unrest + 0.4),
        groups.mean(heights) / peak,
        unrest + 0.4,
        peak,
        *busy,
        rings.sizes / (area + 60 * length),
        area,
        thickness,
        length,
        spread,
        fill,
        *((beside[:, :3] + 0.1) / peak[:, None]).T,
        *((beside[:, 3:6] + 0.1) / (unrest[:, None] + _SUMMANDS)).T,
        *beside[:, 6:].T,
    ]
    even = np.ones(groups.count)
    others = [
        *_cast(level, sign, pixels, ring, groups, rings),
        ground / 128,
        border,
        even * sign,
        even * scale,
    ]
    traits = np.stack([*(np.log(np.maximum(one, 0.01)) for one in logarithms), *others], axis=1)
    cuts = np.split(pixels[groups.order], groups.starts[1:])
    return Candidates(sign, traits, ground, cuts)


def _shape(image: NDArray[np.int32], pixels: Indices, groups: _Groups) -> tuple[Values, ...]:
    """Return area, thickness, length, how drawn out and how full candidates are, where, and if at a border.

    Thickness is twice the area in parts of the outline, and length the area in parts of that, so that both
    hold for what is curved.
    """
    height, width = image.shape
    rows, columns = np.divmod(pixels, width)
    inside = np.pad(image > 0, 1)
    inner = inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
    area = groups.sizes.astype(np.float64)
    outline = np.maximum(area * (1 - groups.mean(inner.ravel()[pixels])), 1)
    thickness = np.maximum(2 * area / outline, 1)
    middle = groups.mean(rows), groups.mean(columns)
    down = rows - middle[0][groups.labels]
    across = columns - middle[1][groups.labels]
    yy, xx, xy = (groups.mean(one) for one in (down**2, across**2, down * across))
    half, apart = (yy + xx) / 2 + 1 / 12, np.hypot((yy - xx) / 2, xy)
    long, short = half + apart, np.maximum(half - apart, 1 / 12)
    edge = np.minimum(np.minimum(rows, columns), np.minimum(height - 1 - rows, width - 1 - columns))
    return (
        area,
        thickness,
        area / thickness,
        np.sqrt(long / short),
        area / (4 * np.pi * np.sqrt(long * short)),
        *middle,
        groups.most((edge <= _BORDER).astype(np.float64)),
    )


def _cast(
    level: Level, sign: int, pixels: Indices, ring: Indices, groups: _Groups, rings: _Groups
) -> tuple[Values, Values, Values]:
    """Return how much of the light is taken, or of what is missing to white is added, and how unevenly.

    Dust takes much the same share of all colours, while things have colours of their own.
    """
    planes = level.colours.reshape(-1, 3)
    inside = np.stack([groups.mean(planes[pixels, one]) for one in range(3)], axis=1)
    outside = np.stack([rings.mean(planes[ring, one]) for one in range(3)], axis=1)
    shares = (inside - outside) / (263 - outside) if sign > 0 else (outside - inside) / (outside + 8)
    mean, uneven = shares.mean(axis=1), np.ptp(shares, axis=1)
    return mean, uneven, uneven / (abs(mean) + 0.03)
