"""Each SDK writes its requests in its own way; the service takes them all."""

import json
import socket
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clients import sdks
from clients.raw import (
    ACTION,
    FORM,
    JSON,
    Caller,
    Raw,
    connect,
    plain,
    query_of,
    receive,
    send,
    tc3,
    v1,
    v1_fields,
)
from clients.sdks import ASKING, GETS, POSTS, Builder, signed
from harness import Service
from pictures import same_but_for_numbers
from scenes import Scene, assert_erased

LOGO_RECT = {"X": 1, "Y": 2, "Width": 8, "Height": 8}


@pytest.fixture(scope="module")
def big_scene() -> Scene:
    """A photo of noise, more than a megabyte as PNG."""
    pixels = np.random.default_rng(3).integers(0, 150, (700, 700, 3), np.uint8)
    pixels[340:350, 340:350] = (230, 20, 30)
    hole = np.zeros((700, 700), np.bool_)
    hole[338:352, 338:352] = True
    return Scene(pixels, hole)


@pytest.mark.parametrize("name", POSTS)
def test_a_post_erases(name: str, service: Service, scene: Scene, parameters: dict[str, Any]) -> None:
    answer = send(service.port, POSTS[name](Caller.of(service, parameters)))
    assert_erased(answer.image, scene)


@pytest.mark.parametrize("name", GETS)
def test_a_get_erases(name: str, service: Service, scene: Scene, url_parameters: dict[str, Any]) -> None:
    answer = send(service.port, GETS[name](Caller.of(service, url_parameters)))
    assert_erased(answer.image, scene)


@pytest.mark.parametrize("name", ASKING)
def test_a_client_that_asks_before_it_sends_is_told_to_continue(
    name: str, service: Service, big_scene: Scene
) -> None:
    request = ASKING[name](Caller.of(service, big_scene.parameters()))
    assert len(request.body) > 1024 * 1024
    with connect(service.port) as connection:
        connection.sendall(request.head)
        interim = b""
        while not interim.endswith(b"\r\n\r\n"):
            interim += connection.recv(1)
        assert interim.startswith(b"HTTP/1.1 100 ")
        connection.sendall(request.body)
        answer = receive(connection)
        assert answer.status == 200
        assert_erased(answer.image, big_scene)
        closed = dict(request.headers).get("Connection") == "Close"
        assert closed == _is_closed(connection, request)


def _is_closed(connection: socket.socket, request: Raw) -> bool:
    """Return whether the service takes no second call on the connection."""
    again = replace(request, headers=tuple(pair for pair in request.headers if pair[0] != "Expect"))
    try:
        connection.sendall(bytes(again))
        return not connection.recv(1)
    except ConnectionError:
        return True


def test_a_connection_takes_one_call_after_another(service: Service, parameters: dict[str, Any]) -> None:
    caller = Caller.of(service, parameters)
    with connect(service.port) as connection:
        codes = []
        for request in (plain(caller), sdks.java_v1_post(caller), plain(replace(caller, parameters={}))):
            connection.sendall(bytes(request))
            codes.append(receive(connection).code)
    assert codes == ["OK", "OK", "InvalidParameterValue.ImageEmpty"]


@pytest.mark.parametrize(
    "builder", [sdks.node_post, sdks.java_post, sdks.dotnet_post], ids=["node", "java", ".NET"]
)
def test_a_host_without_dots_is_a_name_for_the_service_too(
    builder: Builder, service: Service, scene: Scene, parameters: dict[str, Any]
) -> None:
    caller = replace(Caller.of(service, parameters), host="localhost")
    assert caller.label == f"localhost:{service.port}"
    assert_erased(send(service.port, builder(caller)).image, scene)


