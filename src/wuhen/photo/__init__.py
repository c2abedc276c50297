"""Image files to arrays and back: sniffing, limits, decoding, orientation, colour, masks, encoding.

Files come from strangers: whatever the bytes, nothing but `PhotoError` is raised.
"""

from wuhen.photo.decode import SIDE_LIMIT
from wuhen.photo.encode import encode, media_type
from wuhen.photo.errors import (
    BrokenImage,
    EmptyInput,
    MaskEmpty,
    MaskFull,
    MaskSizeMismatch,
    PhotoError,
    SideTooLong,
    UnknownFormat,
    Unwritable,
)
from wuhen.photo.logo import read_logo
from wuhen.photo.mask import read_mask
from wuhen.photo.picture import Photo, read_photo

__all__ = [
    "SIDE_LIMIT",
    "BrokenImage",
    "EmptyInput",
    "MaskEmpty",
    "MaskFull",
    "MaskSizeMismatch",
    "Photo",
    "PhotoError",
    "SideTooLong",
    "UnknownFormat",
    "Unwritable",
    "encode",
    "media_type",
    "read_logo",
    "read_mask",
    "read_photo",
]
