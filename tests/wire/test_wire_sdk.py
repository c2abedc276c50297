"""Random requests: what the official Python SDK signs verifies here, and our signatures are its own."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tencentcloud.aiart.v20221229.aiart_client import AiartClient
from tencentcloud.common.credential import Credential as SdkCredential
from tencentcloud.common.http.request import RequestInternal
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.common.sign import Sign

from wire.wire_samples import http, some_examples
from wuhen.wire import (
    Form,
    HttpRequest,
    Key,
    SignatureMethod,
    encode_form,
    flatten,
    read,
    sign_tc3,
    sign_v1,
    verify,
)
from wuhen.wire.body import parse_json_object
from wuhen.wire.forms import Text, parse_form, text_leaves, unflatten

# The SDK asks the clock in a way that newer Pythons warn of.
pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
ACTION = "ImageInpaintingRemoval"

texts = st.text(st.characters(codec="utf-8"), max_size=30)
names = st.text(LETTERS, min_size=1, max_size=8)
leaves = texts | st.integers(-(2**63), 2**63 - 1)
parameters = st.dictionaries(
    names,
    st.recursive(leaves, lambda inner: st.dictionaries(names, inner, min_size=1, max_size=3), max_leaves=6),
    max_size=5,
)
secrets = st.text(LETTERS + "*-_", min_size=1, max_size=40)
keys = st.builds(Key, secrets, secrets, st.none() | secrets)
endpoints = st.builds(
    "{}{}".format,
    st.sampled_from(["aiart.tencentcloudapi.com", "127.0.0.1", "localhost", "aiart.eu.example.org"]),
    st.sampled_from(["", ":8000", ":18999", ":443"]),
)


def sdk_client(key: Key, endpoint: str, method: str, *, sign_method: str, unsigned: bool = False) -> Any:
    profile = ClientProfile(
        signMethod=sign_method,
        language="en-US",
        httpProfile=HttpProfile(endpoint=endpoint, reqMethod=method, protocol="http"),
    )
    profile.unsignedPayload = unsigned
    credential = SdkCredential(key.secret_id, key.secret_key, key.token)
    return AiartClient(credential, "ap-guangzhou", profile)


def sdk_request(client: Any, sent: dict[str, Any], options: dict[str, Any] | None = None) -> HttpRequest:
    """Return what the SDK would put on the wire."""
    method = client.profile.httpProfile.reqMethod
    host = client.profile.httpProfile.endpoint
    request = RequestInternal(host, method, "/", header={})
    client._build_req_inter(ACTION, sent, request, options)
    data = request.data if isinstance(request.data, bytes) else request.data.encode()
    headers = {"Host": host, **request.header}
    return http(
        method, headers, query=data if method == "GET" else b"", body=data if method == "POST" else b""
    )


def signed_at(request: HttpRequest) -> int:
    form = request.query if request.method == "GET" else request.body
    return int(request.header("X-TC-Timestamp") or dict(parse_qsl(form.decode()))["Timestamp"])


def plain(tree: dict[str, object]) -> dict[str, object]:
    unwrapped: dict[str, object] = {}
    for name, value in tree.items():
        if isinstance(value, Text):
            unwrapped[name] = value.value
        else:
            unwrapped[name] = plain(value) if isinstance(value, dict) else value
    return unwrapped


def as_text(tree: dict[str, Any]) -> dict[str, Any]:
    return {name: as_text(value) if isinstance(value, dict) else str(value) for name, value in tree.items()}


@some_examples
@given(key=keys, endpoint=endpoints, sent=parameters, unsigned=st.booleans())
def test_a_tc3_post_of_the_sdk_verifies(
    key: Key,
    endpoint: str,
    sent: dict[str, Any],
    *,
    unsigned: bool,
) -> None:
    client = sdk_client(key, endpoint, "POST", sign_method="TC3-HMAC-SHA256", unsigned=unsigned)
    request = sdk_request(client, sent)
    claim = read(request, now=signed_at(request))

    verify(claim, key)

    assert claim.form is Form.JSON
    assert (claim.action, claim.region, claim.language) == (ACTION, "ap-guangzhou", "en-US")
    assert parse_json_object(request.body) == sent


@some_examples
@given(key=keys, endpoint=endpoints, sent=parameters)
def test_a_tc3_get_of_the_sdk_verifies(key: Key, endpoint: str, sent: dict[str, Any]) -> None:
    request = sdk_request(sdk_client(key, endpoint, "GET", sign_method="TC3-HMAC-SHA256"), sent)
    claim = read(request, now=signed_at(request))

    verify(claim, key)

    assert claim.form is Form.QUERY
    assert plain(unflatten(text_leaves(parse_form(request.query)))) == as_text(sent)


@some_examples
@given(
    key=keys,
    endpoint=endpoints,
    sent=st.dictionaries(names, texts | st.dictionaries(names, leaves, min_size=1), max_size=4),
)
def test_a_multipart_post_of_the_sdk_verifies(key: Key, endpoint: str, sent: dict[str, Any]) -> None:
    client = sdk_client(key, endpoint, "POST", sign_method="TC3-HMAC-SHA256")
    request = sdk_request(client, sent, {"IsMultipart": True})
    claim = read(request, now=signed_at(request))

    verify(claim, key)

    assert claim.form is Form.MULTIPART


@pytest.mark.slow
@some_examples
@given(
    key=keys,
    endpoint=endpoints,
    sent=parameters,
    method=st.sampled_from(["GET", "POST"]),
    sign_method=st.sampled_from(list(SignatureMethod)),
)
def test_signature_v1_of_the_sdk_verifies(
    key: Key,
    endpoint: str,
    sent: dict[str, Any],
    method: str,
    sign_method: SignatureMethod,
) -> None:
    request = sdk_request(sdk_client(key, endpoint, method, sign_method=str(sign_method)), sent)
    claim = read(request, now=signed_at(request))

    verify(claim, key)

    assert claim.form.is_v1
    assert plain(unflatten(text_leaves(claim.fields()))) == as_text(sent)


@some_examples
@given(
    key=keys,
    host=endpoints,
    method=st.sampled_from(["GET", "POST"]),
    payload=st.binary(max_size=200),
    timestamp=st.integers(1, 4_000_000_000),
    unsigned=st.booleans(),
)
def test_our_tc3_signature_is_the_sdks(
    key: Key,
    host: str,
    method: str,
    payload: bytes,
    timestamp: int,
    *,
    unsigned: bool,
) -> None:
    # A query is text, and no body of a GET is signed.
    data: Any = payload.hex() if method == "GET" else payload
    ours = sign_tc3(
        key,
        service="aiart",
        host=host,
        action=ACTION,
        version="2022-12-29",
        timestamp=timestamp,
        method=method,
        query=data.encode() if method == "GET" else b"",
        body=payload,
        unsigned_payload=unsigned,
    )
    client = sdk_client(key, host, method, sign_method="TC3-HMAC-SHA256")
    date = datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d")
    request = RequestInternal(host, method, "/", header=ours, data=data)

    theirs = client._get_tc3_signature({}, request, date, "aiart", key.secret_key)

    assert ours["Authorization"].endswith(f"Signature={theirs}")


@some_examples
@given(
    key=keys,
    host=endpoints,
    sent=parameters,
    method=st.sampled_from(["GET", "POST"]),
    sign_method=st.sampled_from(list(SignatureMethod)),
)
def test_our_v1_signature_is_the_sdks(
    key: Key,
    host: str,
    sent: dict[str, Any],
    method: str,
    sign_method: SignatureMethod,
) -> None:
    ours = dict(
        sign_v1(
            key,
            flatten(sent),
            host=host,
            action=ACTION,
            version="2022-12-29",
            timestamp=1731574045,
            nonce=1,
            method=method,
            signature_method=sign_method,
        ),
    )
    client = sdk_client(key, host, method, sign_method=str(sign_method))
    unsigned = {name: value for name, value in ours.items() if name != "Signature"}

    assert (
        Sign.sign(key.secret_key, client._format_sign_string(unsigned), str(sign_method)) == ours["Signature"]
    )


@some_examples
@given(sent=parameters)
def test_flattening_is_the_sdks(sent: dict[str, Any]) -> None:
    theirs = sdk_client(Key("a", "b"), "h", "GET", sign_method="HmacSHA1")._fix_params(sent)

    assert flatten(sent) == [(name, str(value)) for name, value in theirs.items()]
    assert plain(unflatten(text_leaves(parse_form(encode_form(flatten(sent)))))) == as_text(sent)


@some_examples
@given(sent=parameters)
def test_json_survives_the_wire(sent: dict[str, Any]) -> None:
    assert parse_json_object(json.dumps(sent).encode()) == sent
    assert parse_json_object(json.dumps(sent, ensure_ascii=False).encode()) == sent
