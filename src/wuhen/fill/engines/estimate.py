"""What a fill takes, told before it begins: work and memory, by the pixels and patches of its regions.

The figures were fitted to fills of twenty kinds of hole, in photos of 0.1 to 25 megapixels, with one thread:
dots, grids, scribbles, lettering, objects. They were within a third of what was measured.
"""

import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.engines.catalogue import PATCH, Engine
from wuhen.fill.engines.coarse_to_fine import has_source
from wuhen.fill.masks import is_wide
from wuhen.fill.raster.layout import BARRED, COLOURS
from wuhen.fill.raster.pieces import cut
from wuhen.fill.raster.regions import find_regions
from wuhen.fill.search.patches import count_patches
from wuhen.fill.task import Run, Task

__all__ = ["Estimate", "estimate", "measure_speed"]

#: Work for each pixel of a region's box, each pixel of its hole, each patch to fill, and each region.
_PER_PIXEL, _PER_HOLE_PIXEL, _PER_PATCH, _PER_REGION = 0.1, 0.8, 1.0, 1500.0
#: A patch is filled for every so many pixels.
_STEP = 4
#: Work of one run of a network, and the bytes that it takes meanwhile: ours, MI-GAN, LaMa.
_RUNS = {None: (2e4, 50 << 20), "migan": (4e5, 300 << 20), "lama": (2e6, 800 << 20)}
#: Bytes for each pixel of a region's box and of its hole, while it is filled; for each pixel of the hole, up
#: to so many, while it is blended; and those that finding what repeats itself takes in boxes of fewer pixels.
_BOX_BYTES, _HOLE_BYTES, _BLEND_BYTES, _BLENDED, _SHIFT_BYTES, _SHIFTED = 24, 50, 110, 1 << 22, 36, 1 << 22
#: The same with 16 bits a sample, on top.
_WIDE_BYTES = 10
#: Work for each pixel where nothing can be copied, so that the hole is interpolated.
_SMOOTH = 0.04
#: Sides of the photo and its hole that speed is measured by, how often, and what its fill counts as.
_MEASURED, _HOLE_SIDE, _TRIES, _MEASURED_WORK = 256, 96, 2, 24_000.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a fill is expected to take.

    Attributes
    ----------
    work : float
        In units of which `measure_speed` tells how many one thread does in a second.
    memory : int
        Bytes at the most, beside what it is given.
    """

    work: float
    memory: int


def estimate(
    hole: NDArray[np.bool_],
    engine: Engine,
    *,
    keep_out: NDArray[np.bool_] | None = None,
    channels: int = COLOURS,
    wide: bool = False,
) -> Estimate:
    """Estimate what it takes to fill a hole. Takes a hundredth of a second for ten megapixels.

    Parameters
    ----------
    hole
        bool ``(H, W)``, grown.
    engine
        Who fills.
    keep_out
        bool ``(H, W)``, true where nothing may be copied from.
    channels
        Of the photo, 3 or 4.
    wide
        Whether it has 16 bits a sample.
    """
    state = hole.view(np.uint8)
    if keep_out is not None:
        state = np.where(keep_out & ~hole, np.uint8(BARRED), state)
    work, most = 0.0, 0
    run, room = _RUNS[engine.model] if engine.network else (0.0, 0)
    pieces = [piece for region in find_regions(hole) for piece in cut(region, hole)]
    for piece in pieces:
        inside = hole[piece.window]
        asked = run * (engine.alone or is_wide(inside, 1))
        work += _PER_REGION + asked
        if engine.alone:
            continue
        size = piece.size
        if has_source(state[piece.window]):
            patches = count_patches(inside) / _STEP
            work += _PER_PIXEL * size + _PER_HOLE_PIXEL * piece.area + _PER_PATCH * patches
        elif piece.core:
            work += _SMOOTH * size
        else:
            # It looks at the whole photo, and may find something there.
            size = hole.size
            found = has_source(state)
            work += (_PER_PIXEL if found else _SMOOTH) * size + _PER_HOLE_PIXEL * piece.area * found
        each = _BOX_BYTES + wide * _WIDE_BYTES + (0 if piece.thin or size > _SHIFTED else _SHIFT_BYTES)
        blended = min(piece.area, _BLENDED) * _BLEND_BYTES
        most = max(most, size * each + piece.area * _HOLE_BYTES + blended)
    photo = hole.size * (channels * (1 + wide) + 1)
    return Estimate(work, photo + most + room)


@lru_cache(maxsize=1)
def measure_speed() -> float:
    """Measure how much work one thread does in a second of its own time; once, in a tenth of a second."""
    photo = np.random.default_rng(0).integers(0, 256, (_MEASURED, _MEASURED, COLOURS), np.uint8)
    hole = np.zeros(photo.shape[:2], np.bool_)
    middle = slice((_MEASURED - _HOLE_SIDE) // 2, (_MEASURED + _HOLE_SIDE) // 2)
    hole[middle, middle] = True
    task = Task(photo, hole)
    fill = PATCH.load()
    fill(task, Run(threads=1))
    seconds = []
    for _ in range(_TRIES):
        start = time.thread_time()
        fill(task, Run(threads=1))
        seconds.append(time.thread_time() - start)
    return _MEASURED_WORK / max(min(seconds), 1e-6)
