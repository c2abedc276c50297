"""One overlay that stands still: learned from many photos at a place, then looked for in each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen.finders.found import Box, Found, Place
from wuhen.finders.overlay.correlation import Correlation, directions
from wuhen.finders.overlay.frame import Area, Frame
from wuhen.finders.overlay.imprint import printed
from wuhen.finders.overlay.sketch import Sketch, resampled
from wuhen.finders.overlay.still import Candidate
from wuhen.finders.planes import box_mean, luma
from wuhen.finders.search import Search

__all__ = ["MAY_BE", "Fitted", "Layer", "Sighting", "cut", "fit", "lay", "within"]

_Kind = TypeVar("_Kind", bound=np.generic)

#: A score from which on an overlay may be there.
MAY_BE = 0.5
#: A third of full coverage, of 255.
_HALF = 80
#: Finer than the coarse look by this.
_FINER = 2.0
#: Pixels of an overlay's area where it is learned; larger ones are learned at a smaller scale.
_PIXELS = 250_000
#: How far it may stand from where it should, in pixels of its frame.
_REACH = 8
#: The cosine of a photo and an overlay that it surely has not: by itself, or so many deviations of what is
#: chance.
_LIKE, _CHANCE = 0.12, 3.0
#: It surely has it from this share on of what the cosine is in most photos that have it.
_USUAL = 0.45
#: Photos in which an overlay must be, at least, and as a share of all.
_FEWEST, _FEW = 5, 0.5


@dataclass(frozen=True, slots=True)
class Sighting:
    """How far an overlay is in a photo.

    Attributes
    ----------
    score : float
        From 0 (surely not) over 0.5 (may be) to 1 (surely).
    shift : tuple of int
        Rightwards and downwards from where it should be, in pixels of the frame.
    """

    score: float
    shift: tuple[int, int]
    likeness: float


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """An overlay that stands still.

    Attributes
    ----------
    frame : Frame
        In which it stands still.
    area : Area
        Around it, in the frame.
    template : (h, w, 2) ndarray of int8
        Its gradients' directions, 127 for full agreement; 0 where nothing is said.
    mask : (h, w) ndarray of bool
        What of the area it covers.
    likeness : float
        Cosine between template and photo in most photos that have it.
    share : float
        Of the photos it was learned from, how many have it.
    """

    frame: Frame
    area: Area
    template: NDArray[np.int8] = field(repr=False)
    mask: NDArray[np.bool_] = field(repr=False)
    likeness: float
    share: float

    def sight(self, pixels: NDArray[np.uint8], width: int, height: int) -> Sighting:
        """Look for it in a photo of that size, of which `pixels` may be a smaller version."""
        if not within(self.frame.box(self.area, width, height), width, height):
            return Sighting(0.0, (0, 0), 0.0)
        template = self.template.astype(np.float32) @ np.array([1, 1j], np.complex64) / np.float32(127)
        correlation = Correlation(np.asarray(template, np.complex64), _REACH)
        return _sight(correlation, cut(pixels, width, height, self.frame, self.area, _REACH), self.likeness)

    def find(self, photo: NDArray[np.uint8], least: float) -> Found:
        """Find it in a photo, uint8 ``(H, W, 3)``, if its score is at least so much."""
        height, width = photo.shape[:2]
        mask = np.zeros((height, width), np.bool_)
        sighting = self.sight(photo, width, height)
        if sighting.score < least:
            return Found(mask)
        moved = Area(self.area.left + sighting.shift[0], self.area.top + sighting.shift[1], *self.area[2:])
        box = lay(self.mask, self.frame.box(moved, width, height), mask)
        return Found(mask, (Place("overlay", box, sighting.score),)) if box else Found(mask)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A layer, the numbers of the photos that it was learned from, and how alike they are to it, summed."""

    layer: Layer
    used: list[int]
    likeness: float


def lay(
    small: NDArray[np.bool_], box: tuple[float, float, float, float], mask: NDArray[np.bool_]
) -> Box | None:
    """Scale a mask to a box of a larger one, and return what it covers there, if anything."""
    height, width = mask.shape
    left, top, right, bottom = box
    first_x, last_x = max(0, int(np.floor(left))), min(width, int(np.ceil(right)))
    first_y, last_y = max(0, int(np.floor(top))), min(height, int(np.ceil(bottom)))
    if last_x <= first_x or last_y <= first_y:
        return None
    fx, fy = small.shape[1] / (right - left), small.shape[0] / (bottom - top)
    part = ((first_x - left) * fx, (first_y - top) * fy, (last_x - left) * fx, (last_y - top) * fy)
    part = (max(0.0, part[0]), max(0.0, part[1]), min(small.shape[1], part[2]), min(small.shape[0], part[3]))
    if part[2] <= part[0] or part[3] <= part[1]:
        return None
    image = Image.fromarray(small.astype(np.uint8) * 255)
    size = (last_x - first_x, last_y - first_y)
    grown = np.asarray(image.resize(size, Image.Resampling.BILINEAR, box=part)) > _HALF
    mask[first_y:last_y, first_x:last_x] |= grown
    rows, columns = np.nonzero(grown)
    if not rows.size:
        return None
    x, y = int(columns.min()), int(rows.min())
    return Box(first_x + x, first_y + y, int(columns.max()) - x + 1, int(rows.max()) - y + 1)


