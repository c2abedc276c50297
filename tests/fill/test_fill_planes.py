"""What repeats itself on a plane goes on through a hole in perspective, and nothing else does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen import erase
from wuhen.fill.raster.hole import Hole, find_hole
from wuhen.fill.raster.layout import BARRED, HOLE
from wuhen.fill.raster.raster import Raster
from wuhen.fill.search.perspective import Perspective
from wuhen.fill.search.plane_repetition import PlaneRepetition, find_plane_shifts
from wuhen.fill.structure.vanishing import find_families, find_vanishing_lines

_HEIGHT, _WIDTH = 200, 240
_MIDDLE = 110.0, 95.0
_BOX = np.s_[70:120, 85:135]


def _plane(line: tuple[float, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where on a plane, head-on, the pixels of a picture lie: rows and columns."""
    rows, columns = np.mgrid[:_HEIGHT, :_WIDTH].astype(float)
    right, down = columns - _MIDDLE[0], rows - _MIDDLE[1]
    scale = 1 + line[0] * right + line[1] * down
    return down / scale, right / scale


def _whole(levels: NDArray[np.float64]) -> NDArray[np.uint8]:
    whole: NDArray[np.uint8] = np.clip(levels, 0, 255).astype(np.uint8)
    return whole


def _tiled(line: tuple[float, float], period: float, seed: int) -> NDArray[np.uint8]:
    """Draw tiles of soft random waves, as a camera sees them."""
    rng = np.random.default_rng(seed)
    down, right = (2 * np.pi * side / period for side in _plane(line))
    total = np.full((_HEIGHT, _WIDTH, 3), 128.0)
    for _ in range(5):
        wave = rng.integers(0, 3), rng.integers(-2, 3)
        phase = rng.uniform(0, 2 * np.pi)
        total += rng.uniform(-30, 30, 3) * np.cos(wave[0] * down + wave[1] * right + phase)[..., None]
    return _whole(total)


def _surveyed(photo: NDArray[np.uint8], barred: tuple[slice, slice] | None = None) -> tuple[Raster, Hole]:
    state = np.zeros(photo.shape[:2], np.uint8)
    if barred:
        state[barred] = BARRED
    state[_BOX] = HOLE
    raster = Raster.of(photo, state)
    return raster, find_hole(raster)


def _found(raster: Raster, hole: Hole, line: tuple[float, float]) -> PlaneRepetition:
    view = Perspective.at(np.array(line, np.float32), _MIDDLE, 0)
    return PlaneRepetition(raster, hole, view, find_plane_shifts(raster, view), complete=False)


slants = st.tuples(st.floats(-0.0035, 0.0035), st.floats(-0.0035, 0.0035))


@pytest.mark.slow
@given(line=slants, period=st.floats(14, 26), seed=st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_tiles_of_a_plane_go_on_in_phase(line: tuple[float, float], period: float, seed: int) -> None:
    photo = _tiled(line, period, seed)
    raster, hole = _surveyed(photo)
    repetition = _found(raster, hole, line)
    assert repetition.found
    before = raster.pixels.copy()
    for _ in range(4):
        repetition.pull(raster, hole.indices)
    inside = raster.image(3)[_BOX].astype(int)
    assert np.abs(inside - photo[_BOX]).mean() < 0.15 * photo[_BOX].std()
    raster.image(3)[_BOX] = 0
    np.testing.assert_array_equal(raster.pixels, before)


@given(line=slants, seed=st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_noise_does_not_repeat_itself_on_any_plane(line: tuple[float, float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    total = np.linspace(60, 0, _HEIGHT)[:, None, None] * np.ones((1, _WIDTH, 3)) + 90
    for size in (1, 4, 16):
        coarse = rng.normal(0, 6 * size**0.5, (_HEIGHT // size + 2, _WIDTH // size + 2, 1))
        total += np.kron(coarse, np.ones((size, size, 1)))[:_HEIGHT, :_WIDTH]
    raster, hole = _surveyed(_whole(total))
    repetition = _found(raster, hole, line)
    before = raster.pixels.copy()
    repetition.pull(raster, hole.indices)
    assert not repetition.found
    assert repetition.cover == 0
    np.testing.assert_array_equal(raster.pixels, before)


def test_a_plane_takes_nothing_from_what_is_kept_out() -> None:
    photo = _tiled((0.002, 0.001), 20, 3)
    photo[:60, :, 0] = 255
    raster, hole = _surveyed(photo, np.s_[:60, :])
    repetition = _found(raster, hole, (0.002, 0.001))
    assert repetition.found
    repetition.pull(raster, hole.indices)
    assert (raster.image(3)[_BOX][..., 0] < 240).all()


def _seen(points: NDArray[np.float64], line: tuple[float, float]) -> NDArray[np.float32]:
    """Return where points of a plane, ``(x, y)`` from its middle, are seen in the picture."""
    seen: NDArray[np.float32] = (points / (1 - points @ line)[..., None] + _MIDDLE).astype(np.float32)
    return seen


@given(
    line=st.tuples(st.floats(-0.005, 0.005), st.floats(-0.005, 0.005)),
    turn=st.floats(0.1, 1.4),
    period=st.floats(8, 12),
    seed=st.integers(0, 99),
)
@settings(max_examples=30, deadline=None)
def test_the_vanishing_line_of_a_grid_is_found(
    line: tuple[float, float], turn: float, period: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    places = np.arange(-8, 9) * period
    begins, ends = [], []
    for angle in (turn, turn + np.pi / 2):
        along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        for place in places:
            begins.append(place * across - rng.uniform(30, 60) * along)
            ends.append(place * across + rng.uniform(30, 60) * along)
    one, other = _seen(np.array(begins), line), _seen(np.array(ends), line)
    clutter = rng.uniform(20, 180, (2, 12, 2)).astype(np.float32)
    one = np.concatenate([one + rng.normal(0, 0.1, one.shape).astype(np.float32), clutter[0]])
    other = np.concatenate([other + rng.normal(0, 0.1, other.shape).astype(np.float32), clutter[1]])
    order = np.argsort(-np.hypot(*(other - one).T), kind="stable")
    found = find_vanishing_lines(find_families(one[order], other[order], _MIDDLE, 50.0))
    assert len(found)
    assert np.hypot(*(found - line).T).min() < 0.0008


@given(seed=st.integers(0, 999))
@settings(max_examples=30, deadline=None)
def test_strewn_segments_lie_on_no_plane(seed: int) -> None:
    begins, ends = np.random.default_rng(seed).uniform(0, 240, (2, 60, 2)).astype(np.float32)
    assert not len(find_vanishing_lines(find_families(begins, ends, _MIDDLE, 50.0)))


@pytest.mark.parametrize("engine", ["patch", "guided"])
def test_a_tiled_floor_is_joined_through_the_hole(engine: str) -> None:
    if engine == "guided":
        pytest.importorskip("onnxruntime")
    down, right = _plane((0.0012, 0.0036))
    joints = (down % 22 < 3) | (right % 22 < 3)
    photo = _whole(
        np.where(joints, 210, 90)[..., None] + np.random.default_rng(0).normal(0, 2, (_HEIGHT, _WIDTH, 3))
    )
    mask = np.zeros((_HEIGHT, _WIDTH), bool)
    mask[64:128, 80:144] = True
    dirty = photo.copy()
    dirty[mask] = 127
    filled = erase(dirty, mask, engine=engine)
    same = (filled[mask][:, 1] > 150) == joints[mask]
    assert same.mean() > 0.92
