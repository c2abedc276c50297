"""What tests of gates have in common: a way to the shared home, and to wait for what calls have begun."""

import asyncio
from collections.abc import Callable

from clock import let_run
from wuhen.accounts import ConcurrencyGate, JobNumExceeded
from wuhen.accounts.gates.link import Answer, Link, Script
from wuhen.accounts.gates.slots import SharedConcurrencyGate

__all__ = ["Watched", "quiet", "refused"]


class Watched(Link):
    """A link that tells when nothing is under way."""

    def __init__(self, url: str, prefix: str, on_change: Callable[[str | None], None] = print) -> None:
        super().__init__(url, prefix=prefix, on_change=on_change)
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def _try_twice(self, script: Script, keys: list[str], args: tuple[str | int, ...]) -> Answer:
        self._busy += 1
        self._idle.clear()
        try:
            return await super()._try_twice(script, keys, args)
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    @property
    def is_busy(self) -> bool:
        """Whether something is asked of the server."""
        return not self._idle.is_set()

    async def quiet(self) -> None:
        """Wait until nothing is asked of the server."""
        await self._idle.wait()


async def quiet(gate: ConcurrencyGate) -> None:
    """Let all that calls have begun at the gate come to where it waits for something else."""
    await let_run()
    if isinstance(gate, SharedConcurrencyGate):
        link = gate._link
        assert isinstance(link, Watched)
        rested = 0
        # What has just been answered is still to reach who asked, who may ask for more.
        while rested < 2:
            rested = 0 if link.is_busy or gate._leaving else rested + 1
            await link.quiet()
            await gate.finish()
            await let_run()


async def refused(gate: ConcurrencyGate, account: str, limit: int, wait: float = 0.0, size: int = 0) -> bool:
    try:
        async with gate.slot(account, limit, wait=wait, size=size):
            return False
    except JobNumExceeded:
        return True
