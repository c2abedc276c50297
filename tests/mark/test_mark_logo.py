"""Logos: stretched into their rectangle, cut at the border, refused where that makes no sense."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mark.drawing import draw_logo
from wuhen.mark import BadRect, MarkError, Rect

Pixels = NDArray[np.uint8]


def noise(height: int, width: int, channels: int, seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)


def opaque(height: int, width: int, seed: int = 0) -> Pixels:
    logo = noise(height, width, 4, seed)
    logo[..., 3] = 255
    return logo


def test_an_opaque_logo_of_its_own_size_is_copied() -> None:
    ground, logo = noise(40, 50, 3), opaque(10, 20, seed=1)
    marked = draw_logo(ground, logo, Rect(7, 5, 20, 10))
    assert np.array_equal(marked[5:15, 7:27], logo[..., :3])
    marked[5:15, 7:27] = ground[5:15, 7:27]
    assert np.array_equal(marked, ground)


def test_opacity_is_respected() -> None:
    logo = np.zeros((8, 8, 4), np.uint8)
    logo[..., 0], logo[:4, :, 3], logo[4:, :, 3] = 200, 0, 128
    marked = draw_logo(np.full((20, 20, 3), 100, np.uint8), logo, Rect(2, 2, 8, 8))
    assert (marked[2:6] == 100).all()
    assert np.abs(marked[6:10, 2:10].astype(int) - (150, 50, 50)).max() <= 1


def test_a_logo_is_stretched_whatever_its_proportions() -> None:
    logo = np.zeros((4, 2, 4), np.uint8)
    logo[:, 0], logo[:, 1] = (255, 0, 0, 255), (0, 0, 255, 255)
    marked = draw_logo(np.zeros((40, 60, 3), np.uint8), logo, Rect(10, 10, 40, 8))
    assert marked[10:18, 10:16].tolist() == [[[255, 0, 0]] * 6] * 8
    assert marked[10:18, 44:50].tolist() == [[[0, 0, 255]] * 6] * 8
    assert not marked[18:].any()


def test_transparent_colours_do_not_bleed_when_stretched() -> None:
    logo = np.zeros((6, 6, 4), np.uint8)
    logo[..., 1] = 255  # a green that must never be seen
    logo[2:4, 2:4] = (255, 0, 0, 255)
    marked = draw_logo(np.zeros((60, 60, 3), np.uint8), logo, Rect(0, 0, 60, 60))
    assert marked[..., 0].max() == 255
    assert marked[..., 1].max() <= 1


@given(
    x=st.integers(-60, 60),
    y=st.integers(-60, 60),
    width=st.integers(1, 80),
    height=st.integers(1, 80),
)
@settings(max_examples=150, deadline=None)
def test_cutting_a_logo_at_the_border_changes_nothing_inside(x: int, y: int, width: int, height: int) -> None:
    """Drawing onto a large picture and cutting that gives the same as drawing onto the cut picture."""
    # No noise in the logo: which way is resampled first depends on the size, and rounding in between adds up.
    ground, logo = noise(240, 240, 3), np.linspace(50, 200, 9 * 13 * 4).astype(np.uint8).reshape(9, 13, 4)
    inside = (slice(100, 140), slice(100, 130))
    large = draw_logo(ground, logo, Rect(100 + x, 100 + y, width, height))[inside]
    rect = Rect(x, y, width, height)
    if -width < x < 30 and -height < y < 40:
        small = draw_logo(ground[inside], logo, rect)
        assert np.abs(small.astype(int) - large).max() <= 2
    else:
        with pytest.raises(BadRect, match="outside the 30x40 image"):
            draw_logo(ground[inside], logo, rect)


@pytest.mark.parametrize(
    ("rect", "message"),
    [
        (Rect(0, 0, 0, 5), "no area"),
        (Rect(0, 0, 5, -1), "no area"),
        (Rect(0, 0, 5000, 5), "below 5000"),
        (Rect(0, 0, 5, 10**9), "below 5000"),
        (Rect(50, 0, 5, 5), "outside"),
        (Rect(-5, 0, 5, 5), "outside"),
        (Rect(10**12, 0, 5, 5), "outside"),
    ],
)
def test_rectangles_without_sense_are_refused(rect: Rect, message: str) -> None:
    with pytest.raises(BadRect, match=message) as raised:
        draw_logo(noise(40, 50, 3), opaque(10, 20), rect, side_limit=5000)
    assert isinstance(raised.value, MarkError)
    assert f"{rect.width}x{rect.height} at ({rect.x}, {rect.y})" in str(raised.value)


def test_the_largest_rectangle_costs_only_what_is_seen() -> None:
    marked = draw_logo(noise(40, 50, 3), opaque(10, 20), Rect(-20_000, -20_000, 65_499, 65_499))
    assert marked.shape == (40, 50, 3)


@pytest.mark.parametrize("size", [(10, 20), (400, 20), (20, 400), (900, 900), (1, 1)])
@pytest.mark.parametrize("picture", [(300, 400), (400, 300), (30, 500), (1, 1)])
def test_without_a_rectangle_a_logo_goes_bottom_right(
    size: tuple[int, int], picture: tuple[int, int]
) -> None:
    ground = np.zeros((*picture, 3), np.uint8)
    marked = draw_logo(ground, np.full((*size, 4), 255, np.uint8))
    rows, columns = np.nonzero(marked.any(axis=2))
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    short = min(picture)
    assert height <= max(1, min(size[0], 0.2 * short + 1))
    assert width <= max(1, min(size[1], 0.45 * short + 1))
    gap = round(0.02 * short)
    assert (rows.max(), columns.max()) == (picture[0] - 1 - gap, picture[1] - 1 - gap)


def test_a_small_logo_keeps_its_size_and_proportions() -> None:
    marked = draw_logo(np.zeros((300, 400, 3), np.uint8), opaque(10, 20, seed=1))
    assert np.array_equal(marked[284:294, 374:394], opaque(10, 20, seed=1)[..., :3])