def test_node_signs_v1_with_the_port(service: Service, scene: Scene, url_parameters: dict[str, Any]) -> None:
    caller = Caller.of(service, url_parameters)
    fields = v1_fields(caller, "SDK_NODEJS_4.1.299", "HmacSHA256", Nonce="0")
    fields["Signature"] = v1(caller, "GET", fields, caller.endpoint)
    request = Raw(
        "GET", f"/?{query_of(fields.items())}", (("Host", caller.endpoint), ("Connection", "close"))
    )
    assert_erased(send(service.port, request).image, scene)


@pytest.mark.parametrize("builder", [sdks.go_get, sdks.node_get, sdks.java_get, sdks.dotnet_get])
def test_only_the_order_that_was_signed_is_accepted(
    builder: Builder, service: Service, url_parameters: dict[str, Any]
) -> None:
    request = builder(Caller.of(service, url_parameters))
    first, *rest = request.target.removeprefix("/?").split("&")
    assert rest
    moved = replace(request, target="/?" + "&".join([*rest, first]))
    assert send(service.port, moved).code == "AuthFailure.SignatureFailure"


def test_a_region_left_empty_is_missing_and_not_a_bad_signature(
    service: Service, parameters: dict[str, Any]
) -> None:
    caller = Caller.of(service, parameters)
    for request in (sdks.go_v1_post(caller, region=""), sdks.ruby_v1_post(caller, region=None)):
        answer = send(service.port, request)
        assert answer.code == "MissingParameter"
        assert "`Region`" in answer.message
    assert b"&Region&" in sdks.ruby_v1_post(caller, region=None).body


def test_a_ruby_signature_ends_in_a_newline(service: Service, parameters: dict[str, Any]) -> None:
    assert b"%0A" in sdks.ruby_v1_post(Caller.of(service, parameters)).body


@pytest.mark.parametrize("builder", [sdks.java_multipart, sdks.ruby_multipart], ids=["java", "ruby"])
def test_multipart_carries_structures(builder: Builder, service: Service, scene: Scene) -> None:
    logo = {"LogoImage": scene.parameters()["Mask"], "LogoRect": LOGO_RECT}
    drawn = scene.parameters(LogoAdd=1, LogoParam=logo)
    by_json = send(service.port, plain(Caller.of(service, drawn))).image
    by_multipart = send(service.port, builder(Caller.of(service, drawn))).image
    assert same_but_for_numbers(by_multipart) == same_but_for_numbers(by_json)


def test_header_names_may_have_any_case(service: Service, scene: Scene, parameters: dict[str, Any]) -> None:
    request = plain(Caller.of(service, parameters))
    swapped = tuple((name.swapcase(), value) for name, value in request.headers)
    assert_erased(send(service.port, replace(request, headers=swapped)).image, scene)


@pytest.mark.parametrize("lower", [True, False], ids=["lower-case", "as sent"])
def test_signed_values_may_be_in_lower_case_or_as_sent(
    lower: bool,  # noqa: FBT001
    service: Service,
    scene: Scene,
    parameters: dict[str, Any],
) -> None:
    caller = replace(Caller.of(service, parameters), host="LocalHost")
    body = json.dumps(parameters).encode()
    content_type = "Application/JSON; Charset=UTF-8"
    values = (*signed(content_type, caller.endpoint), ("x-tc-action", ACTION))
    if lower:
        values = tuple((name, value.lower()) for name, value in values)
    request = plain(
        caller,
        changes={"Content-Type": content_type, "Authorization": tc3(caller, "POST", values, payload=body)},
    )
    assert_erased(send(service.port, request).image, scene)


@pytest.mark.parametrize("builder", [sdks.teco_post, sdks.documented_post], ids=["Teco", "documentation"])
def test_what_is_signed_cannot_be_changed(
    builder: Builder, service: Service, parameters: dict[str, Any]
) -> None:
    request = builder(Caller.of(service, parameters))
    headers = tuple((n, "GetCallerIdentity" if n.lower() == "x-tc-action" else v) for n, v in request.headers)
    assert send(service.port, replace(request, headers=headers)).code == "AuthFailure.SignatureFailure"


