"""Room in memory for calls with larger pictures than the vendor's action takes."""

from contextlib import AsyncExitStack

from wuhen.accounts import AccountKey, MemoryConcurrencyGate

__all__ = ["Room"]

_QUEUE = 1024


class Room:
    """Bounds how many such calls the service holds at a time: all keys' together, and each account's.

    An account may have one more of them than it may run, so that one too many is refused rather than waits.

    Parameters
    ----------
    calls : int
        How many in all.
    wait : float
        Seconds that a call waits for room.
    """

    def __init__(self, calls: int, wait: float) -> None:
        self._calls = calls
        self._wait = wait
        self._shares = MemoryConcurrencyGate(queue=_QUEUE)
        self._whole = MemoryConcurrencyGate(queue=_QUEUE)

    async def take(self, stack: AsyncExitStack, key: AccountKey) -> None:
        """Wait for room, which is held until `stack` is closed.

        Raises
        ------
        wuhen.accounts.JobNumExceeded
            There was none in time.
        """
        share = min(key.concurrency + 1, self._calls)
        await stack.enter_async_context(self._shares.slot(key.account, share, wait=self._wait))
        await stack.enter_async_context(self._whole.slot("", self._calls, wait=self._wait))
