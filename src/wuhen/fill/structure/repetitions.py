"""The repetitions of every scale of a region: of the picture itself, or of a plane seen in perspective."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import as_float
from wuhen.fill.guides.image import GuideImage
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, COLOURS
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.window import bound
from wuhen.fill.search.offsets import dominant_offsets
from wuhen.fill.search.perspective import Perspective
from wuhen.fill.search.plane_repetition import PlaneRepetition, find_plane_shifts
from wuhen.fill.search.repetition import Repetition
from wuhen.fill.structure.vanishing import Families, find_vanishing_lines

__all__ = ["AnyRepetition", "find_repetitions", "repeats_both_ways", "show_agreement"]

AnyRepetition: TypeAlias = Repetition | PlaneRepetition
_Scales: TypeAlias = Sequence[tuple[Raster, Hole]]

#: Pixels of the coarsest scale at which a plane's shifts are looked for, at least.
_HOME_AREA = 16_000
#: How much more of the hole a plane's repetitions must agree on than the picture's own.
_MORE = 1.15
#: Sine of the angle from which on two shifts do not lead the same way.
_ASKEW = 0.3


def find_repetitions(
    scales: _Scales, families: Families | None, max_count: int, max_area: int
) -> list[AnyRepetition]:
    """Find what repeats itself around a hole, at every scale.

    Parameters
    ----------
    scales
        Of a region, the finest first.
    families
        Of parallel edges around the hole, if planes are to be looked at as well.
    max_count, max_area
        How many shifts of the picture are proposed, found at the finest scale of no more than so many pixels.

    Returns
    -------
    list
        For each scale: a plane's at the finest, if it has any, the picture's own elsewhere.
    """
    flat = _find_flat(scales, max_count, max_area)
    found = [] if families is None else _find_on_planes(scales, flat, families)
    return [*found, *flat[len(found) :]]


def _find_flat(scales: _Scales, max_count: int, max_area: int) -> list[Repetition]:
    """Find the shifts of the picture worth proposing at one scale, and carry them over to the finer ones."""
    last = len(scales) - 1
    sizes = [raster.height * raster.width for raster, _ in scales]
    home = next((number for number, size in enumerate(sizes) if size <= max_area), last)
    found = dominant_offsets(scales[home][0], max_count)
    repetitions: list[Repetition] = []
    for number in range(last, -1, -1):
        if number < home:
            shifts = repetitions[-1].offsets * np.int32(2)
        else:
            shifts = found if number == home else found[:0]
        repetitions.append(Repetition(*scales[number], shifts, upsampled=number < home))
    return repetitions[::-1]


def _find_on_planes(scales: _Scales, flat: Sequence[Repetition], families: Families) -> list[PlaneRepetition]:
    """Find a plane's repetitions for the finest scales, if they surpass the picture's own."""
    middle = families.middle
    best: list[PlaneRepetition] = []
    for line in find_vanishing_lines(families):
        found = _follow(scales, line, middle)
        if found and (not best or found[0].cover > best[0].cover):
            best = found
    if best and flat[0].found and best[0].cover < _MORE * _flatten(*scales[0], flat[0]).cover:
        return []
    return best


def show_agreement(raster: Raster, hole: Hole, repetition: AnyRepetition) -> tuple[GuideImage, ...]:
    """Show what a plane's repetitions at the finest scale agree on, as one guide image, if there are any."""
    if isinstance(repetition, Repetition):
        return ()
    rows, columns = np.divmod(hole.indices, raster.pitch)
    window = bound(hole.indices, raster.pitch)
    picture = np.zeros((*window.shape, CHANNELS), np.float32)
    picture[rows - window.top, columns - window.left] = repetition.agreed
    return (GuideImage(picture[..., :COLOURS], window, np.ascontiguousarray(picture[..., COLOURS])),)


def repeats_both_ways(repetition: AnyRepetition) -> bool:
    """Say whether shifts of the picture lead more than one way, as those of tiles, not of an edge."""
    if isinstance(repetition, PlaneRepetition) or not repetition.found:
        return False
    down, right = repetition.proposals.astype(np.float64).T
    length = np.hypot(down, right)
    across = np.abs(np.outer(down, right) - np.outer(right, down))
    return bool((across > _ASKEW * np.outer(length, length)).any())


def _flatten(raster: Raster, hole: Hole, repetition: Repetition) -> PlaneRepetition:
    """Look at repetitions of the picture as those of a plane that is seen head-on."""
    level = Perspective(as_float(0), as_float(0), as_float(0), as_float(0))
    return PlaneRepetition(raster, hole, level, repetition.proposals.astype(np.float32), complete=True)


def _follow(scales: _Scales, line: NDArray[np.float32], middle: tuple[float, float]) -> list[PlaneRepetition]:
    """Look for repetitions on a plane at one scale, and carry them over to the finer ones."""
    sizes = [raster.height * raster.width for raster, _ in scales]
    home = next((number for number in range(len(sizes) - 1, 0, -1) if sizes[number] >= _HOME_AREA), 0)
    view = Perspective.at(line, middle, home)
    found = [PlaneRepetition(*scales[home], view, find_plane_shifts(scales[home][0], view), complete=False)]
    for number in range(home - 1, -1, -1):
        if not found[-1].found:
            break
        view = Perspective.at(line, middle, number)
        found.append(PlaneRepetition(*scales[number], view, found[-1].shifts * np.float32(2), complete=True))
    return found[::-1] if found[-1].found else []
