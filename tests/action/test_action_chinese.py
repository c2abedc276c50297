"""What a caller did wrong is said in Chinese to whoever asked in Chinese, with its reason."""

import pickle
import re
from collections.abc import Callable

import numpy as np
import pytest

from pictures import encoded, scene
from wuhen.action import VENDOR_LIMITS, Encoded, Job, Logo, perform
from wuhen.action.translation import translate_errors
from wuhen.fill import NothingToFillFrom, Options
from wuhen.mark import BadRect, Rect
from wuhen.photo import BrokenImage, Kind, MissingReader, Unwritable
from wuhen.photo.flaws import Flaw
from wuhen.wire import ApiError, Language, Message

WHAT = Message("input image", "输入图片")
# Names of formats, fields and parameters stand alone; where three words follow each other, a sentence does.
ENGLISH = re.compile(r"[A-Za-z]+(?:['’]s)? [a-z]+ [a-z]+")

PHOTO, MASK = scene(), np.zeros((64, 96), np.bool_)
MASK[20:30, 20:30] = True


def said(error: Exception) -> str:
    with pytest.raises(ApiError) as caught, translate_errors(WHAT):
        raise error
    return caught.value.message(Language.CHINESE)


@pytest.mark.parametrize("flaw", Flaw, ids=lambda flaw: flaw.name)
def test_flaws_of_files_are_said_in_chinese(flaw: Flaw) -> None:
    found = (4711, 4712)[: flaw.value[0].count("{}")]
    message = said(BrokenImage("TIFF", flaw, *found))
    assert message.startswith("输入图片解码失败：")
    assert not ENGLISH.search(message)
    assert all(str(number) in message for number in found)


@pytest.mark.parametrize(
    "error",
    [
        *(Unwritable("BMP"), Unwritable("WEBP", 16383), Unwritable("ICO")),
        *(MissingReader(Kind.HEIC), MissingReader(Kind.AVIF)),
        *(NothingToFillFrom(), NothingToFillFrom(4711), NothingToFillFrom(barred=True)),
    ],
    ids=str,
)
def test_results_that_cannot_be_are_said_in_chinese(error: Exception) -> None:
    assert not ENGLISH.search(said(error))


def refused(job: Job) -> str:
    with pytest.raises(ApiError) as caught:
        perform(job)
    return caught.value.message(Language.CHINESE)


@pytest.mark.parametrize("rect", [Rect(0, 0, 0, 5), Rect(0, 0, 9999, 5), Rect(96, 0, 5, 5)])
def test_places_of_logos_are_said_in_chinese(rect: Rect) -> None:
    logo = Logo(encoded(PHOTO), rect)
    message = refused(Job(encoded(PHOTO), encoded(MASK), marked=True, logo=logo, limits=VENDOR_LIMITS))
    assert f"矩形 {rect.width}x{rect.height}" in message
    assert not ENGLISH.search(message)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("YWI", "填充"),
        ("YWJj?", "Base64 以外的字符"),
        ("YWJjZ", "长度"),
        ("é", "ASCII 以外的字符"),
    ],
)
def test_base64_that_is_none_is_said_in_chinese(text: str, reason: str) -> None:
    message = refused(Job(Encoded(text), encoded(MASK)))
    assert reason in message
    assert not ENGLISH.search(message)


def everything() -> Job:
    return Job(encoded(PHOTO), encoded(MASK), options=Options(grow=500))


def kept_out() -> Job:
    return Job(encoded(PHOTO), encoded(MASK), keep_out=encoded(~MASK))


@pytest.mark.parametrize("job", [everything, kept_out])
def test_holes_that_leave_nothing_are_said_in_chinese(job: Callable[[], Job]) -> None:
    message = refused(job())
    assert "整张图片" in message
    assert not ENGLISH.search(message)


@pytest.mark.parametrize(
    "error", [NothingToFillFrom(3), NothingToFillFrom(barred=True), BadRect(Rect(1, 2, 3, 4), "is", "是")]
)
def test_they_cross_processes(error: Exception) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (type(copy), str(copy), copy.__dict__) == (type(error), str(error), error.__dict__)
