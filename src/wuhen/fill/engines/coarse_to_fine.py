"""The coarse-to-fine loop over one region."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.heap import keep_freed_memory
from wuhen.compute.signature import Flat
from wuhen.compute.team import Team
from wuhen.fill.engines.schedule import DEFAULT, Schedule, at_scale
from wuhen.fill.finish.blend import LastVote, blend
from wuhen.fill.finish.contrast import restore_contrast
from wuhen.fill.fusion.detail import transfer_detail
from wuhen.fill.fusion.finer import pull_finer
from wuhen.fill.guides.image import GuideImage, paint
from wuhen.fill.guides.protocol import Guide, find_max_side, is_vague
from wuhen.fill.progress import Progress
from wuhen.fill.raster.hole import Hole, find_hole, restore_measured
from wuhen.fill.raster.layout import CHANNELS, COLOURS, KNOWN, SIDE
from wuhen.fill.raster.membrane import solve_membrane
from wuhen.fill.raster.pyramid import downsample, interpolate, upsample
from wuhen.fill.raster.raster import Raster, WideRaster
from wuhen.fill.raster.samples import Pixels, widen
from wuhen.fill.raster.texture import measure_texture
from wuhen.fill.search.field import Field, new_field, upsample_field
from wuhen.fill.search.patches import Patches, find_patches, has_whole_patch
from wuhen.fill.search.patchmatch import Search
from wuhen.fill.search.vote import Voting
from wuhen.fill.search.weights import weigh
from wuhen.fill.structure.drawing import Drawing
from wuhen.fill.structure.leading import draw_leads
from wuhen.fill.structure.repetitions import AnyRepetition, find_repetitions, show_agreement
from wuhen.fill.structure.settling import settle
from wuhen.fill.structure.surroundings import survey_families
from wuhen.fill.traces.rim import exclude_rim, find_rim
from wuhen.fill.traces.shadow import Cast, divide_out, remove_shadow

__all__ = ["fill_region", "has_source"]

#: Least reach of a pass, in pixels.
_REFINING = 4
#: From turn to turn the reach falls by two to the power of this: once there is a vote, matches move little.
_NARROWING = 3

keep_freed_memory()


class _Scale(NamedTuple):
    """One scale of a region, before it is filled."""

    raster: Raster
    hole: Hole
    patches: Patches

    @property
    def depth(self) -> int:
        """How deep its hole is, in its pixels."""
        return self.hole.deepest


class _Initialised(NamedTuple):
    """A scale whose hole has first colours, and whose patches may have first matches."""

    scale: _Scale
    field: Field


class _Aids(NamedTuple):
    """What helps the patches: guide images, the later of which win, and each scale's repetitions."""

    guide_images: tuple[GuideImage, ...]
    repetitions: list[AnyRepetition]


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

    Returns
    -------
    ndarray
        Like ``wide``, or ``pixels`` without it. Outside the hole it differs from them only where its shadow
        was found and divided out, and where the rim was that it left: neither where ``pixels`` has alpha.
    """
    channels = pixels.shape[2]
    # The only reference to the scales' maps: each one's go when the next finer one has been seeded from it.
    scales = [_survey(Raster.of(pixels, state), schedule.step[0])]
    area = len(scales[0].hole.indices)
    if not scales[0].patches.source.any():
        interpolate(scales[0].raster, scales[0].hole.indices, team)
        progress.advance(area)
        smooth = scales[0].raster.image(channels)
        return smooth if wide is None else widen(smooth)
    progress.check()
    shadow = None
    if channels == COLOURS and schedule.traces:
        clean, shadow = _exclude_traces(scales[0], team, schedule, spare=remove_traces)
        scales = [clean]
    progress.check()
    finest = scales[0]
    raster, hole = finest.raster, finest.hole
    schedule = _suit_guide(schedule, guide, area / state.size)
    guide_images = _paint_guides(finest, guide, schedule) if channels == COLOURS else ()
    textured = channels == COLOURS and schedule.texture > 0
    if textured:
        measure_texture(raster, schedule.texture, team)
    progress.check()
    _add_coarser(scales, team, schedule, progress)
    if textured and len(scales) > 1:
        # One scale up it is measured anew; from there on the means of the finest scale's tell more.
        measure_texture(scales[1].raster, schedule.texture, team)
    told = () if is_vague(guide) else guide_images
    aids, structure = _look_around(scales, channels, guide_images, told, team, schedule)
    progress.check()
    match, votes = _fill_scales(scales, seed, area, aids, team, progress, schedule)
    copied = None if wide is None else _copy_wide(finest, wide, shadow, match, votes, team)
    if schedule.blend:
        vote, gain = LastVote(finest.patches.step, match, votes), schedule.texture if textured else 0.0
        for one in (copied, raster):
            if one is not None:
                blend(
                    one,
                    hole,
                    vote,
                    schedule.blend,
                    raster.pixels,
                    gain,
                    team,
                    repeats=aids.repetitions[0].found,
                )
    if textured and schedule.contrast > 1:
        # What is a repetition has the right contrast already.
        lift = 1.0 if not guide_images or aids.repetitions[0].found else schedule.guidance.lift
        restore_contrast(raster, hole, schedule.texture, schedule.contrast, team, lift, copied)
    for image in filter(lambda image: image.shown, aids.guide_images):
        transfer_detail(raster, hole, image, copied)
    settle(raster, hole, structure, copied)
    return (copied or raster).image(channels)


def _copy_wide(
    finest: _Scale,
    wide: NDArray[np.uint16],
    shadow: Cast | None,
    match: Flat[np.int32],
    votes: Flat[np.float32],
    team: Team,
) -> WideRaster:
    """Count the last vote again, over 16-bit samples."""
    from wuhen.fill.search.wide_vote import vote_wide

    narrow, hole, patches = finest
    raster = WideRaster.over(narrow, wide)
    if shadow is not None:
        divide_out(raster, shadow, team)
    # Partly known pixels may be copied as well. They differ from the photo, and are known to 8 bits.
    samples = raster.pixels.reshape(-1, CHANNELS)
    measured = samples[hole.partial].ravel()
    samples[hole.partial] = widen(narrow.pixels.reshape(-1, CHANNELS)[hole.partial])
    vote_wide(raster, hole.indices, patches.step, match, votes, team)
    restore_measured(raster, hole, measured)
    return raster


def _suit_guide(schedule: Schedule, guide: Guide | None, share: float) -> Schedule:
    """Show a guide what it says it can see, or follow its guess as a hole of such a share asks for."""
    side = find_max_side(guide, 0)
    if not side:
        return schedule if guide is None else schedule.suit_hole(share)
    return replace(schedule, guidance=replace(schedule.guidance, side=side, area_ratio=np.inf))


def _paint_guides(scale: _Scale, guide: Guide | None, schedule: Schedule) -> tuple[GuideImage, ...]:
    """Have everyone paint who knows what belongs into a hole; those who know best come last."""
    painted = None if guide is None else paint(scale.raster, scale.hole, guide, schedule.guidance)
    return () if painted is None else (painted,)


def _look_around(
    scales: list[_Scale],
    channels: int,
    painted: tuple[GuideImage, ...],
    told: tuple[GuideImage, ...],
    team: Team,
    schedule: Schedule,
) -> tuple[_Aids, Drawing | None]:
    """Find what the surroundings tell of a hole; returned are all aids, and what was drawn of single edges.

    ``told`` are those of the ``painted`` images that know better.
    """
    rasters, finest = [scale.raster for scale in scales], scales[0]
    coloured = channels == COLOURS
    families = survey_families(rasters, finest.hole, schedule.families) if coloured else None
    repetitions = find_repetitions(
        [(scale.raster, scale.hole) for scale in scales], families, schedule.offsets, schedule.offsets_area
    )
    if not coloured:
        return _Aids(painted, repetitions), None
    told += show_agreement(finest.raster, finest.hole, repetitions[0])
    drawing, drawn = draw_leads(rasters, schedule.structure, families, repetitions[0], told, team)
    return _Aids(painted + drawn, repetitions), drawing


def _survey(raster: Raster, step: int, min_cover: float = 0.0) -> _Scale:
    """Find what is to be filled of a raster, and with what."""
    hole = find_hole(raster, min_cover)
    return _Scale(raster, hole, find_patches(raster, hole, step))


def _exclude_traces(
    scale: _Scale, team: Team, schedule: Schedule, *, spare: bool
) -> tuple[_Scale, Cast | None]:
    """Keep what the erased object left around its hole, shadow and rim, from being taken for surroundings.

    Returns the scale without them, and the shadow, if there is one.
    """
    shadow = remove_shadow(scale.raster, scale.hole, team)
    width = find_rim(scale.raster, team)
    if not width:
        return scale, shadow
    clean = exclude_rim(scale.raster, width + spare, schedule.rim)
    found = _survey(clean, schedule.step[0], (1 + schedule.rim) / 2)
    return (found if found.patches.source.any() else scale), shadow


def _add_coarser(scales: list[_Scale], team: Team, schedule: Schedule, progress: Progress) -> None:
    """Add ever coarser scales to the finest, while there is a hole, room and something to copy."""
    while len(scales[-1].hole.indices):
        raster = scales[-1].raster
        deep = scales[-1].depth > schedule.deep
        if min(raster.height, raster.width) // 2 < (schedule.min_side_deep if deep else schedule.min_side):
            break
        number = len(scales)
        coarse = _survey(
            downsample(raster, team), at_scale(schedule.step, number), at_scale(schedule.anew, number)
        )
        if not coarse.patches.source.any():
            break
        scales.append(coarse)
        progress.check()


def _fill_scales(
    scales: list[_Scale],
    seed: int,
    area: int,
    aids: _Aids,
    team: Team,
    progress: Progress,
    schedule: Schedule,
) -> tuple[Flat[np.int32], Flat[np.float32]]:
    """Fill scale after scale, the coarsest first, and take each from the list.

    Returns
    -------
    match
        int32 per patch centre of the finest scale: its field's matches.
    votes
        float32 per patch centre: the weights of its last votes.
    """
    work = [
        schedule.plan(number, len(scale.patches.targets), scale.depth)[0] * len(scale.hole.indices) + 1
        for number, scale in enumerate(scales)
    ]
    shares = [area * amount / sum(work) for amount in work]

    def fill(initialised: _Initialised, number: int) -> Flat[np.float32]:
        return _fill_scale(
            initialised, number, seed * 64 + number, aids, team, progress, shares[number], schedule
        )

    coarsest = len(scales) - 1
    initialised = _initialise(scales.pop(), coarsest, aids.guide_images, team)
    votes = fill(initialised, coarsest)
    for number in range(coarsest - 1, -1, -1):
        initialised = _refine(initialised, scales.pop())
        votes = fill(initialised, number)
    return initialised.field.match, votes


def _initialise(scale: _Scale, number: int, guide_images: tuple[GuideImage, ...], team: Team) -> _Initialised:
    """Seed the coarsest scale."""
    raster, hole, patches = scale
    solve_membrane(raster, hole.indices, team)
    for image in guide_images:
        image.pull(raster, hole.indices, number, 1.0)
    return _Initialised(scale, new_field(patches))


def _refine(coarse: _Initialised, scale: _Scale) -> _Initialised:
    """Seed a scale from the next coarser one."""
    raster, hole, patches = scale
    upsample(coarse.scale.raster, raster, hole.indices)
    field = upsample_field(coarse.field, coarse.scale.raster, coarse.scale.patches.step, raster, patches)
    return _Initialised(scale, field)


def _fill_scale(
    initialised: _Initialised,
    number: int,
    seed: int,
    aids: _Aids,
    team: Team,
    progress: Progress,
    share: float,
    schedule: Schedule,
) -> Flat[np.float32]:
    """Alternate match and vote at one scale, and return the weights of the last votes."""
    (raster, hole, patches), field = initialised
    if not len(hole.indices):
        return np.zeros(0, np.float32)
    repetition = aids.repetitions[number]
    rounds, extra, reach = schedule.plan(number, len(patches.targets), hole.deepest)
    following = [(image, schedule.follow_at(number, image)) for image in aids.guide_images]
    following = [(image, follow) for image, follow in following if follow or image.firm]
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
    _draw_to(pulls, initialised.scale, number, hold=True)
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
        _draw_to(pulls, initialised.scale, number, hold=not last)
        if 2 * turn < rounds or (repetition.firm and not last):
            repetition.pull(raster, hole.indices)
        restore_measured(raster, hole)
        progress.advance(share / rounds)
    return voting.votes


def _draw_to(pulls: list[tuple[GuideImage, float]], scale: _Scale, number: int, *, hold: bool) -> None:
    """Draw a scale to guide images, each by a share of the way, and all the way where it is held."""
    for image, share in pulls:
        image.pull(scale.raster, scale.hole.indices, number, share, float(hold and number >= image.home))
        if hold and image.shown and image.sure is None and number == 0 < image.home:
            pull_finer(scale.raster, scale.hole, image)
