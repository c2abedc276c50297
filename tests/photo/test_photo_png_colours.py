"""Colours that a PNG file defines by chunks are shown alike in the result."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from photo.photo_files import Array, icc_header, noise, opened, png, png_chunk
from wuhen.photo import encode, read_photo

RAMP = np.repeat(np.arange(0, 256, 5, dtype=np.uint8)[np.newaxis, :, np.newaxis], 3, axis=2)
SRGB_POINTS = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
P3_POINTS = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
RED = np.full((4, 4, 3), (255, 0, 0), np.uint8)


def gamma(value: int) -> bytes:
    return png_chunk(b"gAMA", struct.pack(">I", value))


def chromaticities(points: tuple[int, ...]) -> bytes:
    return png_chunk(b"cHRM", struct.pack(">8I", *points))


def coded(*values: int) -> bytes:
    return png_chunk(b"cICP", bytes(values))


def shown(data: bytes) -> Array:
    """Show a file as a viewer does that knows ICC profiles."""
    image = opened(data)
    profile = image.info.get("icc_profile")
    if not profile:
        return np.asarray(image.convert("RGB"))
    converted = ImageCms.profileToProfile(
        image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
    )
    assert isinstance(converted, Image.Image)
    return np.asarray(converted)


def as_srgb(light: np.ndarray) -> np.ndarray:
    light = np.clip(light, 0, 1)
    return 255 * np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("target", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize(("stored", "exponent"), [(100_000, 1.0), (55_556, 1.8), (62_500, 1.6)])
def test_a_gamma_is_shown_in_every_format(target: str, stored: int, exponent: float) -> None:
    result = encode(read_photo(png(RAMP, 2, gamma(stored))), target, quality=100)
    difference = np.abs(shown(result) - as_srgb((RAMP / 255) ** exponent))
    assert difference.max() < (3 if target != "JPEG" else 12)


@pytest.mark.parametrize("chunks", [(gamma(45455), chromaticities(P3_POINTS)), (coded(12, 13, 0, 1),)])
def test_other_primaries_are_shown(chunks: tuple[bytes, ...]) -> None:
    # In sRGB red of less saturation than Display P3's; of that it is (234, 51, 35) (CSS Color 4).
    inner = np.full((4, 4, 3), (234, 51, 35), np.uint8)
    result = encode(read_photo(png(inner, 2, *chunks)), "TIFF")
    assert np.abs(shown(result).astype(int) - RED).max() <= 3


@pytest.mark.parametrize(("transfer", "sample"), [(16, 148), (18, 191)])
def test_high_dynamic_range_is_shown_up_to_the_white_of_paper(transfer: int, sample: int) -> None:
    """Of PQ 58 % and of HLG 75 % are that white (ITU-R BT.2408, table 1)."""
    grey = np.array([sample // 2, sample - 20, sample, 255], np.uint8)
    result = shown(
        encode(read_photo(png(np.repeat(grey[None, :, None], 3, 2), 2, coded(9, transfer, 0, 1))), "TIFF")
    )
    dark, light, white, beyond = result[0, :, 1].astype(int)
    assert dark < light < 250
    assert white >= 252
    assert beyond == 255


def test_a_narrow_range_is_stretched() -> None:
    ends = np.repeat(np.array([[[16], [235]]], np.uint8), 3, axis=2)
    result = shown(encode(read_photo(png(ends, 2, coded(1, 13, 0, 0))), "TIFF"))
    assert result[0, 0].max() <= 1
    assert result[0, 1].min() >= 254


@pytest.mark.parametrize(
    "chunks", [(gamma(100_000),), (gamma(45455), chromaticities(P3_POINTS)), (coded(9, 16, 0, 1),)]
)
def test_a_png_result_has_the_chunks_and_the_pixels(chunks: tuple[bytes, ...]) -> None:
    photo = read_photo(png(noise(5, 7), 2, *chunks))
    result = encode(photo, "PNG")
    for chunk in chunks:
        assert chunk in result[: result.index(b"IDAT")]
    again = read_photo(result)
    assert np.array_equal(again.pixels, noise(5, 7))
    assert encode(again, "PNG") == result


def test_a_grey_photo_with_a_gamma_is_shown_alike() -> None:
    result = encode(read_photo(png(RAMP[..., 0], 0, gamma(100_000))), "WEBP")
    assert np.abs(shown(result) - as_srgb(RAMP / 255)).max() < 3


@pytest.mark.parametrize(
    "chunks",
    [
        (gamma(45455),),
        (gamma(45455), chromaticities(SRGB_POINTS)),
        (coded(1, 13, 0, 1),),
        (png_chunk(b"sRGB", b"\0"), gamma(100_000)),
        (gamma(0),),
        (chromaticities((0,) * 8),),
        (chromaticities((31270, 32900) * 4),),
        (chromaticities((2**32 - 1,) * 8),),
        (coded(99, 13, 0, 1),),
        (coded(1, 99, 0, 1),),
    ],
)
def test_what_says_srgb_or_nothing_sensible_gets_no_profile(chunks: tuple[bytes, ...]) -> None:
    photo = read_photo(png(noise(5, 7, 1), 0, *chunks))
    assert photo.icc_profile is None
    assert photo.grey


def test_a_profile_counts_more_than_a_gamma() -> None:
    profile = icc_header(b"RGB ")
    chunk = png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile))
    assert read_photo(png(noise(5, 7), 2, chunk, gamma(100_000))).icc_profile == profile
    assert read_photo(png(noise(5, 7), 2, chunk, coded(12, 13, 0, 1))).icc_profile != profile
