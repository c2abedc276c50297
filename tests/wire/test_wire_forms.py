"""Reading bodies and queries: URL-encoded, multipart and JSON, and what is said of malformed ones."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.wire_samples import call, some_examples, tc3_get, tc3_post, v1_post
from wuhen.wire import ApiError, HttpRequest, Language, encode_form
from wuhen.wire.body import MAX_MARKS
from wuhen.wire.forms import MAX_PAIRS, Binary, Text, parse_form, unflatten
from wuhen.wire.multipart import MAX_PARTS, multipart_leaves, parse_multipart

TYPE = "multipart/form-data; boundary=b"


def message_of(request: HttpRequest) -> tuple[str, str]:
    with pytest.raises(ApiError) as caught:
        call(request)
    return caught.value.code, caught.value.message(Language.ENGLISH)


def part(disposition: bytes, content: bytes, extra: bytes = b"") -> bytes:
    return (
        b"--b\r\nContent-Disposition: form-data; "
        + disposition
        + b"\r\n"
        + extra
        + b"\r\n"
        + content
        + b"\r\n"
    )


def test_forms_keep_blanks_and_tell_bare_names() -> None:
    assert parse_form(b"a=&b&c=1=2&&d=%20+%2B&%E5%9B%BE=x&") == (
        ("a", ""),
        ("b", None),
        ("c", "1=2"),
        ("d", "  +"),
        ("图", "x"),
    )


@some_examples
@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8")))
    )
)
def test_what_is_encoded_can_be_read(pairs: list[tuple[str, str]]) -> None:
    assert list(parse_form(encode_form(pairs))) == pairs


@some_examples
@given(st.binary())
def test_any_bytes_decode_to_what_was_sent(raw: bytes) -> None:
    encoded = b"v=" + b"".join(b"%%%02x" % byte for byte in raw)
    ((_, value),) = parse_form(encoded)

    assert value is not None
    assert value.encode("utf-8", "surrogateescape") == raw


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (b"LogoAdd", "Url key and value should be splited by `=`."),
        (b'{"LogoAdd":1}', "Url key and value should be splited by `=`."),
        (b"=1", "The request has a parameter key which is empty string."),
        (b"LogoAdd=1&LogoAdd=1", "Parameter `LogoAdd` input repeated."),
        (b"LogoParam..X=1", "Parameter `LogoParam..X` format invalid."),
        (b".X=1", "Parameter `.X` format invalid."),
        (b"LogoParam.=1", "Parameter `LogoParam.` format invalid."),
        (b"LogoParam=1&LogoParam.LogoUrl=u", "Parameter `LogoParam` format invalid."),
        (b"LogoParam.LogoUrl=u&LogoParam=1", "Parameter `LogoParam` format invalid."),
        (b"a" + b".a" * 16 + b"=1", f"Parameter `a{'.a' * 16}` format invalid."),
    ],
)
def test_malformed_names_are_explained(query: bytes, text: str) -> None:
    assert message_of(tc3_get(query)) == ("InvalidParameter", text)


def test_a_form_of_countless_parameters_is_refused() -> None:
    parse_form(b"&" * (MAX_PAIRS - 1))

    with pytest.raises(ApiError, match=f"more than {MAX_PAIRS} parameters"):
        parse_form(b"&" * MAX_PAIRS)


@pytest.mark.parametrize("member", [b"{},", b"[],", b"0,"])
def test_json_of_countless_values_is_refused(member: bytes) -> None:
    body = b'{"LogoAdd": [' + member * MAX_MARKS + b"0]}"

    assert message_of(tc3_post(body)) == (
        "InvalidParameter",
        f"The request has more than {MAX_MARKS} parameters.",
    )


def test_a_repeated_parameter_is_found_in_v1_too() -> None:
    pairs = [("LogoAdd", "1"), ("LogoAdd", "0")]

    assert message_of(v1_post(pairs)) == ("InvalidParameter", "Parameter `LogoAdd` input repeated.")


def test_a_repeated_common_parameter_is_refused_before_anything_is_signed() -> None:
    assert message_of(v1_post([("Timestamp", "1")])) == (
        "InvalidParameter",
        "Parameter `Timestamp` input repeated.",
    )


def test_common_parameters_are_not_the_actions_where_they_are_headers() -> None:
    assert message_of(tc3_post({"Action": "x"})) == (
        "UnknownParameter",
        "The parameter `Action` is not recognized.",
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"x"',
        b"null",
        b"{",
        b'{"LogoAdd": NaN}',
        b'{"LogoAdd": 01}',
        b'\xff{"a": 1}',
        b"LogoAdd=1",
    ]
    + ['{"LogoAdd": 1}'.encode(encoding) for encoding in ("utf-16", "utf-32", "utf-8-sig")],
)
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    assert message_of(tc3_post(body)) == (
        "InvalidParameter",
        "The request content not valid json format for specified content-type=application/json.",
    )


@pytest.mark.parametrize(
    "body", [b'{"LogoAdd": 0, "LogoAdd": 1}', b'{"LogoParam": {"LogoUrl": 0, "LogoUrl": 1}}']
)
def test_a_name_that_stands_twice_in_json_is_refused(body: bytes) -> None:
    code, text = message_of(tc3_post(body))

    assert code == "InvalidParameter"
    assert text.endswith("input repeated.")


def test_multipart_parts_become_text_bytes_and_structures() -> None:
    body = (
        part(b'name="InputUrl"', "图".encode())
        + part(
            b'name="RspImgType"', b"url", b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\n"
        )
        + part(b'name="Mask"; filename="m.png"', b"\x00\r\n\xff\r\n--c", b"Content-Type: image/png\r\n")
        + part(b'name="InputImage"', b"\x89PNG", b"Content-Type: application/octet-stream\r\n")
        + part(b'name="LogoParam"', b'{"LogoRect": {"X": 5}}', b"Content-Type: application/json\r\n")
        + b"--b--\r\n"
    )

    assert dict(multipart_leaves(TYPE, body)) == {
        "InputUrl": Text("图"),
        "RspImgType": Text("url"),
        "Mask": Binary(b"\x00\r\n\xff\r\n--c"),
        "InputImage": Binary(b"\x89PNG"),
        "LogoParam": {"LogoRect": {"X": 5}},
    }


def test_multipart_carries_flattened_names_too() -> None:
    body = part(b'name="LogoParam.LogoRect.X"', b"5") + part(b'name="LogoAdd"', b"0") + b"--b--"

    assert call(tc3_post(body, content_type=TYPE)).parameters == {
        "LogoParam": {"LogoRect": {"X": 5}},
        "LogoAdd": 0,
    }


def test_multipart_files_arrive_as_base64() -> None:
    body = part(b'name="InputImage"; filename="InputImage"', b"\x89PNG") + b"--b--\r\n"

    assert call(tc3_post(body, content_type=TYPE)).parameters == {"InputImage": "iVBORw=="}


def test_a_json_part_is_checked_like_a_json_body() -> None:
    json_part = b"Content-Type: application/json\r\n"
    text = part(b'name="LogoParam"', b'{"LogoRect": {"X": "5"}}', json_part) + b"--b--"
    broken = part(b'name="LogoParam"', b"{", json_part) + b"--b--"
    both = part(b'name="LogoParam"', b"{}", json_part) + part(b'name="LogoParam.LogoUrl"', b"u") + b"--b--"

    assert "`LogoParam.LogoRect.X` is not valid" in message_of(tc3_post(text, content_type=TYPE))[1]
    assert message_of(tc3_post(broken, content_type=TYPE))[1] == "Parameter `LogoParam` invalid json format."
    assert message_of(tc3_post(both, content_type=TYPE))[1] == "Parameter `LogoParam` format invalid."


def test_an_empty_multipart_body_has_no_parameters() -> None:
    assert call(tc3_post(b"", content_type=TYPE)).parameters == {}
    assert call(tc3_post(b"--b--\r\n", content_type=TYPE)).parameters == {}


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ('multipart/form-data; boundary="b"', "A"),
        ("multipart/form-data;boundary=b", "A"),
        ("multipart/form-data; charset=utf-8; boundary=b", "A"),
        ("Multipart/Form-Data; Boundary=b", "A"),
    ],
)
def test_the_boundary_is_found(content_type: str, name: str) -> None:
    (only,) = parse_multipart(content_type, part(b'name="A"', b"1") + b"--b--\r\n")

    assert only.name == name


def test_quotes_in_names_are_unescaped() -> None:
    (only,) = parse_multipart(TYPE, part(rb'name="a\"b;c"; filename="x;name=y"', b"1") + b"--b--\r\n")

    assert (only.name, only.file_name) == ('a"b;c', "x;name=y")


GOOD = part(b'name="LogoAdd"', b"1")


@pytest.mark.parametrize(
    ("content_type", "body", "reason"),
    [
        ("multipart/form-data", GOOD + b"--b--", "boundary"),
        ("multipart/form-data; boundary=", GOOD + b"--b--", "boundary"),
        (f"multipart/form-data; boundary={'b' * 71}", GOOD, "boundary"),
        (TYPE, GOOD, "last line"),
        (TYPE, GOOD + b"--b", "last line"),
        (TYPE, GOOD + b"--b--tail", "last line"),
        (TYPE, b"preamble\r\n" + GOOD + b"--b--", "last line"),
        (TYPE, GOOD.replace(b"--b\r\n", b"--bc\r\n") + b"--b--", "last line"),
        (TYPE, b"no multipart at all", "last line"),
        (TYPE, b"--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--", "Content-Disposition"),
        (TYPE, b'--b\r\nContent-Disposition: attachment; name="A"\r\n\r\n1\r\n--b--', "Content-Disposition"),
        (TYPE, b"--b\r\n\r\n1\r\n--b--", "Content-Disposition"),
        (TYPE, b'--b\r\nContent-Disposition: form-data; name="A"\r\n1\r\n--b--', "empty line"),
        (TYPE, part(b'name="A"', b"1", b"X: " + b"x" * 5000 + b"\r\n") + b"--b--", "4096 bytes"),
        (TYPE, part(b'name="A"', b"MQ==", b"Content-Transfer-Encoding: base64\r\n") + b"--b--", "`base64`"),
        (TYPE, part(b'name="A"', b"1") * (MAX_PARTS + 1) + b"--b--", "more than 256 parts"),
    ],
)
def test_a_malformed_multipart_body_is_explained(content_type: str, body: bytes, reason: str) -> None:
    code, text = message_of(tc3_post(body, content_type=content_type))

    assert code == "InvalidRequest"
    assert text.startswith("The multipart format of the request body is incorrect: ")
    assert reason in text


def test_as_many_parts_as_allowed_are_read() -> None:
    body = b"".join(part(b'name="N%d"' % index, b"") for index in range(MAX_PARTS)) + b"--b--\r\n"

    assert len(parse_multipart(TYPE, body)) == MAX_PARTS


@some_examples
@given(contents=st.lists(st.binary(max_size=50), max_size=4))
def test_any_content_comes_back(contents: list[bytes]) -> None:
    boundary = b"0123456789abcdef"
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="P%d"; filename="f"\r\n\r\n%s\r\n'
        % (boundary, index, content)
        for index, content in enumerate(contents)
    ]
    body = b"".join(parts) + b"--%s--\r\n" % boundary

    read = parse_multipart("multipart/form-data; boundary=" + boundary.decode(), body)

    assert [one.content for one in read] == contents


def test_a_name_given_twice_in_multipart_is_refused() -> None:
    assert message_of(tc3_post(GOOD + GOOD + b"--b--", content_type=TYPE)) == (
        "InvalidParameter",
        "Parameter `LogoAdd` input repeated.",
    )


@some_examples
@given(st.dictionaries(st.text("AB.", max_size=6), st.integers(), max_size=4))
def test_unflattening_loses_nothing_or_refuses(flat: dict[str, int]) -> None:
    try:
        tree = unflatten(flat.items())
    except ApiError:
        return

    assert json.dumps(tree, sort_keys=True).count(":") >= len(flat)
    for name, value in flat.items():
        node: object = tree
        for step in name.split("."):
            assert isinstance(node, dict)
            node = node[step]
        assert node == value
