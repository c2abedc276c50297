"""All that is drawn of what must run through a hole."""

from collections.abc import Sequence

from wuhen.compute.team import Team
from wuhen.fill.guides.image import GuideImage
from wuhen.fill.masks import is_wide
from wuhen.fill.raster.layout import HOLE
from wuhen.fill.raster.raster import Raster
from wuhen.fill.structure.drawing import Drawing, draw_structure
from wuhen.fill.structure.repetitions import AnyRepetition, repeats_both_ways
from wuhen.fill.structure.spans import draw_spans
from wuhen.fill.structure.vanishing import Families

__all__ = ["draw_leads"]


def draw_leads(
    rasters: Sequence[Raster],
    squares: int,
    families: Families | None,
    repetition: AnyRepetition,
    told: Sequence[GuideImage],
    team: Team,
) -> tuple[Drawing | None, tuple[GuideImage, ...]]:
    """Continue edges, and families of them, through a hole.

    Parameters
    ----------
    rasters
        A region's scales, the finest first.
    squares
        How many squares must lie in the hole.
    families
        Of parallel edges around it, if they are to be continued as such.
    repetition
        The finest scale's: of what repeats itself both ways each pixel is known better.
    told
        What others have painted who know better.
    team
        Threads to work with.

    Returns
    -------
    drawing
        What was drawn of single edges, if anything.
    guide_images
        Of all that was drawn.
    """
    hole = rasters[0].plane(rasters[0].state) == HOLE
    if not is_wide(hole, squares) or repeats_both_ways(repetition):
        return None, ()
    spans = () if families is None else draw_spans(rasters, families, told)
    drawing = draw_structure(rasters, told, team)
    return drawing, spans if drawing is None else (drawing.sides, drawing.lines, *spans)
