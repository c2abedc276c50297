"""Bodies of strangers: they are not kept, and those of a known key are kept within a bound."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psutil

from clients.raw import Caller, call, connect, plain
from harness import Key, Service
from scenes import Scene

MB = 1024 * 1024
SIZE = 12 * MB
PIECE = b"a" * (SIZE - 1)


@contextmanager
def sending(service: Service, key: Key, count: int) -> Iterator[None]:
    """Keep `count` calls open that have sent all of their body but its last byte."""
    head = bytes(plain(Caller.of(service, {}, key=key), changes={"Content-Length": str(SIZE)}))
    head = head[: head.index(b"\r\n\r\n") + 4]
    with ExitStack() as stack:
        connections = [stack.enter_context(connect(service.port)) for _ in range(count)]
        for connection in connections:
            connection.sendall(head)
            connection.settimeout(0)
        unsent = dict.fromkeys(connections, 0)
        end = time.monotonic() + 6
        while unsent and time.monotonic() < end:
            for connection, sent in list(unsent.items()):
                try:
                    unsent[connection] = sent + connection.send(memoryview(PIECE)[sent:])
                except BlockingIOError:
                    continue
                if unsent[connection] == len(PIECE):
                    del unsent[connection]
            time.sleep(0.002)
        yield


def megabytes(service: Service) -> float:
    return float(psutil.Process(service.process.pid).memory_info().rss / MB)


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
