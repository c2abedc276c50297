"""What repeats itself goes on through a hole, and nothing else is taken for a repetition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen import erase
from wuhen.fill.raster.hole import Hole, find_hole
from wuhen.fill.raster.layout import HOLE
from wuhen.fill.raster.raster import Raster
from wuhen.fill.search.repetition import Repetition


def _tiles(period: tuple[int, int], side: int, seed: int) -> NDArray[np.uint8]:
    """Return a picture of whole tiles, each of soft noise, about so many pixels wide and high."""
    noise = np.random.default_rng(seed).integers(0, 256, (*period, 3)).astype(float)
    for axis in (0, 1):
        noise = (np.roll(noise, 1, axis) + 2 * noise + np.roll(noise, -1, axis)) / 4
    return np.tile(noise.astype(np.uint8), (side // period[0], side // period[1], 1))


def _smooth_noise(height: int, width: int, seed: int) -> NDArray[np.uint8]:
    """Return noise at several scales, as natural pictures have it, brighter above than below."""
    rng = np.random.default_rng(seed)
    total = np.linspace(60, 0, height)[:, None, None] * np.ones((1, width, 3))
    for size in (1, 4, 16, 64):
        coarse = rng.normal(0, 6 * size**0.5, (height // size + 2, width // size + 2, 1))
        total += np.kron(coarse, np.ones((size, size, 1)))[:height, :width]
    return np.clip(total + 90, 0, 255).astype(np.uint8)


def _surveyed(photo: NDArray[np.uint8], box: tuple[slice, slice]) -> tuple[Raster, Hole]:
    state = np.zeros(photo.shape[:2], np.uint8)
    state[box] = HOLE
    raster = Raster.of(photo, state)
    return raster, find_hole(raster)


@pytest.mark.parametrize("engine", ["patch", "guided"])
@pytest.mark.parametrize("period", [(9, 9), (15, 15), (23, 23), (14, 31)])
def test_tiles_go_on_in_phase_through_a_hole_of_many_of_them(period: tuple[int, int], engine: str) -> None:
    if engine == "guided":
        pytest.importorskip("onnxruntime")
    photo = _tiles(period, 300, period[0])
    mask = np.zeros(photo.shape[:2], bool)
    mask[95:205, 90:200] = True
    dirty = photo.copy()
    dirty[mask] = 127
    error = np.abs(erase(dirty, mask, engine=engine).astype(int) - photo)[mask]
    # 30 to 60 of 100 pixels where patches find their way from the border.
    assert (error.max(axis=1) <= 8).mean() > 0.95


@given(
    down=st.integers(7, 16),
    right=st.integers(7, 16),
    times=st.tuples(st.integers(1, 2), st.integers(-3, 2)),
    seed=st.integers(0, 99),
)
@settings(max_examples=30, deadline=None)
def test_shifts_that_are_found_are_whole_periods(
    down: int, right: int, times: tuple[int, int], seed: int
) -> None:
    photo = _tiles((down, right), 140, seed)
    raster, hole = _surveyed(photo, np.s_[50:80, 52:84])
    # As from a coarser scale: a pixel off, the shortest ones unknown.
    vertical, sideways = times
    known = np.array([[vertical, sideways], [vertical + 1, sideways], [vertical, sideways + 1]])
    off = np.random.default_rng(seed).integers(-1, 2, known.shape)
    repetition = Repetition(raster, hole, (known * (down, right) + off).astype(np.int32), upsampled=True)
    assert repetition.found
    assert not (repetition.proposals % (down, right)).any()
    assert (np.abs(repetition.proposals) == (0, right)).all(axis=1).any()
    before = raster.pixels.copy()
    repetition.pull(raster, hole.indices)
    inside = raster.image(3)[50:80, 52:84].astype(int)
    assert np.abs(inside - photo[50:80, 52:84]).max() <= 1
    raster.image(3)[50:80, 52:84] = 0
    np.testing.assert_array_equal(raster.pixels, before)


@given(seed=st.integers(0, 2**32 - 1), size=st.integers(10, 60))
@settings(max_examples=50, deadline=None)
def test_where_nothing_repeats_nothing_is_found(seed: int, size: int) -> None:
    photo = _smooth_noise(120, 160, seed)
    raster, hole = _surveyed(photo, np.s_[40 : 40 + size, 60 : 60 + size])
    rng = np.random.default_rng(seed)
    shifts = rng.integers(-60, 61, (24, 2))
    shifts = shifts[np.hypot(*shifts.T) >= 4].astype(np.int32)
    repetition = Repetition(raster, hole, shifts, upsampled=True)
    assert not repetition.found
    assert np.abs(repetition.offsets - shifts).max() <= 1
    before = raster.pixels.copy()
    repetition.pull(raster, hole.indices)
    np.testing.assert_array_equal(raster.pixels, before)


def test_repetitions_take_nothing_from_what_is_kept_out() -> None:
    photo = _tiles((12, 12), 240, 1)
    photo[:60, :, 0] = 255
    mask, keep_out = np.zeros((2, *photo.shape[:2]), bool)
    mask[80:170, 80:170] = True
    keep_out[:60] = True
    result = erase(photo, mask, keep_out=keep_out)
    assert (result[mask][:, 0] < 255).mean() > 0.99
    np.testing.assert_array_equal(result[~mask], photo[~mask])


def test_a_flat_ground_stays_flat() -> None:
    photo = np.full((120, 150, 3), (30, 120, 200), np.uint8)
    mask = np.zeros((120, 150), bool)
    mask[40:80, 50:100] = True
    dirty = photo.copy()
    dirty[mask] = 0
    np.testing.assert_array_equal(erase(dirty, mask), photo)
