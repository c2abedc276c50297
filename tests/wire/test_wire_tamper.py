"""A signature covers what it should: one changed byte, and the request is refused or means the same."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.wire_samples import EXAMPLE_KEY, FORM, HOST, NOW, code_of, http, some_examples, v1_post
from wuhen.wire import ApiError, HttpRequest, Key, read, sign_tc3, verify
from wuhen.wire.forms import parse_form
from wuhen.wire.tc3 import (
    Authorization,
    canonical_request,
    credential_scope,
    key_chain,
    payload_hash,
    signature,
    string_to_sign,
)

BODY = json.dumps({"InputUrl": "https://xxx.com/图.jpg", "LogoAdd": 0}).encode()
QUERY = b"LogoAdd=0&InputUrl=https%3A%2F%2Fxxx.com%2Fa+b.jpg"
SIGNED = ("content-type", "host", "x-tc-action", "x-tc-timestamp", "x-tc-version", "x-custom")


def signed(method: str, *, unsigned_payload: bool = False) -> HttpRequest:
    headers = sign_tc3(
        EXAMPLE_KEY,
        service="aiart",
        host=HOST,
        action="ImageInpaintingRemoval",
        version="2022-12-29",
        timestamp=NOW,
        method=method,
        query=QUERY,
        body=BODY,
        region="ap-guangzhou",
        unsigned_payload=unsigned_payload,
        headers={"X-Custom": "some value"} | ({"Content-Type": FORM} if method == "GET" else {}),
        signed_headers=SIGNED,
    )
    if method == "GET":
        return http("GET", headers, query=QUERY)
    return http("POST", headers, body=BODY)


POST, GET = signed("POST"), signed("GET")
V1 = v1_post([("InputUrl", "https://xxx.com/a b.jpg"), ("LogoAdd", "0")])
changes = st.integers(1, 255)


def changed(data: bytes, position: int, mask: int) -> bytes:
    position %= len(data)
    return data[:position] + bytes([data[position] ^ mask]) + data[position + 1 :]


def is_proven(request: HttpRequest) -> bool:
    try:
        verify(read(request, now=NOW), EXAMPLE_KEY)
    except ApiError:
        return False
    return True


def test_the_requests_are_proven_as_they_are() -> None:
    assert all(map(is_proven, (POST, GET, V1)))


@some_examples
@given(position=st.integers(0, len(BODY) - 1), mask=changes)
def test_a_changed_byte_of_the_body_is_noticed(position: int, mask: int) -> None:
    assert code_of(replace(POST, body=changed(BODY, position, mask))) == "AuthFailure.SignatureFailure"


@some_examples
@given(position=st.integers(0, len(QUERY) - 1), mask=changes)
def test_a_changed_byte_of_the_query_is_noticed(position: int, mask: int) -> None:
    assert code_of(replace(GET, query=changed(QUERY, position, mask))) == "AuthFailure.SignatureFailure"


@some_examples
@given(name=st.sampled_from(SIGNED), position=st.integers(0, 200), mask=changes)
def test_a_changed_byte_of_a_signed_header_is_noticed(name: str, position: int, mask: int) -> None:
    original = (POST.header(name) or "").encode()
    altered = changed(original, position, mask)
    headers = tuple((key, altered.decode("latin-1") if key == name else value) for key, value in POST.headers)

    # Capitals are signed as small letters.
    assert is_proven(replace(POST, headers=headers)) == (altered.lower() == original.lower())


@some_examples
@given(position=st.integers(0, 10_000), mask=changes)
def test_a_changed_byte_of_a_v1_form_is_noticed_or_means_the_same(position: int, mask: int) -> None:
    request = replace(V1, body=changed(V1.body, position, mask))

    assert not is_proven(request) or sorted(map(str, parse_form(request.body))) == sorted(
        map(str, parse_form(V1.body))
    )


@some_examples
@given(headers=st.permutations(POST.headers))
def test_the_order_of_headers_means_nothing(headers: list[tuple[str, str]]) -> None:
    assert is_proven(replace(POST, headers=tuple(headers)))


@some_examples
@given(names=st.permutations(SIGNED), sort_lines=st.booleans())
def test_signed_headers_may_be_listed_in_any_order(names: list[str], *, sort_lines: bool) -> None:
    lines = [(name, (POST.header(name) or "").lower().encode()) for name in names]
    canonical = canonical_request(
        "POST", b"", sorted(lines) if sort_lines else lines, payload_hash(BODY), signed_names=names
    )
    text = string_to_sign(NOW, credential_scope("2024-11-14", "aiart"), canonical)
    key = key_chain(EXAMPLE_KEY.secret_key, "2024-11-14", "aiart").signing
    proof = Authorization(EXAMPLE_KEY.secret_id, "2024-11-14", "aiart", tuple(names), signature(key, text))
    headers = dict(POST.headers) | {"authorization": proof.header()}

    assert is_proven(replace(POST, headers=tuple(headers.items())))


CASINGS = {
    "all as sent": ("application/json; charset=UTF-8", "aiart.example.org", "Some Value"),
    "all lower": ("application/json; charset=utf-8", "aiart.example.org", "some value"),
    "only the custom header lower": ("application/json; charset=UTF-8", "aiart.example.org", "some value"),
}


@pytest.mark.parametrize("signed_values", CASINGS.values(), ids=CASINGS)
def test_signed_values_may_keep_their_capitals(signed_values: tuple[str, str, str]) -> None:
    names = ("content-type", "host", "x-custom")
    canonical = canonical_request(
        "POST",
        b"",
        [(name, value.encode()) for name, value in zip(names, signed_values, strict=True)],
        payload_hash(BODY),
    )
    text = string_to_sign(NOW, credential_scope("2024-11-14", "aiart"), canonical)
    key = key_chain(EXAMPLE_KEY.secret_key, "2024-11-14", "aiart").signing
    proof = Authorization(EXAMPLE_KEY.secret_id, "2024-11-14", "aiart", names, signature(key, text))
    sent = {
        "content-type": "application/json; charset=UTF-8",
        "host": "aiart.example.org",
        "x-custom": " Some Value ",
        "authorization": proof.header(),
    }

    assert is_proven(replace(POST, headers=tuple((dict(POST.headers) | sent).items())))


def test_a_body_left_out_of_the_signature_may_change() -> None:
    request = signed("POST", unsigned_payload=True)

    assert is_proven(replace(request, body=b"{}"))


def test_a_body_is_not_left_out_by_adding_the_header_afterwards() -> None:
    headers = (*POST.headers, ("x-tc-content-sha256", "UNSIGNED-PAYLOAD"))

    assert not is_proven(replace(POST, headers=headers))


def test_the_signature_of_a_get_is_not_good_for_a_post() -> None:
    assert not is_proven(replace(GET, method="POST"))
    assert not is_proven(replace(POST, method="GET"))


def test_a_token_must_be_exactly_that_of_the_credential() -> None:
    permanent, temporary = EXAMPLE_KEY, Key(EXAMPLE_KEY.secret_id, EXAMPLE_KEY.secret_key, "token")
    other = Key(EXAMPLE_KEY.secret_id, EXAMPLE_KEY.secret_key, "Token")

    codes = {
        (sender, holder): code_of(v1_post([], key=sender), holder)
        for sender in (permanent, temporary)
        for holder in (permanent, temporary, other)
    }

    assert [pair for pair, code in codes.items() if code == "OK"] == [
        (permanent, permanent),
        (temporary, temporary),
    ]
    assert set(codes.values()) == {"OK", "AuthFailure.TokenFailure"}


def test_a_credential_of_another_secret_id_proves_nothing() -> None:
    assert code_of(POST, Key("AKIDother", EXAMPLE_KEY.secret_key)) == "AuthFailure.SecretIdNotFound"
