"""What a JPEG file's segments have beside metadata, in words (JFIF 1.02; CIPA DC-007; ISO 19566-5)."""

import re

from wuhen.photo.removed import CREDENTIALS, Removed, data_in

__all__ = ["name_segment"]

_APP0 = 0xE0
_JFIF_HEADER = 14
_JFIF_THUMBNAIL = Removed("the JFIF thumbnail", "JFIF 缩略图")
# What is lost with segments that begin with these, by the number of their marker.
_SEGMENTS: dict[tuple[int, bytes], tuple[Removed, ...]] = {
    (0, b"JFXX\0"): (_JFIF_THUMBNAIL,),
    (2, b"MPF\0"): (),  # where further pictures are, which are named themselves
    (2, b"FPXR\0"): (Removed("FlashPix data", "FlashPix 数据"),),
    (2, b"urn:iso:std:iso:ts:21496:-1\0"): (),  # about a gain map, which is named itself
    (11, b"JP"): (Removed("JUMBF data", "JUMBF 数据"),),
    (14, b"Adobe"): (),  # how the colours are stored
}


def name_segment(marker: int, body: bytes) -> tuple[Removed, ...]:
    """Say what of an application segment is lost: nothing, or one thing.

    Parameters
    ----------
    marker
        0xE0 to 0xEF.
    body
        What follows its length.
    """
    kind = marker - _APP0
    if kind == 0 and body.startswith(b"JFIF"):
        has_thumbnail = len(body) >= _JFIF_HEADER and body[12] * body[13] > 0
        return (_JFIF_THUMBNAIL,) if has_thumbnail else ()
    if kind == 11 and body.startswith(b"JP") and b"c2pa" in body:  # noqa: PLR2004 - where JUMBF boxes are
        return (CREDENTIALS,)
    for (own, head), names in _SEGMENTS.items():
        if kind == own and body.startswith(head):
            return names
    return (data_in(f"APP{kind}{_signature(body)}"),)


def _signature(body: bytes) -> str:
    """Add what a segment begins with, where it is a name."""
    found = re.match(rb"[!-~][ -~]{1,31}", body)
    return f", {found[0].decode().strip()}" if found else ""
