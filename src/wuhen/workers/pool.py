"""The workers that have nothing to do, and those who wait for one."""

import asyncio
from collections import deque

from wuhen.workers.base import WorkerFailedError
from wuhen.workers.handle import Worker

__all__ = ["Pool"]


class Pool:
    """Hands out workers, first come, first served.

    Where there is none and none can be started, who asks is refused rather than waits for what may never be.
    """

    def __init__(self) -> None:
        self._idle: list[Worker] = []
        self._waiting = deque[asyncio.Future[Worker]]()
        self._failure: str | None = None

    def offer(self, worker: Worker) -> None:
        """Take in a worker that has nothing to do."""
        self._failure = None
        while self._waiting:
            taker = self._waiting.popleft()
            if not taker.done():
                taker.set_result(worker)
                return
        self._idle.append(worker)

    def remove(self, worker: Worker) -> bool:
        """Take out this very worker; tell whether it was there."""
        if worker not in self._idle:
            return False
        self._idle.remove(worker)
        return True

    def fail(self, reason: str) -> None:
        """Refuse those who wait, and those who come, until a worker is offered."""
        self._failure = reason
        while self._waiting:
            taker = self._waiting.popleft()
            if not taker.done():
                taker.set_exception(WorkerFailedError(reason))

    async def take(self) -> Worker:
        """Return a worker, waiting for it if need be. It must be offered again.

        Raises
        ------
        WorkerFailedError
            There is none, and none can be started.
        """
        if self._idle:
            return self._idle.pop()
        if self._failure is not None:
            raise WorkerFailedError(self._failure)
        taker: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(taker)
        try:
            return await taker
        except asyncio.CancelledError:
            if taker.done() and not taker.cancelled() and taker.exception() is None:
                self.offer(taker.result())
            raise
