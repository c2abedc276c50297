"""A WebP that is written as given is lossless if it was, and else of the quality that it had."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from photo.photo_files import Array, gradient, noise, saved
from pictures import scene
from wuhen.photo import NotKept, Written, encode_as_given, read_photo
from wuhen.photo.webp.quality import estimate_quality

SCENE = scene(160, 120)


def kept(file: bytes) -> Written:
    photo = read_photo(file)
    return encode_as_given(photo, file, np.zeros(photo.pixels.shape[:2], bool))


@pytest.mark.slow
@given(quality=st.integers(1, 100), method=st.integers(0, 6), alpha=st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_quality_is_told_from_the_quantizers(quality: int, method: int, alpha: Any) -> None:
    pixels = np.dstack([SCENE, noise(120, 160, 1)]) if alpha else SCENE
    file = saved(pixels, "WEBP", quality=quality, method=method)
    assert estimate_quality(file) == pytest.approx(quality, abs=3)


@pytest.mark.parametrize("pixels", [noise(70, 50), gradient(64, 200), np.full((40, 40, 3), 90, np.uint8)])
def test_the_quality_is_told_of_any_picture(pixels: Array) -> None:
    for quality in (10, 50, 75, 90, 100):
        assert estimate_quality(saved(pixels, "WEBP", quality=quality)) == pytest.approx(quality, abs=3)


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("quality", [30, 75, 95])
def test_a_lossy_file_stays_lossy_near_and_as_long(quality: int, alpha: Any) -> None:
    pixels = np.dstack([SCENE, noise(120, 160, 1)]) if alpha else SCENE
    file = saved(pixels, "WEBP", quality=quality)
    photo, result = read_photo(file), kept(file)
    again = read_photo(result.data)
    assert result.not_kept == (NotKept.EXACTNESS,)
    assert estimate_quality(result.data) == pytest.approx(quality, abs=4)
    assert 0.7 * len(file) <= len(result.data) <= 1.05 * len(file)
    assert np.abs(again.pixels.astype(int) - photo.pixels).mean() < 4
    if alpha:
        assert again.alpha is not None
        assert photo.alpha is not None
        assert np.array_equal(again.alpha, photo.alpha)


@given(height=st.integers(1, 40), width=st.integers(1, 40), alpha=st.booleans(), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_a_lossless_file_stays_so_to_the_bit(height: int, width: int, alpha: Any, seed: int) -> None:
    file = saved(noise(height, width, 4 if alpha else 3, seed), "WEBP", lossless=True, exact=True)
    result = kept(file)
    assert result.not_kept == ()
    assert estimate_quality(result.data) is None
    assert np.array_equal(read_photo(result.data).pixels, read_photo(file).pixels)


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 60}])
def test_of_an_animation_the_first_frame_counts(options: dict[str, Any]) -> None:
    frames = [Image.fromarray(SCENE), Image.fromarray(noise(120, 160))]
    file = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], **options)
    result = kept(file)
    assert (NotKept.EXACTNESS in result.not_kept) == ("quality" in options)
    assert np.abs(read_photo(result.data).pixels.astype(int) - SCENE).mean() < 6
