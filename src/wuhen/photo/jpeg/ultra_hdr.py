"""The gain map of an Ultra HDR file, carried over to a result with what was erased erased there, too.

Screens with a high dynamic range multiply a picture by its gain map, which is a second JPEG picture behind
the first, mostly of a quarter of its sides. Where the first has changed, the second still shows the outlines
of what was there, so its part is filled smoothly from around it. Layout: Ultra HDR Image Format 1.1
(Android); CIPA DC-007 (Multi-Picture Format). ISO 21496-1 says the same in segments of its own, which are
carried along.
"""

import struct
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen import xmp
from wuhen.photo.as_given import Written
from wuhen.photo.errors import BrokenImage, PhotoError
from wuhen.photo.flaws import Flaw
from wuhen.photo.jpeg import metadata as jpeg_metadata
from wuhen.photo.jpeg import segments as jpeg
from wuhen.photo.limits import SizeLimit
from wuhen.photo.metadata.embedded import find_pictures
from wuhen.photo.metadata.xmp import turn_back as turn_packet_back
from wuhen.photo.orientation import turn_back
from wuhen.photo.picture import Photo, read_photo
from wuhen.photo.removed import GAIN_MAP, Removed

__all__ = ["find_gain_map", "is_gain_map", "lengthen_first", "with_gain_map"]

_GAIN = "http://ns.adobe.com/hdr-gain-map/1.0/"
_VERSION: xmp.Property = (_GAIN, "Version")
_ISO = b"urn:iso:std:iso:ts:21496:-1\0"
_APP0, _APP1, _APP2 = 0xE0, 0xE1, 0xE2
_SKEW = 0.02  # by how much the sides' ratio may differ, as thin maps are rounded
_MARGIN = 2  # pixels of the gain map; scaling and compressing it spread what was erased so far
# What says in the first picture that there is a second one, and how long it is.
_PROMISE = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"
 xmlns:Container="http://ns.google.com/photos/1.0/container/"
 xmlns:Item="http://ns.google.com/photos/1.0/container/item/" hdrgm:Version="1.0">
<Container:Directory><rdf:Seq>
<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>
<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg"
 Item:Length="{}"/></rdf:li></rdf:Seq></Container:Directory></rdf:Description></rdf:RDF></x:xmpmeta>"""
# The index of a Multi-Picture file: its name, a TIFF header, a directory of version, number of pictures and
# their list, and that list: of each its kind, length, place, and two pictures that it depends on.
_INDEX = struct.Struct(">4s 4sI H HHI4s HHII HHII I IIIHH IIIHH")
_LIST = 50  # where the list is, as seen from the header
_PRIMARY = 0x030000
_INDEX_HEAD = b"MPF\0MM\0*"
_FIRST_LENGTH = 4 + _LIST + 4  # where the first picture's length is, as seen from there


def find_gain_map(file: bytes) -> bytes | None:
    """Return the gain map of a JPEG file, if it has one that says in XMP what it means, as Ultra HDR does."""
    end = jpeg.picture_end(file)
    for start, stop in find_pictures(file[end:]):
        found = file[end + start : end + stop]
        if xmp.properties(jpeg.sort_segments(found).xmp, [_VERSION])[_VERSION]:
            return found
    return None


def is_gain_map(part: Removed) -> bool:
    """Tell whether what a result has not is a gain map."""
    return part.en.startswith(GAIN_MAP.en)


def with_gain_map(written: Written, result: Photo, file: bytes, touched: NDArray[np.bool_]) -> Written:
    """Add the gain map of a photo's file to a result, where the file has one that can be changed.

    Parameters
    ----------
    written
        The result as a JPEG file, stored in the orientation of the photo's file.
    result
        What it was written from.
    file
        The JPEG file that the photo was read from.
    touched
        bool ``(H, W)``, upright: where the result differs from the photo.
    """
    from wuhen.photo.jpeg.file import Unsuitable  # the compiler, which comes with it, takes its time

    found = find_gain_map(file)
    if found is None:
        return written
    try:
        second = _erase(found, turn_back(touched, result.orientation))
    except (PhotoError, Unsuitable):
        return written
    data = written.data
    packet = _PROMISE.format(len(second)).encode()
    if result.xmp is not None:
        said = turn_packet_back(result.xmp, result.orientation)
        data = data.replace(jpeg_metadata.xmp_segments(said), b"", 1)
        packet = xmp.merge(said, [packet])
    at = _behind_exif(data)
    head = data[:at] + jpeg_metadata.xmp_segments(packet) + b"".join(_iso_segments(file))
    whole = head + _index(len(head), len(data) - at, len(second)) + data[at:] + second
    return replace(written, data=whole, gain_map=True)


def lengthen_first(data: bytes, more: int) -> bytes:
    """Have a file with a gain map say that its first picture is longer by so many bytes."""
    at = data.index(_INDEX_HEAD, _behind_exif(data)) + _FIRST_LENGTH
    (length,) = struct.unpack_from(">I", data, at)
    return data[:at] + struct.pack(">I", length + more) + data[at + 4 :]


def _behind_exif(data: bytes) -> int:
    """Return where a file's JFIF and EXIF segments end."""
    at = 2
    while data[at : at + 1] == b"\xff" and data[at + 1] in {_APP0, _APP1}:
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return at


