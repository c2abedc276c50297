"""Whether the work is done by a cluster of machines, and what it takes of them."""

import re
from importlib.util import find_spec
from typing import Annotated

from pydantic import AfterValidator, Field

from wuhen.settings.working import Working

__all__ = ["Clustering"]

_ADDRESS = re.compile(r"local|auto|(?:[0-9A-Za-z._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}")
_REPLICAS = re.compile(r"([1-9][0-9]{0,3})(?:-([1-9][0-9]{0,3}))?")


def _address(value: str | None) -> str | None:
    """Check that a cluster can be at `value`, and that what joins it is installed."""
    if value is None:
        return None
    if not _ADDRESS.fullmatch(value):
        raise ValueError(
            "give local, auto, or host and port of the cluster's head, such as 10.1.0.5:6379; this machine "
            "must be one of its nodes, so ray:// is none"
        )
    if find_spec("ray") is None:
        raise ValueError("a cluster needs another package: pip install 'wuhen[cluster]'")
    return value


def _replicas(value: str | None) -> str | None:
    if value is None:
        return None
    found = _REPLICAS.fullmatch(value)
    if not found or int(found[1]) > int(found[2] or found[1]):
        raise ValueError("give a number such as 4, or the fewest and the most, such as 1-8")
    return value


class Clustering(Working):
    """Whether a cluster of machines works. On those settings, as it has as many workers by default."""

    cluster: Annotated[str | None, AfterValidator(_address)] = Field(
        None,
        description="Cluster of Ray that erases: local starts one on this machine, auto takes the one that "
        "it is a node of, and HOST:PORT names one. By default worker processes of this machine do.",
    )
    cluster_app: str = Field(
        "wuhen",
        pattern=r"[0-9A-Za-z_-]{1,64}",
        description="Name of the replicas in the cluster. Services with the same name share them.",
    )
    cluster_replicas: Annotated[str | None, AfterValidator(_replicas)] = Field(
        None,
        description="Replicas that erase, each with one worker: a number, or the fewest and the most, such "
        "as 1-8, for as many as are asked for. By default as many as --workers.",
    )
    cluster_cpus: float = Field(
        1.0,
        gt=0,
        le=256,
        description="Processors of its machine that a replica is given, such as 2 or 0.5. It fills with as "
        "many threads unless --threads says otherwise.",
    )
    cluster_gpus: float = Field(
        0.0, ge=0, le=16, description="Devices of its machine that a replica is given, such as 1 or 0.25."
    )
    cluster_up_seconds: float = Field(
        5.0, ge=0, le=3600, description="Seconds that more must be asked for until there are more replicas."
    )
    cluster_down_seconds: float = Field(
        300.0, ge=0, le=86400, description="Seconds that less must be asked for until there are fewer."
    )

    @property
    def replicas(self) -> tuple[int, int]:
        """The fewest and the most replicas, default applied."""
        fewest, _, most = (self.cluster_replicas or str(self.workers)).partition("-")
        return int(fewest), int(most or fewest)

    @property
    def most_workers(self) -> int:
        """Workers that there may be, wherever they are."""
        return self.workers if self.cluster is None else self.replicas[1]
