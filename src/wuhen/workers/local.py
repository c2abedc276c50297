"""Workers as processes of this machine."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import anyio
from anyio import to_process
from anyio.abc import TaskGroup

from wuhen.action import (
    Converted,
    Inspection,
    Job,
    Outcome,
    PictureData,
    PictureLimits,
    convert,
    examine,
    perform,
)
from wuhen.wire import ApiError
from wuhen.workers.base import WorkerFailedError
from wuhen.workers.process import carry_out, warm_up

__all__ = ["LocalWorkers"]

# anyio stops workers that were idle for five minutes; being asked for a sign of life more often keeps them
# warm.
KEEP_WARM_SECONDS = 120.0
RETRY_SECONDS = 5.0
"""Pause before another attempt when no worker could be started."""
START_SECONDS = 300.0
"""How long the first worker may take to be warm: on a new machine it compiles the fill."""
AGAIN_SECONDS = 30.0
"""How long it may take after that, to answer or to be replaced."""
MIB = 1024 * 1024

T = TypeVar("T")

# The command line has workers too, and logs nothing.
log = logging.getLogger("wuhen.workers")
log.addHandler(logging.NullHandler())


class LocalWorkers:
    """Workers as processes of this machine, after `anyio.to_process`. Use as an async context manager.

    A job takes a place, and each place has a warm process, or will have one soon: where a process was lost,
    another is started at once rather than by the next job. Starting is never broken off, which would leave
    the process behind. Where none can be started, a job fails rather than waits for what may never be.

    Parameters
    ----------
    count : int
        Processes, hence jobs at a time; more jobs wait.
    memory : int
        MiB that one process may allocate. A job that needs more fails with FailedOperation.ServerError.
    threads : int, optional
        Threads that one process fills with; by default as many as there are processors.
    engine : str
        What they are to be ready to fill with.
    models : Path, optional
        Where known networks lie.
    """

    def __init__(
        self,
        *,
        count: int,
        memory: int,
        threads: int | None = None,
        engine: str = "auto",
        models: Path | None = None,
    ) -> None:
        self._count = count
        self._memory = memory * MIB
        self._threads = threads
        self._engine = engine
        self._models = models
        self._ready = False
        self._tasks: TaskGroup | None = None
        self._places = anyio.Semaphore(0, max_value=count)
        # Who holds a place never waits for this.
        self._limiter = anyio.CapacityLimiter(count)

    async def __aenter__(self) -> Self:
        """Begin to start the workers; `ready` tells when the first is warm."""
        tasks = self._tasks = await anyio.create_task_group().__aenter__()
        for _ in range(self._count):
            tasks.start_soon(self._warm_place)
        tasks.start_soon(self._keep_warm, tasks)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the workers; the processes end with the event loop that started them."""
        tasks, self._tasks, self._ready = self._tasks, None, False
        if tasks is not None:
            tasks.cancel_scope.cancel()
            # Its tasks raise nothing, and what ended the block is not theirs to wrap in a group.
            await tasks.__aexit__(None, None, None)

    @property
    def ready(self) -> bool:
        """Whether the latest worker to be used or started did well."""
        return self._ready

    async def run(self, job: Job) -> Outcome:
        """See `Workers.run`."""
        return await self._place(partial(perform, job, threads=self._threads))

    async def examine(self, picture: PictureData, limits: PictureLimits) -> Inspection:
        """See `Workers.examine`."""
        return await self._place(partial(examine, picture, limits))

    async def convert(self, picture: PictureData, limits: PictureLimits) -> Converted:
        """See `Workers.convert`."""
        return await self._place(partial(convert, picture, limits))

    async def _place(self, work: Callable[[], T]) -> T:
        """Take a place and do something in its process."""
        await self._take()
        lost = False
        try:
            return await self._in_worker(carry_out, work, self._memory)
        except (ApiError, WorkerFailedError):
            raise
        except Exception as error:
            # Among others: memory too short to take the job, which the worker survives.
            lost = True
            raise WorkerFailedError(
                f"the worker was lost in the middle of a job ({type(error).__name__})"
            ) from error
        except BaseException:
            lost = True
            raise
        finally:
            if not lost:
                self._ready = True
                self._places.release()
            elif self._tasks is not None:
                self._tasks.start_soon(self._warm_place)

    async def _keep_warm(self, tasks: TaskGroup) -> None:
        """Keep idle workers from being stopped, and try again where none could be started."""
        while True:
            await anyio.sleep(KEEP_WARM_SECONDS if self._ready else RETRY_SECONDS)
            # All free places at once, so that each takes a process of its own.
            for _ in range(self._places.value):
                self._places.acquire_nowait()
                tasks.start_soon(self._warm_place)

    async def _take(self) -> None:
        """Take a place and see that its process is well, starting another if it is not.

        A caller who hangs up does not break that off: the place is freed when it is done.
        """
        await self._places.acquire()
        check = asyncio.ensure_future(self._warm())
        try:
            await asyncio.shield(check)
        except asyncio.CancelledError:
            check.add_done_callback(lambda _: self._places.release())
            raise

    async def _warm_place(self) -> None:
        """Warm the process of a place that nobody holds, and free the place."""
        try:
            await self._warm()
        finally:
            self._places.release()

    async def _warm(self) -> None:
        """See that a process is warm, starting one if need be, and note whether that went well."""
        try:
            with anyio.fail_after(AGAIN_SECONDS if self._ready else START_SECONDS):
                try:
                    await self._in_worker(warm_up, self._memory, self._threads, self._engine, self._models)
                except anyio.BrokenWorkerProcess:
                    # It died while it was idle; now another one is started.
                    await self._in_worker(warm_up, self._memory, self._threads, self._engine, self._models)
        except Exception:
            self._ready = False
            log.exception("a worker cannot be started")
        else:
            if not self._ready:
                self._ready = True
                log.info("ready")

    async def _in_worker(self, function: Callable[..., T], *arguments: object) -> T:
        return await to_process.run_sync(function, *arguments, cancellable=True, limiter=self._limiter)
