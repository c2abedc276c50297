"""Fill holes with patches of their surroundings, coarse to fine; a guide is followed where there is one.

For every region of the photo: build its scales; seed the coarsest; then at each scale alternate *match* (find
for each patch over the hole the most similar known patch) and *vote* (rebuild the hole from those patches),
which descends on the coherence measure of Wexler et al. 2007. `docs/fill.md` tells the whole story.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill.engines.coarse_to_fine import fill_region, has_source
from wuhen.fill.guides.protocol import Guide
from wuhen.fill.options import Options
from wuhen.fill.progress import Progress
from wuhen.fill.raster.alpha import premultiply, unpremultiply
from wuhen.fill.raster.layout import BARRED, COLOURS, HOLE, KNOWN, SIDE
from wuhen.fill.raster.regions import Region, find_regions
from wuhen.fill.raster.samples import Pixels, split
from wuhen.fill.task import Run, Task

__all__ = ["fill"]

#: Regions with fewer hole pixels are filled by one thread each, several at once.
_SMALL = 4096


def fill(task: Task, run: Run) -> Pixels:
    """Fill a task's hole region by region, following its guide where there is one."""
    result = task.photo.copy()
    regions = find_regions(task.hole)
    run.progress.expect(sum(region.area for region in regions))
    state = task.hole.view(np.uint8)
    if task.keep_out is not None:
        state = np.where(task.keep_out & ~task.hole, np.uint8(BARRED), state)
    large = [region for region in regions if region.area >= _SMALL]
    small = regions[len(large) :]

    def work(region: Region, team: Team) -> None:
        _fill_one(task, state, result, region, team, run.progress)

    with Team(run.threads) as team:
        for region in large:
            work(region, team)
        alone = Team(1)
        team.run_each(lambda index: work(small[index], alone), range(len(small)))
    return result


def _fill_one(
    task: Task,
    state: NDArray[np.uint8],
    result: Pixels,
    region: Region,
    team: Team,
    progress: Progress,
) -> None:
    """Fill one region and paste its hole's pixels, and if asked those with traces, into the result."""
    window = region.window
    if not has_source(state[window]):
        # Nothing to copy in the context: look at the whole photo instead.
        window = (slice(None), slice(None))
    own = state[window] == HOLE
    pixels, status = _pad(task.photo[window], state[window])
    height, width = own.shape
    filled, cleaned = _fill_pixels(pixels, status, task.options, task.guide, team, progress)
    filled = filled[:height, :width]
    if task.options.remove_traces and cleaned:
        # Known pixels without a trace come back as they were.
        own |= state[window] == KNOWN
    into = result[region.window]
    rows, columns = region.window
    if window[0] == slice(None):
        filled, own = filled[rows, columns], own[rows, columns]
    _paste(filled, own, into)


def _paste(filled: Pixels, own: NDArray[np.bool_], into: Pixels) -> None:
    """Copy the pixels ``own`` of a region, within their bounds: most of a region is not its hole."""
    rows, columns = (np.flatnonzero(own.any(axis=axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    np.copyto(into[box], filled[box], where=own[box][..., None])


def _pad(pixels: Pixels, state: NDArray[np.uint8]) -> tuple[Pixels, NDArray[np.uint8]]:
    """Mirror an image that is smaller than a patch until one fits."""
    height, width = state.shape
    extra = ((0, max(0, SIDE - height)), (0, max(0, SIDE - width)))
    if extra == ((0, 0), (0, 0)):
        return pixels, state
    mirrored: Any = np.pad(pixels, (*extra, (0, 0)), "symmetric")
    return mirrored, np.pad(state, extra, "symmetric")


def _fill_pixels(
    pixels: Pixels,
    state: NDArray[np.uint8],
    options: Options,
    guide: Guide | None,
    team: Team,
    progress: Progress,
) -> tuple[Pixels, bool]:
    """Fill three or four channels.

    Returns the picture, and whether it is right outside the hole as well, without traces of what was erased.
    """
    seed = options.seed
    decisive, wide = split(pixels)
    if pixels.shape[2] > COLOURS:
        around = decisive[..., COLOURS][state != HOLE]
        if (around != around[0]).any() or around[0] == 0:
            decisive, wide = premultiply(decisive), None if wide is None else premultiply(wide)
            return unpremultiply(fill_region(decisive, state, seed, team, progress, wide=wide)), False
        decisive = np.ascontiguousarray(decisive[..., :COLOURS])
        wide = None if wide is None else wide[..., :COLOURS]
    filled = fill_region(
        decisive, state, seed, team, progress,
        guide=guide, remove_traces=options.remove_traces, wide=wide,
    )  # fmt: skip
    if pixels.shape[2] > COLOURS:
        # Even at 8 bits; what it is at 16 may still differ from pixel to pixel.
        alpha = np.rint(pixels[..., COLOURS][state != HOLE].mean())
        whole: Any = np.dstack([filled, np.full(state.shape, alpha, pixels.dtype)])
        return whole, True
    return filled, True
