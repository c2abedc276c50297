"""JPEG pictures within other data: previews in maker notes go on showing what has been erased."""

import re
from collections.abc import Iterator

__all__ = ["MOST_FALSE_STARTS", "end_of_picture", "find_pictures"]

_START = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]")
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")  # restarts are within the data
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SOS, _EOI = 0xDA, 0xD9
# These bound what a file that is made to hurt can cost.
_MOST_SEGMENTS = 64  # before the first scan
MOST_FALSE_STARTS = 1000
"""Places that look like the beginning of a picture and are none; chance makes one in 16 MiB."""


def find_pictures(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield begin and end of every JPEG picture in the data.

    One that does not end takes the rest; so does the last of too many places that look like one.
    """
    at = false_starts = 0
    while (found := _START.search(data, at)) is not None:
        end = end_of_picture(data, found.start())
        if end is None:
            at = found.start() + 2
            false_starts += 1
            if false_starts > MOST_FALSE_STARTS:
                yield found.start(), len(data)
                return
        else:
            at = end
            yield found.start(), at


def end_of_picture(data: bytes, start: int) -> int | None:
    """Return where the JPEG picture ends that begins here; None where none does."""
    scan = _first_scan(data, start + 2)
    return None if scan is None else _end(data, scan)


def _first_scan(data: bytes, at: int) -> int | None:
    """Return where the entropy-coded data begin behind whole segments, a frame header among them."""
    has_frame = False
    for _ in range(_MOST_SEGMENTS):
        if data[at : at + 1] != b"\xff" or at + 4 > len(data):
            return None
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or marker < 0xC0:  # noqa: PLR2004 - the length counts itself; no segment's marker is lower
            return None
        has_frame = has_frame or marker in _FRAMES
        at += 2 + length
        if marker == _SOS:
            return at if has_frame else None
    return None


def _end(data: bytes, at: int) -> int:
    """Return the end of a picture whose entropy-coded data begin here."""
    while (found := _MARKER.search(data, at)) is not None:
        at = found.end()
        if found[1][0] == _EOI:
            return at
        at += int.from_bytes(data[at : at + 2], "big")
    return len(data)
