"""Limits that parts have each for itself, as parts know nothing of each other: they must agree."""

import pytest

from wuhen.accounts import MAX_UNPROVEN
from wuhen.action import (
    ACTION,
    DESCRIBE_CALL,
    DESCRIBE_CALLS,
    ERASE,
    OWN_LIMITS,
    VENDOR_LIMITS,
    PictureLimits,
)
from wuhen.action.limits import describe_limits, megapixels
from wuhen.wire import Message


@pytest.mark.parametrize("limits", [VENDOR_LIMITS, OWN_LIMITS])
def test_the_download_limit_is_the_base64_limit(limits: PictureLimits) -> None:
    assert -(-limits.download // 3) * 4 == limits.base64
    assert -(-(limits.download - 2) // 3) * 4 < limits.base64


def test_the_reference_says_how_large_a_picture_of_each_action_may_be() -> None:
    assert "each side shorter than 5000 pixels; base64 shorter than 6 MB" in describe_limits(VENDOR_LIMITS).en
    assert "120 megapixels at most; base64 shorter than 128 MB" in describe_limits(OWN_LIMITS).en
    for action, limits in ((ACTION, VENDOR_LIMITS), (ERASE, OWN_LIMITS)):
        for name in ("InputImage", "LogoParam.LogoImage"):
            parameter = action.parameters.find(name)
            assert parameter is not None
            assert parameter.limits is not None
            assert parameter.limits.en.startswith(describe_limits(limits).en[:-1])
            assert parameter.limits.zh.startswith(describe_limits(limits).zh[:-1])


@pytest.mark.parametrize(
    ("pixels", "en", "zh"),
    [
        (120_000_000, "120", "1.2 亿"),
        (100_000_000, "100", "1 亿"),
        (99_000_000, "99", "9900 万"),
        (35_000, "0.035", "3.5 万"),
    ],
)
def test_pixels_are_counted_as_each_language_counts_them(pixels: float, en: str, zh: str) -> None:
    assert megapixels(pixels) == Message(en, zh)


def test_the_documentation_says_how_many_unproven_calls_are_kept() -> None:
    members = [member for action in (DESCRIBE_CALLS, DESCRIBE_CALL) for member in action.answer]
    texts = [member.description for member in members if member.path.endswith(".Verified")]
    assert len(texts) == 2
    for text in texts:
        assert f"the last {MAX_UNPROVEN} are kept" in text.en
        assert f"最近 {MAX_UNPROVEN} 条" in text.zh
