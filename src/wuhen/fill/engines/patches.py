"""Fill holes with patches of their surroundings, coarse to fine; a guide is followed where there is one.

For every region of the photo: build its scales; seed the coarsest; then at each scale alternate *match* (find
for each patch over the hole the most similar known patch) and *vote* (rebuild the hole from those patches),
which descends on the coherence measure of Wexler et al. 2007. `docs/fill.md` tells the whole story.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill.engines.coarse_to_fine import fill_region, has_source
from wuhen.fill.engines.schedule import DEFAULT, THIN, Schedule
from wuhen.fill.engines.showing import Showing
from wuhen.fill.progress import Preview, Progress
from wuhen.fill.raster.alpha import premultiply, unpremultiply
from wuhen.fill.raster.layout import BARRED, CHANNELS, COLOURS, HOLE, KNOWN, SIDE
from wuhen.fill.raster.pieces import cut
from wuhen.fill.raster.regions import Region, find_regions
from wuhen.fill.raster.samples import Pixels, split
from wuhen.fill.task import Run, Task

__all__ = ["fill"]

#: Regions with fewer hole pixels are filled by one thread each, several at once.
_SMALL = 4096


def fill(task: Task, run: Run) -> Pixels:
    """Fill a task's hole region by region, following its guide where there is one."""
    result = task.photo.copy()
    regions = [piece for region in find_regions(task.hole) for piece in cut(region, task.hole)]
    run.progress.expect(sum(region.area for region in regions))
    state = task.hole.view(np.uint8)
    if task.keep_out is not None:
        state = np.where(task.keep_out & ~task.hole, np.uint8(BARRED), state)
    elif any(region.core for region in regions):
        state = state.copy()
    one_by_one = [region for region in regions if region.core or region.area >= _SMALL]
    small = [region for region in regions if not region.core and region.area < _SMALL]

    def work(region: Region, team: Team, preview: Callable[[Preview], None] | None = None) -> None:
        _fill_one(task, state, result, region, team, run.progress, preview)

    with Team(run.threads, run.progress.check) as team, run.progress.watch(team.hurry):
        for region in one_by_one:
            work(region, team, run.preview)
        alone = Team(1, run.progress.check)
        team.run_each(lambda index: work(small[index], alone), range(len(small)))
    return result


def _fill_one(
    task: Task,
    state: NDArray[np.uint8],
    result: Pixels,
    region: Region,
    team: Team,
    progress: Progress,
    preview: Callable[[Preview], None] | None,
) -> None:
    """Fill one region and paste its hole's pixels, and if asked those with traces, into the result."""
    core = region.core or region.window
    # A piece sees what those before it were filled with, and is filled smoothly where it can copy nothing.
    given = result if region.core else task.photo
    window = region.window
    if not ((state[window] == KNOWN).any() if region.core else has_source(state[window])):
        # Nothing to copy in the context: look at the whole photo instead.
        window = (slice(None), slice(None))
    pixels, status = _pad(given[window], state[window])
    showing = None
    if preview is not None:
        showing = Showing(preview, window[1].start or 0, window[0].start or 0, COLOURS)
    schedule = THIN if region.thin else DEFAULT
    filled, cleaned = _fill_pixels(pixels, status, task, schedule, team, progress, showing)
    rows, columns = (
        slice(part.start - (seen.start or 0), part.stop - (seen.start or 0))
        for part, seen in zip(core, window, strict=True)
    )
    hole = state[core] == HOLE
    # Known pixels without a trace come back as they were.
    own = hole | (state[core] == KNOWN) if task.options.changes_outside and cleaned else hole
    _paste(filled[rows, columns], own, result[core])
    if region.core:
        state[core][hole] = KNOWN


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
    task: Task,
    schedule: Schedule,
    team: Team,
    progress: Progress,
    showing: Showing | None,
) -> tuple[Pixels, bool]:
    """Fill three or four channels.

    Returns the picture, and whether it is right outside the hole as well, without traces of what was erased.
    """
    seed = task.options.seed
    decisive, wide = split(pixels)
    if pixels.shape[2] > COLOURS:
        around = decisive[..., COLOURS][state != HOLE]
        if (around != around[0]).any() or around[0] == 0:
            decisive, wide = premultiply(decisive), None if wide is None else premultiply(wide)
            showing = None if showing is None else showing._replace(channels=CHANNELS)
            premultiplied = fill_region(
                decisive, state, seed, team, progress, schedule, wide=wide, showing=showing
            )
            return unpremultiply(premultiplied), False
        decisive = np.ascontiguousarray(decisive[..., :COLOURS])
        wide = None if wide is None else wide[..., :COLOURS]
    filled = fill_region(
        decisive, state, seed, team, progress, schedule,
        task.guide, remove_traces=task.options.changes_outside, wide=wide, showing=showing,
    )  # fmt: skip
    if pixels.shape[2] > COLOURS:
        # Even at 8 bits; what it is at 16 may still differ from pixel to pixel.
        alpha = np.rint(pixels[..., COLOURS][state != HOLE].mean())
        whole: Any = np.dstack([filled, np.full(state.shape, alpha, pixels.dtype)])
        return whole, True
    return filled, True
