"""The real service as a process of its own, for tests that call it over a socket."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psutil
from click.testing import CliRunner, Result

import homes
from servers.guard import stop_at_end
from wuhen.cli import main

WUHEN = (sys.executable, "-m", "wuhen")


@dataclass(frozen=True)
class Key:
    """A key pair as `wuhen keys create --json` prints it."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


def clean_environment() -> dict[str, str]:
    """Return the environment without settings or proxies of whoever runs the tests."""
    own = {"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"}
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("WUHEN_") and not name.lower().endswith("_proxy") and name not in own
    }


def invoke(*arguments: str, env: dict[str, str] | None = None) -> Result:
    """Run a command of `wuhen` without the cost of a process of its own; an exception is the test's."""
    given: dict[str, str | None] = dict.fromkeys(os.environ.keys() - clean_environment().keys())
    given |= env or {}
    if "--data-dir" in arguments:
        given |= homes.environment(Path(arguments[arguments.index("--data-dir") + 1]))
    return CliRunner(env=given).invoke(main, arguments, catch_exceptions=False)


def wuhen(*arguments: str) -> str:
    """Run a command of `wuhen` likewise, and return what it prints."""
    done = invoke(*arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def create_key(data_dir: Path, *options: str) -> Key:
    """Create a key with the command line, also while a service runs on `data_dir`."""
    made = json.loads(wuhen("keys", "create", "--json", "--data-dir", str(data_dir), *options))
    return Key(made["SecretId"], made["SecretKey"], made.get("Token"))


def create_bearer(data_dir: Path, *options: str) -> str:
    """Create a bearer key, likewise."""
    made = json.loads(wuhen("keys", "create", "--bearer", "--json", "--data-dir", str(data_dir), *options))
    bearer: str = made["Bearer"]
    return bearer


@dataclass
class Service:
    """A running service."""

    process: "subprocess.Popen[bytes]"
    url: str
    data_dir: Path
    log: Path
    key: Key
    working: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs that is to reach its keys and records."""
        return clean_environment() | homes.environment(self.data_dir)

    @property
    def results(self) -> str:
        """What the URLs of its results begin with."""
        return homes.environment(self.data_dir).get("WUHEN_RESULTS_ENDPOINT", f"{self.url}/results") + "/"

    @property
    def endpoint(self) -> str:
        """Host and port, as the SDKs want it."""
        return self.url.split("://")[1]

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def log_lines(self) -> list[dict[str, Any]]:
        """Return what was logged so far."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def workers(self) -> list[psutil.Process]:
        """Return the processes that pictures are worked on in."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        children += homes.replicas(self.working)
        return [child for child in children if "wuhen.workers" in command_of(child)]


def command_of(process: psutil.Process) -> str:
    """Return how a process was started; nothing of one that has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it has ended, or is about to
        return ""


@contextmanager
def running(data_dir: Path, *options: str, stop: signal.Signals = signal.SIGTERM) -> Iterator[Service]:
    """Run `wuhen serve` on a free port with a key of its own, ready to take calls."""
    data_dir.mkdir(parents=True, exist_ok=True)
    key = create_key(data_dir)
    log = data_dir.parent / f"{data_dir.name}.log"
    command = [*WUHEN, "serve", "--port", "0", "--data-dir", str(data_dir), "--log-format", "json", *options]
    with log.open("wb") as stream, homes.application() as working:
        environment = clean_environment() | homes.environment(data_dir) | working
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=environment, cwd=data_dir)
        stop_at_end(process.pid)
        try:
            service = Service(process, "", data_dir, log, key, working)
            service.url = eventually(lambda: _url(service), seconds=60)
            eventually(lambda: _ready(service.url), seconds=homes.PATIENCE)
            yield service
        finally:
            if process.poll() is None:
                process.send_signal(stop)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


T = TypeVar("T")


def eventually(check: Callable[[], T | None], *, seconds: float = 10.0) -> T:
    """Return the first true answer of `check`, asked again and again for so many seconds."""
    end = time.monotonic() + seconds
    while True:
        if answer := check():
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not so within {seconds} s")
        time.sleep(0.05)


def _url(service: Service) -> str | None:
    if service.process.poll() is not None:
        raise AssertionError(f"the service ended: {service.log.read_text()}")
    return next((line["url"] for line in service.log_lines() if line.get("event") == "listening"), None)


def _ready(url: str) -> bool:
    if url.startswith("https"):
        return True
    try:
        with urllib.request.urlopen(url + "/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError):
        return False
