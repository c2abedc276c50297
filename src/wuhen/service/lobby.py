"""The lobby: where bodies are kept of which nobody knows yet whether their sender may call.

A signature cannot be checked before the body is whole. So whoever knows a SecretId, or nothing at all, can
make the service hold bodies; here it is bounded how many, and callers who have shown that they hold a key
are kept out by nobody who has not.
"""

import asyncio
import sys
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from wuhen.accounts import AccountKey
from wuhen.action import TOO_MANY_SENDING
from wuhen.service.arrival import PATIENCE, Arrival

__all__ = ["Lobby", "Pool", "Proven"]

SPARE_BODIES = 16
"""Bodies of one key that are read at a time, beyond the calls that its account may run."""
STRANGE_BODIES = 32
"""Bodies that are read at a time from addresses that have not shown that they hold the key, all together."""
STRANGE_SHARE = 8
"""Of these, of one address."""
UNNAMED_BODIES = 64
"""Bodies that are read at a time where the key is named in the body itself: signature v1, up to 1 MB each.
As many again are for addresses that have shown that they hold a key."""
UNNAMED_SHARE = 16
"""Of these, of one address."""
MAX_WAITING = 2048
"""Bodies that wait for a place, unread; of one address no more than half."""
AGAIN_SECONDS = 0.25
"""Until another body has to make room, if there is still no place for one that waits."""
PRESSING = 64
"""Bodies that make room at a time."""
PROVEN_SECONDS = 24 * 3600.0
PROVEN_ADDRESSES = 256
"""Addresses that are remembered of one key."""


class Proven:
    """Which addresses have shown that they hold a key: they sent a call that was signed with it."""

    def __init__(self) -> None:
        self._keys: dict[str, OrderedDict[str, float]] = {}
        self._addresses: OrderedDict[str, float] = OrderedDict()

    def note(self, secret_id: str, address: str) -> None:
        """Remember that a call came from there that was signed with the key."""
        now = asyncio.get_running_loop().time()
        for known, most in (
            (self._keys.setdefault(secret_id, OrderedDict()), PROVEN_ADDRESSES),
            (self._addresses, PROVEN_ADDRESSES**2),
        ):
            known[address] = now
            known.move_to_end(address)
            if len(known) > most:
                known.popitem(last=False)

    def holds(self, address: str, secret_id: str | None = None) -> bool:
        """Tell whether the address has shown within a day that it holds this key, or any."""
        known = self._addresses if secret_id is None else self._keys.get(secret_id)
        shown = known.get(address) if known else None
        return shown is not None and asyncio.get_running_loop().time() - shown < PROVEN_SECONDS


@dataclass(eq=False, slots=True)
class _Seat:
    """A body that has a place or waits for one.

    `granted` turns true with the place; false says that there may be one elsewhere.
    """

    arrival: Arrival
    address: str
    name: str
    share: int
    granted: "asyncio.Future[bool]"


