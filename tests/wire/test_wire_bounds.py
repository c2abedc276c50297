"""What one request may have of each thing that is work before its sender is known, and that real ones fit."""

import base64
import json
import random
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.wire_samples import EXAMPLE_KEY, HOST, NOW, call, http, some_examples, tc3_get, tc3_post, v1_post
from work import operations
from wuhen.wire import ApiError, HttpRequest, Key, Language, read, read_language, sign_tc3
from wuhen.wire.body import MAX_DEPTH, parse_json
from wuhen.wire.claim import MAX_COMMON_BYTES
from wuhen.wire.forms import MAX_ESCAPES, MAX_PAIRS, decode
from wuhen.wire.multipart import multipart_leaves
from wuhen.wire.tc3 import MAX_SIGNED_BYTES, MAX_SIGNED_HEADERS

RequestOf = Callable[[], HttpRequest]
PIECES = [b"%", b"%2B", b"%2f", b"%3D", b"4", b"1", b"+", b"B", b"=", b"\xff", b"x" * 99]


def refusal(request: HttpRequest) -> tuple[str, str]:
    with pytest.raises(ApiError) as caught:
        call(request)
    return caught.value.code, caught.value.message(Language.ENGLISH)


def signing(*names: str, value: str = "v") -> HttpRequest:
    """Return a request that signs headers of these names, too."""
    own = {name: value for name in names if name not in {"content-type", "host"}}
    headers = sign_tc3(
        EXAMPLE_KEY,
        service="aiart",
        host=HOST,
        action="ImageInpaintingRemoval",
        version="2022-12-29",
        timestamp=NOW,
        region="ap-guangzhou",
        body=b"{}",
        headers=own,
        signed_headers=("content-type", "host", *names),
    )
    return http("POST", headers, body=b"{}")


def test_a_signature_may_cover_many_headers() -> None:
    names = [f"x-{number}" for number in range(MAX_SIGNED_HEADERS - 2)]
    assert call(signing(*names, value="v" * (MAX_SIGNED_BYTES // MAX_SIGNED_HEADERS))).secret_id


@pytest.mark.parametrize(
    ("request_of", "reason"),
    [
        (lambda: signing(*(f"x-{n}" for n in range(MAX_SIGNED_HEADERS - 1))), "once, and 32 at most"),
        (lambda: signing("x-1", "x-1"), "once, and 32 at most"),
        (lambda: signing("host"), "once, and 32 at most"),
        (lambda: signing("x-1", value="v" * MAX_SIGNED_BYTES), "8192 bytes at most"),
    ],
)
def test_a_signature_over_more_is_refused(request_of: RequestOf, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        read(request_of(), now=NOW)
    assert caught.value.code == "AuthFailure.InvalidAuthorization"
    assert reason in caught.value.message(Language.ENGLISH)


def test_headers_are_found_at_once_however_many_there_are() -> None:
    def request(count: int) -> HttpRequest:
        return http("GET", [("A", "1"), *((f"X-{n}", "v") for n in range(count)), ("a", "2")])

    few, many = request(10), request(10_000)
    assert operations(lambda: many.values("X-9999")) == operations(lambda: few.values("X-9"))
    assert many.values("A") == ("1", "2")


def test_a_picture_in_a_form_of_signature_v1_is_read_and_proven() -> None:
    picture = base64.b64encode(random.Random(0).randbytes(700_000)).decode()
    assert call(v1_post([("InputImage", picture), ("Mask", "图")])).parameters["InputImage"] == picture


def test_a_token_of_four_kilobytes_fits_a_form() -> None:
    key = Key(EXAMPLE_KEY.secret_id, EXAMPLE_KEY.secret_key, ("t" * 30 + "+") * 130)
    assert call(v1_post([], key=key), key).secret_id == key.secret_id


@pytest.mark.parametrize(
    ("request_of", "expected"),
    [
        (lambda: v1_post([("InputUrl", "图" * MAX_ESCAPES)]), ("InvalidParameter", "written as `%XX`")),
        (lambda: tc3_get(b"InputUrl=" + b"%41" * (MAX_ESCAPES + 1)), ("InvalidParameter", "as `%XX`")),
        (lambda: v1_post([("n" * MAX_COMMON_BYTES, "")]), ("RequestSizeLimitExceeded", "8192 bytes")),
        (
            lambda: v1_post([("RequestClient", "c" * MAX_COMMON_BYTES)]),
            ("RequestSizeLimitExceeded", "8192 bytes"),
        ),
        (lambda: v1_post([(f"n{n}", "") for n in range(MAX_PAIRS)]), ("InvalidParameter", "128 parameters")),
    ],
    ids=["escapes", "escapes in a query", "names", "common parameters", "parameters"],
)
def test_a_form_beyond_a_bound_is_refused(request_of: RequestOf, expected: tuple[str, str]) -> None:
    code, message = refusal(request_of())
    assert code == expected[0]
    assert expected[1] in message


def test_a_strangers_form_is_not_decoded_but_for_what_names_the_key() -> None:
    def work(value: str) -> int:
        request = v1_post([("InputUrl", value)])
        return operations(lambda: read(request, now=NOW))

    work("x")  # what is done once is done
    # Signatures of their own have escapes of their own.
    assert work("图" * (MAX_ESCAPES // 3)) == pytest.approx(work("x"), abs=300)


@some_examples
@given(st.lists(st.sampled_from(PIECES)))
def test_long_values_are_decoded_like_short_ones(pieces: list[bytes]) -> None:
    text = b"".join(pieces) + b"x" * 300
    expected = unquote_to_bytes(text.replace(b"+", b" "))
    assert decode(text).encode("utf-8", "surrogateescape") == expected


@pytest.mark.parametrize("where", [b"", b"a=1&", b"a=" + b"x" * 100_000 + b"&"])
def test_the_language_of_a_form_is_found_wherever_it_is(where: bytes) -> None:
    assert read_language(http("POST", {}, body=where + b"Language=zh-CN&b=2")) is Language.CHINESE
    assert read_language(http("POST", {}, body=where + b"XLanguage=zh-CN")) is Language.ENGLISH


def nested(depth: int, inner: object = 1) -> object:
    for level in range(depth):
        inner = [inner] if level % 2 else {"a": inner}
    return inner


def test_json_may_be_as_deep_as_the_bound() -> None:
    value = nested(MAX_DEPTH)
    assert parse_json(json.dumps(value).encode(), AssertionError) == value  # type: ignore[arg-type]


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 500, 60_000])
def test_json_that_is_deeper_is_refused_wherever_it_stands(depth: int) -> None:
    deep = b'{"a":' * depth + b"1" + b"}" * depth if depth < 60_000 else b'{"a":' + b"[" * depth
    expected = ("InvalidParameter", "The request has parameters nested deeper than 32 levels.")
    assert refusal(tc3_post(deep)) == expected
    part = b'--b\r\nContent-Disposition: form-data; name="L"\r\nContent-Type: application/json\r\n\r\n'
    with pytest.raises(ApiError, match="nested deeper than 32 levels"):
        list(multipart_leaves("multipart/form-data; boundary=b", part + deep + b"\r\n--b--"))


def test_depth_is_counted_and_not_the_number_of_structures() -> None:
    body = json.dumps({"LogoParam": {"a": [[1]] * 10_000}}).encode()
    assert refusal(tc3_post(body))[0] == "UnknownParameter"