def cut(
    pixels: NDArray[np.uint8], width: int, height: int, frame: Frame, area: Area, reach: int = 0
) -> NDArray[np.uint8]:
    """Return an area, and so much around it, in the frame's pixels."""
    wider = Area(area.left - reach, area.top - reach, area.width + 2 * reach, area.height + 2 * reach)
    share = pixels.shape[1] / width
    left, top, right, bottom = (value * share for value in frame.box(wider, width, height))
    return resampled(pixels, (left, top, right, bottom), (round(wider.width), round(wider.height)))


def _sight(correlation: Correlation, part: NDArray[np.uint8], likeness: float) -> Sighting:
    scores, chance = correlation.scores(directions(luma(part)))
    reach = correlation.reach
    down, across = divmod(int(scores.argmax()), scores.shape[1])
    best = float(scores[down, across])
    low = max(_LIKE, _CHANCE * chance)
    high = max(low + _LIKE, _USUAL * likeness)
    score = float(np.clip((best - low) / (high - low), 0, 1))
    return Sighting(score, (across - reach, down - reach), best)


def fit(sketches: Sequence[Sketch], candidate: Candidate, search: Search) -> "Fitted | None":
    """Learn what stands still at a candidate's place.

    Returns
    -------
    Fitted, optional
        None where too few photos show anything.
    """
    frame, area = _finer(candidate)
    cuts = {
        at: cut(one.pixels, one.width, one.height, frame, area, _REACH)
        for at, one in enumerate(sketches)
        if within(frame.box(area, one.width, one.height), one.width, one.height)
    }
    if len(cuts) < _FEWEST:
        return None
    search.ask()
    fields = {at: directions(luma(part)) for at, part in cuts.items()}
    shifts = dict.fromkeys(cuts, (0, 0))
    used, likeness = list(cuts), 0.0
    template = np.zeros(0, np.complex64)
    for _ in range(3):
        search.ask()
        template = _template([_inner(fields[at], shifts[at]) for at in used])
        if not template.any():
            return None
        correlation = Correlation(template, _REACH)
        seen = {at: _sight(correlation, part, likeness) for at, part in cuts.items()}
        used = [at for at, sighting in seen.items() if sighting.score >= MAY_BE]
        if len(used) < max(_FEWEST, _FEW * len(sketches)):
            return None
        shifts = {at: sighting.shift for at, sighting in seen.items()}
        likeness = float(np.median([seen[at].likeness for at in used]))
    stack = np.stack([_inner(cuts[at], shifts[at]) for at in used])
    mask = printed(stack)
    if mask is None:
        return None
    coded = np.stack([template.real, template.imag], axis=-1) * 127
    layer = Layer(frame, area, np.asarray(np.rint(coded), np.int8), mask, likeness, len(used) / len(sketches))
    return Fitted(layer, used, sum(seen[at].likeness for at in used))


def _finer(candidate: Candidate) -> tuple[Frame, Area]:
    """Return frame and area with more pixels, and with ground around it."""
    area = candidate.area
    margin = 6 + 0.06 * (area.width + area.height)
    wide = Area(area.left - margin, area.top - margin, area.width + 2 * margin, area.height + 2 * margin)
    finer = min(_FINER, (_PIXELS / (wide.width * wide.height)) ** 0.5)
    frame = Frame(candidate.frame.rule, candidate.frame.anchor, candidate.frame.steps * finer)
    return frame, Area(*(float(round(value * finer)) for value in wide))


def within(box: tuple[float, float, float, float], width: int, height: int) -> bool:
    """Whether most of a box lies in the photo."""
    left, top, right, bottom = box
    inside = max(0.0, min(right, width) - max(left, 0)) * max(0.0, min(bottom, height) - max(top, 0))
    return inside > 0.5 * (right - left) * (bottom - top)


def _inner(part: NDArray[_Kind], shift: tuple[int, int]) -> NDArray[_Kind]:
    across, down = shift
    height, width = part.shape[0] - 2 * _REACH, part.shape[1] - 2 * _REACH
    return part[_REACH + down : _REACH + down + height, _REACH + across : _REACH + across + width]


def _template(fields: Sequence[NDArray[np.complex64]]) -> NDArray[np.complex64]:
    """Return the mean direction where photos agree on one, 0 elsewhere."""
    total = np.sum(fields, axis=0)
    squares = np.sum([np.abs(one) ** 2 for one in fields], axis=0)
    agreement = box_mean(np.abs(total) ** 2, 1) / (box_mean(squares, 1) + 0.5)
    mean = total / len(fields)
    return np.asarray(np.where(agreement > max(5.0, 0.06 * len(fields)), mean, 0), np.complex64)
