"""Nodes of a Ray cluster, each with processes of its own, all on this machine."""

import os
import shutil
import tempfile
from types import TracebackType
from typing import Any, Self

import psutil

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
# Nodes are processes of this machine, where its other work would come first.
os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 - Ray's name

from ray.cluster_utils import Cluster

__all__ = ["Nodes"]

STORE_BYTES = 200 * 1024 * 1024


class Nodes:
    """A cluster whose head works on nothing, and nodes of one processor each. Use as a context manager.

    Parameters
    ----------
    count : int
        Nodes beside the head.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._folder = tempfile.mkdtemp(prefix="wuhen-")
        self._nodes: list[Any] = []

    def __enter__(self) -> Self:
        """Start head and nodes."""
        head = {"num_cpus": 0, "include_dashboard": False, "temp_dir": self._folder}
        self._cluster = Cluster(
            initialize_head=True, head_node_args=head | {"object_store_memory": STORE_BYTES}
        )
        for _ in range(self._count):
            self.add()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all."""
        self._cluster.shutdown()  # type: ignore[no-untyped-call]
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def address(self) -> str:
        """Where the cluster is."""
        return str(self._cluster.address)

    def add(self) -> None:
        """Add a node."""
        self._nodes.append(self._cluster.add_node(num_cpus=1, object_store_memory=STORE_BYTES))

    def kill(self) -> None:
        """Kill the node that was added first, and all that runs on it, at once."""
        node = self._nodes.pop(0)
        for process in node.live_processes():
            _kill(psutil.Process(process[1].pid))
        self._cluster.remove_node(node, allow_graceful=False)


def _kill(process: psutil.Process) -> None:
    everybody = [process, *process.children(recursive=True)]
    for one in everybody:
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue
