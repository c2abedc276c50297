"""Shadows that the erased object left around the hole are found where they are, and only there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill import erase
from wuhen.fill.raster.hole import Hole, find_hole
from wuhen.fill.raster.raster import Raster
from wuhen.fill.traces.shadow import find_shadow, remove_shadow

_Photo = NDArray[np.uint8]


def _ground(height: int, width: int, seed: int = 0) -> NDArray[np.float64]:
    """Sand: a slope of brightness with grain of several sizes."""
    rng = np.random.default_rng(seed)
    ground: NDArray[np.float64] = np.linspace(110, 190, width)[None, :, None] * np.array([1, 0.9, 0.7])
    for cell in (1, 4):
        grain = rng.normal(0, 5, (height // cell + 1, width // cell + 1, 1))
        ground = ground + np.kron(grain, np.ones((cell, cell, 1)))[:height, :width]
    return ground


def _disc(height: int, width: int, radius: int) -> NDArray[np.bool_]:
    y, x = np.ogrid[:height, :width]
    disc: NDArray[np.bool_] = (y - height // 2) ** 2 + (x - width // 2) ** 2 < radius**2
    return disc


def _cast(ground: NDArray[np.float64], hole: NDArray[np.bool_], dark: float, down: int, right: int) -> _Photo:
    """Darken the ground by the hole's silhouette, moved and softened; the hole itself is black."""
    soft = np.roll(hole.astype(float), (down, right), (0, 1))
    for axis in (0, 1):
        for _ in range(3):
            soft = (np.roll(soft, 2, axis) + np.roll(soft, -2, axis) + soft) / 3
    shaded = ground * (1 - dark * soft[..., None])
    shaded[hole] = 0
    return np.clip(np.rint(shaded), 0, 255).astype(np.uint8)


def _surveyed(photo: _Photo, hole: NDArray[np.bool_]) -> tuple[Raster, Hole]:
    raster = Raster.of(photo, hole.astype(np.uint8))
    return raster, find_hole(raster)


@given(
    seed=st.integers(0, 1000),
    dark=st.floats(0.25, 0.6),
    move=st.tuples(st.integers(-6, 6), st.integers(-6, 6)).filter(lambda move: 3 <= np.hypot(*move) <= 7),
)
@settings(max_examples=25, deadline=None)
def test_a_shadow_is_divided_out(seed: int, dark: float, move: tuple[int, int]) -> None:
    ground, hole = _ground(180, 220, seed), _disc(180, 220, 40)
    photo = _cast(ground, hole, dark, *move)
    raster, found = _surveyed(photo, hole)
    shaded = ~hole & (ground - photo > 4).all(axis=2)
    before = np.abs(photo - ground)[shaded].mean()
    with Team(2) as team:
        remove_shadow(raster, found, team)
    assert np.abs(raster.image(3) - ground)[shaded].mean() < 0.75 * before
    assert (raster.image(3)[hole] == 0).all()


@given(seed=st.integers(0, 1000), radius=st.integers(5, 60))
@settings(max_examples=25, deadline=None)
def test_surroundings_without_a_shadow_stay(seed: int, radius: int) -> None:
    hole = _disc(180, 220, radius)
    photo = _cast(_ground(180, 220, seed), hole, 0.0, 0, 0)
    raster, found = _surveyed(photo, hole)
    remove_shadow(raster, found, Team(1))
    np.testing.assert_array_equal(raster.image(3), photo)


def test_an_edge_beside_the_hole_is_no_shadow() -> None:
    ground, hole = _ground(180, 220), _disc(180, 220, 40)
    ground[:, 165:] *= 0.3
    photo = _cast(ground, hole, 0.0, 0, 0)
    raster, found = _surveyed(photo, hole)
    remove_shadow(raster, found, Team(1))
    np.testing.assert_array_equal(raster.image(3), photo)


def test_the_strength_is_that_of_the_shadow() -> None:
    ground, hole = _ground(180, 220), _disc(180, 220, 40)
    found = find_shadow(*_surveyed(_cast(ground, hole, 0.4, 4, 4), hole), Team(1))
    assert found is not None
    assert 1 - np.exp(-found.strength) == pytest.approx(0.4, abs=0.12)


