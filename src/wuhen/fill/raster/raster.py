"""An image in the layout that kernels work on, and how much is known of it."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wuhen.compute.compiled import compile_second, kernel
from wuhen.compute.signature import Cube, Flat, Plane
from wuhen.fill.raster.layout import CHANNELS, FULL_COVER, HOLE, KNOWN

__all__ = ["AnyRaster", "Raster", "WideRaster"]

#: Columns after each row that no patch may use: they stop linear indices from wrapping into the next row, and
#: let the vector loads read past a row's end.
_MARGIN = 2
_SLACK = 64


class Raster(NamedTuple):
    """One scale's pixels. All maps are flat, ``height * pitch`` long, indexed by ``y * pitch + x``.

    Attributes
    ----------
    height, width
        Size in pixels.
    pitch
        Pixels from one row to the next.
    pixels
        uint8, `CHANNELS` bytes a pixel, and a little more.
    state
        uint8: `KNOWN`, `HOLE` or `BARRED`.
    cover
        uint8: how much under a pixel was known in the photo, `FULL_COVER` for all of it.
    """

    height: int
    width: int
    pitch: int
    pixels: Flat[np.uint8]
    state: Flat[np.uint8]
    cover: Flat[np.uint8]

    @classmethod
    def blank(cls, height: int, width: int) -> "Raster":
        """Make a raster of a size, all of it known and black."""
        pitch = width + _MARGIN
        return cls(
            height,
            width,
            pitch,
            np.zeros(height * pitch * CHANNELS + _SLACK, np.uint8),
            np.full(height * pitch, KNOWN, np.uint8),
            np.full(height * pitch, FULL_COVER, np.uint8),
        )

    @classmethod
    def of(cls, pixels: NDArray[np.uint8], state: NDArray[np.uint8]) -> "Raster":
        """Lay out an image ``(h, w, 3 or 4)`` and the states of its pixels ``(h, w)``; holes become black."""
        height, width = state.shape
        raster = cls.blank(height, width)
        _pack(np.require(pixels, requirements=("C", "W")), np.require(state, requirements=("C", "W")), raster)
        return raster

    def image(self, channels: int) -> NDArray[np.uint8]:
        """View the pixels as ``(h, w, channels)``."""
        used = self.height * self.pitch * CHANNELS
        return self.pixels[:used].reshape(self.height, self.pitch, CHANNELS)[:, : self.width, :channels]

    def plane(self, values: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """View a map of one value a pixel as ``(h, w)``."""
        return values.reshape(self.height, self.pitch)[:, : self.width]


class WideRaster(NamedTuple):
    """The finest scale's pixels at 16 bits, for the last vote and what follows; else as `Raster`.

    Attributes
    ----------
    height, width, pitch, state, cover
        As in the raster of the same pixels at 8 bits, with which they are shared.
    pixels
        uint16, `CHANNELS` a pixel.
    """

    height: int
    width: int
    pitch: int
    pixels: Flat[np.uint16]
    state: Flat[np.uint8]
    cover: Flat[np.uint8]

    @classmethod
    def over(cls, raster: Raster, image: NDArray[np.uint16]) -> "WideRaster":
        """Lay out the image ``(h, w, 3 or 4)`` whose rounded pixels a raster was made of."""
        height, width, pitch, _, state, cover = raster
        pixels = np.zeros(height * pitch * CHANNELS, np.uint16)
        wide = cls(height, width, pitch, pixels, state, cover)
        compile_second(_pack)
        _pack(np.require(image, requirements=("C", "W")), raster.plane(state).copy(), wide)
        return wide

    def image(self, channels: int) -> NDArray[np.uint16]:
        """View the pixels as ``(h, w, channels)``."""
        return self.pixels.reshape(self.height, self.pitch, CHANNELS)[:, : self.width, :channels]


AnyRaster: TypeAlias = Raster | WideRaster
"""What kernels take that know both."""


@kernel
def _pack(image: Cube[np.uint8] | Cube[np.uint16], states: Plane[np.uint8], raster: AnyRaster) -> None:
    """Copy an image into a black raster; hole pixels stay black."""
    pixels, state, cover, pitch = raster.pixels, raster.state, raster.cover, raster.pitch
    height, width, channels = image.shape
    for y in range(height):
        for x in range(width):
            at = y * pitch + x
            state[at] = states[y, x]
            if states[y, x] == HOLE:
                cover[at] = 0
            else:
                for channel in range(channels):
                    pixels[at * CHANNELS + channel] = image[y, x, channel]
