"""Sixteen bits a sample through a whole job: what is not erased is the same to the last bit."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from photo.photo_files import png, saved, tiff
from pictures import decoded, encoded
from wuhen.action import Job, Logo, Outcome, perform
from wuhen.fill import Options, boxes
from wuhen.mark import Rect
from wuhen.photo import Photo, read_photo

Wide = NDArray[np.uint16]
HOLE = np.zeros((60, 80), bool)
HOLE[20:40, 30:50] = True
GREY, GREY_ALPHA, COLOUR, COLOUR_ALPHA = 0, 4, 2, 6
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, CMYK = 0, 1, 2, 5


def samples_of(channels: int, seed: int = 0) -> Wide:
    """Return a ground with grain, of 16 bits, and of one channel without the axis."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:60, :80]
    ground = 20000 + 300 * x + 200 * y
    samples = ground[..., None] + rng.integers(-3000, 3000, (60, 80, channels))
    return np.asarray(samples[..., 0] if channels == 1 else samples, np.uint16)


def as_colours(samples: Wide) -> Wide:
    if samples.ndim == 2:
        return np.dstack([samples] * 3)
    return samples if samples.shape[2] > 2 else samples[..., [0, 0, 0, 1]]


def outcome_of(file: bytes, **options: Any) -> Outcome:
    return perform(Job(file, encoded(HOLE), **({"marked": False, "wide": True} | options)))


def result_of(file: bytes, **options: Any) -> Photo:
    return read_photo(outcome_of(file, **options).data, wide=True)


def _png(kind: int) -> Callable[[Wide], bytes]:
    return lambda samples: png(samples, kind)


def _tiff(photometric: int, order: Any, *, planar: bool, deflated: bool) -> Callable[[Wide], bytes]:
    def write(samples: Wide) -> bytes:
        tags: dict[int, tuple[int, ...]] = {338: (2,)} if samples.ndim > 2 and samples.shape[2] == 4 else {}
        return tiff(samples, photometric, order=order, planar=planar, deflated=deflated, tags=tags)

    return write


PNGS = {GREY: 1, GREY_ALPHA: 2, COLOUR: 3, COLOUR_ALPHA: 4}
CELLS: dict[str, tuple[int, Callable[[Wide], bytes]]] = {
    **{f"png-{kind}": (n, _png(kind)) for kind, n in PNGS.items()},
    **{
        f"tiff-{channels}{order}{'-planar' * planar}{'-deflated' * deflated}": (
            channels,
            _tiff(RGB if channels > 1 else BLACK_IS_ZERO, order, planar=planar, deflated=deflated),
        )
        for channels, order, planar, deflated in itertools.product(
            (1, 3, 4), "<>", (False, True), (False, True)
        )
        if channels > 1 or not planar
    },
    **{
        f"tiff-white-is-zero{order}": (1, _tiff(WHITE_IS_ZERO, order, planar=False, deflated=False))
        for order in "<>"
    },
}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("output_format", ["PNG", "TIFF"])
def test_untouched_samples_are_the_same_to_the_last_bit(cell: str, output_format: str) -> None:
    channels, write = CELLS[cell]
    given = samples_of(channels)
    shown = as_colours(~given if "white-is-zero" in cell else given)
    photo = result_of(write(given), output_format=output_format)
    assert photo.wide is not None
    assert photo.wide.shape == shown.shape
    assert np.array_equal(photo.wide[~HOLE], shown[~HOLE])
    assert (photo.wide[HOLE] != shown[HOLE]).any()
    assert photo.grey == (channels < 3)
    error = photo.wide[HOLE].astype(int)[..., :3] - shown[HOLE][..., :3]
    assert np.abs(error).mean() < 3000


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), grow=st.integers(0, 3))
def test_what_differs_is_what_was_filled(seed: int, grow: int) -> None:
    given = samples_of(3, seed)
    photo = result_of(png(given, COLOUR), options=Options(grow=grow))
    assert photo.wide is not None
    assert len(np.unique(photo.wide[HOLE] % 257)) > 200
    changed = (photo.wide != given).any(axis=2)
    for left, top, width, height in boxes(HOLE, grow):
        changed[top : top + height, left : left + width] = False
    assert not changed.any()


def test_the_result_at_eight_bits_is_near_that_of_the_rounded_photo() -> None:
    given = samples_of(3)
    wide, narrow = (result_of(png(given, COLOUR), wide=one) for one in (True, False))
    assert narrow.wide is None
    assert np.abs(wide.pixels.astype(int) - narrow.pixels).max() <= 3


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("logo", [False, True])
def test_a_mark_changes_only_where_it_is_drawn(channels: int, *, logo: bool) -> None:
    given = samples_of(channels)
    file = png(given, COLOUR if channels == 3 else COLOUR_ALPHA)
    drawn = np.zeros((60, 80), bool)
    more: dict[str, Any] = {}
    if logo:
        drawn[44:54, 4:24] = True
        picture = np.full((10, 20, 4), (200, 30, 10, 128), np.uint8)
        more["logo"] = Logo(encoded(picture), Rect(4, 44, 20, 10))
    else:
        drawn[40:, :] = True
    photo = result_of(file, marked=True, **more)
    plain = result_of(file)
    assert photo.wide is not None
    assert plain.wide is not None
    assert np.array_equal(photo.wide[~drawn], plain.wide[~drawn])
    assert (photo.wide[drawn] != plain.wide[drawn]).any(axis=1).mean() > (0.9 if logo else 0.05)
    if channels == 4 and logo:
        assert (photo.wide[drawn][:, 3] == 65535).all()


@pytest.mark.parametrize("output_format", ["JPEG", "WEBP"])
def test_a_format_of_eight_bits_says_that_samples_were_rounded(output_format: str) -> None:
    outcome = outcome_of(png(samples_of(3), COLOUR), output_format=output_format)
    (remark,) = outcome.remarks
    assert "16 bits" in remark.en
    assert "16 位" in remark.zh
    assert not remark.warning
    assert read_photo(outcome.data).bits == 8


@pytest.mark.parametrize("output_format", [None, "PNG", "TIFF"])
def test_what_keeps_its_bits_and_what_has_no_more_than_eight_says_nothing(output_format: str | None) -> None:
    assert outcome_of(png(samples_of(3), COLOUR), output_format=output_format).remarks == ()
    eight = saved((samples_of(3) >> 8).astype(np.uint8), "PNG")
    outcome = outcome_of(eight, output_format=output_format)
    assert outcome.remarks == ()
    assert read_photo(outcome.data).bits == 8


def test_inks_come_back_at_eight_bits_and_say_so() -> None:
    file = tiff(samples_of(4), CMYK)
    outcome = outcome_of(file)
    assert read_photo(outcome.data).bits == 8
    assert len(outcome.remarks) == 1


def test_a_job_that_does_not_ask_for_it_answers_as_before() -> None:
    outcome = outcome_of(png(samples_of(3), COLOUR), wide=False)
    assert read_photo(outcome.data).bits == 8
    rounded = np.round(samples_of(3) / 257).astype(np.uint8)
    assert np.array_equal(decoded(outcome.data)[~HOLE], rounded[~HOLE])
