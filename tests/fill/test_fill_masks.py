"""Which pixels the library's masks mark, whatever kind of number they are written in."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from wuhen import erase

RNG = np.random.default_rng(3)
PHOTO = RNG.integers(0, 256, (40, 50, 3), dtype=np.uint8)
HOLE = np.zeros((40, 50), bool)
HOLE[10:20, 15:30] = True


def filled(mask: NDArray[Any], **how: Any) -> NDArray[np.uint8]:
    return erase(PHOTO, mask, engine="patch", **how)


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint16, np.int64, np.float16, np.float64])
def test_zeros_and_ones_are_a_mask_in_every_dtype(kind: Any) -> None:
    np.testing.assert_array_equal(filled(HOLE.astype(kind)), filled(HOLE))
    barred = ~HOLE & (PHOTO[..., 0] > 200)
    np.testing.assert_array_equal(filled(HOLE, keep_out=barred.astype(kind)), filled(HOLE, keep_out=barred))


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int64, np.uint32])
def test_integers_up_to_255_are_cut_at_half(kind: Any) -> None:
    for white in (128, 255):
        np.testing.assert_array_equal(filled(HOLE.astype(kind) * kind(white)), filled(HOLE))


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_fractions_are_cut_at_half(kind: Any) -> None:
    np.testing.assert_array_equal(filled(np.where(HOLE, 0.5, 0.49).astype(kind)), filled(HOLE))


def test_an_anti_aliased_edge_is_filled_whole() -> None:
    soft = HOLE * np.uint8(255)
    soft[9, 15:30], soft[20, 15:30] = 60, 200
    expected = HOLE.copy()
    expected[9, 15:30] = expected[20, 15:30] = True
    np.testing.assert_array_equal(filled(soft), filled(expected))
    np.testing.assert_array_equal(filled(soft / 255), filled(expected))


@pytest.mark.parametrize("height", [1, 2, 8, 28])
@pytest.mark.parametrize("turned", [False, True])
def test_a_long_hole_across_a_narrow_photo_is_filled_from_the_photo_alone(
    height: int, *, turned: bool
) -> None:
    """At coarse scales such a photo is one pixel high, and nothing lies beyond that."""
    photo = np.full((height, 1500, 3), 90, np.uint8)
    hole = np.zeros((height, 1500), np.bool_)
    hole[:, 375:1125] = True
    if turned:
        photo, hole = photo.swapaxes(0, 1).copy(), hole.T.copy()
    assert np.abs(erase(photo, hole, engine="patch").astype(int) - 90).max() <= 2
    assert erase(photo, hole, engine="guided").shape == photo.shape
