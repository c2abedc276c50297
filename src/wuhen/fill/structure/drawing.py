"""Draw what must run through a hole: edges that end at it, continued and joined."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill.guides.image import GuideImage
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.window import Window, bound_hole
from wuhen.fill.structure.curves import Curve, choose_curves
from wuhen.fill.structure.ends import LONGEST, find_ends, measure_distance
from wuhen.fill.structure.gradients import measure_gradients
from wuhen.fill.structure.looks import describe
from wuhen.fill.structure.painting import paint_curves
from wuhen.fill.structure.pairing import join_all
from wuhen.fill.structure.sides import spread_sides

__all__ = ["Drawing", "draw_structure", "find_curves"]

_MARGIN = LONGEST + 4
#: Edges are looked for at the finest scale at which the hole's box is no longer than this, px.
_SIDE = 360
#: The same for the scale at which the colours of their sides are spread.
_SPREAD_SIDE = 96


class Drawing(NamedTuple):
    """Curves through a hole, as guide images.

    Attributes
    ----------
    sides
        On which sides of curves places lie, for coarse scales.
    lines
        The curves themselves, at full size and trusted beside them alone.
    grain
        float32 ``(h, w)``, for each pixel of ``lines``: how far known pixels there differ from the mean along
        the curve (standard deviation), levels of 255.
    """

    sides: GuideImage
    lines: GuideImage
    grain: NDArray[np.float32]


def draw_structure(rasters: Sequence[Raster], told: Sequence[GuideImage], team: Team) -> Drawing | None:
    """Draw the curves that run through a hole.

    Parameters
    ----------
    rasters
        A region's scales, the finest first.
    told
        What others have painted who know better, as far as they are to be trusted.
    team
        Threads to work with.

    Returns
    -------
    Drawing or None
        None where no curve is sure enough.
    """
    finest = bound_hole(rasters[0], 1)
    scale = 0
    while max(finest.shape) >> scale > _SIDE and scale + 1 < len(rasters):
        scale += 1
    curves = find_curves(rasters[scale])
    if not curves:
        return None
    colours, trust, grain = paint_curves(rasters[0], finest, curves, scale)
    for image in told:
        trust *= 1 - _trust_of(image, finest)
    if not trust.any():
        return None
    lines = GuideImage(colours, finest, trust, firm=np.ones_like(trust))
    while max(finest.shape) >> scale > _SPREAD_SIDE and scale + 1 < len(rasters):
        scale += 1
    spread, near, box = spread_sides(rasters[scale], finest, colours, trust, scale, team)
    return Drawing(GuideImage(spread, box.at_finest(scale), near), lines, grain)


def _trust_of(image: GuideImage, box: Window) -> NDArray[np.float32]:
    """Look up how far a guide image is trusted at each pixel of a box: float32 ``(h, w)``."""
    window, (height, width) = image.window, image.trust.shape
    down, right = window.bottom - window.top, window.right - window.left
    rows = ((np.arange(box.top, box.bottom) + 0.5 - window.top) * height / down).astype(np.int64)
    columns = ((np.arange(box.left, box.right) + 0.5 - window.left) * width / right).astype(np.int64)
    trust: NDArray[np.float32] = image.trust[
        np.clip(rows, 0, height - 1)[:, None], np.clip(columns, 0, width - 1)
    ]
    return trust


def find_curves(raster: Raster) -> list[Curve]:
    """Find the curves through a raster's hole; their points are in its pixels."""
    box = bound_hole(raster, _MARGIN)
    gradients, distance = measure_gradients(raster, box), measure_distance(raster, box)
    ends = find_ends(gradients, distance)
    if not len(ends.counts):
        return []
    looks = describe(raster, box, ends)
    joins = join_all(ends, looks, distance)
    origin = np.array([box.left, box.top])
    curves = choose_curves(ends, looks, joins, distance)
    return [curve._replace(points=curve.points + origin) for curve in curves]
