"""Finds separate things in a photo that somebody might want gone: people, cars, birds, bins.

Segment Anything's way to masks without clicks (Kirillov et al. 2023, section 5: points, scores, stability,
suppression), asked at the points that stand out to its own encoder instead of at all points of a grid, as
each costs a tenth of a second. Which of the masks are things, rather than windows, stones or patches of sky,
is told by how they lie in their surroundings.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen.fill import FillError
from wuhen.fill.raster.regions import grow
from wuhen.finders.clicks import BUILT_IN, Sight, look, masks_at
from wuhen.finders.errors import FinderError
from wuhen.finders.found import Box, Found, Place
from wuhen.finders.objects.outline import outline_of, simplified
from wuhen.finders.objects.seeds import contrast, features_of, seeds
from wuhen.finders.objects.traits import Scene, describe
from wuhen.finders.runs import find_runs
from wuhen.finders.search import Search

__all__ = ["find_objects"]

#: A photo whose shorter side is less has no room for things.
_SMALLEST = 64
#: Points that the network is asked at.
_SEEDS = 20
#: Shares of the photo that a thing has.
_LEAST, _MOST = 0.0008, 0.13
#: A mask's own score, and the share of it that stays when its logits are moved by 1, at the least.
_LEAST_SCORE, _LEAST_STABLE = 0.7, 0.75
#: As much of a thing lies at the photo's border at the most, in shares of the root of its area.
_MOST_BORDER = 1.2
#: Masks that have more of their union in common are the same thing.
_SAME = 0.6
#: Of two things, one has no more of the other.
_COMMON = 0.5
#: So many masks are looked at, and so many things proposed.
_CANDIDATES, _PROPOSED = 18, 6
_WEIGHTS: Final = np.array([1.201, -1.421, 0.788, 1.970, 3.956, -14.751, 4.316, -0.790])
_BIAS: Final = 8.21
"""Of a logistic regression on traits, by 282 masks in 21 photos, 57 of which are things."""
#: Cells around a thing that its outline keeps off, and by how many it may differ.
_APART, _TOLERANCE = 2, 0.7
#: How far the mask reaches beyond what was found, in shares of the photo's longer side.
_MARGIN = 0.002
_CELL = 4


@dataclass(frozen=True, slots=True, eq=False)
class _Thing:
    """What may be one.

    Attributes
    ----------
    logits : (256, 256) ndarray of float32
        As the network answered.
    mask : (h, w) ndarray of bool
        What is above 0 of them, where the photo is.
    score : float
        The more, the better.
    """

    logits: NDArray[np.float32]
    mask: NDArray[np.bool_]
    score: float


def find_objects(photo: NDArray[np.uint8], search: Search) -> Found:
    """Find separate things of .08 to 13 % of a photo, uint8 ``(H, W, 3)``.

    Returns
    -------
    Found
        Up to six places, each with its outline as corners.

    Raises
    ------
    FinderError
        ONNX Runtime is not there.
    Cancelled
        The search was.
    """
    height, width = photo.shape[:2]
    mask = np.zeros((height, width), np.bool_)
    if min(height, width) < _SMALLEST:
        return Found(mask)
    search.ask()
    try:
        sight = look(photo, BUILT_IN, threads=search.threads)
        features = features_of(sight.seen, *sight.shown.shape[:2])
        strength = contrast(features)
        masks = _ask(sight, seeds(strength, _SEEDS), strength.shape, search)
    except FillError as error:
        raise FinderError(str(error)) from error
    scene = Scene.of(sight.shown, features, strength)
    limit = 0.7 - 0.6 * search.sensitivity
    scale = (_CELL * width / sight.shown.shape[1], _CELL * height / sight.shown.shape[0])
    places = [_place(thing, scale, mask) for thing in _things(scene, masks, limit)]
    return Found(mask, tuple(sorted(places, key=lambda place: (place.box.top, place.box.left))))


def _ask(
    sight: Sight, points: list[tuple[float, float]], cells: tuple[int, ...], search: Search
) -> list[_Thing]:
    """Return the masks that the network answers with and is sure of, the surest first."""
    rows, columns = cells[0] * _CELL, cells[1] * _CELL
    found = []
    for x, y in points:
        search.ask()
        logits, scores = masks_at(sight, x, y, BUILT_IN)
        for one, score in zip(logits, scores, strict=True):
            part = one[:rows, :columns]
            mask = part > 0
            area = int(mask.sum())
            if not _LEAST < area / mask.size < _MOST or score < _LEAST_SCORE:
                continue
            stable = float((part > 1).sum() / (part > -1).sum())
            edge = int(mask[[0, -1]].sum() + mask[:, [0, -1]].sum())
            if stable > _LEAST_STABLE and edge < _MOST_BORDER * area**0.5:
                found.append(_Thing(one, mask, float(score) + stable))
    found.sort(key=lambda thing: -thing.score)
    kept: list[_Thing] = []
    for thing in found:
        if len(kept) < _CANDIDATES and not any(_common(thing, other) > _SAME for other in kept):
            kept.append(thing)
    return kept


def _things(scene: Scene, masks: list[_Thing], limit: float) -> list[_Thing]:
    """Return those that are most likely things, with how likely, each once."""
    rated = []
    for one in masks:
        traits = describe(scene, one.mask)
        if traits is not None:
            likely = float(1 / (1 + np.exp(-(traits @ _WEIGHTS + _BIAS))))
            rated.append(_Thing(one.logits, one.mask, likely))
    rated.sort(key=lambda thing: -thing.score)
    kept: list[_Thing] = []
    for thing in rated:
        if thing.score < limit or len(kept) == _PROPOSED:
            break
        if not any(_within(thing, other) > _COMMON for other in kept):
            kept.append(thing)
    return kept


def _common(one: _Thing, other: _Thing) -> float:
    return float((one.mask & other.mask).sum() / (one.mask | other.mask).sum())


def _within(one: _Thing, other: _Thing) -> float:
    return float((one.mask & other.mask).sum() / min(one.mask.sum(), other.mask.sum()))


def _place(thing: _Thing, scale: tuple[float, float], whole: NDArray[np.bool_]) -> Place:
    """Draw a thing into the photo's mask, and say where it is.

    A cell of the network's masks is as many of the photo's pixels across and down as `scale` says.
    """
    height, width = whole.shape
    (across, down), side = scale, thing.logits.shape[0]
    # The features' cells do not cover the photo to the last pixel: what goes on at the edge, goes on.
    beyond = ((0, side - thing.mask.shape[0]), (0, side - thing.mask.shape[1]))
    piece = _largest(thing.mask)
    near = np.pad(grow(piece, _APART), beyond, mode="edge")
    crumbs = np.pad(thing.mask & ~piece, beyond)
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    left, top = int(columns[0] * across), int(rows[0] * down)
    right = min(width, round((columns[-1] + 1) * across))
    bottom = min(height, round((rows[-1] + 1) * down))
    logits = np.where(near & ~crumbs, thing.logits, np.minimum(thing.logits, -1))
    source = (left / across, top / down, min(side, right / across), min(side, bottom / down))
    size = (right - left, bottom - top)
    drawn = Image.fromarray(logits).resize(size, Image.Resampling.BILINEAR, box=source)
    margin = max(1, round(_MARGIN * max(height, width)))
    whole[top:bottom, left:right] |= grow(np.asarray(drawn) > 0, margin)
    corners = tuple(
        (min(x * across, float(width)), min(y * down, float(height)))
        for x, y in simplified(outline_of(near), _TOLERANCE)
    )
    return Place("objects", Box(left, top, *size), thing.score, corners)


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the largest piece of a mask: crumbs that lie elsewhere are no part of a thing."""
    runs = find_runs(mask)
    values = np.zeros(runs.count, np.int32)
    values[int(np.argmax(runs.areas()))] = 1
    return runs.paint((mask.shape[0], mask.shape[1]), values) > 0
