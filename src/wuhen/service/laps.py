"""How long each part of a call takes: a tree, which the metrics count and a trace shows.

Whatever code a call runs may say `with lap("queue"):`. Where it stands in the tree follows from where it is
run: the tasks that a call starts know what they were started in.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

__all__ = ["Lap", "lap", "lapping"]


@dataclass(slots=True)
class Lap:
    """A part of a call that is over, whether it raised or not.

    Attributes
    ----------
    name : str
        One of a few words of ours.
    began : float
        When, on the clock of `time.perf_counter`.
    seconds : float
        How long it took.
    in_worker : bool
        Whether it was in a worker process, not here.
    inner : list of Lap
        What it consisted of, as far as that is told apart.
    """

    name: str
    began: float
    seconds: float = 0.0
    in_worker: bool = False
    inner: list["Lap"] = field(default_factory=list)

    def consisted_of(self, stages: Mapping[str, float]) -> None:
        """Add what a worker tells of its stages: they followed each other, and the last ends about now.

        A worker that runs elsewhere has another clock, so it tells durations and no times.
        """
        began = time.perf_counter() - sum(stages.values())
        for name, seconds in stages.items():
            self.inner.append(Lap(name, began, seconds, in_worker=True))
            began += seconds


_around: ContextVar[list[Lap] | None] = ContextVar("around", default=None)
"""Where laps are added that are made now."""


@contextmanager
def lapping(laps: list[Lap]) -> Iterator[None]:
    """Collect the laps of a call in a list."""
    token = _around.set(laps)
    try:
        yield
    finally:
        _around.reset(token)


@contextmanager
def lap(name: str) -> Iterator[Lap]:
    """Time a part of a call; outside of any it does no harm."""
    outer = _around.get()
    made = Lap(name, time.perf_counter())
    token = _around.set(made.inner)
    try:
        yield made
    finally:
        _around.reset(token)
        made.seconds = time.perf_counter() - made.began
        if outer is not None:
            outer.append(made)
