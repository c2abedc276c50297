"""What is written can be read again, and is what it should be."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import JpegImagePlugin

from photo.photo_files import gradient, noise, opened, saved
from wuhen.photo import Photo, PhotoError, Unwritable, encode, media_type, read_photo

LOSSLESS = ["PNG", "WEBP", "TIFF"]


@pytest.mark.parametrize("name", LOSSLESS)
@given(
    height=st.integers(1, 70),
    width=st.integers(1, 20),
    seed=st.integers(0, 99),
    grey=st.booleans(),
    alpha=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_lossless_formats_keep_every_bit(
    name: str, height: int, width: int, seed: int, grey: Any, alpha: Any
) -> None:
    pixels = noise(height, width, seed=seed)
    if grey:
        pixels = np.repeat(pixels[..., :1], 3, axis=2)
    photo = Photo(pixels, noise(height, width, 1, seed=seed + 1) if alpha else None, grey=grey)
    again = read_photo(encode(photo, name))
    assert again.format == name
    assert np.array_equal(again.pixels, pixels)
    assert again.grey == (grey and name != "WEBP")
    if photo.alpha is None:
        assert again.alpha is None
    else:
        # A WEBP whose alpha is opaque everywhere is written without it.
        assert np.array_equal(
            np.full_like(photo.alpha, 255) if again.alpha is None else again.alpha, photo.alpha
        )


def test_a_jpeg_is_close_and_its_chroma_whole() -> None:
    image = opened(encode(Photo(gradient(64, 48)), "JPEG"))
    assert isinstance(image, JpegImagePlugin.JpegImageFile)
    assert JpegImagePlugin.get_sampling(image) == 0
    assert np.abs(np.asarray(image).astype(int) - gradient(64, 48)).max() <= 8


@pytest.mark.parametrize("name", ["JPEG", "WEBP"])
def test_the_quality_counts(name: str) -> None:
    photo = Photo(noise(64, 64))
    sizes = [len(encode(photo, name, quality=quality)) for quality in (60, 90, None)]
    assert sizes == sorted(set(sizes))


def test_noise_of_one_pixel_and_of_many_fits_its_buffer() -> None:
    for shape in ((1, 1), (1, 4999), (600, 600)):
        for quality in (95, 100):
            assert read_photo(encode(Photo(noise(*shape)), "JPEG", quality=quality)).size == shape[::-1]


def test_jpeg_lays_transparency_on_white() -> None:
    pixels = np.zeros((16, 16, 3), np.uint8)
    alpha = np.zeros((16, 16), np.uint8)
    alpha[:, 8:] = 255
    written = np.asarray(opened(encode(Photo(pixels, alpha), "JPEG", quality=100)))
    assert written[:, :8].min() > 250
    assert written[:, 8:].max() < 5


@pytest.mark.parametrize("name", ["JPEG", "PNG", "TIFF"])
def test_a_grey_photo_stays_grey_until_colours_appear(name: str) -> None:
    photo = read_photo(saved(noise(9, 8, 1), "PNG"))
    assert opened(encode(photo, name)).mode == "L"
    coloured = photo.pixels.copy()
    coloured[8, 7, 2] ^= 1
    assert opened(encode(replace(photo, pixels=coloured), name)).mode == "RGB"


def test_a_colour_photo_without_colours_stays_one() -> None:
    photo = read_photo(saved(np.full((9, 8, 3), 77, np.uint8), "PNG"))
    assert opened(encode(photo, "PNG")).mode == "RGB"


@pytest.mark.parametrize("name", [*LOSSLESS, "JPEG"])
def test_an_array_that_is_a_view_is_written_as_it_looks(name: str) -> None:
    pixels = gradient(32, 40)[::-1, ::2]
    written = np.asarray(opened(encode(Photo(pixels), name)))
    assert np.abs(written.astype(int) - pixels).max() <= (0 if name in LOSSLESS else 12)


def test_the_same_photo_gives_the_same_bytes() -> None:
    photo = read_photo(saved(noise(20, 30, 4), "PNG", dpi=(72, 72)))
    for name in (*LOSSLESS, "JPEG"):
        assert encode(photo, name) == encode(photo, name)


def test_bmp_is_refused_with_the_reason() -> None:
    with pytest.raises(Unwritable, match="label") as raised:
        encode(Photo(noise(4, 4)), "BMP")
    assert isinstance(raised.value, PhotoError)


@pytest.mark.parametrize("name", ["GIF", "jpeg", ""])
def test_what_is_no_format_is_refused(name: str) -> None:
    with pytest.raises(Unwritable):
        encode(Photo(noise(4, 4)), name)


def test_media_types() -> None:
    assert [media_type(name) for name in ("JPEG", "PNG", "BMP", "TIFF", "WEBP")] == [
        "image/jpeg",
        "image/png",
        "image/bmp",
        "image/tiff",
        "image/webp",
    ]


@pytest.mark.parametrize("height", [63, 64, 65, 129])
def test_tiff_strips_of_any_number(height: int) -> None:
    pixels = noise(height, 5)
    assert np.array_equal(np.asarray(opened(encode(Photo(pixels), "TIFF"))), pixels)


def test_a_side_that_webp_has_no_room_for_is_refused() -> None:
    assert encode(Photo(np.zeros((1, 16383, 3), np.uint8)), "WEBP")
    with pytest.raises(Unwritable, match="16383 pixels"):
        encode(Photo(np.zeros((1, 16384, 3), np.uint8)), "WEBP")
