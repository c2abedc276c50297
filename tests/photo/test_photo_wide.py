"""Samples of 16 bits, kept as they are where that is asked for."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from photo.photo_files import png, png_chunk, saved, tiff
from photo.test_photo_samples import ASSOCIATED, ORDERS, RGB, UNASSOCIATED, deep, grey_12
from wuhen.photo import read_photo

Wide = NDArray[np.uint16]
BLACK_IS_ZERO, WHITE_IS_ZERO = 1, 0
GREY, GREY_ALPHA, COLOUR, COLOUR_ALPHA = 0, 4, 2, 6
PNG_KINDS = {GREY: 1, GREY_ALPHA: 2, COLOUR: 3, COLOUR_ALPHA: 4}


def wide_of(data: bytes) -> Wide:
    """Read a file both ways, and return its samples; the rounded ones must be the same."""
    photo, narrow = read_photo(data, wide=True), read_photo(data)
    assert narrow.wide is None
    assert photo.wide is not None
    assert photo.wide.dtype == np.uint16
    assert np.array_equal(photo.pixels, narrow.pixels)
    assert (photo.alpha is None) == (narrow.alpha is None) == (photo.wide.shape[2] == 3)
    if photo.alpha is not None and narrow.alpha is not None:
        assert np.array_equal(photo.alpha, narrow.alpha)
    assert photo.grey == narrow.grey
    assert photo.bits == narrow.bits > 8
    return photo.wide


def as_colours(samples: Wide) -> Wide:
    """Repeat grey."""
    if samples.ndim == 2:
        return np.dstack([samples] * 3)
    return samples if samples.shape[2] > 2 else samples[..., [0, 0, 0, 1]]


@pytest.mark.parametrize("kind", PNG_KINDS)
def test_a_png_keeps_sixteen_bits(kind: int) -> None:
    samples = deep(300, 7, PNG_KINDS[kind])
    assert np.array_equal(wide_of(png(samples, kind)), as_colours(samples))


@pytest.mark.parametrize("kind", [GREY, COLOUR])
def test_a_transparent_colour_becomes_alpha(kind: int) -> None:
    samples = np.arange(63, dtype=np.uint16).reshape(9, 7) * 257 + 3
    samples = samples if kind == GREY else np.dstack([samples, ~samples, samples])
    hidden = np.atleast_1d(samples[2, 3])
    wide = wide_of(png(samples, kind, png_chunk(b"tRNS", hidden.astype(">u2").tobytes())))
    alpha = np.full((9, 7), 65535, np.uint16)
    alpha[2, 3] = 0
    assert np.array_equal(wide[..., 3], alpha)
    assert np.array_equal(wide[..., :3], as_colours(samples))


@pytest.mark.parametrize(
    ("order", "planar", "deflated", "channels"),
    list(itertools.product(ORDERS, [False, True], [False, True], [3, 4])),
)
def test_a_tiff_keeps_sixteen_bits(order: Any, channels: int, *, planar: bool, deflated: bool) -> None:
    samples = deep(20, 30, channels)
    tags = UNASSOCIATED if channels == 4 else {}
    data = tiff(samples, RGB, order=order, planar=planar, deflated=deflated, tags=tags)
    assert np.array_equal(wide_of(data), samples)


@pytest.mark.parametrize(
    ("order", "photometric"), list(itertools.product(ORDERS, [BLACK_IS_ZERO, WHITE_IS_ZERO]))
)
def test_grey_of_a_tiff_is_white_where_the_file_says(order: Any, photometric: int) -> None:
    samples = deep(20, 30, 1)
    wide = wide_of(tiff(samples, photometric, order=order))
    assert np.array_equal(wide, as_colours(~samples if photometric == WHITE_IS_ZERO else samples))


@pytest.mark.parametrize("photometric", [BLACK_IS_ZERO, WHITE_IS_ZERO])
def test_twelve_bits_are_stretched_to_sixteen(photometric: int) -> None:
    samples = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    light = 4095 - samples if photometric == WHITE_IS_ZERO else samples
    wide = wide_of(grey_12(samples, photometric))
    assert np.abs(wide[..., 0] / 65535 - light / 4095).max() <= 0.5 / 65535


@pytest.mark.parametrize("planar", [False, True])
def test_premultiplied_alpha_is_divided_out_to_sixteen_bits(*, planar: bool) -> None:
    rng = np.random.default_rng(1)
    colours, alpha = rng.integers(0, 65536, (9, 8, 3)), rng.integers(20000, 65536, (9, 8, 1))
    samples = np.dstack([colours * alpha // 65535, alpha]).astype(np.uint16)
    wide = read_photo(tiff(samples, RGB, planar=planar, tags=ASSOCIATED), wide=True).wide
    assert wide is not None
    assert np.array_equal(wide[..., 3:], alpha)
    assert np.abs(wide[..., :3].astype(int) - colours).max() <= 4  # what the rounding in the file costs


def test_an_alpha_that_nobody_set_is_none() -> None:
    samples = deep(9, 8, 4)
    samples[..., 3] = 0
    assert np.array_equal(wide_of(tiff(samples, RGB)), samples[..., :3])


@pytest.mark.parametrize("planar", [False, True])
def test_sixteen_bits_are_turned_upright(*, planar: bool) -> None:
    samples = deep(20, 30)
    data = tiff(samples, RGB, planar=planar, deflated=True, tags={274: (6,)})
    assert np.array_equal(wide_of(data), np.rot90(samples, -1))


@pytest.mark.parametrize("name", ["PNG", "TIFF", "JPEG"])
def test_a_photo_of_eight_bits_has_none(name: str) -> None:
    photo = read_photo(saved(deep(9, 8).astype(np.uint8), name), wide=True)
    assert photo.wide is None
    assert photo.bits == 8


def test_inks_are_converted_at_eight_bits() -> None:
    photo = read_photo(tiff(deep(9, 8, 4), 5), wide=True)
    assert photo.wide is None
    assert photo.bits == 16
