"""Straight segments of edges: where they are found, and where not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.fill.raster.layout import HOLE, KNOWN
from wuhen.fill.raster.raster import Raster
from wuhen.fill.structure.segments import find_segments

_SIDE = 96


def _raster(cover: NDArray[np.float64], hole: NDArray[np.bool_] | None = None) -> Raster:
    """Dark green, and light blue as far as covered."""
    dark, light = np.array([40.0, 70, 30]), np.array([150.0, 160, 200])
    pixels = np.rint(dark + cover[..., None] * (light - dark)).astype(np.uint8)
    state = np.full(cover.shape, KNOWN, np.uint8)
    if hole is not None:
        state[hole] = HOLE
    return Raster.of(pixels, state)


def _half_plane(angle: float, offset: float = 0.0) -> NDArray[np.float64]:
    """Cover what lies in the direction of ``angle``, from the middle and ``offset`` px on."""
    y, x = np.mgrid[:_SIDE, :_SIDE] - (_SIDE - 1) / 2
    cover: NDArray[np.float64] = np.clip(x * np.cos(angle) + y * np.sin(angle) - offset + 0.5, 0, 1)
    return cover


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 2 * np.pi), st.floats(-10, 10))
def test_an_edge_is_one_segment_where_it_is(angle: float, offset: float) -> None:
    found = find_segments(_raster(_half_plane(angle, offset)))
    toward = np.array([np.cos(angle), np.sin(angle)])
    begin, end = found.begins[0], found.ends[0]
    for place in (begin, end):
        assert abs((place - (_SIDE - 1) / 2) @ toward - offset) < 0.35
    # The gradient points to what is brighter, and the brighter side is on the left.
    across = (end - begin) / found.lengths[0]
    assert np.array([across[1], -across[0]]) @ toward > 0.99
    assert found.lengths[0] > _SIDE / 2
    np.testing.assert_allclose(found.left[0], [150, 160, 200], atol=3)
    np.testing.assert_allclose(found.right[0], [40, 70, 30], atol=3)


def test_a_thin_line_is_two_opposite_segments() -> None:
    found = find_segments(_raster(_half_plane(0.3, -1.5) - _half_plane(0.3, 1.5)))
    along = found.ends[:2] - found.begins[:2]
    assert along[0] @ along[1] < -0.99 * found.lengths[0] * found.lengths[1]


def test_a_curve_falls_into_chords() -> None:
    y, x = np.mgrid[:_SIDE, :_SIDE] - (_SIDE - 1) / 2
    found = find_segments(_raster(np.clip(40.5 - np.hypot(x, y), 0, 1)), min_length=8)
    assert len(found.begins) >= 6
    middles = (found.begins + found.ends) / 2 - (_SIDE - 1) / 2
    assert np.abs(np.hypot(middles[:, 0], middles[:, 1]) - 40).max() < 2


@pytest.mark.parametrize("seed", range(3))
def test_noise_has_no_segments(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0.5, 0.1, (_SIDE, _SIDE))
    assert len(find_segments(_raster(np.clip(noise, 0, 1))).begins) == 0


def test_a_holes_outline_is_no_edge() -> None:
    hole = np.zeros((_SIDE, _SIDE), np.bool_)
    hole[30:60, 30:60] = True
    assert len(find_segments(_raster(np.ones((_SIDE, _SIDE)), hole)).begins) == 0


def test_segments_end_before_the_hole() -> None:
    hole = np.zeros((_SIDE, _SIDE), np.bool_)
    hole[:, 40:60] = True
    found = find_segments(_raster(_half_plane(np.pi / 2), hole))
    assert len(found.begins) == 2
    columns = np.concatenate([found.begins[:, 0], found.ends[:, 0]])
    assert ((columns < 39) | (columns > 60)).all()
