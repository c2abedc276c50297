"""A JPEG file's segments, sorted before it is decoded: what only accompanies a picture never decides over it.

Decoders stumble over application segments that are too short or lie about their length; a photo is worth more
than what its file says of it. So a decoder gets those segments alone that it decodes by, and metadata are
taken from the others as far as they can be read. Layout: ITU-T T.81, annex B; ICC.1:2022, B.4; XMP part 3
(Adobe, 2020), 1.1.3; CIPA DC-008 (Exif 3.0), 4.7.2.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wuhen import xmp
from wuhen.photo.jpeg.extras import name_segment
from wuhen.photo.jpeg.markers import EOI, SOS, walk_markers
from wuhen.photo.metadata import photoshop
from wuhen.photo.metadata.trailer import name_trailer
from wuhen.photo.removed import UNREADABLE_PROFILE, Removed

__all__ = ["Sorted", "picture_end", "read_head", "sort_segments"]

_COMMENT = 0xFE
_APPLICATION = range(0xE0, 0xF0)
_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_ICC, _PHOTOSHOP = b"ICC_PROFILE\0", b"Photoshop 3.0\0"
_DECODED = ((0xE0, b"JFIF"), (0xEE, b"Adobe"))  # what a decoder goes by
_READABLE = 7  # bytes that it takes for granted there
_SECOND_EXIF = Removed("a second EXIF block", "第二个 EXIF 数据块")
_DAMAGED_XMP = Removed("extended XMP that is damaged", "损坏的扩展 XMP")
_COMMENTS = Removed("all comments but the last", "除最后一条以外的注释")
_ORDERS = (b"II*\0", b"MM\0*")


@dataclass(frozen=True, slots=True)
class Sorted:
    """A JPEG file in parts.

    Attributes
    ----------
    data
        The file to the end of its picture, less metadata.
    exif, xmp, icc_profile, iim, comment
        Its metadata, put together from as many segments as they take.
    removed
        What else it has, in words: see `wuhen.photo.Photo.removed`.
    """

    data: bytes
    exif: bytes | None
    xmp: bytes | None
    icc_profile: bytes | None
    iim: bytes | None
    comment: bytes | None
    removed: tuple[Removed, ...]

    @property
    def info(self) -> dict[str, Any]:
        """What there is beside the picture, by the names that decoders have for it."""
        names = ("exif", "xmp", "icc_profile", "iim", "comment", "removed")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


def sort_segments(data: bytes) -> Sorted:
    """Sort the segments of a JPEG file."""
    kept, start, end, behind = [], 0, len(data), 2
    found = _Metadata()
    in_head = True
    for marker, at, content in _segments(data):
        if in_head and at > behind and not data[behind:at].strip(b"\xff"):
            # Any number of these may fill a gap (ITU-T T.81, B.1.1.2), and Pillow reads them one by one.
            kept.append(data[start:behind])
            start = at
        behind = content.stop
        if marker == EOI:
            end = content.start
            break
        in_head = in_head and marker != SOS
        if in_head and (marker in _APPLICATION or marker == _COMMENT):
            body = data[content.start : content.stop]
            if not found.take(marker, body):
                continue
            kept.append(data[start:at])
            start = content.stop
    kept.append(data[start:end])
    return found.sort(b"".join(kept), name_trailer(data[end:]))


def picture_end(data: bytes) -> int:
    """Return where the first picture of a JPEG file ends."""
    return next((content.start for marker, _, content in _segments(data) if marker == EOI), len(data))


def read_head(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and content of each segment in front of the first scan."""
    for marker, _, content in _segments(data):
        if marker in {SOS, EOI}:
            return
        yield marker, data[content]


