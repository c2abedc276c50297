"""Edges that run into a hole come out of it again, where they should."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import wuhen.fill
from wuhen.compute.team import Team
from wuhen.fill.guides.image import GuideImage
from wuhen.fill.raster.hole import find_hole
from wuhen.fill.raster.raster import Raster, WideRaster
from wuhen.fill.raster.window import Window, bound_hole
from wuhen.fill.structure.drawing import draw_structure, find_curves
from wuhen.fill.structure.painting import paint_curves
from wuhen.fill.structure.settling import settle

_SIDE = 160
_DARK, _LIGHT = np.array([40.0, 60, 30]), np.array([170.0, 150, 200])
_THIRD, _FOURTH = np.array([220.0, 220, 90]), np.array([110.0, 0, 20])

_Image = NDArray[np.float64]


def _place() -> tuple[_Image, _Image]:
    y, x = np.mgrid[:_SIDE, :_SIDE] - (_SIDE - 1) / 2
    return x, y


def _half_plane(angle: float, offset: float = 0.0) -> _Image:
    x, y = _place()
    cover: _Image = np.clip(x * np.cos(angle) + y * np.sin(angle) - offset + 0.5, 0, 1)
    return cover[..., None]


def _disc(radius: float, x: float = 0.0, y: float = 0.0) -> NDArray[np.bool_]:
    across, down = _place()
    within: NDArray[np.bool_] = np.hypot(across - x, down - y) < radius
    return within


def _raster(picture: _Image, hole: NDArray[np.bool_]) -> Raster:
    return Raster.of(np.rint(picture).astype(np.uint8), hole.view(np.uint8))


def _compare(picture: _Image, hole: NDArray[np.bool_]) -> tuple[float, float]:
    """Paint, and compare with the truth: the difference of all but 1 % of what is sure, and how much is."""
    raster = _raster(picture, hole)
    window = bound_hole(raster, 1)
    colours, trust, _ = paint_curves(raster, window, find_curves(raster), 0)
    box = np.s_[window.top : window.bottom, window.left : window.right]
    sure = (trust > 0.5) & hole[box]
    away = np.abs(colours - picture[box]).max(axis=2)[sure]
    return float(np.percentile(away, 99)), float(sure.sum() / hole.sum())


@settings(max_examples=30, deadline=None)
@given(st.floats(0, np.pi), st.floats(-20, 20))
def test_an_edge_goes_straight_on(angle: float, offset: float) -> None:
    picture = _DARK + _half_plane(angle, offset) * (_LIGHT - _DARK)
    [curve] = find_curves(_raster(picture, _disc(40)))
    toward = np.array([np.cos(angle), np.sin(angle)])
    assert np.abs((curve.points - (_SIDE - 1) / 2) @ toward - offset).max() < 0.5
    assert curve.trust > 0.9


@pytest.mark.parametrize("radius", [75, 100, 150])
def test_a_curve_goes_on_curved(radius: float) -> None:
    x, y = _place()
    cover = np.clip(radius + 0.5 - np.hypot(x - radius, y), 0, 1)[..., None]
    [curve] = find_curves(_raster(_DARK + cover * (_LIGHT - _DARK), _disc(30)))
    points = curve.points - (_SIDE - 1) / 2 - np.array([radius, 0])
    assert np.abs(np.hypot(points[:, 0], points[:, 1]) - radius).max() < 1


def test_a_thin_line_stays_two_edges() -> None:
    line = _half_plane(0.4, -1) - _half_plane(0.4, 1)
    curves = find_curves(_raster(_DARK + line * (_LIGHT - _DARK), _disc(40)))
    assert len(curves) == 2
    away = curves[0].points.mean(axis=0) - curves[1].points.mean(axis=0)
    assert 1 < abs(away @ [np.cos(0.4), np.sin(0.4)]) < 5


def test_lines_cross_where_colours_change() -> None:
    across, down = _half_plane(0.2), _half_plane(1.7)
    upper = _DARK + across * (_LIGHT - _DARK)
    lower = _THIRD + across * (_FOURTH - _THIRD)
    picture = upper + down * (lower - upper)
    curves = find_curves(_raster(picture, _disc(40)))
    assert len(curves) == 2
    assert all(curve.crossed and curve.trust > 0.6 for curve in curves)


def test_a_stem_ends_at_its_bar() -> None:
    bar, stem = _half_plane(np.pi / 2), _half_plane(0.0, 8)
    ground = _DARK + stem * (_LIGHT - _DARK)
    curves = find_curves(_raster(ground + bar * (_THIRD - ground), _disc(40)))
    [ray] = [curve for curve in curves if curve.ends[1] < 0]
    assert len(curves) == 2
    np.testing.assert_allclose(ray.points[-1] - (_SIDE - 1) / 2, [8, 0], atol=2)


def test_what_is_painted_is_right() -> None:
    picture = _DARK + _half_plane(1.1, 5) * (_LIGHT - _DARK)
    usual, share = _compare(picture, _disc(40))
    assert usual <= 20
    assert share > 0.15


def test_a_line_that_ends_at_an_island_comes_out_at_it() -> None:
    picture = _DARK + _half_plane(0.9) * (_LIGHT - _DARK)
    ring = _disc(60) & ~_disc(24)
    assert len(find_curves(_raster(picture, ring))) == 2


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_drawn_through_noise(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(120, 25, (_SIDE, _SIDE, 3)).clip(0, 255)
    assert draw_structure([_raster(noise, _disc(40))], (), Team(1)) is None


def test_edges_of_unlike_things_are_not_joined() -> None:
    """One side's edge is a hand's breadth from the other side's, and between other colours."""
    x, _ = _place()
    left = _DARK + _half_plane(np.pi / 2, -20) * (_LIGHT - _DARK)
    right = _THIRD + _half_plane(np.pi / 2, 20) * (_FOURTH - _THIRD)
    assert find_curves(_raster(np.where(x[..., None] < 0, left, right), np.abs(x) < 40)) == []


