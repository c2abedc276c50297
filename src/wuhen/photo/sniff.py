"""What a file is, and what it would cost, told from its bytes before anything is decoded.

The name of a file and the type a server claims for it say nothing reliable, so neither is looked at.
"""

import struct
from collections.abc import Collection

from wuhen.photo.errors import BrokenImage, EmptyInput, UnknownFormat
from wuhen.photo.flaws import Flaw
from wuhen.photo.formats import FORMATS
from wuhen.photo.jpeg.markers import EOI, SOS, walk_markers
from wuhen.photo.kinds import Kind, kind_of
from wuhen.photo.tiff.raw import not_the_photo

#: More scans than any camera or encoder writes (10 to 15 are usual). Each one costs a pass over the whole
#: picture, and 64 bytes are enough for one: libjpeg-turbo, "Two issues with the JPEG standard", LJT-01-003.
MAX_SCANS = 100
_USUAL_SCANS = 20
#: Segments before the first scan. Extended XMP of 128 MB takes some 2,000 of them, all else some hundreds.
MAX_SEGMENTS = 10_000
_SCANNED = MAX_SCANS * 25_000_000  # pixels, over all scans

MAGIC = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
)


# What other kinds of files are read as.
_READ_AS = {Kind.HEIC: "HEIC", Kind.AVIF: "AVIF"}


def image_format(data: bytes, formats: Collection[str] = FORMATS) -> str:
    """Return the format of a file.

    Parameters
    ----------
    data
        The file, or some thousand bytes of its beginning.
    formats
        Those of `wuhen.photo.FORMATS` that it may be of.

    Raises
    ------
    EmptyInput
        There are no bytes.
    UnknownFormat
        It is of none of them, or a TIFF file whose first picture is not the photo.
    """
    if not data:
        raise EmptyInput
    name, kind = _tell(data)
    if name in formats:
        return name
    raise UnknownFormat(kind, tuple(formats))


def _tell(data: bytes) -> tuple[str, Kind]:
    """Return the format, or nothing, and what messages call the file where it may not be of that."""
    for magic, name in MAGIC:
        if data.startswith(magic):
            kind = not_the_photo(data) if name == "TIFF" else None
            return (name, Kind.UNKNOWN) if kind is None else ("", kind)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP", Kind.UNKNOWN
    kind = kind_of(data)
    return _READ_AS.get(kind, ""), kind


def count_scans(data: bytes) -> int:
    """Count the scans of a JPEG file, stopping just above `MAX_SCANS`."""
    scans = 0
    for marker, _, _ in walk_markers(data):
        scans += marker == SOS
        if scans > MAX_SCANS:
            break
    return scans


def check_segments(data: bytes) -> None:
    """Refuse a JPEG file with so many segments before its picture that reading them is what it is made for.

    Raises
    ------
    BrokenImage
        There are more than `MAX_SEGMENTS`.
    """
    for number, (marker, _, _) in enumerate(walk_markers(data), 1):
        if marker == SOS:
            return
        if number > MAX_SEGMENTS:
            raise BrokenImage("JPEG", Flaw.SEGMENTS, MAX_SEGMENTS)


def has_end(data: bytes) -> bool:
    """Tell whether a JPEG file has the end marker of its picture."""
    return any(marker == EOI for marker, _, _ in walk_markers(data))


def check_scans(data: bytes, pixels: int, attempts: int = 1) -> None:
    """Refuse a JPEG file of so many pixels that is made to keep a decoder busy.

    Parameters
    ----------
    data
        The file.
    pixels
        How many its header promises.
    attempts
        How often it has to be decoded, as it has no end; together that may take no longer than once.

    Raises
    ------
    BrokenImage
        It has more than `MAX_SCANS` scans, or, where it is large, more than decode in about the time that so
        many take at 25 megapixels; `_USUAL_SCANS` it may always have. Each attempt has its share of that.
    """
    most = min(MAX_SCANS, max(_USUAL_SCANS, _SCANNED // max(pixels, 1))) // attempts
    if count_scans(data) > most:
        raise BrokenImage("JPEG", Flaw.SCANS_WITHOUT_END if attempts > 1 else Flaw.SCANS, most)


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Read width and height of a WEBP file from its first chunk.

    Pillow's reader allocates the canvas while it opens the file, so the size must be known before.
    """
    kind, head = data[12:16], data[20:30]
    if len(head) < 10:  # noqa: PLR2004 - the longest of the three headers
        return None
    if kind == b"VP8X":
        return int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
    if kind == b"VP8L" and head[0] == 0x2F:  # noqa: PLR2004 - the signature byte
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return None


def webp_is_lossy(data: bytes) -> bool:
    """Tell whether the first frame of a WEBP file is of the lossy kind."""
    lossless = data.find(b"VP8L", 12)
    lossy = data.find(b"VP8 ", 12)
    return lossy >= 0 and (lossless < 0 or lossy < lossless)
