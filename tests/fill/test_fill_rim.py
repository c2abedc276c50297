"""A rim that the mask left of the erased object does not mislead the fill, and goes if asked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill import erase
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.regions import grow
from wuhen.fill.traces.rim import find_rim

_Photo = NDArray[np.uint8]
_Flags = NDArray[np.bool_]
_Plane = NDArray[np.float64]
_SHAPE = (180, 220)


def _blurred(plane: _Plane, size: float) -> _Plane:
    """Blur with a Gaussian of so many pixels; the sides wrap around."""
    rows, columns = np.fft.fftfreq(plane.shape[0])[:, None], np.fft.rfftfreq(plane.shape[1])
    filtered = np.fft.rfft2(plane) * np.exp(-2 * (np.pi * size) ** 2 * (rows**2 + columns**2))
    blurred: _Plane = np.fft.irfft2(filtered, plane.shape)
    return blurred


def _ground(seed: int, shape: tuple[int, int] = _SHAPE, cell: int = 3) -> _Plane:
    """Moss: green with soft grain, patches a good deal lighter and darker."""
    rng = np.random.default_rng(seed)
    ground = np.tile(np.array([90.0, 140.0, 70.0]), (*shape, 1))
    for strength, size in ((15, 0.8), (60 * cell, 2.0 * cell), (120 * cell, 5.0 * cell)):
        ground += _blurred(rng.normal(0, strength, shape), size)[..., None]
    clipped: _Plane = np.clip(ground, 0, 255)
    return clipped


def _silhouette(shape: tuple[int, int] = _SHAPE, size: float = 1.0) -> _Flags:
    """Return the outline of a thing with a head and a foot, in the middle."""
    y, x = np.ogrid[: shape[0], : shape[1]]
    centre = shape[0] // 2, shape[1] // 2
    discs = [
        (y - centre[0] - down * size) ** 2 + (x - centre[1]) ** 2 < (radius * size) ** 2
        for down, radius in ((-25, 22), (15, 34))
    ]
    either: _Flags = discs[0] | discs[1]
    return either


def _shrunk(thing: _Flags, pixels: int) -> _Flags:
    shrunk: _Flags = ~grow(~thing, pixels)
    return shrunk


def _put(ground: _Plane, thing: _Flags, soft: float = 0.0) -> _Photo:
    """Put a red thing onto the ground; its border is blurred by so many pixels."""
    cover = _blurred(thing.astype(np.float64), soft)[..., None]
    photo = ground + cover * (np.array([200.0, 40.0, 40.0]) - ground)
    return np.clip(np.rint(photo), 0, 255).astype(np.uint8)


def _rim(photo: _Photo, hole: _Flags) -> int:
    return find_rim(Raster.of(photo, hole.astype(np.uint8)), Team(1))


@given(seed=st.integers(0, 1000), width=st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_a_rim_is_as_wide_as_the_mask_is_too_small(seed: int, width: int) -> None:
    thing = _silhouette()
    photo = _put(_ground(seed), thing)
    assert width <= _rim(photo, _shrunk(thing, width)) <= width + 1


def test_a_border_mixed_with_the_ground_is_a_rim_even_if_the_mask_is_exact() -> None:
    thing = _silhouette()
    assert _rim(_put(_ground(0), thing, soft=0.7), thing) in (1, 2)


@given(seed=st.integers(0, 1000), spare=st.integers(0, 6))
@settings(max_examples=30, deadline=None)
def test_a_generous_mask_leaves_none(seed: int, spare: int) -> None:
    thing = _silhouette()
    photo = _put(_ground(seed), thing)
    assert _rim(photo, grow(thing, spare)) == 0


def test_stripes_along_two_sides_of_a_box_are_none() -> None:
    photo = _ground(0)
    photo[::8] /= 2
    hole = np.zeros(_SHAPE, bool)
    hole[50:111, 60:150] = True
    assert _rim(photo.astype(np.uint8), hole) == 0


@pytest.mark.slow
def test_an_edge_blurred_over_many_pixels_is_seen_in_a_large_photo() -> None:
    shape = (1300, 1500)
    thing = _silhouette(shape, 8.0)
    photo = _put(_ground(0, shape, 12), thing, soft=4.0)
    assert 8 <= _rim(photo, _shrunk(thing, 6)) <= 20


@pytest.mark.parametrize("size", [8, 12, 24])
def test_tiny_photos_have_no_room_for_one(size: int) -> None:
    hole = np.zeros((size, size), bool)
    hole[size // 3 : size // 2, size // 3 : size // 2] = True
    assert _rim(_put(_ground(0, (size, size)), np.roll(hole, 1, 0)), hole) == 0


@pytest.mark.slow
@given(seed=st.integers(0, 1000), width=st.integers(1, 3))
@settings(max_examples=10, deadline=None)
def test_the_rim_is_not_taken_for_the_surroundings(seed: int, width: int) -> None:
    thing = _silhouette()
    ground = _ground(seed)
    photo = _put(ground, thing, soft=0.6)
    hole = _shrunk(thing, width)
    result = erase(photo, hole)
    np.testing.assert_array_equal(result[~hole], photo[~hole])
    # The thing is 110 redder than the ground on the mean, and the ground's own red varies by some 20.
    redness = result[hole].astype(int) @ [1, -1, 0]
    assert (redness > 60).mean() < 0.01


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("width", [1, 2, 3])
def test_the_rim_goes_if_asked_for_and_nothing_else(seed: int, width: int) -> None:
    thing = _silhouette()
    photo = _put(_ground(seed), thing)
    hole = _shrunk(thing, width)
    result = erase(photo, hole, remove_traces=True)
    rim = thing & ~hole
    redness = result[rim].astype(int) @ [1, -1, 0]
    assert (redness > 60).mean() < 0.02
    far = ~grow(thing, 5)
    np.testing.assert_array_equal(result[far], photo[far])


def test_what_is_kept_out_keeps_its_rim() -> None:
    thing = _silhouette()
    photo = _put(_ground(0), thing)
    hole = _shrunk(thing, 2)
    keep_out = np.zeros(_SHAPE, bool)
    keep_out[:, :110] = True
    keep_out &= ~hole
    result = erase(photo, hole, keep_out=keep_out, remove_traces=True)
    np.testing.assert_array_equal(result[keep_out], photo[keep_out])
    assert (result != photo)[thing & ~hole & ~keep_out].any()


def test_a_rim_that_leaves_nothing_to_copy_is_copied_from() -> None:
    # Ten pixels above and below: without the rim and a pixel to spare no whole patch is left.
    shape = (70, 70)
    thing = np.zeros(shape, bool)
    thing[6:64] = True
    hole = np.zeros(shape, bool)
    hole[10:60] = True
    photo = _put(_ground(0, shape), thing)
    assert _rim(photo, hole) >= 4
    result = erase(photo, hole, remove_traces=True)
    np.testing.assert_array_equal(result[~hole], photo[~hole])
    assert result[hole].any(axis=1).all()
