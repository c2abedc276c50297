"""Dust, specks, hairs and scratches where a photo is smooth; where it is busy, nobody could tell them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen.fill.raster.regions import grow
from wuhen.finders.dust.forest import open_forest
from wuhen.finders.dust.hats import Level
from wuhen.finders.dust.traits import Candidates, candidates
from wuhen.finders.found import Box, Found, Place
from wuhen.finders.runs import find_runs
from wuhen.finders.search import Search

__all__ = ["NAME", "find_dust", "levels"]

NAME: Final = "dust"
#: Larger photos are shrunk by a whole number, to this many pixels at the most.
_LOOKED_AT: Final = 4_000_000
_SCALES: Final = (1, 2, 4)
_SMALLEST: Final = 48
"""Pixels of a shorter side, at any scale."""
#: How likely a candidate is dust, at sensitivities of 0, 1/2 and 1: where there are several places, and where
#: there are fewer. Dust rarely comes alone, and what is taken for it mostly does.
_LEAST, _LEAST_OF_FEW, _FEW = (0.9, 0.6, 0.3), (0.97, 0.9, 0.3), 3
#: The mask goes so far beyond what was found, in its scale's pixels; soft rims are as wide as that.
_RIM: Final = 1.5
#: What lies closer together than this, in pixels as looked at, is one place.
_JOINED: Final = 3
#: So many bright dots, of no more pixels, over a ground that is no brighter, are stars or lights.
_STARS, _DOT, _NIGHT = 12, 60, 70.0


@dataclass(frozen=True, slots=True, eq=False)
class _Speck:
    """What was found, at one scale of a shrunk photo of ``shape``."""

    scale: int
    shape: tuple[int, ...]
    pixels: NDArray[np.intp]
    score: float
    starlike: bool


def find_dust(photo: NDArray[np.uint8], search: Search) -> Found:
    """Find dust and scratches.

    Parameters
    ----------
    photo
        uint8 ``(H, W, 3)``.

    Returns
    -------
    Found
        A place for each, with the box around it; the mask has their soft rims.

    Raises
    ------
    Cancelled
        The search was.
    """
    height, width = photo.shape[:2]
    shrunk = int(np.ceil((height * width / _LOOKED_AT) ** 0.5))
    seen = photo if shrunk == 1 else np.asarray(Image.fromarray(photo).reduce(shrunk))
    least, of_few = (
        float(np.interp(search.sensitivity, (0, 0.5, 1), one)) for one in (_LEAST, _LEAST_OF_FEW)
    )
    specks = [
        speck
        for scale, _, level in levels(seen, search)
        for found in candidates(level, scale)
        for speck in _likely(found, scale, level.bright.shape, least)
    ]
    if sum(speck.starlike for speck in specks) >= _STARS:
        specks = [speck for speck in specks if not speck.starlike]
    mask, scores = _drawn(specks, (seen.shape[0], seen.shape[1]))
    places = _places(mask, scores, shrunk, (height, width))
    if len(places) < _FEW:
        specks = [speck for speck in specks if speck.score > of_few]
        mask, scores = _drawn(specks, (seen.shape[0], seen.shape[1]))
        places = _places(mask, scores, shrunk, (height, width))
    if shrunk > 1 and places:
        large = np.repeat(np.repeat(mask, shrunk, axis=0), shrunk, axis=1)
        mask = np.ascontiguousarray(large[:height, :width])
    elif shrunk > 1:
        mask = np.zeros((height, width), np.bool_)
    return Found(mask, places)


def levels(seen: NDArray[np.uint8], search: Search) -> Iterator[tuple[int, NDArray[np.uint8], Level]]:
    """Go through the scales of a photo, uint8 ``(H, W, 3)``: the scale, the photo at it, and its hats."""
    for scale in _SCALES:
        search.ask()
        if min(seen.shape[:2]) // scale < _SMALLEST:
            return
        small = seen if scale == 1 else np.asarray(Image.fromarray(seen).reduce(scale))
        yield scale, small, Level.of(small)


def _likely(found: Candidates, scale: int, shape: tuple[int, ...], least: float) -> Iterator[_Speck]:
    likelihoods = open_forest().likelihood(found.traits)
    for number in np.flatnonzero(likelihoods > least):
        pixels = found.pixels[number]
        starlike = found.sign > 0 and found.ground[number] < _NIGHT and len(pixels) * scale**2 < _DOT
        yield _Speck(scale, shape, pixels, float(likelihoods[number]), starlike)


def _drawn(specks: list[_Speck], shape: tuple[int, int]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Return a mask of specks with their rims, and over their pixels how likely they are."""
    mask = np.zeros(shape, np.bool_)
    scores = np.zeros(shape, np.float32)
    for scale in _SCALES:
        some = [speck for speck in specks if speck.scale == scale]
        if not some:
            continue
        small = np.zeros(some[0].shape, np.float32)
        for speck in some:
            flat = small.reshape(-1)
            flat[speck.pixels] = np.maximum(flat[speck.pixels], speck.score)
        # A photo's last pixels may be fewer than one of its scale.
        large = np.repeat(np.repeat(small, scale, axis=0), scale, axis=1)[: shape[0], : shape[1]]
        np.maximum(scores, large, out=scores)
        mask |= grow(np.ascontiguousarray(large > 0), round(_RIM * scale))
    return mask, scores


def _places(
    mask: NDArray[np.bool_], scores: NDArray[np.float32], shrunk: int, size: tuple[int, int]
) -> tuple[Place, ...]:
    """Return the parts of a mask, those close together as one, in pixels of the photo."""
    if not mask.any():
        return ()
    joined = grow(mask, _JOINED)
    runs = find_runs(joined)
    numbers = runs.paint((mask.shape[0], mask.shape[1]), np.arange(runs.count, dtype=np.int32))
    rows, columns = np.nonzero(mask)
    labels = numbers[rows, columns]
    places = []
    order = np.argsort(labels, kind="stable")
    for one in np.split(order, np.cumsum(np.bincount(labels, minlength=runs.count))[:-1]):
        top, left = int(rows[one].min()) * shrunk, int(columns[one].min()) * shrunk
        bottom = min(size[0], (int(rows[one].max()) + 1) * shrunk)
        right = min(size[1], (int(columns[one].max()) + 1) * shrunk)
        score = float(scores[rows[one], columns[one]].max())
        places.append(Place(NAME, Box(left, top, right - left, bottom - top), round(score, 3)))
    return tuple(sorted(places, key=lambda place: (place.box.top, place.box.left)))
