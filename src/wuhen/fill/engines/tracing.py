"""What would be done to the surroundings of a task's hole, told without filling it."""

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill.engines.patches import has_even_alpha, see, split_up, state_of
from wuhen.fill.engines.scales import Traces, find_traces
from wuhen.fill.raster.layout import COLOURS
from wuhen.fill.raster.samples import split
from wuhen.fill.task import Run, Task

__all__ = ["trace"]


def trace(task: Task, run: Run) -> Traces:
    """Find shadow and rim of a task's hole, as its fill does: region by region, each as that sees it.

    Pieces of a region that is too large to be filled at once are the exception: there a fill sees what the
    pieces before were filled with, and this the photo as it was given.

    Parameters
    ----------
    task
        Its options do not matter.
    run
        May end the search; nothing is told of how far it is.

    Returns
    -------
    Traces
        Of the photo's size.
    """
    state = state_of(task)
    shadow, rim = (np.zeros(task.hole.shape, np.bool_) for _ in range(2))
    with Team(run.threads, run.progress.check) as team, run.progress.watch(team.hurry):
        for region in split_up(task.hole):
            run.progress.check()
            seen = see(region, task.photo, state)
            decisive, _ = split(seen.pixels)
            if not has_even_alpha(decisive, seen.state):
                continue
            colours = np.ascontiguousarray(decisive[..., :COLOURS])
            found = find_traces(colours, seen.state, team, seen.schedule)
            for part, whole in ((found.shadow, shadow), (found.rim, rim)):
                if part is not None:
                    whole[seen.core] |= part[seen.own]
    return Traces(_anything(shadow), _anything(rim))


def _anything(mask: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    return mask if mask.any() else None