class Pool:
    """Places for bodies, of which each address and each name has a share.

    Those that wait are served by how many places their address has, fewest first. While somebody waits who
    has waited for a while, bodies make room: such as come slowly, or are of an address that has more places
    than the one that waits, the slowest of them first.

    Parameters
    ----------
    most : int
        Places in all.
    per_address : int
        Places of one address.
    lenient : bool
        Whether only a body makes room of which both is true.
    """

    def __init__(self, most: int, per_address: int, *, lenient: bool = False) -> None:
        self._most, self._per_address, self._lenient = most, per_address, lenient
        self._seats: dict[_Seat, None] = {}
        self._by_address: Counter[str] = Counter()
        self._by_name: Counter[str] = Counter()
        self._queues: dict[tuple[str, str], deque[_Seat]] = {}
        self._waiting: Counter[str] = Counter()
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def place(self, arrival: Arrival, address: str, name: str, share: int) -> AsyncIterator[bool]:
        """Hold a place while the context lasts; it is false if one is to be sought elsewhere.

        Parameters
        ----------
        arrival : Arrival
            What the place is for.
        address : str
            Where it comes from; see `wuhen.service.addresses.neighbourhood`.
        name : str
            For whom.
        share : int
            How many places that name has.

        Raises
        ------
        ApiError
            There are too many that wait.
        """
        seat = _Seat(arrival, address, name, share, asyncio.get_running_loop().create_future())
        granted = await self._enter(seat)
        try:
            yield granted
        finally:
            if granted:
                self._leave(seat)

    def send_on(self, address: str, name: str) -> None:
        """Have those who wait there look for a place elsewhere."""
        for seat in self._queues.pop((address, name), ()):
            self._waiting[address] -= 1
            seat.granted.set_result(False)

    async def _enter(self, seat: _Seat) -> bool:
        if self._fits(seat):
            self._take(seat)
            return True
        total = sum(self._waiting.values())
        if total >= MAX_WAITING or self._waiting[seat.address] >= MAX_WAITING // 2:
            raise TOO_MANY_SENDING()
        self._queues.setdefault((seat.address, seat.name), deque()).append(seat)
        self._waiting[seat.address] += 1
        self._watch(PATIENCE)
        try:
            # Unlike awaiting it, this leaves no doubt who owns a place granted in the very moment it ends.
            await asyncio.wait({seat.granted})
        except asyncio.CancelledError:
            if not seat.granted.done():
                self._unqueue(seat)
            elif seat.granted.result():
                self._leave(seat)
            raise
        return seat.granted.result()

    def _fits(self, seat: _Seat) -> bool:
        return (
            len(self._seats) < self._most
            and self._by_address[seat.address] < self._per_address
            and self._by_name[seat.name] < seat.share
        )

    def _take(self, seat: _Seat) -> None:
        self._seats[seat] = None
        self._by_address[seat.address] += 1
        self._by_name[seat.name] += 1
        seat.granted.set_result(True)

    def _leave(self, seat: _Seat) -> None:
        del self._seats[seat]
        for counter, what in ((self._by_address, seat.address), (self._by_name, seat.name)):
            counter[what] -= 1
            if not counter[what]:
                del counter[what]
        for waiting in self._in_turn():
            if self._fits(waiting):
                self._unqueue(waiting)
                self._take(waiting)

    def _in_turn(self) -> list[_Seat]:
        """Return the first of each queue, by how many places its address has."""
        return sorted(
            (queue[0] for queue in self._queues.values()), key=lambda seat: self._by_address[seat.address]
        )

    def _unqueue(self, seat: _Seat) -> None:
        queue = self._queues[seat.address, seat.name]
        queue.remove(seat)
        self._waiting[seat.address] -= 1
        if not queue:
            del self._queues[seat.address, seat.name]

    def _watch(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._press)

    def _press(self) -> None:
        """Have bodies make room, one for each of the first who wait, where there are any that may have to."""
        self._timer = None
        leaving: set[_Seat] = set()
        for waiting in self._in_turn()[:PRESSING]:
            if (victim := self._find_victim(waiting, leaving)) is not None:
                leaving.add(victim)
                victim.arrival.give_up()
        if self._queues:
            self._watch(AGAIN_SECONDS)

    def _find_victim(self, waiting: _Seat, leaving: set[_Seat]) -> _Seat | None:
        """Return the seat that is to make room; none where all are entitled to theirs."""
        address_full = self._by_address[waiting.address] >= self._per_address
        name_full = self._by_name[waiting.name] >= waiting.share
        fair = self._by_address[waiting.address] + 1

        def is_due(seat: _Seat) -> bool:
            if (address_full and seat.address != waiting.address) or (
                name_full and seat.name != waiting.name
            ):
                return False
            reasons = (seat.arrival.is_slow, self._by_address[seat.address] > fair)
            return all(reasons) if self._lenient else any(reasons)

        return max(
            (seat for seat in self._seats if seat not in leaving and is_due(seat)),
            key=lambda seat: (self._by_address[seat.address], -seat.arrival.rate),
            default=None,
        )


class Lobby:
    """Places for bodies that are read before their signature can be checked.

    Senders who have shown that they hold the key have places apart from those of all others.
    """

    def __init__(self) -> None:
        self.proven = Proven()
        self._strange = Pool(STRANGE_BODIES, STRANGE_SHARE)
        self._unnamed = Pool(UNNAMED_BODIES, UNNAMED_SHARE)
        self._known = Pool(UNNAMED_BODIES, UNNAMED_SHARE, lenient=True)
        # Of these, only the names' shares bound how many there are.
        self._named = Pool(sys.maxsize, sys.maxsize, lenient=True)

    @asynccontextmanager
    async def place(self, arrival: Arrival, address: str, key: AccountKey | None) -> AsyncIterator[None]:
        """Hold a place for a body while the context lasts.

        Parameters
        ----------
        arrival : Arrival
            The body.
        address : str
            Where it comes from; see `wuhen.service.addresses.neighbourhood`.
        key : AccountKey or None
            The key that its head names, if it does.

        Raises
        ------
        ApiError
            There are too many that wait for one.
        """
        if key is None:
            pool = self._known if self.proven.holds(address) else self._unnamed
            async with pool.place(arrival, address, "", UNNAMED_BODIES):
                yield
            return
        name, share = key.secret_id, key.concurrency + SPARE_BODIES
        if not self.proven.holds(address, name):
            async with self._strange.place(arrival, address, name, min(share, STRANGE_BODIES)) as granted:
                if granted:
                    yield
                    return
        async with self._named.place(arrival, address, name, share):
            yield

    def prove(self, address: str, secret_id: str) -> None:
        """Note that a sender has shown that they hold a key; what else they have sent goes on."""
        self.proven.note(secret_id, address)
        self._strange.send_on(address, secret_id)
