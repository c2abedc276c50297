"""The scales of a region: what is to be filled at each of them, and with what."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill.engines.schedule import Schedule, at_scale
from wuhen.fill.progress import Progress
from wuhen.fill.raster.hole import Hole, find_hole
from wuhen.fill.raster.layout import KNOWN
from wuhen.fill.raster.pyramid import downsample
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.texture import measure_texture
from wuhen.fill.search.patches import Patches, find_patches
from wuhen.fill.traces.rim import exclude_rim, find_rim
from wuhen.fill.traces.shadow import Cast, mark_cast, remove_shadow

__all__ = ["Scale", "Traces", "add_coarser", "exclude_traces", "find_traces", "survey"]


class Scale(NamedTuple):
    """One scale of a region, before it is filled."""

    raster: Raster
    hole: Hole
    patches: Patches

    @property
    def depth(self) -> int:
        """How deep its hole is, in its pixels."""
        return self.hole.deepest


class Traces(NamedTuple):
    """What an erased object left around a region's hole, as bool ``(h, w)``; None of what it did not leave.

    Attributes
    ----------
    shadow
        Known pixels that are lightened.
    rim
        Known pixels that are filled anew, the outermost of them in part.
    """

    shadow: NDArray[np.bool_] | None = None
    rim: NDArray[np.bool_] | None = None


def survey(raster: Raster, step: int, min_cover: float = 0.0) -> Scale:
    """Find what is to be filled of a raster, and with what.

    Parameters
    ----------
    raster
        Of a region, at any scale.
    step
        Distance between the patches to fill, in pixels.
    min_cover
        Share of a pixel that must be known for it to be taken as it is, 0 to 1.
    """
    hole = find_hole(raster, min_cover)
    return Scale(raster, hole, find_patches(raster, hole, step))


def exclude_traces(scale: Scale, team: Team, schedule: Schedule, *, spare: bool) -> tuple[Scale, Cast | None]:
    """Keep what the erased object left around its hole, shadow and rim, from being taken for surroundings.

    Parameters
    ----------
    scale
        The finest; its raster is changed where there is a shadow.
    team
        Threads to work with.
    schedule
        How much of a rim is taken to be known.
    spare
        Whether a rim is taken to be one pixel wider than it was found to be.

    Returns
    -------
    clean
        The scale without them.
    shadow
        What was divided out, if there was one.
    """
    shadow = remove_shadow(scale.raster, scale.hole, team)
    width = find_rim(scale.raster, team)
    if not width:
        return scale, shadow
    clean = exclude_rim(scale.raster, width + spare, schedule.rim)
    found = survey(clean, schedule.step[0], (1 + schedule.rim) / 2)
    return (found if found.patches.source.any() else scale), shadow


def find_traces(
    pixels: NDArray[np.uint8], state: NDArray[np.uint8], team: Team, schedule: Schedule
) -> Traces:
    """Tell what is done to the surroundings of a region's hole where these may be changed, without filling.

    Parameters
    ----------
    pixels
        uint8 ``(h, w, 3)``.
    state
        uint8 ``(h, w)`` of `KNOWN`, `HOLE` and `BARRED`.
    team
        Threads to work with.
    schedule
        That of the fill.
    """
    finest = survey(Raster.of(pixels, state), schedule.step[0])
    if not (schedule.traces and finest.patches.source.any()):
        return Traces()
    clean, cast = exclude_traces(finest, team, schedule, spare=True)
    known = state == KNOWN
    shadow = None if cast is None else mark_cast(finest.raster, cast) & known
    before, after = (one.raster.plane(one.raster.cover) for one in (finest, clean))
    return Traces(shadow, None if clean is finest else (before != after) & known)


def add_coarser(scales: list[Scale], gain: float, team: Team, schedule: Schedule, progress: Progress) -> None:
    """Add ever coarser scales to the finest, while there is a hole, room and something to copy.

    Parameters
    ----------
    scales
        The finest alone; the others are appended.
    gain
        Of the texture channel, which is measured then; 0 if there is something else in the fourth channel.
    team
        Threads to work with.
    schedule
        How small scales may be, and what is filled of them.
    progress
        Asked after each scale whether to go on.
    """
    if gain:
        measure_texture(scales[0].raster, gain, team)
    progress.check()
    while len(scales[-1].hole.indices):
        raster = scales[-1].raster
        deep = scales[-1].depth > schedule.deep
        if min(raster.height, raster.width) // 2 < (schedule.min_side_deep if deep else schedule.min_side):
            break
        number = len(scales)
        coarse = survey(
            downsample(raster, team), at_scale(schedule.step, number), at_scale(schedule.anew, number)
        )
        if not coarse.patches.source.any():
            break
        scales.append(coarse)
        progress.check()
    if gain and len(scales) > 1:
        # One scale up it is measured anew; from there on the means of the finest scale's tell more.
        measure_texture(scales[1].raster, gain, team)
