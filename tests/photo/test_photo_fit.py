"""Masks of another size, and inverted ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from photo.photo_files import exif_block, saved
from wuhen.coverage import highest, lowest
from wuhen.photo import MaskSizeMismatch, Photo, open_mask, read_photo

SIZE = (160, 120)


def photo_of(size: tuple[int, int] = SIZE) -> Photo:
    return Photo(np.zeros((size[1], size[0], 3), np.uint8), stored_size=size)


def ellipse(size: tuple[int, int]) -> Image.Image:
    image = Image.new("L", (size[0] * 4, size[1] * 4))
    ImageDraw.Draw(image).ellipse([size[0], size[1], size[0] * 3, size[1] * 2.5], fill=255)
    return image.reduce(4)


def cut(image: Image.Image) -> NDArray[np.bool_]:
    return np.asarray(image) >= 128


def edge(flags: NDArray[np.bool_]) -> int:
    """Count the steps between black and white."""
    return int((flags[1:] != flags[:-1]).sum() + (flags[:, 1:] != flags[:, :-1]).sum())


@pytest.mark.parametrize(
    "size", [(80, 60), (320, 240), (159, 119), (161, 120), (160, 121), (107, 80), (53, 40)]
)
def test_a_scaled_mask_fits_on_request_and_its_edge_stays_where_it_is(size: tuple[int, int]) -> None:
    data, expected = saved(ellipse(size), "PNG"), cut(ellipse(SIZE))
    with pytest.raises(MaskSizeMismatch):
        open_mask(data, photo_of())
    found = open_mask(data, photo_of(), fit=True).hole
    # Less than half of the pixels along the edge, and by no more than one.
    assert (found != expected).sum() < edge(expected) / 2
    near = highest(expected, 1) & ~lowest(expected, 1)
    assert not ((found != expected) & ~near).any()


@pytest.mark.parametrize("size", [(80, 80), (160, 123), (120, 160), (157, 120), (80, 57)])
def test_a_mask_of_another_shape_never_does(size: tuple[int, int]) -> None:
    with pytest.raises(MaskSizeMismatch):
        open_mask(saved(ellipse(size), "PNG"), photo_of(), fit=True)


@given(st.integers(200, 6000), st.integers(200, 6000), st.floats(0.1, 1))
def test_whatever_a_tool_rounds_to_fits(width: int, height: int, scale: float) -> None:
    from wuhen.photo.masks.mask import _is_scaled  # noqa: PLC0415 - decoding such masks would take too long

    for rounded in (np.floor, np.rint, np.ceil):
        size = int(rounded(width * scale)), int(rounded(height * scale))
        assert _is_scaled(size, (width, height))


def test_a_mask_of_half_the_stored_size_is_turned_like_the_photo() -> None:
    upright = np.zeros((120, 160, 3), np.uint8)
    photo = read_photo(saved(upright.swapaxes(0, 1), "JPEG", exif=exif_block(6)))
    assert photo.stored_size == (120, 160)
    stored = Image.new("L", (60, 80))
    stored.paste(255, (0, 0, 20, 10))
    found = open_mask(saved(stored, "PNG"), photo, fit=True).hole
    rows, columns = np.nonzero(found)
    # What lies at the upper left in the file is at the upper right when displayed.
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (0, 39, 140, 159)


def test_a_mask_that_has_the_size_is_the_same_with_and_without() -> None:
    data = saved(ellipse(SIZE), "PNG")
    np.testing.assert_array_equal(
        open_mask(data, photo_of(), fit=True).hole, open_mask(data, photo_of()).hole
    )


@pytest.mark.parametrize(("name", "options"), [("PNG", {}), ("JPEG", {"quality": 60})])
def test_inverted_is_black_for_white(name: str, options: dict[str, int]) -> None:
    image = ellipse(SIZE)
    negative = Image.eval(image, lambda value: 255 - value)
    found = open_mask(saved(negative, name, **options), photo_of(), invert=True).hole
    plain = open_mask(saved(image, name, **options), photo_of()).hole
    assert (found != plain).sum() <= (0 if name == "PNG" else edge(plain) / 8)
