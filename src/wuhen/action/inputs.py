"""A job's pictures, read."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wuhen import photo
from wuhen.action.failures import INPUT, MASK, MASK_OF_OTHER_SHAPE, MASK_SCALED, format_size, translate_errors
from wuhen.action.job import Job
from wuhen.action.pictures import bytes_of

__all__ = ["Inputs", "read_inputs"]


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What a job works on.

    Attributes
    ----------
    file, mask_file : bytes
        Of photo and mask.
    keep_out_file : bytes, optional
        Of the mask of what may not be copied.
    original : wuhen.photo.Photo
        Upright.
    mask : wuhen.photo.Mask
        What is to be erased.
    keep_out : (H, W) ndarray of bool, optional
        True where nothing may be copied from.
    output_format : str
        Of the result.
    """

    file: bytes = field(repr=False)
    mask_file: bytes = field(repr=False)
    keep_out_file: bytes | None = field(repr=False)
    original: photo.Photo
    mask: photo.Mask
    keep_out: NDArray[np.bool_] | None
    output_format: str


def read_inputs(job: Job) -> Inputs:
    """Decode a job's pictures, and make sure that a result of the photo's size can be written.

    Raises
    ------
    ApiError
        Something is wrong with one of them.
    """
    with translate_errors(INPUT):
        file = bytes_of(job.photo, INPUT, job.limits)
        output_format = job.output_format or _usual_format(job, photo.image_format(file))
        wide = job.wide and output_format in photo.WIDE_FORMATS
        original = photo.read_photo(file, job.limits.size, wide=wide)
    photo.ask()
    with translate_errors(MASK):
        mask_file = bytes_of(job.mask, MASK, job.limits)
        keep_out_file = None if job.keep_out is None else bytes_of(job.keep_out, MASK, job.limits)
        mask = _open_mask(mask_file, original, job)
        photo.ask()
        keep_out = _keep_out(keep_out_file, original, job)
    with translate_errors(INPUT):
        photo.check_writable(output_format, original.size)
    return Inputs(file, mask_file, keep_out_file, original, mask, keep_out, output_format)


def _open_mask(file: bytes, original: photo.Photo, job: Job) -> photo.Mask:
    try:
        return photo.open_mask(
            file,
            original,
            job.limits.size,
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


def _keep_out(file: bytes | None, original: photo.Photo, job: Job) -> NDArray[np.bool_] | None:
    if file is None:
        return None
    return photo.open_mask(file, original, job.limits.size, may_be_empty=True, fit=bool(job.fit_mask)).hole


def _usual_format(job: Job, name: str) -> str:
    return photo.format_as_given(name) if job.as_given else photo.usual_format(name)
