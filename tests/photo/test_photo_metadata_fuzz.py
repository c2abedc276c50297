"""Whatever stands beside a picture, damaged or made to hurt: the pixels are those of the file without it."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo.photo_files import exif_block, noise, png, png_chunk
from photo.test_photo_removed import IIM_RESOURCE, jpeg, told
from photo.test_photo_removed_others import tiff, webp
from wuhen.photo import encode, read_photo

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

PIXELS = noise(5, 7)
JPEG_PIXELS = read_photo(jpeg()).pixels
PACKET = told(("http://purl.org/dc/elements/1.1/", "title"), "Sea")
HEADS = (
    *(
        b"JFIF\0",
        b"JFXX\0",
        b"Exif\0\0",
        b"Exif\0\0II*\0\x08\0\0\0",
        b"Exif\0\0MM\0*",
        b"MPF\0II*\0",
        b"FPXR\0",
    ),
    *(b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0", b"ICC_PROFILE\0\1\1"),
    *(b"ICC_PROFILE\0", b"Photoshop 3.0\0", b"Photoshop 3.0\0" + IIM_RESOURCE, b"JP\0\1", b""),
    b"http://ns.adobe.com/xap/1.0/\0" + PACKET,
)
junk = st.one_of(
    st.binary(max_size=80),
    st.builds(
        lambda block, at, patch: block[:at] + patch + block[at + len(patch) :],
        st.sampled_from([exif_block(6, thumbnail=b"\xff\xd8\xff\xd9")[6:], IIM_RESOURCE, PACKET]),
        st.integers(0, 250),
        st.binary(max_size=6),
    ),
)


@given(
    st.lists(
        st.tuples(st.sampled_from([*range(0xE1, 0xEE), 0xEF, 0xFE]), st.sampled_from(HEADS), junk), max_size=4
    ),
    st.binary(max_size=40),
)
@settings(max_examples=80, deadline=None)
def test_of_a_jpeg(segments: list[tuple[int, bytes, bytes]], trailer: bytes) -> None:
    packed = (
        struct.pack(">BBH", 0xFF, marker, 2 + len(head) + len(body)) + head + body
        for marker, head, body in segments
    )
    photo = read_photo(jpeg(*packed, trailer=trailer))
    if photo.orientation == 1:
        assert np.array_equal(photo.pixels, JPEG_PIXELS)
    encode(photo, "JPEG")


KINDS = (
    b"eXIf",
    b"iTXt",
    b"tEXt",
    b"zTXt",
    b"iCCP",
    b"acTL",
    b"fcTL",
    b"fdAT",
    b"pHYs",
    b"sPLT",
    b"hIST",
    b"caBX",
)


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), junk, st.integers(-1, 1), st.booleans()), max_size=4),
    st.binary(max_size=40),
)
@settings(max_examples=80, deadline=None)
def test_of_a_png(chunks: list[tuple[bytes, bytes, int, bool]], trailer: bytes) -> None:
    before, behind = b"", b""
    for kind, body, error, late in chunks:
        whole = png_chunk(kind, body)
        whole = whole[:-1] + bytes([(whole[-1] + error) % 256])
        before, behind = (before, behind + whole) if late else (before + whole, behind)
    data = png(PIXELS, 2, before)
    photo = read_photo(data[:-12] + behind + data[-12:] + trailer)
    if photo.orientation == 1:
        assert np.array_equal(photo.pixels, PIXELS)
    encode(photo, "PNG")


@given(
    st.lists(st.tuples(st.sampled_from([b"EXIF", b"XMP ", b"ICCP", b"C2PA", b"abcd"]), junk), max_size=4),
    st.integers(0, 255),
    st.integers(-30, 30),
)
@settings(max_examples=80, deadline=None)
def test_of_a_webp(chunks: list[tuple[bytes, bytes]], flags: int, error: int) -> None:
    packed = [kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2) for kind, body in chunks]
    if packed:  # the last one says a wrong length
        length = max(0, len(chunks[-1][1]) + error)
        packed[-1] = packed[-1][:4] + struct.pack("<I", length) + packed[-1][8:]
    photo = read_photo(webp(*packed, flags=flags & ~0x02))  # not animated
    if photo.orientation == 1:
        assert np.array_equal(photo.pixels, PIXELS)
    encode(photo, "WEBP")


TIFF = tiff(
    _270="Sea",
    _305="soft",
    _700=PACKET,
    _33723=b"\x1c\2\5\0\3Sea",
    _33550=(1.0, 1.0, 0.0),
    _34377=IIM_RESOURCE,
)


DESCRIPTIVE = {struct.pack("<H", tag) for tag in (270, 305, 700, 33723, 33550, 34377)}


def places_of_metadata() -> list[int]:
    """Return the places of the type, count and value of every entry that is no matter of decoding."""
    (start,) = struct.unpack_from("<I", TIFF, 4)
    (count,) = struct.unpack_from("<H", TIFF, start)
    entries = range(start + 2, start + 2 + 12 * count, 12)
    said = [
        at
        for at in entries
        if TIFF[at : at + 2] in {struct.pack("<H", tag) for tag in (270, 305, 700, 33723, 33550, 34377)}
    ]
    return [at + i for at in said for i in range(2, 12)] + list(
        range(start + 2 + 12 * count, start + 6 + 12 * count)
    )


@given(st.lists(st.tuples(st.sampled_from(places_of_metadata()), st.integers(0, 255)), max_size=4))
@settings(max_examples=80, deadline=None)
def test_of_a_tiff(patches: list[tuple[int, int]]) -> None:
    data = bytearray(TIFF)
    for at, value in patches:
        data[at] = value
    photo = read_photo(bytes(data))
    assert np.array_equal(photo.pixels, PIXELS)
    encode(photo, "TIFF")
