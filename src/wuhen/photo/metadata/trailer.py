"""What follows the end of a picture in its file, in words: films, further pictures, data.

Layout: ISO/IEC 14496-12, 4.2 for films; CIPA DC-007 (Multi-Picture Format), Android's Motion Photo 1.0 and
Ultra HDR 1.1 for what phones put there.
"""

import re
from collections.abc import Iterator

from wuhen.photo.metadata.embedded import MOST_FALSE_STARTS, end_of_picture
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
_PADDING = b"\0\xff"
_NEXT = re.compile(rb"\xff\xd8\xff|ftyp")


def name_trailer(trailer: bytes) -> tuple[Removed, ...]:
    """Say what follows the end of the picture; padding is nothing."""
    return tuple(dict.fromkeys(_parts(trailer)))


def _parts(trailer: bytes) -> Iterator[Removed]:
    at = searched = unknown = false_starts = 0
    while false_starts <= MOST_FALSE_STARTS and (found := _NEXT.search(trailer, searched)) is not None:
        is_film = found[0] == b"ftyp"
        start = max(at, found.start() - 4) if is_film else found.start()
        end = _film_end(trailer, start) if is_film else end_of_picture(trailer, start)
        searched = found.end() if end is None else end
        if end is None:
            false_starts += 1
            continue
        unknown += len(trailer[at:start].strip(_PADDING))
        yield (FILM if is_film else _picture(trailer[start : min(end, start + _HEAD)])).sized(end - start)
        at = end
    if unknown := unknown + len(trailer[at:].strip(_PADDING)):
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


def _picture(head: bytes) -> Removed:
    if any(name in head for name in _GAIN_MAPS):
        return GAIN_MAP
    if any(name in head for name in _DEPTH_MAPS):
        return DEPTH_MAP
    return FURTHER_PICTURE
