"""How large the picture of a file says that it is, read from its head alone, a few bytes at a time.

For who must know what a picture will cost and may not open it: nothing is decoded, no more is looked at than
is said here, and of what cannot be told so, nothing is said. What is told is what the file claims, no more.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from wuhen.photo.kinds import Kind, kind_of
from wuhen.photo.sniff import MAGIC, webp_size

__all__ = ["Extent", "Read", "read_extent"]

Read: TypeAlias = Callable[[int, int], bytes]
"""Returns so many bytes of a file from a place on; fewer where it ends before."""

_Size: TypeAlias = tuple[int, int] | None

_MAGIC_BYTES: Final = 32
_BRANDS: Final = 1024
"""Bytes that say what kind of HEIF file it is."""
_MOST_SEGMENTS: Final = 200
"""Of a JPEG file before its frame. Profiles and extended XMP of some megabytes take fewer."""
_MOST_BOXES: Final = 200
"""Of a HEIF file: with those of a picture in 100 tiles."""
_MOST_FIELDS: Final = 64
"""Of a TIFF directory: they are sorted, and width and height come near the beginning."""
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_SCAN, _END = 0xDA, 0xD9
_OLD_BITMAP: Final = 12
_WIDTH, _LENGTH = 256, 257
_FIELD_TYPES: Final = {3: "H", 4: "I", 16: "Q"}


@dataclass(frozen=True, slots=True)
class Extent:
    """What a file's head says.

    Attributes
    ----------
    format : str
        One of `wuhen.photo.FORMATS`.
    pixels : int
        Width times height, at least 1.
    """

    format: str
    pixels: int


def read_extent(read: Read) -> Extent | None:
    """Return what the head of a file says; None where it says nothing, or not where it is looked for.

    Parameters
    ----------
    read : callable
        Returns parts of the file.
    """
    head = read(0, _MAGIC_BYTES)
    try:
        found = _read(head, read)
    except (struct.error, IndexError):
        return None
    if found is None:
        return None
    name, size = found
    if size is None or min(size) < 1:
        return None
    return Extent(name, size[0] * size[1])


def _read(head: bytes, read: Read) -> tuple[str, _Size] | None:
    name = next((name for magic, name in MAGIC if head.startswith(magic)), "")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        name = "WEBP"
    elif head[4:8] == b"ftyp":
        name = "AVIF" if kind_of(read(0, _BRANDS)) is Kind.AVIF else "HEIC"
    match name:
        case "JPEG":
            size = _jpeg_size(read)
        case "PNG":
            size = struct.unpack_from(">II", head, 16) if head[12:16] == b"IHDR" else None
        case "BMP":
            size = _bitmap_size(head)
        case "WEBP":
            size = webp_size(head)
        case "TIFF":
            size = _tiff_size(head, read)
        case "":
            return None
        case _:
            size = _heif_size(read)
    return name, size


def _jpeg_size(read: Read) -> _Size:
    """Return what the first frame says (ITU-T T.81, B.2.2)."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        lead, marker, length = struct.unpack(">BBH", read(at, 4))
        if lead != 0xFF or marker in {_SCAN, _END}:  # noqa: PLR2004 - what each marker begins with
            return None
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", read(at + 5, 4))
            return width, height
        if marker == 0xFF:  # noqa: PLR2004 - a byte that fills
            at += 1
        else:
            at += 2 if marker in _ALONE else 2 + max(length, 2)
    return None


def _bitmap_size(head: bytes) -> _Size:
    if int.from_bytes(head[14:18], "little") == _OLD_BITMAP:
        return struct.unpack_from("<HH", head, 18)
    width, height = struct.unpack_from("<ii", head, 18)
    return width, abs(height)  # below nothing where the rows come from the top


def _tiff_size(head: bytes, read: Read) -> _Size:
    """Return what the first directory says (TIFF 6.0, section 2; BigTIFF)."""
    order: Literal["<", ">"] = "<" if head[:2] == b"II" else ">"
    big = head[2:3] == b"+"
    at = struct.unpack_from(f"{order}{'Q' if big else 'I'}", head, 8 if big else 4)[0]
    begin, each, value = (8, 20, 12) if big else (2, 12, 8)
    directory = read(at, begin + _MOST_FIELDS * each)
    count = struct.unpack_from(f"{order}{'Q' if big else 'H'}", directory)[0]
    found = {}
    for place in range(begin, begin + each * min(count, _MOST_FIELDS), each):
        tag, kind = struct.unpack_from(f"{order}HH", directory, place)
        if tag in {_WIDTH, _LENGTH} and kind in _FIELD_TYPES:
            found[tag] = struct.unpack_from(f"{order}{_FIELD_TYPES[kind]}", directory, place + value)[0]
        if tag >= _LENGTH:
            break
    return (found[_WIDTH], found[_LENGTH]) if len(found) == len((_WIDTH, _LENGTH)) else None


def _heif_size(read: Read) -> _Size:
    """Return the largest size that any item has: the picture's own, as tiles and previews are smaller.

    After ISO/IEC 23008-12, 6.5.3.
    """
    left = iter(range(_MOST_BOXES))
    at, end = 0, 1 << 62
    for name, skipped in ((b"meta", 4), (b"iprp", 0), (b"ipco", 0)):  # after version and flags
        found = next(
            ((start, stop) for kind, start, stop in _boxes(read, at, end, left) if kind == name), None
        )
        if found is None:
            return None
        at, end = found[0] + skipped, found[1]
    sizes: list[tuple[int, int]] = [
        struct.unpack(">II", read(start + 4, 8))
        for kind, start, _ in _boxes(read, at, end, left)
        if kind == b"ispe"
    ]
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _boxes(read: Read, at: int, end: int, left: Iterator[int]) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, begin and end of what each box between two places holds, while numbers are left."""
    while at + 8 <= end and next(left, None) is not None:
        box = read(at, 16)
        if len(box) < 8:  # noqa: PLR2004 - length and kind
            return
        length, kind = struct.unpack_from(">I4s", box)
        start = at + 8
        if length == 1:
            length, start = struct.unpack_from(">Q", box, 8)[0], at + 16
        elif length == 0:
            length = end - at
        if at + length < start:
            return
        yield kind, start, min(at + length, end)
        at += length
