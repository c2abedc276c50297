"""Where pictures are decoded, filled and encoded: in processes that can be lost.

A picture is somebody else's bytes, so none is decoded in the process that holds the sockets. Each worker has
pipes of its own: one that is killed, runs out of memory or hangs costs the call it was carrying and nothing
else.
"""

import ctypes
import resource
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import anyio
from anyio import to_process

from wuhen import fill
from wuhen.action import Job, Outcome, perform
from wuhen.wire import ApiError

__all__ = ["LocalWorkers", "WorkerFailedError", "Workers"]

# anyio stops workers that were idle for five minutes; being asked for a sign of life more often keeps them
# warm.
KEEP_WARM_SECONDS = 120.0
MIB = 1024 * 1024
PR_SET_PDEATHSIG = 1


class WorkerFailedError(RuntimeError):
    """A worker died, or the job failed in a way that nobody foresaw.

    The text is for the log, not for the caller.
    """


class Workers(Protocol):
    """A home for jobs: local processes here, other machines elsewhere."""

    @property
    def ready(self) -> bool:
        """Whether a job would start at once rather than wait for a process to warm up."""

    async def start(self) -> None:
        """Bring the workers up and return when they are warm."""

    async def run(self, job: Job) -> Outcome:
        """Carry out `job`. Cancelling the caller stops the job and frees its place.

        Raises
        ------
        ApiError
            The job failed for a reason to tell the caller.
        WorkerFailedError
            The worker was lost, or failed for a reason to tell the operator.
        """

    async def stop(self) -> None:
        """Let go of the workers."""


class LocalWorkers:
    """Workers as processes of this machine, after `anyio.to_process`.

    Parameters
    ----------
    count : int
        Processes, hence jobs at a time; more jobs wait.
    memory : int
        MiB that one process may allocate. A job that needs more fails with FailedOperation.ServerError.
    threads : int, optional
        Threads that one process fills with; by default as many as there are processors.
    """

    def __init__(self, *, count: int, memory: int, threads: int | None = None) -> None:
        self._limiter = anyio.CapacityLimiter(count)
        self._count = count
        self._memory = memory * MIB
        self._threads = threads
        self._ready = False

    @property
    def ready(self) -> bool:
        """Whether every worker has been warm once."""
        return self._ready

    async def start(self) -> None:
        """Start all workers, load the compiled fill in each, and return."""
        await self._warm()
        self._ready = True

    async def keep_warm(self) -> None:
        """Keep idle workers from being stopped; runs until cancelled."""
        while True:
            await anyio.sleep(KEEP_WARM_SECONDS)
            if not self._limiter.borrowed_tokens:
                with suppress(anyio.BrokenWorkerProcess):
                    await self._warm()

    async def run(self, job: Job) -> Outcome:
        """See `Workers.run`."""
        try:
            return await to_process.run_sync(
                _carry_out, job, self._memory, self._threads, cancellable=True, limiter=self._limiter
            )
        except anyio.BrokenWorkerProcess as error:
            raise WorkerFailedError("the worker process died in mid-job") from error

    async def stop(self) -> None:
        """Be ready no longer; the processes end with the event loop that started them."""
        self._ready = False

    async def _warm(self) -> None:
        # All at once, so that each call takes a process of its own.
        async with anyio.create_task_group() as group:
            for _ in range(self._count):
                group.start_soon(self._run_in_worker, _warm_up)

    async def _run_in_worker(self, function: Callable[[int], None]) -> None:
        await to_process.run_sync(function, self._memory, cancellable=True, limiter=self._limiter)


_prepared = False


def _prepare(memory: int) -> None:
    """Make this process expendable, once: bounded memory, first to go when memory is short."""
    global _prepared  # noqa: PLW0603 - a process is prepared once in its life
    if _prepared:
        return
    _prepared = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which lets running jobs finish
    with suppress(OSError, ValueError):  # a lower hard limit that is in force already serves as well
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _warm_up(memory: int) -> None:
    """Load the compiled fill so that the first call does not wait for it."""
    _prepare(memory)
    fill.warmup()


def _carry_out(job: Job, memory: int, threads: int | None) -> Outcome:
    """Run in the worker: what is raised here must survive pickling and tell the operator what happened."""
    _prepare(memory)
    try:
        return perform(job, threads=threads)
    except ApiError:
        raise
    except Exception:
        raise WorkerFailedError(traceback.format_exc()) from None
