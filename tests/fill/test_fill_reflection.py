"""Mirror images below the hole are found where they are, and only there."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.fill import Options, erase, estimate
from wuhen.fill.traces.correlation import Scenery, pass_band
from wuhen.fill.traces.effects import widen_most
from wuhen.fill.traces.reflection import add_reflections

_Photo = NDArray[np.uint8]
_Hole = NDArray[np.bool_]

#: Where the object stands: first row, row below its foot, first column, column beyond its last.
_TOP, _FOOT, _LEFT, _RIGHT = 40, 110, 90, 140


def _ground(seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    slope = np.linspace(150, 110, 200)[:, None, None] * np.array([1, 0.9, 0.8])
    return np.asarray(slope + rng.normal(0, 3, (200, 230, 1)))


def _thing(seed: int) -> NDArray[np.float64]:
    """Draw something with another colour in each of its parts."""
    rng = np.random.default_rng(seed)
    cells = rng.uniform(0, 255, (7, 5, 3))
    cells[0, :2] = np.nan
    return np.asarray(np.kron(cells, np.ones((10, 10, 1))))


def _standing(
    seed: int, share: float, *, flipped: bool = True, down: int = 0, aside: int = 0
) -> tuple[_Photo, _Hole, NDArray[np.float64]]:
    """Draw the thing on a ground, and again below it, faintly; return photo, hole and bare ground."""
    ground, thing = _ground(seed), _thing(seed)
    photo = ground.copy()
    hole = np.zeros(photo.shape[:2], bool)
    for top, left, image, amount in (
        (_FOOT + down, _LEFT + aside, thing[::-1] if flipped else thing, share),
        (_TOP, _LEFT, thing, 1.0),
    ):
        into = photo[top : top + len(image), left : left + image.shape[1]]
        solid = ~np.isnan(image[: len(into)])
        into[solid] += amount * (image[: len(into)] - into)[solid]
    hole[_TOP - 2 : _FOOT + 2, _LEFT - 2 : _RIGHT + 2] = True
    return np.clip(np.rint(photo), 0, 255).astype(np.uint8), hole, ground


@given(seed=st.integers(0, 1000), share=st.floats(0.25, 0.8))
@settings(max_examples=4, deadline=None)
def test_a_mirror_image_is_found(seed: int, share: float) -> None:
    photo, hole, _ = _standing(seed, share)
    found = add_reflections(photo, hole, None)
    mirrored = np.zeros_like(hole)
    mirrored[_FOOT + 3 : _FOOT + 58, _LEFT + 2 : _RIGHT - 2] = True
    assert found[mirrored].mean() > 0.98
    assert found[hole].all()
    # Nothing is given up that is neither of the object nor of its mirror image, nor close to them.
    near = np.zeros_like(hole)
    near[_TOP - 2 :, _LEFT - 12 : _RIGHT + 12] = True
    assert not found[~near].any()


def test_it_goes_in_one_mode_and_stays_in_the_other() -> None:
    photo, hole, ground = _standing(1, 0.5)
    exact, full = erase(photo, hole), erase(photo, hole, effects="full")
    np.testing.assert_array_equal(exact[~hole], photo[~hole])
    below = (slice(_FOOT + 4, _FOOT + 68), slice(_LEFT + 1, _RIGHT - 1))
    left, clean = (np.abs(one[below] - ground[below]).mean() for one in (exact, full))
    assert clean < 0.25 * left
    # What came before the second mode takes no part of it.
    removed = erase(photo, hole, remove_traces=True)
    np.testing.assert_array_equal(removed[below], photo[below])


@pytest.mark.slow
def test_a_hole_that_reflections_widen_takes_no_more_memory_than_was_said() -> None:
    photo, hole, _ = _standing(1, 0.5)
    assert add_reflections(photo, hole, None).sum() > 1.8 * hole.sum()
    options = Options(engine="patch", effects="full")
    erase(photo, hole, options=options, threads=1)
    tracemalloc.start()
    try:
        erase(photo, hole, options=options, threads=1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < estimate(hole, options).memory
    widened, exact = widen_most(hole), replace(options, effects="exact")
    assert estimate(widened, exact).memory < estimate(hole, options).memory
    # The mirror image begins where the object ends, and is as high.
    assert widened[_FOOT + 2 : 2 * _FOOT - _TOP + 6, _LEFT:_RIGHT].all()
    assert widened.sum() == 2 * hole.sum()


@given(seed=st.integers(0, 1000), share=st.floats(0.3, 1), down=st.integers(2, 20))
@settings(max_examples=4, deadline=None)
def test_a_second_one_that_stands_below_is_none(seed: int, share: float, down: int) -> None:
    photo, hole, _ = _standing(seed, share, flipped=False, down=down)
    assert add_reflections(photo, hole, None) is hole


@given(seed=st.integers(0, 1000), aside=st.sampled_from([-45, -30, 30, 45]))
@settings(max_examples=4, deadline=None)
def test_a_mirror_image_of_something_else_is_none(seed: int, aside: int) -> None:
    photo, hole, _ = _standing(seed, 0.5, aside=aside)
    assert add_reflections(photo, hole, None) is hole


@given(seed=st.integers(0, 1000))
@settings(max_examples=4, deadline=None)
def test_bare_ground_has_none(seed: int) -> None:
    photo, hole, _ = _standing(seed, 0)
    assert add_reflections(photo, hole, None) is hole


def test_what_is_kept_out_stays() -> None:
    photo, hole, _ = _standing(1, 0.5)
    keep_out = np.zeros_like(hole)
    keep_out[:, : _LEFT + 10] = True
    found = add_reflections(photo, hole, keep_out)
    assert (found & ~hole).any()
    assert not (found & ~hole & keep_out).any()


def test_sixteen_bits_and_even_alpha_change_nothing() -> None:
    photo, hole, _ = _standing(1, 0.5)
    found = add_reflections(photo, hole, None)
    assert (found & ~hole).any()
    np.testing.assert_array_equal(add_reflections(photo * np.uint16(257), hole, None), found)
    even = np.dstack([photo, np.full(hole.shape, 200, np.uint8)])
    np.testing.assert_array_equal(add_reflections(even, hole, None), found)
    fading = np.dstack([photo, np.tile(np.arange(230, dtype=np.uint8), (200, 1))])
    assert add_reflections(fading, hole, None) is hole


def test_nothing_is_given_up_that_would_leave_nothing() -> None:
    photo, hole, _ = _standing(1, 0.5)
    window = slice(_TOP - 2, _FOOT + 72), slice(_LEFT - 2, _RIGHT + 2)
    keep_out = ~hole[window]
    keep_out[-72:] = False
    cut, part = photo[window], hole[window]
    found = add_reflections(cut, part, keep_out)
    assert (~(found | keep_out)).any()


@pytest.mark.parametrize("side", [1, 3, 8, 30])
def test_tiny_photos_have_no_room_for_one(side: int) -> None:
    hole = np.zeros((side, side), bool)
    hole[side // 2, side // 2] = True
    assert add_reflections(np.full((side, side, 3), 120, np.uint8), hole, None) is hole


def test_lettering_has_none() -> None:
    photo, _, _ = _standing(1, 0.5)
    hole = np.zeros(photo.shape[:2], bool)
    hole[_TOP:_FOOT, _LEFT:_RIGHT:12] = True
    hole[_TOP:_FOOT, _LEFT + 1 : _RIGHT : 12] = True
    assert add_reflections(photo, hole, None) is hole


@given(seed=st.integers(0, 1000), down=st.integers(-4, 14), right=st.integers(-3, 12))
@settings(max_examples=25, deadline=None)
def test_the_correlation_is_that_of_the_pixels_that_count(seed: int, down: int, right: int) -> None:
    rng = np.random.default_rng(seed)
    image, picture = (rng.normal(0, 30, shape).astype(np.float32) for shape in ((18, 15, 3), (7, 6, 3)))
    valid, counts = rng.random((18, 15)) < 0.8, rng.random((7, 6)) < 0.8
    scenery = Scenery(image, valid, (7, 6))
    likeness = scenery.compare(picture, counts)
    shared = np.zeros((40, 40), bool)
    shared[10:28, 10:25] = valid
    shared = shared[10 + down : 17 + down, 10 + right : 16 + right] & counts
    wide = np.zeros((40, 40, 3))
    wide[10:28, 10:25] = image
    here = wide[10 + down : 17 + down, 10 + right : 16 + right][shared]
    there = picture[shared]
    if shared.sum() < 3:
        return
    here, there = here - here.mean(axis=0), there - there.mean(axis=0)
    expected = (here * there).sum() / np.sqrt((here**2).sum() * (there**2).sum())
    assert likeness.correlation[down, right] == pytest.approx(expected, abs=1e-3)
    assert likeness.gain[down, right] == pytest.approx((here * there).sum() / (there**2).sum(), abs=1e-3)
    assert likeness.overlap[down, right] == pytest.approx(shared.sum(), abs=1e-2)


def test_what_is_even_has_nothing_in_the_band() -> None:
    counts = np.random.default_rng(1).random((30, 40)) < 0.7
    even = np.full((30, 40, 3), 90, np.float32)
    np.testing.assert_allclose(pass_band(even, counts, 1, 6), 0, atol=1e-3)
