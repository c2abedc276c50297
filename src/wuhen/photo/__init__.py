"""Image files to arrays and back: sniffing, limits, decoding, orientation, colour, masks, encoding.

Files come from strangers: whatever the bytes, nothing but `PhotoError` is raised.
"""

from wuhen.photo.as_given import Written, encode_as_given, find_changes, format_as_given, warmup
from wuhen.photo.encode import (
    QUALITIES,
    QUALITY_FORMATS,
    USUAL_QUALITY,
    WIDE_FORMATS,
    check_writable,
    encode,
)
from wuhen.photo.errors import (
    BadShape,
    BrokenImage,
    EmptyInput,
    MaskEmpty,
    MaskFull,
    MaskNotCut,
    MaskSizeMismatch,
    MissingReader,
    PhotoError,
    ShapeProblem,
    SideTooLong,
    TooManyPixels,
    UnknownFormat,
    Unwritable,
)
from wuhen.photo.extent import Extent, Read, read_extent
from wuhen.photo.formats import BY_ENDING, FORMATS, VENDOR_FORMATS, list_names, media_type, usual_format
from wuhen.photo.inspection import Metadata, read_metadata
from wuhen.photo.jpeg.ultra_hdr import is_gain_map, lengthen_first, with_gain_map
from wuhen.photo.kinds import Kind
from wuhen.photo.limits import MEGAPIXEL, USUAL_LIMIT, SizeLimit
from wuhen.photo.logo import read_logo
from wuhen.photo.masks.drawing import draw_shapes
from wuhen.photo.masks.mask import Mask, open_mask, read_mask
from wuhen.photo.masks.shapes import Length, Point, Polygon, Rectangle, Shape, Stroke
from wuhen.photo.masks.speckle import LEAST_WHITE
from wuhen.photo.masks.writing import write_mask
from wuhen.photo.metadata.exif import texts as exif_texts
from wuhen.photo.metadata.exif import without as without_texts
from wuhen.photo.metadata.picture_regions import forget_regions
from wuhen.photo.not_kept import NotKept
from wuhen.photo.picture import Photo, read_photo
from wuhen.photo.removed import Removed
from wuhen.photo.sniff import image_format
from wuhen.photo.stopping import Stopped, ask, stoppable
from wuhen.photo.unwritten import name_unwritten

__all__ = [
    "BY_ENDING",
    "FORMATS",
    "LEAST_WHITE",
    "MEGAPIXEL",
    "QUALITIES",
    "QUALITY_FORMATS",
    "USUAL_LIMIT",
    "USUAL_QUALITY",
    "VENDOR_FORMATS",
    "WIDE_FORMATS",
    "BadShape",
    "BrokenImage",
    "EmptyInput",
    "Extent",
    "Kind",
    "Length",
    "Mask",
    "MaskEmpty",
    "MaskFull",
    "MaskNotCut",
    "MaskSizeMismatch",
    "Metadata",
    "MissingReader",
    "NotKept",
    "Photo",
    "PhotoError",
    "Point",
    "Polygon",
    "Read",
    "Rectangle",
    "Removed",
    "Shape",
    "ShapeProblem",
    "SideTooLong",
    "SizeLimit",
    "Stopped",
    "Stroke",
    "TooManyPixels",
    "UnknownFormat",
    "Unwritable",
    "Written",
    "ask",
    "check_writable",
    "draw_shapes",
    "encode",
    "encode_as_given",
    "exif_texts",
    "find_changes",
    "forget_regions",
    "format_as_given",
    "image_format",
    "is_gain_map",
    "lengthen_first",
    "list_names",
    "media_type",
    "name_unwritten",
    "open_mask",
    "read_extent",
    "read_logo",
    "read_mask",
    "read_metadata",
    "read_photo",
    "stoppable",
    "usual_format",
    "warmup",
    "with_gain_map",
    "without_texts",
    "write_mask",
]
