"""Image files to arrays and back: sniffing, limits, decoding, orientation, colour, masks, encoding.

Files come from strangers: whatever the bytes, nothing but `PhotoError` is raised.
"""

from wuhen.photo.decode import SIDE_LIMIT
from wuhen.photo.encode import QUALITIES, USUAL_QUALITY, XMP_LIMIT, encode, media_type
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
from wuhen.photo.exif import texts as exif_texts
from wuhen.photo.exif import without as without_texts
from wuhen.photo.logo import read_logo
from wuhen.photo.mask import read_mask
from wuhen.photo.metadata import Metadata, read_metadata
from wuhen.photo.picture import Photo, read_photo
from wuhen.photo.sniff import FORMATS, image_format
from wuhen.photo.speckle import LEAST_WHITE

__all__ = [
    "FORMATS",
    "LEAST_WHITE",
    "QUALITIES",
    "SIDE_LIMIT",
    "USUAL_QUALITY",
    "XMP_LIMIT",
    "BrokenImage",
    "EmptyInput",
    "MaskEmpty",
    "MaskFull",
    "MaskSizeMismatch",
    "Metadata",
    "Photo",
    "PhotoError",
    "SideTooLong",
    "UnknownFormat",
    "Unwritable",
    "encode",
    "exif_texts",
    "image_format",
    "media_type",
    "read_logo",
    "read_mask",
    "read_metadata",
    "read_photo",
    "without_texts",
]
