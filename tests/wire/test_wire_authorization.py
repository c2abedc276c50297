"""The `Authorization` header: what is read from it, and what is said about a malformed one."""

import pytest

from wire.wire_samples import EXAMPLE_KEY, NOW, code_of, http, tc3_post
from wuhen.wire import ApiError, HttpRequest, Language, read
from wuhen.wire.tc3 import Authorization, parse_authorization

GOOD = (
    "TC3-HMAC-SHA256 Credential=AKID1/2024-11-14/aiart/tc3_request, "
    "SignedHeaders=content-type;host, Signature=0123abcd"
)
PARSED = Authorization("AKID1", "2024-11-14", "aiart", ("content-type", "host"), "0123abcd")


def with_authorization(value: str) -> HttpRequest:
    request = tc3_post({})
    headers = [(name, value if name == "authorization" else text) for name, text in request.headers]
    return http("POST", headers, body=request.body)


@pytest.mark.parametrize(
    "value",
    [
        GOOD,
        GOOD.replace("SHA256 ", "SHA256  "),
        GOOD.replace(", ", ","),
        GOOD.replace(", ", ",   "),
        GOOD.replace("content-type;host", "Content-Type;Host"),
        (
            "TC3-HMAC-SHA256 Signature=0123abcd, SignedHeaders=content-type;host, "
            "Credential=AKID1/2024-11-14/aiart/tc3_request"
        ),
    ],
    ids=["documented", "two spaces", "bare commas", "wide commas", "capitals", "other order"],
)
def test_every_spelling_of_clients_is_read(value: str) -> None:
    assert parse_authorization(value) == PARSED


def test_what_is_written_can_be_read() -> None:
    assert parse_authorization(PARSED.header()) == PARSED
    assert PARSED.header() == GOOD


@pytest.mark.parametrize("service", ["aiart", "127", "localhost:8000", "cvm"])
def test_any_service_is_taken_from_the_scope(service: str) -> None:
    assert parse_authorization(GOOD.replace("aiart", service)).service == service


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "the algorithm is ``"),
        ("SKIP", "takes no unsigned requests"),
        ("AWS4-HMAC-SHA256 Credential=a/b/c/aws4_request", "the algorithm is `AWS4-HMAC-SHA256`"),
        ("TC3-HMAC-SHA256", "it should read"),
        (GOOD.replace("Signature=", "Sig="), "it should read"),
        (GOOD + ", Signature=00", "it should read"),
        (GOOD + ", Extra=1", "it should read"),
        (GOOD.replace("AKID1", "AKID\xff"), "it should read"),
        (GOOD.replace("tc3_request", "aws4_request"), "`Credential` not valid"),
        (GOOD.replace("AKID1", ""), "`Credential` not valid"),
        (GOOD.replace("2024-11-14", "20241114"), "`Credential` not valid"),
        (GOOD.replace("aiart/", ""), "`Credential` not valid"),
        (GOOD.replace("content-type;host", "content-type"), "`SignedHeaders` not valid"),
        (GOOD.replace("content-type;host", ""), "`SignedHeaders` not valid"),
        (GOOD.replace("2024-11-14", "2024-11-13"), "it should be `2024-11-14`"),
        (GOOD.replace("host,", "host;x-custom,"), "names `x-custom`"),
    ],
)
def test_a_malformed_header_is_explained(value: str, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        read(with_authorization(value), now=NOW)

    assert caught.value.code == "AuthFailure.InvalidAuthorization"
    assert reason in caught.value.message(Language.ENGLISH)
    assert caught.value.message(Language.CHINESE).startswith("请求头部的 `Authorization` 不符合腾讯云标准：")


def test_a_service_can_be_insisted_on() -> None:
    read(tc3_post({}), now=NOW, service="aiart")

    with pytest.raises(ApiError, match="`Service` in Credential not valid"):
        read(tc3_post({}), now=NOW, service="cvm")


def test_the_signature_never_shows_in_a_repr() -> None:
    request = tc3_post({"InputImage": "c2VjcmV0"})
    claim = read(request, now=NOW)

    assert parse_authorization(request.header("Authorization") or "").signature not in repr(claim)
    assert EXAMPLE_KEY.secret_key not in repr(EXAMPLE_KEY)
    assert "c2VjcmV0" not in repr(claim)


def test_a_secret_id_that_is_no_key_is_refused_before_the_lookup() -> None:
    assert code_of(with_authorization(GOOD.replace("AKID1", "A" * 300))) == "AuthFailure.InvalidSecretId"
    assert code_of(with_authorization(GOOD)) == "AuthFailure.SecretIdNotFound"
