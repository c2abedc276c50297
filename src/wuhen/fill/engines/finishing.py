"""What is done with a region after its last vote."""

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill.engines.aids import Aids
from wuhen.fill.engines.scales import Scale
from wuhen.fill.engines.schedule import Schedule
from wuhen.fill.finish.blend import LastVote, blend
from wuhen.fill.finish.contrast import restore_contrast
from wuhen.fill.fusion.detail import transfer_detail
from wuhen.fill.raster.hole import restore_measured
from wuhen.fill.raster.layout import CHANNELS
from wuhen.fill.raster.raster import WideRaster
from wuhen.fill.raster.samples import widen
from wuhen.fill.structure.settling import settle
from wuhen.fill.traces.shadow import Cast, divide_out

__all__ = ["copy_wide", "finish"]


def copy_wide(
    finest: Scale, wide: NDArray[np.uint16], shadow: Cast | None, vote: LastVote, team: Team
) -> WideRaster:
    """Count the last vote again, over 16-bit samples.

    Parameters
    ----------
    finest
        The region's finest scale, filled.
    wide
        uint16 ``(h, w, 3)`` or ``(h, w, 4)``: what its pixels were rounded from.
    shadow
        What was divided out of it, if anything.
    vote
        The last one.
    team
        Threads to work with.
    """
    from wuhen.fill.search.wide_vote import vote_wide

    narrow, hole, _ = finest
    raster = WideRaster.over(narrow, wide)
    if shadow is not None:
        divide_out(raster, shadow, team)
    # Partly known pixels may be copied as well. They differ from the photo, and are known to 8 bits.
    samples = raster.pixels.reshape(-1, CHANNELS)
    measured = samples[hole.partial].ravel()
    samples[hole.partial] = widen(narrow.pixels.reshape(-1, CHANNELS)[hole.partial])
    vote_wide(raster, hole.indices, vote.step, vote.match, vote.votes, team)
    restore_measured(raster, hole, measured)
    return raster


def finish(
    finest: Scale,
    wide: WideRaster | None,
    vote: LastVote,
    aids: Aids,
    gain: float,
    team: Team,
    schedule: Schedule,
) -> None:
    """Take steps out of a fill, give contrast back, and show what was told and drawn.

    Parameters
    ----------
    finest
        The region's finest scale, filled; it is changed.
    wide
        The same at 16 bits: with it, it is changed as well.
    vote
        The last one.
    aids
        What the fill was led by.
    gain
        Of the texture channel; 0 if there is something else in the fourth channel.
    team
        Threads to work with.
    schedule
        How much is done.
    """
    raster, hole, _ = finest
    repeats = bool(aids.repetitions[0].found)
    if schedule.blend:
        for one in (wide, raster):
            if one is not None:
                blend(one, hole, vote, schedule.blend, raster.pixels, gain, team, repeats=repeats)
    if gain and schedule.contrast > 1:
        # What is a repetition has the right contrast already.
        lift = schedule.guidance.lift if aids.painted and not repeats else 1.0
        restore_contrast(raster, hole, gain, schedule.contrast, team, lift, wide)
    for image in aids.painted:
        if image.shown:
            transfer_detail(raster, hole, image, team, wide)
    settle(raster, hole, aids.drawing, wide)
