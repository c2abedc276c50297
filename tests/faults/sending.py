"""Calls that are still being sent, and what a service holds of them."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

import psutil

from clients.raw import Caller, connect, plain
from harness import Key, Service

MB = 1024 * 1024


@contextmanager
def sending(
    service: Service,
    key: Key,
    count: int,
    *,
    size: int = 12 * MB,
    changes: Mapping[str, str] | None = None,
    seconds: float = 6,
) -> Iterator[None]:
    """Keep `count` calls open that have sent as much of their bodies as is taken, but the last byte."""
    piece = b"a" * (size - 1)
    changed = {"Content-Length": str(size), **(changes or {})}
    head = bytes(plain(Caller.of(service, {}, key=key), changes=changed))
    head = head[: head.index(b"\r\n\r\n") + 4]
    with ExitStack() as stack:
        connections = [stack.enter_context(connect(service.port)) for _ in range(count)]
        for connection in connections:
            connection.sendall(head)
            connection.settimeout(0)
        unsent = dict.fromkeys(connections, 0)
        end = time.monotonic() + seconds
        while unsent and time.monotonic() < end:
            for connection, sent in list(unsent.items()):
                try:
                    unsent[connection] = sent + connection.send(memoryview(piece)[sent:])
                except BlockingIOError:
                    continue
                if unsent[connection] == len(piece):
                    del unsent[connection]
            time.sleep(0.002)
        yield


def megabytes(service: Service) -> float:
    """Return what the service's own process holds."""
    return float(psutil.Process(service.process.pid).memory_info().rss / MB)
