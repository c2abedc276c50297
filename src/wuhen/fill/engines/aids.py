"""What helps the patches of a region: what guides painted, what repeats itself, and edges that go on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from wuhen.compute.team import Team
from wuhen.fill.engines.scales import Scale
from wuhen.fill.engines.schedule import Schedule
from wuhen.fill.fusion.finer import pull_finer
from wuhen.fill.guides.image import GuideImage, paint
from wuhen.fill.guides.protocol import Guide, find_max_side, is_vague
from wuhen.fill.structure.drawing import Drawing
from wuhen.fill.structure.leading import draw_leads
from wuhen.fill.structure.repetitions import AnyRepetition, find_repetitions, show_agreement
from wuhen.fill.structure.surroundings import survey_families

__all__ = ["Aids", "draw_to", "look_around", "paint_guide", "suit_guide"]


class Aids(NamedTuple):
    """What helps the patches.

    Attributes
    ----------
    painted
        What the guide painted, if anything.
    drawn
        What was drawn of edges.
    drawing
        What of that is shown in the result.
    repetitions
        Of each scale, the finest first.
    """

    painted: tuple[GuideImage, ...]
    drawn: tuple[GuideImage, ...]
    drawing: Drawing | None
    repetitions: list[AnyRepetition]

    @property
    def guide_images(self) -> tuple[GuideImage, ...]:
        """All that is followed; later ones win."""
        return self.painted + self.drawn


def suit_guide(schedule: Schedule, guide: Guide | None, share: float) -> Schedule:
    """Show a guide what it says it can see, or follow its guess as a hole of such a share asks for."""
    side = find_max_side(guide, 0)
    if not side:
        return schedule if guide is None else schedule.suit_hole(share)
    return replace(schedule, guidance=replace(schedule.guidance, side=side, area_ratio=np.inf))


def paint_guide(finest: Scale, guide: Guide | None, schedule: Schedule) -> tuple[GuideImage, ...]:
    """Have a guide paint a region: one image, or none."""
    painted = None if guide is None else paint(finest.raster, finest.hole, guide, schedule.guidance)
    return () if painted is None else (painted,)


def look_around(
    scales: Sequence[Scale],
    guide: Guide | None,
    painted: tuple[GuideImage, ...],
    team: Team,
    schedule: Schedule,
    *,
    coloured: bool,
) -> Aids:
    """Find what the surroundings tell of a hole.

    Parameters
    ----------
    scales
        A region's, the finest first.
    guide, painted
        Who painted it, if anyone, and what.
    team
        Threads to work with.
    schedule
        What is looked for.
    coloured
        Whether the region has no alpha; elsewhere only what repeats itself is looked for.
    """
    rasters, finest = [scale.raster for scale in scales], scales[0]
    families = survey_families(rasters, finest.hole, schedule.families) if coloured else None
    repetitions = find_repetitions(
        [(scale.raster, scale.hole) for scale in scales], families, schedule.offsets, schedule.offsets_area
    )
    if not coloured:
        return Aids(painted, (), None, repetitions)
    told = () if is_vague(guide) else painted
    told += show_agreement(finest.raster, finest.hole, repetitions[0])
    drawing, drawn = draw_leads(rasters, schedule.structure, families, repetitions[0], told, team)
    return Aids(painted, drawn, drawing, repetitions)


def draw_to(pulls: Sequence[tuple[GuideImage, float]], scale: Scale, number: int, *, hold: bool) -> None:
    """Draw a scale to guide images, each by a share of the way, and all the way where it is held."""
    for image, share in pulls:
        image.pull(scale.raster, scale.hole.indices, number, share, float(hold and number >= image.home))
        if hold and image.shown and image.sure is None and number == 0 < image.home:
            pull_finer(scale.raster, scale.hole, image)
