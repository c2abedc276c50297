"""Simulate the line before the workers under a virtual clock: the service's code, with jobs that only wait.

python -m bench.queueing prints what orders and bounds come to where more calls arrive than can be served.
"""

import heapq
import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from wuhen.photo import Extent
from wuhen.service.admission import Busy, Costs, Line, Policy, Ticket

__all__ = ["Arrival", "Result", "poisson", "simulate"]

DEADLINE = 55.0
ACTION = "ImageInpaintingRemoval"
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Arrival:
    """A call that comes at a time, and what its job takes in a worker."""

    at: float
    account: str
    seconds: float
    size: int = MEGABYTE
    extent: Extent | None = None


@dataclass
class Result:
    """What came of the calls.

    Attributes
    ----------
    latencies : dict
        Seconds from arrival to answer of the calls that were answered, by account.
    ends : list of float
        When they were.
    refused, late : Counter
        By account: calls that were refused, and those that ran out of time in the line or in a worker.
    waits : list of float
        Seconds that calls had waited which were refused.
    errors : list of float
        By how much jobs took longer or shorter than was expected when they came: absolute logarithms.
    most_pixels : int
        The most that jobs had together that ran at a time.
    """

    latencies: dict[str, list[float]] = field(default_factory=dict)
    ends: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    most_pixels: int = 0

    def quantile(self, part: float, account: str | None = None) -> float:
        """Return the latency that `part` of the answered calls keep."""
        pool = [x for name, some in self.latencies.items() if account in {None, name} for x in some]
        return sorted(pool)[min(len(pool) - 1, int(part * len(pool)))] if pool else math.nan

    def goodput(self, start: float, end: float) -> float:
        """Return the calls answered a second between two times."""
        return sum(start <= at < end for at in self.ends) / (end - start)


class NewestFirst(Line):
    """The latest of an account's calls first."""

    @staticmethod
    def _first_of(waiting: list[Ticket]) -> Ticket:
        return waiting[-1]


class LetIn(Line):
    """Everybody is let in; who cannot end in time any more is turned away."""

    def judge(self, _ticket: Ticket, _now: float, _places: int, _room: float = math.inf) -> None:
        """Refuse nobody."""


class Blind(LetIn):
    """Nobody looks at the time: what there was before, where all calls count as one account's."""

    def expire(self, _now: float) -> list[Ticket]:
        """Turn nobody away."""
        return []


class NewestLetIn(LetIn, NewestFirst):
    """Both."""


def poisson(
    rate: float, seconds: float, accounts: Sequence[str], job: Callable[[random.Random], float], seed: int = 1
) -> Iterator[Arrival]:
    """Yield calls at random times, `rate` of them a second on average."""
    draw = random.Random(seed)
    at = draw.expovariate(rate)
    while at < seconds:
        yield Arrival(at, draw.choice(accounts), job(draw))
        at += draw.expovariate(rate)


def simulate(
    arrivals: Iterable[Arrival],
    *,
    places: int,
    policy: Policy | None = None,
    kind: type[Line] = Line,
    room: float = math.inf,
) -> Result:
    """Let calls come, wait, be served and be refused, and return what came of them."""
    return _Simulation(places, policy or Policy(deadline=DEADLINE), kind, room).run(arrivals)


class _Simulation:
    def __init__(self, places: int, policy: Policy, kind: type[Line], room: float) -> None:
        self._places, self._policy, self._room = places, policy, room
        self._line, self._costs, self._result = kind(policy), Costs(), Result()
        self._calls: dict[Ticket, Arrival] = {}
        self._numbers = count()
        self._events: list[tuple[float, int, Arrival | Ticket]] = []

    def run(self, arrivals: Iterable[Arrival]) -> Result:
        for arrival in arrivals:
            self._push(arrival.at, arrival)
        while self._events:
            now, _, what = heapq.heappop(self._events)
            if isinstance(what, Arrival):
                self._arrive(what, now)
            else:
                self._end(what, now)
            for ticket in self._line.expire(now):
                self._result.late[ticket.account] += 1
                self._result.waits.append(now - self._calls.pop(ticket).at)
            while (started := self._line.start_next(now, self._places, self._room)) is not None:
                # A worker whose call runs into its deadline has worked in vain up to then.
                pixels = sum(one.pixels for one in self._line.running)
                self._result.most_pixels = max(self._result.most_pixels, pixels)
                self._push(max(now, min(now + self._calls[started].seconds, started.ends)), started)
        return self._result

    def _push(self, at: float, what: Arrival | Ticket) -> None:
        heapq.heappush(self._events, (at, next(self._numbers), what))

    def _arrive(self, call: Arrival, now: float) -> None:
        expected = self._costs.expect(call.account, ACTION, call.size, call.extent)
        self._result.errors.append(abs(math.log(expected.mean / call.seconds)))
        pixels = call.extent.pixels if call.extent is not None else 0
        ticket = Ticket(call.account, expected, now + self._policy.deadline, call.size, pixels=pixels)
        try:
            gone = self._line.join(ticket, now, self._places, self._room)
        except Busy:
            self._result.refused[call.account] += 1
            self._result.waits.append(0.0)
            return
        self._calls[ticket] = call
        for other in gone:
            self._result.refused[other.account] += 1
            self._result.waits.append(now - self._calls.pop(other).at)

    def _end(self, ticket: Ticket, now: float) -> None:
        call = self._calls.pop(ticket)
        seconds = now - (ticket.started or 0.0)
        self._costs.learn(call.account, ACTION, call.size, seconds, call.extent)
        self._line.finish(ticket, self._costs.expect(call.account, ACTION, call.size, call.extent).mean)
        if seconds + 1e-9 < call.seconds:
            self._result.late[call.account] += 1
            return
        self._result.latencies.setdefault(call.account, []).append(now - call.at)
        self._result.ends.append(now)


def _job(draw: random.Random) -> float:
    """Return what a job takes: a second on average, seldom five."""
    return draw.lognormvariate(-0.18, 0.6)


def main() -> None:
    """Print the tables."""
    many = [f"account {number}" for number in range(8)]
    print("Two places, jobs of a second, eight accounts, 300 s:")
    print("rate   order                              goodput     p50     p99   in vain")
    for factor in (0.5, 1, 2, 5, 20):
        calls = list(poisson(2 * factor, 300, many, _job))
        for name, kind, wait in (
            ("let in, first come first served", Blind, 10.0),
            ("let in, by deadline, none too late", LetIn, 10.0),
            ("let in, newest first, none too late", NewestLetIn, 10.0),
            ("wait < 5 s, by deadline", Line, 5.0),
            ("wait < 10 s, by deadline", Line, 10.0),
            ("wait < 10 s, newest first", NewestFirst, 10.0),
            ("wait < 30 s, by deadline", Line, 30.0),
        ):
            policy = Policy(max_wait=wait, deadline=DEADLINE)
            if issubclass(kind, LetIn):
                policy = Policy(deadline=DEADLINE, most=10**6, most_bytes=10**15)
            asked = [replace(call, account="") for call in calls] if kind is Blind else calls
            found = simulate(asked, places=2, policy=policy, kind=kind)
            print(
                f"{factor:4g}   {name:35}  {found.goodput(60, 300):6.2f}  {found.quantile(0.5):6.1f}"
                f"  {found.quantile(0.99):6.1f}  {sum(found.late.values()):8d}"
            )


if __name__ == "__main__":
    main()
