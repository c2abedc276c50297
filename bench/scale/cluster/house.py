"""A service that uses a cluster, and what it says of itself."""

import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from harness import Key, Service, create_key, eventually, running

__all__ = ["House", "living_in"]

CALLS = 64
"""That an account may run at a time."""


@dataclass(frozen=True)
class House:
    """A running service with metrics, and a key that may do much at once."""

    service: Service
    metrics: str
    key: Key

    def metric(self, name: str) -> float:
        """Return what a metric without labels is."""
        page = requests.get(self.metrics, timeout=10).text
        found = re.search(rf"^{name} (\S+)$", page, re.MULTILINE)
        assert found is not None
        return float(found[1])

    def await_living(self, count: int, *, seconds: float = 90.0) -> float:
        """Wait until so many replicas take jobs, and return how long that took."""
        started = time.monotonic()
        eventually(lambda: self.metric("wuhen_workers_living") == count, seconds=seconds)
        return time.monotonic() - started

    def events(self, beginning: str) -> int:
        """Return how many lines of the log begin so."""
        return sum(str(line.get("event", "")).startswith(beginning) for line in self.service.log_lines())


@contextmanager
def living_in(*options: str) -> Iterator[House]:
    """Run a service with one thread for each worker."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "data", "--threads", "1", "--metrics-port", "0", *options) as service,
    ):
        metrics = next(line["url"] for line in service.log_lines() if line.get("event") == "metrics")
        yield House(service, metrics, create_key(service.data_dir, "--concurrency", str(CALLS)))
