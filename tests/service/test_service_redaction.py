"""What is kept of a call: no picture, no secret, and little of anything."""

import base64
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuhen.action import Digest
from wuhen.service.redaction import redact_headers, redact_parameters, redact_reply, redact_text, redact_urls
from wuhen.wire import HttpRequest

DATA = bytes(range(256)) * 3
OF_DATA: dict[str, Any] = {"bytes": len(DATA), "sha256": hashlib.sha256(DATA).hexdigest()}


@pytest.mark.parametrize("name", ["InputImage", "Mask", "KeepOut"])
@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_a_picture_is_kept_as_size_and_hash(name: str, prefix: str) -> None:
    text = prefix + base64.b64encode(DATA).decode()
    assert redact_parameters({name: text}) == {name: OF_DATA}
    assert redact_parameters({"LogoParam": {"LogoImage": text}}) == {"LogoParam": {"LogoImage": OF_DATA}}
    assert redact_parameters({name: text}, hashed=False) == {name: {"bytes": len(DATA)}}
    assert redact_parameters({name: DATA}) == {name: OF_DATA}
    assert redact_reply({"ResultImage": text}) == {"ResultImage": OF_DATA}


def test_a_picture_whose_hash_is_known_is_not_needed() -> None:
    known = Digest(len(DATA), OF_DATA["sha256"])
    for hashed in (True, False):
        assert redact_parameters({"LogoParam": {"LogoImage": known}}, hashed=hashed) == {
            "LogoParam": {"LogoImage": OF_DATA}
        }


def test_however_small_it_is_and_whatever_else_it_is() -> None:
    for name in ("Mask", "KeepOut", "LogoImage"):
        assert redact_parameters({name: "aGVsbG8="})[name]["bytes"] == 5
    for name in ("ResultImage", "Image"):
        assert redact_reply({name: "aGVsbG8="})[name]["bytes"] == 5
    assert redact_reply({"MediaType": "aGVsbG8="})["MediaType"] == "aGVsbG8="
    assert redact_parameters({"InputImage": "no base64!"}) == {"InputImage": {"characters": 10}}
    assert redact_parameters({"RspImgType": "x" * 257 + "!"}) == {"RspImgType": {"characters": 258}}


@pytest.mark.parametrize(
    "value", ["SECRET", ["SECRET"], {"InputUrl": "SECRET"}, 5314, "SECRET" * 50, b"SECRET"]
)
@pytest.mark.parametrize("name", ["Password", "secretkey", "X-TC-Token", "inputurl"])
def test_of_what_no_action_knows_only_the_name_is_kept(name: str, value: object) -> None:
    for sent in ({name: value}, {"LogoParam": {name: value}}, {"LogoParam": [{name: value}]}):
        text = json.dumps(redact_parameters(sent))
        assert name in text
        assert "SECRET" not in text
        assert "5314" not in text


def test_how_large_it_is_is_kept() -> None:
    assert redact_parameters({"Typo": "x" * 300, "Sent": b"abc", "Short": "x"}) == {
        "Typo": {"characters": 300},
        "Sent": {"bytes": 3},
        "Short": "…",
    }


def test_what_an_action_knows_is_kept() -> None:
    sent = {"LogoAdd": 0, "LogoParam": {"LogoRect": {"X": 1}}, "RspImgType": "jpg", "Text": "mine"}
    assert redact_parameters(sent) == sent


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://h.example/a.jpg?q-sign=SECRET&x=1", "https://h.example/…"),
        ("https://h.example?SECRET", "https://h.example/…"),
        ("HTTP://h.example:81/SECRET/a.jpg", "HTTP://h.example:81/…"),
        ("https://h.example/a.jpg/SECRET", "https://h.example/…"),
        ("https://[::1]:8000/SECRET", "https://[::1]:8000/…"),
        ("https://user:SECRET@h.example/a.jpg", "https://…@h.example/…"),
        ("https://SECRET@h.example", "https://…@h.example"),
        ("https://user:pa/SECRET@h.example/a.jpg", "https://…"),
        ("https://user:SECRET#@h.example/a.jpg", "https://…"),
        ("https://h.example/a.jpg#SECRET", "https://h.example/…"),
        ("h.example/a.jpg?SECRET", "h.example/a.jpg?…"),
        ("https://h.example/" + "a" * 300 + "?SECRET", "https://h.example/…"),
        ("https://h.example/", "https://h.example/"),
        ("https://h.example", "https://h.example"),
    ],
)
@pytest.mark.parametrize("name", ["InputUrl", "InputImage", "MaskUrl"])
def test_of_a_url_no_more_is_kept_than_its_host(url: str, kept: str, name: str) -> None:
    found = redact_parameters({name: url})[name]
    assert "SECRET" not in str(found)
    if name == "InputUrl":
        assert found == kept


def test_a_message_that_repeats_a_url_is_kept_without_it() -> None:
    assert redact_text("RspImgType is `https://h/a?SECRET`; it must be `url`.") == (
        "RspImgType is `https://h/…`; it must be `url`."
    )
    assert redact_text("Is it? It is.") == "Is it? It is."


@given(st.text(alphabet="ab:/?#@.[ ", max_size=200), st.sampled_from(["", "https://", "x/https://h/", "//"]))
def test_clearing_what_is_cleared_changes_nothing(text: str, begin: str) -> None:
    once = redact_urls(begin + text)
    assert redact_urls(once) == once


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
    max_leaves=20,
)


@pytest.mark.slow
@settings(max_examples=50)
@given(st.dictionaries(st.text(), values, max_size=10))
def test_whatever_was_sent_can_be_kept_as_json_of_bounded_size(members: dict[str, Any]) -> None:
    for redact in (redact_parameters, redact_reply):
        text = json.dumps(redact(members), ensure_ascii=False, allow_nan=False)
        assert len(text.encode("utf-8")) <= 80_000


def test_many_members_and_deep_ones_are_cut() -> None:
    kept = redact_reply({str(number): number for number in range(1000)})
    assert len(kept) == 65
    assert kept["…"] == 936
    deep: Any = "end"
    for _ in range(100):
        deep = {"a": deep}
    assert "end" not in json.dumps(redact_reply(deep))
    assert redact_reply({"a": 10**30}) == {"a": "…"}
    large = {str(number): "x" * 256 for number in range(100)}
    assert len(json.dumps(redact_reply({"a": large, "b": large}))) < 20_000
