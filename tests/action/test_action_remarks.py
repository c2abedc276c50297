"""What a job tells its user beside the result."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pictures import encoded, scene
from wuhen.action import Job, Outcome, perform
from wuhen.action.remarks import remark_on_file
from wuhen.photo import NotKept

PHOTO = scene()


def outcome_of(mask: Any, **options: Any) -> Outcome:
    return perform(Job(encoded(PHOTO), encoded(mask), marked=False, **options))


def mask_over(share: float) -> Any:
    """Erase this share of the photo."""
    mask = np.zeros(PHOTO.shape[0] * PHOTO.shape[1], bool)
    mask[: round(share * len(mask))] = True
    return mask.reshape(PHOTO.shape[:2])


def test_a_mask_over_nine_tenths_draws_a_warning_in_both_languages() -> None:
    (remark,) = outcome_of(mask_over(0.95)).remarks
    assert remark.warning
    assert "95 %" in remark.en
    assert "95%" in remark.zh
    assert remark.line() == f"Warning: {remark.en}"
    for text in (remark.en, remark.zh):
        assert "--invert" in text


def test_a_photograph_as_the_mask_draws_a_warning() -> None:
    photograph = scene(seed=1)
    grain = np.random.default_rng(5).normal(0, 40, photograph.shape[:2])
    (remark,) = outcome_of((photograph[..., 1] + grain).clip(0, 255).astype(np.uint8)).remarks
    assert remark.warning
    assert "looks like a photograph" in remark.en
    assert "照片" in remark.zh


def test_a_mask_that_was_scaled_is_noted() -> None:
    (remark,) = outcome_of(mask_over(0.5)[::2, ::2], fit_mask=True).remarks
    assert not remark.warning
    assert remark.line() == "Note: The mask is 48x32 and was scaled to the photo's 96x64."
    assert "48x32" in remark.zh


@pytest.mark.parametrize("share", [0.01, 0.5, 0.89])
def test_other_masks_draw_none(share: float) -> None:
    assert outcome_of(mask_over(share)).remarks == ()


def test_a_mask_that_leaves_one_pixel_is_not_said_to_leave_none() -> None:
    mask = np.ones(PHOTO.shape[:2], bool)
    mask[0, :8] = False
    (remark,) = outcome_of(mask).remarks
    assert "99 %" in remark.en


def test_there_is_a_sentence_for_everything_that_a_file_has_not_kept() -> None:
    assert len({remark.en for remark in remark_on_file(NotKept)}) == len(NotKept)


def test_a_bmp_comes_back_as_png_and_says_so_where_it_was_to_stay_as_given() -> None:
    mask = encoded(mask_over(0.1))
    given = Job(encoded(PHOTO, "BMP"), mask, marked=False, as_given=True)
    outcome = perform(given)
    assert outcome.media_type == "image/png"
    assert [remark.warning for remark in outcome.remarks] == [False]
    assert perform(replace(given, as_given=False)).remarks == ()
