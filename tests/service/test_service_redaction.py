"""What is kept of a call: no picture, no secret, and little of anything."""

import base64
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuhen.action import Digest
from wuhen.service.redaction import redact_headers, redact_members, redact_text
from wuhen.wire import HttpRequest

DATA = bytes(range(256)) * 3
OF_DATA: dict[str, Any] = {"bytes": len(DATA), "sha256": hashlib.sha256(DATA).hexdigest()}


@pytest.mark.parametrize("name", ["InputImage", "Mask", "ResultImage", "Anything"])
@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_a_picture_is_kept_as_size_and_hash(name: str, prefix: str) -> None:
    text = prefix + base64.b64encode(DATA).decode()
    assert redact_members({name: text}) == {name: OF_DATA}
    assert redact_members({"LogoParam": {name: text}}) == {"LogoParam": {name: OF_DATA}}
    assert redact_members({name: text}, hashed=False) == {name: {"bytes": len(DATA)}}
    assert redact_members({name: DATA}) == {name: OF_DATA}


def test_a_picture_whose_hash_is_known_is_not_needed() -> None:
    known = Digest(len(DATA), OF_DATA["sha256"])
    for hashed in (True, False):
        assert redact_members({"LogoParam": {"LogoImage": known}}, hashed=hashed) == {
            "LogoParam": {"LogoImage": OF_DATA}
        }


def test_however_small_it_is_and_whatever_else_it_is() -> None:
    for name in ("Mask", "KeepOut", "LogoImage", "ResultImage", "Image"):
        assert redact_members({name: "aGVsbG8="})[name]["bytes"] == 5
    assert redact_members({"MediaType": "aGVsbG8="})["MediaType"] == "aGVsbG8="
    assert redact_members({"InputImage": "no base64!"}) == {"InputImage": {"characters": 10}}
    assert redact_members({"RspImgType": "x" * 257 + "!"}) == {"RspImgType": {"characters": 258}}


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://h.example/a.jpg?q-sign=SECRET&x=1", "https://h.example/a.jpg?…"),
        ("HTTP://h.example/a.jpg?SECRET", "HTTP://h.example/a.jpg?…"),
        ("https://user:SECRET@h.example/a.jpg", "https://…@h.example/a.jpg"),
        ("https://h.example/a.jpg#SECRET", "https://h.example/a.jpg#…"),
        ("h.example/a.jpg?SECRET", "h.example/a.jpg?…"),
        ("https://h.example/" + "a" * 300 + "?SECRET", "https://h.example/" + "a" * 238 + "…"),
    ],
)
@pytest.mark.parametrize("name", ["InputUrl", "InputImage", "Other"])
def test_a_url_is_kept_without_what_may_be_secret_in_it(url: str, kept: str, name: str) -> None:
    found = redact_members({name: url})[name]
    assert "SECRET" not in str(found)
    if name == "InputUrl":
        assert found == kept


def test_a_message_that_repeats_a_url_is_kept_without_it() -> None:
    assert redact_text("RspImgType is `https://h/a?SECRET`; it must be `url`.") == (
        "RspImgType is `https://h/a?…`; it must be `url`."
    )
    assert redact_text("Is it? It is.") == "Is it? It is."


def test_of_headers_only_harmless_ones_are_kept() -> None:
    head = HttpRequest.from_raw(
        "POST", "/", b"",
        [
            (b"Authorization", b"TC3-HMAC-SHA256 Credential=..., Signature=SECRET"),
            (b"X-TC-Token", b"SECRET"),
            (b"Cookie", b"SECRET"),
            (b"Referer", b"https://h/?SECRET"),
            (b"User-Agent", b"Python"),
            (b"Host", b"127.0.0.1:8000"),
        ],
    )  # fmt: skip
    assert redact_headers(head) == {"user-agent": "Python", "host": "127.0.0.1:8000"}


values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=40,
)


@given(st.dictionaries(st.text(), values))
def test_whatever_was_sent_can_be_kept_as_json_of_bounded_size(members: dict[str, Any]) -> None:
    text = json.dumps(redact_members(members), ensure_ascii=False, allow_nan=False)
    assert len(text.encode("utf-8")) <= 80_000


def test_many_members_and_deep_ones_are_cut() -> None:
    kept = redact_members({str(number): number for number in range(1000)})
    assert len(kept) == 65
    assert kept["…"] == 936
    deep: Any = "end"
    for _ in range(100):
        deep = {"a": deep}
    assert "end" not in json.dumps(redact_members(deep))
    large = {str(number): "x" * 256 for number in range(100)}
    assert len(json.dumps(redact_members({"a": large, "b": large}))) < 20_000
