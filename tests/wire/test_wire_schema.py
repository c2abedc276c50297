"""Validation: which values fit which declaration, in JSON and as text, and what is said of the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.wire_samples import DESCRIBE, ERASE, parameter, some_examples
from wuhen.wire import (
    ApiError,
    Float,
    Integer,
    Language,
    Length,
    List,
    Picture,
    String,
    Struct,
    Type,
    flatten,
    validate,
)
from wuhen.wire.body import parse_json_object
from wuhen.wire.forms import Binary, Text, parse_form, text_leaves, unflatten

SCHEMA = ERASE.parameters
LISTS = DESCRIBE.parameters


def refused(schema: Struct, raw: dict[str, object]) -> tuple[str, str]:
    with pytest.raises(ApiError) as caught:
        validate(schema, raw)
    return caught.value.code, caught.value.message(Language.ENGLISH)


def from_query(query: bytes) -> dict[str, object]:
    return unflatten(text_leaves(parse_form(query)))


def test_values_that_fit_come_through_and_null_is_absence() -> None:
    raw = {"InputUrl": "u", "Mask": None, "LogoAdd": 2, "LogoParam": {"LogoRect": {"X": -5, "Y": None}}}

    assert validate(SCHEMA, raw) == {"InputUrl": "u", "LogoAdd": 2, "LogoParam": {"LogoRect": {"X": -5}}}


def test_text_becomes_what_is_declared() -> None:
    raw = from_query(b"InputUrl=5&LogoAdd=-1&LogoParam.LogoRect.X=0007")

    assert validate(SCHEMA, raw) == {"InputUrl": "5", "LogoAdd": -1, "LogoParam": {"LogoRect": {"X": 7}}}


def test_raw_bytes_become_base64() -> None:
    assert validate(SCHEMA, {"InputImage": Binary(b"\x89PNG")}) == {"InputImage": "iVBORw=="}


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ({"Foo": 1}, "Foo"),
        ({"logoadd": 1}, "logoadd"),
        ({"LogoParam": {"Foo": 1}}, "LogoParam.Foo"),
        ({"LogoParam": {"LogoRect": {"Z": 1}}}, "LogoParam.LogoRect.Z"),
        ({"LogoAdd": "wrong too", "Foo": 1}, "Foo"),
        (from_query(b"LogoParam.Foo=1"), "LogoParam.Foo"),
    ],
)
def test_an_undeclared_name_is_unknown(raw: dict[str, object], name: str) -> None:
    assert refused(SCHEMA, raw) == ("UnknownParameter", f"The parameter `{name}` is not recognized.")


@pytest.mark.parametrize(
    ("raw", "name", "kind"),
    [
        ({"InputUrl": 5}, "InputUrl", "string"),
        ({"InputUrl": True}, "InputUrl", "string"),
        ({"InputUrl": ["u"]}, "InputUrl", "string"),
        ({"InputUrl": {"a": "b"}}, "InputUrl", "string"),
        ({"LogoAdd": "1"}, "LogoAdd", "int64"),
        ({"LogoAdd": True}, "LogoAdd", "int64"),
        ({"LogoAdd": 1.0}, "LogoAdd", "int64"),
        ({"LogoAdd": 2**63}, "LogoAdd", "int64"),
        ({"LogoAdd": -(2**63) - 1}, "LogoAdd", "int64"),
        ({"LogoAdd": {}}, "LogoAdd", "int64"),
        ({"LogoAdd": Binary(b"1")}, "LogoAdd", "int64"),
        ({"LogoParam": "{}"}, "LogoParam", "object"),
        ({"LogoParam": []}, "LogoParam", "object"),
        ({"LogoParam": {"LogoRect": {"X": "5"}}}, "LogoParam.LogoRect.X", "int64"),
        (from_query(b"LogoAdd="), "LogoAdd", "int64"),
        (from_query(b"LogoAdd=1.0"), "LogoAdd", "int64"),
        (from_query(b"LogoAdd=+1"), "LogoAdd", "int64"),
        (from_query("LogoAdd=１".encode()), "LogoAdd", "int64"),
        (from_query(b"LogoAdd=9223372036854775808"), "LogoAdd", "int64"),
        (from_query(b"LogoParam=Array"), "LogoParam", "object"),
        (from_query(b"InputUrl.A=1"), "InputUrl", "string"),
    ],
)
def test_a_value_of_another_type_is_refused(raw: dict[str, object], name: str, kind: str) -> None:
    text = f"The value type of parameter `{name}` is not valid, input type should be `{kind}`"

    assert refused(SCHEMA, raw) == ("InvalidParameter", text)


@some_examples
@given(number=st.integers(-(2**63), 2**63 - 1))
def test_every_int64_passes_in_both_forms(number: int) -> None:
    assert validate(SCHEMA, {"LogoAdd": number}) == {"LogoAdd": number}
    assert validate(SCHEMA, {"LogoAdd": Text(str(number))}) == {"LogoAdd": number}


@pytest.mark.parametrize("raw", [{"InputUrl": "\ud800"}, from_query(b"InputUrl=%FF")])
def test_text_that_is_not_unicode_is_refused(raw: dict[str, object]) -> None:
    assert refused(SCHEMA, raw) == ("InvalidParameter", "Parameter `InputUrl` format invalid.")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ({}, "Ids"),
        ({"Ids": None}, "Ids"),
        ({"Ids": [], "Filters": [{"Name": "a"}, {"Limit": 1}]}, "Filters.1.Name"),
    ],
)
def test_a_required_parameter_is_missed(raw: dict[str, object], name: str) -> None:
    assert refused(LISTS, raw) == (
        "MissingParameter",
        f"The request is missing a required parameter `{name}`.",
    )


def test_lists_are_the_same_in_json_and_flattened() -> None:
    raw = {"Ids": ["a", "b"], "Filters": [{"Name": "n", "Limit": 3}]}

    assert validate(LISTS, raw) == raw
    assert validate(LISTS, from_query(b"Filters.0.Limit=3&Ids.1=b&Ids.0=a&Filters.0.Name=n")) == raw


@pytest.mark.parametrize(
    "query", [b"Ids.1=a", b"Ids.0=a&Ids.2=b", b"Ids.0=a&Ids.x=b", b"Ids.00=a", b"Ids.-1=a"]
)
def test_list_indexes_count_from_zero_without_gaps(query: bytes) -> None:
    code, text = refused(LISTS, from_query(query))

    assert code == "InvalidParameter"
    assert text.startswith("Parameter `Ids` invalid array format, array index must be continuous")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"Ids": "a"}, "`Ids` is not valid, input type should be `array`"),
        ({"Ids": ["a", None]}, "`Ids.1` is not valid, input type should be `string`"),
        ({"Filters": [{"Foo": 1}]}, "`Filters.0.Foo` is not recognized"),
        (from_query(b"Filters.0.Foo=1"), "`Filters.0.Foo` is not recognized"),
    ],
)
def test_members_of_lists_are_checked_too(raw: dict[str, object], expected: str) -> None:
    assert expected in refused(LISTS, raw)[1]


MEASURED = Struct(
    (
        parameter("Share", Float(0, 1)),
        parameter("Side", Length()),
        parameter("Boxes", List(Struct((parameter("X", Length()), parameter("Tags", List(Integer())))))),
    )
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"Share": 1}, {"Share": 1}),
        ({"Share": 0.25}, {"Share": 0.25}),
        ({"Share": 7.5}, {"Share": 7.5}),  # to the gateway, as any range is
        (from_query(b"Share=-0.5&Side=25%25"), {"Share": -0.5, "Side": "25%"}),
        ({"Side": -60}, {"Side": -60}),
        ({"Side": 0.5}, {"Side": 0.5}),
        (from_query(b"Boxes.0.X=-60&Boxes.0.Tags.0=4"), {"Boxes": [{"X": "-60", "Tags": [4]}]}),
    ],
)
def test_numbers_and_lengths_come_through(raw: dict[str, object], expected: dict[str, object]) -> None:
    assert validate(MEASURED, raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"Share": "0.5"}, "`Share` is not valid, input type should be `float`"),
        ({"Share": True}, "`Share` is not valid"),
        (parse_json_object(b'{"Share": 1e999}'), "`Share` is not valid"),
        (parse_json_object(b'{"Share": 99999999999999999999999}'), "`Share` is not valid"),
        (from_query(b"Share=1e3"), "`Share` is not valid"),
        (from_query(b"Share=nan"), "`Share` is not valid"),
        ({"Side": False}, "`Side` is not valid, input type should be `int64 or string`"),
        ({"Side": {"X": 1}}, "`Side` is not valid"),
        (parse_json_object(b'{"Side": -1e999}'), "`Side` is not valid"),
        ({"Side": "\ud800"}, "`Side`"),
        ({"Boxes": [{"X": 1, "Tags": [0.5]}]}, "`Boxes.0.Tags.0` is not valid, input type should be `int64`"),
    ],
)
def test_what_is_no_number_and_no_length_is_refused(raw: dict[str, object], expected: str) -> None:
    assert expected in refused(MEASURED, raw)[1]


def test_a_path_leads_through_lists_by_their_numbers() -> None:
    found = MEASURED.find("Boxes.12.X")
    assert found is not None
    assert found.type == Length()
    for path in ("Boxes.X", "Boxes.0", "Boxes.-1.X", "Boxes.0.Y", "Boxes.0.Tags.0.X", "Side.0"):
        assert MEASURED.find(path) is None, path


names = st.text("ABCab1", min_size=1, max_size=4)
texts = st.text(st.characters(codec="utf-8"), max_size=10)
kinds = st.recursive(
    st.sampled_from([String(), Integer(), Float(-1000, 1000), Length()]),
    lambda inner: (
        st.builds(List, inner)
        | st.lists(st.tuples(names, inner), min_size=1, max_size=3, unique_by=lambda pair: pair[0]).map(
            lambda pairs: Struct(tuple(parameter(name, kind) for name, kind in pairs))
        )
    ),
    max_leaves=6,
)


def values_of(kind: Type) -> st.SearchStrategy[object]:
    match kind:
        case String():
            return texts
        case Integer():
            return st.integers(-(2**63), 2**63 - 1)
        case Float():
            return st.decimals(-1000, 1000, places=4).map(float)
        case Length():
            return texts
        case List(member):
            # An empty list cannot be told from an absent one once it is flat.
            return st.lists(values_of(member), min_size=1, max_size=3)
        case Struct(parameters):
            return st.fixed_dictionaries({member.name: values_of(member.type) for member in parameters})


@some_examples
@given(data=st.data(), kind=kinds)
def test_what_is_flattened_comes_back_as_declared(data: st.DataObject, kind: Type) -> None:
    schema = Struct((parameter("P", kind),))
    sent: dict[str, object] = {"P": data.draw(values_of(kind))}

    assert validate(schema, sent) == sent
    assert validate(schema, unflatten(text_leaves(flatten(sent)))) == sent


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(sorted(SCHEMA.by_name)), inner)
    ),
    max_leaves=8,
)


@pytest.mark.slow
@some_examples
@given(raw=st.dictionaries(st.sampled_from(sorted({*SCHEMA.by_name, *LISTS.by_name})), json_values))
def test_any_value_is_accepted_or_refused_with_a_code(raw: dict[str, object]) -> None:
    for schema in (SCHEMA, LISTS):
        try:
            values = validate(schema, raw)
        except ApiError as error:
            assert error.code in {"UnknownParameter", "InvalidParameter", "MissingParameter"}  # noqa: PT017
        else:
            assert validate(schema, dict(values)) == values


def test_numbers_longer_than_any_type_cost_nothing() -> None:
    raw = parse_json_object(b'{"LogoAdd": ' + b"9" * 1_000_000 + b"}")

    assert refused(SCHEMA, raw)[0] == "InvalidParameter"


def test_a_path_leads_to_a_parameter_or_nowhere() -> None:
    found = SCHEMA.find("LogoParam.LogoRect.X")
    assert found is not None
    assert found.name == "X"
    assert SCHEMA.find("LogoParam") is SCHEMA.by_name["LogoParam"]
    for path in ("Nothing", "LogoParam.Nothing", "LogoAdd.X", "", "LogoParam.", ".LogoParam"):
        assert SCHEMA.find(path) is None


def test_pictures_are_found_at_any_depth() -> None:
    inner = Struct((parameter("A", Picture(file="a.png")), parameter("B", String())))
    struct = Struct((parameter("C", Picture()), parameter("D", inner)))
    assert {name: picture.file for name, picture in struct.pictures()} == {"C": "photo.jpg", "A": "a.png"}


@pytest.mark.parametrize(
    ("kind", "allowed", "refused"),
    [
        (Integer(), [-(1 << 63), (1 << 63) - 1], []),
        (Integer(1, 200), [1, 200], [0, 201, -1]),
        (Integer(minimum=0), [0, 1 << 40], [-1]),
    ],
)
def test_a_range_has_both_its_ends(kind: Integer, allowed: list[int], refused: list[int]) -> None:
    assert [value for value in allowed if not kind.allows(value)] == []
    assert [value for value in refused if kind.allows(value)] == []
