"""Reading a logo: any picture, with its transparency."""

import numpy as np
from numpy.typing import NDArray

from wuhen.photo.limits import USUAL_LIMIT, SizeLimit
from wuhen.photo.picture import read_photo


def read_logo(data: bytes, limit: SizeLimit = USUAL_LIMIT) -> NDArray[np.uint8]:
    """Read a picture to be drawn onto another.

    Parameters
    ----------
    data
        The file.
    limit
        How large it may be.

    Returns
    -------
    (H, W, 4) ndarray of uint8
        RGB and opacity, upright; opaque where the file has no transparency.

    Raises
    ------
    PhotoError
        What `read_photo` raises.
    """
    photo = read_photo(data, limit)
    logo = np.empty((*photo.pixels.shape[:2], 4), np.uint8)
    logo[..., :3] = photo.pixels
    logo[..., 3] = 255 if photo.alpha is None else photo.alpha
    return logo
