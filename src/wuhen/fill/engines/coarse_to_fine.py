"""The coarse-to-fine loop over one region: look around, fill scale after scale, finish."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.heap import keep_freed_memory
from wuhen.compute.signature import Flat
from wuhen.compute.team import Team
from wuhen.fill.engines.aids import Aids, draw_to, look_around, paint_guide, suit_guide
from wuhen.fill.engines.finishing import copy_wide, finish
from wuhen.fill.engines.scales import Scale, add_coarser, exclude_traces, survey
from wuhen.fill.engines.schedule import DEFAULT, Schedule, at_scale
from wuhen.fill.engines.showing import Showing
from wuhen.fill.finish.blend import LastVote
from wuhen.fill.guides.image import GuideImage
from wuhen.fill.guides.protocol import Guide
from wuhen.fill.progress import Progress
from wuhen.fill.raster.hole import restore_measured
from wuhen.fill.raster.layout import COLOURS, KNOWN, SIDE
from wuhen.fill.raster.membrane import solve_membrane
from wuhen.fill.raster.pyramid import interpolate, upsample
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.samples import Pixels, widen
from wuhen.fill.search.field import Field, new_field, upsample_field
from wuhen.fill.search.patches import has_whole_patch
from wuhen.fill.search.patchmatch import Search
from wuhen.fill.search.vote import Voting
from wuhen.fill.search.weights import weigh

__all__ = ["fill_region", "has_source"]

#: Shares of a region's time before and after its scales are filled: of a large hole, and what a small one has
#: more or less; and the area at which it is half of that. Measured by `bench/studio/progress.py`.
_BEFORE, _AFTER = (0.12, 0.4), (0.3, -0.22)
_HALF_SMALL = 200_000
#: Of the time before: the survey with its traces, the guide, and the look around.
_STEPS = (0.25, 0.4, 0.35)
#: What a pixel takes of a round, when a patch takes 1.
_PIXEL = 0.125
#: Least reach of a pass, in pixels.
_REFINING = 4
#: From turn to turn the reach falls by two to the power of this: once there is a vote, matches move little.
_NARROWING = 3

keep_freed_memory()


class _Initialised(NamedTuple):
    """A scale whose hole has first colours, and whose patches may have first matches."""

    scale: Scale
    field: Field


def has_source(state: NDArray[np.uint8]) -> bool:
    """Whether some whole patch of a region may be copied."""
    if min(state.shape) < SIDE:
        return bool((state == KNOWN).any())
    return has_whole_patch(state)


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
    wide: NDArray[np.uint16] | None = None,
    showing: Showing | None = None,
) -> Pixels:
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
        Asked for a coarse image of the hole, which the fill then follows; not where ``pixels`` has alpha.
    remove_traces
        Whether what is returned around the hole is of use, and no half of a rim may be left in it.
    wide
        uint16, shaped like ``pixels``: what they were rounded from. What is copied is then copied from here;
        which patches are, is decided by ``pixels`` alone.
    showing
        Whom the hole is shown to as it comes into being.

    Returns
    -------
    ndarray
        Like ``wide``, or ``pixels`` without it. Outside the hole it differs from them only where its shadow
        was found and divided out, and where the rim was that it left: neither where ``pixels`` has alpha.
    """
    channels = pixels.shape[2]
    coloured = channels == COLOURS
    finest = survey(Raster.of(pixels, state), schedule.step[0])
    area = len(finest.hole.indices)
    if not finest.patches.source.any():
        interpolate(finest.raster, finest.hole.indices, team)
        progress.advance(area)
        smooth = finest.raster.image(channels)
        return smooth if wide is None else widen(smooth)
    progress.check()
    shadow = None
    if coloured and schedule.traces:
        finest, shadow = exclude_traces(finest, team, schedule, spare=remove_traces)
    before, after = _foresee_rest(area)
    progress.advance(before * _STEPS[0])
    schedule = suit_guide(schedule, guide, area / state.size)
    painted = paint_guide(finest, guide, schedule) if coloured else ()
    progress.advance(before * _STEPS[1])
    gain = schedule.texture if coloured else 0.0
    # The only reference to the coarser ones' maps: each one's go when the next finer has been seeded from it.
    scales = [finest]
    add_coarser(scales, gain, team, schedule, progress)
    aids = look_around(scales, guide, painted, team, schedule, coloured=coloured)
    progress.advance(before * _STEPS[2])
    vote = _fill_scales(scales, seed, area - before - after, aids, team, progress, schedule, showing)
    copied = None if wide is None else copy_wide(finest, wide, shadow, vote, team)
    finish(finest, copied, vote, aids, gain, team, schedule)
    progress.advance(after)
    return (copied or finest.raster).image(channels)


