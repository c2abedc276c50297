"""The gates of a single service process, in its memory."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from wuhen.accounts.errors import JobNumExceeded, RateExceeded
from wuhen.accounts.gates.base import QUEUE, QUEUE_BYTES, Backlog

__all__ = ["MemoryConcurrencyGate", "MemoryRateGate"]


@dataclass(slots=True)
class _Account:
    limit: int = 1
    held: int = 0
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

    def __init__(self, *, queue: int = QUEUE, queue_bytes: int = QUEUE_BYTES) -> None:
        self._queue = queue
        self._backlog = Backlog(queue_bytes)
        self._accounts: dict[str, _Account] = {}

    @asynccontextmanager
    async def slot(
        self, account: str, limit: int, *, wait: float = 0.0, size: int = 0
    ) -> AsyncIterator[None]:
        """Hold a slot; see `ConcurrencyGate.slot`."""
        await self.enter(account, limit, wait=wait, size=size)
        try:
            yield
        finally:
            self.leave(account)

    @property
    def held(self) -> int:
        """How many slots all accounts hold together now."""
        return sum(account.held for account in self._accounts.values())

    def count_held(self, account: str) -> int:
        """Return how many slots the account holds now."""
        return self._accounts[account].held if account in self._accounts else 0

    async def is_full(self, account: str, limit: int) -> bool:
        """Tell whether a call that does not wait would be refused now."""
        return self.count_held(account) >= limit

    async def enter(self, account: str, limit: int, *, wait: float = 0.0, size: int = 0) -> None:
        """Take a slot, which whoever did so gives back by `leave`; see `slot`."""
        state = self._accounts.setdefault(account, _Account())
        state.limit = limit
        self._grant_slots(account)
        if state.held < limit:
            state.held += 1
            return
        if wait <= 0 or len(state.queue) >= self._queue or not self._backlog.has_room(account, size):
            raise JobNumExceeded(limit)
        with self._backlog.kept(account, size):
            await self._await_slot(account, state, limit, wait)

    def hold(self, account: str) -> None:
        """Take a slot that was granted elsewhere, beyond the limit if need be; `leave` gives it back."""
        self._accounts.setdefault(account, _Account()).held += 1

    def leave(self, account: str) -> None:
        """Give a slot back."""
        state = self._accounts[account]
        state.held -= 1
        self._grant_slots(account)
        if not state.held:
            del self._accounts[account]

    async def _await_slot(self, account: str, state: _Account, limit: int, wait: float) -> None:
        granted = asyncio.get_running_loop().create_future()
        state.queue.append(granted)
        try:
            # Unlike `wait_for`, this leaves no doubt who owns a slot granted in the very moment it ends.
            await asyncio.wait({granted}, timeout=wait)
        except asyncio.CancelledError:
            if granted.done():
                self.leave(account)
            else:
                state.queue.remove(granted)
            raise
        if not granted.done():
            state.queue.remove(granted)
            raise JobNumExceeded(limit)

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
