"""Photoshop's image resources, as JPEG, TIFF and PNG files hold them (Adobe Photoshop File Formats, 2019)."""

import struct
from collections.abc import Iterator, Mapping

from wuhen.photo.removed import Removed

__all__ = ["IIM", "name_resources", "read_resources"]

IIM = 0x0404
"""The number of the resource that is a block of IPTC-IIM."""
_SIGNATURE = b"8BIM"
# What has a place of its own in a result, or says only how another resource is stored.
_ELSEWHERE = frozenset({IIM, 0x03ED, 0x0425, 0x0422, 0x0424, 0x040F})
_THUMBNAILS = frozenset({0x0409, 0x040C})
_PATHS = range(0x07D0, 0x0BB7)


def read_resources(block: bytes) -> dict[int, bytes]:
    """Read resources by number, to the first that is damaged; of two with one number the first."""
    found: dict[int, bytes] = {}
    for number, content in _resources(block):
        found.setdefault(number, content)
    return found


def _resources(block: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content: signature, number, a name padded to an even length, a length, the content."""
    at = 0
    while block[at : at + 4] == _SIGNATURE and at + 12 <= len(block):
        (number,) = struct.unpack_from(">H", block, at + 4)
        name = 1 + block[at + 6]
        at += 6 + name + name % 2
        if at + 4 > len(block):
            return
        (length,) = struct.unpack_from(">I", block, at)
        at += 4
        if at + length > len(block):
            return
        yield number, block[at : at + length]
        at += length + length % 2


def name_resources(resources: Mapping[int, bytes]) -> tuple[Removed, ...]:
    """Say in words which resources a result will not have."""
    lost = resources.keys() - _ELSEWHERE
    named = []
    if lost & _THUMBNAILS:
        named.append(Removed("the Photoshop thumbnail", "Photoshop 缩略图"))
    if paths := [number for number in lost if number in _PATHS]:
        named.append(Removed(f"Photoshop's paths ({len(paths)})", f"Photoshop 路径（{len(paths)}）"))
    if others := lost - _THUMBNAILS - set(_PATHS):
        named.append(
            Removed(f"other Photoshop resources ({len(others)})", f"其他 Photoshop 资源（{len(others)}）")
        )
    return tuple(named)
