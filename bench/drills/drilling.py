"""One drill: what callers notice while one thing is broken, and what is lost."""

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from bench.drills.callers import Callers, Place

from clients.raw import call

__all__ = ["HEADING", "Report", "drill"]

HEADING = "| fault | answers meanwhile | longest wait | recovered | lost |\n|---|---|--:|--:|---|"
BEFORE_SECONDS = 3.0
CALLS = 8
"""Calls that an account may run at a time."""
DELETING = "results_deleted"
RESTORING = "database_corrupt"

P = TypeVar("P", bound=Place)


@dataclass(frozen=True)
class Report:
    """What came of one fault."""

    name: str
    codes: str
    longest: float
    recovered: float | None
    lost: list[str]

    def row(self) -> str:
        """Return it as a row of a table."""
        recovered = "never" if self.recovered is None else f"{self.recovered:.1f} s"
        lost = ", ".join(self.lost) or "nothing"
        return (
            f"| {self.name.replace('_', ' ')} | {self.codes} | {self.longest:.1f} s | {recovered} | {lost} |"
        )


def drill(fault: Callable[[P], Iterator[None]], hold: float, house: P) -> Report:
    """Break and mend one thing."""
    name = fault.__name__
    with Callers(house) as callers:
        started = time.monotonic()
        time.sleep(BEFORE_SECONDS)
        steps = fault(house)
        broken = time.monotonic()
        next(steps)
        time.sleep(hold)
        next(steps, None)
        mended = time.monotonic()
        try:
            recovered = callers.recovered(mended)
        except AssertionError:
            recovered = None
    codes = callers.codes(broken, mended + (recovered or 0.0))
    told = ", ".join(f"{code} {count}" for code, count in codes.most_common())
    # A backup knows nothing of what came after it.
    until = broken if name == RESTORING else math.inf
    lost = callers.lost(broken if name == DELETING else started, until)
    return Report(name, told, callers.longest(broken), recovered, lost + slots_lost(house) + strays(house))


def slots_lost(house: Place) -> list[str]:
    """Return whether the account has all of its slots again."""
    with ThreadPoolExecutor(CALLS) as pool:
        scene = Callers(house).scene
        codes = list(pool.map(lambda _: call(house.service, scene.parameters()).code, range(CALLS)))
    # A service that has just started may find its line too long: that is no slot.
    bad = [code for code in codes if code not in {"OK", "RequestLimitExceeded"}]
    return [f"slots: {', '.join(bad)}"] if bad else []


def strays(house: Place) -> list[str]:
    """Return files that nobody needs."""
    names = house.strays()
    return [f"files left: {', '.join(names)}"] if names else []
