"""Fill holes with patches of their surroundings, coarse to fine; a guide is followed where there is one.

For every region of the photo: build its scales; seed the coarsest; then at each scale alternate *match* (find
for each patch over the hole the most similar known patch) and *vote* (rebuild the hole from those patches),
which descends on the coherence measure of Wexler et al. 2007. `docs/fill.md` tells the whole story.
"""

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill.engines.coarse_to_fine import fill_region, has_source
from wuhen.fill.guides.protocol import Guide
from wuhen.fill.options import Options
from wuhen.fill.progress import Progress
from wuhen.fill.raster.alpha import premultiply, unpremultiply
from wuhen.fill.raster.layout import BARRED, HOLE, KNOWN, SIDE
from wuhen.fill.raster.regions import Region, find_regions
from wuhen.fill.task import Run, Task

__all__ = ["fill"]

#: Regions with fewer hole pixels are filled by one thread each, several at once.
_SMALL = 4096


def fill(task: Task, run: Run) -> NDArray[np.uint8]:
    """Fill a task's hole region by region, following its guide where there is one."""
    result = np.array(task.photo, order="C")
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
    result: NDArray[np.uint8],
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


def _paste(filled: NDArray[np.uint8], own: NDArray[np.bool_], into: NDArray[np.uint8]) -> None:
    """Copy the pixels ``own`` of a region, within their bounds: most of a region is not its hole."""
    rows, columns = (np.flatnonzero(own.any(axis=axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    np.copyto(into[box], filled[box], where=own[box][..., None])


def _pad(pixels: NDArray[np.uint8], state: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Mirror an image that is smaller than a patch until one fits."""
    height, width = state.shape
    extra = ((0, max(0, SIDE - height)), (0, max(0, SIDE - width)))
    if extra == ((0, 0), (0, 0)):
        return pixels, state
    return np.pad(pixels, (*extra, (0, 0)), "symmetric"), np.pad(state, extra, "symmetric")


def _fill_pixels(
    pixels: NDArray[np.uint8],
    state: NDArray[np.uint8],
    options: Options,
    guide: Guide | None,
    team: Team,
    progress: Progress,
) -> tuple[NDArray[np.uint8], bool]:
    """Fill three or four channels.

    Returns the picture, and whether it is right outside the hole as well, without traces of what was erased.
    """
    seed, remove_traces = options.seed, options.remove_traces
    colours = pixels.shape[2] - 1 if pixels.shape[2] > 3 else 3  # noqa: PLR2004
    if pixels.shape[2] == colours:
        return fill_region(
            pixels, state, seed, team, progress, guide=guide, remove_traces=remove_traces
        ), True
    around = pixels[..., colours][state != HOLE]
    if (around == around[0]).all() and around[0] > 0:
        opaque = np.ascontiguousarray(pixels[..., :colours])
        filled = fill_region(opaque, state, seed, team, progress, guide=guide, remove_traces=remove_traces)
        return np.dstack([filled, np.full(state.shape, around[0], np.uint8)]), True
    return unpremultiply(fill_region(premultiply(pixels), state, seed, team, progress)), False
