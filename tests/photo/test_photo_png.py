"""What accompanies a PNG picture never decides over it."""

import random
import struct
import zlib

import numpy as np
import pytest

from photo.photo_files import exif_block, icc_header, noise, png, png_chunk
from wuhen.photo import encode, read_metadata, read_photo
from wuhen.photo.errors import BrokenImage

PIXELS = noise(5, 7)
XMP = b"XML:com.adobe.xmp"


def with_wrong_checksum(chunk: bytes) -> bytes:
    return chunk[:-1] + bytes([chunk[-1] ^ 1])


UNUSABLE = {
    "long zTXt": png_chunk(b"zTXt", b"workflow\0\0" + zlib.compress(b"x" * 3_000_000)),
    "long iTXt": png_chunk(b"iTXt", b"workflow\0\1\0\0\0" + zlib.compress(b"x" * 3_000_000)),
    "long XMP": png_chunk(b"iTXt", XMP + b"\0\1\0\0\0" + zlib.compress(b"x" * 3_000_000)),
    "wrong checksum of tEXt": with_wrong_checksum(png_chunk(b"tEXt", b"Title\0text")),
    "wrong checksum of eXIf": with_wrong_checksum(png_chunk(b"eXIf", exif_block()[6:])),
    "wrong checksum of an unknown chunk": with_wrong_checksum(png_chunk(b"abCd", b"text")),
    "zTXt of an unknown method": png_chunk(b"zTXt", b"Title\0\1text"),
    "zTXt of no compression": png_chunk(b"zTXt", b"Title\0\0text"),
    "iTXt of no text": png_chunk(b"iTXt", b"Title\0"),
    "profile of an unknown method": png_chunk(b"iCCP", b"icc\0\1text"),
    "profile of nothing": png_chunk(b"iCCP", b""),
    "short gAMA": png_chunk(b"gAMA", b"\0"),
    "short cHRM": png_chunk(b"cHRM", b"\0"),
    "short pHYs": png_chunk(b"pHYs", b"\0"),
    "empty sRGB": png_chunk(b"sRGB", b""),
    "animation of no frames": png_chunk(b"acTL", bytes(8)),
    "frame of no animation": png_chunk(b"fcTL", bytes(26)),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_chunk_that_cannot_be_used_is_left_out(kind: str) -> None:
    good = png_chunk(b"tEXt", b"Author\0a person")
    photo = read_photo(png(PIXELS, 2, UNUSABLE[kind], good))
    assert np.array_equal(photo.pixels, PIXELS)
    assert dict(photo.texts) == {"Author": "a person"}
    assert photo.icc_profile is photo.exif is photo.xmp is None


def test_a_long_text_behind_the_picture_is_left_out() -> None:
    whole = png(PIXELS, 2)
    end = whole.index(b"IEND") - 4
    data = whole[:end] + UNUSABLE["long zTXt"] + whole[end:]
    assert np.array_equal(read_photo(data).pixels, PIXELS)
    assert read_metadata(data).texts == {}


def test_a_file_cut_off_in_a_text_behind_the_picture_is_whole() -> None:
    whole = png(PIXELS, 2)
    data = whole[: whole.index(b"IEND") - 4] + png_chunk(b"tEXt", b"Author\0a person")[:-9]
    assert np.array_equal(read_photo(data).pixels, PIXELS)


@pytest.mark.parametrize("length", [2**20 + 1, 4 * 2**20])
def test_a_large_profile_is_kept(length: int) -> None:
    profile = icc_header(b"RGB ") + random.Random(0).randbytes(length)
    photo = read_photo(png(PIXELS, 2, png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile))))
    assert photo.icc_profile == profile
    assert read_photo(encode(photo, "PNG")).icc_profile == profile


@pytest.mark.parametrize(
    "chunk",
    [
        png_chunk(b"tEXt", b"Title\0caf\xe9"),
        png_chunk(b"zTXt", b"Title\0\0" + zlib.compress(b"caf\xe9")),
        png_chunk(b"iTXt", b"Title\0\0\0fr\0Titre\0caf\xc3\xa9"),
        png_chunk(b"iTXt", b"Title\0\1\0fr\0Titre\0" + zlib.compress(b"caf\xc3\xa9")),
    ],
    ids=["tEXt", "zTXt", "iTXt", "compressed iTXt"],
)
def test_a_text_is_read_whatever_its_chunk(chunk: bytes) -> None:
    assert read_photo(png(PIXELS, 2, chunk)).texts == {"Title": "café"}


def test_a_wrong_checksum_of_the_header_is_still_refused() -> None:
    data = bytearray(png(PIXELS, 2))
    data[29:33] = struct.pack(">I", 0)
    with pytest.raises(BrokenImage):
        read_photo(bytes(data))
