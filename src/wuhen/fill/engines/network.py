"""A network alone: what it paints is enlarged to the photo's size and put into the hole, at 8 bits.

For comparison, and for whoever likes it better. Wide holes come out as soft as the network's few pixels are.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill.errors import FillError
from wuhen.fill.guides.guidance import Guidance
from wuhen.fill.guides.image import paint
from wuhen.fill.guides.protocol import Guide, find_max_side
from wuhen.fill.raster.alpha import premultiply, unpremultiply
from wuhen.fill.raster.hole import find_hole
from wuhen.fill.raster.layout import BARRED, COLOURS, HOLE, KNOWN
from wuhen.fill.raster.pyramid import interpolate
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.regions import Region, find_regions
from wuhen.fill.raster.samples import Pixels, narrow, widen
from wuhen.fill.task import Run, Task

__all__ = ["fill"]

#: Least width and height of what a network is shown, in pixels, where the photo has as much: at their full
#: size small holes then come with all the surroundings that there is room for.
_MIN_SIDE = 512
#: A network that fills alone is shown all of the window, as large as it takes it, however thin the hole.
_ALL = Guidance(margin=1e6, area_ratio=np.inf, max_scale=1.0, depth=0.0)
#: Pixels of the network's picture over which the hole's border is blended.
_BLENDED = 2


def fill(task: Task, run: Run) -> Pixels:
    """Fill a task's hole with what its guide paints, which leaves nothing to chance: no seed counts.

    Raises
    ------
    FillError
        There is no guide.
    """
    guide = task.guide
    if guide is None:
        raise FillError("an engine that is a network alone needs a network")
    photo, hole = task.photo, task.hole
    result = photo.copy()
    state = hole.view(np.uint8)
    if task.keep_out is not None:
        state = np.where(task.keep_out & ~hole, np.uint8(BARRED), state)
    regions = find_regions(hole)
    run.progress.expect(len(regions))
    with Team(run.threads, run.progress.check) as team, run.progress.watch(team.hurry):
        for region in regions:
            window = _window(region, state)
            painted = _paint(narrow(photo[window]), state[window], guide, team)
            filled = widen(painted) if photo.dtype == np.uint16 else painted
            # A window may show more than its region's hole; who fills that one sees it from nearer by.
            rows, columns = (
                slice(part.start - (seen.start or 0), part.stop - (seen.start or 0))
                for part, seen in zip(region.window, window, strict=True)
            )
            own = hole[region.window]
            result[region.window][own] = filled[rows, columns][own]
            run.progress.advance(1)
    return result


def _window(region: Region, state: NDArray[np.uint8]) -> tuple[slice, slice]:
    """Widen a region to a square, and that to what a network sees at full size, within the photo."""
    box = (region.top, region.bottom), (region.left, region.right)
    least = max(_MIN_SIDE, *(end - begin for begin, end in box))
    spans = []
    for (begin, end), length in zip(box, state.shape, strict=True):
        start = max(0, min((begin + end - least) // 2, length - least))
        spans.append(slice(min(start, begin), max(min(start + least, length), end)))
    window = spans[0], spans[1]
    return window if (state[window] == KNOWN).any() else (slice(None), slice(None))


def _paint(
    pixels: NDArray[np.uint8], state: NDArray[np.uint8], guide: Guide, team: Team
) -> NDArray[np.uint8]:
    """Fill three or four channels; only the hole's pixels of what is returned mean anything."""
    channels = pixels.shape[2]
    raster = Raster.of(premultiply(pixels) if channels > COLOURS else pixels, state)
    hole = find_hole(raster)
    interpolate(raster, hole.indices, team)
    # Alpha stays interpolated: networks know colours only.
    smooth = raster.image(channels).copy()
    shrunk = max(1.0, max(state.shape) / find_max_side(guide, _MIN_SIDE))
    if shrunk > 1:
        guide_image = paint(raster, hole, guide, replace(_ALL, side=find_max_side(guide, _MIN_SIDE)))
        if guide_image is not None:
            guide_image.pull(raster, hole.indices, 0, 1.0)
    else:
        _paint_as_it_is(raster, state, guide)
    painted = raster.image(channels)
    depth = raster.plane(hole.depth)
    width = round(_BLENDED * shrunk)
    rim = (state == HOLE) & (depth <= width)
    share = (depth[rim] / np.float32(width + 1))[:, None]
    painted[rim] = np.rint(smooth[rim] + share * (painted[rim] - smooth[rim].astype(np.float32)))
    return narrow(unpremultiply(painted)) if channels > COLOURS else painted


def _paint_as_it_is(raster: Raster, state: NDArray[np.uint8], guide: Guide) -> None:
    """Paint a raster's hole at its full size."""
    pixels = raster.image(COLOURS)
    unknown = state != KNOWN
    image = pixels.astype(np.float32) / np.float32(255)
    image[unknown] = 0
    hole = state == HOLE
    pixels[hole] = np.rint(np.clip(guide(image, unknown)[hole][:, :COLOURS], 0, 1) * 255)
