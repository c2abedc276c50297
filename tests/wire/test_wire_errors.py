"""Failures and answers: codes that exist, two languages, safe echoes, and the bytes that clients read."""

import json
import pickle
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tencentcloud.aiart.v20221229 import errorcodes

from wire.wire_samples import some_examples
from wuhen.wire import (
    AIART_CODES,
    CODES,
    COMMON_CODES,
    CONTENT_TYPE,
    ApiError,
    Failure,
    Language,
    Message,
    failures,
    make_printable,
    render_failure,
    render_success,
)

DECLARED = {name: value for name, value in vars(failures).items() if isinstance(value, Failure)}
REQUEST_ID = "3fe0afc5-f97b-4d53-b83d-7db4f54a9d37"


def sdk_codes() -> dict[str, str]:
    """Return the codes that the official SDK lists for the product, with the comment above each."""
    source = Path(errorcodes.__file__).read_text(encoding="utf-8")
    return {code: text for text, code in re.findall(r"^# (.*)\n\w+ = '(.*)'$", source, re.MULTILINE)}


def test_the_products_codes_are_those_of_the_official_sdk() -> None:
    codes = sdk_codes()

    assert len(codes) > 20
    assert {code: CODES[code].zh for code in codes if code not in COMMON_CODES} == {
        code: text for code, text in codes.items() if code not in COMMON_CODES
    }


def test_every_code_has_its_form_and_both_texts() -> None:
    assert set(CODES) == {*COMMON_CODES, *AIART_CODES}
    for code, text in CODES.items():
        assert re.fullmatch(r"[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)?", code)
        assert text.en.replace("×", "x").isascii()
        assert re.search(r"[\u4e00-\u9fff]", text.zh)


@pytest.mark.parametrize("declared", DECLARED.values(), ids=DECLARED)
def test_every_declared_failure_reads_well_in_both_languages(declared: Failure) -> None:
    fields = dict.fromkeys(re.findall(r"\{(\w+)\}", declared.en), "value")
    error = declared(**fields)

    assert error.code in CODES
    assert re.search(r"[\u4e00-\u9fff]", error.message(Language.CHINESE))
    assert error.message(Language.ENGLISH).isascii()
    for language in Language:
        assert "{" not in error.message(language)
        assert error.message(language).count("`value`") + error.message(language).count(" value ") >= len(
            fields
        )


def test_a_code_that_the_vendor_does_not_have_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="not a code"):
        Failure("FailedOperation.Invented", en="a", zh="b")


def test_texts_that_name_different_fields_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="different fields"):
        Failure("FailedOperation", en="{a}", zh="{b}")


def test_errors_survive_the_way_between_processes() -> None:
    error = failures.WRONG_TYPE(name="LogoAdd", type="int64")

    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own bytes)

    assert isinstance(copy, ApiError)
    assert (copy.code, copy.text, str(copy)) == (error.code, error.text, str(error))


def test_an_error_prints_as_one_line() -> None:
    assert str(failures.REPEATED(name="A")) == "InvalidParameter: Parameter `A` input repeated."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Name", "Name"),
        ("图片 1", "图片 1"),
        ("a\nb\x00", r"a\nb\x00"),
        ("\ud800", r"\ud800"),
        (640, "640"),
        ("x" * 200, "x" * 128 + "…"),
        ("{name}", "{name}"),
    ],
)
def test_what_a_caller_wrote_is_shown_safely(value: object, expected: str) -> None:
    assert make_printable(value) == expected
    assert failures.REPEATED(name=value).text.en == f"Parameter `{expected}` input repeated."


@some_examples
@given(st.text())
def test_nothing_that_a_caller_wrote_can_break_a_line_or_an_answer(value: str) -> None:
    error = failures.REPEATED(name=value)

    assert make_printable(value).isprintable()
    assert (
        json.loads(render_failure(error, REQUEST_ID, Language.ENGLISH))["Response"]["Error"]["Message"]
        == error.text.en
    )


def test_the_envelope_of_success() -> None:
    assert (
        render_success({"ResultImage": "aGk=", "Name": "图"}, REQUEST_ID)
        == ('{"Response":{"ResultImage":"aGk=","Name":"图","RequestId":"' + REQUEST_ID + '"}}').encode()
    )


@some_examples
@given(fields=st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())))
def test_any_fields_come_out_as_json(fields: dict[str, object]) -> None:
    clean = json.loads(json.dumps(fields).encode("ascii", "replace"))

    answered = json.loads(render_success(clean, REQUEST_ID))

    assert answered == {"Response": {**clean, "RequestId": REQUEST_ID}}


@pytest.mark.parametrize(
    ("language", "message"),
    [(Language.ENGLISH, "Parameter `A` input repeated."), (Language.CHINESE, "参数 `A` 重复输入。")],
)
def test_the_envelope_of_failure(language: Language, message: str) -> None:
    body = render_failure(failures.REPEATED(name="A"), REQUEST_ID, language)

    assert json.loads(body) == {
        "Response": {"Error": {"Code": "InvalidParameter", "Message": message}, "RequestId": REQUEST_ID},
    }
    assert message.encode() in body


def test_the_content_type_is_to_the_letter_what_clients_compare_with() -> None:
    assert CONTENT_TYPE == "application/json"


def test_an_answer_with_half_a_character_is_still_an_answer() -> None:
    body = render_failure(
        ApiError("InternalError", Message(en="\ud800", zh="\ud800")), REQUEST_ID, Language.ENGLISH
    )

    assert json.loads(body)["Response"]["RequestId"] == REQUEST_ID
