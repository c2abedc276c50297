"""What runs straight up to a hole on both sides, alike, runs through it, and nothing else does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.fill.guides.image import GuideImage
from wuhen.fill.raster.hole import find_hole
from wuhen.fill.raster.layout import HOLE
from wuhen.fill.raster.raster import Raster
from wuhen.fill.structure.spans import draw_spans
from wuhen.fill.structure.surroundings import survey_families

_HEIGHT, _WIDTH = 180, 200
_BOX = np.s_[60:120, 70:130]


def _bars(turn: float, narrowing: float, seed: int) -> NDArray[np.float64]:
    """Draw bars of random widths and shades that meet in a point, brightness 0 to 255."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:_HEIGHT, :_WIDTH] - np.array([89.5, 99.5])[:, None, None]
    along = np.cos(turn) * columns + np.sin(turn) * rows
    across = (np.cos(turn) * rows - np.sin(turn) * columns) / (1 - narrowing * along)
    edges = np.cumsum(rng.uniform(5, 9, 120)) - 420
    # Neighbours differ.
    shades = 60.0 + 50 * (np.cumsum(rng.integers(1, 4, 121)) % 4)
    # As wide as a pixel, every edge is a ramp, as a camera draws it.
    soft = sum(shades[np.searchsorted(edges, across + part)] for part in (-0.4, -0.2, 0.0, 0.2, 0.4)) / 5
    bars: NDArray[np.float64] = soft + rng.normal(0, 1, soft.shape)
    return bars


def _drawn(light: NDArray[np.float64]) -> tuple[GuideImage, ...]:
    photo = np.repeat(np.clip(light, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    state = np.zeros(light.shape, np.uint8)
    state[_BOX] = HOLE
    raster = Raster.of(photo, state)
    families = survey_families([raster], find_hole(raster), 1)
    assert families
    return draw_spans([raster], families, ())


@given(turn=st.floats(0, 3.1), narrowing=st.floats(-0.004, 0.004), seed=st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_bars_run_through_a_hole_towards_their_point(turn: float, narrowing: float, seed: int) -> None:
    light = _bars(turn, narrowing, seed)
    (image,) = _drawn(light)
    assert image.window == (60, 120, 70, 130)
    trusted = image.trust > 0.5
    assert trusted.mean() > 0.75
    gap = np.abs(image.colours[..., 1] - light[_BOX])[trusted]
    assert np.median(gap) < 4
    assert gap.mean() < 10


@pytest.mark.slow
@given(turn=st.floats(0, 3.1), seed=st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_bars_that_are_light_on_one_side_and_dark_on_the_other_are_hardly_drawn(
    turn: float, seed: int
) -> None:
    rows, columns = np.mgrid[:_HEIGHT, :_WIDTH] - np.array([89.5, 99.5])[:, None, None]
    ahead = np.cos(turn) * columns + np.sin(turn) * rows > 0
    light = _bars(turn, 0, seed)
    # Two bars on one side may by chance be like two others on the other side, a little aside.
    for image in _drawn(np.where(ahead, light, 270 - light)):
        assert (image.trust > 0).mean() < 0.15


@pytest.mark.slow
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_noise_has_nothing_that_runs_through(seed: int) -> None:
    assert _drawn(np.random.default_rng(seed).normal(128, 30, (_HEIGHT, _WIDTH))) == ()
