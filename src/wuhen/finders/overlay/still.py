"""Where something stands still over many photos: the first, coarse look.

What is the same in all photos at one place has gradients that agree there, and scenes' do not: the sum of N
compressed gradients has a squared length of N times their own squares where they agree, and of those squares
alone where they are by chance (Rayleigh's test of directions). This holds for each way in which an overlay
may follow the photos' sizes, so all are tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.regions import boxes, grow
from wuhen.fill.raster.smooth import smooth
from wuhen.finders.overlay.correlation import directions
from wuhen.finders.overlay.frame import RULES, Area, Frame, anchors, distinct, unit
from wuhen.finders.overlay.sketch import LONGEST, Sketch, resampled
from wuhen.finders.planes import luma
from wuhen.finders.search import Search

__all__ = ["Candidate", "candidates"]

#: The longer side of most photos where they are compared.
_COARSE = 512
#: Canvases are no larger, and photos no narrower.
_CANVAS, _NARROWEST = 768, 16
#: Agreement by which something is seen to stand still, at least, and as a share of what full agreement would
#: be.
_LEAST, _SHARE = 7.0, 0.1
#: Pixels of a place that agree so, at least.
_STRONG = 4
#: What belongs to it agrees by this share of that.
_SUPPORT = 0.6
#: How far what belongs together may lie apart, and how far scenes' own leanings are taken out, in coarse
#: pixels.
_GAP, _LEANING = 5, 5.0
#: Where more than this share of the photos agrees they show the same scene.
_MOST = 0.2
#: No more places are looked at closely.
_PLACES = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where something may stand still."""

    frame: Frame
    area: Area
    score: float


def candidates(sketches: Sequence[Sketch], search: Search) -> list[Candidate]:
    """Look for what stands still, in each way in which overlays follow the sizes of photos.

    Returns
    -------
    list of Candidate
        The clearest first; a place may be there several times.
    """
    sizes = [(one.width, one.height) for one in sketches]
    found: list[Candidate] = []
    for rule in distinct(RULES, sizes):
        steps = _COARSE * float(np.median([unit(rule, *size) / max(size) for size in sizes]))
        if rule == "pixels":
            steps = float(np.median([unit(rule, *size) * _COARSE / max(size) for size in sizes]))
        found += _by_rule(sketches, rule, steps, search)
    return sorted(found, key=lambda candidate: -candidate.score)[: 3 * _PLACES]


def _by_rule(sketches: Sequence[Sketch], rule: str, steps: float, search: Search) -> list[Candidate]:
    sizes = []
    for one in sketches:
        scale = unit(rule, one.width, one.height) / steps
        sizes.append((round(one.width / scale), round(one.height / scale)))
    used = [at for at, size in enumerate(sizes) if min(size) >= _NARROWEST and max(size) <= LONGEST]
    if len(used) < len(sketches) // 2:
        return []
    held = anchors(rule, [(sketches[at].width, sketches[at].height) for at in used])
    canvas = tuple(min(_CANVAS, max(sizes[at][axis] for at in used)) for axis in (1, 0))
    sums = {anchor: np.zeros(canvas, np.complex64) for anchor in held}
    squares = {anchor: np.zeros(canvas, np.float32) for anchor in held}
    for at in used:
        search.ask()
        one = sketches[at]
        height, width = one.pixels.shape[:2]
        field = directions(luma(resampled(one.pixels, (0, 0, width, height), sizes[at])))
        square = field.real**2 + field.imag**2
        for anchor in held:
            into, window = _overlap(canvas, field.shape, anchor)
            sums[anchor][into] += field[window]
            squares[anchor][into] += square[window]
    found = []
    for anchor in held:
        agreement = _agreement(sums[anchor], squares[anchor])
        found += _places(agreement, Frame(rule, anchor, steps), len(used))
    return found


def _overlap(
    canvas: tuple[int, ...], shape: tuple[int, ...], anchor: tuple[float, float]
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return the parts of canvas and photo that lie on each other, both held at the anchor."""
    into, window = [], []
    for room, length, share in zip(canvas, shape, reversed(anchor), strict=True):
        offset = round(share * room) - round(share * length)
        first, last = max(0, offset), min(room, offset + length)
        into.append(slice(first, last))
        window.append(slice(first - offset, last - offset))
    return (into[0], into[1]), (window[0], window[1])


def _agreement(total: NDArray[np.complex64], squares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the squared length of the sum of gradients over the sum of their squares, 1 by chance."""
    # Scenes lean: the sky is bright above. Overlays have edges of both signs close together.
    parts = np.stack([total.real, total.imag], axis=-1)
    parts -= smooth(parts, _LEANING)
    power, around = np.moveaxis(smooth(np.stack([(parts**2).sum(axis=-1), squares], axis=-1), 0.8), -1, 0)
    return np.asarray(power / (around + 0.5), np.float32)


def _places(agreement: NDArray[np.float32], frame: Frame, count: int) -> list[Candidate]:
    limit = max(_LEAST, _SHARE * count)
    support = agreement > _SUPPORT * limit
    if support.mean() > _MOST:
        return []
    height, width = agreement.shape
    left, top = round(frame.anchor[0] * width), round(frame.anchor[1] * height)
    found = []
    joined = grow(support, _GAP)
    for x, y, wide, high in boxes(joined):
        inside = agreement[y : y + high, x : x + wide]
        strong = inside[inside > limit]
        if strong.size < _STRONG:
            continue
        area = Area(x - left, y - top, wide, high)
        found.append(Candidate(frame, area, float((strong - limit / 2).sum())))
    return sorted(found, key=lambda candidate: -candidate.score)[:_PLACES]
