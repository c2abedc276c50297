"""Fill holes with patches of their surroundings, coarse to fine; a guide is followed where there is one.

For every region of the photo: build its scales; seed the coarsest; then at each scale alternate *match* (find
for each patch over the hole the most similar known patch) and *vote* (rebuild the hole from those patches),
which descends on the coherence measure of Wexler et al. 2007. `docs/fill.md` tells the whole story.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

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

__all__ = ["Seen", "fill", "has_even_alpha", "see", "split_up", "state_of"]

#: Regions with fewer hole pixels are filled by one thread each, several at once.
_SMALL = 4096


class Seen(NamedTuple):
    """A region as it is filled.

    Attributes
    ----------
    window
        What it sees of the photo, as an index into it.
    core
        The part whose hole is filled, likewise.
    pixels, state
        Of the window; mirrored at its lower right where it is smaller than a patch.
    schedule
        How much work is done.
    """

    window: tuple[slice, slice]
    core: tuple[slice, slice]
    pixels: Pixels
    state: NDArray[np.uint8]
    schedule: Schedule

    @property
    def own(self) -> tuple[slice, slice]:
        """The core, as an index into pixels and state."""
        rows, columns = (
            slice(part.start - (seen.start or 0), part.stop - (seen.start or 0))
            for part, seen in zip(self.core, self.window, strict=True)
        )
        return rows, columns


def fill(task: Task, run: Run) -> Pixels:
    """Fill a task's hole region by region, following its guide where there is one."""
    result = task.photo.copy()
    regions = split_up(task.hole)
    run.progress.expect(sum(region.area for region in regions))
    state = state_of(task)
    if task.keep_out is None and any(region.core for region in regions):
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


def split_up(hole: NDArray[np.bool_]) -> list[Region]:
    """List what is filled by itself of a hole, in the order in which it is."""
    return [piece for region in find_regions(hole) for piece in cut(region, hole)]


def state_of(task: Task) -> NDArray[np.uint8]:
    """Return the state of each pixel of a task's photo; the hole itself where nothing is kept out."""
    state = task.hole.view(np.uint8)
    if task.keep_out is None:
        return state
    return np.where(task.keep_out & ~task.hole, np.uint8(BARRED), state)


def see(region: Region, photo: Pixels, state: NDArray[np.uint8]) -> Seen:
    """Cut out what a region sees of a photo."""
    window = region.window
    if not ((state[window] == KNOWN).any() if region.core else has_source(state[window])):
        # Nothing to copy in the context: look at the whole photo instead.
        window = (slice(None), slice(None))
    pixels, status = _pad(photo[window], state[window])
    schedule = THIN if region.thin else DEFAULT
    return Seen(window, region.core or region.window, pixels, status, schedule)


def has_even_alpha(pixels: Pixels, state: NDArray[np.uint8]) -> bool:
    """Tell whether what is around a hole has colours alone: no alpha channel, or one value of it, not 0."""
    if pixels.shape[2] == COLOURS:
        return True
    around = pixels[..., COLOURS][state != HOLE]
    return not ((around != around[0]).any() or around[0] == 0)


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
    # A piece sees what those before it were filled with, and is filled smoothly where it can copy nothing.
    seen = see(region, result if region.core else task.photo, state)
    showing = None
    if preview is not None:
        showing = Showing(preview, seen.window[1].start or 0, seen.window[0].start or 0, COLOURS)
    filled, cleaned = _fill_pixels(seen, task, team, progress, showing)
    core = seen.core
    hole = state[core] == HOLE
    # Known pixels without a trace come back as they were.
    own = hole | (state[core] == KNOWN) if task.options.changes_outside and cleaned else hole
    _paste(filled[seen.own], own, result[core])
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
    seen: Seen,
    task: Task,
    team: Team,
    progress: Progress,
    showing: Showing | None,
) -> tuple[Pixels, bool]:
    """Fill three or four channels.

    Returns the picture, and whether it is right outside the hole as well, without traces of what was erased.
    """
    pixels, state, schedule, seed = seen.pixels, seen.state, seen.schedule, task.options.seed
    decisive, wide = split(pixels)
    if pixels.shape[2] > COLOURS:
        if not has_even_alpha(decisive, state):
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
