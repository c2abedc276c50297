"""The line before the workers: one for all callers, served in turns by accounts.

An account's turn comes by the seconds of worker time that it has had, divided by its share, so that one that
sends long jobs gets no more of the machine than one that sends short ones. Whoever has nothing running goes
first, and places may be kept for them. Within an account, calls go in the order of their deadlines. Beside
places, jobs need room: all that run may have so many pixels together, as memory has to hold them.

Nobody is let in who would be turned away later: a call that would wait for longer than `Policy.max_wait`, or
could not end before its deadline, is refused when it comes. What the estimate could not foresee is refused
when it shows, and never started without the time to finish.

Times are seconds on one clock, the caller's: nothing here looks at one.
"""

import math
from dataclasses import dataclass, field
from enum import StrEnum

from wuhen.service.admission.costs import Expected

__all__ = ["Busy", "Line", "Policy", "Reason", "Ticket"]

OVERRUN = 0.25
"""A job that takes longer than expected is expected to go on for this part of what it has taken."""


class Reason(StrEnum):
    """Why a call is not let in."""

    WAIT = "wait"
    """It would wait too long."""
    DEADLINE = "deadline"
    """It would not end in time."""
    FULL = "full"
    """Too many calls, or too many bytes of them, wait already."""


class Busy(Exception):
    """The service has too much to do for this call.

    Attributes
    ----------
    reason : Reason
        Why.
    wait : float
        Seconds that it would have waited, as far as could be told.
    """

    def __init__(self, reason: Reason, wait: float) -> None:
        super().__init__(f"{reason}: {wait:.1f} s of other work come first")
        self.reason = reason
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Policy:
    """What is let in.

    Attributes
    ----------
    max_wait : float
        Seconds that a call may be expected to wait. Who would be next waits longer, if its deadline allows.
    deadline : float
        Seconds that a whole call has.
    most : int
        Calls that may wait.
    most_bytes : int
        Bytes of them that may wait.
    spare : int
        Places that are kept for accounts that have nothing running; fewer than there are.
    """

    max_wait: float = 5.0
    deadline: float = 55.0
    most: int = 256
    most_bytes: int = 256 * 1024 * 1024
    spare: int = 0


@dataclass(slots=True, eq=False)
class Ticket:
    """A call in the line, and while it has a place.

    Attributes
    ----------
    account : str
        Whose it is.
    expected : Expected
        What its job is expected to take.
    ends : float
        When the call must have ended.
    size : int
        Bytes that it holds.
    weight : int
        The account's share of the machine, beside those of others.
    pixels : int
        Of its pictures; a worker has memory for them while the job is under way.
    started : float or None
        When it got its place.
    passed : float
        Seconds of work of others that were started before it because there was no room for it.
    """

    account: str
    expected: Expected
    ends: float
    size: int = 0
    weight: int = 1
    pixels: int = 0
    started: float | None = None
    passed: float = 0.0

    def remaining(self, now: float) -> float:
        """Return the seconds that a started job is expected to go on for."""
        taken = now - self.started if self.started is not None else 0.0
        return max(self.expected.mean - taken, OVERRUN * taken)


@dataclass(slots=True)
class _Account:
    """What an account has in the house, and the worker time that it has had, by its share."""

    used: float
    weight: int = 1
    running: int = 0
    work: float = 0.0
    waiting: list[Ticket] = field(default_factory=list)


