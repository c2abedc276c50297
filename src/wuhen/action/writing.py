"""From an edited photo to the result's file, signed if that was asked for."""

import numpy as np
from numpy.typing import NDArray

from wuhen import mark, photo
from wuhen.action.job import Job

__all__ = ["sign_result", "stays_as_given", "write_result"]


def stays_as_given(job: Job, output_format: str, original: photo.Photo) -> bool:
    """Whether a result is to be coded as the photo's file is."""
    stays = output_format == original.format
    # A JPEG that stays one need not be asked for: nothing else comes out as near to it.
    like_the_file = stays and (job.as_given or output_format == "JPEG")
    like_the_file |= job.as_given and job.output_format is None
    return like_the_file and (job.quality is None or output_format not in photo.QUALITY_FORMATS)


def write_result(
    filled: photo.Photo, output_format: str, job: Job, file: bytes, touched: NDArray[np.bool_] | None
) -> photo.Written:
    """Write the result; as given where it is known which pixels were touched.

    Parameters
    ----------
    filled
        The result.
    output_format, job
        How to write it.
    file
        The photo's.
    touched
        bool ``(H, W)``, true where the result may differ from the photo; None to code all of it anew.

    Raises
    ------
    wuhen.photo.PhotoError
        It cannot be written.
    """
    if touched is None:
        return photo.Written(photo.encode(filled, output_format, quality=job.quality))
    written = photo.encode_as_given(filled, file, touched)
    if output_format == "JPEG" and not written.not_kept:
        return photo.with_gain_map(written, filled, file, touched)
    return written


def sign_result(written: photo.Written, media_type: str, edit: mark.Edit, signing: mark.Signing) -> bytes:
    """Return the file with Content Credentials.

    Raises
    ------
    wuhen.mark.SigningFailed
        It cannot be signed.
    """
    signed = mark.sign(written.data, media_type, edit, signing)
    if not written.gain_map:
        return signed
    # The credentials lie within the first picture, whose length stands in the file, and is signed with it.
    data = photo.lengthen_first(written.data, len(signed) - len(written.data))
    return mark.sign(data, media_type, edit, signing)
