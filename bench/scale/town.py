"""A service with all that many machines share, each process watched: nginx, PostgreSQL, Redis, S3."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import psutil
import redis

from clients.python_sdk import erase, profile
from harness import Key, Service, create_key, running, wuhen
from servers.nginx import fronting
from servers.postgresql import Postgres, serving_postgres
from servers.redis import RedisServer, serving
from servers.s3 import S3Server, serving_s3

__all__ = ["Spent", "Town"]


@dataclass(frozen=True)
class Spent:
    """Processor seconds of each process, and how often each was asked, up to a time or between two."""

    seconds: dict[str, float]
    asked: dict[str, int]

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(
            {name: value - other.seconds[name] for name, value in self.seconds.items()},
            {name: value - other.asked[name] for name, value in self.asked.items()},
        )

    def per(self, parts: float) -> dict[str, dict[str, float]]:
        """Return a part of it, as JSON takes it."""
        return {
            "seconds": {name: round(value / parts, 6) for name, value in self.seconds.items()},
            "asked": {name: round(value / parts, 2) for name, value in self.asked.items()},
        }


class Town:
    """The service and its neighbours. Use as a context manager.

    Parameters
    ----------
    folder : Path
        Where it makes a folder of its own, which it deletes.
    """

    service: Service
    _key: Key
    _postgres: Postgres
    _redis: RedisServer
    _s3: S3Server

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()

    def __enter__(self) -> Self:
        """Start all of it."""
        enter = self._stack.enter_context
        folder = Path(enter(tempfile.TemporaryDirectory(dir=self._folder)))
        self._postgres, self._redis = enter(serving_postgres()), enter(serving())
        self._s3 = enter(serving_s3(folder / "s3"))
        self._prefix = self._s3.take_prefix()
        database = self._postgres.make()
        wuhen("db", "upgrade", "--database-url", database)
        patch = self._s3.settings(self._prefix)
        options = [
            "--database-url",
            database,
            "--gates-url",
            self._redis.url,
            "--workers",
            "1",
            "--threads",
            "1",
        ]
        for name in ("results-url", "results-endpoint", "results-region"):
            options += [f"--{name}", patch.pop("WUHEN_" + name.replace("-", "_").upper())]
        options += ["--gates-prefix", self._redis.prefix()]
        with _environment(patch):
            inner = enter(running(folder / "data", *options))
        self._key = create_key(folder / "data", "--database-url", database)
        proxy = enter(fronting(folder / "nginx", inner.port))
        self._proxy = psutil.Process().children()[-1]
        self.service = replace(inner, url=f"http://127.0.0.1:{proxy.ports['http']}")
        with self._postgres.connect(self._postgres.reach("postgres")) as connection:
            connection.execute("ALTER SYSTEM SET log_statement = 'all'")
            connection.execute("SELECT pg_reload_conf()")
        return self

    def __exit__(self, *_: object) -> None:
        """Stop all of it."""
        self._stack.close()

    def erase(self, parameters: dict[str, Any]) -> str:
        """Call with the official SDK."""
        return erase(parameters, self._key, profile(self.service))

    def look(self) -> Spent:
        """Return what each process has spent up to now."""
        service = psutil.Process(self.service.process.pid)
        log = (self._postgres.folder / "log").read_text(errors="replace")
        first = int((self._postgres.folder / "data/postmaster.pid").read_text().split()[0])
        with redis.Redis.from_url(self._redis.url) as client:
            asked = int(client.info("stats")["total_commands_processed"])
        assert self._s3.process
        return Spent(
            {
                "service": _seconds(service),
                "worker": sum(map(_seconds, service.children(recursive=True))),
                "nginx": sum(map(_seconds, [self._proxy, *self._proxy.children()])),
                "PostgreSQL": sum(map(_seconds, psutil.Process(first).children())),
                "Redis": _seconds(psutil.Process(self._redis.process.pid)),
                "store": _seconds(psutil.Process(self._s3.process.pid)),
            },
            {
                "PostgreSQL": log.count(" execute ") + log.count(" statement: "),
                "Redis": asked,
                "store": len(self._s3.files(self._prefix)),
            },
        )


def _seconds(process: psutil.Process) -> float:
    """Return what a process has computed so far, by the scheduler where it tells: ticks are 10 ms long."""
    with suppress(psutil.Error, OSError):
        times = process.cpu_times()
        tasks = Path(f"/proc/{process.pid}/task").glob("*/schedstat")
        exact = sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
        ticks = float(times.user + times.system)
        # Threads that have ended are in the ticks alone.
        return exact if abs(exact - ticks) < 0.05 else ticks
    return 0.0


@contextmanager
def _environment(given: dict[str, str]) -> Iterator[None]:
    """Have variables in this process's environment, for what it starts."""
    os.environ.update(given)
    try:
        yield
    finally:
        for name in given:
            del os.environ[name]