def _segments(data: bytes) -> Iterator[tuple[int, int, slice]]:
    """Yield marker, place and content of each segment as a decoder meets it; entropy-coded data are searched.

    One that does not say its length is the last. Of one that is cut off the content is what is there.
    """
    for marker, start, length in walk_markers(data):
        if marker == EOI or length >= 2:  # noqa: PLR2004 - the length counts its own two bytes
            begin = start + 2
            yield marker, start, slice(begin + min(length, 2), begin + length)


@dataclass(slots=True)
class _Metadata:
    """What is found in a file's head, in parts."""

    exif: list[bytes] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    extended_xmp: list[bytes] = field(default_factory=list)
    icc: list[bytes] = field(default_factory=list)
    photoshop: list[bytes] = field(default_factory=list)
    comments: list[bytes] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)

    def take(self, marker: int, body: bytes) -> bool:
        """Take a segment; tell whether a decoder is better off without it."""
        if marker == _COMMENT:
            self.comments.append(body)
            return True
        if any(marker == own and body.startswith(head) for own, head in _DECODED):
            self.removed += name_segment(marker, body)
            return len(body) < _READABLE
        for own, head, parts in (
            (0xE1, _EXIF, self.exif),
            (0xE1, _XMP, self.xmp),
            (0xE1, _EXTENDED_XMP, self.extended_xmp),
            (0xE2, _ICC, self.icc),
            (0xED, _PHOTOSHOP, self.photoshop),
        ):
            if marker == own and body.startswith(head):
                parts.append(body[len(head) :])
                return True
        self.removed += name_segment(marker, body)
        return True

    def sort(self, data: bytes, trailer: tuple[Removed, ...]) -> Sorted:
        """Put the parts together."""
        resources = photoshop.read_resources(b"".join(self.photoshop))
        self.removed += photoshop.name_resources(resources)
        if len(self.comments) > 1:
            self.removed.append(_COMMENTS)
        return Sorted(
            data,
            self._join_exif(),
            self._join_xmp(),
            self._join_profile(),
            resources.get(photoshop.IIM),
            self.comments[-1] if self.comments else None,
            tuple(dict.fromkeys((*trailer, *self.removed))),
        )

    def _join_exif(self) -> bytes | None:
        """Join a block that goes on in further segments, as cameras write them; a second block is none."""
        if not self.exif:
            return None
        first, *others = self.exif
        if any(part.startswith(_ORDERS) for part in others):
            self.removed.append(_SECOND_EXIF)
        return first + b"".join(part for part in others if not part.startswith(_ORDERS))

    def _join_xmp(self) -> bytes | None:
        packets = [*self.xmp, *self._extensions()]
        return xmp.merge(packets[0], packets[1:]) if packets else None

    def _extensions(self) -> Iterator[bytes]:
        """Yield the packets that did not fit into one segment, those that are whole.

        A part has the packet's MD5 digest, its length, the part's offset, each in front of the other.
        """
        packets: dict[bytes, tuple[int, dict[int, bytes]]] = {}
        for part in self.extended_xmp:
            length, offset = int.from_bytes(part[32:36], "big"), int.from_bytes(part[36:40], "big")
            packets.setdefault(part[:32], (length, {}))[1][offset] = part[40:]
        for digest, (length, parts) in packets.items():
            whole = b"".join(parts[offset] for offset in sorted(parts))
            if len(whole) == length and _has_digest(whole, digest):
                yield whole
            else:
                self.removed.append(_DAMAGED_XMP)

    def _join_profile(self) -> bytes | None:
        """Join the parts of an ICC profile: each has its number and how many there are in front."""
        parts = sorted(self.icc)
        numbers = [(part[0], part[1]) if len(part) > 1 else None for part in parts]
        if numbers != [(i, len(parts)) for i in range(1, len(parts) + 1)]:
            self.removed.append(UNREADABLE_PROFILE)
            return None
        return b"".join(part[2:] for part in parts) or None


def _has_digest(packet: bytes, digest: bytes) -> bool:
    found = hashlib.md5(packet, usedforsecurity=False).hexdigest()
    return digest.decode("latin-1").lower() == found
