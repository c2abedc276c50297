"""What is kept of a photo while overlays are learned: a small version of it, and how large it was."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["LONGEST", "Sketch", "resampled", "sketch"]

#: The longest side of what is kept.
LONGEST = 1024
#: Side of the version by which photos are compared.
_THUMB = 24


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """A photo as overlays are learned from it; it takes up to 3 MB.

    Attributes
    ----------
    pixels : (h, w, 3) ndarray of uint8
        The photo, its longer side at most `LONGEST`.
    width, height : int
        Of the photo, in pixels.
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    width: int
    height: int

    def thumb(self) -> NDArray[np.float32]:
        """Return what the photo looks like from afar: float32 ``(24 * 24,)``, of mean 0 and norm 1."""
        small = resampled(self.pixels, (0, 0, self.pixels.shape[1], self.pixels.shape[0]), (_THUMB, _THUMB))
        flat = small.mean(axis=2, dtype=np.float32).ravel()
        flat -= flat.mean()
        return np.asarray(flat / max(float(np.linalg.norm(flat)), 1e-6), np.float32)


def sketch(photo: NDArray[np.uint8]) -> Sketch:
    """Reduce a photo, uint8 ``(H, W, 3)`` or with alpha, to what learning needs of it."""
    height, width = photo.shape[:2]
    scale = min(1.0, LONGEST / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return Sketch(resampled(photo[..., :3], (0, 0, width, height), size), width, height)


def resampled(
    pixels: NDArray[np.uint8], box: tuple[float, float, float, float], size: tuple[int, int]
) -> NDArray[np.uint8]:
    """Cut out and scale a part of a picture.

    Parameters
    ----------
    pixels
        uint8 ``(h, w, 3)``.
    box
        (left, top, right, bottom), in fractions of pixels; beyond the picture's edges the edge goes on.
    size
        (width, height) of the result.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = box
    # Pillow wants the box within the picture: what lies beyond is made of its edge.
    first_x, first_y = int(np.floor(left)) - 2, int(np.floor(top)) - 2
    rows = np.arange(first_y, int(np.ceil(bottom)) + 2).clip(0, height - 1)
    columns = np.arange(first_x, int(np.ceil(right)) + 2).clip(0, width - 1)
    window = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if window.shape[:2] != (rows.size, columns.size):
        window = window[rows - rows[0]][:, columns - columns[0]]
    window = np.ascontiguousarray(window)
    image = Image.fromarray(window)
    place = (left - first_x, top - first_y, right - first_x, bottom - first_y)
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR, box=place))