def _iso_segments(file: bytes) -> Iterator[bytes]:
    """Yield the segments with which a file says in ISO's way that there is a gain map, or what it means."""
    for marker, body in jpeg.read_head(file):
        if marker == _APP2 and body.startswith(_ISO):
            yield _segment(body)


def _segment(body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, _APP2, 2 + len(body)) + body


def _index(before: int, behind: int, second: int) -> bytes:
    """Return the segment that lists both pictures, with so many bytes of the first before and behind it."""
    first = before + 4 + _INDEX.size + behind
    header = before + 8
    return _segment(
        _INDEX.pack(
            *(b"MPF\0", b"MM\0*", 8, 3),
            *(0xB000, 7, 4, b"0100"),
            *(0xB001, 4, 1, 2),
            *(0xB002, 7, 32, _LIST),
            0,
            *(_PRIMARY, first, 0, 0, 0),
            *(0, second, first - header, 0, 0),
        )
    )


def _erase(found: bytes, touched: NDArray[np.bool_]) -> bytes:
    """Return a gain map whose part under touched pixels is made up from around it; its blocks elsewhere stay.

    Raises
    ------
    PhotoError, Unsuitable
        It is damaged, or of a kind that cannot be written.
    """
    from wuhen.photo.jpeg.given import write_blocks

    # A map with more pixels than its picture is made to cost more than the limits let a picture cost.
    photo = read_photo(found, SizeLimit(pixels=touched.size))
    (height, width), (rows, columns) = photo.pixels.shape[:2], touched.shape
    if photo.orientation != 1 or abs(width * rows - height * columns) > _SKEW * width * rows:
        raise BrokenImage("JPEG", Flaw.GAIN_MAP)
    flags = _grow(_scale(touched, height, width))
    packet = jpeg.sort_segments(found).xmp
    data = write_blocks(
        replace(photo, pixels=_fill(photo.pixels, flags), xmp=packet, exif=None, comment=None), found, flags
    )
    return data[:2] + b"".join(_iso_segments(found)) + data[2:]


def _scale(flags: NDArray[np.bool_], height: int, width: int) -> NDArray[np.bool_]:
    """Scale to (height, width): true wherever any flag under it is."""
    for axis, length in enumerate((height, width)):
        starts = np.arange(length) * flags.shape[axis] // length
        flags = np.logical_or.reduceat(flags, starts, axis=axis)
    return flags


def _grow(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    for axis in (0, 1):
        grown = flags.copy()
        for shift in range(1, _MARGIN + 1):
            ahead, behind = np.roll(flags, shift, axis), np.roll(flags, -shift, axis)
            edge = [slice(None), slice(None)]
            edge[axis] = slice(0, shift)
            ahead[tuple(edge)] = False
            edge[axis] = slice(-shift, None)
            behind[tuple(edge)] = False
            grown |= ahead | behind
        flags = grown
    return flags


def _fill(pixels: NDArray[np.uint8], flags: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Fill flagged pixels smoothly from the others, by ever coarser means (pull-push, Gortler 1996)."""
    smooth = _pull_push(pixels.astype(np.float32), (~flags).astype(np.float32))
    return np.where(flags[..., np.newaxis], np.clip(np.rint(smooth), 0, 255), pixels).astype(np.uint8)


def _pull_push(values: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return values (H, W, C), those of no weight (H, W) made up from around them."""
    height, width = weights.shape
    if weights.all() or max(height, width) == 1:
        return values
    odd = ((0, height % 2), (0, width % 2))
    weighed = np.pad(values * weights[..., np.newaxis], (*odd, (0, 0)))
    sums = weighed[::2, ::2] + weighed[1::2, ::2] + weighed[::2, 1::2] + weighed[1::2, 1::2]
    padded = np.pad(weights, odd)
    counts = padded[::2, ::2] + padded[1::2, ::2] + padded[::2, 1::2] + padded[1::2, 1::2]
    means = sums / np.maximum(counts, np.float32(1e-6))[..., np.newaxis]
    coarse = _pull_push(means, np.minimum(counts, 1).astype(np.float32))
    double = 2 * coarse.shape[1], 2 * coarse.shape[0]
    fine = [
        np.asarray(Image.fromarray(channel).resize(double, Image.Resampling.BILINEAR))
        for channel in np.ascontiguousarray(np.moveaxis(coarse, 2, 0))
    ]
    pushed = np.stack(fine, axis=2)[:height, :width]
    return np.where(weights[..., np.newaxis] > 0, values, pushed)
