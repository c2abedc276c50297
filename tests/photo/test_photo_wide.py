"""Samples of 16 bits, kept as they are where that is asked for."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from photo.photo_files import exif_block, icc_header, png, png_chunk, saved, tiff
from photo.test_photo_samples import ASSOCIATED, ORDERS, RGB, UNASSOCIATED, deep, grey_12
from wuhen.photo import Photo, SizeLimit, encode, find_changes, read_photo

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


def photo_of(samples: Wide, *, grey: bool = False, **more: Any) -> Photo:
    """Return a photo of samples, grey ones without channels."""
    wide = as_colours(samples)
    rounded = np.round(wide / 257).astype(np.uint8)
    alpha = np.ascontiguousarray(rounded[..., 3]) if wide.shape[2] == 4 else None
    return Photo(np.ascontiguousarray(rounded[..., :3]), alpha, grey=grey, bits=16, wide=wide, **more)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@settings(max_examples=25, deadline=None)
@given(height=st.integers(1, 150), width=st.integers(1, 20), seed=st.integers(0, 99), smooth=st.booleans())
def test_a_png_is_written_with_sixteen_bits(
    channels: int, height: int, width: int, seed: int, *, smooth: bool
) -> None:
    samples = np.random.default_rng(seed).integers(0, 65536, (height, width, channels), np.uint16)
    if smooth:
        samples = np.cumsum(samples // 999, axis=seed % 2).astype(np.uint16)
    samples = samples[..., 0] if channels == 1 else samples
    again = read_photo(encode(photo_of(samples, grey=channels < 3), "PNG"), wide=True)
    assert again.wide is not None
    assert np.array_equal(again.wide, as_colours(samples))
    assert again.grey == (channels < 3)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_tiff_is_written_with_sixteen_bits(channels: int) -> None:
    samples = deep(150, 11, channels)
    assert np.array_equal(wide_of(encode(photo_of(samples, grey=channels < 3), "TIFF")), as_colours(samples))


def test_a_grey_photo_that_got_colours_is_written_in_colour() -> None:
    photo = photo_of(deep(9, 8), grey=True)
    again = read_photo(encode(photo, "PNG"), wide=True)
    assert not again.grey
    assert np.array_equal(again.samples, photo.samples)


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
@pytest.mark.parametrize("channels", [1, 4])
def test_what_accompanies_a_photo_is_written_as_beside_eight_bits(name: str, channels: int) -> None:
    photo = photo_of(
        deep(9, 8, channels),
        grey=channels == 1,
        icc_profile=icc_header(b"GRAY" if channels == 1 else b"RGB "),
        exif=exif_block(),
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
        texts={"Title": "A title"},
        dpi=(300.0, 200.0),
        png_colours={b"gAMA": (45455).to_bytes(4, "big")},
    )
    wide, narrow = (read_photo(encode(one, name)) for one in (photo, replace(photo, wide=None)))
    for what in ("icc_profile", "exif", "xmp", "texts", "dpi", "png_colours", "grey"):
        assert getattr(wide, what) == getattr(narrow, what), what
    assert wide.icc_profile == photo.icc_profile
    assert (wide.bits, narrow.bits) == (16, 8)


def test_a_smooth_photo_is_written_small() -> None:
    y, x = np.mgrid[:200, :300]
    samples = np.dstack([200 * x, 300 * y, 90 * (x + y)]).astype(np.uint16)
    assert len(encode(photo_of(samples), "PNG")) < samples.nbytes / 20


def test_samples_are_those_that_are_written() -> None:
    photo = photo_of(deep(9, 8, 4))
    changed = photo.with_samples(~photo.samples)
    assert np.array_equal(changed.samples, ~photo.samples)
    assert np.array_equal(changed.pixels, np.round(changed.samples[..., :3] / 257))
    assert changed.alpha is not None
    assert np.array_equal(changed.alpha, np.round(changed.samples[..., 3] / 257))
    narrow = replace(photo, wide=None)
    changed = narrow.with_samples(~narrow.samples)
    assert np.array_equal(changed.pixels, ~photo.pixels)
    assert changed.wide is None


def test_a_change_below_eight_bits_is_found() -> None:
    photo = photo_of(np.full((9, 8, 3), 30000, np.uint16))
    samples = photo.samples.copy()
    samples[4, 5, 1] += 1
    changes = find_changes(photo, photo.with_samples(samples))
    assert np.argwhere(changes).tolist() == [[4, 5]]


@pytest.mark.parametrize("file", [png(deep(9, 8), COLOUR), tiff(deep(9, 8), RGB)], ids=["PNG", "TIFF"])
def test_a_photo_too_large_for_sixteen_bits_is_rounded(file: bytes) -> None:
    kept, rounded = (read_photo(file, SizeLimit(wide_pixels=most), wide=True) for most in (72, 71))
    assert kept.wide is not None
    assert rounded.wide is None
    assert rounded.bits == 16
    assert np.array_equal(rounded.pixels, kept.pixels)
