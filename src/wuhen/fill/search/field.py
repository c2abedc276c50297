"""The nearest-neighbour field: which patch each patch over the hole copies, and how alike the two are.

From scale to scale it is the *matches* that are doubled, not the pixels (Wexler et al. 2007, section 3.2;
Barnes et al. 2009), so that the detail of the finer scale is copied from the start.
"""

from typing import NamedTuple

import numpy as np

from wuhen.compute.compiled import as_int, kernel
from wuhen.compute.signature import Flat
from wuhen.fill.raster.raster import Raster
from wuhen.fill.search.patches import Patches

__all__ = ["Field", "new_field", "upsample_field"]


class Field(NamedTuple):
    """The nearest-neighbour field of one scale.

    Attributes
    ----------
    match
        int32 per patch centre: -1 where there is no patch to fill, 0 where it has no match yet, else the
        centre of the patch that it copies.
    cost
        float32 per patch centre: weighted distance of the patch to its match.
    """

    match: Flat[np.int32]
    cost: Flat[np.float32]


def new_field(patches: Patches) -> Field:
    """Make the field of patches that have no match yet."""
    match = np.full(len(patches.source), -1, np.int32)
    match[patches.targets] = 0
    return Field(match, np.zeros(len(match), np.float32))


def upsample_field(
    coarse: Field, coarse_raster: Raster, coarse_step: int, raster: Raster, patches: Patches
) -> Field:
    """Make a scale's field from that of the next coarser one, whose patches are ``coarse_step`` apart."""
    field = new_field(patches)
    _upsample(coarse, coarse_raster.pitch, coarse_step, field, raster, patches)
    return field


@kernel
def _upsample(
    coarse: Field, coarse_pitch: int, step: int, field: Field, raster: Raster, patches: Patches
) -> None:
    """Give each fine patch the doubled match of the coarse patch over it, where it may be copied."""
    coarse_match, coarse_cost, match, cost = coarse.match, coarse.cost, field.match, field.cost
    source, targets = patches.source, patches.targets
    height, width, pitch = raster.height, raster.width, raster.pitch
    for i in range(len(targets)):
        at = as_int(targets[i])
        y = at // pitch
        x = at - y * pitch
        # With a step the patch over this one may be missing: take the next up or to the left.
        for back in range(step * step):
            shift = (back // step) * coarse_pitch + back % step
            over = (y >> 1) * coarse_pitch + (x >> 1) - shift
            if over < 0 or coarse_match[over] <= 0:
                continue
            found = as_int(coarse_match[over]) + shift
            from_y = 2 * (found // coarse_pitch) + (y & 1)
            from_x = 2 * (found % coarse_pitch) + (x & 1)
            if from_y < height and from_x < width and source[from_y * pitch + from_x] > 0:
                match[at] = from_y * pitch + from_x
                cost[at] = coarse_cost[over]
                break
