"""Following a guide at a scale that is finer than its picture."""

import numpy as np

from wuhen.fill.guides.image import GuideImage
from wuhen.fill.guides.resample import enlarge, shrink
from wuhen.fill.guides.view import Grid
from wuhen.fill.raster.hole import Hole
from wuhen.fill.raster.layout import CHANNELS, COLOURS, HOLE
from wuhen.fill.raster.raster import Raster

__all__ = ["pull_finer"]


def pull_finer(raster: Raster, hole: Hole, image: GuideImage) -> None:
    """Draw the finest scale to a guide image as far as that resolves it, and leave it what is finer.

    Parameters
    ----------
    raster, hole
        The region's finest scale; the raster is changed.
    image
        What is followed.
    """
    shape = image.trust.shape
    own = hole.indices[raster.state[hole.indices] == HOLE]
    shrunk = shrink(raster, image.window, shape)
    difference = (image.colours - shrunk.image) * (image.trust * shrunk.painted)[..., None]
    pixels = raster.pixels.reshape(-1, CHANNELS)
    moved = pixels[own, :COLOURS] + enlarge(difference, Grid.of(image.window, shape), own, raster.pitch)
    pixels[own, :COLOURS] = np.rint(np.clip(moved, 0, np.iinfo(np.uint8).max))
