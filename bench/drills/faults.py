"""What is broken, and mended again: each a generator that breaks before its `yield` and mends after it."""

import random
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
from bench.drills.house import House, run

from clients.raw import Caller, connect, plain
from scenes import red_square

__all__ = ["FAULTS"]

HOLD_SECONDS = 6.0
RIGHTS = 0o700
SPARE_DESCRIPTORS = 3
CLOCK_OFF = 900
"""Seconds; three times what a caller's clock may differ by."""

Fault = Callable[[House], Iterator[None]]


def workers_killed(house: House) -> Iterator[None]:
    """Kill all workers, again and again."""
    for _ in range(4):
        for worker in house.service.workers():
            worker.kill()
        time.sleep(1.5)
    yield


def worker_stopped(house: House) -> Iterator[None]:
    """Let one of two workers stand still."""
    worker = house.service.workers()[0]
    worker.suspend()
    yield
    try:
        worker.resume()
    except psutil.NoSuchProcess:
        return


def service_killed(house: House) -> Iterator[None]:
    """Kill the service in the middle of its work."""
    house.kill()
    yield
    house.start()


def service_stopped(house: House) -> Iterator[None]:
    """Let the service stand still."""
    house.process.send_signal(signal.SIGSTOP)
    yield
    house.process.send_signal(signal.SIGCONT)


def service_drained(house: House) -> Iterator[None]:
    """Ask the service to end, as for an upgrade."""
    house.stop()
    yield
    house.start()


def data_disk_full(house: House) -> Iterator[None]:
    """Leave no room for records."""
    house.fill_disk(house.data)
    yield
    (house.data / "ballast").unlink()


def result_disk_full(house: House) -> Iterator[None]:
    """Leave no room for results."""
    house.fill_disk(house.results)
    yield
    (house.results / "ballast").unlink()


def results_read_only(house: House) -> Iterator[None]:
    """Let results not be written."""
    run("mount", "-o", "remount,ro", str(house.results))
    yield
    run("mount", "-o", "remount,rw", str(house.results))


def results_deleted(house: House) -> Iterator[None]:
    """Delete every result."""
    for file in house.results.iterdir():
        file.unlink(missing_ok=True)
    yield


def database_locked(house: House) -> Iterator[None]:
    """Hold the database for oneself, as a backup does that has lost its way."""
    other = sqlite3.connect(house.data / "accounts.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.rollback()
    other.close()


def database_corrupt(house: House) -> Iterator[None]:
    """Write noise over the database; put the backup in its place, as docs/operations.md says."""
    file, backup = house.data / "accounts.sqlite3", house.root / "backup.sqlite3"
    # Nothing may be written between the backup and the noise: what is, is lost with the file.
    writing = sqlite3.connect(file, isolation_level=None)
    writing.execute("BEGIN IMMEDIATE")
    with sqlite3.connect(file) as opened, sqlite3.connect(backup) as kept:
        opened.backup(kept)
    with file.open("r+b") as damaged:
        damaged.write(random.Random(1).randbytes(file.stat().st_size))
    with suppress(sqlite3.Error):
        writing.rollback()
    writing.close()
    yield
    house.stop()
    for part in house.data.glob("accounts.sqlite3*"):
        part.unlink()
    shutil.copy(backup, file)
    file.chmod(0o600)
    house.start()


def clock_ahead(house: House) -> Iterator[None]:
    """Set the service's clock forward."""
    house.clock.write_text(f"+{CLOCK_OFF}\n", encoding="ascii")
    yield
    house.clock.write_text("+0\n", encoding="ascii")


def clock_behind(house: House) -> Iterator[None]:
    """Set the service's clock back."""
    house.clock.write_text(f"-{CLOCK_OFF}\n", encoding="ascii")
    yield
    house.clock.write_text("+0\n", encoding="ascii")


def no_descriptors(house: House) -> Iterator[None]:
    """Leave the service no descriptor to open."""
    process = psutil.Process(house.process.pid)
    before = process.rlimit(resource.RLIMIT_NOFILE)
    process.rlimit(resource.RLIMIT_NOFILE, (process.num_fds() + SPARE_DESCRIPTORS, before[1]))
    yield
    process.rlimit(resource.RLIMIT_NOFILE, before)


def disconnects(house: House) -> Iterator[None]:
    """Hang up at six stages, fifty times each."""
    request = plain(Caller(house.key, house.port, red_square().parameters()))
    head, body = request.head, request.body
    whole = head + body
    for _ in range(50):
        for sent, wait in (
            (b"", 0.0),
            (head[: len(head) // 2], 0.0),
            (head, 0.0),
            (head + body[: len(body) // 2], 0.0),
            (whole, 0.0),
            (whole, 0.05),
        ):
            with connect(house.port) as connection:
                connection.sendall(sent)
                time.sleep(wait)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    yield


def names_dead(house: House) -> Iterator[None]:
    """Let names be asked of somebody who does not answer."""
    hosts = house.hosts.read_text(encoding="ascii")
    with socket.socket(type=socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.9", 53))
        house.resolver.write_text("nameserver 127.0.0.9\n", encoding="ascii")
        house.hosts.write_text("127.0.0.1 localhost\n", encoding="ascii")
        yield
        house.hosts.write_text(hosts, encoding="ascii")
        house.resolver.write_text("", encoding="ascii")


def proxy_restarted(house: House) -> Iterator[None]:
    """Restart the nginx that callers come through."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    file = house.root / "nginx.conf"
    file.write_text(
        f"""daemon off; worker_processes 1; pid {house.root}/nginx.pid; error_log {house.root}/nginx.log;
events {{}}
http {{
  access_log off; client_max_body_size 128m; client_body_temp_path {house.root}/bodies;
  proxy_temp_path {house.root}/proxied;
  server {{ listen 127.0.0.1:{port};
    location / {{ proxy_pass http://127.0.0.1:{house.port}; proxy_set_header Host $http_host; }} }}
}}""",
        encoding="ascii",
    )
    command = (shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(file))
    proxy = subprocess.Popen(command)
    time.sleep(1)
    house.entry = port
    time.sleep(2)
    proxy.terminate()
    proxy.wait(20)
    yield
    proxy = subprocess.Popen(command)
    time.sleep(2)
    house.entry = house.port
    time.sleep(1)
    proxy.terminate()
    proxy.wait(20)


FAULTS: tuple[tuple[Fault, float], ...] = (
    (workers_killed, 0.0),
    (worker_stopped, 20.0),
    (service_killed, 1.0),
    (service_stopped, HOLD_SECONDS),
    (service_drained, 1.0),
    (data_disk_full, HOLD_SECONDS),
    (result_disk_full, HOLD_SECONDS),
    (results_read_only, HOLD_SECONDS),
    (results_deleted, 0.0),
    (database_locked, 2 * HOLD_SECONDS),
    (database_corrupt, HOLD_SECONDS),
    (clock_ahead, HOLD_SECONDS),
    (clock_behind, HOLD_SECONDS),
    (no_descriptors, HOLD_SECONDS),
    (disconnects, 0.0),
    (names_dead, 2 * HOLD_SECONDS),
    (proxy_restarted, HOLD_SECONDS),
)
"""Each with the seconds that it stays broken."""
