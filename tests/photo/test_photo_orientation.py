"""Orientation, metadata and masks that must lie on the photo whichever way it is stored."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from photo.photo_files import exif_block, noise, opened, saved
from wuhen.photo import MaskSizeMismatch, encode, read_logo, read_mask, read_photo

ORIENTATIONS = range(1, 9)


def turned(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], orientation: int, name: str) -> bytes:
    """Save pixels with an orientation to be applied on display."""
    if name == "TIFF":
        return saved(pixels, name, tiffinfo={274: orientation})
    options = {"lossless": True} if name == "WEBP" else {}
    return saved(pixels, name, exif=exif_block(orientation), **options)


def displayed(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Read a file the way Pillow displays it."""
    return np.asarray(ImageOps.exif_transpose(opened(data)))


@pytest.mark.parametrize("name", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_photos_come_upright(name: str, orientation: int) -> None:
    data = turned(noise(7, 5), orientation, name)
    photo = read_photo(data)
    assert np.array_equal(photo.pixels, displayed(data))
    assert photo.stored_size == (5, 7)
    assert photo.size == ((7, 5) if orientation >= 5 else (5, 7))
    assert photo.orientation == orientation


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_alpha_is_turned_with_the_colours(orientation: int) -> None:
    data = turned(noise(7, 5, 4), orientation, "PNG")
    photo = read_photo(data)
    assert photo.alpha is not None
    assert np.array_equal(np.dstack([photo.pixels, photo.alpha]), displayed(data))


def test_a_logo_comes_upright() -> None:
    data = turned(noise(7, 5, 4), 6, "PNG")
    assert np.array_equal(read_logo(data), displayed(data))


def test_grey_is_turned() -> None:
    data = turned(noise(7, 5, 1), 8, "PNG")
    assert np.array_equal(read_photo(data).pixels[..., 1], displayed(data))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("kind", "pack"), [(1, "B3x"), (3, "H2x"), (4, "I"), (6, "b3x"), (8, "h2x"), (9, "i")]
)
def test_an_orientation_may_be_a_whole_number_of_any_type(order: str, kind: int, pack: str) -> None:
    entry = struct.pack(f"{order}HHI{pack}", 274, kind, 1, 6)
    block = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, 1) + entry + bytes(4)
    data = saved(noise(7, 5), "JPEG", exif=b"Exif\0\0" + block)
    photo = read_photo(data)
    assert photo.orientation == 6
    assert np.array_equal(photo.pixels, np.rot90(np.asarray(opened(data)), -1))
    assert Image.open(io.BytesIO(encode(photo, "JPEG"))).getexif()[274] == 1


@pytest.mark.parametrize("value", [0, 9, 255, 65535])
def test_a_nonsense_orientation_counts_as_none(value: int) -> None:
    photo = read_photo(saved(noise(7, 5), "PNG", exif=exif_block(value)))
    assert photo.orientation == 1
    assert np.array_equal(photo.pixels, noise(7, 5))


@pytest.mark.parametrize("name", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_mask_of_either_size_lies_on_the_photo(name: str, orientation: int) -> None:
    pixels, hole = noise(7, 5), noise(7, 5, 1, seed=9) > 127
    photo = read_photo(turned(pixels, orientation, name))
    stored = np.where(hole, 255, 0).astype(np.uint8)
    upright = displayed(turned(stored, orientation, "PNG"))
    for mask in (stored, upright):
        assert np.array_equal(read_mask(saved(mask, "PNG"), photo), upright > 0)


@given(
    orientation=st.integers(1, 8),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_a_mask_painted_on_the_displayed_photo_erases_what_was_painted(
    orientation: int, height: int, width: int, seed: int
) -> None:
    photo = read_photo(turned(noise(height, width, seed=seed), orientation, "PNG"))
    hole = noise(photo.size[1], photo.size[0], 1, seed=seed + 1) > 127
    if hole.any() and not hole.all():
        assert np.array_equal(read_mask(saved(Image.fromarray(hole), "PNG"), photo), hole)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_mask_stored_like_its_photo_works_by_its_own_orientation(orientation: int) -> None:
    stored = np.where(noise(7, 5, 1) > 127, 255, 0).astype(np.uint8)
    data = turned(stored, orientation, "PNG")
    photo = read_photo(turned(noise(7, 5), orientation, "JPEG"))
    assert np.array_equal(read_mask(data, photo), displayed(data) > 0)


def test_a_stale_orientation_of_a_mask_gives_way_to_the_size() -> None:
    upright = np.where(noise(5, 7, 1) > 127, 255, 0).astype(np.uint8)
    photo = read_photo(turned(noise(7, 5), 6, "JPEG"))
    assert np.array_equal(read_mask(turned(upright, 6, "PNG"), photo), upright > 0)


def test_on_a_square_photo_the_displayed_one_is_meant() -> None:
    mask = np.where(noise(6, 6, 1) > 127, 255, 0).astype(np.uint8)
    photo = read_photo(turned(noise(6, 6), 6, "JPEG"))
    assert np.array_equal(read_mask(saved(mask, "PNG"), photo), mask > 0)
    own = turned(mask, 6, "PNG")
    assert np.array_equal(read_mask(own, photo), displayed(own) > 0)


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_a_mask_of_another_size_is_refused_with_both_sizes(name: str) -> None:
    photo = read_photo(turned(noise(7, 5), 6, "JPEG"))
    with pytest.raises(MaskSizeMismatch, match=r"6x5 .* 7x5") as raised:
        read_mask(saved(np.full((5, 6), 255, np.uint8), name), photo)
    assert (raised.value.mask, raised.value.photo) == ((6, 5), (7, 5))


@pytest.mark.parametrize("name", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_result_is_displayed_as_the_photo_was(name: str, orientation: int) -> None:
    data = turned(noise(7, 5), orientation, "JPEG")
    written = encode(read_photo(data), name, quality=100 if name == "JPEG" else None)
    assert opened(written).getexif().get(274, 1) == 1
    difference = displayed(written).astype(int) - displayed(data)
    assert np.abs(difference).max() <= (0 if name != "JPEG" else 8)
