"""From validated parameters to a request, and to a job."""

import asyncio
from typing import Any

import pytest

from wuhen.action import VENDOR_LIMITS, Downloaded, Encoded, EraseRequest
from wuhen.action.failures import INPUT
from wuhen.action.kinds import KINDS
from wuhen.action.pictures import bytes_of
from wuhen.action.translation import translate_errors
from wuhen.download import (
    Download,
    DownloadFailed,
    DownloadTooLarge,
    FailureReason,
    RefusalReason,
    UrlRefused,
)
from wuhen.fill import Options
from wuhen.mark import Rect
from wuhen.photo import Kind
from wuhen.wire import ApiError, Language

PICTURES = {"InputImage": "cGhvdG8=", "Mask": "bWFzaw=="}


def parse(**parameters: Any) -> EraseRequest:
    return EraseRequest.parse(PICTURES | parameters)


def code_of(parameters: dict[str, Any]) -> str:
    with pytest.raises(ApiError) as caught:
        EraseRequest.parse(parameters)
    return caught.value.code


def test_defaults_are_the_clouds() -> None:
    request = parse()
    assert request.answer == "base64"
    assert request.marked
    assert request.logo is None


@pytest.mark.parametrize("missing", ["InputImage", "Mask"])
@pytest.mark.parametrize("blank", [True, False])
def test_a_missing_picture_is_an_empty_picture(missing: str, *, blank: bool) -> None:
    given = {name: value for name, value in PICTURES.items() if name != missing}
    if blank:
        given[missing] = ""
    assert code_of(given) == "InvalidParameterValue.ImageEmpty"


@pytest.mark.parametrize(
    ("given", "expected"),
    [("", (None, False)), ("auto", (None, False)), ("same", (None, True)), ("webp", ("WEBP", True))],
)
def test_a_named_format_is_written_as_given(given: str, expected: tuple[str | None, bool]) -> None:
    async def fetch(url: str, *, limit: int) -> Download:
        raise AssertionError((url, limit))

    job = asyncio.run(parse(ResultFormat=given).collect(fetch, VENDOR_LIMITS))
    assert (job.output_format, job.as_given) == expected


def test_a_format_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(ApiError, match="auto, same, jpeg, png, webp or tiff"):
        parse(ResultFormat="gif")


def test_the_url_wins_over_the_base64() -> None:
    request = parse(
        InputUrl="https://a/b", MaskUrl="https://c/d", LogoParam={"LogoUrl": "https://e/f", "LogoImage": "x"}
    )
    assert request.photo.url == "https://a/b"
    assert request.mask is not None
    assert request.mask.url == "https://c/d"
    assert request.logo is not None
    assert request.logo.url == "https://e/f"


@pytest.mark.parametrize(
    ("given", "marked"), [(0, False), (1, True), (2, True), (-1, True), (-(2**63), True)]
)
def test_any_integer_but_0_draws_the_mark(given: int, *, marked: bool) -> None:
    assert parse(LogoAdd=given).marked is marked


@pytest.mark.parametrize("given", ["png", "Base64", "URL", "url "])
def test_another_answer_type_is_refused(given: str) -> None:
    assert code_of(PICTURES | {"RspImgType": given}) == "InvalidParameterValue.ParameterValueError"


def test_a_blank_answer_type_is_the_default() -> None:
    assert parse(RspImgType="").answer == "base64"


def test_options_are_the_fills() -> None:
    assert parse().options == Options()
    given = parse(Seed=-(2**63), Grow=500, RemoveTraces=1).options
    assert given == Options(seed=-(2**63), grow=500, remove_traces=True)


@pytest.mark.parametrize(("given", "removed"), [(0, False), (1, True), (2, True), (-1, True)])
def test_any_integer_but_0_removes_the_traces(given: int, *, removed: bool) -> None:
    assert parse(RemoveTraces=given).options.remove_traces is removed


@pytest.mark.parametrize(("given", "effects"), [("exact", "exact"), ("full", "full"), ("", "exact")])
def test_effects_are_asked_for_by_name(given: str, effects: str) -> None:
    assert parse(Effects=given).options.effects == effects


def test_effects_of_another_name_are_refused_with_those_that_there_are() -> None:
    with pytest.raises(ApiError) as caught:
        parse(Effects="all")
    assert caught.value.code == "InvalidParameterValue"
    assert caught.value.message(Language.ENGLISH) == "Effects is all; it must be exact or full."
    assert caught.value.message(Language.CHINESE) == "Effects 取值为 all，应为 exact 或 full。"


def test_an_option_out_of_range_is_refused_with_its_range() -> None:
    with pytest.raises(ApiError) as caught:
        parse(Grow=501)
    assert caught.value.code == "InvalidParameterValue"
    assert caught.value.message(Language.ENGLISH) == "Grow is 501; it must be 0 to 500."
    assert caught.value.message(Language.CHINESE) == "Grow 取值为 501，应为 0 到 500。"


