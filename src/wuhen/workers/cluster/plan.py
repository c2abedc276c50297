"""What is to be there of a cluster, as a value that can be sent to its machines."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import wuhen

__all__ = ["LOCAL", "ClusterPlan", "WorkerPlan"]

LOCAL = "local"
"""The address of a cluster of this machine's own, which ends with the service."""


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """What the worker process of each replica is like; see `wuhen.workers.LocalWorkers`.

    `cache` is where its machine keeps compiled code.
    """

    memory: int
    threads: int | None = None
    engine: str = "auto"
    models: Path | None = None
    cache: Path | None = None
    network: bool = False
    user: str | None = None


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """Which cluster it is, and what its replicas take of it.

    Attributes
    ----------
    worker : WorkerPlan
        The worker that each replica has.
    address : str
        `LOCAL`, or host and port of a cluster that this machine is a node of.
    app : str
        What the replicas are called there: services that use the same name share them.
    fewest, most : int
        How many replicas there are; as many as are asked for, where the two differ.
    cpus, gpus : float
        What a replica is given of its machine's processors and devices. A part of one is shared with others.
    up_seconds, down_seconds : float
        For how long more or fewer must be asked for until there are.
    drain_seconds : float
        What a replica that is to end has for the job that it has.
    """

    worker: WorkerPlan
    address: str = LOCAL
    app: str = "wuhen"
    fewest: int = 1
    most: int = 1
    cpus: float = 1.0
    gpus: float = 0.0
    up_seconds: float = 5.0
    down_seconds: float = 300.0
    drain_seconds: float = 60.0

    @property
    def scales(self) -> bool:
        """Whether there are more or fewer replicas as it is asked for."""
        return self.fewest < self.most

    @property
    def fingerprint(self) -> str:
        """What tells whether replicas are as this plan has them, and of this version."""
        told = repr((wuhen.__version__, replace(self, address="", app="")))
        return hashlib.sha256(told.encode()).hexdigest()[:16]
