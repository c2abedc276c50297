"""Which pixels a grey mask covers: cut at half, but for edges that are anti-aliased."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from wuhen.coverage import covered, highest, lowest

Bytes = NDArray[np.uint8]


def disc(side: int = 120, radius: float = 30.3, times: int = 8) -> Bytes:
    """Draw a disc as large as `times` that, and scale it down: how much of each pixel it covers."""
    image = Image.new("L", (side * times, side * times))
    centre = side * times / 2 + 3
    reach = radius * times
    ImageDraw.Draw(image).ellipse([centre - reach, centre - reach, centre + reach, centre + reach], fill=255)
    return np.asarray(image.reduce(times))


def blurred(radius: float) -> Bytes:
    return np.asarray(Image.fromarray(disc()).filter(ImageFilter.GaussianBlur(radius)))


@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(1, 30), st.sampled_from([0.02, 0.5, 0.98]))
def test_black_and_white_are_taken_as_they_are(seed: int, height: int, width: int, share: float) -> None:
    flags = np.random.default_rng(seed).random((height, width)) < share
    np.testing.assert_array_equal(covered(flags * np.uint8(255)), flags)


@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(1, 30))
def test_what_is_covered_by_half_is_always_and_what_is_not_at_all_never(
    seed: int, height: int, width: int
) -> None:
    rng = np.random.default_rng(seed)
    grey = rng.choice(np.array([0] * 12 + [3, 5, 90, 127, 128, 255], np.uint8), (height, width))
    found, half = covered(grey), grey >= 128
    assert found[half].all()
    assert not found[grey < 4].any()
    # And nothing that is not near to it.
    assert not (found & ~highest(half, 2)).any()
    assert half.all() or not found.all()


def test_an_anti_aliased_edge_belongs_to_the_hole() -> None:
    grey = disc()
    assert ((grey > 4) & (grey < 128)).sum() > 50
    np.testing.assert_array_equal(covered(grey), grey >= 4)


@pytest.mark.parametrize("scaling", [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC])
def test_so_does_one_that_a_filter_drew_two_pixels_wide(scaling: Image.Resampling) -> None:
    large = Image.fromarray(np.kron(disc(times=1), np.ones((4, 4), np.uint8)))
    grey = np.asarray(large.resize((137, 137), scaling))
    np.testing.assert_array_equal(covered(grey), grey >= 4)


@pytest.mark.parametrize("radius", [3, 6, 20])
def test_a_soft_brush_is_cut_at_half(radius: float) -> None:
    grey = blurred(radius)
    np.testing.assert_array_equal(covered(grey), grey >= 128)


def test_grey_that_is_no_edge_is_not_joined() -> None:
    grey = np.zeros((60, 60), np.uint8)
    grey[10:20, 10:20] = 255
    grey[30:50, 30:50] = 100  # an area of its own
    grey[12, 40] = 120  # a speck far away
    np.testing.assert_array_equal(covered(grey), grey >= 128)
    grey[20:50, 10:20] = 100  # and one that touches the hole: but for its corners
    assert (covered(grey) & (grey == 100)).sum() <= 8


def test_a_mask_whose_edge_is_all_that_is_left_is_cut_at_half() -> None:
    grey = np.full((3, 3), 255, np.uint8)
    grey[0] = 5
    np.testing.assert_array_equal(covered(grey), grey >= 128)


def test_a_large_mask_of_any_layout_is_read() -> None:
    grey = disc()
    np.testing.assert_array_equal(covered(np.asfortranarray(grey)), covered(grey))
    np.testing.assert_array_equal(covered(grey[::-1]), covered(grey)[::-1])
    assert covered(grey[:, ::-1]).flags.c_contiguous


@pytest.mark.parametrize("above", [180, 196, 225, 226, 300])
def test_where_a_mask_lies_makes_no_difference(above: int) -> None:
    """Masks are worked on strip by strip."""
    placed = np.pad(disc(), ((above, 400), (0, 0)))
    np.testing.assert_array_equal(covered(placed)[above:-400], covered(disc()))


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 12), st.integers(0, 4))
def test_extremes_are_those_of_the_square_around(seed: int, height: int, width: int, reach: int) -> None:
    plane = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    for y in range(height):
        for x in range(width):
            square = plane[max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1]
            assert highest(plane, reach)[y, x] == square.max()
            assert lowest(plane, reach)[y, x] == square.min()
