"""Averaging takes contrast; what it was voted to be is given back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill.finish.contrast import restore_contrast
from wuhen.fill.raster.hole import find_hole
from wuhen.fill.raster.layout import CHANNELS, HOLE
from wuhen.fill.raster.raster import Raster

SIDE, GAIN = 96, 5.0
MIDDLE = np.s_[32:64, 32:64]


def _noisy(voted: float) -> tuple[Raster, NDArray[np.float64]]:
    """Return a filled raster of noise whose votes say that it has ``voted`` times the texture; its pixels."""
    noise = np.random.default_rng(0).integers(118, 139, (SIDE, SIDE, 1), dtype=np.uint8)
    photo = np.broadcast_to(noise, (SIDE, SIDE, 3)).copy()
    state = np.zeros((SIDE, SIDE), np.uint8)
    state[16:80, 16:80] = HOLE
    raster = Raster.of(photo, state)
    pixels = raster.image(CHANNELS)
    pixels[..., :3] = photo
    values = photo[..., 0].astype(float)
    real = np.mean([np.abs(np.diff(values, axis=axis))[MIDDLE].mean() for axis in (0, 1)])
    pixels[..., 3] = round(GAIN * real * voted)
    return raster, photo.astype(float)


def _amplified(voted: float, most: float, lift: float = 1.0) -> float:
    raster, before = _noisy(voted)
    restore_contrast(raster, find_hole(raster), GAIN, most, Team(1), lift)
    after = raster.image(3).astype(float)
    np.testing.assert_array_equal(after[:16], before[:16])
    return float(after[MIDDLE].std() / before[MIDDLE].std())


@given(voted=st.floats(1.0, 1.9), lift=st.sampled_from([1.0, 1.12]))
def test_detail_is_amplified_towards_what_was_voted(voted: float, lift: float) -> None:
    assert _amplified(voted, 4.0, lift) == pytest.approx(1 + 0.8 * (voted * lift - 1), abs=0.06)


@given(voted=st.floats(0.3, 0.97))
def test_detail_is_never_taken(voted: float) -> None:
    assert _amplified(voted, 4.0) == pytest.approx(1, abs=0.02)


def test_the_greatest_amplification_is_kept() -> None:
    assert _amplified(3.0, 1.5) == pytest.approx(1 + 0.8 * 0.5, abs=0.06)
