"""Marks and logos drawn on copies of pictures."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuhen.mark import DEFAULT_TEXT, Rect, Wording, logo_layer, mark_layer


def draw_mark(pixels: NDArray[Any], wording: Wording | str = DEFAULT_TEXT) -> NDArray[Any]:
    """Draw a mark, a text alone at the lower right."""
    wording = Wording(wording) if isinstance(wording, str) else wording
    marked = pixels.copy()
    mark_layer((pixels.shape[1], pixels.shape[0]), wording).draw(marked)
    return marked


def draw_logo(
    pixels: NDArray[Any], logo: NDArray[np.uint8], rect: Rect | None = None, *, side_limit: int | None = None
) -> NDArray[Any]:
    """Draw a logo."""
    marked = pixels.copy()
    logo_layer((pixels.shape[1], pixels.shape[0]), logo, rect, side_limit=side_limit).draw(marked)
    return marked
