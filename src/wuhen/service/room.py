"""Room in memory for calls with larger pictures than the vendor's action takes."""

from contextlib import AsyncExitStack

from wuhen.accounts import AccountKey, MemoryConcurrencyGate
from wuhen.service.arrival import Arrival
from wuhen.service.lobby import Pool

__all__ = ["Room"]

_QUEUE = 1024
_WHOLE = ""


class Room:
    """Bounds how many such calls the service holds at a time: all keys' together, and each account's.

    An account may have one more of them than it may run, so that one too many is refused rather than waits.
    Senders who have not shown that they hold their key have room for one together, and it makes room for
    whoever has.

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
        self._strange = Pool(1, 1)
        self._unproven: Arrival | None = None

    async def take(self, stack: AsyncExitStack, key: AccountKey) -> None:
        """Wait for room for a call of somebody who holds its key; it is held until `stack` is closed.

        Raises
        ------
        wuhen.accounts.JobNumExceeded
            There was none in time.
        """
        if self._unproven is not None and self._whole.count_held(_WHOLE) >= self._calls:
            self._unproven.give_up()
        share = min(key.concurrency + 1, self._calls)
        await stack.enter_async_context(self._shares.slot(key.counted, share, wait=self._wait))
        await stack.enter_async_context(self._whole.slot(_WHOLE, self._calls, wait=self._wait))

    async def take_unproven(
        self, stack: AsyncExitStack, key: AccountKey, arrival: Arrival, address: str
    ) -> None:
        """Wait for room for a call that may be anybody's, until `prove` says whose; see `take`.

        Raises
        ------
        wuhen.accounts.JobNumExceeded
            There was none in time.
        ApiError
            Too many wait already.
        """
        await stack.enter_async_context(self._strange.place(arrival, address, "", 1))
        await self.take(stack, key)
        self._unproven = arrival
        stack.callback(self.prove, arrival)

    def prove(self, arrival: Arrival) -> None:
        """Note that the body at hand was signed by who holds the key: it makes room for nobody any more."""
        if self._unproven is arrival:
            self._unproven = None
