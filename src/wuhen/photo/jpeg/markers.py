"""The markers of a JPEG file, as a decoder meets them. Layout: ITU-T T.81, annex B."""

import re
from collections.abc import Iterator

__all__ = ["EOI", "SOS", "walk_markers"]

SOS, EOI = 0xDA, 0xD9
# Those that stand alone, restarts above all, are passed over: there may be millions of them.
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])")


def walk_markers(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Step over segments, search entropy-coded data.

    Yields
    ------
    tuple of int
        A marker, where it is, and the length that its segment says it has, its own two bytes included. The
        end marker, whose length is 0, and one that says less than 2 are the last: decoders stop there too.
    """
    at = 2
    while (found := _MARKER.search(data, at)) is not None:
        marker, begin = found[1][0], found.end()
        length = 0 if marker == EOI else int.from_bytes(data[begin : begin + 2], "big")
        yield marker, found.start(), length
        if length < 2:  # noqa: PLR2004 - its own two bytes
            return
        at = begin + length
