"""What each official client does in its own way, in requests built the way that client builds them.

Requests are signed with the signer of the official Python SDK, so that nothing leans on the code under test.
"""

import hashlib
import json
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import pytest
from tencentcloud.common.sign import Sign

from wire.wire_samples import EXAMPLE_KEY, FORM, JSON, NOW, call, code_of, http
from wuhen.wire import Form, HttpRequest, Language, read

DATE = "2024-11-14"
ENDPOINT = "127.0.0.1:8000"
BODY = json.dumps({"InputUrl": "https://xxx.com/a b+c.jpg", "LogoAdd": 0}).encode()
ERASED = {"InputUrl": "https://xxx.com/a b+c.jpg", "LogoAdd": 0}


def tc3(
    method: str,
    payload: bytes,
    *,
    content_type: str = JSON,
    host: str = ENDPOINT,
    signed_content_type: str | None = None,
    signed_host: str | None = None,
    service: str = "127",
    gap: str = " ",
    headers: Mapping[str, str] | None = None,
) -> HttpRequest:
    query, body = (payload.decode("latin-1"), b"") if method == "GET" else ("", payload)
    canonical = (
        f"{method}\n/\n{query}\ncontent-type:{signed_content_type or content_type}\n"
        f"host:{signed_host or host}\n\ncontent-type;host\n{hashlib.sha256(body).hexdigest()}"
    )
    scope = f"{DATE}/{service}/tc3_request"
    text = f"TC3-HMAC-SHA256\n{NOW}\n{scope}\n{hashlib.sha256(canonical.encode('latin-1')).hexdigest()}"
    signature = Sign.sign_tc3(EXAMPLE_KEY.secret_key, DATE, service, text)
    sent = {
        "Host": host,
        "Content-Type": content_type,
        "X-TC-Action": "ImageInpaintingRemoval",
        "X-TC-Version": "2022-12-29",
        "X-TC-Timestamp": str(NOW),
        "X-TC-Region": "ap-guangzhou",
        "Authorization": f"TC3-HMAC-SHA256{gap}Credential={EXAMPLE_KEY.secret_id}/{scope}, "
        f"SignedHeaders=content-type;host, Signature={signature}",
        **(headers or {}),
    }
    return http(method, sent, query=query.encode("latin-1"), body=body)


def v1(
    method: str = "POST",
    *,
    content_type: str = FORM,
    host: str = ENDPOINT,
    signed_host: str | None = None,
    signature_tail: str = "",
    bare: str = "",
    changes: Mapping[str, str] | None = None,
) -> HttpRequest:
    fields = {
        "Action": "ImageInpaintingRemoval",
        "InputUrl": "https://xxx.com/a b+c.jpg",
        "LogoAdd": "0",
        "Nonce": "11886",
        "Region": "ap-guangzhou",
        "SecretId": EXAMPLE_KEY.secret_id,
        "SignatureMethod": "HmacSHA256",
        "Timestamp": str(NOW),
        "Version": "2022-12-29",
        **(changes or {}),
    }
    listed = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    text = f"{method}{signed_host or host}/?{listed}"
    fields["Signature"] = Sign.sign(EXAMPLE_KEY.secret_key, text, "HmacSHA256") + signature_tail
    form = "&".join(
        urlencode({name: value}) if name != bare else name for name, value in fields.items()
    ).encode()
    if method == "GET":
        return http("GET", {"Host": host}, query=form)
    return http("POST", {"Host": host, "Content-Type": content_type}, body=form)


def flat(value: str) -> bytes:
    """Return a query whose order is nobody's alphabet."""
    return f"LogoAdd=0&InputUrl={value}".encode()


ENCODED_PLUS = "https%3A%2F%2Fxxx.com%2Fa+b%2Bc.jpg"
ACCEPTED = {
    "python POST": tc3("POST", BODY, service="aiart"),
    "python GET, insertion order": tc3("GET", flat(ENCODED_PLUS), content_type=FORM, service="aiart"),
    "go GET, sorted": tc3(
        "GET", b"&".join(sorted(flat(ENCODED_PLUS).split(b"&"))), content_type=FORM, service="aiart"
    ),
    "tccli, endpoint with scheme": tc3("POST", BODY, host=f"http://{ENDPOINT}", service="aiart"),
    "tccli, scheme dropped by a proxy": tc3("POST", BODY, signed_host=f"http://{ENDPOINT}", service="aiart"),
    "java JSON with charset": tc3("POST", BODY, content_type="application/json; charset=utf-8"),
    "java v1 with charset": v1(content_type="application/x-www-form-urlencoded; charset=utf-8"),
    "node POST, host without port": tc3("POST", BODY, signed_host="127.0.0.1"),
    "node GET, %20": tc3(
        "GET", flat(quote("https://xxx.com/a b+c.jpg", safe="")), content_type=FORM, signed_host="127.0.0.1"
    ),
    "node v1, host without port": v1(signed_host="127.0.0.1"),
    ".NET, two spaces": tc3("POST", BODY, gap="  "),
    "php v1 GET": v1("GET"),
    "C++, service from a local name": tc3("POST", BODY, host="localhost:8000", service="localhost:8000"),
    "ruby v1, line end in the signature": v1(signature_tail="\n"),
    "default port signed, not sent": tc3("POST", BODY, host="example.org", signed_host="example.org:443"),
    "IPv6 without its port": tc3("POST", BODY, host="[::1]:8000", signed_host="[::1]", service="[::1]"),
    "null instead of absence": tc3("POST", BODY[:-1] + b', "Mask": null, "LogoParam": {"LogoRect": null}}'),
}  # fmt: skip


