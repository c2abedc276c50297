"""Workers as processes of this machine."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import NoneType, TracebackType
from typing import Any, Literal, Self, TypeAlias, TypeVar

from wuhen.action import (
    Converted,
    FindJob,
    FoundEffects,
    FoundRegions,
    Inspection,
    Job,
    News,
    Outcome,
    PictureData,
    PictureLimits,
    SelectedObject,
    SelectJob,
    SketchedPhoto,
    convert,
    examine,
    find_effects,
    find_regions,
    select_object,
    sketch_photo,
)
from wuhen.workers.base import Loss, OutOfTimeError, WorkerLostError
from wuhen.workers.confinement import USUAL_USER, Confinement
from wuhen.workers.handle import Worker
from wuhen.workers.pool import Pool
from wuhen.workers.process import carry_out, ping, warm_up
from wuhen.workers.request import Packed

__all__ = ["LocalWorkers", "Task"]

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds before another attempt when a worker could not be started: each time twice as long."""
ATTEMPTS = 4
"""After so many in a row, jobs fail rather than wait."""
START_SECONDS = 300.0
"""How long a worker may take to be warm: on a new machine it compiles the fill."""
ANSWER_SECONDS = 10.0
"""How long one that has nothing to do may take to say that it lives."""
BEAT_SECONDS = 10.0
"""How often one that has nothing to do is asked whether it lives."""
GRACE_SECONDS = 2.0
"""How long a job that was asked to stop may take to do so, before its worker is killed."""
MIB = 1024 * 1024

Task: TypeAlias = Literal["run", "examine", "convert", "find", "select", "find_effects"]
"""A method of `Workers`."""

T = TypeVar("T")

# The command line has workers too, and logs nothing.
log = logging.getLogger("wuhen.workers")
log.addHandler(logging.NullHandler())


