"""The mirror image of an erased object, in a polished floor or in water directly below it.

A mirror that lies shows an object upside down, below the line where it stands. So the object is turned over
and looked for there (flip test). Water ripples, floors are rough, and both show less the steeper one looks at
them (Fresnel), so what is compared is the course of colours, whatever its strength: `correlation`. One is
believed that correlates well right below its object, and nowhere near as well elsewhere in the surroundings,
where chance alone decides; nor may the object itself, upright, be found below as well: that is a second one
like it, or a pattern.

What is found is not taken out of the blend but filled like the hole: there is no telling what ripples and
rough ground made of it, pixel by pixel.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.signature import Cube, Plane
from wuhen.fill.raster.regions import grow
from wuhen.fill.raster.samples import Pixels
from wuhen.fill.traces.correlation import Scenery, pass_band
from wuhen.fill.traces.scene import Scene, find_objects, reduce_around

__all__ = ["add_reflections"]

#: Bounds of what is compared: standard deviations, in pixels, and as a share of the object's extent. Rough
#: floors leave nothing fine.
_FINEST, _WIDEST = (1.2, 3.0), 0.16
#: Surroundings that are compared with the object, and grown around what is found, as shares of its extent.
_AROUND, _GROWN = 0.08, 0.03
#: Where its foot may be mirrored to, in heights from where the hole ends: masks are too large or too small.
_HIGHEST, _LOWEST = -0.32, 0.22
#: How far aside, in widths.
_ASIDE = 0.04
#: What lies farther aside, in widths, or farther below, in heights, is elsewhere.
_ELSEWHERE, _BELOW = 0.3, 0.5
#: Share of the object that must be compared for a place to count; elsewhere, of what is compared below it.
_OVERLAP, _AS_MANY = 0.35, 0.8
#: How much the line where it stands may lean, in pixels down for one to the right.
_LEANS = (0.0, -0.08, 0.08, -0.18, 0.18)
#: Least correlation at first sight, and of one that is believed; by how much it must be above that anywhere
#: else, and above that of the object as it stands.
_HINT, _CERTAIN, _ABOVE, _FLIPPED = 0.3, 0.57, 0.15, 0.08
#: What is the same either way up is believed above this, and if it is less strong than this share of it: what
#: stands there a second time, or repeats itself, is as strong.
_STRIKING, _FAINT = 0.8, 0.65
#: No mirror image is stronger than this share of its object: what is, goes on below the hole.
_STRONGEST = 0.85
#: Bands that a mirror image is followed in, from the foot on, in heights; what a band must correlate by, and
#: how far it must be followed.
_BAND, _SEEN, _FOLLOWED = 0.12, 0.25, 0.15


class _Mirrored(NamedTuple):
    """An object turned over: what is looked for.

    Attributes
    ----------
    image
        float32 ``(h, w, 3)``, within the bounds of what is compared.
    counts
        bool ``(h, w)``.
    foot
        Row of it that stands for the object's last one.
    """

    image: Cube[np.float32]
    counts: Plane[np.bool_]
    foot: int


class _Place(NamedTuple):
    """Where a mirror image is: how certain, how strong, how leaning, and its first pixel's row and column."""

    correlation: float
    gain: float
    lean: float
    down: int
    right: int


class _Look(NamedTuple):
    """How an object compares at places that are so far below its foot and to its right: see `Likeness`."""

    correlation: Plane[np.float32]
    gain: Plane[np.float32]
    overlap: Plane[np.float32]
    below: NDArray[np.int64]
    aside: NDArray[np.int64]


def add_reflections(
    photo: Pixels,
    hole: NDArray[np.bool_],
    keep_out: NDArray[np.bool_] | None,
    check: Callable[[], None] = lambda: None,
) -> NDArray[np.bool_]:
    """Widen a hole by the mirror images of what it erases, as far as they are certain.

    Parameters
    ----------
    photo
        uint8 or uint16 ``(H, W, 3)`` or ``(H, W, 4)``.
    hole
        bool ``(H, W)``; it stays as it is.
    keep_out
        bool ``(H, W)``: what stays as it is, if anything.
    check
        Called between two objects; may raise.

    Returns
    -------
    ndarray
        bool ``(H, W)``; the hole itself where none is certain, and where nothing would be left to copy.
    """
    found = hole
    barred = hole if keep_out is None else hole | keep_out
    for box in find_objects(hole):
        check()
        mirrored = _find(photo, hole, barred, box)
        if mirrored is not None:
            window, image = mirrored
            found = found.copy() if found is hole else found
            found[window] |= image & ~(barred[window] & ~hole[window])
    return found if (~(found | barred)).any() else hole