def test_the_fill_is_as_bright_as_what_the_shadow_fell_on() -> None:
    ground, hole = _ground(180, 220), _disc(180, 220, 40)
    photo = _cast(ground, hole, 0.5, 5, 3)
    result = erase(photo, hole)
    np.testing.assert_array_equal(result[~hole], photo[~hole])
    # With the shadow left in place it is 20 levels too dark.
    assert abs(result[hole].mean() - ground[hole].mean()) < 8


@pytest.mark.slow
@given(
    seed=st.integers(0, 1000),
    dark=st.floats(0.3, 0.6),
    move=st.tuples(st.integers(-6, 6), st.integers(-6, 6)).filter(lambda move: 3 <= np.hypot(*move) <= 7),
)
@settings(max_examples=15, deadline=None)
def test_the_shadow_is_removed_from_the_photo_if_asked_for(
    seed: int, dark: float, move: tuple[int, int]
) -> None:
    ground, hole = _ground(180, 220, seed), _disc(180, 220, 40)
    photo = _cast(ground, hole, dark, *move)
    shaded = ~hole & (ground - photo > 4).all(axis=2)
    left, removed = erase(photo, hole), erase(photo, hole, remove_traces=True)
    np.testing.assert_array_equal(removed[hole], left[hole])
    before, after = (np.abs(picture - ground)[shaded].mean() for picture in (left, removed))
    assert after < 0.75 * before
    # Far from the hole nothing is touched, and nothing is made darker.
    near = _disc(180, 220, 75)
    np.testing.assert_array_equal(removed[~near], photo[~near])
    assert (removed[~hole] >= photo[~hole]).all()


def test_what_is_kept_out_keeps_its_shadow() -> None:
    ground, hole = _ground(180, 220), _disc(180, 220, 40)
    photo = _cast(ground, hole, 0.5, 5, 3)
    keep_out = np.zeros(hole.shape, bool)
    keep_out[90:] = True
    keep_out &= ~hole
    removed = erase(photo, hole, keep_out=keep_out, remove_traces=True)
    np.testing.assert_array_equal(removed[keep_out], photo[keep_out])
    assert (removed != photo)[~hole].any()


def test_a_shadow_in_an_opaque_photo_is_removed_and_in_a_fading_one_stays() -> None:
    ground, hole = _ground(180, 220), _disc(180, 220, 40)
    photo = _cast(ground, hole, 0.5, 5, 3)
    opaque = np.dstack([photo, np.full(hole.shape, 255, np.uint8)])
    removed = erase(opaque, hole, remove_traces=True)
    np.testing.assert_array_equal(removed[..., :3], erase(photo, hole, remove_traces=True))
    assert (removed[..., 3] == 255).all()
    fading = np.dstack([photo, np.tile(np.linspace(50, 255, 220).astype(np.uint8), (180, 1))])
    np.testing.assert_array_equal(erase(fading, hole, remove_traces=True), erase(fading, hole))


def test_without_a_shadow_nothing_outside_the_hole_changes() -> None:
    hole = _disc(180, 220, 40)
    photo = _cast(_ground(180, 220), hole, 0.0, 0, 0)
    np.testing.assert_array_equal(erase(photo, hole, remove_traces=True), erase(photo, hole))


@pytest.mark.parametrize("side", [1, 3, 8, 20])
def test_tiny_photos_have_no_room_for_one(side: int) -> None:
    photo = np.full((side, side, 3), 120, np.uint8)
    hole = np.zeros((side, side), bool)
    hole[side // 2, side // 2] = True
    assert find_shadow(*_surveyed(photo, hole), Team(1)) is None


def test_lettering_casts_no_shadow() -> None:
    ground = _ground(180, 220)
    hole = np.zeros((180, 220), bool)
    for row in range(30, 150, 24):
        hole[row : row + 6, 20:200] = True
    photo = _cast(ground, hole, 0.5, 4, 0)
    raster, found = _surveyed(photo, hole)
    before = raster.pixels.copy()
    remove_shadow(raster, found, Team(1))
    np.testing.assert_array_equal(raster.pixels, before)
