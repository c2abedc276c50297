"""A photo's sketch, which is what overlays are learned from: made where photos are decoded."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from wuhen import photo
from wuhen.action.failures import INPUT
from wuhen.action.limits import PictureLimits
from wuhen.action.pictures import PictureData, bytes_of
from wuhen.action.translation import translate_errors

if TYPE_CHECKING:
    from wuhen.finders.overlay import Sketch

__all__ = ["SketchedPhoto", "sketch_photo"]


@dataclass(frozen=True, slots=True)
class SketchedPhoto:
    """A `wuhen.finders.overlay.Sketch` that can be sent from one process to another.

    Attributes
    ----------
    samples : bytes
        Of the sketch: ``columns`` by ``rows`` pixels of three bytes.
    columns, rows : int
        Of the sketch.
    width, height : int
        Of the photo, upright.
    """

    samples: bytes = field(repr=False)
    columns: int
    rows: int
    width: int
    height: int

    def as_sketch(self) -> "Sketch":
        """Return it as what overlays are learned from.

        Raises
        ------
        ValueError
            There are not as many samples as it says.
        """
        from wuhen.finders.overlay import Sketch

        pixels = np.frombuffer(self.samples, np.uint8).reshape(self.rows, self.columns, 3)
        return Sketch(pixels, self.width, self.height)


def sketch_photo(picture: PictureData, limits: PictureLimits) -> SketchedPhoto:
    """Decode a photo, and reduce it to its sketch.

    Raises
    ------
    ApiError
        It is no picture that can be read.
    """
    from wuhen.finders.overlay import sketch

    with translate_errors(INPUT):
        original = photo.read_photo(bytes_of(picture, INPUT, limits), limits.size)
    made = sketch(original.pixels)
    rows, columns, _ = made.pixels.shape
    return SketchedPhoto(made.pixels.tobytes(), columns, rows, made.width, made.height)
