"""A small photo with something to erase, made on the spot, and the judgement whether it was erased."""

import base64
import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pictures import base64_of, encoded

RED = (230, 20, 30)


@dataclass(frozen=True)
class Scene:
    """A textured slope with a red square on it, and the mask that covers the square."""

    pixels: NDArray[np.uint8] = field(repr=False)
    hole: NDArray[np.bool_] = field(repr=False)

    @property
    def photo(self) -> bytes:
        """The photo as PNG."""
        return encoded(self.pixels)

    @property
    def mask(self) -> bytes:
        """The mask as PNG, white where the square is."""
        return encoded(self.hole)

    def parameters(self, **more: Any) -> dict[str, Any]:
        """Return the action's parameters, the mark off so that the result can be compared bit by bit."""
        return {"InputImage": base64_of(self.photo), "Mask": base64_of(self.mask), "LogoAdd": 0} | more


def red_square(width: int = 96, height: int = 64, *, side: int = 20) -> Scene:
    """Return a scene of this size, a square of `side` pixels in its middle, the mask two pixels larger."""
    rows, columns = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(7).integers(-12, 13, (height, width))
    slope = 60 + 90 * columns / width + noise + 10 * np.sin(rows / 3)
    pixels = np.stack([slope * 0.5, slope, 200 - slope * 0.4], axis=-1).clip(0, 255).astype(np.uint8)
    top, left = (height - side) // 2, (width - side) // 2
    pixels[top : top + side, left : left + side] = RED
    hole = np.zeros((height, width), np.bool_)
    hole[top - 2 : top + side + 2, left - 2 : left + side + 2] = True
    return Scene(pixels, hole)


def reds(pixels: NDArray[np.uint8]) -> int:
    """Return how many pixels are as red as the square."""
    return int(np.count_nonzero((pixels[..., 0] > 180) & (pixels[..., 1] < 80) & (pixels[..., 2] < 90)))


def assert_erased(result: bytes | str, scene: Scene) -> None:
    """Check that the red square is gone and that nothing else was touched."""
    data = base64.b64decode(result, validate=True) if isinstance(result, str) else result
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "PNG"
        pixels = np.asarray(image.convert("RGB"))
    assert pixels.shape == scene.pixels.shape
    np.testing.assert_array_equal(pixels[~scene.hole], scene.pixels[~scene.hole])
    assert reds(scene.pixels) > 0
    assert reds(pixels) == 0