@pytest.mark.parametrize("request_", ACCEPTED.values(), ids=ACCEPTED)
def test_the_clients_request_is_understood(request_: HttpRequest) -> None:
    parameters = call(request_).parameters

    assert {name: value for name, value in parameters.items() if name != "LogoParam"} == ERASED


def test_ruby_without_a_region_is_told_so_not_that_its_signature_is_wrong() -> None:
    assert code_of(v1(bare="Region", changes={"Region": ""})) == "MissingParameter"


def test_go_with_an_empty_region_is_told_so() -> None:
    assert code_of(v1(changes={"Region": ""})) == "MissingParameter"


def test_a_bare_region_changes_nothing_about_the_signature() -> None:
    bare, blank = v1(bare="Region", changes={"Region": ""}), v1(changes={"Region": ""})

    assert read(bare, now=NOW).proof == read(blank, now=NOW).proof


MULTIPART = b"".join(
    b'--b0\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % part
    for part in [(b"InputUrl", b"https://xxx.com/a b+c.jpg"), (b"LogoAdd", b"0")]
) + b"--b0--\r\n"  # fmt: skip
MULTIPARTS = {
    "python": tc3("POST", MULTIPART, content_type="multipart/form-data; boundary=b0"),
    "java": tc3("POST", MULTIPART, content_type="multipart/form-data; charset=utf-8; boundary=b0"),
    "ruby": tc3(
        "POST",
        MULTIPART,
        content_type="multipart/form-data; boundary=b0",
        signed_content_type="multipart/form-data",
    ),
    "boundary with capitals": tc3(
        "POST", MULTIPART.replace(b"b0", b"B0"), content_type="multipart/form-data; boundary=B0"
    ),
}  # fmt: skip


@pytest.mark.parametrize("request_", MULTIPARTS.values(), ids=MULTIPARTS)
def test_multipart_is_understood(request_: HttpRequest) -> None:
    understood = call(request_)

    assert understood.form is Form.MULTIPART
    assert understood.parameters == ERASED


def test_only_multipart_may_be_signed_without_its_parameters() -> None:
    request = tc3(
        "POST", BODY, content_type="application/json; charset=utf-8", signed_content_type="application/json"
    )

    assert code_of(request) == "AuthFailure.SignatureFailure"


def test_another_port_or_host_than_the_signed_one_is_refused() -> None:
    assert code_of(tc3("POST", BODY, signed_host="127.0.0.1:8001")) == "AuthFailure.SignatureFailure"
    assert code_of(tc3("POST", BODY, signed_host="example.org")) == "AuthFailure.SignatureFailure"
    assert code_of(v1(signed_host="127.0.0.1:8001")) == "AuthFailure.SignatureFailure"


def test_headers_of_the_clients_own_are_ignored() -> None:
    extra = {
        "X-TC-RequestClient": "SDK_GO_1.3.166: custom",
        "X-TC-TraceId": "f1",
        "X-Idempotency-Key": "k",
        "X-TC-Language": "zh-CN",
        "Accept-Encoding": "gzip, deflate",
        "Expect": "100-continue",
    }
    understood = call(tc3("POST", BODY, headers=extra))

    assert understood.request_client == "SDK_GO_1.3.166: custom"
    assert understood.language is Language.CHINESE


def test_v1_keys_are_sorted_by_ascii() -> None:
    logo = {"LogoParam.LogoRect.X": "5", "LogoParam.LogoUrl": "u", "RequestClient": "SDK_JAVA_3", "Token": ""}

    assert call(v1(changes=logo)).parameters == {
        **ERASED,
        "LogoParam": {"LogoRect": {"X": 5}, "LogoUrl": "u"},
    }


@pytest.mark.parametrize(
    ("sent", "language"),
    [("zh-CN", Language.CHINESE), ("en-US", Language.ENGLISH), ("", Language.ENGLISH)],
)
def test_language_is_a_common_parameter_in_v1_too(sent: str, language: Language) -> None:
    assert call(v1(changes={"Language": sent})).language is language