class Line:
    """Lets calls in, keeps those that wait, and says who is next.

    Parameters
    ----------
    policy : Policy
        What is let in.

    Attributes
    ----------
    running : dict of Ticket
        Those that have a place; the latest comes last.
    waiting : int
        How many wait.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._accounts: dict[str, _Account] = {}
        self._served = 0.0
        self._bytes = 0
        self._pixels = 0
        self.running: dict[Ticket, None] = {}
        self.waiting = 0

    def judge(self, ticket: Ticket, now: float, places: int, room: float = math.inf) -> Busy | None:
        """Say whether a call would be refused if it came now.

        Parameters
        ----------
        ticket : Ticket
            Of the call; it is not kept.
        now : float
            The time.
        places : int
            Jobs that can run at a time, at least 1.
        room : float
            Pixels that jobs can have which run at a time; one that is alone may have more.
        """
        fits = self.has_room(ticket.pixels, room)
        if fits and not self.waiting and self._may_start(self._accounts.get(ticket.account), places):
            return None
        ahead = self._work_ahead(ticket)
        wait = (sum(one.remaining(now) for one in self.running) + ahead) / places
        if not fits:
            wait = max(wait, self._until_room(ticket, now, room))
        if wait + self._needed(ticket) > ticket.ends - now:
            return Busy(Reason.DEADLINE, wait)
        if ahead and wait > self._policy.max_wait:
            return Busy(Reason.WAIT, wait)
        if self._is_full(ticket) and not self._yielding(ticket):
            return Busy(Reason.FULL, wait)
        return None

    def join(self, ticket: Ticket, now: float, places: int, room: float = math.inf) -> list[Ticket]:
        """Let a call in, and return those that have to leave for it.

        Raises
        ------
        Busy
            It is refused.
        """
        if (busy := self.judge(ticket, now, places, room)) is not None:
            raise busy
        gone = []
        while self._is_full(ticket) and (other := self._yielding(ticket)) is not None:
            self.leave(other)
            gone.append(other)
        account = self._accounts.setdefault(ticket.account, _Account(self._served))
        if self._is_idle(account):
            account.used = max(account.used, self._served)
        account.weight = ticket.weight
        account.waiting.append(ticket)
        account.waiting.sort(key=_end)
        account.work += ticket.expected.mean
        self.waiting += 1
        self._bytes += ticket.size
        return gone

    def leave(self, ticket: Ticket) -> None:
        """Take a call out of the line that has no place yet."""
        self._take_out(ticket)
        self._forget(ticket.account)

    def start_next(self, now: float, places: int, room: float = math.inf) -> Ticket | None:
        """Give the next call a place, if there is one free for it, and room.

        One for which there is no room is passed by others that take less, until these have had as much work
        as it is itself. Then nobody passes it any more, so that there will be room.
        """
        eligible = [one for one in self._accounts.values() if one.waiting and self._may_start(one, places)]
        if not eligible:
            return None
        account = min(eligible, key=_turn)
        ticket = self._first_of(account.waiting)
        if self.has_room(ticket.pixels, room):
            return self._start(ticket, now)
        passed: list[Ticket] = []
        for account in sorted(eligible, key=_turn):
            first = self._first_of(account.waiting)
            for ticket in (first, *(one for one in account.waiting if one is not first)):
                if self.has_room(ticket.pixels, room):
                    for one in passed:
                        one.passed += ticket.expected.mean
                    return self._start(ticket, now)
                if ticket.passed >= ticket.expected.mean:
                    return None
                passed.append(ticket)
        return None

    def has_room(self, pixels: int, room: float) -> bool:
        """Tell whether a job's pixels fit beside those of all that run; those of one that is alone do."""
        return not self._pixels or self._pixels + pixels <= room

    def expire(self, now: float) -> list[Ticket]:
        """Take out of the line what could not end in time any more, and return it."""
        late = [
            ticket
            for account in self._accounts.values()
            for ticket in account.waiting
            if now + self._needed(ticket) > ticket.ends
        ]
        for ticket in late:
            self.leave(ticket)
        return late

    def start_behind(self, ticket: Ticket, now: float, places: int) -> bool:
        """Give a place to what is no call, if one is free that is kept for none; say whether it was.

        What comes behind all calls takes what they leave, so that no account is charged for it.
        """
        if places - len(self.running) - self._policy.spare <= 0:
            return False
        ticket.started = now
        self.running[ticket] = None
        return True

    def take_room(self, ticket: Ticket, pixels: int) -> None:
        """Count the pixels of what `start_behind` gave a place, which it did not know before."""
        ticket.pixels = pixels
        self._pixels += pixels

    def finish_behind(self, ticket: Ticket) -> None:
        """Free the place of what `start_behind` gave one, and its room."""
        del self.running[ticket]
        self._pixels -= ticket.pixels

    def finish(self, ticket: Ticket, charge: float) -> None:
        """Free a call's place, and charge its account for it.

        Parameters
        ----------
        ticket : Ticket
            Of the call.
        charge : float
            The seconds that such jobs of the account take on average, as they are known now. Not what this
            one took: chance would have one account wait for others' turns because a job of its own was long.
        """
        del self.running[ticket]
        self._pixels -= ticket.pixels
        account = self._accounts[ticket.account]
        account.running -= 1
        account.used += (charge - ticket.expected.mean) / account.weight
        self._forget(ticket.account)

    def _start(self, ticket: Ticket, now: float) -> Ticket:
        self._take_out(ticket)
        account = self._accounts[ticket.account]
        account.running += 1
        self._advance(account.used)
        account.used += ticket.expected.mean / account.weight
        ticket.started = now
        self.running[ticket] = None
        self._pixels += ticket.pixels
        return ticket

    @staticmethod
    def _first_of(waiting: list[Ticket]) -> Ticket:
        """Return which of an account's calls goes first; they are in the order of their deadlines."""
        return waiting[0]

    def _may_start(self, account: _Account | None, places: int) -> bool:
        """Tell whether a place is free for the account; some are for those with nothing running."""
        free = places - len(self.running)
        if account is not None and account.running:
            free -= self._policy.spare
        return free > 0

    def _until_room(self, ticket: Ticket, now: float, room: float) -> float:
        """Return the seconds until so many that run have ended, as expected, that there is room."""
        held = self._pixels
        for left, pixels in sorted((one.remaining(now), one.pixels) for one in self.running):
            held -= pixels
            if not held or held + ticket.pixels <= room:
                return left
        return 0.0

    def _work_ahead(self, ticket: Ticket) -> float:
        """Return the seconds of work in the line that would be started before a call that comes now.

        When its turn comes, its account will have used as much as `turn`. Each other that has not had that
        already will have come as far by then, and have had one job at least.
        """
        own = self._accounts.get(ticket.account) or _Account(self._served)
        new = not own.running and not own.waiting
        turn = (max(own.used, self._served) if new else own.used) + own.work / ticket.weight
        ahead = own.work
        for other in self._accounts.values():
            if other is own or not other.waiting or other.used > turn or (new and other.running):
                continue
            ahead += min(other.work, max(other.waiting[0].expected.mean, (turn - other.used) * other.weight))
        return ahead

    def _needed(self, ticket: Ticket) -> float:
        """Return the seconds that must be left for a call to be started.

        No more than half of what a call has: an estimate that is too high would else keep a kind of job out
        for good, as none would run that could correct it.
        """
        return min(ticket.expected.most, self._policy.deadline / 2)

    def _is_full(self, ticket: Ticket) -> bool:
        policy = self._policy
        return self.waiting >= policy.most or self._bytes + ticket.size > policy.most_bytes

    def _yielding(self, ticket: Ticket) -> Ticket | None:
        """Return who has to leave for a call where the line is full: the latest of whoever has most in it."""
        greediest = max(self._accounts.values(), key=lambda one: len(one.waiting), default=None)
        own = self._accounts.get(ticket.account)
        if greediest is None or len(greediest.waiting) < 2 + (len(own.waiting) if own else 0):
            return None
        return greediest.waiting[-1]

    def _advance(self, used: float) -> None:
        """Note how far the turns have come. What idle accounts had beyond their share is made up for then."""
        self._served = max(self._served, used)
        even = [name for name, one in self._accounts.items() if self._is_idle(one) and one.used <= used]
        for name in even:
            del self._accounts[name]

    def _take_out(self, ticket: Ticket) -> None:
        account = self._accounts[ticket.account]
        account.waiting.remove(ticket)
        account.work = sum(one.expected.mean for one in account.waiting)
        self.waiting -= 1
        self._bytes -= ticket.size

    def _forget(self, name: str) -> None:
        """Let go of an account with nothing in the house, unless it has had more than its share of late."""
        if not self.running and not self.waiting:
            self._accounts.clear()
        elif self._is_idle(self._accounts[name]) and self._accounts[name].used <= self._served:
            del self._accounts[name]

    @staticmethod
    def _is_idle(account: _Account) -> bool:
        return not account.running and not account.waiting


def _end(ticket: Ticket) -> float:
    return ticket.ends


def _turn(account: _Account) -> tuple[bool, float]:
    return account.running > 0, account.used
