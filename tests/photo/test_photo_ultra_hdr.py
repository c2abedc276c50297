"""The gain map of an Ultra HDR file in a result that is a JPEG, too."""

import io
import struct
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, JpegImagePlugin, MpoImagePlugin

from photo.photo_files import exif_block, gradient, saved
from photo.test_photo_removed import segment
from wuhen import xmp
from wuhen.photo import Written, encode_as_given, read_photo, with_gain_map
from wuhen.photo.jpeg.ultra_hdr import find_gain_map

GAIN = "http://ns.adobe.com/hdr-gain-map/1.0/"
SAID = {(GAIN, "Version"): "1.0", (GAIN, "GainMapMax"): "2.5", (GAIN, "HDRCapacityMax"): "2.5"}
VERSION, DIRECTORY = (GAIN, "Version"), ("http://ns.google.com/photos/1.0/container/", "Directory")
ISO = b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0"


def gain_map(pixels: np.ndarray) -> bytes:
    whole = saved(pixels, "JPEG", quality=95, xmp=xmp.rewrite(None, SAID, prefixes={GAIN: "hdrgm"}))
    return whole[:2] + segment(2, ISO + b"parameters") + whole[2:]


def ultra_hdr(orientation: int = 1, size: tuple[int, int] = (96, 128), film: bytes = b"") -> bytes:
    """Return a photo with a gain map of a quarter of its sides, bright all over but for an object."""
    promise = xmp.rewrite(None, {VERSION: "1.0"}, prefixes={GAIN: "hdrgm"})
    first = saved(gradient(*size), "JPEG", quality=90, xmp=promise, exif=exif_block(orientation))
    second = np.full((size[0] // 4, size[1] // 4), 200, np.uint8)
    second[8:16, 8:16] = 20
    return first[:2] + segment(2, ISO) + first[2:] + gain_map(second) + film


def erased(file: bytes) -> tuple[bytes, bytes]:
    """Return a result whose object is erased from 32 to 64, stored, and its gain map."""
    photo = read_photo(file)
    stored = np.zeros(photo.stored_size[::-1], np.bool_)
    stored[32:64, 32:64] = True
    touched = Image.fromarray(stored)
    turn = {6: Image.Transpose.ROTATE_270, 1: None}[photo.orientation]
    flags = np.asarray(touched if turn is None else touched.transpose(turn))
    pixels = photo.pixels.copy()
    pixels[flags] = 128
    result = replace(photo, pixels=pixels)
    plain = encode_as_given(result, file, flags)
    assert plain.not_kept == ()
    written = with_gain_map(plain, result, file, flags)
    assert written.gain_map
    found = find_gain_map(written.data)
    assert found is not None
    return written.data, found


@pytest.mark.parametrize("orientation", [1, 6])
def test_what_was_erased_is_erased_in_the_gain_map_too(orientation: int) -> None:
    _, second = erased(ultra_hdr(orientation))
    found = np.asarray(Image.open(io.BytesIO(second)))
    assert np.abs(found.astype(int) - 200).max() <= 12


def test_the_rest_of_the_gain_map_is_as_it_was() -> None:
    file = ultra_hdr()
    original = find_gain_map(file)
    assert original is not None
    before = np.asarray(Image.open(io.BytesIO(original))).astype(int)
    after = np.asarray(Image.open(io.BytesIO(erased(file)[1]))).astype(int)
    assert np.array_equal(before[:, 24:], after[:, 24:])


def test_the_gain_map_says_what_it_means_as_before() -> None:
    _, second = erased(ultra_hdr())
    packet = JpegImagePlugin.JpegImageFile(io.BytesIO(second)).info["xmp"]
    assert xmp.properties(packet, SAID) == {name: (value,) for name, value in SAID.items()}
    assert segment(2, ISO + b"parameters") in second


@pytest.mark.parametrize("film", [b"", b"\0\0\0\x10ftypmp42\0\0\0\0"])
def test_the_result_says_where_its_gain_map_is(film: bytes) -> None:
    data, second = erased(ultra_hdr(film=film))
    assert data.endswith(second)
    with MpoImagePlugin.MpoImageFile(io.BytesIO(data)) as image:  # reads the Multi-Picture index
        packet = image.info["xmp"]
        assert image.n_frames == 2
        image.seek(1)
        assert image.size == (32, 24)
    at = data.index(b"MPF\0") + 4
    first, place = struct.unpack_from(">I", data, at + 54)[0], struct.unpack_from(">I", data, at + 74)[0]
    assert (data[:first].endswith(b"\xff\xd9"), data[at + place :]) == (True, second)
    assert xmp.properties(packet, [VERSION])[VERSION] == ("1.0",)
    assert f'Item:Length="{len(second)}"'.encode() in packet
    assert len(xmp.properties(packet, [DIRECTORY])[DIRECTORY]) == 1
    assert segment(2, ISO) in data


def test_erasing_again_carries_it_again() -> None:
    once, _ = erased(ultra_hdr())
    twice, second = erased(once)
    assert abs(len(twice) - len(once)) < 200
    assert np.abs(np.asarray(Image.open(io.BytesIO(second))).astype(int) - 200).max() <= 12


@pytest.mark.parametrize(
    "behind",
    [
        saved(gradient(8, 8), "JPEG"),
        gain_map(np.zeros((24, 24), np.uint8)),
        gain_map(np.zeros((24, 32), np.uint8))[:-200],
        gain_map(np.zeros((192, 256), np.uint8)),
        b"\0\0\0\x10ftypmp42\0\0\0\0",
        b"",
    ],
    ids=["no gain map", "of another shape", "cut off", "larger than its picture", "a film", "nothing"],
)
def test_what_cannot_be_carried_is_left_out(behind: bytes) -> None:
    file = saved(gradient(96, 128), "JPEG", quality=90) + behind
    photo = read_photo(file)
    plain = Written(file)
    assert with_gain_map(plain, photo, file, np.zeros((96, 128), np.bool_)) is plain
