"""A real cluster of Ray on this machine, which tested services share: one for each takes long to start."""

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psutil

from servers.guard import remove_at_end, stop_at_end

__all__ = ["RayCluster", "clustering"]

_HEAD = Path(__file__).with_name("ray_head.py")
_numbers = count(1)


@dataclass
class RayCluster:
    """A running cluster.

    Attributes
    ----------
    process : subprocess.Popen
        Its head, of which all else is a child.
    environment : dict of str to str
        What a service reaches it with.
    """

    process: "subprocess.Popen[str]"
    environment: dict[str, str] = field(repr=False)

    @contextmanager
    def application(self) -> Iterator[str]:
        """Yield the name of an application that nobody has; it is taken out when the context ends."""
        name = f"test{next(_numbers)}"
        try:
            yield name
        finally:
            assert self.process.stdin is not None
            print(name, file=self.process.stdin, flush=True)

    def workers(self, application: str) -> list[psutil.Process]:
        """Return the processes that replicas of an application have started."""
        return [
            child
            for replica in psutil.Process(self.process.pid).children(recursive=True)
            if _title(replica).startswith(f"ray::ServeReplica:{application}:")
            for child in _children(replica)
        ]


@contextmanager
def clustering() -> Iterator[RayCluster]:
    """Run a cluster whose token only those know who are told."""
    token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": uuid.uuid4().hex}
    # In a folder of a short name, as sockets are in it.
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        remove_at_end(Path(folder))
        clean = {name: value for name, value in os.environ.items() if not name.startswith("WUHEN_")}
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(
                # Without this folder on the path, in which there is a redis.py.
                [sys.executable, "-P", str(_HEAD), folder],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=clean | token,
                cwd=folder,
            )
        stop_at_end(process.pid)
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address, (Path(folder) / "log").read_text()
            yield RayCluster(process, {"WUHEN_CLUSTER": address, **token})
        finally:
            everybody = psutil.Process(process.pid).children(recursive=True)
            process.communicate()
            for one in psutil.wait_procs(everybody, timeout=20)[1]:
                one.kill()


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it has ended
        return ""


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []
