"""The job: bytes of a photo and a mask in, bytes of the result out."""

import base64
import hashlib
import io
import pickle
import sys
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from photo.photo_files import heic
from pictures import decoded, encoded, scene, with_object
from wuhen.action import OWN_LIMITS, VENDOR_LIMITS, Encoded, Job, Logo, PictureLimits, perform
from wuhen.fill import Cancelled, Options
from wuhen.mark import Rect
from wuhen.photo import SizeLimit
from wuhen.wire import ApiError, Language, Message

CHANGED, MASK = with_object(scene())
WHAT = Message("input image", "输入图片")


def job(photo: bytes | None = None, mask: bytes | None = None, **options: Any) -> Job:
    return Job(photo or encoded(CHANGED), mask or encoded(MASK), **({"marked": False} | options))


def refused(broken: Job) -> ApiError:
    with pytest.raises(ApiError) as caught:
        perform(broken)
    return caught.value


def test_the_object_goes_and_the_rest_stays_bit_for_bit() -> None:
    outcome = perform(job())
    result = decoded(outcome.data)
    assert outcome.media_type == "image/png"
    assert (outcome.width, outcome.height, outcome.hole) == (96, 64, int(MASK.sum()))
    np.testing.assert_array_equal(result[~MASK], CHANGED[~MASK])
    assert result[MASK][:, 0].max() < 200


def test_twice_the_same_is_the_same_bytes() -> None:
    assert perform(job()).data == perform(job()).data


def test_the_outcome_names_the_files_that_went_in_and_the_one_that_came_out() -> None:
    photo, mask, logo = encoded(CHANGED), encoded(MASK), encoded(CHANGED[:8, :16])
    text = Encoded("data:image/png;base64," + base64.b64encode(photo).decode())
    outcome = perform(Job(text, mask, logo=Logo(logo)))
    inputs = outcome.inputs
    assert [one and (one.size, one.sha256) for one in (inputs.photo, inputs.mask, inputs.logo)] == [
        (len(data), hashlib.sha256(data).hexdigest()) for data in (photo, mask, logo)
    ]
    assert inputs.keep_out is None
    assert outcome.digest.sha256 == hashlib.sha256(outcome.data).hexdigest()


def test_the_fill_tells_how_far_it_is_and_makes_the_same_bytes() -> None:
    told: list[float] = []
    assert perform(job(), progress=told.append).data == perform(job()).data
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_a_fill_that_is_not_wanted_any_more_stops() -> None:
    told: list[float] = []
    with pytest.raises(Cancelled):
        perform(job(), progress=told.append, cancelled=lambda: bool(told))
    assert len(told) == 1


def test_base64_and_bytes_are_the_same_job() -> None:
    photo, mask = (Encoded(base64.b64encode(data).decode()) for data in (encoded(CHANGED), encoded(MASK)))
    assert perform(Job(photo, mask, marked=False)).data == perform(job()).data


@pytest.mark.parametrize(
    ("picture_format", "expected"),
    [("JPEG", "JPEG"), ("PNG", "PNG"), ("BMP", "PNG"), ("TIFF", "PNG"), ("WEBP", "PNG")],
)
def test_jpeg_answers_jpeg_and_png_the_rest(picture_format: str, expected: str) -> None:
    outcome = perform(job(encoded(CHANGED, picture_format)))
    with Image.open(io.BytesIO(outcome.data)) as image:
        assert image.format == expected
    assert outcome.media_type == f"image/{expected.lower()}"


