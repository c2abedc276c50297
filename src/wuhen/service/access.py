"""The way to the account store from the event loop, that no fault of the store turns into a jam."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from wuhen.accounts import StoreUnavailable
from wuhen.service.logs import log

__all__ = ["PAUSE_SECONDS", "SHORT_PAUSE_SECONDS", "StoreAccess"]

PAUSE_SECONDS = 1.0
"""After a failure, before a store is tried again; until then it counts as unavailable."""
SHORT_PAUSE_SECONDS = 0.25
"""The same, for one that is elsewhere and soon back: to try it again takes nothing from anybody here."""

T = TypeVar("T")


class StoreAccess:
    """Does things with the store in threads of its own, and gives up at once while it is out of order.

    A store that is locked keeps each of those who ask waiting for seconds. They would take all threads of the
    process, so that what needs no store stood still as well, and the hundredth would wait for minutes. So one
    at a time tries whether it works again, and all others are told at once that it did not.

    Parameters
    ----------
    what : str
        What is done, for the log: "keys cannot be read".
    threads : int
        How many may be at it at a time.
    pause : float
        Seconds after a failure, before it is tried again.

    Attributes
    ----------
    pause : float
        The same.
    """

    def __init__(self, what: str, threads: int = 4, pause: float = PAUSE_SECONDS) -> None:
        self._what = what
        self.pause = pause
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")
        self._reason: str | None = None
        self._told = False
        self._trying = False
        self._again = 0.0

    @property
    def reason(self) -> str | None:
        """Why the store cannot be used, as of the last attempt; None if it can."""
        return self._reason

    def close(self) -> None:
        """Let go of the threads; what they are at ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def do(self, work: Callable[[], T]) -> T:
        """Return what `work` returns.

        Raises
        ------
        StoreUnavailable
            The store cannot be used, or could not a moment ago.
        """
        loop = asyncio.get_running_loop()
        alone = self._reason is not None
        if self._reason is not None and (self._trying or loop.time() < self._again):
            raise StoreUnavailable(self._reason)
        self._trying = self._trying or alone
        try:
            found = await loop.run_in_executor(self._threads, self._attempt, work, alone)
        except StoreUnavailable as error:
            self._again = loop.time() + self.pause
            if not self._told:
                self._told = True
                log.error(self._what, reason=str(error))
            raise
        finally:
            if alone:
                self._trying = False
        if self._told and self._reason is None:
            self._told = False
            log.info(f"no longer so: {self._what}")
        return found

    def _attempt(self, work: Callable[[], T], alone: bool) -> T:  # noqa: FBT001 - an executor passes by position
        """Do it, unless it was found out of order while this one stood in line."""
        if (reason := self._reason) is not None and not alone:
            raise StoreUnavailable(reason)
        try:
            found = work()
        except StoreUnavailable as error:
            self._reason = str(error)
            raise
        self._reason = None
        return found
