"""A job's pictures, read, and what is to go from them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from wuhen import photo
from wuhen.action.clock import Clock
from wuhen.action.failures import (
    CANDIDATES_TOO_LARGE,
    INPUT,
    MASK,
    MASK_OF_OTHER_SHAPE,
    MASK_SCALED,
    NO_SELECTION,
    NOTHING_FOUND,
    NOTHING_LEFT,
)
from wuhen.action.job import Job
from wuhen.action.limits import megapixels
from wuhen.action.pasting import is_transparent, paste_patches
from wuhen.action.pictures import bytes_of
from wuhen.action.search import count_found, look
from wuhen.action.translation import format_size, translate_errors

__all__ = ["Inputs", "read_inputs"]


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What a job works on.

    Attributes
    ----------
    file : bytes
        Of the photo.
    mask_file : bytes, optional
        Of the mask.
    keep_out_file : bytes, optional
        Of the mask of what may not be copied.
    original : wuhen.photo.Photo
        Upright.
    base : wuhen.photo.Photo
        What is erased from: the same, with the job's patches over it.
    pasted : (H, W) ndarray of bool, optional
        Where patches lie.
    network : bool
        Whether a patch says of itself that a network painted any of it.
    mask : wuhen.photo.Mask
        What is to be erased: what the mask's file, shapes and finders say together.
    keep_out : (H, W) ndarray of bool, optional
        True where nothing may be copied from.
    effects_mask_file : bytes, optional
        Of the mask of where effects may be treated.
    effects_mask : (H, W) ndarray of bool, optional
        True where they may.
    output_format : str
        Of the result.
    found : dict
        How many places were found, by the finder's name.
    """

    file: bytes = field(repr=False)
    mask_file: bytes | None = field(repr=False)
    keep_out_file: bytes | None = field(repr=False)
    original: photo.Photo
    base: photo.Photo
    pasted: NDArray[np.bool_] | None
    network: bool
    mask: photo.Mask
    keep_out: NDArray[np.bool_] | None
    effects_mask_file: bytes | None = field(repr=False)
    effects_mask: NDArray[np.bool_] | None
    output_format: str
    found: dict[str, int]


def read_inputs(
    job: Job, clock: Clock, threads: int | None = None, cancelled: Callable[[], bool] | None = None
) -> Inputs:
    """Decode a job's pictures, find what is to be found, and make sure that a result can be written.

    Parameters
    ----------
    job
        Whose pictures.
    clock
        Told when each step ends.
    threads, cancelled
        See `wuhen.action.search.look`.

    Raises
    ------
    ApiError
        Something is wrong with a picture, or nothing is to go.
    wuhen.fill.Cancelled
        When `cancelled` answered true.
    """
    if not (job.erases or job.patches):
        raise NO_SELECTION()
    with translate_errors(INPUT):
        file = bytes_of(job.photo, INPUT, job.limits)
        output_format = job.output_format or _usual_format(job, photo.image_format(file))
        wide = job.wide and output_format in photo.WIDE_FORMATS
        original = photo.read_photo(file, job.limits.size, wide=wide)
    if job.part and original.alpha is not None and not is_transparent(original):
        # Browsers know no pictures without an alpha channel.
        deep = original.wide
        original = replace(original, alpha=None, wide=None if deep is None else deep[..., :3])
    _check_candidates(job, original)
    photo.ask()
    with translate_errors(INPUT):
        pasted = paste_patches(original, job.patches, job.limits) if job.patches else None
    base = original if pasted is None else pasted.photo
    with translate_errors(MASK):
        mask_file, keep_out_file, effects_mask_file = (
            None if one is None else bytes_of(one, MASK, job.limits)
            for one in (job.mask, job.keep_out, job.effects_mask)
        )
        mask = _draw_mask(mask_file, original, job)
        photo.ask()
        keep_out = _other_mask(keep_out_file, original, job)
        effects_mask = _other_mask(effects_mask_file, original, job)
    with translate_errors(INPUT):
        photo.check_writable(output_format, original.size)
    clock.lap("decode")
    found: dict[str, int] = {}
    if job.find is not None:
        mask, found = _add_found(mask, base, job, threads, cancelled)
        clock.lap("find")
    return Inputs(
        file,
        mask_file,
        keep_out_file,
        original,
        base,
        None if pasted is None else pasted.where,
        pasted is not None and pasted.network,
        mask,
        keep_out,
        effects_mask_file,
        effects_mask,
        output_format,
        found,
    )


def _check_candidates(job: Job, original: photo.Photo) -> None:
    """Refuse more results than could be held in memory together, as all are until the last is made."""
    width, height = original.size
    if job.candidates > 1 and job.candidates * width * height > job.limits.size.pixels:
        raise CANDIDATES_TOO_LARGE(
            candidates=job.candidates,
            size=format_size(original.size),
            limit=megapixels(job.limits.size.pixels),
            right=max(1, job.limits.size.pixels // (width * height)),
        )


def _draw_mask(file: bytes | None, original: photo.Photo, job: Job) -> photo.Mask:
    """Return what the mask's file and the shapes say together; nothing where there are neither."""
    if file is not None:
        mask = _open_mask(file, original, job)
    else:
        width, height = original.size
        mask = photo.Mask(np.zeros((height, width), np.bool_), photographic=False)
    if not job.shapes:
        return mask
    return _with(mask, photo.draw_shapes(job.shapes, original.size))


def _add_found(
    mask: photo.Mask,
    original: photo.Photo,
    job: Job,
    threads: int | None,
    cancelled: Callable[[], bool] | None,
) -> tuple[photo.Mask, dict[str, int]]:
    """Add what is found to what is to go; return how many places of each kind it was, too."""
    assert job.find is not None  # noqa: S101 - whoever calls has looked
    with translate_errors(INPUT):
        found = look(original, job.find, threads=threads, cancelled=cancelled)
        if not (found or mask.hole.any()):
            raise NOTHING_FOUND(what=", ".join(job.find.names))
        return _with(mask, found.mask), count_found(job.find, found.places)


def _with(mask: photo.Mask, more: NDArray[np.bool_]) -> photo.Mask:
    hole = mask.hole | more
    if hole.all():
        raise NOTHING_LEFT()
    return replace(mask, hole=hole)


def _open_mask(file: bytes, original: photo.Photo, job: Job) -> photo.Mask:
    try:
        return photo.open_mask(
            file,
            original,
            job.limits.size,
            # Where something else says what is to go, too.
            may_be_empty=bool(job.shapes) or job.find is not None,
            invert=job.invert,
            transparent=job.transparent,
            fit=bool(job.fit_mask),
        )
    except photo.MaskSizeMismatch as error:
        # What can be scaled is offered where it was not asked for; what cannot is refused where it was.
        if job.fit_mask is None or error.scaled == job.fit_mask:
            raise
        failure = MASK_SCALED if error.scaled else MASK_OF_OTHER_SHAPE
        raise failure(mask=format_size(error.mask), photo=format_size(error.photo)) from error


def _other_mask(file: bytes | None, original: photo.Photo, job: Job) -> NDArray[np.bool_] | None:
    if file is None:
        return None
    return photo.open_mask(file, original, job.limits.size, may_be_empty=True, fit=bool(job.fit_mask)).hole


def _usual_format(job: Job, name: str) -> str:
    return photo.format_as_given(name) if job.as_given else photo.usual_format(name)
