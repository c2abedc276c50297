"""From the bytes of a mask to the hole it means."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen.photo.colour import Samples, read_samples
from wuhen.photo.decode import Decoded, decode
from wuhen.photo.errors import MaskEmpty, MaskFull, MaskSizeMismatch
from wuhen.photo.limits import USUAL_LIMIT, SizeLimit
from wuhen.photo.orientation import SWAPPING, rotate_upright
from wuhen.photo.picture import Photo, read_exif
from wuhen.photo.sniff import webp_is_lossy
from wuhen.photo.speckle import LEAST_WHITE, threshold

_BAND = 256  # rows


def read_mask(
    data: bytes, photo: Photo, limit: SizeLimit = USUAL_LIMIT, *, may_be_empty: bool = False
) -> NDArray[np.bool_]:
    """Read a mask for a photo: white is what is to be erased.

    A grey mask is taken as it is, a coloured one by its luma, and both are cut at half. Transparency is seen
    as black. Where colour does not tell the visible pixels apart (strokes of one colour on a transparent
    sheet, be it red or black), the opacity is the mask. 32-bit and floating-point masks have no agreed white
    and are cut at half of their largest value. In lossily compressed masks specks are smoothed away.

    The mask must have the size of the photo as displayed or as stored; one of stored size is turned like the
    photo. Where both are the same size, the displayed photo is meant, and the mask's own orientation counts.

    Parameters
    ----------
    data
        A JPEG, PNG, BMP, TIFF or WEBP file.
    photo
        The photo it belongs to.
    limit
        How large the mask may be.
    may_be_empty
        Whether it may mark nothing, as a mask of what is not to be copied from.

    Returns
    -------
    (H, W) ndarray of bool
        The hole, upright like ``photo.pixels``; true where to erase.

    Raises
    ------
    PhotoError
        What `read_photo` raises, and `MaskSizeMismatch`, `MaskEmpty`, `MaskFull`.
    """
    decoded = decode(data, limit)
    turn = _turn(decoded, photo)
    grey = _grey(decoded)
    hole = threshold(grey, lossy=_is_lossy(decoded, data))
    if not (may_be_empty or hole.any()):
        raise MaskEmpty(int(grey.max()))
    if hole.all():
        raise MaskFull
    return rotate_upright(hole, turn)


def _turn(decoded: Decoded, photo: Photo) -> int:
    """Find the orientation in which a mask lies on the photo.

    Raises
    ------
    MaskSizeMismatch
        In none.
    """
    _, own = read_exif(decoded)
    size = decoded.raster.size
    if decoded.format == "TIFF":
        own = 1  # Pillow has turned it
    if (size[::-1] if own in SWAPPING else size) == photo.size:
        return own
    if size == photo.size:
        return 1
    if size == photo.stored_size:
        return photo.orientation
    raise MaskSizeMismatch(size, photo.size)


def _grey(decoded: Decoded) -> NDArray[np.uint8]:
    """Reduce a decoded mask to one channel, white where to erase."""
    image = decoded.raster
    if image.mode in {"I", "F"}:
        return _scale(np.asarray(image))
    samples = read_samples(image, None)
    luma = _luma(samples)
    return luma if samples.alpha is None else _with_alpha(luma, samples.alpha)


def _luma(samples: Samples) -> NDArray[np.uint8]:
    pixels = samples.pixels
    if pixels.ndim == 2:  # noqa: PLR2004 - one channel
        return pixels
    luma = np.empty(pixels.shape[:2], np.uint8)
    for top in range(0, len(pixels), _BAND):
        rows = slice(top, top + _BAND)
        luma[rows] = np.asarray(Image.fromarray(pixels[rows]).convert("L"))
    return luma


def _with_alpha(luma: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    visible = alpha >= LEAST_WHITE
    if visible.all() or not visible.any():
        return luma  # opacity says nothing
    shown = luma[visible] >= LEAST_WHITE
    if shown.all() or not shown.any():
        return alpha  # colour says nothing
    return (luma.astype(np.uint16) * alpha // 255).astype(np.uint8)


def _scale(values: NDArray[np.int32] | NDArray[np.float32]) -> NDArray[np.uint8]:
    """Stretch values without an agreed white so that their largest becomes 255."""
    finite = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0).clip(0, None)
    top = finite.max()
    return np.zeros(values.shape, np.uint8) if top <= 0 else (finite / top * 255).round().astype(np.uint8)


def _is_lossy(decoded: Decoded, data: bytes) -> bool:
    if decoded.format == "WEBP":
        return webp_is_lossy(data)
    return decoded.format == "JPEG" or decoded.image.info.get("compression") in {"jpeg", "tiff_jpeg", "webp"}
