"""A guide that knows is shown: its lines and colours, with the photo's grain, tone and detail."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.fill import erase
from wuhen.fill.fusion.tone import correct_tone
from wuhen.fill.guides.lines import cover_lines, find_lines, find_lost
from wuhen.fill.guides.materials import Materials, measure_detail
from wuhen.fill.raster.smooth import smooth, spread

Photo = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def _noise(shape: tuple[int, ...], strength: float, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, strength, shape).astype(np.float32)


def _stripes(height: int, width: int, grain: float = 3.0) -> Photo:
    """Slanted stripes of two colours, some 24 px wide, with grain."""
    y, x = np.mgrid[:height, :width]
    bright = np.sin((x + 0.4 * y) / 8) > 0
    colours = np.where(bright[..., None], [190, 170, 140], [70, 90, 120])
    soft = smooth(colours.astype(np.float32), 0.7) + _noise((height, width, 1), grain)
    return np.asarray(np.clip(np.rint(soft), 0, 255), np.uint8)


def _hole(height: int, width: int) -> Mask:
    hole = np.zeros((height, width), bool)
    hole[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4] = True
    return hole


class _Told:
    """Paints what it is told of the whole photo: holes are so wide that they are shown with all of it."""

    side = 256

    def __init__(self, picture: Photo) -> None:
        self._picture = picture

    def __call__(self, _image: NDArray[np.float32], hole: Mask) -> NDArray[np.float32]:
        rows, columns = hole.shape
        factor = self._picture.shape[0] // rows
        assert self._picture.shape[:2] == (rows * factor, columns * factor)
        blocks = self._picture.reshape(rows, factor, columns, factor, 3).astype(np.float32)
        return np.asarray(blocks.mean(axis=(1, 3)) / 255, np.float32)


def _psnr(one: Photo, other: Photo, hole: Mask) -> float:
    difference = one[hole].astype(float) - other[hole]
    return float(10 * np.log10(255**2 / (difference**2).mean()))


def _other(photo: Photo) -> Photo:
    """Slant the stripes the other way: no patch of the photo has such."""
    return np.ascontiguousarray(photo[:, ::-1])


@pytest.mark.slow
def test_what_is_told_at_full_size_is_shown_though_no_patch_has_it() -> None:
    photo = _stripes(256, 256)
    told = _other(photo)
    hole = _hole(256, 256)
    filled = erase(photo, hole, engine="patch", guide=_Told(told))
    np.testing.assert_array_equal(filled[~hole], photo[~hole])
    inner = np.zeros_like(hole)
    inner[100:156, 100:156] = True
    assert _psnr(filled, told, inner) > 22
    assert _psnr(erase(photo, hole, engine="patch"), told, inner) < 14


@pytest.mark.slow
def test_what_is_told_at_half_the_size_is_shown_with_the_photos_own_detail() -> None:
    photo = _stripes(512, 512, grain=8)
    hole = _hole(512, 512)
    filled = erase(photo, hole, engine="patch", guide=_Told(photo))
    halved = photo.reshape(256, 2, 256, 2, 3).mean(axis=(1, 3))
    enlarged = np.rint(halved.repeat(2, 0).repeat(2, 1)).astype(np.uint8)
    assert _psnr(filled, photo, hole) > _psnr(enlarged, photo, hole) - 3

    def sharpness(image: Photo) -> float:
        return float(np.abs(np.diff(image.astype(float).mean(axis=2), axis=1))[hole[:, 1:]].mean())

    assert 0.85 < sharpness(filled) / sharpness(photo) < 1.15
    assert sharpness(enlarged) / sharpness(photo) < 0.75


@pytest.mark.slow
def test_a_blurred_guide_gives_the_shapes_and_the_fill_the_grain() -> None:
    photo = _stripes(512, 512, grain=8)
    hole = _hole(512, 512)
    blurred = np.asarray(np.rint(smooth(photo.astype(np.float32), 4)), np.uint8)
    filled = erase(photo, hole, engine="patch", guide=_Told(blurred))

    # As coarse as the guide sees: what it could have told, had it not been blurred.
    def grain(image: Photo) -> float:
        bright = image.reshape(256, 2, 256, 2, 3).mean(axis=(1, 3, 4), dtype=np.float32)
        return float(np.abs(bright - smooth(bright, 1))[hole[::2, ::2]].mean())

    assert grain(blurred) / grain(photo) < 0.25
    assert grain(filled) / grain(photo) > 0.9
    assert _psnr(filled, photo, hole) > 14


def test_a_grey_guide_does_little_harm() -> None:
    photo = _stripes(256, 256)
    hole = _hole(256, 256)
    alone = erase(photo, hole, engine="patch")
    grey = np.full_like(photo, 128)
    misled = erase(photo, hole, engine="patch", guide=_Told(grey))
    assert _psnr(misled, photo, hole) > min(_psnr(alone, photo, hole), 20) - 4


@pytest.mark.slow
def test_a_fused_fill_is_the_same_on_any_number_of_threads_and_at_sixteen_bits() -> None:
    photo = _stripes(256, 256)
    hole = _hole(256, 256)
    told = _other(photo)
    one = erase(photo, hole, engine="patch", guide=_Told(told), threads=1)
    np.testing.assert_array_equal(one, erase(photo, hole, engine="patch", guide=_Told(told), threads=3))
    wide = erase(photo.astype(np.uint16) * 257, hole, engine="patch", guide=_Told(told))
    difference = np.rint(wide / 257).astype(int) - one
    assert np.abs(difference).max() <= 3
    assert (wide[hole] % 257).any()


@pytest.mark.parametrize("angle", [0.0, 0.6, np.pi / 2, 2.5])
def test_lines_are_found_where_they_are_and_lost_where_they_are_not(angle: float) -> None:
    y, x = np.mgrid[:96, :96] - 48.0
    across = x * -np.sin(angle) + y * np.cos(angle)
    edge = smooth(np.where(across[..., None] > 0, np.float32(140), np.float32(100)).repeat(3, 2), 0.7)
    aside = np.roll(edge, 1, axis=1)
    gone = np.full_like(edge, 120)
    where = np.zeros((96, 96), bool)
    where[16:80, 16:80] = True
    lines = find_lines(edge + _noise(edge.shape, 2), where, 0.92)
    on = where & (np.abs(across) < 0.8)
    assert (lines.contrast[on] != 0).mean() > 0.95
    assert not lines.contrast[where & (np.abs(across) > 6)].any()
    assert find_lost(lines, gone)[on].mean() > 0.9
    assert find_lost(lines, aside)[on].max() < 0.1
    covered = cover_lines(lines, (lines.contrast != 0).astype(np.float32))
    assert covered[on].min() > 0.5


def test_texture_has_no_lines() -> None:
    lines = find_lines(128 + _noise((96, 96, 3), 30), np.ones((96, 96), bool), 0.92)
    assert (lines.contrast != 0).mean() < 0.01


def test_flat_sky_and_busy_grass_are_told_apart_by_their_colours() -> None:
    image = np.empty((80, 80, 3), np.float32)
    image[:40], image[40:] = (90, 140, 220), (70, 120, 50)
    image[40:] += _noise((40, 80, 1), 15)
    usual = Materials(image, np.ones((80, 80), bool)).look_up(image)
    assert np.median(usual.flat[5:30]) < np.median(usual.flat[50:75]) - 1
    assert usual.common[5:30].min() == 1
    red = np.broadcast_to(np.array([220, 20, 20], np.float32), (8, 8, 3))
    assert Materials(image, np.ones((80, 80), bool)).look_up(np.ascontiguousarray(red)).common.max() == 0
    assert (np.abs(measure_detail(image) - usual.middling)[5:30] < 0.7).all()


def test_a_guide_that_is_too_dark_gets_the_tone_of_the_border() -> None:
    fill = 120 + _noise((64, 64, 3), 2)
    hole = _hole(64, 64)
    guide = np.where(hole[..., None], fill - 12, fill).astype(np.float32)
    corrected = correct_tone(guide, fill, hole, np.ones((64, 64), np.float32))
    assert np.abs((corrected - fill)[hole].mean()) < 2
    np.testing.assert_array_equal(corrected[~hole], guide[~hole])
    other = np.where(hole[..., None], fill + 100, fill).astype(np.float32)
    assert np.abs((correct_tone(other, fill, hole, np.ones((64, 64), np.float32)) - other)[hole]).max() < 12


@given(st.integers(1, 23), st.integers(1, 23), st.integers(0, 2**32 - 1))
def test_spreading_keeps_what_is_given_and_stays_within_its_range(height: int, width: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.uniform(-9, 9, (height, width, 2)).astype(np.float32)
    given_ = (random.random((height, width)) < 0.2).astype(np.float32)
    given_[random.integers(height), random.integers(width)] = 1
    result = spread(values, given_)
    np.testing.assert_allclose(result[given_ > 0], values[given_ > 0], atol=0.01)
    known = values[given_ > 0]
    assert (result >= known.min(axis=0) - 0.01).all()
    assert (result <= known.max(axis=0) + 0.01).all()


@given(st.floats(0.5, 9), st.integers(1, 30), st.integers(1, 30))
def test_smoothing_keeps_the_mean_and_what_is_even(sigma: float, height: int, width: int) -> None:
    even = np.full((height, width, 3), 77, np.float32)
    np.testing.assert_allclose(smooth(even, sigma), even, rtol=1e-5)
    image = np.random.default_rng(0).uniform(0, 255, (height, width)).astype(np.float32)
    np.testing.assert_allclose(smooth(image, sigma).mean(), image.mean(), rtol=1e-4)
