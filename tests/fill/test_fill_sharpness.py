"""Whether a part of a picture is blurred, whatever it shows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.fill.guides.sharpness import compare_sharpness
from wuhen.fill.raster.smooth import smooth

_SIDE = 96


def _halves() -> NDArray[np.bool_]:
    inside = np.zeros((_SIDE, _SIDE), bool)
    inside[:, _SIDE // 2 :] = True
    return inside


def _texture(seed: int) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(0, 60, (_SIDE, _SIDE, 3)).astype(np.float32)
    return smooth(noise, 0.7) + np.float32(128)


def _lines(apart: int) -> NDArray[np.float32]:
    """Thin lines on flat ground: most pixels have no detail at all."""
    image = np.full((_SIDE, _SIDE, 3), 200, np.float32)
    image[apart // 2 :: apart] = 30
    return image


@given(st.integers(0, 10**6))
def test_one_texture_is_as_sharp_everywhere(seed: int) -> None:
    assert compare_sharpness(_texture(seed), _halves()) == pytest.approx(1, abs=0.3)


@given(st.integers(0, 10**6), st.floats(1.5, 6))
def test_blur_shows(seed: int, size: float) -> None:
    image = _texture(seed)
    inside = _halves()
    image[inside] = smooth(image, size)[inside]
    assert compare_sharpness(image, inside) < 0.6


def test_few_lines_are_as_sharp_as_many() -> None:
    image = _lines(6)
    image[:, _SIDE // 2 :] = _lines(24)[:, _SIDE // 2 :]
    assert compare_sharpness(image, _halves()) > 0.8


def test_nothing_can_be_told_of_flat_ground() -> None:
    image = _texture(1)
    image[_halves()] = 90
    assert compare_sharpness(np.full_like(image, 90), _halves()) == 1
