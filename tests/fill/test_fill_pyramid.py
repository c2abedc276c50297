"""What is known of a coarser scale's pixels, how much that counts, and what is estimated anew."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill.raster.hole import find_hole, restore_measured
from wuhen.fill.raster.layout import HOLE
from wuhen.fill.raster.pyramid import downsample
from wuhen.fill.raster.raster import Raster
from wuhen.fill.search.field import Field, new_field, upsample_field
from wuhen.fill.search.patches import Patches, find_patches
from wuhen.fill.search.patchmatch import Search
from wuhen.fill.search.weights import weigh

_SIDES = st.tuples(st.integers(8, 40), st.integers(8, 40))
#: Fine pixels on either side of the two under a coarse one that its filter takes in as well.
_REACH = 2


def _halved(state: NDArray[np.uint8]) -> Raster:
    return downsample(Raster.of(np.full((*state.shape, 3), 90, np.uint8), state), Team(1))


def _states() -> st.SearchStrategy[NDArray[np.uint8]]:
    return _SIDES.flatmap(lambda sides: arrays(np.uint8, sides, elements=st.integers(0, 2)))


@given(state=_states())
@settings(max_examples=60, deadline=None)
def test_cover_tells_what_is_known_under_the_filter(state: NDArray[np.uint8]) -> None:
    coarse = _halved(state)
    cover = coarse.plane(coarse.cover)
    for y, x in np.ndindex(cover.shape):
        rows = slice(max(2 * y - _REACH, 0), 2 * y + 2 + _REACH)
        columns = slice(max(2 * x - _REACH, 0), 2 * x + 2 + _REACH)
        known = state[rows, columns] != HOLE
        # A corner of the filter counts a thousandth, which rounding may hide.
        assert cover[y, x] == 255 or not known.all()
        assert cover[y, x] < 255 or known.mean() > 0.8
        assert cover[y, x] == 0 or known.any()
    assert (cover[coarse.plane(coarse.state) == HOLE] == 0).all()


@given(state=_states(), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_a_larger_hole_covers_no_more(state: NDArray[np.uint8], seed: int) -> None:
    larger = np.where(np.random.default_rng(seed).random(state.shape) < 0.3, np.uint8(HOLE), state)
    less, more = _halved(larger), _halved(state)
    assert (less.cover <= more.cover).all()


@given(state=_states(), anew=st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_what_is_hardly_known_is_filled_as_well(state: NDArray[np.uint8], anew: float) -> None:
    coarse = _halved(state)
    hole = find_hole(coarse)
    more = find_hole(coarse, anew)
    assert set(hole.indices) <= set(more.indices)
    patches, more_patches = find_patches(coarse, hole, 1), find_patches(coarse, more, 1)
    assert set(patches.targets) <= set(more_patches.targets)
    # Nothing is lost to copy from.
    np.testing.assert_array_equal(more_patches.source, patches.source)
    added = np.setdiff1d(more.indices, hole.indices)
    np.testing.assert_array_equal(more.partial, added)
    kept = np.setdiff1d(np.arange(len(coarse.state)), more.indices)
    assert (coarse.cover[added] <= 255 * anew + 0.5).all()
    assert (coarse.cover[kept] >= 255 * anew - 0.5).all()


@given(state=_states(), guess=st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_what_was_measured_is_mixed_back_by_its_cover(state: NDArray[np.uint8], guess: int) -> None:
    coarse = _halved(state)
    hole = find_hole(coarse, 1.0)
    pixels = coarse.pixels.reshape(-1, 4)
    before = pixels.copy()
    pixels[hole.indices] = guess
    restore_measured(coarse, hole)
    unknown = np.setdiff1d(hole.indices, hole.partial)
    assert (pixels[unknown] == guess).all()
    share = coarse.cover[hole.partial, None] / 255
    expected = share * before[hole.partial] + (1 - share) * guess
    np.testing.assert_allclose(pixels[hole.partial], expected, atol=0.51)


def test_no_patch_is_its_own_match() -> None:
    state = np.zeros((96, 120), np.uint8)
    state[30:60, 40:80] = HOLE
    image = np.random.default_rng(0).integers(0, 256, (*state.shape, 3)).astype(np.uint8)
    fine = downsample(Raster.of(image, state), Team(1))
    coarse = downsample(fine, Team(1))
    below: tuple[Field, Raster, Patches] | None = None
    for raster in (coarse, fine):
        hole = find_hole(raster, 0.9)
        patches = find_patches(raster, hole, 1)
        weights = weigh(raster, hole, patches, 0.4, 0.1, 1.0)
        if below is None:
            field = new_field(patches)
        else:
            field = upsample_field(below[0], below[1], below[2].step, raster, patches)
        # Noise finds no better match than itself, if it may.
        search = Search(raster, patches, field, weights, Team(1), 0, 0.15, 0.5, np.zeros((1, 2), np.int32))
        for _ in range(8):
            search.improve(16)
        both = patches.targets[patches.source[patches.targets] > 0]
        assert len(both)
        assert (field.match[both] != both).all()
        assert (field.match[patches.targets] > 0).all()
        below = field, raster, patches


def _weights(raster: Raster, confidence: float) -> NDArray[np.uint8]:
    hole = find_hole(raster)
    pixels = weigh(raster, hole, find_patches(raster, hole, 1), 0.4, 0.1, confidence).pixels
    return raster.plane(pixels[: len(raster.cover) * 4 : 4].copy())


def test_what_is_partly_known_counts_for_less_but_never_for_nothing() -> None:
    state = np.zeros((64, 64), np.uint8)
    state[20:50, 20:50] = HOLE
    coarse = downsample(_halved(state), Team(1))
    weights = _weights(coarse, 1.0)
    cover, hole = coarse.plane(coarse.cover), coarse.plane(coarse.state) == HOLE
    order = np.argsort(cover[~hole], kind="stable")
    assert (np.diff(weights[~hole][order].astype(int)) >= 0).all()
    assert weights[cover == 255].min() > 2 * weights[~hole].min() > 0
    whole = _weights(coarse, 0.0)
    assert len(np.unique(whole[~hole])) == 1
