"""The gates as protocols, and what calls that queue keep in memory."""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Protocol

__all__ = ["QUEUE", "QUEUE_BYTES", "Backlog", "ConcurrencyGate", "RateGate"]

QUEUE = 64
"""Calls of one account that may queue at one time."""
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
        GatesAway
            On entering, if slots are counted elsewhere, which cannot be reached.
        """
        ...

    async def is_full(self, account: str, limit: int) -> bool:
        """Tell whether a call that does not wait would be refused now.

        Where slots are counted elsewhere it may be false all the same, never true for one that would pass.
        """
        ...

    @property
    def held(self) -> int:
        """How many slots all calls of this process hold together now."""
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
        GatesAway
            If calls are counted elsewhere, which cannot be reached.
        """
        ...


class Backlog:
    """Bounds the bytes that calls of this process keep in memory while they queue.

    Parameters
    ----------
    bound
        How many those of all accounts may be together, and those of one account half of that.
    """

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._sizes: Counter[str] = Counter()

    @property
    def size(self) -> int:
        """How many bytes there are now."""
        return self._sizes.total()

    def has_room(self, account: str, size: int) -> bool:
        """Tell whether a call with so many bytes may queue."""
        return self.size + size <= self._bound and self._sizes[account] + size <= self._bound // 2

    @contextmanager
    def kept(self, account: str, size: int) -> Iterator[None]:
        """Count the bytes of a call while it queues."""
        self._sizes[account] += size
        try:
            yield
        finally:
            self._sizes[account] -= size
            if not self._sizes[account]:
                del self._sizes[account]
