"""A WebP file's chunks, sorted before it is decoded: none beside the picture ever decides over it.

The decoder refuses a file whose last chunk, mostly metadata, is cut off or says a wrong length. So it gets
the chunks of the picture alone, and refuses it only where one of these is cut off (WebP Container
Specification, RFC 9649, section 2).
"""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wuhen.photo.errors import BrokenImage
from wuhen.photo.flaws import Flaw
from wuhen.photo.metadata.trailer import name_trailer
from wuhen.photo.removed import CREDENTIALS, Removed, data_in, frames

__all__ = ["Sorted", "sort_chunks"]

_HEADER = 12  # bytes: RIFF, a length, WEBP
_HEAD = 8  # bytes of a chunk: its kind, its length
_EXTENDED, _FRAME = b"VP8X", b"ANMF"
_PICTURE = frozenset({_EXTENDED, b"VP8 ", b"VP8L", b"ALPH", b"ANIM", _FRAME})
_ENDING = frozenset({b"VP8 ", b"VP8L", _FRAME})
_METADATA = {b"ICCP": "icc_profile", b"EXIF": "exif", b"XMP ": "xmp"}
_FLAGS = {b"ICCP": 0x20, b"EXIF": 0x08, b"XMP ": 0x04}  # which announce them in the first chunk
_PICTURE_FLAGS = (
    0x12  # alpha, animation; readers must ignore the bits that nothing stands for, and some don't
)
_KNOWN = _PICTURE | _METADATA.keys()
_TRAILER = b""
_MOST_CHUNKS = 100_000  # an animation has one for each frame
_NAME = re.compile(rb"[ -~]{4}")


@dataclass(frozen=True, slots=True)
class Sorted:
    """A WebP file in parts.

    Attributes
    ----------
    data
        The file with the chunks of its picture alone.
    info
        What there is beside it, by the names that decoders have for it: ``icc_profile``, ``exif``, ``xmp``;
        and ``removed``, what else there is, in words.
    """

    data: bytes
    info: Mapping[str, Any]


def sort_chunks(data: bytes) -> Sorted:
    """Sort the chunks of a WebP file.

    Raises
    ------
    BrokenImage
        There are too many.
    """
    kept: list[bytes] = []
    info: dict[str, Any] = {}
    removed: list[Removed] = []
    flags = count = 0
    for number, (kind, length, content) in enumerate(_chunks(data)):
        if number > _MOST_CHUNKS:
            raise BrokenImage("WEBP", Flaw.CHUNKS, _MOST_CHUNKS)
        if kind == _TRAILER:
            removed += name_trailer(content)
        elif kind == _EXTENDED:
            flags = content[0] if content else 0
            kept.append(_chunk(kind, bytes([flags & _PICTURE_FLAGS, 0, 0, 0]) + content[4:], length))
        elif kind in _PICTURE:
            count += kind == _FRAME
            kept.append(_chunk(kind, content, length))
        elif kind in _METADATA and flags & _FLAGS[kind] and content:
            info.setdefault(_METADATA[kind], content)
        else:
            removed.append(CREDENTIALS if kind == b"C2PA" else data_in(kind.decode().strip()))
    if count > 1:
        removed.append(frames(count))
    body = b"WEBP" + b"".join(kept)
    return Sorted(
        b"RIFF" + struct.pack("<I", len(body)) + body, info | {"removed": tuple(dict.fromkeys(removed))}
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    """Yield kind, length and content of each chunk; of one that is cut off, what is there.

    The end that the file's header says counts where it lies behind a chunk of the picture. What follows the
    last chunk comes as `_TRAILER`.
    """
    at, said, shown = _HEADER, 8 + int.from_bytes(data[4:8], "little"), False
    while at + _HEAD <= len(data) and not (shown and at >= said) and _NAME.fullmatch(data[at : at + 4]):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        yield kind, length, data[at + _HEAD : at + _HEAD + length]
        shown = shown or kind in _ENDING
        at += _HEAD + length
        if length % 2 and data[at : at + 4] not in _KNOWN:  # some forget the byte that makes it even
            at += 1
    if at < len(data):
        yield _TRAILER, len(data) - at, data[at:]


def _chunk(kind: bytes, content: bytes, length: int) -> bytes:
    """Return a chunk that says its length, even if there is less of it: then a decoder refuses it."""
    padding = bytes(length % 2 if len(content) == length else 0)
    return kind + struct.pack("<I", length) + content + padding
