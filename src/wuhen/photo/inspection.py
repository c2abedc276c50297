"""What a file says about its picture, as it stands there: for looking at, not for writing again."""

from collections.abc import Mapping
from dataclasses import dataclass

from wuhen.photo.decode import Decoded, decode
from wuhen.photo.jpeg.ultra_hdr import find_gain_map, is_gain_map
from wuhen.photo.limits import USUAL_LIMIT, SizeLimit
from wuhen.photo.metadata import exif
from wuhen.photo.picture import name_removed, raw_exif
from wuhen.photo.removed import Removed

__all__ = ["Metadata", "read_metadata"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """A file's metadata.

    Attributes
    ----------
    format
        One of `wuhen.photo.FORMATS`.
    size
        Width and height as stored.
    xmp
        The packet.
    exif_texts
        What EXIF says, by name: ``ImageDescription``, ``UserComment``.
    texts
        What PNG's text chunks say, by keyword.
    removed
        What of the file no result will have, in words.
    """

    format: str
    size: tuple[int, int]
    xmp: bytes | None
    exif_texts: Mapping[str, str]
    texts: Mapping[str, str]
    removed: tuple[Removed, ...]


def read_metadata(data: bytes, limit: SizeLimit = USUAL_LIMIT) -> Metadata:
    """Read the metadata of a picture's file.

    The picture is decoded: PNG may keep texts behind it, and a file whose picture is broken is broken.

    Parameters
    ----------
    data
        The file.
    limit
        How large the picture may be.

    Raises
    ------
    PhotoError
        One of `EmptyInput`, `UnknownFormat`, `MissingReader`, `SideTooLong`, `TooManyPixels`, `BrokenImage`.
    """
    decoded = decode(data, limit)
    packet = decoded.image.info.get("xmp")
    return Metadata(
        decoded.format,
        decoded.stored_size,
        packet if isinstance(packet, bytes) else None,
        exif.texts(raw_exif(decoded)),
        decoded.image.info.get("texts", {}),
        _removed(data, decoded),
    )


def _removed(data: bytes, decoded: Decoded) -> tuple[Removed, ...]:
    found = name_removed(decoded)
    if decoded.format == "JPEG" and any(map(is_gain_map, found)) and find_gain_map(data) is not None:
        return tuple(part for part in found if not is_gain_map(part))
    return found
