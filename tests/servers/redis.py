"""A real Redis or Valkey, to be stopped and started as tests like."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness import eventually
from servers.guard import remove_at_end, stop_at_end

if TYPE_CHECKING:
    import redis

__all__ = ["SERVER", "RedisServer", "serving"]

SERVER = shutil.which("valkey-server") or shutil.which("redis-server")

_numbers = count()


class RedisServer:
    """A server in a folder of its own. It keeps nothing: started again, it is empty.

    Attributes
    ----------
    url : str
        Where it is: a socket in the folder, which tests without a network may use too.
    process : subprocess.Popen
        It, as it runs now.
    """

    process: "subprocess.Popen[bytes]"

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._options = options
        self.url = f"unix://{folder}/socket"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        assert SERVER is not None
        log = self._folder / "log"
        place = ["--port", "0", "--unixsocket", f"{self._folder}/socket", "--dir", str(self._folder)]
        keeps_nothing = ["--save", "", "--appendonly", "no"]
        with log.open("ab") as stream:
            self.process = subprocess.Popen(
                [SERVER, *place, *keeps_nothing, *self._options], stdout=stream, stderr=stream
            )
        stop_at_end(self.process.pid)
        eventually(self._answers)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop it, and wait until it has ended."""
        self.process.send_signal(how)
        self.process.wait(10)
        Path(f"{self._folder}/socket").unlink(missing_ok=True)

    def client(self) -> "redis.Redis":
        """Return a client of its own for a test that looks into it."""
        import redis  # noqa: PLC0415 - an extra

        return redis.Redis.from_url(self.url, decode_responses=True)

    def prefix(self) -> str:
        """Return a prefix of keys that nobody has, for which the server counts as if it had for long."""
        prefix = f"test{next(_numbers)}"
        with self.client() as client:
            client.set(f"{{{prefix}}}:era", f"{client.info('server')['run_id']} 1")
        return prefix

    def _answers(self) -> bool:
        import redis  # noqa: PLC0415

        assert self.process.poll() is None, (self._folder / "log").read_text()
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


@contextmanager
def serving(*options: str) -> Iterator[RedisServer]:
    """Run a server; the test is skipped where there is none."""
    if SERVER is None:
        pytest.skip("there is no redis-server or valkey-server")
    # A socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        remove_at_end(Path(folder))
        server = RedisServer(Path(folder), *options)
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.stop(signal.SIGKILL)
