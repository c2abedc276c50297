"""A logo of the caller's own, in place of the text."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen.mark.blend import Sample, lay_premultiplied
from wuhen.mark.errors import BadRect
from wuhen.mark.layer import Layer
from wuhen.mark.place import Corner, Rect, in_corner, overlap

# Shares of the picture's short side a logo takes at most where the caller names no place: the width of the
# default text, and a height at which a square logo is seen without being in the way.
_WIDEST, _HIGHEST = 0.45, 0.2


def logo_layer(
    size: tuple[int, int],
    logo: NDArray[np.uint8],
    rect: Rect | None = None,
    corner: Corner = "bottom-right",
    *,
    side_limit: int | None = None,
) -> Layer:
    """Make the layer that draws a logo over a picture.

    Parameters
    ----------
    size
        The picture's width and height.
    logo : (h, w, 4) ndarray of uint8
        RGB and opacity.
    rect
        What the logo is stretched to, whatever its proportions; what of it lies outside the picture is cut
        off. None puts the logo into a corner in its own size, made smaller where it is wider than 45 % or
        higher than 20 % of the picture's short side.
    corner
        Which corner.
    side_limit
        What width and height of `rect` must be below, if anything.

    Raises
    ------
    BadRect
        `rect` has no area, is too large, or lies wholly outside.
    """
    if rect is None:
        rect = _default_place(logo, size, corner)
    else:
        rect = Rect(*rect)
        _check(rect, size, side_limit)
    rows, columns, inner = overlap(rect, size)
    stretched = _stretch(logo, rect, inner)

    def lay(ground: NDArray[Sample]) -> NDArray[Sample]:
        return lay_premultiplied(ground, stretched)

    return Layer(rows, columns, lay)


def _check(rect: Rect, picture: tuple[int, int], side_limit: int | None) -> None:
    if rect.width < 1 or rect.height < 1:
        raise BadRect(rect, "has no area; width and height must be 1 or more", "宽和高都必须不小于 1")
    if side_limit is not None and max(rect.width, rect.height) >= side_limit:
        large = f"is too large; width and height must be below {side_limit}"
        raise BadRect(rect, large, f"宽和高都必须小于 {side_limit}")
    if not (-rect.width < rect.x < picture[0] and -rect.height < rect.y < picture[1]):
        size = f"{picture[0]}x{picture[1]}"
        outside = f"lies outside the {size} image; some of it must be inside"
        raise BadRect(rect, outside, f"位于图片（{size}）之外，至少要有一部分在图片内")


def _default_place(logo: NDArray[np.uint8], picture: tuple[int, int], corner: Corner) -> Rect:
    height, width = logo.shape[:2]
    short = min(picture)
    scale = min(1, _WIDEST * short / width, _HIGHEST * short / height)
    return in_corner(picture, max(1, round(scale * width)), max(1, round(scale * height)), corner)


def _stretch(logo: NDArray[np.uint8], rect: Rect, inner: tuple[slice, slice]) -> NDArray[np.uint8]:
    """Resample the visible part of a logo, its colours multiplied by their opacity.

    Bicubic, because the edges of logos are hard and a sharper filter rings at them.
    """
    height, width = logo.shape[:2]
    rows, columns = inner
    source = (
        columns.start * width / rect.width,
        rows.start * height / rect.height,
        columns.stop * width / rect.width,
        rows.stop * height / rect.height,
    )
    size = (columns.stop - columns.start, rows.stop - rows.start)
    image = Image.fromarray(np.ascontiguousarray(logo)).convert("RGBa")
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC, box=source))
