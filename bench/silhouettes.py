"""Holes shaped like what people erase: silhouettes cut out of pictures with transparency."""

from pathlib import Path

import numpy as np
from bench.holes import make_blob
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

__all__ = ["make_hole", "place", "read_silhouette"]

_HALF = 128
#: One hole in so many is a blob.
_BLOBS = 6
#: How far a user paints over the rim, as a share of the silhouette's extent.
_GROWN = 0.015
#: Longest side, in pixels, of a silhouette as it is kept: it need not be finer than a hand paints.
_SIDE = 400


def read_silhouette(path: Path) -> NDArray[np.bool_]:
    """Read where a picture is opaque, its rim painted over, cut to that, at most 400 px high or wide.

    Raises
    ------
    ValueError
        When nothing in it is.
    """
    with Pillow.open(path) as file:
        opaque = file.convert("RGBA").getchannel("A")
    box = opaque.point(lambda level: 255 * (level >= _HALF)).getbbox()
    if box is None:
        raise ValueError(f"{path} is wholly transparent")
    cut = opaque.crop(box)
    cut.thumbnail((_SIDE, _SIDE), Pillow.Resampling.BILINEAR)
    reach = max(1, round(_GROWN * (cut.width * cut.height) ** 0.5))
    canvas = Pillow.new("L", (cut.width + 2 * reach, cut.height + 2 * reach))
    canvas.paste(cut, (reach, reach))
    return np.array(canvas.filter(ImageFilter.MaxFilter(2 * reach + 1))) >= _HALF


def place(
    silhouette: NDArray[np.bool_], shape: tuple[int, int], share: float, rng: np.random.Generator
) -> NDArray[np.bool_] | None:
    """Scale a silhouette and put it somewhere into a picture.

    Parameters
    ----------
    silhouette
        bool ``(h, w)``.
    shape
        Height and width of the picture.
    share
        Share of the picture's area that it is to cover, 0 to 1.
    rng
        Whether it is mirrored, and where it lies.

    Returns
    -------
    bool array of the picture's shape, or None
        None where it does not fit.
    """
    if rng.random() < 0.5:
        silhouette = silhouette[:, ::-1]
    scale = (share * shape[0] * shape[1] / silhouette.sum()) ** 0.5
    height, width = (max(1, round(side * scale)) for side in silhouette.shape)
    top, left = shape[0] - height, shape[1] - width
    if top < 0 or left < 0:
        return None
    drawn = Pillow.fromarray(silhouette.astype(np.uint8) * 255)
    scaled = np.array(drawn.resize((width, height), Pillow.Resampling.BILINEAR)) >= _HALF
    top, left = int(rng.integers(0, top + 1)), int(rng.integers(0, left + 1))
    hole = np.zeros(shape, np.bool_)
    hole[top : top + height, left : left + width] = scaled
    return hole


def make_hole(
    silhouettes: list[NDArray[np.bool_]], shape: tuple[int, int], share: float, rng: np.random.Generator
) -> NDArray[np.bool_] | None:
    """Make a hole of one of the silhouettes, or now and then a blob; None where it does not fit."""
    if not silhouettes or rng.integers(_BLOBS) == 0:
        return make_blob(shape, share, rng)
    return place(silhouettes[int(rng.integers(len(silhouettes)))], shape, share, rng)
