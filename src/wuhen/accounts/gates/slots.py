"""The concurrency gate of several service processes, in a Redis or Valkey that they share."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from wuhen.accounts.errors import GatesAway, JobNumExceeded
from wuhen.accounts.gates.base import QUEUE, QUEUE_BYTES, Backlog
from wuhen.accounts.gates.counter import LEASE, SlotCounter, Standing
from wuhen.accounts.gates.link import Link
from wuhen.accounts.gates.memory import MemoryConcurrencyGate

__all__ = ["SharedConcurrencyGate"]

DOUBT = 1.0
"""Seconds after a refusal for which it is worth asking before a call is read."""
FORGOTTEN = 2 * LEASE
"""Seconds after which the server holds nothing any more for a call that has ended."""


@dataclass(slots=True, eq=False)
class _Lease:
    """One call's slot, or its place in the line.

    Attributes
    ----------
    token
        By which the server knows it; before the dot stands the process.
    came
        When it came, by the server's clock; empty until that is known.
    is_known
        Whether the server may know of it.
    is_queued, is_held
        Where it stands, so that it is to be renewed.
    granted
        Set when it has the slot (true), or when the server is lost (false).
    """

    token: str
    account: str
    limit: int
    came: str = ""
    is_known: bool = False
    is_queued: bool = False
    is_held: bool = False
    granted: "asyncio.Future[bool]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


@dataclass(slots=True)
class _Account:
    """What this process has of an account; its commands go to the server one after another."""

    leases: dict[str, _Lease] = field(default_factory=dict)
    order: asyncio.Lock = field(default_factory=asyncio.Lock)
    limit: int = 1


class SharedConcurrencyGate:
    """The concurrency gate of several service processes. Belongs to one event loop.

    Each slot is a lease that this process renews while its call lasts. What the server forgets, as it was
    started anew or another took over, it is told again; until then it grants nothing.

    Parameters
    ----------
    link
        The way to the server.
    kind
        What is counted, where several gates share a server.
    alone
        Whether, while the server is away, this process counts by itself; calls are refused otherwise.
    queue
        How many calls of one account may queue at one time; one more is refused at once.
    queue_bytes
        How many bytes all calls that queue may keep in memory, and those of one account half of that.
    """

    def __init__(
        self,
        link: Link,
        kind: str,
        *,
        alone: bool = False,
        queue: int = QUEUE,
        queue_bytes: int = QUEUE_BYTES,
    ) -> None:
        self._link = link
        self._kind = kind
        self._counter = SlotCounter(link, kind)
        self._alone = alone
        self._queue = queue
        self._backlog = Backlog(queue_bytes)
        self._own = MemoryConcurrencyGate(queue=queue)
        self._accounts: dict[str, _Account] = {}
        self._leases: dict[str, _Lease] = {}
        self._refused: dict[str, float] = {}
        self._numbers = count()
        self._gone: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._leaving: set[asyncio.Task[None]] = set()
        link.join(self)

    @asynccontextmanager
    async def slot(
        self, account: str, limit: int, *, wait: float = 0.0, size: int = 0
    ) -> AsyncIterator[None]:
        """Hold a slot; see `ConcurrencyGate.slot`."""
        lease = _Lease(f"{self._link.process}.{self._kind}{next(self._numbers)}", account, limit)
        state = self._accounts.setdefault(account, _Account())
        state.leases[lease.token] = self._leases[lease.token] = lease
        state.limit = limit
        try:
            await self._enter(lease, state, wait, size)
            yield
        finally:
            await self._end(lease, state)

    @property
    def held(self) -> int:
        """How many slots all calls of this process hold together now."""
        return self._own.held

    async def is_full(self, account: str, limit: int) -> bool:
        """Tell whether a call that does not wait would be refused now; see `ConcurrencyGate.is_full`."""
        if await self._own.is_full(account, limit):
            return True
        if account not in self._refused:
            return False
        if self._refused[account] + DOUBT < asyncio.get_running_loop().time():
            del self._refused[account]
            return False
        try:
            standing = await self._counter.look(account, limit)
        except GatesAway:
            return False
        return standing.word == "full"

    async def keep(self) -> None:
        """Renew all leases, and take back those that could not be when their calls ended."""
        self._forget_gone()
        # One command tells whether the server is there: else each account's would be tried and waited for.
        await self._counter.begin()
        try:
            async with asyncio.TaskGroup() as renewals:
                for account in {*self._accounts, *self._gone}:
                    renewals.create_task(self._renew(account))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None

    def lose(self) -> None:
        """Have calls that queue go on here, if this process may count by itself."""
        if not self._alone:
            return
        for lease in self._leases.values():
            if lease.is_queued:
                lease.is_queued = False
                lease.granted.set_result(False)

    def tell(self, message: str) -> None:
        """Take the slot that was granted to a call of this process, if it is one of this gate's."""
        if (lease := self._leases.get(message)) is not None:
            self._take(lease)

    async def finish(self) -> None:
        """Wait until slots that were left are known to be."""
        if self._leaving:
            await asyncio.wait(self._leaving)

    async def _enter(self, lease: _Lease, state: _Account, wait: float, size: int) -> None:
        """Get the slot, wherever slots are counted now."""
        ends = asyncio.get_running_loop().time() + wait
        while not lease.is_held:
            if self._link.away is None:
                await self._enter_there(lease, state, ends, size)
            elif self._alone:
                await self._enter_here(lease, ends, size)
            else:
                raise GatesAway(self._link.away)

    async def _enter_there(self, lease: _Lease, state: _Account, ends: float, size: int) -> None:
        """Get the slot of the server; without having it, if the server is lost or grants nothing yet."""
        loop = asyncio.get_running_loop()
        queues = ends > loop.time() and self._backlog.has_room(lease.account, size)
        with self._backlog.kept(lease.account, size if queues else 0):
            lease.is_known = True
            # What is under way is not broken off: the slot could not be told to be free before it is taken.
            asking = asyncio.create_task(self._ask(lease, state, self._queue if queues else 0))
            standing = await asyncio.shield(asking)
            if standing is None:
                return
            if standing.word == "full":
                raise self._refuse(lease)
            if standing.word == "unsettled":
                await asyncio.sleep(standing.rest)
            elif standing.word == "queued":
                await self._await_slot(lease, ends)

    async def _await_slot(self, lease: _Lease, ends: float) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.wait({lease.granted}, timeout=max(0.0, ends - loop.time()))
        if not lease.granted.done():
            if self._link.away is not None:
                raise GatesAway(self._link.away)
            raise self._refuse(lease)
        if not lease.granted.result():
            lease.granted = loop.create_future()

    async def _enter_here(self, lease: _Lease, ends: float, size: int) -> None:
        """Get the slot of this process; without having it, if the server is back."""
        wait = max(0.0, ends - asyncio.get_running_loop().time())
        await self._own.enter(lease.account, lease.limit, wait=wait, size=size)
        if lease.is_held or self._link.away is None:
            self._own.leave(lease.account)
        else:
            lease.is_held = lease.is_known = True

    def _take(self, lease: _Lease) -> None:
        # A call that was given up while its slot was asked for gives that back in turn.
        if not lease.is_held and lease.token in self._leases:
            lease.is_held, lease.is_queued = True, False
            self._own.hold(lease.account)
        if not lease.granted.done():
            lease.granted.set_result(True)

    def _refuse(self, lease: _Lease) -> JobNumExceeded:
        self._refused[lease.account] = asyncio.get_running_loop().time()
        return JobNumExceeded(lease.limit)

    async def _end(self, lease: _Lease, state: _Account) -> None:
        """Give up the slot or the place in the line; whoever does so goes on being cancelled."""
        del state.leases[lease.token], self._leases[lease.token]
        if lease.is_held:
            self._own.leave(lease.account)
        if lease.is_known:
            leaving = asyncio.create_task(self._leave(lease, state))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
            await asyncio.shield(leaving)
        self._forget_idle(lease.account)

    def _forget_gone(self) -> None:
        """Forget what the server has forgotten too by now: else they would be ever more while it is away."""
        since = asyncio.get_running_loop().time() - FORGOTTEN
        for account, gone in [*self._gone.items()]:
            left = {token: at for token, at in gone.items() if at > since}
            if left:
                self._gone[account] = left
            else:
                del self._gone[account]

    def _forget_idle(self, account: str) -> None:
        if account in self._accounts and not self._accounts[account].leases:
            del self._accounts[account]

    async def _ask(self, lease: _Lease, state: _Account, longest: int) -> Standing | None:
        """Ask for a slot; return how that stands, None if the server is lost."""
        async with state.order:
            try:
                standing = await self._counter.enter(
                    lease.account, lease.token, lease.limit, longest, lease.came
                )
            except GatesAway:
                return None
            lease.came = standing.came or lease.came
            if standing.word == "held":
                self._take(lease)
            elif standing.word == "queued":
                # Word that it has the slot meanwhile may have come before this answer.
                lease.is_queued = not lease.is_held
            else:
                lease.is_known = False
        self._hear(standing)
        return standing

    async def _leave(self, lease: _Lease, state: _Account) -> None:
        async with state.order:
            try:
                self._hear(await self._counter.leave(lease.account, lease.token))
            except GatesAway:
                self._gone[lease.account][lease.token] = asyncio.get_running_loop().time()

    async def _renew(self, account: str) -> None:
        state = self._accounts.get(account) or _Account()
        async with state.order:
            if gone := self._gone.pop(account, None):
                try:
                    self._hear(await self._counter.take_back(account, *gone))
                except BaseException:
                    self._gone[account] = gone | self._gone[account]
                    raise
            kept = [lease for lease in state.leases.values() if lease.is_held or lease.is_queued]
            calls = {lease.token: "" if lease.is_held else lease.came for lease in kept}
            if calls:
                self._hear(await self._counter.renew(account, state.limit, calls))

    def _hear(self, standing: Standing) -> None:
        """Take the slots that were granted on the occasion."""
        for token in standing.granted:
            self.tell(token)
