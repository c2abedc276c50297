"""From the bytes of a mask to the hole it means."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen.coverage import covered
from wuhen.photo.colour import Samples, read_samples
from wuhen.photo.decode import Decoded, decode
from wuhen.photo.errors import MaskEmpty, MaskFull, MaskNotCut, MaskSizeMismatch
from wuhen.photo.limits import USUAL_LIMIT, SizeLimit
from wuhen.photo.masks.photographic import looks_photographic
from wuhen.photo.masks.sheet import read_sheet
from wuhen.photo.masks.speckle import threshold
from wuhen.photo.orientation import SWAPPING, rotate_upright
from wuhen.photo.picture import Photo, read_exif
from wuhen.photo.sniff import webp_is_lossy

_BAND = 256  # rows
_LOSSY = frozenset({"JPEG", "HEIC", "AVIF"})

Size = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """What a mask asks for, and what it looks like.

    Attributes
    ----------
    hole : (H, W) ndarray of bool
        Upright like the photo's pixels; true where to erase.
    photographic : bool
        It looks like a photograph, so it may be the wrong file.
    scaled_from : (int, int), optional
        Width and height that it had before it was scaled to the photo's.
    """

    hole: NDArray[np.bool_]
    photographic: bool
    scaled_from: Size | None = None


def read_mask(
    data: bytes, photo: Photo, limit: SizeLimit = USUAL_LIMIT, *, may_be_empty: bool = False
) -> NDArray[np.bool_]:
    """Read a mask for a photo and return the hole alone: see `open_mask`."""
    return open_mask(data, photo, limit, may_be_empty=may_be_empty).hole


def open_mask(
    data: bytes,
    photo: Photo,
    limit: SizeLimit = USUAL_LIMIT,
    *,
    may_be_empty: bool = False,
    invert: bool = False,
    transparent: bool = False,
    fit: bool = False,
) -> Mask:
    """Read a mask for a photo: white is what is to be erased.

    A grey mask is taken as it is, a coloured one by its luma, and both are cut at half; pixels that an
    anti-aliased edge runs through belong to the hole however little of them is covered. In a picture that is
    transparent somewhere, opacity is the mask (`wuhen.photo.masks.sheet`). 32-bit and floating-point masks
    have no agreed white and are cut at half of their largest value. In lossily compressed masks specks are
    smoothed away.

    The mask must have the size of the photo as displayed or as stored; one of stored size is turned like the
    photo. Where both are the same size, the displayed photo is meant, and the mask's own orientation counts.

    Parameters
    ----------
    data
        A file of one of `wuhen.photo.FORMATS`.
    photo
        The photo it belongs to.
    limit
        How large the mask may be.
    may_be_empty
        Whether it may mark nothing, as a mask of what is not to be copied from.
    invert
        Whether black is what is to be erased, and with it what is transparent.
    transparent
        Whether what is transparent is to be erased, whatever the mask shows: often it is the photo itself
        with parts rubbed out. `invert` has no meaning then.
    fit
        Whether a mask of another size is scaled to the photo's, if its sides have the same ratio to within a
        pixel. It is interpolated linearly and cut at half, which keeps edges where they were.

    Raises
    ------
    PhotoError
        What `read_photo` raises, and `MaskSizeMismatch`, `MaskEmpty`, `MaskFull`, `MaskNotCut`.
    """
    decoded = decode(data, limit)
    turn, size = _place(decoded, photo, fit=fit)
    if transparent:
        grey, photographic = _read_cut(decoded), False
    else:
        grey, photographic = _read_painted(decoded, invert=invert)
    given = decoded.raster.size
    if size != given:
        scaled = np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BILINEAR))
        hole = threshold(scaled, lossy=False)
    elif _is_lossy(decoded, data):
        hole = threshold(grey, lossy=True)
    else:
        hole = covered(grey)
    if transparent and (hole.all() or not hole.any()):
        raise MaskNotCut(bool(hole.all()))
    if not (may_be_empty or hole.any()):
        raise MaskEmpty(int(grey.max()))
    if hole.all():
        raise MaskFull
    return Mask(rotate_upright(hole, turn), photographic, None if size == given else given)


def _place(decoded: Decoded, photo: Photo, *, fit: bool) -> tuple[int, Size]:
    """Find how a mask lies on the photo: the orientation to undo, and the size that it must have before.

    Raises
    ------
    MaskSizeMismatch
        In none.
    """
    _, own = read_exif(decoded)
    size = decoded.raster.size
    if decoded.turned:
        own = 1
    displayed = photo.size
    ways = (
        (own, displayed[::-1] if own in SWAPPING else displayed),
        (1, displayed),
        (photo.orientation, photo.stored_size),
    )
    for turn, wanted in ways:
        if size == wanted:
            return turn, wanted
    for turn, wanted in ways if fit else ():
        if _is_scaled(size, wanted):
            return turn, wanted
    raise MaskSizeMismatch(size, displayed, any(_is_scaled(size, wanted) for _, wanted in ways))


def _is_scaled(size: Size, whole: Size) -> bool:
    """Return whether a size is another one times some factor, each side to within a pixel."""
    least = max((side - 1) / full for side, full in zip(size, whole, strict=True))
    most = min((side + 1) / full for side, full in zip(size, whole, strict=True))
    return least <= most


def _read_painted(decoded: Decoded, *, invert: bool) -> tuple[NDArray[np.uint8], bool]:
    """Return a mask's meaning by what is painted, and whether it looks like a photograph."""
    luma, grey = _read(decoded)
    return 255 - grey if invert else grey, looks_photographic(luma)


def _read_cut(decoded: Decoded) -> NDArray[np.uint8]:
    """Return a mask's meaning by its transparency alone, white where it is transparent."""
    image = decoded.raster
    alpha = None if image.mode in {"I", "F"} else read_samples(image, None).alpha
    return np.zeros((image.height, image.width), np.uint8) if alpha is None else 255 - alpha


def _read(decoded: Decoded) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Reduce a decoded mask to its luma, black where it is transparent, and to what that means."""
    image = decoded.raster
    if image.mode in {"I", "F"}:
        grey = _scale(np.asarray(image))
        return grey, grey
    samples = read_samples(image, None)
    luma = _luma(samples)
    if samples.alpha is None:
        return luma, luma
    return np.where(samples.alpha > 0, luma, np.uint8(0)), read_sheet(samples, luma)


def _luma(samples: Samples) -> NDArray[np.uint8]:
    pixels = samples.pixels
    if pixels.ndim == 2:  # noqa: PLR2004 - one channel
        return pixels
    luma = np.empty(pixels.shape[:2], np.uint8)
    for top in range(0, len(pixels), _BAND):
        rows = slice(top, top + _BAND)
        luma[rows] = np.asarray(Image.fromarray(pixels[rows]).convert("L"))
    return luma


def _scale(values: NDArray[np.int32] | NDArray[np.float32]) -> NDArray[np.uint8]:
    """Stretch values without an agreed white so that their largest becomes 255."""
    finite = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0).clip(0, None)
    top = finite.max()
    return np.zeros(values.shape, np.uint8) if top <= 0 else (finite / top * 255).round().astype(np.uint8)


def _is_lossy(decoded: Decoded, data: bytes) -> bool:
    if decoded.format == "WEBP":
        return webp_is_lossy(data)
    return decoded.format in _LOSSY or decoded.image.info.get("compression") in {"jpeg", "tiff_jpeg", "webp"}