@pytest.mark.parametrize("output_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_format_can_be_asked_for(output_format: str) -> None:
    with Image.open(io.BytesIO(perform(job(output_format=output_format)).data)) as image:
        assert image.format == output_format


def test_alpha_survives() -> None:
    alpha = np.full((64, 96), 255, np.uint8)
    alpha[:, :20] = 90
    outcome = perform(job(encoded(np.dstack((CHANGED, alpha)))))
    result = decoded(outcome.data)
    assert result.shape == (64, 96, 4)
    np.testing.assert_array_equal(result[~MASK][:, 3], alpha[~MASK])


def test_the_mark_shows_on_a_transparent_ground() -> None:
    big, mask = with_object(scene(400, 300))
    clear = encoded(np.dstack((big, np.zeros((300, 400), np.uint8))))
    alpha = decoded(perform(job(clear, encoded(mask), marked=True)).data)[..., 3]
    assert (alpha[150:, 100:] == 255).any()
    assert not alpha[:150].any()


def test_the_mark_is_drawn_at_the_lower_right_only() -> None:
    big, mask = with_object(scene(400, 300))
    plain = decoded(perform(job(encoded(big), encoded(mask))).data)
    marked = decoded(perform(job(encoded(big), encoded(mask), marked=True)).data)
    rows, columns = np.nonzero((plain != marked).any(axis=-1))
    assert len(rows)
    assert rows.min() > 150
    assert columns.min() > 100


def test_a_logo_takes_the_marks_place() -> None:
    logo = encoded(np.full((4, 4, 3), (0, 0, 255), np.uint8))
    outcome = perform(job(marked=True, logo=Logo(logo, Rect(2, 3, 10, 5))))
    result = decoded(outcome.data)
    assert (result[3:8, 2:12] == (0, 0, 255)).all()
    untouched = np.ones(MASK.shape, dtype=bool)
    untouched[3:8, 2:12] = False
    np.testing.assert_array_equal(result[untouched & ~MASK], CHANGED[untouched & ~MASK])


def test_growing_the_mask_changes_pixels_around_it() -> None:
    tight = np.zeros_like(MASK)
    rows, columns = np.nonzero((CHANGED == (255, 0, 0)).all(axis=-1))
    tight[rows.min() + 1 : rows.max(), columns.min() + 1 : columns.max()] = True
    loose = decoded(perform(job(mask=encoded(tight), options=Options(grow=3))).data)
    assert not (loose == (255, 0, 0)).all(axis=-1).any()


def test_a_keep_out_that_marks_nothing_keeps_nothing_out() -> None:
    nothing = encoded(np.zeros(MASK.shape, dtype=bool))
    kept = decoded(perform(job(keep_out=nothing)).data)
    np.testing.assert_array_equal(kept, decoded(perform(job()).data))


def test_what_is_kept_out_is_not_copied() -> None:
    # Half of the surroundings is blue; without the kept-out half the fill cannot know that colour.
    photo = scene()
    photo[:, :48] = (0, 0, 250)
    keep_out = np.zeros(MASK.shape, dtype=bool)
    keep_out[:, :48] = True
    hole = np.zeros(MASK.shape, dtype=bool)
    hole[20:44, 60:80] = True
    result = decoded(perform(job(encoded(photo), encoded(hole), keep_out=encoded(keep_out))).data)
    assert result[hole][:, 2].max() < 120


@pytest.mark.parametrize(
    ("photo", "mask", "code", "told"),
    [
        (b"", None, "InvalidParameterValue.ImageEmpty", "input image"),
        (b"GIF89a", None, "FailedOperation.ImageDecodeFailed", "a GIF image; send"),
        (encoded(CHANGED)[:200], None, "FailedOperation.ImageDecodeFailed", "input image"),
        (None, encoded(MASK)[:60], "FailedOperation.ImageDecodeFailed", "mask"),
        (None, encoded(MASK[:32]), "InvalidParameterValue.ParameterValueError", "Mask is 96x32 but"),
        (None, encoded(MASK & False), "InvalidParameterValue.ParameterValueError", "no white"),
        (None, encoded(MASK | True), "InvalidParameterValue.ParameterValueError", "white all over"),
    ],
    ids=["empty", "gif", "cut photo", "cut mask", "mask size", "black mask", "white mask"],
)  # fmt: skip
def test_bad_pictures_are_told_apart(photo: bytes | None, mask: bytes | None, code: str, told: str) -> None:
    broken = Job(encoded(CHANGED) if photo is None else photo, encoded(MASK) if mask is None else mask)
    error = refused(broken)
    assert error.code == code
    assert told in error.message(Language.ENGLISH)
    assert error.message(Language.CHINESE) != error.message(Language.ENGLISH)
    assert pickle.loads(pickle.dumps(error)).code == code  # noqa: S301 - our own


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (VENDOR_LIMITS, "5000x40; each side must be shorter than 5000 pixels"),
        (PictureLimits(SizeLimit(pixels=100_000)), "5000x40; it may have 0.1 megapixels at most"),
    ],
    ids=["side", "pixels"],
)
def test_a_picture_that_is_too_large_is_told_its_limit(limits: PictureLimits, told: str) -> None:
    large = encoded(np.zeros((40, 5000, 3), np.uint8))
    error = refused(Job(large, large, limits=limits))
    assert error.code == "FailedOperation.ImageResolutionExceed"
    assert told in error.message(Language.ENGLISH)
    assert error.message(Language.CHINESE).count("5000x40") == 1


def test_a_picture_that_is_wider_than_the_vendors_action_takes_is_erased() -> None:
    photo = np.full((40, 6000, 3), (10, 20, 30), np.uint8)
    hole = np.zeros((40, 6000), bool)
    hole[10:20, 5900:5920] = True
    photo[hole] = 255
    result = decoded(perform(job(encoded(photo), encoded(hole))).data)
    assert result.shape == photo.shape
    assert (result == (10, 20, 30)).all()


