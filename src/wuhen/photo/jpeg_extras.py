"""What a JPEG file has beside its picture and its metadata, in words.

Layout: JFIF 1.02; CIPA DC-007 (Multi-Picture Format); ISO/IEC 14496-12, 4.2 for films; Android's Motion Photo
1.0 and Ultra HDR 1.1.
"""

import re
from collections.abc import Iterator

from wuhen.photo.wording import show_size

__all__ = ["name_segment", "name_trailer"]

_GAIN_MAPS = (
    b"http://ns.adobe.com/hdr-gain-map/1.0/",
    b"urn:iso:std:iso:ts:21496:-1",
    b"http://ns.apple.com/HDRGainMap/1.0/",
    b"urn:com:apple:photo:2020:aux:hdrgainmap",
)
_DEPTH_MAPS = (b"http://ns.google.com/photos/1.0/depthmap/", b"http://ns.apple.com/depthData/1.0/")
_HEAD = 64 * 1024  # bytes of a further picture in which it says what it is
_SOI, _EOI = b"\xff\xd8\xff", b"\xff\xd9"
_PADDING = b"\0\xff"
_JFIF_HEADER = 14
_NEXT = re.compile(rb"\xff\xd8\xff|ftyp")
_APP0 = 0xE0
GAIN_MAP = "the HDR gain map"
# What is lost with segments that begin with these, by the number of their marker.
_SEGMENTS: dict[tuple[int, bytes], tuple[str, ...]] = {
    (0, b"JFXX\0"): ("the JFIF thumbnail",),
    (2, b"MPF\0"): ("the index of a Multi-Picture file",),
    (2, b"FPXR\0"): ("FlashPix data",),
    (2, b"urn:iso:std:iso:ts:21496:-1\0"): (),  # about a gain map, which is named itself
    (11, b"JP"): ("JUMBF data",),
    (14, b"Adobe"): (),  # how the colours are stored
}


def name_segment(marker: int, body: bytes) -> tuple[str, ...]:
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
        return ("the JFIF thumbnail",) if has_thumbnail else ()
    if kind == 11 and body.startswith(b"JP") and b"c2pa" in body:  # noqa: PLR2004 - where JUMBF boxes are
        return ("the Content Credentials, which a change breaks",)
    for (own, head), names in _SEGMENTS.items():
        if kind == own and body.startswith(head):
            return names
    return (f"data in an APP{kind} segment{_signature(body)}",)


def _signature(body: bytes) -> str:
    """Quote what a segment begins with, where it is a name."""
    found = re.match(rb"[!-~][ -~]{1,31}", body)
    return f" ({found[0].decode().strip()})" if found else ""


def name_trailer(trailer: bytes) -> tuple[str, ...]:
    """Say what follows the end of the picture: films, further pictures, data; padding is nothing.

    What phones put there: films of Motion Photos, gain maps, depth maps, and data of their own among them.
    """
    named = list(_parts(trailer))
    return tuple(dict.fromkeys(named))


def _parts(trailer: bytes) -> Iterator[str]:
    at, unknown = 0, 0
    while at < len(trailer):
        found = _NEXT.search(trailer, at)
        start = len(trailer) if found is None else found.start() - (4 if found[0] == b"ftyp" else 0)
        unknown += len(trailer[at : max(at, start)].strip(_PADDING))
        if found is None:
            break
        at = max(at, start)
        if found[0] == b"ftyp":
            end = _film_end(trailer, at)
            yield f"the film of a Motion Photo ({show_size(end - at)})"
        else:
            end = _picture_end(trailer, at)
            yield f"{_picture(trailer[at : min(end, at + _HEAD)])} ({show_size(end - at)})"
        at = end
    if unknown:
        yield f"data behind the picture ({show_size(unknown)})"


def _film_end(data: bytes, at: int) -> int:
    """Return where the last of the boxes ends that follow one another."""
    start = at
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        elif length == 0:
            return len(data)
        if length < 8 or not kind.isalnum() or at + length > len(data):  # noqa: PLR2004 - a box's header
            break
        at += length
    return at if at > start else len(data)


def _picture_end(data: bytes, at: int) -> int:
    """Return where a JPEG picture ends."""
    marker = re.compile(rb"\xff+([^\x00\xff])")
    place = at + 2
    while (found := marker.search(data, place)) is not None:
        place, kind = found.end(), found[1][0]
        if kind == _EOI[1]:
            return place
        if kind != 0x01 and not 0xD0 <= kind <= 0xD8:  # noqa: PLR2004 - markers without a length
            place += max(2, int.from_bytes(data[place : place + 2], "big"))
    return len(data)


def _picture(head: bytes) -> str:
    if any(name in head for name in _GAIN_MAPS):
        return GAIN_MAP
    if any(name in head for name in _DEPTH_MAPS):
        return "the depth map"
    return "a further picture"
