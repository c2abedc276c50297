"""A JPEG file's application segments before it is decoded: none too short decides over the picture."""

import struct

__all__ = ["drop_short_segments"]

_SOS = 0xDA
_PHOTOSHOP = 0xED
_RESOURCE = b"8BIM"
# Marker, what its content begins with, and the bytes that it must have for Pillow to read it.
_SHORTEST = ((0xE0, b"JFIF", 7), (0xE2, b"ICC_PROFILE\0", 14), (0xEE, b"Adobe", 7))


def drop_short_segments(data: bytes) -> bytes:
    """Leave out segments for which Pillow would refuse the file; the very bytes where there are none.

    Segments up to the first scan are looked at, as far as each follows the one before.
    """
    kept, start, at = [], 0, 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != _SOS:  # noqa: PLR2004 - what markers begin with
        marker, length = struct.unpack_from(">BH", data, at + 1)
        end = at + 2 + length
        content = data[at + 4 : min(end, at + 4 + 14)]
        short = any(
            marker == one and content.startswith(head) and len(content) < size
            for one, head, size in _SHORTEST
        )
        # A resource cut off before the length of its name.
        if short or (marker == _PHOTOSHOP and data[end - 6 : end - 2] == _RESOURCE):
            kept.append(data[start:at])
            start = end
        at = end
    return b"".join([*kept, data[start:]]) if kept else data
