"""Reading requests: size limits, clock, regions, language; no bytes cause more than an `ApiError`."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.wire_samples import (
    ACTIONS,
    ERASE,
    EXAMPLE_KEY,
    FORM,
    HOST,
    JSON,
    NOW,
    call,
    code_of,
    http,
    some_examples,
    tc3_get,
    tc3_post,
    v1_post,
)
from wuhen.wire import (
    ApiError,
    Call,
    Form,
    HttpRequest,
    Language,
    Limits,
    allowance,
    read,
    read_language,
    route,
    verify,
)
from wuhen.wire.hosts import signable_hosts

HEAD = {"Host": HOST, "Authorization": "TC3-HMAC-SHA256 x"}


@pytest.mark.parametrize(
    ("head", "size", "code"),
    [
        (http("POST", {**HEAD, "Content-Type": JSON}), 13 * 1024 * 1024, "RequestSizeLimitExceeded"),
        (
            http("POST", {**HEAD, "Content-Type": "multipart/form-data"}),
            13 * 1024 * 1024,
            "RequestSizeLimitExceeded",
        ),
        (http("POST", {"Content-Type": FORM}), 1024 * 1024, "AuthFailure.SignatureFailure"),
        (http("POST", {**HEAD, "Content-Type": "text/plain"}), 0, "UnsupportedProtocol"),
        (http("POST", {"Content-Type": JSON}), 0, "UnsupportedProtocol"),
        (http("POST", HEAD), 0, "UnsupportedProtocol"),
        (http("PUT", HEAD), 0, "UnsupportedProtocol"),
        (http("GET", HEAD, query=b"x" * 40_000), 0, "RequestSizeLimitExceeded"),
    ],
)
def test_how_much_body_may_be_read_is_known_from_the_head(head: HttpRequest, size: int, code: str) -> None:
    allowed = allowance(head, Limits())

    assert (allowed.size, allowed.excess.code) == (size, code)


def test_two_fields_of_six_megabytes_pass_and_thirteen_do_not() -> None:
    six = "A" * (6 * 1024 * 1024 - 1)

    assert len(call(tc3_post({"InputImage": six, "Mask": six})).parameters) == 2
    assert code_of(tc3_post(b" " * (13 * 1024 * 1024 + 1))) == "RequestSizeLimitExceeded"


def test_the_limit_of_a_get_counts_the_whole_request() -> None:
    request = tc3_get(b"InputUrl=u")
    line = b"GET /?InputUrl=u HTTP/1.1\r\n"
    size = len(line) + sum(len(f"{name}: {value}\r\n") for name, value in request.headers) + 2

    read(request, now=NOW, limits=Limits(get=size))
    with pytest.raises(ApiError, match="RequestSizeLimitExceeded"):
        read(request, now=NOW, limits=Limits(get=size - 1))
    with pytest.raises(ApiError, match="RequestSizeLimitExceeded"):
        read(replace(request, body=b"x"), now=NOW, limits=Limits(get=size))


def test_the_limit_of_v1_is_a_signature_failure_that_names_the_way_out() -> None:
    request = v1_post([("InputImage", "A" * 1024 * 1024)])

    with pytest.raises(ApiError, match="please use new signature method `TC3-HMAC-SHA256`") as caught:
        read(request, now=NOW)

    assert caught.value.code == "AuthFailure.SignatureFailure"


@pytest.mark.parametrize("offset", [-300, 0, 300])
def test_a_clock_may_be_five_minutes_off(offset: int) -> None:
    assert code_of(tc3_post({}), now=NOW + offset) == "OK"
    assert code_of(v1_post([]), now=NOW + offset) == "OK"


@pytest.mark.parametrize("offset", [-300.5, 300.5, -1e9, 1e12])
def test_a_clock_further_off_is_refused(offset: float) -> None:
    assert code_of(tc3_post({}), now=NOW + offset) == "AuthFailure.SignatureExpire"
    assert code_of(v1_post([]), now=NOW + offset) == "AuthFailure.SignatureExpire"


@pytest.mark.parametrize(
    ("region", "code"),
    [
        ("ap-guangzhou", "OK"),
        ("ap-singapore", "OK"),
        ("ap-beijing", "UnsupportedRegion"),
        ("na-siliconvalley", "UnsupportedRegion"),
        ("eu-frankfurt", "UnsupportedRegion"),
        ("sa-saopaulo", "UnsupportedRegion"),
        ("ap-shanghai-fsi", "UnsupportedRegion"),
        ("guangzhou", "InvalidParameterValue"),
        ("ap-guangzhou-3", "InvalidParameterValue"),
        ("AP-GUANGZHOU", "InvalidParameterValue"),
        ("ap-", "InvalidParameterValue"),
        ("", "MissingParameter"),
    ],
)
def test_regions(region: str, code: str) -> None:
    assert code_of(tc3_post({}, headers={"X-TC-Region": region})) == code


def test_the_supported_regions_are_the_callers_choice() -> None:
    claim = read(tc3_post({}, headers={"X-TC-Region": "home"}), now=NOW)

    assert route(claim, ACTIONS, {"home"}).region == "home"


@pytest.mark.parametrize("action", ["imageInpaintingRemoval", "ImageInpaintingRemoval ", "Other"])
def test_actions_are_compared_exactly(action: str) -> None:
    expected = "OK" if action.strip() == ERASE.name else "InvalidAction"

    assert code_of(tc3_post({}, action=action)) == expected


def test_a_call_says_all_that_a_service_needs() -> None:
    request = tc3_post(
        {"LogoAdd": 1}, headers={"X-TC-Language": "zh-CN", "X-TC-RequestClient": "SDK_GO_1\x01"}
    )

    assert call(request) == Call(
        action=ERASE,
        parameters={"LogoAdd": 1},
        region="ap-guangzhou",
        language=Language.CHINESE,
        secret_id=EXAMPLE_KEY.secret_id,
        form=Form.JSON,
        request_client=r"SDK_GO_1\x01",
    )


@pytest.mark.parametrize("method", ["PUT", "HEAD", "DELETE", "OPTIONS", "post", ""])
def test_only_get_and_post_are_supported(method: str) -> None:
    assert code_of(http(method, HEAD)) == "UnsupportedProtocol"


@pytest.mark.parametrize(
    "name",
    ["Authorization", "Content-Type", "Host", "X-TC-Action", "X-TC-Timestamp", "X-TC-Region", "X-TC-Token"],
)
def test_a_header_that_matters_may_not_stand_twice(name: str) -> None:
    request = tc3_post({}, headers={"X-TC-Token": "t"})
    twice = replace(request, headers=(*request.headers, (name.lower(), request.header(name) or "")))

    with pytest.raises(ApiError) as caught:
        call(twice)

    assert caught.value.code == "InvalidParameter"
    assert caught.value.text.en.lower() == f"parameter `{name.lower()}` input repeated."


def test_a_declared_content_hash_must_be_the_bodys() -> None:
    right = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

    assert code_of(tc3_post({}, headers={"X-TC-Content-SHA256": right})) == "OK"
    assert code_of(tc3_post({}, headers={"X-TC-Content-SHA256": right.upper()})) == "OK"
    assert code_of(tc3_post({}, headers={"X-TC-Content-SHA256": right[:-1] + "b"})) == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("request_", "language"),
    [
        (http("POST", {"X-TC-Language": "zh-CN", "Authorization": "?"}), Language.CHINESE),
        (http("POST", {"X-TC-Language": "fr-FR", "Authorization": "?"}), Language.ENGLISH),
        (http("PUT", {"X-TC-Language": "zh-CN"}), Language.CHINESE),
        (http("GET", {}, query=b"Language=zh-CN"), Language.CHINESE),
        (http("POST", {}, body=b"a=b&Language=zh%2DCN"), Language.CHINESE),
        (http("POST", {}, body=b"Language"), Language.ENGLISH),
        (http("GET", {"Authorization": "?"}, query=b"Language=zh-CN"), Language.ENGLISH),
        (http("GET", {}), Language.ENGLISH),
    ],
)
def test_the_language_of_an_answer_is_known_however_broken_the_request(
    request_: HttpRequest,
    language: Language,
) -> None:
    assert read_language(request_) is language


@pytest.mark.parametrize(
    ("received", "among"),
    [
        ("127.0.0.1:8000", {"127.0.0.1:8000", "127.0.0.1", "http://127.0.0.1:8000"}),
        ("http://127.0.0.1:8000", {"http://127.0.0.1:8000", "127.0.0.1:8000", "127.0.0.1"}),
        ("example.org", {"example.org", "example.org:443", "example.org:80", "https://example.org"}),
        ("[::1]:8000", {"[::1]:8000", "[::1]"}),
    ],
)
def test_hosts_that_may_have_been_signed(received: str, among: set[str]) -> None:
    assert signable_hosts(received)[0] == received
    assert among <= set(signable_hosts(received))


header_names = st.sampled_from(
    [
        "host",
        "content-type",
        "authorization",
        "x-tc-action",
        "x-tc-version",
        "x-tc-timestamp",
        "x-tc-region",
        "x-tc-token",
        "x-tc-language",
        "x-tc-content-sha256",
    ],
)
latin = st.text(st.characters(max_codepoint=255), max_size=40)
plausible = st.sampled_from(
    [HOST, JSON, FORM, "multipart/form-data; boundary=b", str(NOW), "9" * 30, "zh-CN", "ap-guangzhou", "SKIP"]
    + [value for name, value in tc3_post({}).headers if name == "authorization"]
    + [ERASE.name, ERASE.version, "UNSIGNED-PAYLOAD"],
)
form_names = st.sampled_from(
    ["Action", "Timestamp", "Nonce", "Version", "SecretId", "Signature", "Language", "%"]
)
forms = st.lists(st.tuples(form_names, st.text("0123456789%=+ä\n"))).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs).encode(),
)
requests = st.builds(
    HttpRequest,
    st.sampled_from(["GET", "POST", "PUT"]),
    st.sampled_from(["/", "/x"]),
    st.binary(max_size=60) | forms,
    st.lists(st.tuples(header_names, plausible | latin), max_size=9).map(tuple),
    st.binary(max_size=60) | forms,
)


@some_examples
@given(request_=requests)
def test_any_request_is_read_or_refused_with_a_code(request_: HttpRequest) -> None:
    read_language(request_)
    allowance(request_, Limits())
    try:
        verify(read(request_, now=NOW), EXAMPLE_KEY)
    except ApiError as error:
        assert error.text.en.isprintable()  # noqa: PT017


multipart_like = st.lists(
    st.sampled_from([b"--b", b"\r\n", b"--", b'Content-Disposition: form-data; name="LogoAdd"', b"1", b";"]),
).map(b"".join)
json_like = st.text('{}[]":,0.eE-\\udtrnl ', max_size=40).map(str.encode)
bodies = st.binary(max_size=80) | forms | multipart_like | json_like
content_types = st.sampled_from([JSON, "multipart/form-data; boundary=b", "multipart/form-data"])


@some_examples
@given(body=bodies, content_type=content_types)
def test_any_proven_body_is_understood_or_refused_with_a_code(body: bytes, content_type: str) -> None:
    assert code_of(tc3_post(body, content_type=content_type)) in {
        "OK",
        "InvalidParameter",
        "InvalidRequest",
        "UnknownParameter",
    }


@some_examples
@given(query=st.binary(max_size=80) | forms)
def test_any_proven_query_is_understood_or_refused_with_a_code(query: bytes) -> None:
    assert code_of(tc3_get(query)) in {"OK", "InvalidParameter", "UnknownParameter"}
