"""What runs in a replica: one worker process, and the way to it.

The replica itself never opens a picture, nor even the job that holds it. So what a picture can bring down is
the worker, which the replica replaces.
"""

import asyncio
import os
import time

from wuhen.workers.cluster.plan import ClusterPlan
from wuhen.workers.cluster.reply import Reply
from wuhen.workers.local import START_SECONDS, LocalWorkers, Task
from wuhen.workers.request import Packed

__all__ = ["Eraser"]

MAX_LOSSES = 100
"""That are kept until there is an answer to tell them with."""


class Eraser:
    """A replica: does one task at a time.

    Parameters
    ----------
    plan : ClusterPlan
        What the service wants of the cluster.
    """

    async def __init__(self, plan: ClusterPlan) -> None:  # type: ignore[misc] # Ray Serve awaits it
        self._fingerprint = plan.fingerprint
        self._losses: list[str] = []
        worker = plan.worker
        if worker.cache is not None:
            # The fill knows no settings; the worker inherits this.
            os.environ["WUHEN_CACHE_DIR"] = str(worker.cache)
        self._workers = LocalWorkers(
            count=1,
            memory=worker.memory,
            threads=worker.threads,
            engine=worker.engine,
            models=worker.models,
            network=worker.network,
            user=worker.user,
            on_loss=self._note_loss,
        )
        await self._workers.__aenter__()
        self._living = time.monotonic()
        # Ray Serve counts a replica in, and takes another out for it, when it has been made.
        async with asyncio.timeout(START_SECONDS):
            await self._workers.started()

    async def work(self, task: Task, packed: bytes | memoryview, seconds: float | None) -> Reply:
        """Do a task; whatever comes of it is a reply. Cancelling it stops it.

        Parameters
        ----------
        task : str
            Which.
        packed : bytes or memoryview
            Its arguments, as a pickled tuple.
        seconds : float or None
            How long it may take.
        """
        try:
            value = await self._workers.pass_on(task, Packed(memoryview(packed)), seconds=seconds)
        except Exception as error:
            return Reply.failed(error, self._take_losses())
        return Reply.of(value, self._take_losses())

    async def fingerprint(self) -> str:
        """Return the plan's fingerprint."""
        return self._fingerprint

    def check_health(self) -> None:
        """Have Ray Serve replace the replica if no worker lives for too long.

        Raises
        ------
        RuntimeError
            It is so.
        """
        if self._workers.ready:
            self._living = time.monotonic()
        elif time.monotonic() - self._living > START_SECONDS:
            raise RuntimeError(f"no worker lives for {START_SECONDS:g} s")

    async def __del__(self) -> None:
        """End the worker. Ray Serve waits for it."""
        await self._workers.__aexit__(None, None, None)

    def _note_loss(self, cause: str) -> None:
        self._losses = [*self._losses, str(cause)][-MAX_LOSSES:]

    def _take_losses(self) -> tuple[str, ...]:
        losses, self._losses = tuple(self._losses), []
        return losses
