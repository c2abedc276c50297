"""What a bitmap says beside its picture: a colour profile, and data behind it (Microsoft, BITMAPV5HEADER)."""

import struct
from collections.abc import Mapping
from typing import Any

from wuhen.photo.metadata.trailer import name_trailer
from wuhen.photo.removed import Removed

__all__ = ["read_info"]

_FILE_HEADER, _V3, _V5 = 14, 40, 124  # bytes
_COLOUR_SPACE, _PROFILE = _FILE_HEADER + 56, _FILE_HEADER + 112
_EMBEDDED, _LINKED = 0x4D424544, 0x4C494E4B
_UNCOMPRESSED = frozenset({0, 3, 6})  # as they are, or by masks


def read_info(data: bytes) -> Mapping[str, Any]:
    """Return ``icc_profile``, where the file has one, and ``removed``, what else it has, in words."""
    info: dict[str, Any] = {}
    removed: list[Removed] = []
    (header,) = struct.unpack_from("<I", data.ljust(18, b"\0"), _FILE_HEADER)
    end = _picture_end(data)
    if header >= _V5 and len(data) >= _FILE_HEADER + _V5:
        (space,) = struct.unpack_from("<I", data, _COLOUR_SPACE)
        at, length = struct.unpack_from("<II", data, _PROFILE)
        if space in {_EMBEDDED, _LINKED} and end is not None and _FILE_HEADER + at >= end:
            end = _FILE_HEADER + at + length
        if space == _EMBEDDED:
            info["icc_profile"] = data[_FILE_HEADER + at : _FILE_HEADER + at + length]
        elif space == _LINKED:
            removed.append(Removed("the name of a file with a colour profile", "颜色配置文件的文件名"))
    if end is not None:
        removed += name_trailer(data[end:])
    return info | {"removed": tuple(removed)}


def _picture_end(data: bytes) -> int | None:
    """Return where the samples of an uncompressed bitmap end; None of others."""
    if len(data) < _FILE_HEADER + _V3:
        return None
    start, header, width, height, _, bits, compression = struct.unpack_from("<IIiiHHI", data, 10)
    if header < _V3 or compression not in _UNCOMPRESSED:
        return None
    return int(start + (abs(width) * bits + 31) // 32 * 4 * abs(height))