class LocalWorkers:
    """Workers as processes of this machine. Use as an async context manager.

    Each has its keeper, which starts it, looks after it while it is idle, and starts another when it is lost.
    A job whose caller has gone, or whose time is up, is asked to stop; only where it does not, its worker is
    killed. Where none can be started, a job fails rather than waits for what may never be.

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
    network : bool
        Whether they may reach the network, as they must where results are given timestamps.
    user : str, optional
        Whom they run as where this process is root's; by default `nobody`.
    on_loss : callable, optional
        Told why, whenever a worker is lost.
    """

    def __init__(
        self,
        *,
        count: int,
        memory: int,
        threads: int | None = None,
        engine: str = "auto",
        models: Path | None = None,
        network: bool = False,
        user: str | None = None,
        on_loss: Callable[[Loss], None] | None = None,
    ) -> None:
        self._count = count
        self._memory = memory * MIB
        self._threads = threads
        self._engine = engine
        self._models = models
        self._confinement = Confinement(models, network, user or USUAL_USER)
        self._gaps: tuple[str, ...] = ()
        self._on_loss = on_loss
        self._pool = Pool()
        self._living: set[Worker] = set()
        self._keepers: list[asyncio.Task[None]] = []
        self._settling: set[asyncio.Task[None]] = set()
        self._started = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Begin to start the workers; `ready` tells when the first is warm."""
        self._keepers = [asyncio.create_task(self._keep()) for _ in range(self._count)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the workers, and what they may still be doing."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        # Their workers have ended, and what they waited for with them.
        await asyncio.gather(*self._settling, return_exceptions=True)

    async def started(self) -> None:
        """Wait until a worker has become warm, however long that takes."""
        await self._started.wait()

    @property
    def ready(self) -> bool:
        """Whether there is a worker that lives and is warm."""
        return bool(self._living)

    @property
    def living(self) -> int:
        """How many workers live and are warm."""
        return len(self._living)

    @property
    def capacity(self) -> int:
        """How many jobs are carried out at a time."""
        return self._count

    async def run(
        self, job: Job, *, seconds: float | None = None, tell: Callable[[News], None] | None = None
    ) -> Outcome:
        """See `Workers.run`."""
        return await self._run(job, seconds, tell)

    async def examine(
        self, picture: PictureData, limits: PictureLimits, *, seconds: float | None = None
    ) -> Inspection:
        """See `Workers.examine`."""
        return await self._do(examine, picture, limits, answer=Inspection, seconds=seconds)

    async def convert(
        self, picture: PictureData, limits: PictureLimits, *, seconds: float | None = None
    ) -> Converted:
        """See `Workers.convert`."""
        return await self._do(convert, picture, limits, answer=Converted, seconds=seconds)

    async def find(self, job: FindJob, *, seconds: float | None = None) -> FoundRegions:
        """See `Workers.find`."""
        return await self._find(job, seconds)

    async def select(self, job: SelectJob, *, seconds: float | None = None) -> SelectedObject:
        """See `Workers.select`."""
        return await self._select(job, seconds)

    async def find_effects(self, job: Job, *, seconds: float | None = None) -> FoundEffects:
        """See `Workers.find_effects`."""
        return await self._find_effects(job, seconds)

    async def sketch(self, picture: PictureData, limits: PictureLimits) -> SketchedPhoto:
        """Reduce `picture`, which must keep `limits`, to what overlays are learned from."""
        return await self._do(sketch_photo, picture, limits, answer=SketchedPhoto)

    async def pass_on(
        self, task: Task, packed: Packed, *, seconds: float | None = None
    ) -> Outcome | Inspection | Converted | FoundRegions | SelectedObject | FoundEffects:
        """Have one of the protocol's tasks done; its arguments were packed elsewhere, and are not looked at.

        Otherwise as `run`.
        """
        match task:
            case "run":
                return await self._run(packed, seconds)
            case "examine":
                return await self._do(examine, packed, answer=Inspection, seconds=seconds)
            case "convert":
                return await self._do(convert, packed, answer=Converted, seconds=seconds)
            case "find":
                return await self._find(packed, seconds)
            case "select":
                return await self._select(packed, seconds)
            case "find_effects":
                return await self._find_effects(packed, seconds)

    async def _run(
        self, job: Job | Packed, seconds: float | None, tell: Callable[[News], None] | None = None
    ) -> Outcome:
        return await self._do(
            carry_out, job, self._threads, answer=Outcome, seconds=seconds, heeds=True, tell=tell
        )

    async def _find(self, job: FindJob | Packed, seconds: float | None) -> FoundRegions:
        return await self._do(
            find_regions, job, self._threads, answer=FoundRegions, seconds=seconds, heeds=True
        )

    async def _select(self, job: SelectJob | Packed, seconds: float | None) -> SelectedObject:
        return await self._do(select_object, job, self._threads, answer=SelectedObject, seconds=seconds)

    async def _find_effects(self, job: Job | Packed, seconds: float | None) -> FoundEffects:
        return await self._do(
            find_effects, job, self._threads, answer=FoundEffects, seconds=seconds, heeds=True
        )

    async def _do(
        self,
        function: Callable[..., Any],
        *arguments: object,
        answer: type[T],
        seconds: float | None = None,
        heeds: bool = False,
        tell: Callable[[News], None] | None = None,
    ) -> T:
        """Have a worker call a function, and return its answer."""
        until = None if seconds is None else time.monotonic() + seconds
        try:
            async with asyncio.timeout(seconds):
                worker = await self._take()
        except TimeoutError:
            raise OutOfTimeError("no worker was free in time") from None
        asked = asyncio.create_task(
            worker.ask(function, *arguments, answer=answer, until=until, heeds=heeds, tell=tell)
        )
        try:
            await asyncio.wait({asked}, timeout=_left(until))
        except asyncio.CancelledError:
            self._settle(worker, asked, Loss.ASKED)
            raise
        if not asked.done():
            self._settle(worker, asked, Loss.DEADLINE)
            raise OutOfTimeError("the job was not done in time")
        self._take_back(worker, asked)
        return asked.result()

    async def _take(self) -> Worker:
        """Return a worker that was just seen to live."""
        while True:
            worker = await self._pool.take()
            if await self._lives(worker):
                return worker

    async def _lives(self, worker: Worker) -> bool:
        """Tell whether a worker that has nothing to do answers, and kill it if it does not."""
        asked = _begin(worker.ask(ping, answer=NoneType))
        try:
            await asyncio.wait({asked}, timeout=ANSWER_SECONDS)
        except asyncio.CancelledError:
            self._settle(worker, asked, Loss.HUNG)
            raise
        if not asked.done():
            worker.kill(Loss.HUNG)
            await asyncio.wait({asked})
        return asked.exception() is None

    def _settle(self, worker: Worker, asked: asyncio.Task[Any], cause: Loss) -> None:
        """Have a job stop whose caller does not wait for it, without keeping the caller."""
        worker.stop()
        settling = asyncio.create_task(self._wind_down(worker, asked, cause))
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)

    async def _wind_down(self, worker: Worker, asked: asyncio.Task[Any], cause: Loss) -> None:
        await asyncio.wait({asked}, timeout=GRACE_SECONDS)
        if not asked.done():
            worker.kill(cause)
            await asyncio.wait({asked})
        self._take_back(worker, asked)

    def _take_back(self, worker: Worker, asked: asyncio.Task[Any]) -> None:
        """Let others have a worker that has answered; one that is lost, its keeper replaces."""
        if isinstance(asked.exception(), WorkerLostError):
            worker.kill(Loss.GARBLED)
        else:
            self._pool.offer(worker)

    async def _keep(self) -> None:
        """Keep one worker living, starting another whenever it is lost, until cancelled."""
        failures = 0
        while True:
            worker: Worker | None = None
            try:
                worker = await Worker.start(longest=self._memory, network=self._confinement.network)
                await self._warm(worker)
                failures = 0
                cause = await self._look_after(worker)
            except asyncio.CancelledError:
                if worker is not None:
                    await worker.end()
                raise
            except Exception as error:
                failures += 1
                await self._tell_of_failure(worker, error, failures)
            else:
                self._tell_of_loss(worker, cause)

    async def _warm(self, worker: Worker) -> None:
        what = self._memory, self._threads, self._engine, self._models, self._confinement
        async with asyncio.timeout(START_SECONDS):
            gaps = await worker.ask(warm_up, *what, answer=tuple[str, ...])
        if gaps != self._gaps:
            log.warning("workers are confined with gaps: %s", "; ".join(gaps) or "none any more")
        self._gaps = gaps

    def _tell_of_loss(self, worker: Worker, cause: Loss) -> None:
        log.warning("a worker was lost: %s (process %d: %s)", cause, worker.pid, worker.fate)
        if self._on_loss is not None:
            self._on_loss(cause)

    async def _tell_of_failure(self, worker: Worker | None, error: Exception, failures: int) -> None:
        """Log that a worker cannot be started, and pause."""
        log.error("a worker cannot be started", exc_info=error)
        if worker is not None:
            worker.kill(Loss.EXIT)
            self._tell_of_loss(worker, await worker.ended())
        if failures >= ATTEMPTS and not self._living:
            self._pool.fail(f"no worker can be started ({type(error).__name__}: {error})")
        await asyncio.sleep(min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE))

    async def _look_after(self, worker: Worker) -> Loss:
        """Offer a worker to jobs, see now and then that it lives while it has none, and return its end."""
        if not self._living:
            log.info("ready")
        self._living.add(worker)
        self._started.set()
        self._pool.offer(worker)
        ended = asyncio.create_task(worker.ended())
        try:
            while not ended.done():
                await asyncio.wait({ended}, timeout=BEAT_SECONDS)
                if not ended.done() and self._pool.remove(worker) and await self._lives(worker):
                    self._pool.offer(worker)
            return ended.result()
        finally:
            ended.cancel()
            self._living.discard(worker)
            self._pool.remove(worker)


def _begin(asking: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Let something be asked whose caller may go before there is an answer; whatever that is, it is heard."""
    asked = asyncio.create_task(asking)
    asked.add_done_callback(lambda task: task.cancelled() or task.exception())
    return asked


def _left(until: float | None) -> float | None:
    return None if until is None else max(0.0, until - time.monotonic())
