"""Metadata as the segments of a JPEG file that hold them, however large they are.

Layout: XMP part 3 (Adobe, 2020), 1.1.3; CIPA DC-008 (Exif 3.0), 4.7.2.
"""

import struct
from typing import Final

from wuhen import xmp
from wuhen.photo.metadata import exif_tags

__all__ = ["SEGMENT", "fit_exif", "xmp_segments"]

SEGMENT: Final = 65533
"""Bytes that a segment can carry."""
_APP1 = 0xFFE1
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_HAS_EXTENDED: xmp.Property = ("http://ns.adobe.com/xmp/note/", "HasExtendedXMP")
_PART = SEGMENT - len(_EXTENDED_XMP) - 40  # bytes: digest, length, offset
_TELLING: tuple[xmp.Property, ...] = (
    # There are readers that look into the first packet alone.
    ("http://ns.adobe.com/hdr-gain-map/1.0/", "Version"),
    ("http://ns.google.com/photos/1.0/container/", "Directory"),
    ("http://www.tc260.org.cn/ns/AIGC/1.0/", "AIGC"),
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "DigitalSourceType"),
    ("http://purl.org/dc/elements/1.1/", "creator"),
    ("http://purl.org/dc/elements/1.1/", "rights"),
)


def fit_exif(block: bytes) -> bytes | None:
    """Return an EXIF block that a segment has room for: see `wuhen.photo.metadata.exif_tags.fit`."""
    return exif_tags.fit(block, SEGMENT)


def xmp_segments(packet: bytes) -> bytes:
    """Return the segments that hold an XMP packet, markers and all.

    What one has no room for goes into an extended packet, the largest properties first; of a packet with
    which that cannot be done, they are left out.
    """
    limit = SEGMENT - len(_XMP)
    standard, extended = xmp.split(packet, limit, _TELLING)
    if len(standard) > limit:  # no property takes the room, or one that belongs into the first packet
        standard, extended = xmp.rewrite(packet, {}, prefixes={}, limit=limit, kept=_TELLING), None
    if len(standard) > limit:
        return b""
    parts = [_XMP + standard]
    if extended is not None:
        (digest,) = xmp.properties(standard, [_HAS_EXTENDED])[_HAS_EXTENDED]
        head = _EXTENDED_XMP + digest.encode()
        parts += [
            head + struct.pack(">II", len(extended), at) + extended[at : at + _PART]
            for at in range(0, len(extended), _PART)
        ]
    return b"".join(struct.pack(">HH", _APP1, 2 + len(part)) + part for part in parts)
