"""Many nodes behind a balancer under a virtual clock. Each node's line is the service's own code.

What is simulated of a node is what decides waiting: its places, its line with the service's policy, what it
has learned of how long jobs take, and its speed. Networks take no time, except to find that a node does not
answer.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bench.scale.arrivals import Call
from bench.scale.balancers import Balancer, LeastConnections

from wuhen.service.admission import Busy, Costs, Line, Policy, Ticket

__all__ = ["DEADLINE", "Client", "Fleet", "House", "Outcome"]

ACTION = "ImageInpaintingRemoval"
DEADLINE = 55.0
TRIES = 3
"""Nodes that a balancer tries for one call."""


@dataclass(frozen=True)
class Client:
    """What clients do about a call that was refused or lost.

    Attributes
    ----------
    attempts : int
        How often they send it at the most.
    pause : float
        Seconds before the second attempt; twice as long before each further one.
    longest : float
        Seconds that no pause exceeds.
    jitter : bool
        Whether each pause is anything between nothing and that.
    patience : float
        Seconds after which they do not try again.
    """

    attempts: int = 3
    pause: float = 1.0
    longest: float = 20.0
    jitter: bool = True
    patience: float = 60.0

    def pause_before(self, attempt: int, draw: random.Random) -> float:
        """Return the seconds before an attempt, counted from 2."""
        pause = min(self.longest, self.pause * 2.0 ** (attempt - 2))
        return pause * draw.random() if self.jitter else pause


@dataclass(frozen=True)
class House:
    """What nodes are, and how they are looked after.

    Attributes
    ----------
    places : int
        Jobs that a node runs at a time.
    policy : Policy
        What each lets in.
    line : type of Line
        How those wait that are let in.
    connect : float
        Seconds until a balancer gives up on a node that does not answer.
    down : float
        Seconds for which it then sends it nothing.
    """

    places: int = 4
    policy: Policy = field(default_factory=lambda: Policy(deadline=DEADLINE))
    line: type[Line] = Line
    connect: float = 1.0
    down: float = 10.0


@dataclass
class Outcome:
    """What came of the calls.

    Attributes
    ----------
    latencies : list of tuple of float
        When a call was answered that got its picture, and the seconds since it was first sent.
    waits : list of float
        Seconds of these in which no worker was at work on it.
    offered : list of float
        When calls came, each counted once.
    refused, late, lost : list of float
        When a call was given up by its client, by what happened to its last attempt.
    sent : Counter
        Attempts by whole second.
    useful, vain : float
        Seconds of work that led to an answer, and that did not.
    nodes : list of tuple
        How many nodes there were from a time on.
    """

    latencies: list[tuple[float, float]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    offered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    lost: list[float] = field(default_factory=list)
    sent: Counter[int] = field(default_factory=Counter)
    useful: float = 0.0
    vain: float = 0.0
    nodes: list[tuple[float, int]] = field(default_factory=list)

    def quantile(self, part: float, start: float = 0.0, end: float = float("inf")) -> float:
        """Return the seconds that `part` of the calls took at the most that were answered in a time."""
        taken = sorted(seconds for at, seconds in self.latencies if start <= at < end)
        return taken[min(len(taken) - 1, int(part * len(taken)))] if taken else float("nan")

    def goodput(self, start: float, end: float) -> float:
        """Return the calls answered a second between two times."""
        return sum(start <= at < end for at, _ in self.latencies) / (end - start)

    def share(self, gone: Iterable[float]) -> float:
        """Return what part of all calls some are."""
        return len(list(gone)) / max(1, len(self.offered))


class _Node:
    def __init__(self, number: int, house: House, speed: float) -> None:
        self.number, self.speed = number, speed
        self.line, self.costs = house.line(house.policy), Costs()
        self.calls: dict[Ticket, Call] = {}
        self.alive = True


class Fleet:
    """Nodes, their balancer, and the clients.

    Parameters
    ----------
    nodes : int
        How many there are at the start.
    balancer : type of Balancer
        How calls are shared out.
    house : House
        What a node is.
    client : Client
        What clients do.
    seed : int
        Of all chance.

    Attributes
    ----------
    draw : random.Random
        Whence chance is taken.
    outcome : Outcome
        What came of the calls so far.
    now : float
        The time.
    nodes : dict of int to _Node
        Those that there are, by number.
    balancer : Balancer
        Who shares out the calls.
    """

    def __init__(
        self,
        nodes: int,
        balancer: type[Balancer] = LeastConnections,
        *,
        house: House | None = None,
        client: Client | None = None,
        seed: int = 1,
    ) -> None:
        self.draw = random.Random(seed)
        self._house, self._client = house or House(), client or Client()
        self.balancer = balancer(self.draw)
        self.outcome, self.now = Outcome(), 0.0
        self.nodes: dict[int, _Node] = {}
        self._numbers, self._order = count(), count()
        self._events: list[tuple[float, int, Callable[..., object], tuple[Any, ...]]] = []
        for _ in range(nodes):
            self.start()

    def at(self, time: float, what: Callable[..., object], *given: Any) -> None:
        """Have something happen at a time."""
        heapq.heappush(self._events, (time, next(self._order), what, given))

    def run(self, calls: Iterable[Call]) -> Outcome:
        """Let calls come, in the order of their times, and return what came of them."""
        coming = iter(calls)
        self._next(coming)
        while self._events:
            self.now, _, what, given = heapq.heappop(self._events)
            what(*given)
        return self.outcome

    def start(self, speed: float = 1.0) -> int:
        """Take a node into service, and return its number."""
        node = _Node(next(self._numbers), self._house, speed)
        self.nodes[node.number] = node
        self.balancer.add(node.number)
        self.outcome.nodes.append((self.now, len(self.nodes)))
        return node.number

    def slow(self, number: int, speed: float) -> None:
        """Have a node take longer from now on for what it starts."""
        self.nodes[number].speed = speed

    def kill(self, number: int) -> None:
        """Have a node vanish with all that it had; nobody is told but those whose calls it had."""
        node = self.nodes.pop(number)
        node.alive = False
        self.outcome.nodes.append((self.now, len(self.nodes)))
        for ticket, call in node.calls.items():
            if ticket.started is not None:
                self.outcome.vain += self.now - ticket.started
            self._fail(call, self.outcome.lost)
        node.calls.clear()

    def drain(self, number: int) -> None:
        """Send a node nothing more, and let it go when it has done what it has."""
        self.balancer.remove(number)
        self._let_go(self.nodes[number])

    def _next(self, coming: "Iterable[Call]") -> None:
        for call in coming:
            self.at(call.at, self._come, call, coming)
            return

    def _come(self, call: Call, coming: "Iterable[Call]") -> None:
        self.outcome.offered.append(self.now)
        self._send(call)
        self._next(coming)

    def _send(self, call: Call, tries: int = TRIES) -> None:
        """Send a call to a node, and to another where that does not answer."""
        if tries == TRIES:
            call.attempts += 1
            self.outcome.sent[int(self.now)] += 1
        if not tries or not self.balancer.nodes:
            self._fail(call, self.outcome.lost)
            return
        number = self.balancer.choose()
        if (node := self.nodes.get(number)) is None:
            self.at(self.now + self._house.connect, self._give_up_on, number)
            self.balancer.sent(number)
            self.at(self.now + self._house.connect, self._send, call, tries - 1)
            return
        self.balancer.sent(number)
        self._arrive(node, call)

    def _give_up_on(self, number: int) -> None:
        if number in self.balancer.open:
            self.balancer.remove(number)
            self.at(self.now + self._house.down, self._try_again, number)

    def _try_again(self, number: int) -> None:
        """Take a node back that did not answer; the next call shows whether it does now."""
        # Nodes that are gone for good would be tried until the end of the last call.
        if self._events:
            self.balancer.add(number)

    def _arrive(self, node: _Node, call: Call) -> None:
        expected = node.costs.expect(call.account, ACTION, call.size)
        ticket = Ticket(call.account, expected, self.now + self._house.policy.deadline, call.size)
        try:
            gone = node.line.join(ticket, self.now, self._house.places)
        except Busy:
            self.balancer.answered(node.number)
            self._fail(call, self.outcome.refused)
            return
        node.calls[ticket] = call
        for other in gone:
            self._turn_away(node, other, self.outcome.refused)
        self._serve(node)

    def _serve(self, node: _Node) -> None:
        for late in node.line.expire(self.now):
            self._turn_away(node, late, self.outcome.late)
        while (ticket := node.line.start_next(self.now, self._house.places)) is not None:
            # A worker whose call runs into its deadline has worked in vain up to then.
            done = self.now + node.calls[ticket].seconds / node.speed
            self.at(max(self.now, min(done, ticket.ends)), self._end, node, ticket, done <= ticket.ends)

    def _end(self, node: _Node, ticket: Ticket, done: bool) -> None:  # noqa: FBT001
        if not node.alive or ticket not in node.calls:
            return
        call = node.calls.pop(ticket)
        seconds = self.now - (ticket.started or 0.0)
        node.costs.learn(call.account, ACTION, call.size, seconds)
        node.line.finish(ticket, node.costs.expect(call.account, ACTION, call.size).mean)
        self.balancer.answered(node.number)
        if done:
            self.outcome.useful += seconds
            self.outcome.latencies.append((self.now, self.now - call.at))
            self.outcome.waits.append(self.now - call.at - seconds)
        else:
            self.outcome.vain += seconds
            self._fail(call, self.outcome.late)
        self._serve(node)
        self._let_go(node)

    def _turn_away(self, node: _Node, ticket: Ticket, reason: list[float]) -> None:
        self.balancer.answered(node.number)
        self._fail(node.calls.pop(ticket), reason)

    def _fail(self, call: Call, reason: list[float]) -> None:
        """Have the client try again, or give up."""
        client = self._client
        if call.attempts < client.attempts:
            pause = client.pause_before(call.attempts + 1, self.draw)
            if self.now + pause - call.at < client.patience:
                self.at(self.now + pause, self._send, call)
                return
        reason.append(self.now)

    def _let_go(self, node: _Node) -> None:
        if node.number not in self.balancer.open and not node.calls and node.alive:
            node.alive = False
            del self.nodes[node.number]
            self.outcome.nodes.append((self.now, len(self.nodes)))
