"""Showing what a hole looks like while it is filled, scale after scale."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from wuhen.fill.engines.scales import Scale
from wuhen.fill.progress import Preview
from wuhen.fill.raster.alpha import unpremultiply
from wuhen.fill.raster.layout import CHANNELS

__all__ = ["Showing"]

#: The longest side of what is shown, in pixels: enough to be recognised, and little to send.
_LONGEST = 480
#: By how much at least what is shown is smaller than the photo: it is no result.
_SMALLER = 2
#: Pixels around the hole that are shown as well, at each scale, so that nothing ends at its very border.
_AROUND = 2


class Showing(NamedTuple):
    """Whom a region is shown to, and where it lies.

    Attributes
    ----------
    tell
        Is shown it.
    left, top
        Where the region begins in the photo, in pixels.
    channels
        How many of the raster's channels are shown: 3, or 4 of a region with alpha.
    """

    tell: Callable[[Preview], None]
    left: int
    top: int
    channels: int

    def show(self, scale: Scale, number: int) -> None:
        """Show the hole as a scale has it, of which 0 is the finest."""
        raster, indices = scale.raster, scale.hole.indices
        if not len(indices):
            return
        rows, columns = np.divmod(indices, raster.pitch)
        top, bottom = max(int(rows[0]) - _AROUND, 0), min(int(rows[-1]) + 1 + _AROUND, raster.height)
        left = max(int(columns.min()) - _AROUND, 0)
        right = min(int(columns.max()) + 1 + _AROUND, raster.width)
        step = max(-(-max(bottom - top, right - left) // _LONGEST), _SMALLER >> number)
        pixels = raster.image(self.channels)[top:bottom:step, left:right:step].copy()
        if self.channels == CHANNELS:
            pixels = unpremultiply(pixels).view(np.uint8)
        size = 2**number
        height, width = pixels.shape[0] * step * size, pixels.shape[1] * step * size
        self.tell(Preview(self.left + left * size, self.top + top * size, width, height, pixels))
