"""A result as the JPEG file that its photo came from, with only those blocks coded anew that were touched."""

import io
import struct

import numpy as np
from numpy.typing import NDArray
from PIL import JpegImagePlugin

from wuhen.photo.encode import is_grey
from wuhen.photo.jpeg import metadata as jpeg_metadata
from wuhen.photo.jpeg.blocks import find_units, recode
from wuhen.photo.jpeg.coefficients import read_coefficients, segment, write_file
from wuhen.photo.jpeg.file import BLOCK, JpegFile, Unsuitable, parse
from wuhen.photo.metadata import exif, xmp
from wuhen.photo.not_kept import NotKept
from wuhen.photo.orientation import turn_back
from wuhen.photo.picture import Photo
from wuhen.photo.stopping import Source, ask

__all__ = ["LEAST_QUALITY", "estimate_quality", "write_blocks"]

_APP0, _APP1, _APP2, _APP14, _COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
_PROFILE_HEAD = b"ICC_PROFILE\0"
_PROFILE_PART = jpeg_metadata.SEGMENT - len(_PROFILE_HEAD) - 2
_MAX_PARTS = 255
# The sum of the luma table that quality 50 stands for (T.81, Table K.1).
_TABLE_SUM = 3688
LEAST_QUALITY = 75
"""What a file is written anew with, however low its own quality is."""


def write_blocks(photo: Photo, file: bytes, touched: NDArray[np.bool_]) -> bytes:
    """Write a photo so that every block without a touched pixel has the coefficients that it had.

    Tables, sampling, scans and restart markers are the file's, and so is the orientation in which it is
    stored. Metadata are the photo's. What is written has been decoded and compared with the photo.

    Parameters
    ----------
    photo
        As read from `file`, or with other pixels and metadata.
    file
        A JPEG file.
    touched
        bool ``(H, W)``, upright: the pixels that are new.

    Raises
    ------
    Unsuitable
        It cannot be done; the reason says why.
    """
    frame = parse(file)
    if (frame.width, frame.height) != photo.stored_size:
        raise Unsuitable(NotKept.JPEG_OTHERWISE)
    if len(frame.components) == 1 and not is_grey(photo.pixels):
        raise Unsuitable(NotKept.JPEG_COLOURS)
    pixels, flags = turn_back(photo.pixels, photo.orientation), turn_back(touched, photo.orientation)
    changed = find_units(frame, flags)
    ask()
    coefficients = read_coefficients(file, frame, changed)
    recode(coefficients, pixels, flags)
    ask()
    data = write_file(coefficients, b"".join(_segments(photo, frame)))
    del coefficients
    if not _is_right(data, pixels, changed, frame):
        raise Unsuitable(NotKept.JPEG_OTHERWISE)
    return data


def estimate_quality(file: bytes) -> int | None:
    """Return the quality that a JPEG file's luma table stands for, at least 75; None where it cannot be told.

    A picture that has lost much already does not get better by losing as much again.
    """
    try:
        table = JpegImagePlugin.JpegImageFile(io.BytesIO(file)).quantization[0]
    except Exception:  # Pillow raises about anything
        return None
    percent = 100 * sum(table) / _TABLE_SUM
    quality = 5000 / percent if percent > 100 else 100 - percent / 2  # noqa: PLR2004 - quality 50
    return round(min(max(quality, LEAST_QUALITY), 100))


def _segments(photo: Photo, frame: JpegFile) -> list[bytes]:
    """Return the metadata, and what decoders know the colours by."""
    found = []
    if frame.jfif is not None:
        found.append(segment(_APP0, b"JFIF\0" + frame.jfif + bytes(2)))
    if (block := _stored_exif(photo)) is not None:
        found.append(segment(_APP1, block))
    if photo.xmp is not None:
        found.append(jpeg_metadata.xmp_segments(xmp.turn_back(photo.xmp, photo.orientation)))
    profile = photo.icc_profile or b""
    parts = [profile[at : at + _PROFILE_PART] for at in range(0, len(profile), _PROFILE_PART)]
    if len(parts) <= _MAX_PARTS:
        for number, part in enumerate(parts, 1):
            found.append(segment(_APP2, _PROFILE_HEAD + bytes([number, len(parts)]) + part))
    if photo.comment is not None and len(photo.comment) <= jpeg_metadata.SEGMENT:
        found.append(segment(_COM, photo.comment))
    if frame.adobe is not None:
        found.append(segment(_APP14, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, frame.adobe)))
    return found


def _stored_exif(photo: Photo) -> bytes | None:
    """Return the EXIF block that there is room for, with the orientation in which the picture is stored."""
    block, orientation = photo.exif, photo.orientation
    if orientation != 1:
        block = exif.turn_back(block, orientation, photo.stored_size)
    if block is not None:
        block = jpeg_metadata.fit_exif(block)
    if orientation != 1 and (block is None or exif.clean(block, photo.stored_size)[1] != orientation):
        return exif.turn_back(None, orientation, photo.stored_size)
    return block


def _is_right(data: bytes, pixels: NDArray[np.uint8], changed: NDArray[np.bool_], frame: JpegFile) -> bool:
    """Tell whether a file decodes to the pixels that it is to have, save near those that were changed."""
    try:
        image = JpegImagePlugin.JpegImageFile(Source(data))
        if image.size != (frame.width, frame.height):
            return False
        image.load()
    except OSError:
        return False
    across, down = (BLOCK * factor for factor in frame.sampling)
    for row, near in enumerate(_near(changed)):
        ask()
        top, bottom = row * down, min((row + 1) * down, frame.height)
        found, wanted = np.asarray(image.crop((0, top, frame.width, bottom))), pixels[top:bottom]
        if found.ndim == 2:  # noqa: PLR2004 - one channel
            wanted = wanted[..., 0]
        if np.array_equal(found, wanted):
            continue
        differs = (found != wanted).any(axis=0).reshape(frame.width, -1).any(axis=1)
        if (differs & ~np.repeat(near, across)[: frame.width]).any():
            return False
    return True


def _near(changed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the units that were changed, and those beside them."""
    wide = np.pad(changed, 1)
    tall = wide[:-2] | wide[1:-1] | wide[2:]
    return tall[:, :-2] | tall[:, 1:-1] | tall[:, 2:]
