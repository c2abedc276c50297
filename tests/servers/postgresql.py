"""A real PostgreSQL server on this machine, and databases in it for those who need one of their own."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from servers.guard import remove_at_end, stop_at_end
from servers.ports import free_port

__all__ = ["Postgres", "find_programs", "serving_postgres"]

# It is thrown away after the tests: it must outlive a crash of its own, but no power cut.
_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "autovacuum": "off",
    "listen_addresses": "127.0.0.1",
}
_NUMBERS = count(1)


@dataclass
class Postgres:
    """A server that can be stopped and started again.

    Attributes
    ----------
    folder : Path
        Its data, log and socket.
    port : int
        Where it listens on 127.0.0.1; its socket has the same number.
    """

    folder: Path
    port: int

    def make(self) -> str:
        """Make an empty database, and return how it is reached over 127.0.0.1."""
        name = f"wuhen_{next(_NUMBERS)}"
        with self.connect(self.reach("postgres")) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy".encode())
        return f"postgresql://wuhen@127.0.0.1:{self.port}/{name}"

    def make_schema(self) -> str:
        """Make what serves as an empty database, and return how it is reached by a socket in the file system.

        It takes a thousandth of the disk.
        """
        name = f"wuhen_{next(_NUMBERS)}"
        with self.connect(self.reach("postgres")) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        return f"{self.reach('postgres')}&options=-csearch_path%3D{name}"

    def reach(self, database: str) -> str:
        """Return how a database is reached by a socket in the file system."""
        return f"postgresql://wuhen@/{database}?host={self.folder}&port={self.port}"

    @staticmethod
    def connect(url: str) -> "psycopg.Connection[Any]":
        """Connect beside whatever else does, without transactions."""
        return psycopg.connect(url, autocommit=True)

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        given = " ".join(f"-c {name}={value}" for name, value in _OPTIONS.items())
        self._control(
            "start", "-l", str(self.folder / "log"), "-o", f"-p {self.port} -k {self.folder} {given}"
        )
        # Killed, it would leave what it shares with its processes.
        stop_at_end(self._leader, signal.SIGQUIT)

    def stop(self, how: str = "immediate") -> None:
        """Stop it: `immediate` as when the machine is lost, `fast` as its operator would."""
        self._control("stop", "-m", how)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Have it take bytes and connections, and answer none, as when its disk hangs."""
        leader = psutil.Process(self._leader)
        family = [leader, *leader.children(recursive=True)]
        # One that serves a connection may end at any time.
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
        try:
            yield
        finally:
            for process in family:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    @property
    def _leader(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])

    def _control(self, *arguments: str) -> None:
        command = [_program("pg_ctl"), "-D", str(self.folder / "data"), "-s", "-w", *arguments]
        # What it starts must not hold a pipe open that somebody waits for the end of.
        subprocess.run(command, check=True, user=_user(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


@contextmanager
def serving_postgres() -> Iterator[Postgres]:
    """Run a server; skip the test where there is none to run."""
    if find_programs() is None:
        pytest.skip("PostgreSQL is not installed; `make test` installs it where it may")
    # Not in pytest's own folder: as root, the server runs as another user, who could not enter that.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    remove_at_end(folder)
    server = Postgres(folder, free_port())
    try:
        if (user := _user()) is not None:
            shutil.chown(folder, user)
        made = ("-D", str(folder / "data"), "-U", "wuhen", "-A", "trust", "-E", "UTF8", "--locale=C")
        subprocess.run(
            [_program("initdb"), *made, "--no-sync", "--no-instructions"],
            check=True,
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_programs() -> Path | None:
    """Return where the newest PostgreSQL's programs are; None if there is none."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    return installed[-1].parent if installed else None


def _program(name: str) -> str:
    folder = find_programs()
    assert folder is not None
    return str(folder / name)


def _user() -> str | None:
    """Return as whom it runs: it refuses to be root's."""
    return "postgres" if os.geteuid() == 0 else None
