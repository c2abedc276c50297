"""The AIGC label: the value, how others write it, and what becomes of it when a picture is changed again."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuhen.mark import AigcLabel, BrokenLabel, Issuer, printable

# GB 45438-2025, annex E.
KEYS = [
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
]
CODE = "001191110102MACQD9K64010000"
# What its service writes into EXIF's image description.
TENCENT_CLOUDS_OWN = (
    '{"AIGC":{"ServiceProvider":"腾讯云","ServiceUser":"1250000000","Time":"2026-06-30 23:54:50.067",'
    '"ContentId":"5c2e"}}'
)
OURS = Issuer("001191110108MA01KP2T5U00000", "001191110108MA01KP2T5U20001")

values = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=40)
labels = st.builds(AigcLabel, st.sampled_from("123"), values, values, values, values, values, values)


def test_a_first_label_names_its_producer_as_propagator_too() -> None:
    label = AigcLabel.first(OURS, "b9f1-1")
    assert json.loads(label.as_json()) == {
        "Label": "1",
        "ContentProducer": OURS.producer,
        "ProduceID": "b9f1-1",
        "ReservedCode1": "",
        "ContentPropagator": OURS.producer,
        "PropagateID": "b9f1-1",
        "ReservedCode2": "",
    }
    assert label.problems() == ()


@given(labels)
def test_what_is_written_is_read_back(label: AigcLabel) -> None:
    text = label.as_json()
    assert "\n" not in text
    assert list(json.loads(text)) == KEYS
    assert AigcLabel.parse(text) == label
    assert AigcLabel.parse(f'{{"AIGC": {text}}}') == label


@given(labels, values)
def test_changing_a_picture_again_keeps_its_producer(label: AigcLabel, number: str) -> None:
    passed = label.pass_on(OURS, number)
    assert passed.label == "1"
    assert passed.propagate_id == number
    if label.content_producer:
        assert (passed.content_producer, passed.produce_id) == (label.content_producer, label.produce_id)
        assert passed.content_propagator == OURS.propagator
    else:
        assert passed == AigcLabel.first(OURS, number)


def test_a_signature_of_the_producers_is_kept_only_while_what_it_covers_is() -> None:
    signed = AigcLabel("1", CODE, "7", "signature", "somebody", "8", "theirs")
    assert signed.pass_on(OURS, "9").reserved_code1 == "signature"
    assert signed.pass_on(OURS, "9").reserved_code2 == ""
    supposed = AigcLabel("2", CODE, "7", "signature")
    assert supposed.pass_on(OURS, "9").reserved_code1 == ""


def test_without_a_propagator_the_producer_passes_on() -> None:
    assert AigcLabel("1", CODE, "7").pass_on(Issuer("me"), "9").content_propagator == "me"


@pytest.mark.parametrize(
    ("text", "producer", "number"),
    [
        (TENCENT_CLOUDS_OWN, "腾讯云", "5c2e"),
        ('{"Label":1,"ContentProducer":"doubao","ProduceID":1234567890123456}', "doubao", "1234567890123456"),
        ('{"AIGC":{"Label":"1","ReserveCode1":"x"}}', "", ""),
        ('\ufeff{"Label":"1","ContentProducer":"a"}', "a", ""),
    ],
)  # fmt: skip
def test_other_writers_are_understood(text: str, producer: str, number: str) -> None:
    label = AigcLabel.parse(text)
    assert (label.label, label.content_producer, label.produce_id) == ("1", producer, number)


@pytest.mark.parametrize(
    "text",
    ["", "AIGC", "[]", '"x"', "{}", '{"AIGC":[]}', '{"AIGC":{}}', '{"other":1}', "[" * 5000, "{" * 8190,
     '{"Label":"1"}',
     '{"Label":{"a":1}}', '{"Label":"1","x":"' + "y" * 33000 + '"}', "NaN"],
)  # fmt: skip
def test_what_is_no_label_is_told_to_be_broken(text: str) -> None:
    with pytest.raises(BrokenLabel):
        AigcLabel.parse(text)


@pytest.mark.slow
@given(st.text(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYS, "AIGC", "x"]), inner),
).map(json.dumps))  # fmt: skip
@settings(max_examples=300)
def test_any_text_is_a_label_or_broken(text: str) -> None:
    with suppress(BrokenLabel):
        AigcLabel.parse(text).as_json().encode()


@given(st.integers(32_000, 32_768))
@settings(max_examples=20)
def test_what_is_passed_on_can_be_read_again(size: int) -> None:
    long = AigcLabel("1", CODE, "7", "s" * (size - 150))
    passed = long.pass_on(OURS, "8")
    assert AigcLabel.parse(passed.as_json()) == passed


@pytest.mark.parametrize("escape", [r"\ud800", r"\u0000", r"\u001b[2J", r"￿"])
def test_what_no_file_could_hold_is_replaced(escape: str) -> None:
    label = AigcLabel.parse(f'{{"Label":"1","ContentProducer":"a{escape}"}}')
    assert label.content_producer.startswith("a\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize(
    ("label", "problem"),
    [
        (AigcLabel("4", CODE), "Label"),
        (AigcLabel("1"), "ContentProducer"),
        (AigcLabel("1", "腾讯云"), "ContentProducer"),
        (AigcLabel("1", CODE, "a b"), "ProduceID"),
        (AigcLabel("1", CODE, reserved_code2='"'), "ReservedCode2"),
    ],
)
def test_what_differs_from_the_standard_is_named(label: AigcLabel, problem: str) -> None:
    assert any(problem in one for one in label.problems())


@given(st.characters(max_codepoint=0x2FF))
def test_the_standards_characters_are_printable_ascii_without_three(character: str) -> None:
    """Annex E, item j."""
    assert printable(character) is (0x21 <= ord(character) <= 0x7E and character not in '"\\')
