"""What is told of a picture's size by the head of its file."""

import base64
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photo.photo_files import heic, noise, saved
from wuhen.action import Encoded, Job, extent_of
from wuhen.action.limits import PictureLimits
from wuhen.photo import Extent, SizeLimit, read_extent

PICTURE = noise(37, 53)
PIXELS = 37 * 53
FILES = {
    "JPEG": saved(PICTURE, "JPEG"),
    "progressive": saved(PICTURE, "JPEG", progressive=True),
    "behind a profile and EXIF": saved(
        PICTURE, "JPEG", icc_profile=bytes(150_000), exif=b"Exif\0\0" + bytes(60_000)
    ),
    "PNG": saved(PICTURE, "PNG"),
    "BMP": saved(PICTURE, "BMP"),
    "TIFF": saved(PICTURE, "TIFF"),
    "deflated TIFF": saved(PICTURE, "TIFF", compression="tiff_deflate"),
    "BigTIFF": saved(PICTURE, "TIFF", big_tiff=True),
    "WEBP": saved(PICTURE, "WEBP"),
    "lossless WEBP": saved(PICTURE, "WEBP", lossless=True),
    "WEBP with EXIF": saved(PICTURE, "WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"),
    "HEIC": heic(PICTURE),
    "AVIF": saved(PICTURE, "AVIF"),
}


def extent(file: bytes) -> Extent | None:
    return read_extent(lambda at, count: file[at : at + count])


@pytest.mark.parametrize("name", FILES)
def test_the_head_says_how_many_pixels_there_are(name: str) -> None:
    found = extent(FILES[name])
    assert found is not None
    # Of HEIC, as it is coded: no picture is smaller.
    assert found.pixels == (64 * 64 if name == "HEIC" else PIXELS)
    assert found.format in name or found.format == "JPEG"


@pytest.mark.parametrize("name", FILES)
def test_little_is_read_for_it(name: str) -> None:
    read: list[int] = []
    file = FILES[name]

    def count(at: int, count: int) -> bytes:
        read.append(count)
        return file[at : at + count]

    assert read_extent(count) is not None
    assert sum(read) < 2_500


@pytest.mark.slow
def test_a_large_picture_is_the_picture_and_no_tile_of_it() -> None:
    found = extent(heic(noise(700, 1100)))
    assert found == Extent("HEIC", 700 * 1100)


@pytest.mark.parametrize("name", FILES)
def test_of_a_file_that_is_cut_off_nothing_is_said(name: str) -> None:
    assert extent(FILES[name][:17]) is None


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"<html>",
        b"\xff\xd8" + b"\xff\xe1\x00\x02" * 100_000,
        b"\xff\xd8" + b"\xff" * 1_000_000,
        b"II*\0" + struct.pack("<IH", 8, 65535) + struct.pack("<HHII", 1, 4, 1, 1) * 65535,
        b"\0\0\0\x10ftypheic\0\0\0\0" + b"\0\0\0\x08free" * 100_000,
        b"\0\0\0\x10ftypheic\0\0\0\0" + b"\0\0\0\x01meta" + bytes(8),
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + bytes(100),
        b"BM" + bytes(12) + struct.pack("<Iii", 40, -5, 5) + bytes(100),
    ],
)
def test_what_is_made_to_keep_a_reader_busy_is_soon_given_up(file: bytes) -> None:
    looks = 0

    def count(at: int, count: int) -> bytes:
        nonlocal looks
        looks += 1
        return file[at : at + count]

    assert read_extent(count) is None
    assert looks <= 202


@given(st.sampled_from(list(FILES.values())), st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255))))
def test_whatever_the_bytes_nothing_is_raised_and_text_says_the_same(
    file: bytes, changes: list[tuple[int, int]]
) -> None:
    damaged = bytearray(file)
    for at, value in changes:
        damaged[at % len(damaged)] = value
    found = extent_of(bytes(damaged), PictureLimits())
    assert found is None or found.pixels > 0
    assert extent_of(encoded(bytes(damaged)), PictureLimits()) == found


@given(st.binary(max_size=200), st.text(max_size=200))
def test_no_bytes_and_no_text_raise_anything(file: bytes, text: str) -> None:
    extent(file)
    extent_of(Encoded(text), PictureLimits())


@pytest.mark.parametrize("name", FILES)
def test_a_text_may_have_a_prefix_and_lines(name: str) -> None:
    file, limits = FILES[name], PictureLimits()
    plain = encoded(file).text
    assert extent_of(Encoded("data:image/x;base64," + plain), limits) == extent(file)
    if len(file) < 40_000:
        in_lines = "\r\n".join(plain[at : at + 76] for at in range(0, len(plain), 76))
        assert extent_of(Encoded(in_lines), limits) == extent(file)


def test_more_than_is_taken_is_nothing_to_reckon_with() -> None:
    limits = PictureLimits(SizeLimit(pixels=PIXELS - 1))
    assert extent_of(FILES["PNG"], limits) is None
    assert Job(FILES["PNG"], FILES["PNG"], limits=limits).extent is None


def test_a_jobs_pixels_are_those_of_photo_and_masks() -> None:
    mask = saved(Image.fromarray(np.zeros((10, 10), np.uint8)), "PNG")
    photo = FILES["JPEG"]
    assert Job(photo, mask).extent == Extent("JPEG", PIXELS + 100)
    assert Job(photo, mask, keep_out=mask).extent == Extent("JPEG", PIXELS + 200)
    assert Job(photo, b"no picture").extent is None


def encoded(file: bytes) -> Encoded:
    return Encoded(base64.b64encode(file).decode("ascii"))