def _find(
    photo: Pixels, hole: NDArray[np.bool_], barred: NDArray[np.bool_], box: tuple[int, int, int, int]
) -> tuple[tuple[slice, slice], NDArray[np.bool_]] | None:
    """Find an object's mirror image: the window in which it lies, and where it is in that."""
    scene = reduce_around(photo, hole, barred, box)
    if scene is None:
        return None
    for finest in _FINEST:
        image = pass_band(scene.image, scene.valid, finest, _WIDEST * max(scene.size))
        scenery = Scenery(image, scene.valid, _turn(scene, finest).counts.shape)
        place = _place(scene, scenery, finest)
        if place is None:
            continue
        turned = _turn(scene, finest, place.lean)
        reach = _follow(image, scene, turned, place)
        if reach >= _FOLLOWED * scene.size[0]:
            return _trace(hole, box, scene, turned, place, reach)
    return None


def _turn(scene: Scene, finest: float, lean: float = 0.0, *, flipped: bool = True) -> _Mirrored:
    """Make what is looked for: the object over the mean colours beside it, turned over and leaning."""
    top, bottom, left, right = scene.box
    around = max(2, round(_AROUND * max(bottom - top, right - left)))
    beside = slice(max(left - (right - left) // 3 - around, 0), right + (right - left) // 3 + around)
    first, start = max(top - around, 0), max(left - around, 0)
    rows, columns = slice(first, bottom + around), slice(start, right + around)
    inside, free = scene.inside[rows, columns], scene.valid[rows, beside, None]
    count = np.maximum(free.sum(axis=1), 1)
    means = (scene.image[rows, beside] * free).sum(axis=1) / count
    image = np.where(inside[..., None], scene.image[rows, columns], means[:, None].astype(np.float32))
    counts = grow(inside, around)
    foot = bottom - first
    if flipped:
        image, counts, foot = image[::-1].copy(), counts[::-1].copy(), len(counts) - foot
    for column in range(counts.shape[1]) if lean else ():
        moved = _leaning(lean, column, counts.shape[1])
        image[:, column] = np.roll(image[:, column], moved, axis=0)
        counts[:, column] = np.roll(counts[:, column], moved)
    extent = max(bottom - top, right - left)
    return _Mirrored(pass_band(image, counts, finest, _WIDEST * extent), counts, foot)


def _leaning(lean: float, column: int, width: int) -> int:
    """Return how far down a column is moved."""
    return round(lean * (column - width / 2))


def _place(scene: Scene, scenery: Scenery, finest: float) -> _Place | None:
    """Find where the object's mirror image is, if it is there beyond doubt."""
    best, elsewhere = _Place(-1, 0, 0, 0, 0), -1.0
    height, width = scene.size
    for lean in _LEANS:
        turned = _turn(scene, finest, lean)
        look = _look(scene, scenery, turned)
        here = ((look.below >= _HIGHEST * height) & (look.below <= _LOWEST * height))[:, None]
        here = here & (np.abs(look.aside) <= max(1.5, _ASIDE * width))
        above_or_below = (look.below > _BELOW * height) | (look.below < -0.6 * height)
        far = above_or_below[:, None] | (np.abs(look.aside) > _ELSEWHERE * width)
        at = np.unravel_index(np.argmax(np.where(here, look.correlation, -1)), here.shape)
        # The fewer pixels are compared, the more is chance.
        far &= look.overlap >= _AS_MANY * look.overlap[at]
        elsewhere = max(elsewhere, float(look.correlation[far].max(initial=-1)))
        if look.correlation[at] > best.correlation:
            down = int(look.below[at[0]]) - turned.foot + scene.box[1]
            right = int(look.aside[at[1]]) + _start(scene)
            best = _Place(float(look.correlation[at]), float(look.gain[at]), lean, down, right)
        if best.correlation < _HINT:
            return None
    if best.correlation < max(_CERTAIN, elsewhere + _ABOVE) or best.gain > _STRONGEST:
        return None
    faint = best.correlation >= _STRIKING and best.gain <= _FAINT
    again = max(_upright(scene, scenery, finest, lean) for lean in {0.0, best.lean, -best.lean})
    return best if faint or best.correlation >= again + _FLIPPED else None


def _upright(scene: Scene, scenery: Scenery, finest: float, lean: float) -> float:
    """Return how well the object as it stands correlates with what is below it, at the best."""
    look = _look(scene, scenery, _turn(scene, finest, lean, flipped=False))
    height, width = scene.size
    under = (look.below > 0.1 * height)[:, None] & (np.abs(look.aside) <= _ELSEWHERE * width)
    return float(look.correlation[under].max(initial=-1))


def _start(scene: Scene) -> int:
    """Return the first column of what `_turn` cuts out."""
    _, _, left, _ = scene.box
    return max(left - max(2, round(_AROUND * max(scene.size))), 0)


def _look(scene: Scene, scenery: Scenery, turned: _Mirrored) -> _Look:
    """Compare at all places where enough of the object can be."""
    likeness = scenery.compare(turned.image, turned.counts)
    height, width = turned.counts.shape
    downs = np.arange(-height // 2, scene.valid.shape[0] - height // 4)
    rights = np.arange(-width // 2, scene.valid.shape[1] - width // 2)
    at = np.ix_(downs % likeness.overlap.shape[0], rights % likeness.overlap.shape[1])
    overlap = likeness.overlap[at]
    enough = overlap > _OVERLAP * turned.counts.sum()
    correlation = np.where(enough, likeness.correlation[at], np.float32(-1))
    below, aside = downs + turned.foot - scene.box[1], rights - _start(scene)
    return _Look(correlation, likeness.gain[at], overlap, below, aside)


def _follow(image: Cube[np.float32], scene: Scene, turned: _Mirrored, place: _Place) -> int:
    """Follow a mirror image from the foot down, and return how many rows of it are seen."""
    height, width = turned.counts.shape
    rows = slice(max(place.down, 0), min(place.down + height, image.shape[0]))
    columns = slice(max(place.right, 0), min(place.right + width, image.shape[1]))
    own = (
        slice(rows.start - place.down, rows.stop - place.down),
        slice(columns.start - place.right, columns.stop - place.right),
    )
    counts = (turned.counts[own] & scene.valid[rows, columns])[..., None]
    there, here = image[rows, columns] * counts, turned.image[own] * counts
    sums = [(a * b).sum(axis=(1, 2)) for a, b in ((there, here), (there, there), (here, here))]
    band = max(3, round(_BAND * scene.size[0]))
    seen, missed = 0, 0
    begin = max(turned.foot - own[0].start, 0)
    typical = sums[2].sum() / max(len(sums[2]), 1)
    for first in range(begin, len(sums[0]), band):
        joint, first_power, power = (part[first : first + band].sum() for part in sums)
        plain = power < 0.1 * typical * band
        if plain or joint > _SEEN * np.sqrt(first_power * power):
            missed = missed if plain else 0
            seen = seen if plain else min(first + band, len(sums[0])) - begin
        else:
            missed += 1
            if missed > 1:
                break
    return seen


def _trace(
    hole: NDArray[np.bool_],
    box: tuple[int, int, int, int],
    scene: Scene,
    turned: _Mirrored,
    place: _Place,
    reach: int,
) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
    """Turn the hole itself over at full size, as far as the mirror image is seen, and close the gap to it."""
    _, top, _, height = box
    block = scene.block
    grown = max(2, round(_GROWN * max(box[2], box[3])))
    seen = place.down + turned.foot + reach
    last = min(hole.shape[0], scene.top + seen * block + grown + 1)
    start = max(scene.left, 0)
    width = scene.valid.shape[1] * block
    window = slice(top, last), slice(start, min(start + width, hole.shape[1]))
    rows, columns = np.arange(top, last), np.arange(window[1].start, window[1].stop)
    # From pixels of the photo to those of what was looked for, and from there to the object's.
    across = (columns - scene.left + 0.5) / block - 0.5 - place.right
    lean = np.rint(place.lean * (np.rint(across) - turned.counts.shape[1] / 2))
    down = ((rows - scene.top + 0.5) / block - 0.5 - place.down)[:, None] - lean
    first = max(scene.box[0] - max(2, round(_AROUND * max(scene.size))), 0)
    given = first + len(turned.counts) - 1 - down
    source = np.rint(scene.top + (given + 0.5) * block - 0.5).astype(np.int64)
    from_column = np.rint(scene.left + (across + _start(scene) + 0.5) * block - 0.5).astype(np.int64)
    ours = (source >= top) & (source < top + height) & (down + lean < turned.foot + reach)
    ours &= (from_column >= box[0]) & (from_column < box[0] + box[2])
    source, from_column = source.clip(0, hole.shape[0] - 1), from_column.clip(0, hole.shape[1] - 1)
    image = ours & hole[source, from_column[None]]
    image = grow(image, grown)
    return window, image | _gap(hole[window], image, round(_BAND * height))


def _gap(hole: NDArray[np.bool_], image: NDArray[np.bool_], widest: int) -> NDArray[np.bool_]:
    """Mark what lies between the hole and its mirror image, column by column, where that is not far."""
    above = np.logical_or.accumulate(hole, axis=0)
    below = np.logical_or.accumulate(image[::-1], axis=0)[::-1]
    between = above & below & ~hole & ~image
    gap: NDArray[np.bool_] = between & (between.sum(axis=0) <= widest)
    return gap
