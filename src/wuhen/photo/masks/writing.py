"""From a hole to the file of a mask."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["write_mask"]


def write_mask(hole: NDArray[np.bool_]) -> bytes:
    """Return a PNG of one bit a pixel, white where the hole is.

    Parameters
    ----------
    hole
        bool ``(H, W)``.
    """
    file = io.BytesIO()
    Image.fromarray(hole).save(file, "PNG")
    return file.getvalue()
