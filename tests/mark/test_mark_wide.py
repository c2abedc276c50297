"""Marks and logos on pictures of 16 bits a sample."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mark.drawing import draw_logo, draw_mark
from wuhen.mark import Rect, Wording, logo_layer, mark_layer

Draw = Callable[[NDArray[Any]], NDArray[Any]]


def logo() -> NDArray[np.uint8]:
    """Return colours that are transparent here and there, and between."""
    pixels = np.random.default_rng(4).integers(0, 256, (12, 30, 4), np.uint8)
    pixels[:4, :, 3], pixels[4:8, :, 3] = 0, 255
    return pixels


DRAWINGS: dict[str, Draw] = {
    "mark": draw_mark,
    "logo": lambda ground: draw_logo(ground, logo(), Rect(5, 60, 30, 12)),
}


LAYERS = {
    "mark": mark_layer((120, 80), Wording()),
    "logo": logo_layer((120, 80), logo(), Rect(5, 60, 30, 12)),
}


def ground(seed: int, most: int) -> NDArray[np.uint16]:
    return np.random.default_rng(seed).integers(0, most + 1, (80, 120, 3), np.uint16)


@pytest.mark.parametrize("name", DRAWINGS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), most=st.sampled_from([9000, 40000, 65535]))
def test_what_is_drawn_on_sixteen_bits_looks_as_on_eight(name: str, seed: int, most: int) -> None:
    draw, wide = DRAWINGS[name], ground(seed, most)
    narrow = np.round(wide / 257).astype(np.uint8)
    drawn, drawn_narrow = draw(wide), draw(narrow)
    assert drawn.dtype == np.uint16
    assert np.abs(drawn / 257 - drawn_narrow).max() <= 1.5  # each is rounded, and so was the ground
    # What is too faint to be seen at 8 bits may be seen at 16, but not beyond an edge of it.
    rows, columns = np.nonzero((drawn_narrow != narrow).any(axis=2))
    inside = slice(rows.min() - 1, rows.max() + 2), slice(columns.min() - 1, columns.max() + 2)
    assert drawn[inside].size < drawn.size / 2
    drawn[inside] = wide[inside]
    assert np.array_equal(drawn, wide)


@pytest.mark.parametrize("name", DRAWINGS)
def test_what_is_drawn_is_opaque_and_all_else_is_not_touched(name: str) -> None:
    wide, alpha = ground(1, 65535), ground(2, 65535)[..., 0]
    pixels, opacity = wide.copy(), alpha.copy()
    LAYERS[name].draw(pixels, opacity)
    drawn = (pixels != wide).any(axis=2)
    assert 100 < drawn.sum() < drawn.size / 2
    assert (opacity[drawn] == 65535).all()
    assert np.array_equal(opacity[opacity != 65535], alpha[opacity != 65535])


def test_opaque_ink_is_black_or_white_to_the_last_bit() -> None:
    dark, light = (draw_mark(np.full((300, 300, 3), level, np.uint16)) for level in (500, 65000))
    assert dark.max() == 65535
    assert light.min() == 0