def test_a_result_that_its_format_has_no_room_for_is_refused_before_the_fill() -> None:
    photo, hole = np.zeros((20, 16_384, 3), np.uint8), np.zeros((20, 16_384), bool)
    hole[8:12, 40:60] = True
    seen: list[float] = []
    with pytest.raises(ApiError) as caught:
        perform(job(encoded(photo), encoded(hole), output_format="WEBP"), progress=seen.append)
    assert caught.value.code == "InvalidParameterValue.ParameterValueError"
    assert "16383 pixels" in caught.value.message(Language.ENGLISH)
    assert not seen


def test_a_bad_logo_is_told_from_a_bad_photo() -> None:
    error = refused(job(marked=True, logo=Logo(b"nonsense")))
    assert error.code == "FailedOperation.ImageDecodeFailed"
    assert "logo" in error.message(Language.ENGLISH)


@pytest.mark.parametrize("rect", [Rect(0, 0, 0, 5), Rect(0, 0, 5, -1), Rect(96, 0, 5, 5), Rect(-5, 0, 5, 5)])
def test_a_nonsense_rectangle_is_refused(rect: Rect) -> None:
    error = refused(job(marked=True, logo=Logo(encoded(CHANGED), rect)))
    assert error.code == "InvalidParameterValue.LogoParamErr"


def test_a_file_of_another_format_is_named() -> None:
    error = refused(job(mask=encoded(MASK, "GIF")))
    assert error.code == "FailedOperation.ImageDecodeFailed"
    assert "The mask is a GIF image; send jpg" in error.message(Language.ENGLISH)
    assert "Mask 图片解码失败：该文件是“GIF 图片”" in error.message(Language.CHINESE)


def test_the_vendors_action_names_a_heic_photo_and_ours_read_it() -> None:
    photo = heic(CHANGED, quality=100)
    error = refused(job(photo, limits=VENDOR_LIMITS))
    assert error.code == "FailedOperation.ImageDecodeFailed"
    assert error.text.en == "The input image is a HEIC image; send jpg, jpeg, png, bmp, tiff or webp."
    outcome = perform(job(photo, limits=OWN_LIMITS))
    assert outcome.media_type == "image/jpeg"
    assert decoded(outcome.data)[MASK][:, 0].max() < 200


def test_all_bits_of_a_heic_photo_are_in_a_png_and_none_are_lost_unsaid_in_a_jpeg() -> None:
    ramp = np.linspace(0, 65535, MASK.size).astype(np.uint16).reshape(MASK.shape)
    photo = heic(Image.fromarray(ramp), quality=-1)
    wide = Image.open(io.BytesIO(perform(job(photo, output_format="PNG", wide=True)).data))
    assert wide.mode == "I;16"
    assert np.abs(np.asarray(wide).astype(int) - ramp)[~MASK].max() <= 64
    assert "10 bits" in " ".join(one.en for one in perform(job(photo, wide=True)).remarks)


def test_transparency_that_a_heic_photos_result_has_not_is_told() -> None:
    glass = heic(np.dstack([CHANGED, np.full(MASK.shape, 128, np.uint8)]))
    assert "transparency" in " ".join(one.en for one in perform(job(glass)).remarks)
    assert not perform(job(glass, output_format="PNG")).remarks


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = heic(CHANGED)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    error = refused(job(photo))
    assert error.code == "FailedOperation.ImageDecodeFailed"
    assert "a HEIC image" in error.text.en
    for text in (error.text.en, error.text.zh):
        assert "pip install 'wuhen[heif]'" in text


def test_an_unknown_engine_is_refused_by_name() -> None:
    error = refused(job(options=Options(engine="magic")))
    assert error.code == "InvalidParameterValue.ParameterValueError"
    assert "magic" in error.message(Language.ENGLISH)


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "data:image/png;base64,", "DATA:;base64,"]),
    st.integers(1, 76),
)
@settings(max_examples=60)
def test_base64_with_prefix_and_line_breaks_decodes(data: bytes, prefix: str, width: int) -> None:
    text = base64.b64encode(data).decode()
    lines = "\r\n".join(text[i : i + width] for i in range(0, len(text), width))
    assert Encoded(prefix + lines).decode(WHAT, VENDOR_LIMITS.base64) == data


@given(st.text(max_size=80))
@settings(max_examples=200)
def test_any_text_decodes_or_is_refused(text: str) -> None:
    with suppress(ApiError):
        Encoded(text).decode(WHAT, VENDOR_LIMITS.base64)


def test_base64_must_be_shorter_than_6_mb() -> None:
    limit = VENDOR_LIMITS.base64
    assert Encoded("A" * (limit - 4)).decode(WHAT, limit)
    with pytest.raises(ApiError) as caught:
        Encoded("A" * limit).decode(WHAT, limit)
    assert caught.value.code == "FailedOperation.ImageSizeExceed"
    assert "6291456 (6 MB)" in caught.value.message(Language.ENGLISH)
