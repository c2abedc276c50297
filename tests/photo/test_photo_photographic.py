"""Telling photographs from masks."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from photo.photo_files import opened, saved
from pictures import scene
from wuhen import samples
from wuhen.photo.masks.photographic import looks_photographic


def grey(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.convert("L"))


@pytest.mark.parametrize("name", ["caption", "spruce"])
@pytest.mark.parametrize("quality", [20, 90])
def test_photographs_look_like_photographs(name: str, quality: int) -> None:
    photo = Image.open(samples.photo_path(name))
    assert looks_photographic(grey(photo))
    half = opened(saved(photo.convert("L").reduce(2), "JPEG", quality=quality))
    assert looks_photographic(grey(half))


@pytest.mark.parametrize(
    ("name", "blur", "quality"),
    [*itertools.product(["caption", "spruce"], [0, 1, 5, 20, 60], [None, 20, 80])],
)
def test_masks_do_not_however_soft_and_compressed(name: str, blur: int, quality: int | None) -> None:
    mask = Image.open(samples.mask_path(name)).convert("L").filter(ImageFilter.GaussianBlur(blur))
    if quality is not None:
        mask = opened(saved(mask, "JPEG", quality=quality))
    assert not looks_photographic(grey(mask))


def test_slopes_and_even_greys_do_not() -> None:
    slope = np.tile(np.linspace(0, 255, 400).astype(np.uint8), (300, 1))
    for plane in (slope, slope.T, np.full((50, 60), 128, np.uint8), np.zeros((1, 1), np.uint8), slope[:, :2]):
        assert not looks_photographic(np.ascontiguousarray(plane))


def test_grain_makes_no_photograph_of_a_mask() -> None:
    """A scanned or noisy mask stays black and white."""
    noisy = scene(200, 150)[..., 1].astype(int) - 130
    mask = np.where(noisy > 0, 245, 10) + np.random.default_rng(0).integers(-8, 9, noisy.shape)
    assert not looks_photographic(mask.clip(0, 255).astype(np.uint8))
