"""Requests that are strange, and disks that fail: answers stay in the protocol, and in the right code."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Literal, cast

import pytest

from clients.raw import Caller, call, connect, plain, send
from harness import Service
from scenes import Scene


def exchange(service: Service, request: bytes) -> bytes:
    """Return all that comes back for raw bytes."""
    answer = b""
    with connect(service.port) as connection:
        connection.sendall(request)
        while piece := connection.recv(65536):
            answer += piece
    return answer


def code(answer: bytes) -> str:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    return str(json.loads(body)["Response"]["Error"]["Code"])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("GET http://elsewhere/ HTTP/1.1", "MissingParameter"),
        ("GET https://elsewhere HTTP/1.1", "MissingParameter"),
        ("GET http://elsewhere/other HTTP/1.1", "UnsupportedProtocol"),
        ("OPTIONS * HTTP/1.1", "UnsupportedProtocol"),
        ("TRACE /results/x HTTP/1.1", "UnsupportedProtocol"),
        ("GET / HTTP/1.0", "MissingParameter"),
    ],
)
def test_whatever_the_target_the_answer_is_an_envelope(service: Service, line: str, expected: str) -> None:
    answer = exchange(service, f"{line}\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
    assert code(answer) == expected


def test_no_tunnel_is_opened(service: Service) -> None:
    answer = exchange(service, b"CONNECT elsewhere:443 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert b"UnsupportedProtocol" in answer


def with_host(service: Service, host: str, parameters: dict[str, Any]) -> Caller:
    caller = Caller.of(service, parameters)
    stranger = SimpleNamespace(endpoint=host, now=caller.now, key=caller.key, parameters=parameters)
    return cast("Caller", stranger)


@pytest.mark.parametrize("host", ["", "a b", "x@y", "h/path", 'a"b', "h:999999", "[zz]"])
def test_a_host_that_no_url_can_begin_with_is_the_callers_mistake(
    service: Service, scene: Scene, host: str
) -> None:
    answer = send(service.port, plain(with_host(service, host, scene.parameters(RspImgType="url"))))
    assert answer.code == "InvalidParameterValue.ParameterValueError"
    assert "Host" in answer.message
    assert send(service.port, plain(with_host(service, host, scene.parameters()))).code == "OK"


def test_a_client_that_takes_the_service_for_its_proxy_is_answered(service: Service, scene: Scene) -> None:
    request = plain(with_host(service, "wuhen.example", scene.parameters()))
    assert send(service.port, replace(request, target="http://wuhen.example/")).code == "OK"


@pytest.mark.parametrize("style", ["tc3-json", "tc3-get"])
def test_a_trace_id_comes_back_with_answers_and_errors(
    service: Service, scene: Scene, style: Literal["tc3-json", "tc3-get"]
) -> None:
    trace_id = "0b8e1c8e-7a3c-4a51-9f25-3f2a7f0f1f57"
    for parameters in (scene.parameters() if style == "tc3-json" else {}, {"Nothing": 1}):
        answer = call(service, parameters, style, changes={"X-TC-TraceId": trace_id})
        assert dict(answer.headers)["x-tc-traceid"] == trace_id


@pytest.mark.parametrize("trace_id", ["", "a b", "x" * 129, "\x80", "a\r\nX-TC-TraceId: b"])
def test_a_trace_id_that_is_none_does_not_come_back(service: Service, trace_id: str) -> None:
    answer = call(service, {}, changes={"X-TC-TraceId": trace_id})
    assert answer.code != "OK"
    assert "x-tc-traceid" not in dict(answer.headers)


@pytest.mark.parametrize("body", [b"[" * 1000, b'{"code":' * 100, b"", b"null", b"1e999", b"\xff"])
def test_a_session_is_refused_whatever_is_sent_instead_of_a_code(service: Service, body: bytes) -> None:
    line = b"POST /studio/session HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
    request = line + b"Content-Length: %d\r\n\r\n" % len(body) + body
    assert exchange(service, request).startswith(b"HTTP/1.1 403 ")
