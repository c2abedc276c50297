"""Connections as such: those that say nothing, more than there are descriptors for, and those that stay."""

import contextlib
import resource
import signal
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from certificates import issue
from clients.raw import call
from harness import Service, eventually, running
from scenes import Scene

LEAN = ("--workers", "1", "--threads", "1")
GET = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def secured(data_dir: Path, tmp_path: Path) -> Iterator[Service]:
    """A service that speaks https."""
    made = issue(tmp_path)
    with running(data_dir, *LEAN, "--tls-cert", str(made.chain), "--tls-key", str(made.key)) as service:
        eventually(lambda: open_port(service))
        yield service


def open_port(service: Service) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", service.port)) == 0


def trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def ask(port: int) -> socket.socket:
    """Open a TLS connection and leave it idle after one answer."""
    connection = trusting().wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=20))
    connection.sendall(GET)
    assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    return connection


def test_an_idle_tls_client_does_not_hold_up_the_stop(secured: Service) -> None:
    idle = [ask(secured.port), socket.create_connection(("127.0.0.1", secured.port))]
    started = time.monotonic()
    secured.process.send_signal(signal.SIGTERM)
    assert secured.process.wait(20) == -signal.SIGTERM
    assert time.monotonic() - started < 10
    for one in idle:
        one.close()


@pytest.fixture
def limited(service: Service) -> Iterator[Callable[[int], None]]:
    """Leave the service so many descriptors more than it uses."""
    pid = service.process.pid
    usual = resource.prlimit(pid, resource.RLIMIT_NOFILE)

    def leave(more: int) -> None:
        most = psutil.Process(pid).num_fds() + more
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, usual[1]))

    yield leave
    resource.prlimit(pid, resource.RLIMIT_NOFILE, usual)


def test_out_of_descriptors_newcomers_take_the_place_of_idle_ones(
    service: Service, limited: Callable[[int], None], scene: Scene
) -> None:
    assert call(service, scene.parameters()).code == "OK"
    before = service.log.stat().st_size
    limited(30)
    with contextlib.ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(socket.create_connection(("127.0.0.1", service.port)))
        for _ in range(3):
            assert call(service, scene.parameters()).code == "OK"
    said = service.log.read_text()[before:]
    assert said.count("connections cannot be accepted") <= 3
    assert len(said) < 20_000


def test_out_of_descriptors_for_good_is_said_now_and_then(
    service: Service, limited: Callable[[int], None]
) -> None:
    process = psutil.Process(service.process.pid)
    # But for the socket that listens; those that lead to servers are not callers'.
    eventually(lambda: not [c for c in process.net_connections("tcp") if c.laddr.port == service.port][1:])
    before, busy = service.log.stat().st_size, sum(process.cpu_times()[:2])
    # Not one more: nobody can be let in, and there is nobody to send away.
    limited(0)
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(socket.create_connection(("127.0.0.1", service.port)))
        time.sleep(1.5)
        said = service.log.read_text()[before:]
        assert said.count("connections cannot be accepted") <= 2
        assert len(said) < 2000
        assert sum(process.cpu_times()[:2]) - busy < 1
        limited(50)
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
            connection.sendall(GET)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
