"""The dark at the foot of what is erased is lightened where it is, and nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.fill import erase
from wuhen.fill.traces.foot import lighten_feet

_Photo = NDArray[np.uint8]
_Hole = NDArray[np.bool_]

#: Where the object stands: first row, row below its foot, first column, column beyond its last.
_TOP, _FOOT, _LEFT, _RIGHT = 30, 110, 90, 150


def _shaded(
    seed: int, dark: float, soft: float = 4, *, down: int = 0, half: bool = False, tint: float = 0
) -> tuple[_Photo, _Hole, NDArray[np.float64]]:
    """Draw an object on a ground that it shades; return photo, hole and ground."""
    rng = np.random.default_rng(seed)
    slope = np.linspace(150, 120, 230)[None, :, None] * np.array([1, 0.9, 0.8])
    ground = slope + rng.normal(0, 4, (200, 230, 1))
    rows, columns = np.mgrid[:200, :230]
    away = np.maximum(np.maximum(_LEFT - columns, columns - _RIGHT + 1), 0) / 1.6
    if half:
        away = np.where(columns < (_LEFT + _RIGHT) / 2, away, 99)
    shade = dark * np.exp(-0.5 * ((rows - _FOOT - down) ** 2 + away**2) / soft**2)
    photo = ground * (1 - shade[..., None] * np.array([1, 1 - tint, 1 - tint]))
    hole = np.zeros(rows.shape, bool)
    hole[_TOP:_FOOT, _LEFT:_RIGHT] = True
    photo[hole] = (180, 40, 60)
    return np.clip(np.rint(photo), 0, 255).astype(np.uint8), hole, ground


@given(seed=st.integers(0, 1000), dark=st.floats(0.35, 0.7), soft=st.floats(3, 6))
@settings(max_examples=5, deadline=None)
def test_it_is_divided_out(seed: int, dark: float, soft: float) -> None:
    photo, hole, ground = _shaded(seed, dark, soft)
    clean, _ = lighten_feet(photo, hole, None)
    shaded = ~hole & (ground - photo > 8).all(axis=2)
    before, after = (np.abs(one - ground)[shaded].mean() for one in (photo, clean))
    assert after < 0.5 * before
    assert (clean >= photo).all()
    np.testing.assert_array_equal(clean[hole], photo[hole])
    np.testing.assert_array_equal(clean[_FOOT + 40 :], photo[_FOOT + 40 :])


def test_it_goes_in_one_mode_and_stays_in_the_other() -> None:
    photo, hole, ground = _shaded(1, 0.6)
    exact, full = erase(photo, hole), erase(photo, hole, effects="full")
    np.testing.assert_array_equal(exact[~hole], photo[~hole])
    below = (slice(_FOOT, _FOOT + 6), slice(_LEFT, _RIGHT))
    left, clean = (np.abs(one[below] - ground[below]).mean() for one in (exact, full))
    assert clean < 0.4 * left
    # Within the hole it is not copied.
    assert np.abs(full[_FOOT - 8 : _FOOT, _LEFT:_RIGHT].mean() - ground[below].mean()) < 6


@pytest.mark.parametrize(
    "drawn",
    [
        pytest.param({"dark": 0.0}, id="nothing"),
        pytest.param({"dark": 0.5, "soft": 30.0}, id="a wide shade"),
        pytest.param({"dark": 0.5, "down": 25}, id="a shade farther below"),
        pytest.param({"dark": 0.5, "half": True}, id="a shade below one half"),
        pytest.param({"dark": 0.5, "tint": 0.9}, id="a stain of one colour"),
        pytest.param({"dark": -0.5}, id="a light"),
    ],
)
def test_what_is_no_dark_at_the_foot_stays(drawn: dict[str, float]) -> None:
    for seed in (1, 2):
        photo, hole, _ = _shaded(seed, **drawn)  # type: ignore[arg-type]
        assert lighten_feet(photo, hole, None)[0] is photo


def test_a_dark_floor_below_stays() -> None:
    photo, hole, _ = _shaded(1, 0)
    photo[_FOOT + 2 :] //= 2
    assert lighten_feet(photo, hole, None)[0] is photo


def test_a_mask_that_cuts_into_a_dark_object_lightens_nothing() -> None:
    photo, hole, _ = _shaded(1, 0)
    photo[_FOOT : _FOOT + 1, _LEFT:_RIGHT] = 20
    assert lighten_feet(photo, hole, None)[0] is photo


def test_what_is_kept_out_stays() -> None:
    photo, hole, _ = _shaded(1, 0.6)
    keep_out = np.zeros_like(hole)
    keep_out[:, : _LEFT + 10] = True
    clean, _ = lighten_feet(photo, hole, keep_out)
    np.testing.assert_array_equal(clean[keep_out], photo[keep_out])
    assert (clean != photo).any()


def test_sixteen_bits_are_lightened_as_eight_are_and_alpha_stays() -> None:
    photo, hole, _ = _shaded(1, 0.6)
    clean, _ = lighten_feet(photo, hole, None)
    wide, _ = lighten_feet(photo * np.uint16(257), hole, None)
    assert wide.dtype == np.uint16
    assert np.abs(wide / 257 - clean).max() <= 1
    even = np.dstack([photo, np.full(hole.shape, 200, np.uint8)])
    np.testing.assert_array_equal(lighten_feet(even, hole, None)[0], np.dstack([clean, even[..., 3]]))


@pytest.mark.parametrize("block", [2, 3])
def test_large_photos_are_lightened_alike(block: int) -> None:
    photo, mask, ground = _shaded(3, 0.6)
    photo, mask = (
        photo.repeat(block, axis=0).repeat(block, axis=1),
        np.kron(mask, np.ones((block, block))) > 0,
    )
    ground = ground.repeat(block, axis=0).repeat(block, axis=1)
    clean, _ = lighten_feet(photo, mask, None)
    shaded = ~mask & (ground - photo > 8).all(axis=2)
    assert np.abs(clean - ground)[shaded].mean() < 0.5 * np.abs(photo - ground)[shaded].mean()
