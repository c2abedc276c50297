"""Answers of workers as bytes: what goes in comes out, and of a stranger's bytes nothing but an error."""

import pickle
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuhen.action import Digest, InputDigests, Outcome, Remark
from wuhen.workers.encoding import BadAnswerError, decode, encode

texts = st.text(st.characters(codec=None), max_size=9)
digests = st.builds(Digest, st.integers(0, 2**40), texts)
outcomes = st.builds(
    Outcome,
    data=st.binary(max_size=99),
    media_type=texts,
    width=st.integers(1, 2**31),
    height=st.integers(1, 2**31),
    hole=st.integers(0, 2**40),
    seconds=st.dictionaries(texts, st.floats(0, 2**40), max_size=3),
    engine=texts,
    digest=digests,
    inputs=st.builds(InputDigests, digests, digests, st.none() | digests, st.none() | digests),
    labels_found=st.lists(texts, max_size=3).map(tuple),
    remarks=st.lists(st.builds(Remark, texts, texts, st.booleans()), max_size=3).map(tuple),
)


@dataclass(frozen=True)
class Kinds:
    number: int
    share: float
    pair: tuple[int, bytes]
    word: Literal["yes", "no"]
    maybe: bytes | None


@given(outcomes)
def test_what_is_sent_is_what_arrives(outcome: Outcome) -> None:
    assert decode(encode(outcome), Outcome) == outcome


@given(st.binary(max_size=200))
def test_of_any_bytes_there_is_an_answer_or_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(BadAnswerError):
        decode(data, Outcome)


@given(outcomes, st.data())
def test_of_a_damaged_answer_too(outcome: Outcome, data: st.DataObject) -> None:
    sent = bytearray(encode(outcome))
    for _ in range(data.draw(st.integers(1, 4))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
    with suppress(BadAnswerError):
        assert isinstance(decode(bytes(sent), Outcome), Outcome)


def test_a_pickle_is_not_opened() -> None:
    class Runs:
        def __reduce__(self) -> Any:
            return pytest.fail, ("it was run",)

    with pytest.raises(BadAnswerError):
        decode(pickle.dumps(Runs()), Outcome)


@pytest.mark.parametrize(
    "wrong",
    [
        [True, 0.5, [1, 0], "yes", None],
        [1, "0.5", [1, 0], "yes", None],
        [1, 0.5, [1], "yes", None],
        [1, 0.5, [1, 1], "yes", None],
        [1, 0.5, [1, -1], "yes", None],
        [1, 0.5, [1, 0], "perhaps", None],
        [1, 0.5, [1, 0], ["yes"], None],
        [1, 0.5, [1, 0], "yes", "0"],
        [1, 0.5, [1, 0], "yes"],
        [-1, 0.5, [1, 0], "yes", None],
        [2**63, 0.5, [1, 0], "yes", None],
        [1, -0.5, [1, 0], "yes", None],
        [1, float("nan"), [1, 0], "yes", None],
        [1, float("inf"), [1, 0], "yes", None],
        {"number": 1},
    ],
)
def test_values_of_another_type_are_refused(wrong: object) -> None:
    right = encode(Kinds(1, 0.5, (1, b"x"), "yes", None))
    assert decode(right, Kinds) == Kinds(1, 0.5, (1, b"x"), "yes", None)
    # The same blob beside another head.
    sent = encode((wrong, b"x"))
    head = sent.index(b"[[") if isinstance(wrong, list) else sent.index(b"[{")
    inner = sent[head + 1 : -len(b",0]x")]
    framed = len(inner).to_bytes(4, "little") + sent[4:head] + inner + b"x"
    with pytest.raises(BadAnswerError):
        decode(framed, Kinds)


def test_depth_is_no_way_to_end_the_service() -> None:
    deep = b"[" * 100_000
    with pytest.raises(BadAnswerError):
        decode(len(deep).to_bytes(4, "little") + bytes(4) + deep, Outcome)


@pytest.mark.parametrize("much", [b"[" + b"0," * 2**21 + b"0]", b'"' + b"x" * 2**22 + b'"'])
def test_length_is_no_way_to_hold_the_service_up(much: bytes) -> None:
    with pytest.raises(BadAnswerError, match="more than an answer has"):
        decode(len(much).to_bytes(4, "little") + bytes(4) + much, str)


def test_what_has_no_place_in_an_answer_is_not_sent() -> None:
    with pytest.raises(TypeError, match="complex"):
        encode((1, 2j))
