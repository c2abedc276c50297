"""No step where two sources meet in a hole, nor at its border; edges that belong there stay."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill import erase
from wuhen.fill.finish.blend import LastVote, blend
from wuhen.fill.raster.hole import find_hole
from wuhen.fill.raster.layout import BARRED, CHANNELS, HOLE, KNOWN
from wuhen.fill.raster.raster import Raster
from wuhen.fill.search.patches import find_patches

HEIGHT, WIDTH = 60, 140
HOLE_ROWS, HOLE_COLUMNS = slice(20, 40), slice(40, 80)
MIDDLE = 60


def copied(
    ground: NDArray[np.uint8], fill: NDArray[np.uint8], source: tuple[int, int], threads: int = 1
) -> NDArray[np.int_]:
    """Blend a fill whose left half was copied so many rows and columns away, the right half half as far."""
    state = np.zeros(ground.shape[:2], np.uint8)
    state[HOLE_ROWS, HOLE_COLUMNS] = HOLE
    raster = Raster.of(ground, state)
    raster.image(3)[HOLE_ROWS, HOLE_COLUMNS] = fill[HOLE_ROWS, HOLE_COLUMNS]
    hole = find_hole(raster)
    patches = find_patches(raster, hole, 1)
    match = np.full(len(raster.state), -1, np.int32)
    shift = source[0] * raster.pitch + source[1]
    far = patches.targets % raster.pitch < MIDDLE
    match[patches.targets] = patches.targets + np.where(far, shift, shift // 2)
    votes = np.ones(len(match), np.float32)
    with Team(threads) as team:
        blend(raster, hole, LastVote(1, match, votes), 1.0, raster.pixels, 5.0, team)
    return raster.image(3).astype(int)


def ramp() -> NDArray[np.uint8]:
    """Return a ground that gets lighter downwards and, by whole levels every fourth column, sideways."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return np.repeat((60 + y + x // 4)[..., None], 3, axis=2).astype(np.uint8)


@settings(max_examples=15, deadline=None)
@given(left=st.integers(-12, 12), right=st.integers(-12, 12))
def test_what_sources_are_too_bright_by_vanishes(left: int, right: int) -> None:
    ground = ramp()
    fill = ground.astype(int)
    fill[:, :MIDDLE] += left
    fill[:, MIDDLE:] += right
    after = copied(ground, fill.astype(np.uint8), (0, 48))
    assert np.abs(after - ground).max() <= 2


def test_a_fill_that_fits_is_left_alone_and_so_is_what_is_known() -> None:
    ground = ramp()
    assert np.array_equal(copied(ground, ground, (0, 48)), ground)
    off = ground + np.uint8(9)
    after = copied(ground, off, (0, 48))
    outside = np.ones(ground.shape[:2], np.bool_)
    outside[HOLE_ROWS, HOLE_COLUMNS] = False
    assert np.array_equal(after[outside], ground[outside])


def test_an_edge_that_sources_have_stays_sharp() -> None:
    ground = ramp()
    ground[30:] += 90
    fill = ground.copy()
    fill[:, MIDDLE:] -= np.uint8(10)
    after = copied(ground, fill, (0, 48))
    inside = after[HOLE_ROWS, HOLE_COLUMNS]
    assert np.abs(inside - ground[HOLE_ROWS, HOLE_COLUMNS]).max() <= 3


def test_threads_make_no_difference() -> None:
    ground = ramp()
    fill = np.random.default_rng(0).integers(0, 256, ground.shape, np.uint8)
    assert np.array_equal(copied(ground, fill, (0, 48), 1), copied(ground, fill, (0, 48), 16))


def test_barred_pixels_leave_no_trace() -> None:
    ground = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    ground[:, 80:] = 200
    state = np.full((HEIGHT, WIDTH), KNOWN, np.uint8)
    state[HOLE_ROWS, HOLE_COLUMNS] = HOLE
    state[:, 80:] = BARRED
    raster = Raster.of(ground, state)
    raster.image(CHANNELS)[HOLE_ROWS, HOLE_COLUMNS] = 100
    hole = find_hole(raster)
    patches = find_patches(raster, hole, 1)
    match = np.full(len(raster.state), -1, np.int32)
    match[patches.targets] = 10 * raster.pitch + 20
    blend(raster, hole, LastVote(1, match, np.ones(len(match), np.float32)), 1.0, raster.pixels, 0.0, Team(1))
    assert (raster.image(3)[HOLE_ROWS, HOLE_COLUMNS] == 100).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [3, 4])
def test_a_vignette_goes_on(dtype: Any, channels: int) -> None:
    y, x = np.mgrid[:110, :150]
    dark = 1 - 0.45 * (np.hypot(y - 60, x - 70) / 100) ** 2
    unit = np.iinfo(dtype).max / 255
    photo = np.rint(dark[..., None] * [180, 150, 120, 255] * unit).astype(dtype)[..., :channels]
    if channels == 4:
        photo[..., 3] = np.iinfo(dtype).max
    hole = np.asarray((np.abs(y - 50) < 22) & (np.abs(x - 90) < 28))
    result = erase(photo, hole, threads=1)
    steps = np.abs(
        np.diff(result[..., 0].astype(float), axis=1) - np.diff(photo[..., 0].astype(float), axis=1)
    )
    assert steps[28:73, 61:119].max() <= 3 * unit
    assert np.abs(result[hole].astype(float) - photo[hole]).mean() < 2.5 * unit