def test_a_body_that_is_not_its_hash_is_refused(service: Service, parameters: dict[str, Any]) -> None:
    request = sdks.teco_post(Caller.of(service, parameters))
    body = request.body.replace(b'"LogoAdd":0', b'"LogoAdd":1')
    answer = send(service.port, replace(request, body=body))
    assert answer.code == "InvalidParameterValue"
    assert "X-TC-Content-SHA256" in answer.message


@pytest.mark.parametrize("space", ["+", "%20"])
@pytest.mark.parametrize("style", ["tc3", "v1"])
def test_a_space_may_be_a_plus_or_an_escape(
    style: str, space: str, service: Service, url_parameters: dict[str, Any]
) -> None:
    caller = Caller.of(service, {**url_parameters, "RspImgType": "a b+c"})
    if style == "tc3":
        query = query_of((name, str(value)) for name, value in caller.parameters.items()).replace(
            "a+b", f"a{space}b"
        )
        proof = tc3(caller, "GET", signed(FORM, caller.endpoint), query=query)
        request = replace(plain(caller, "tc3-get", {"Authorization": proof}), target=f"/?{query}")
    else:
        request = plain(caller, "v1-get")
        request = replace(request, target=request.target.replace("a+b", f"a{space}b"))
    assert f"=a{space}b%2Bc" in request.target
    answer = send(service.port, request)
    assert answer.code == "InvalidParameterValue.ParameterValueError"
    assert "`a b+c`" in answer.message


def test_a_null_is_absent(service: Service, scene: Scene) -> None:
    nulls: Mapping[str, Any] = {
        "InputUrl": None,
        "MaskUrl": None,
        "RspImgType": None,
        "LogoParam": {"LogoUrl": None, "LogoRect": {"X": None}, "LogoImage": None},
    }
    answer = send(service.port, plain(Caller.of(service, scene.parameters(**nulls))))
    assert_erased(answer.image, scene)


@pytest.mark.parametrize("size", [1, 4096, 1 << 20])
def test_a_body_may_come_in_chunks(
    size: int, service: Service, scene: Scene, parameters: dict[str, Any]
) -> None:
    request = plain(
        Caller.of(service, parameters), changes={"Content-Length": None, "Transfer-Encoding": "chunked"}
    )
    # A chunk of one byte for the first few only: thousands of them would test the kernel.
    body = request.body
    cuts = [*range(0, 64, size), 64] if size < 64 else list(range(0, len(body), size))
    chunks = [body[start:end] for start, end in zip(cuts, [*cuts[1:], len(body)], strict=True)]
    assert b"".join(chunks) == body
    framed = b"".join(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" for chunk in chunks) + b"0\r\n\r\n"
    assert_erased(send(service.port, replace(request, body=framed)).image, scene)


@pytest.mark.parametrize("host", ["http://127.0.0.1", "https://127.0.0.1:443", "127.0.0.1"])
def test_a_host_may_have_a_scheme_or_no_port(
    host: str, service: Service, scene: Scene, parameters: dict[str, Any]
) -> None:
    caller = Caller.of(service, parameters)
    body = json.dumps(parameters).encode()
    proof = tc3(caller, "POST", signed(JSON, host), payload=body)
    assert_erased(
        send(service.port, plain(caller, changes={"Host": host, "Authorization": proof})).image, scene
    )


def test_another_host_than_was_signed_is_refused(service: Service, parameters: dict[str, Any]) -> None:
    request = plain(Caller.of(service, parameters), changes={"Host": "aiart.example.com"})
    assert send(service.port, request).code == "AuthFailure.SignatureFailure"


def test_an_unsigned_call_is_refused(service: Service, parameters: dict[str, Any]) -> None:
    answer = send(service.port, plain(Caller.of(service, parameters), changes={"Authorization": "SKIP"}))
    assert answer.code == "AuthFailure.InvalidAuthorization"