def test_a_logo_without_picture_is_refused() -> None:
    assert code_of(PICTURES | {"LogoParam": {"LogoRect": {"X": 5}}}) == "InvalidParameterValue.LogoParamErr"


def test_a_rectangle_needs_a_size() -> None:
    logo = {"LogoImage": "x", "LogoRect": {"X": 5, "Y": 5}}
    with pytest.raises(ApiError) as caught:
        parse(LogoParam=logo)
    assert caught.value.code == "InvalidParameterValue.LogoParamErr"
    assert "Width, Height" in caught.value.message(Language.ENGLISH)


def test_a_rectangle_starts_at_the_corner_by_default() -> None:
    assert parse(LogoParam={"LogoImage": "x", "LogoRect": {"Width": 3, "Height": 4}}).logo_rect == Rect(
        0, 0, 3, 4
    )


async def test_base64_is_left_for_the_worker_and_urls_are_fetched() -> None:
    seen: list[tuple[str, int]] = []

    async def fetch(url: str, *, limit: int) -> Download:
        seen.append((url, limit))
        return Download(b"downloaded", "text/plain")

    job = await parse(MaskUrl="https://c/d").collect(fetch, VENDOR_LIMITS)
    assert job.photo == Encoded("cGhvdG8=")
    assert job.mask == Downloaded(b"downloaded", "text/plain")
    assert seen == [("https://c/d", 6 * 1024 * 1024 // 4 * 3 - 1)]


async def test_no_logo_is_fetched_when_no_mark_is_wanted() -> None:
    async def fetch(url: str, *, limit: int) -> Download:
        raise AssertionError((url, limit))

    job = await parse(LogoAdd=0, LogoParam={"LogoUrl": "https://e/f"}).collect(fetch, VENDOR_LIMITS)
    assert job.logo is None


def test_every_reason_of_a_download_is_told_in_chinese() -> None:
    for reason in RefusalReason:
        with pytest.raises(ApiError) as caught, translate_errors(INPUT):
            raise UrlRefused(reason, "text")
        assert caught.value.message(Language.CHINESE).isascii() is False
    for failure in FailureReason:
        with pytest.raises(ApiError) as caught, translate_errors(INPUT):
            raise DownloadFailed(failure, "text")
        assert "text" not in caught.value.message(Language.CHINESE)


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (UrlRefused(RefusalReason.SCHEME, "use http"), "InvalidParameterValue.UrlIllegal"),
        (DownloadFailed(FailureReason.STATUS, "status 404"), "FailedOperation.ImageDownloadError"),
        (DownloadTooLarge(10), "FailedOperation.ImageSizeExceed"),
    ],
)
async def test_a_failing_download_ends_the_others_and_is_told(raised: Exception, code: str) -> None:
    ended = asyncio.Event()

    async def fetch(url: str, *, limit: int) -> Download:  # noqa: ARG001 - the protocol's signature
        if url == "https://bad":
            raise raised
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        return Download(b"")

    with pytest.raises(ApiError) as caught:
        await parse(InputUrl="https://slow", MaskUrl="https://bad").collect(fetch, VENDOR_LIMITS)
    assert caught.value.code == code
    assert ended.is_set()
    assert "mask" in caught.value.message(Language.ENGLISH)
    assert "Mask" in caught.value.message(Language.CHINESE)


@pytest.mark.parametrize(
    ("body", "claim", "english", "chinese"),
    [
        (
            b"<!doctype html><title>secret</title>",
            "text/html",
            "an HTML page (Content-Type: text/html)",
            "HTML 网页",
        ),
        (b'{"token": "secret"}', "image/jpeg", "JSON text (Content-Type: image/jpeg)", "JSON 文本"),
        (b"secret", "", "answers with text;", "返回的是“文本”，"),
    ],
)
def test_what_a_url_answers_instead_of_a_picture_is_named(
    body: bytes, claim: str, english: str, chinese: str
) -> None:
    with pytest.raises(ApiError) as caught:
        bytes_of(Downloaded(body, claim), INPUT, VENDOR_LIMITS)
    error = caught.value
    assert error.code == "FailedOperation.ImageDecodeFailed"
    assert english in error.message(Language.ENGLISH)
    assert chinese in error.message(Language.CHINESE)
    assert claim in error.message(Language.CHINESE)
    assert "secret" not in str(error.text)


def test_every_kind_of_file_has_a_name_in_chinese() -> None:
    for kind in Kind:
        name = KINDS[kind]
        assert name.en == kind.value
        assert name.zh != name.en or kind is Kind.DATA_URI
