"""What follows the end of a picture in its file, in words: films, further pictures, data.

Layout: ISO/IEC 14496-12, 4.2 for films; CIPA DC-007 (Multi-Picture Format), Android's Motion Photo 1.0 and
Ultra HDR 1.1 for what phones put there.
"""

import re
from collections.abc import Iterator

from wuhen.photo.removed import DEPTH_MAP, FILM, FURTHER_PICTURE, GAIN_MAP, TRAILER, Removed

__all__ = ["name_trailer"]

_GAIN_MAPS = (
    b"http://ns.adobe.com/hdr-gain-map/1.0/",
    b"urn:iso:std:iso:ts:21496:-1",
    b"http://ns.apple.com/HDRGainMap/1.0/",
    b"urn:com:apple:photo:2020:aux:hdrgainmap",
)
_DEPTH_MAPS = (b"http://ns.google.com/photos/1.0/depthmap/", b"http://ns.apple.com/depthData/1.0/")
_HEAD = 64 * 1024  # bytes of a further picture in which it says what it is
_EOI = 0xD9
_PADDING = b"\0\xff"
_NEXT = re.compile(rb"\xff\xd8\xff|ftyp")
_MARKER = re.compile(rb"\xff+([^\x00\xff])")


def name_trailer(trailer: bytes) -> tuple[Removed, ...]:
    """Say what follows the end of the picture; padding is nothing."""
    return tuple(dict.fromkeys(_parts(trailer)))


def _parts(trailer: bytes) -> Iterator[Removed]:
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
            yield FILM.sized(end - at)
        else:
            end = _picture_end(trailer, at)
            yield _picture(trailer[at : min(end, at + _HEAD)]).sized(end - at)
        at = end
    if unknown:
        yield TRAILER.sized(unknown)


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
    place = at + 2
    while (found := _MARKER.search(data, place)) is not None:
        place, kind = found.end(), found[1][0]
        if kind == _EOI:
            return place
        if kind != 0x01 and not 0xD0 <= kind <= 0xD8:  # noqa: PLR2004 - markers without a length
            place += max(2, int.from_bytes(data[place : place + 2], "big"))
    return len(data)


def _picture(head: bytes) -> Removed:
    if any(name in head for name in _GAIN_MAPS):
        return GAIN_MAP
    if any(name in head for name in _DEPTH_MAPS):
        return DEPTH_MAP
    return FURTHER_PICTURE
