"""The line's face towards calls: they wait here, each for its place at the workers."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from wuhen.photo import Extent
from wuhen.service.admission.costs import Costs, Expected
from wuhen.service.admission.line import Busy, Line, Policy, Reason, Ticket

__all__ = ["Admission", "Load", "Roomer", "Wish"]

Roomer: TypeAlias = Callable[[Extent | None, int], Awaitable[None]]
"""Waits until there is room for the pixels of a job of such an extent and so many bytes."""

LOOK_SECONDS = 0.25
"""How often the line is looked at while somebody waits: time runs out, and lost workers come back."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A call that wants a place.

    Attributes
    ----------
    account : str
        Whose it is.
    action : str
        What it asks for.
    size : int
        Bytes of its body.
    ends : float
        When it must have ended.
    held : int
        Bytes of the pictures that it keeps in memory while it waits; 0 for as many as its body.
    extent : Extent or None
        What the pictures' heads say of them, if they are there and say it.
    beside : int
        Pixels for which room is needed beside those of the pictures.
    times : int
        How often the work is done: it takes so many times as long.
    """

    account: str
    action: str
    size: int
    ends: float
    held: int = 0
    extent: Extent | None = None
    beside: int = 0
    times: int = 1


@dataclass(slots=True)
class Leftover:
    """A place that no call wanted.

    Attributes
    ----------
    has_room : callable
        Awaited with the job's extent, and bytes, before work is begun: there may be no room for it yet.
    is_used : bool
        Whether something was done there, so that how long it took is to be remembered.
    """

    has_room: Roomer
    is_used: bool = True


@dataclass(frozen=True, slots=True)
class Load:
    """How things stand.

    Attributes
    ----------
    running, waiting : int
        Calls that have a place, and those in the line.
    oldest : float
        Seconds that the one which came first of these has waited since it joined.
    refused : mapping of str to int
        Calls refused since the start, by `Reason`.
    """

    running: int
    waiting: int
    oldest: float
    refused: Mapping[str, int]


class Admission:
    """Hands out as many places as there are workers. Belongs to one event loop.

    Parameters
    ----------
    places : callable
        How many jobs can run at a time; it may change.
    policy : Policy
        What is let in.
    weights : mapping of str to int
        Shares of the machine by account; 1 for those that are not in it.
    room : callable, optional
        How many pixels the jobs may have together that run at a time; it may change. By default any number.
    on_start : callable, optional
        Told of each call that gets a place how many seconds it waited.
    clock : callable
        Tells the seconds that deadlines are given in.
    """

    def __init__(
        self,
        places: Callable[[], int],
        policy: Policy,
        weights: Mapping[str, int] | None = None,
        *,
        room: Callable[[], float] | None = None,
        on_start: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._places, self._weights, self._clock = places, weights or {}, clock
        self._room, self._on_start = room, on_start
        self._line = Line(policy)
        self._costs = Costs()
        self._waiting: dict[Ticket, tuple[float, asyncio.Future[None]]] = {}
        self._refused = Counter[str]()
        self._behind: dict[Ticket, tuple[float, asyncio.Future[None]]] = {}
        self._without_room: dict[Ticket, tuple[int, float, asyncio.Future[None]]] = {}
        self._pixels_behind = 0
        self._look: asyncio.TimerHandle | None = None

    @property
    def load(self) -> Load:
        """How things stand now."""
        oldest = min((since for since, _ in self._waiting.values()), default=None)
        waited = 0.0 if oldest is None else self._clock() - oldest
        return Load(len(self._line.running), self._line.waiting, waited, self._refused)

    def screen(self, wish: Wish) -> None:
        """Refuse a call for which there would be no place, before more is done for it.

        Raises
        ------
        Busy
            It would be refused.
        """
        ticket = self._ticket(wish)
        if (busy := self._line.judge(ticket, self._clock(), self._count(), self._left())) is not None:
            raise self._count_refusal(busy)

    @asynccontextmanager
    async def place(self, wish: Wish) -> AsyncIterator[None]:
        """Hold a place while the context lasts.

        Raises
        ------
        Busy
            It is refused, when it comes or because things took longer than expected.
        """
        ticket, came = self._ticket(wish), self._clock()
        await self._wait(ticket, came)
        cancelled = False
        try:
            yield
        except asyncio.CancelledError:
            cancelled = True
            raise
        finally:
            seconds = self._clock() - (ticket.started or came)
            # One that was broken off would have taken longer, nobody knows how much.
            if not cancelled or seconds > ticket.expected.mean:
                self._costs.learn(wish.account, wish.action, wish.size, seconds / wish.times, wish.extent)
            self._line.finish(ticket, self._expect(wish).mean)
            self._serve()

    @asynccontextmanager
    async def leftover(self, action: str, patience: float) -> AsyncIterator[Leftover]:
        """Hold a place that no call wants while the context lasts, having waited for one.

        When it has waited for room there for as long again, no call takes that before it.

        Parameters
        ----------
        action : str
            What is done there; how long it takes is learnt by it.
        patience : float
            Seconds of waiting after which it has the next place that becomes free, whatever calls wait.
        """
        ticket = Ticket("", self._costs.expect("", action, 0), math.inf)
        granted = asyncio.get_running_loop().create_future()
        self._behind[ticket] = (self._clock() + patience, granted)
        self._serve()
        place = Leftover(partial(self._await_room, ticket, patience))
        try:
            await granted
            yield place
        finally:
            self._pixels_behind -= ticket.pixels
            if self._behind.pop(ticket, None) is None:
                if place.is_used:
                    self._costs.learn("", action, 0, self._clock() - (ticket.started or 0.0))
                self._line.finish_behind(ticket)
                self._serve()

    async def _await_room(self, ticket: Ticket, patience: float, extent: Extent | None, size: int) -> None:
        granted = asyncio.get_running_loop().create_future()
        self._without_room[ticket] = _pixels(extent, size), self._clock() + patience, granted
        self._serve()
        try:
            await granted
        finally:
            self._without_room.pop(ticket, None)

    async def _wait(self, ticket: Ticket, came: float) -> None:
        granted = asyncio.get_running_loop().create_future()
        try:
            gone = self._line.join(ticket, came, self._count(), self._left())
        except Busy as busy:
            raise self._count_refusal(busy) from None
        self._waiting[ticket] = (came, granted)
        self._turn_away(gone, Reason.FULL)
        self._serve()
        try:
            await granted
        except asyncio.CancelledError:
            if self._waiting.pop(ticket, None) is not None:
                self._line.leave(ticket)
            elif ticket.started is not None:
                self._line.finish(ticket, 0.0)
            self._serve()
            raise
        except Busy as busy:
            # A copy, as one that waits in a future is held by its own traceback.
            raise Busy(busy.reason, busy.wait) from None

    def _serve(self) -> None:
        """Give out the places that are free, and turn away whoever cannot be served in time any more."""
        now, places = self._clock(), self._count()
        self._turn_away(self._line.expire(now), Reason.DEADLINE)
        self._give_room()
        self._serve_behind(now, places, overdue=True)
        while (ticket := self._line.start_next(now, places, self._left())) is not None:
            since, granted = self._waiting.pop(ticket)
            if self._on_start is not None:
                self._on_start(now - since)
            # One that was cancelled just now gives its place back as soon as it runs.
            if not granted.done():
                granted.set_result(None)
        if not self._line.waiting:
            self._serve_behind(now, places, overdue=False)
        if (self._line.waiting or self._behind or self._without_room) and self._look is None:
            self._look = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look_again)

    def _give_room(self) -> None:
        """Let those have room that have a place and none, as far as there is, the first of them first."""
        room = math.inf if self._room is None else self._room()
        for ticket, (pixels, _, granted) in [*self._without_room.items()]:
            if not self._line.has_room(pixels, room):
                return
            del self._without_room[ticket]
            if not granted.done():
                self._line.take_room(ticket, pixels)
                self._pixels_behind += pixels
                granted.set_result(None)

    def _left(self) -> float:
        """Return the room for calls: all but what the first behind them has waited for too long.

        Nothing is kept for it while it is others behind the calls that are in its way.
        """
        if self._room is None:
            return math.inf
        room = self._room()
        for pixels, late, _ in self._without_room.values():
            kept = self._clock() >= late and self._pixels_behind + pixels <= room
            return room - pixels if kept else room
        return room

    def _serve_behind(self, now: float, places: int, *, overdue: bool) -> None:
        """Give out places that are free to what comes behind the calls: all of it, or what waits too long."""
        for ticket, (late, granted) in [*self._behind.items()]:
            if (overdue and now < late) or not self._line.start_behind(ticket, now, places):
                return
            del self._behind[ticket]
            if not granted.done():
                granted.set_result(None)

    def _look_again(self) -> None:
        self._look = None
        self._serve()

    def _turn_away(self, tickets: list[Ticket], reason: Reason) -> None:
        now = self._clock()
        for ticket in tickets:
            since, granted = self._waiting.pop(ticket)
            if not granted.done():
                granted.set_exception(self._count_refusal(Busy(reason, now - since)))

    def _count_refusal(self, busy: Busy) -> Busy:
        self._refused[busy.reason] += 1
        return busy

    def _count(self) -> int:
        return max(1, self._places())

    def _ticket(self, wish: Wish) -> Ticket:
        weight, held = self._weights.get(wish.account, 1), wish.held or wish.size
        pixels = _pixels(wish.extent, held) + wish.beside
        return Ticket(wish.account, self._expect(wish), wish.ends, held, weight, pixels)

    def _expect(self, wish: Wish) -> Expected:
        expected = self._costs.expect(wish.account, wish.action, wish.size, wish.extent)
        return expected.of(wish.times)


def _pixels(extent: Extent | None, size: int) -> int:
    """Return the pixels that room is needed for; of pictures that say nothing, as many as they have bytes."""
    return size if extent is None else extent.pixels