@pytest.mark.parametrize("threads", [1, 4])
def test_a_fill_keeps_an_edge_between_smooth_grounds(threads: int) -> None:
    rng = np.random.default_rng(3)
    x, y = _place()
    cover = np.clip(x * 0.6 + y * 0.8 + 0.5, 0, 1)[..., None]
    picture = _DARK + cover * (_LIGHT - _DARK) + rng.normal(0, 2, (_SIDE, _SIDE, 3))
    truth = np.rint(picture.clip(0, 255)).astype(np.uint8)
    hole = _disc(44)
    photo = np.where(hole[..., None], np.uint8(128), truth)
    filled = wuhen.fill.erase(photo, hole, engine="patch", threads=threads)
    wrong = np.abs(filled.astype(int) - truth).max(axis=2)[hole] > 40
    assert wrong.mean() < 0.01


def test_nothing_is_drawn_where_a_guide_is_trusted() -> None:
    raster = _raster(_DARK + _half_plane(0.5) * (_LIGHT - _DARK), _disc(40))
    shape = (_SIDE // 4, _SIDE // 4)
    trust = np.ones(shape, np.float32)
    trust[:, : shape[1] // 2] = 0
    told = GuideImage(np.zeros((*shape, 3), np.float32), Window(0, _SIDE, 0, _SIDE), trust)
    window = bound_hole(raster, 1)
    drawing = draw_structure([raster], [told], Team(1))
    assert drawing is not None
    lines = drawing.lines
    assert not lines.trust[:, _SIDE // 2 - window.left :].any()
    assert lines.trust.max() > 0.5
    told = GuideImage(told.colours, told.window)
    assert draw_structure([raster], [told], Team(1)) is None


def test_what_was_drawn_is_shown_with_the_fills_grain() -> None:
    hole = _disc(40)
    noise = np.random.default_rng(5).normal(0, 3, (_SIDE, _SIDE, 1))
    wire = _half_plane(0.4, -1) - _half_plane(0.4, 1)
    picture = (_DARK + wire * (_LIGHT - _DARK) + noise).clip(0, 255)
    raster = _raster(picture, hole)
    drawing = draw_structure([raster], (), Team(1))
    assert drawing is not None
    # A fill that has lost the wire.
    image = raster.image(3)
    image[hole] = np.rint((_DARK + noise).clip(0, 255))[hole]
    before = image.copy()
    settle(raster, find_hole(raster), drawing)
    np.testing.assert_array_equal(image[~hole], before[~hole])
    x, y = _place()
    away = np.abs(x * np.cos(0.4) + y * np.sin(0.4))
    on, off = (wire[..., 0] > 0.9) & hole, (away > 5) & (away < 7) & hole
    assert np.abs(image[on].astype(float) - picture[on]).mean() < 15
    # Beside it there is as much grain as before.
    assert 0.7 < image[off].std() / before[off].std() < 1.3
    wide = WideRaster.over(raster, before.astype(np.uint16))
    wide.image(3)[:] = before.astype(np.uint16) * 257
    raster.image(3)[:] = before
    settle(raster, find_hole(raster), drawing, wide)
    assert np.abs(wide.image(3) / 257 - image).max() <= 1
