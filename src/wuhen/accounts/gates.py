"""What admits a job: how many an account may run at one time, and how often it may call.

Both gates are protocols with a home in this process's memory. A home that several services share can take
their place; `tests/accounts` holds every home to the same behaviour.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from wuhen.accounts.errors import JobNumExceeded, RateExceeded

QUEUE_BYTES = 256 * 1024 * 1024
"""As many as the line before the workers holds."""


class ConcurrencyGate(Protocol):
    """Bounds the jobs that one account runs at one time."""

    def slot(
        self, account: str, limit: int, *, wait: float = 0.0, size: int = 0
    ) -> AbstractAsyncContextManager[None]:
        """Hold one of the account's slots while the context lasts, however it ends.

        Parameters
        ----------
        account
            Whose slots to count.
        limit
            How many slots the account has, at least 1. It may differ from call to call: the latest holds,
            for those that queue already too. Slots that are held are never taken back.
        wait
            Seconds to queue for a slot, first come, first served; 0 to be refused at once.
        size
            Bytes that the job keeps in memory while it queues.

        Raises
        ------
        JobNumExceeded
            On entering, if no slot became free in time, or too much queues already.
        """
        ...


class RateGate(Protocol):
    """Bounds how often one account calls one action."""

    async def check(self, account: str, action: str, limit: int | None) -> None:
        """Count a call if it is within the limit.

        Parameters
        ----------
        account, action
            What to count by.
        limit
            How many calls any span of one second may hold, at least 1; None for any number.

        Raises
        ------
        RateExceeded
            If the call is one too many. It is not counted, so a client that retries too early is not
            locked out for longer.
        """
        ...


@dataclass(slots=True)
class _Account:
    limit: int = 1
    held: int = 0
    queued_bytes: int = 0
    queue: deque[asyncio.Future[None]] = field(default_factory=deque)


class MemoryConcurrencyGate:
    """The concurrency gate of a single service process. Belongs to one event loop.

    Parameters
    ----------
    queue
        How many calls of one account may queue at one time; one more is refused at once.
    queue_bytes
        How many bytes all calls that queue may keep in memory, and those of one account half of that.
    """

    def __init__(self, *, queue: int = 64, queue_bytes: int = QUEUE_BYTES) -> None:
        self._queue = queue
        self._queue_bytes = queue_bytes
        self._queued_bytes = 0
        self._accounts: dict[str, _Account] = {}

    @asynccontextmanager
    async def slot(
        self, account: str, limit: int, *, wait: float = 0.0, size: int = 0
    ) -> AsyncIterator[None]:
        """Hold a slot; see `ConcurrencyGate.slot`."""
        await self._enter(account, limit, wait, size)
        try:
            yield
        finally:
            self._leave(account)

    @property
    def held(self) -> int:
        """How many slots all accounts hold together now."""
        return sum(account.held for account in self._accounts.values())

    def count_held(self, account: str) -> int:
        """Return how many slots the account holds now."""
        return self._accounts[account].held if account in self._accounts else 0

    def is_full(self, account: str, limit: int) -> bool:
        """Tell whether a call that does not wait would be refused now."""
        held = self._accounts.get(account)
        return held is not None and held.held >= limit

    async def _enter(self, account: str, limit: int, wait: float, size: int) -> None:
        state = self._accounts.setdefault(account, _Account())
        state.limit = limit
        self._grant_slots(account)
        if state.held < limit:
            state.held += 1
            return
        if wait <= 0 or len(state.queue) >= self._queue or not self._has_room(state, size):
            raise JobNumExceeded(limit)
        self._queued_bytes += size
        state.queued_bytes += size
        try:
            await self._await_slot(account, state, limit, wait)
        finally:
            self._queued_bytes -= size
            state.queued_bytes -= size

    def _has_room(self, state: _Account, size: int) -> bool:
        """Tell whether a call with so many bytes may queue."""
        whole, own = self._queued_bytes + size, state.queued_bytes + size
        return whole <= self._queue_bytes and own <= self._queue_bytes // 2

    async def _await_slot(self, account: str, state: _Account, limit: int, wait: float) -> None:
        granted = asyncio.get_running_loop().create_future()
        state.queue.append(granted)
        try:
            # Unlike `wait_for`, this leaves no doubt who owns a slot granted in the very moment it ends.
            await asyncio.wait({granted}, timeout=wait)
        except asyncio.CancelledError:
            if granted.done():
                self._leave(account)
            else:
                state.queue.remove(granted)
            raise
        if not granted.done():
            state.queue.remove(granted)
            raise JobNumExceeded(limit)

    def _leave(self, account: str) -> None:
        state = self._accounts[account]
        state.held -= 1
        self._grant_slots(account)
        if not state.held:
            del self._accounts[account]

    def _grant_slots(self, account: str) -> None:
        """Hand free slots to the queue, in order."""
        state = self._accounts[account]
        while state.queue and state.held < state.limit:
            state.queue.popleft().set_result(None)
            state.held += 1


class MemoryRateGate:
    """The rate gate of a single service process: a moving window over the last second."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def check(self, account: str, action: str, limit: int | None) -> None:
        """Count a call; see `RateGate.check`."""
        if limit is None:
            return
        if not await self._limiter.hit(RateLimitItemPerSecond(limit), account, action):
            raise RateExceeded(limit + 1, limit)
