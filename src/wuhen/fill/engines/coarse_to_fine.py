"""The coarse-to-fine loop over one region."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.compute.team import Team
from wuhen.fill.engines.schedule import DEFAULT, Schedule, at_scale
from wuhen.fill.finish.blend import blend
from wuhen.fill.finish.contrast import restore_contrast
from wuhen.fill.guides.image import Picture, paint
from wuhen.fill.guides.protocol import Guide, side_of
from wuhen.fill.progress import Progress
from wuhen.fill.raster.layout import SIDE
from wuhen.fill.raster.level import KNOWN, Level, has_whole_patch
from wuhen.fill.raster.membrane import stretch
from wuhen.fill.raster.pyramid import double, halve, interpolate
from wuhen.fill.raster.texture import measure_texture
from wuhen.fill.search.offsets import dominant_offsets
from wuhen.fill.search.patchmatch import Search
from wuhen.fill.search.repetition import Repetition
from wuhen.fill.search.vote import Voting
from wuhen.fill.traces.rim import find_rim, without_rim
from wuhen.fill.traces.shadow import remove_shadow

__all__ = ["fill_region", "has_source"]

_COLOURS = 3
#: Least reach of a pass, in pixels.
_REFINING = 4
#: From turn to turn the reach falls by two to the power of this: once there is a vote, matches move little.
_NARROWING = 3


def has_source(state: NDArray[np.uint8]) -> bool:
    """Whether some whole patch of a region may be copied."""
    if min(state.shape) < SIDE:
        return bool((state == KNOWN).any())
    return has_whole_patch(np.ascontiguousarray(state))


def fill_region(
    pixels: NDArray[np.uint8],
    state: NDArray[np.uint8],
    seed: int,
    team: Team,
    progress: Progress,
    schedule: Schedule = DEFAULT,
    guide: Guide | None = None,
    *,
    remove_traces: bool = False,
) -> NDArray[np.uint8]:
    """Fill a region's hole.

    Parameters
    ----------
    pixels
        uint8 ``(h, w, 3)`` or ``(h, w, 4)``, each side at least a patch's.
    state
        uint8 ``(h, w)`` of `KNOWN`, `HOLE` and `BARRED`.
    seed
        Of the random search.
    team
        Threads to work with.
    progress
        Told of the hole's area by and by.
    schedule
        How much work to do at which scale.
    guide
        Asked for a coarse picture of the hole, which the fill then follows; not where ``pixels`` has alpha.
    remove_traces
        Whether what is returned around the hole is of use, and no half of a rim may be left in it.

    Returns
    -------
    ndarray
        uint8, shaped like ``pixels``. Outside the hole it differs from them only where its shadow was found
        and divided out, and where the rim was that it left: neither where ``pixels`` has alpha.
    """
    channels = pixels.shape[2]
    finest = Level.of(pixels, state)
    finest.survey(schedule.step[0])
    area = len(finest.holes)
    if not finest.source.any():
        interpolate(finest, team)
        progress.advance(area)
        return finest.image(channels)
    if channels == _COLOURS and schedule.traces:
        finest = _without_traces(finest, team, schedule, spare=remove_traces)
    picture = None
    schedule = _suited(schedule, guide)
    if channels == _COLOURS and guide is not None:
        picture = paint(finest, guide, schedule)
    textured = channels == _COLOURS and schedule.texture > 0
    if textured:
        measure_texture(finest, schedule.texture, team)
    levels = _scales(finest, team, schedule)
    if textured and len(levels) > 1:
        # One scale up it is measured anew; from there on the means of the finest scale's tell more.
        measure_texture(levels[1], schedule.texture, team)
    work = [
        schedule.plan(scale, len(level.targets), int(level.depth.max()))[0] * len(level.holes) + 1
        for scale, level in enumerate(levels)
    ]
    shifts = _shifts(levels, schedule)
    coarse = None
    for scale in range(len(levels) - 1, -1, -1):
        level = levels.pop()
        if coarse is None:
            _begin(level, scale, picture, team)
        else:
            double(coarse, level)
        if len(level.holes):
            share = area * work[scale] / sum(work)
            _descend(
                level, scale, picture, seed * 64 + scale, team, progress, share, schedule, shifts[scale]
            )  # fmt: skip
        coarse = level
    if textured and schedule.contrast > 1:
        # What is a repetition has the right contrast already.
        lift = 1.0 if picture is None or shifts[0].found else schedule.guide_lift
        restore_contrast(finest, schedule.texture, schedule.contrast, team, lift)
    return finest.image(channels)


def _suited(schedule: Schedule, guide: Guide | None) -> Schedule:
    """Show a guide what it says it can see."""
    side = side_of(guide, 0)
    return replace(schedule, guide_side=side, guide_share=np.inf) if side else schedule


def _without_traces(level: Level, team: Team, schedule: Schedule, *, spare: bool) -> Level:
    """Keep what the erased object left around its hole, shadow and rim, from being taken for surroundings."""
    remove_shadow(level, team)
    width = find_rim(level, team)
    if not width:
        return level
    clean = without_rim(level, width + spare, schedule.rim)
    clean.survey(schedule.step[0], (1 + schedule.rim) / 2)
    return clean if clean.source.any() else level


def _scales(finest: Level, team: Team, schedule: Schedule) -> list[Level]:
    """List the level and ever coarser ones, while there is a hole, room and something to copy."""
    levels = [finest]
    while len(levels[-1].holes):
        side = min(levels[-1].height, levels[-1].width) // 2
        deep = levels[-1].depth.max() > schedule.deep
        if side < (schedule.least if deep else schedule.coarsest):
            break
        coarse = halve(levels[-1], team)
        coarse.survey(at_scale(schedule.step, len(levels)), at_scale(schedule.anew, len(levels)))
        if not coarse.source.any():
            break
        levels.append(coarse)
    return levels


def _shifts(levels: list[Level], schedule: Schedule) -> list[Repetition]:
    """Find the shifts worth proposing at one scale, and carry them over to the finer ones."""
    sizes = [level.height * level.width for level in levels]
    home = next((scale for scale, size in enumerate(sizes) if size <= schedule.offsets_area), len(levels) - 1)
    found = dominant_offsets(levels[home], schedule.offsets)
    shifts = [
        Repetition(levels[scale], found[:0], doubled=False) for scale in range(len(levels) - 1, home, -1)
    ]
    shifts.append(Repetition(levels[home], found, doubled=False))
    for level in levels[:home][::-1]:
        shifts.append(Repetition(level, shifts[-1].offsets * np.int32(2), doubled=True))
    return shifts[::-1]


def _begin(level: Level, scale: int, picture: Picture | None, team: Team) -> None:
    """Seed the coarsest scale."""
    stretch(level, team)
    if picture is not None:
        picture.pull(level, scale, 1.0)


def _descend(
    level: Level,
    scale: int,
    picture: Picture | None,
    seed: int,
    team: Team,
    progress: Progress,
    share: float,
    schedule: Schedule,
    repetition: Repetition,
) -> None:
    """Alternate match and vote at one scale."""
    rounds, extra, reach = schedule.plan(scale, len(level.targets), int(level.depth.max()))
    follow = 0.0 if picture is None else schedule.follow_at(scale, picture.home)
    if follow:
        rounds, extra = min(rounds, schedule.guide_rounds), min(extra, schedule.guide_extra)
    level.prepare(schedule.fade, schedule.floor, at_scale(schedule.confidence, scale))
    search = Search(
        level, team, seed, schedule.coherence, at_scale(schedule.far, scale), repetition.proposals
    )
    voting = Voting(level, team, schedule.decay)
    if picture is not None and follow:
        picture.pull(level, scale, 1.0)
    level.recall()
    voting.rebuild(schedule.spread)
    repetition.pull(level)
    level.recall()
    search.improve(*[reach] * extra)
    for turn in range(rounds):
        search.improve(max(reach >> (_NARROWING * turn), min(reach, _REFINING)))
        voting.rebuild(schedule.last_spread if scale == 0 and turn == rounds - 1 else schedule.spread)
        # Half of the turns are left to the patches, to agree with each other.
        if 2 * turn < rounds:
            if picture is not None and follow:
                picture.pull(level, scale, follow * (1 - 2 * turn / rounds))
            repetition.pull(level)
        level.recall()
        progress.advance(share / rounds)
    if scale == 0 and schedule.blend:
        level.forget()
        blend(level, voting.weight, schedule.blend)
