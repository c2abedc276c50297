"""The repetitions of every scale of a region: of the picture itself, or of a plane seen in perspective."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.raster import Raster
from wuhen.fill.search.offsets import dominant_offsets
from wuhen.fill.search.perspective import View
from wuhen.fill.search.plane_repetition import PlaneRepetition, find_plane_shifts
from wuhen.fill.search.repetition import Repetition
from wuhen.fill.structure.segments import find_segments
from wuhen.fill.structure.vanishing import find_vanishing_lines

__all__ = ["AnyRepetition", "find_plane_repetitions", "find_repetitions", "repeats_both_ways"]

AnyRepetition: TypeAlias = Repetition | PlaneRepetition
_Scales: TypeAlias = Sequence[tuple[Raster, Hole]]

#: Segments are looked for at the finest scale but one of no more than so many pixels; their length, px, and
#: their gradient, levels per px, at least.
_SEGMENTS_AREA, _MIN_LENGTH, _MIN_STRENGTH = 100_000, 9.0, 8.0
#: Pixels of the coarsest scale at which a plane's shifts are looked for, at least.
_HOME_AREA = 16_000
#: How much more of the hole a plane's repetitions must agree on than the picture's own.
_MORE = 1.15
#: Sine of the angle from which on two shifts do not lead the same way.
_ASKEW = 0.3


def find_repetitions(scales: _Scales, max_count: int, max_area: int) -> list[Repetition]:
    """Find the shifts of the picture worth proposing at one scale, and carry them over to the finer ones.

    Parameters
    ----------
    scales
        Of a region, the finest first.
    max_count, max_area
        How many shifts are found, and at the finest scale of no more than so many pixels.

    Returns
    -------
    list
        For each scale.
    """
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


def repeats_both_ways(repetition: AnyRepetition) -> bool:
    """Say whether shifts lead more than one way, as those of tiles do, and those of an edge do not."""
    if not repetition.found:
        return False
    shifts = repetition.shifts if isinstance(repetition, PlaneRepetition) else repetition.proposals
    down, right = shifts.astype(np.float64).T
    length = np.hypot(down, right)
    across = np.abs(np.outer(down, right) - np.outer(right, down))
    return bool((across > _ASKEW * np.outer(length, length)).any())


def find_plane_repetitions(scales: _Scales, flat: Sequence[Repetition]) -> list[PlaneRepetition]:
    """Find out whether a plane around the hole repeats itself in perspective.

    Parameters
    ----------
    scales
        Of a region, the finest first.
    flat
        The picture's own repetitions at them, which a plane's must surpass.

    Returns
    -------
    list
        For the finest scales, the finest first; empty where there is none.
    """
    rows, columns = np.divmod(scales[0][1].indices, scales[0][0].pitch)
    middle = float(columns.mean()), float(rows.mean())
    best: list[PlaneRepetition] = []
    for line in _find_lines(scales, middle, len(rows) ** 0.5):
        found = _follow(scales, line, middle)
        if found and (not best or found[0].cover > best[0].cover):
            best = found
    if best and flat[0].found:
        level = View.at(np.zeros(2, np.float32), middle, 0)
        shifts = flat[0].proposals.astype(np.float32)
        if best[0].cover < _MORE * PlaneRepetition(*scales[0], level, shifts, complete=True).cover:
            return []
    return best


def _find_lines(scales: _Scales, middle: tuple[float, float], extent: float) -> NDArray[np.float32]:
    """Find vanishing lines in pixels of the finest scale."""
    sizes = [raster.height * raster.width for raster, _ in scales]
    last = len(scales) - 1
    number = next((number for number in range(1, last) if sizes[number] <= _SEGMENTS_AREA), last)
    segments = find_segments(scales[number][0], None, _MIN_LENGTH, _MIN_STRENGTH)
    size = 2.0**number
    begins, ends = (
        ((side + 0.5) * size - 0.5).astype(np.float32) for side in (segments.begins, segments.ends)
    )
    return find_vanishing_lines(begins, ends, middle, extent)


def _follow(scales: _Scales, line: NDArray[np.float32], middle: tuple[float, float]) -> list[PlaneRepetition]:
    """Look for repetitions on a plane at one scale, and carry them over to the finer ones."""
    sizes = [raster.height * raster.width for raster, _ in scales]
    home = next((number for number in range(len(sizes) - 1, 0, -1) if sizes[number] >= _HOME_AREA), 0)
    view = View.at(line, middle, home)
    found = [PlaneRepetition(*scales[home], view, find_plane_shifts(scales[home][0], view), complete=False)]
    for number in range(home - 1, -1, -1):
        if not found[-1].found:
            break
        view = View.at(line, middle, number)
        found.append(PlaneRepetition(*scales[number], view, found[-1].shifts * np.float32(2), complete=True))
    return found[::-1] if found[-1].found else []
