"""The rate gate of several service processes, in a Redis or Valkey that they share."""

from itertools import count

from wuhen.accounts.errors import GatesAway, RateExceeded
from wuhen.accounts.gates.link import Link, Script
from wuhen.accounts.gates.memory import MemoryRateGate

__all__ = ["SharedRateGate"]

_CALLS = Script.read("calls.lua")


class SharedRateGate:
    """The rate gate of several service processes: a moving window over the last second of the server's clock.

    Parameters
    ----------
    link
        The way to the server.
    alone
        Whether, while the server is away, this process counts by itself; calls are refused otherwise.
    """

    def __init__(self, link: Link, *, alone: bool = False) -> None:
        self._link = link
        self._own = MemoryRateGate() if alone else None
        self._numbers = count()

    async def check(self, account: str, action: str, limit: int | None) -> None:
        """Count a call; see `RateGate.check`."""
        if limit is None:
            return
        key, token = self._link.key("calls", action, account), f"{self._link.process}.{next(self._numbers)}"
        try:
            counted = await self._link.run(_CALLS, [key], limit, token)
        except GatesAway:
            if self._own is None:
                raise
            await self._own.check(account, action, limit)
        else:
            if not counted:
                raise RateExceeded(limit + 1, limit)
