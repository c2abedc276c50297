"""Patches: what has changed of a photo as a picture of its own, cut out of a result and laid over a photo."""

from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wuhen import mark, photo
from wuhen.action.failures import PATCH, PATCH_BESIDE, PATCH_COLOURS
from wuhen.action.limits import PictureLimits
from wuhen.action.pictures import PictureData, bytes_of
from wuhen.action.translation import format_size, translate_errors

__all__ = ["Pasted", "Patch", "Place", "cut_patch", "is_transparent", "paste_patches"]

Place: TypeAlias = tuple[int, int, int, int]
"""Left, top, width and height, in pixels."""

_OPAQUE = 255
_HALF = 128  # of the opacity from which on a patch's pixel is one
_STRETCH = 257  # from 8 bits a sample to 16


@dataclass(frozen=True, slots=True)
class Patch:
    """A picture that lies over a photo.

    Attributes
    ----------
    picture : PictureData
        In the photo's own colours. Where it is transparent, the photo stays as it is. Over a photo that is
        transparent itself, all of the patch counts, and its transparency is the photo's from then on.
    x, y : int
        Where its upper left corner lies in the photo, upright, in pixels.
    """

    picture: PictureData = field(repr=False)
    x: int
    y: int


@dataclass(frozen=True, slots=True, eq=False)
class Pasted:
    """A photo with patches over it.

    Attributes
    ----------
    photo : wuhen.photo.Photo
        The photo.
    where : (H, W) ndarray of bool
        Which of its pixels are a patch's.
    network : bool
        Whether a patch says of itself that a network painted any of it.
    """

    photo: photo.Photo
    where: NDArray[np.bool_]
    network: bool


def paste_patches(original: photo.Photo, patches: tuple[Patch, ...], limits: PictureLimits) -> Pasted:
    """Lay patches over a photo, in their order.

    Raises
    ------
    ApiError
        One cannot be read, reaches beyond the photo, or has other colours than the photo.
    """
    width, height = original.size
    samples, transparent = original.samples.copy(), is_transparent(original)
    where = np.zeros((height, width), np.bool_)
    network = False
    for number, patch in enumerate(patches):
        with translate_errors(PATCH):
            read = photo.read_photo(bytes_of(patch.picture, PATCH, limits), limits.size, wide=True)
        across, down = read.size
        if not (0 <= patch.x <= width - across and 0 <= patch.y <= height - down):
            raise PATCH_BESIDE(number=number, patch=format_size(read.size), photo=format_size(original.size))
        if (read.icc_profile or original.icc_profile) != original.icc_profile:
            raise PATCH_COLOURS(number=number)
        rows, columns = slice(patch.y, patch.y + down), slice(patch.x, patch.x + across)
        shown = _shown(read, transparent=transparent)
        samples[rows, columns][shown] = _as_samples_of(original, read, transparent=transparent)[shown]
        where[rows, columns] |= shown
        network |= mark.is_by_network(mark.find_source(read.xmp))
        photo.ask()
    return Pasted(original.with_samples(samples), where, network)


def cut_patch(filled: photo.Photo, changed: NDArray[np.bool_]) -> tuple[photo.Photo, Place]:
    """Cut what has changed out of a result, as `paste_patches` takes it; also return where it lies.

    Parameters
    ----------
    filled
        The result.
    changed
        bool ``(H, W)``, true where it is new; somewhere it is.
    """
    rows, columns = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
    top, left = int(rows[0]), int(columns[0])
    window = slice(top, int(rows[-1]) + 1), slice(left, int(columns[-1]) + 1)
    transparent = is_transparent(filled)
    alpha = np.where(changed[window], np.uint8(_OPAQUE), np.uint8(0))
    if transparent and filled.alpha is not None:
        alpha = filled.alpha[window].copy()
    pixels = filled.pixels[window].copy()
    wide = filled.wide
    if wide is not None:
        opacity = wide[window][..., 3] if transparent else alpha.astype(np.uint16) * _STRETCH
        wide = np.dstack((wide[window][..., :3], opacity))
    if not transparent:
        # Nothing of the photo is in a patch but what is new.
        pixels[alpha == 0] = 0
        if wide is not None:
            wide[alpha == 0] = 0
    place = (left, top, pixels.shape[1], pixels.shape[0])
    patch = replace(filled, pixels=pixels, alpha=alpha, wide=wide, exif=None, xmp=None, texts={})
    return replace(patch, comment=None, dpi=None, aspect=None, removed=()), place


def is_transparent(picture: photo.Photo) -> bool:
    """Tell whether anything shows through a picture; many have an alpha channel that says nothing."""
    return picture.alpha is not None and bool((picture.alpha != _OPAQUE).any())


def _shown(patch: photo.Photo, *, transparent: bool) -> NDArray[np.bool_]:
    """Return which pixels of a patch are laid over the photo."""
    if patch.alpha is None or transparent:
        return np.ones(patch.pixels.shape[:2], np.bool_)
    return patch.alpha >= _HALF


def _as_samples_of(original: photo.Photo, patch: photo.Photo, *, transparent: bool) -> NDArray[Any]:
    """Return a patch's samples, of as many channels and bits as the photo's."""
    wide = original.wide is not None
    found: NDArray[Any] = patch.pixels
    if wide:
        found = patch.pixels.astype(np.uint16) * _STRETCH if patch.wide is None else patch.wide[..., :3]
    if original.alpha is None:
        return found
    alpha: NDArray[Any]
    if patch.alpha is None or not transparent:
        alpha = np.full(found.shape[:2], np.iinfo(found.dtype).max, found.dtype)
    elif not wide:
        alpha = patch.alpha
    else:
        alpha = patch.alpha.astype(np.uint16) * _STRETCH if patch.wide is None else patch.wide[..., 3]
    return np.dstack((found, alpha))
