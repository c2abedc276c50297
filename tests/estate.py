"""Several services that share their state, behind nginx as it is deployed."""

import os
import signal
import subprocess
import urllib.request
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil
import requests
from prometheus_client.parser import text_string_to_metric_families

import homes
from harness import WUHEN, Key, Service, clean_environment, create_key, eventually
from servers.guard import stop_at_end
from servers.nginx import balancing
from servers.ports import free_port
from servers.s3 import BUCKET
from servers.shared import Part, SharedServers, sharing

__all__ = ["Estate", "Node", "resume", "suspend"]

CALLS = 8
"""Calls that the account may run at a time, over all services."""
START_SECONDS = 120.0


@dataclass
class Node:
    """One of the services, with a port that it keeps."""

    folder: Path
    environment: dict[str, str]
    options: tuple[str, ...]
    port: int = field(default_factory=free_port)
    metrics: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes]" = field(init=False)

    @property
    def log(self) -> Path:
        """What it has logged."""
        return self.folder / "log"

    def start(self) -> None:
        """Start it, and wait until it can work."""
        self.launch()
        eventually(self.ready, seconds=START_SECONDS)

    def launch(self) -> None:
        """Start it."""
        command = (
            *(*WUHEN, "serve", "--data-dir", str(self.folder), "--port", str(self.port)),
            *("--metrics-port", str(self.metrics), "--log-format", "json", "--shutdown-seconds", "20"),
            *("--workers", "1", "--threads", "1", *self.options),
        )
        self.folder.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env=clean_environment() | self.environment
            )
        stop_at_end(self.process.pid)

    def ready(self) -> bool:
        """Tell whether it says that it can work."""
        try:
            answer = requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=8)
        except requests.RequestException:
            return False
        return bool(answer.status_code == requests.codes.ok)

    def gauge(self, name: str) -> int:
        """Return what its metrics say of one thing, such as `wuhen_calls_running`."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics}/metrics", timeout=5) as page:
            families = text_string_to_metric_families(page.read().decode())
        return int(next(one.samples[0].value for one in families if one.name == name))

    def kill(self) -> None:
        """End it at once, as when its machine is lost."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self.process.terminate()
        self.process.wait(60)


@dataclass
class Estate:
    """Some services, the servers that they share, and nginx in front. Use as a context manager.

    Attributes
    ----------
    root : Path
        An empty folder.
    pictures : int
        Port that pictures may be downloaded from.
    size : int
        How many services there are.
    options : tuple of str
        What each is started with.
    concurrency : int
        Calls that the account may run at a time.
    """

    root: Path
    pictures: int
    size: int = 2
    options: tuple[str, ...] = ()
    concurrency: int = CALLS
    servers: SharedServers = field(init=False)
    part: Part = field(init=False)
    nodes: list[Node] = field(init=False)
    entry: int = field(init=False)
    key: Key = field(init=False)

    def __enter__(self) -> Self:
        """Start all of it."""
        self._stack = ExitStack()
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End all of it."""
        self._stack.close()

    def _start(self) -> None:
        self.servers = self._stack.enter_context(sharing())
        self.part = self.servers.part()
        homes.adopt(self.part.environment, self.data)
        self.key = create_key(self.data, "--concurrency", str(self.concurrency))
        allowed = ("--download-allow", "127.0.0.0/8", "--download-ports", str(self.pictures))
        self.nodes = [
            Node(self.root / f"node{number}", self.part.environment, (*allowed, *self.options))
            for number in range(self.size)
        ]
        for node in self.nodes:
            node.launch()
            self._stack.callback(node.kill)
        for node in self.nodes:
            eventually(node.ready, seconds=START_SECONDS)
        self.entry = self._stack.enter_context(
            balancing(self.root / "nginx", *(node.port for node in self.nodes))
        )

    @property
    def data(self) -> Path:
        """Stands for them all where a command wants a data directory."""
        return self.root / "estate"

    @property
    def picture(self) -> str:
        """The URL of a photo that may be downloaded."""
        return f"http://127.0.0.1:{self.pictures}/photo.png"

    @property
    def service(self) -> Service:
        """All of them, as tests know one."""
        first = self.nodes[0]
        return Service(first.process, f"http://127.0.0.1:{self.entry}", self.data, first.log, self.key)

    def stored(self, name: str) -> bytes:
        """Return what the store has under a name."""
        return (self.servers.store.root / BUCKET / self.part.prefix / name).read_bytes()

    def at(self, node: Node) -> Service:
        """One of them, as tests know one."""
        return Service(node.process, f"http://127.0.0.1:{node.port}", self.data, node.log, self.key)

    def busy(self) -> Node | None:
        """Return the service that has a call under way."""
        return next((node for node in self.nodes if node.gauge("wuhen_calls_running")), None)

    def strays(self) -> list[str]:
        """Return what is in the store and is no whole picture."""
        return [
            name
            for name in self.servers.store.files(self.part.prefix)
            # That readiness asks for is no picture.
            if name != "ready" and not self.stored(name).startswith((b"\x89PNG", b"\xff\xd8\xff"))
        ]


def suspend(pids: list[int]) -> None:
    """Let processes and whatever they have started stand still."""
    _send(pids, signal.SIGSTOP)


def resume(pids: list[int]) -> None:
    """Let them go on."""
    _send(pids, signal.SIGCONT)


def _send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            # One that serves a connection may end at any time.
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)
