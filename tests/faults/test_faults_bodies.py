"""Bodies of strangers: they are not kept, those of a known key within a bound, and they keep nobody out."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from clients.raw import JSON, Caller, Raw, Style, call, plain, receive, send, tc3
from faults.sending import MB, megabytes, sending
from harness import Key, Service
from scenes import Scene
from wuhen.action import ERASE


def test_a_strangers_body_is_not_kept(service: Service, scene: Scene) -> None:
    assert call(service, scene.parameters()).code == "OK"
    before = megabytes(service)
    with sending(service, Key("AKIDnobody", "secret"), 20):
        assert megabytes(service) < before + 60
        assert call(service, scene.parameters()).code == "OK"


def test_bodies_under_one_key_are_bounded(service: Service, scene: Scene) -> None:
    assert call(service, scene.parameters()).code == "OK"
    before = megabytes(service)
    with sending(service, Key(service.key.secret_id, "not its secret"), 40):
        # 1 job and 16 to spare, of 12 MB; what is growing is twice as large for a moment.
        assert megabytes(service) < before + 17 * 12 + 100
    assert call(service, scene.parameters()).code == "OK"


@contextmanager
def withholding(service: Service, count: int, head: bytes, source: str) -> Iterator[None]:
    """Keep `count` requests open from an address of this machine, of which nothing but the head comes."""
    with ExitStack() as stack:
        for _ in range(count):
            opened = socket.create_connection(
                ("127.0.0.1", service.port), timeout=30, source_address=(source, 0)
            )
            stack.enter_context(opened).sendall(head)
        time.sleep(0.5)
        yield


def head_of(service: Service, style: Style) -> bytes:
    """Return a head that tells of a body of 12 MB, or 1 MB, and was not signed by who holds the key."""
    size = "900000" if style == "v1-form" else "12000000"
    stranger = Caller.of(service, {}, key=Key(service.key.secret_id, "not its secret"))
    request = plain(stranger, style, None if style == "v1-form" else {"Content-Length": size})
    headers = tuple((name, size if name == "Content-Length" else value) for name, value in request.headers)
    return Raw(request.method, request.target, headers).head


@pytest.mark.parametrize(("style", "count"), [("tc3-json", 60), ("v1-form", 400)])
def test_withheld_bodies_keep_no_caller_out(service: Service, scene: Scene, style: Style, count: int) -> None:
    assert call(service, scene.parameters(), style).code == "OK"
    with withholding(service, count, head_of(service, style), "127.0.0.2"):
        started = time.monotonic()
        assert call(service, scene.parameters(), style).code == "OK"
        assert time.monotonic() - started < 5


def test_withheld_large_bodies_keep_no_large_call_out(service: Service, scene: Scene) -> None:
    assert call(service, scene.parameters()).code == "OK"
    own = {"X-TC-Action": ERASE.name, "X-TC-Version": ERASE.version}
    stranger = Caller.of(service, {}, key=Key(service.key.secret_id, "not its secret"))
    withheld = plain(stranger, changes={**own, "Content-Length": "100000000"})
    large = call_of(service, scene, padding=14 * MB, **own)
    with withholding(service, 6, withheld.head, "127.0.0.2"):
        started = time.monotonic()
        assert send(service.port, large).code == "OK"
        assert time.monotonic() - started < 5


def call_of(service: Service, scene: Scene, padding: int, **changes: str) -> Raw:
    """Return a signed call with so many spaces behind its parameters."""
    caller = Caller.of(service, scene.parameters())
    body = json.dumps(caller.parameters).encode() + b" " * padding
    signed = (("content-type", JSON), ("host", caller.endpoint))
    proof = {"Authorization": tc3(caller, "POST", signed, payload=body), "Content-Length": str(len(body))}
    head = plain(caller, changes={**changes, **proof})
    return Raw(head.method, head.target, head.headers, body)


def test_a_withheld_body_is_given_up_in_the_protocol(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(head_of(service, "tc3-json") + b"{")
        answer = receive(connection)
    assert answer.code == "FailedOperation.RequestTimeout"
    assert "came too slowly" in answer.message