def _fill_scales(
    scales: list[Scale],
    seed: int,
    share: float,
    aids: Aids,
    team: Team,
    progress: Progress,
    schedule: Schedule,
    showing: Showing | None,
) -> LastVote:
    """Fill scale after scale, the coarsest first, and take each from the list."""
    work = [_foresee(scale, number, schedule) for number, scale in enumerate(scales)]
    shares = [share * amount / sum(work) for amount in work]

    def fill(initialised: _Initialised, number: int) -> Flat[np.float32]:
        return _fill_scale(
            initialised, number, seed * 64 + number, aids, team, progress, shares[number], schedule, showing
        )

    coarsest = len(scales) - 1
    initialised = _initialise(scales.pop(), coarsest, aids.guide_images, team)
    votes = fill(initialised, coarsest)
    for number in range(coarsest - 1, -1, -1):
        initialised = _refine(initialised, scales.pop())
        votes = fill(initialised, number)
    return LastVote(initialised.scale.patches.step, initialised.field.match, votes)


def _foresee_rest(area: int) -> tuple[float, float]:
    """Tell how much of a region's area stands for what is done before its scales are filled, and after."""
    small = _HALF_SMALL / (_HALF_SMALL + area)
    before, after = (area * (large + more * small) for large, more in (_BEFORE, _AFTER))
    return before, after


def _foresee(scale: Scale, number: int, schedule: Schedule) -> float:
    """Tell how much work a scale is, beside the others."""
    patches, pixels = len(scale.patches.targets), len(scale.hole.indices)
    return schedule.plan(number, patches, scale.depth)[0] * (patches + _PIXEL * pixels) + 1


def _initialise(scale: Scale, number: int, guide_images: tuple[GuideImage, ...], team: Team) -> _Initialised:
    """Seed the coarsest scale."""
    raster, hole, patches = scale
    solve_membrane(raster, hole.indices, team)
    for image in guide_images:
        image.pull(raster, hole.indices, number, 1.0)
    return _Initialised(scale, new_field(patches))


def _refine(coarse: _Initialised, scale: Scale) -> _Initialised:
    """Seed a scale from the next coarser one."""
    raster, hole, patches = scale
    upsample(coarse.scale.raster, raster, hole.indices)
    field = upsample_field(coarse.field, coarse.scale.raster, coarse.scale.patches.step, raster, patches)
    return _Initialised(scale, field)


def _fill_scale(
    initialised: _Initialised,
    number: int,
    seed: int,
    aids: Aids,
    team: Team,
    progress: Progress,
    share: float,
    schedule: Schedule,
    showing: Showing | None,
) -> Flat[np.float32]:
    """Alternate match and vote at one scale, and return the weights of the last votes."""
    (raster, hole, patches), field = initialised
    if not len(hole.indices):
        return np.zeros(0, np.float32)
    repetition = aids.repetitions[number]
    rounds, extra, reach = schedule.plan(number, len(patches.targets), hole.deepest)
    following = [(image, schedule.follow_at(number, image)) for image in aids.guide_images]
    following = [(image, follow) for image, follow in following if follow or image.is_firm]
    if following:
        rounds, extra = min(rounds, schedule.guidance.rounds), min(extra, schedule.guidance.extra)
    weights = weigh(
        raster, hole, patches, schedule.fade, schedule.floor, at_scale(schedule.confidence, number)
    )
    search = Search(
        raster, patches, field, weights, team, seed, schedule.coherence, at_scale(schedule.far, number),
        repetition.proposals,
    )  # fmt: skip
    voting = Voting(raster, hole, patches, field, weights, team, schedule.decay)
    pulls = [(image, float(follow > 0)) for image, follow in following]
    draw_to(pulls, initialised.scale, number, hold=True)
    restore_measured(raster, hole)
    voting.rebuild(schedule.spread)
    repetition.pull(raster, hole.indices)
    restore_measured(raster, hole)
    search.improve(*[reach] * extra)
    for turn in range(rounds):
        search.improve(max(reach >> (_NARROWING * turn), min(reach, _REFINING)))
        last = number == 0 and turn == rounds - 1
        voting.rebuild(schedule.last_spread if last else schedule.spread)
        # Half of the turns are left to the patches, to agree with each other, but where a guide knows.
        left = max(schedule.guidance.lasting, 1 - 2 * turn / rounds)
        pulls = [(image, follow * left) for image, follow in following]
        draw_to(pulls, initialised.scale, number, hold=not last)
        if 2 * turn < rounds or (repetition.firm and not last):
            repetition.pull(raster, hole.indices)
        restore_measured(raster, hole)
        progress.advance(share / rounds)
        if showing is not None:
            showing.show(initialised.scale, number)
    return voting.votes
