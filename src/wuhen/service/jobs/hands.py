"""Who takes jobs up: as many at a time as there are hands, whenever no call wants the workers."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog

from wuhen.accounts import StoreUnavailable
from wuhen.action import SUBMIT_ERASE
from wuhen.jobs import MOST_ATTEMPTS, Failed, LeaseLost, Leases, Taken
from wuhen.results import ResultStoreError
from wuhen.service.access import StoreAccess
from wuhen.service.admission import Admission, Roomer
from wuhen.service.jobs.bench import Bench, Work
from wuhen.service.logs import log
from wuhen.workers import WorkerFailedError, Workers

__all__ = ["Hands"]

LOOK_SECONDS = 1.0
"""How often somebody looks for jobs that another process was given; on average."""
PATIENCE_SECONDS = 15.0
"""For which jobs let calls go first."""
PAUSE_SECONDS = 5.0
"""After something was out of order, before another job is taken."""

T = TypeVar("T")


class Hands:
    """Takes jobs and works on them. Use as an async context manager.

    What is under way when it ends goes back to be taken by somebody else.

    Parameters
    ----------
    leases : Leases
        Where jobs are.
    access : StoreAccess
        The way to them.
    bench : Bench
        Where they are worked on.
    admission : Admission
        Who has places at the workers.
    workers : Workers
        While none of them is ready, no job is taken.
    count : int
        Jobs at a time.
    lease : float
        Seconds for which a lease holds.
    on_end : callable
        Told what came of each job.
    """

    def __init__(
        self,
        leases: Leases,
        access: StoreAccess,
        bench: Bench,
        admission: Admission,
        workers: Workers,
        *,
        count: int,
        lease: float,
        on_end: Callable[[Work], None],
    ) -> None:
        self._leases, self._access, self._bench = leases, access, bench
        self._admission, self._workers = admission, workers
        self._count, self._lease, self._on_end = count, lease, on_end
        self._news = asyncio.Event()
        self._looking = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Begin to take jobs."""
        self._tasks = [asyncio.create_task(self._go_on()) for _ in range(self._count)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give back what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def wake(self) -> None:
        """Tell that there is a job."""
        self._news.set()

    async def _go_on(self) -> None:
        while True:
            try:
                async with self._looking:
                    await self._await_job()
                # One that was taken by somebody else meanwhile is not worth another look at once.
                if not await self._take_up():
                    await asyncio.sleep(LOOK_SECONDS)
            except (StoreUnavailable, ResultStoreError, WorkerFailedError) as error:
                log.warning("no jobs are taken for a while", reason=str(error))
                await asyncio.sleep(PAUSE_SECONDS)
            except Exception:
                log.exception("unforeseen")
                await asyncio.sleep(PAUSE_SECONDS)

    async def _await_job(self) -> None:
        while not (self._workers.ready and await self._is_waiting()):
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS * random.uniform(0.5, 1.5)):
                    await self._news.wait()

    async def _is_waiting(self) -> bool:
        try:
            return await self._access.do(self._leases.any_waiting)
        except StoreUnavailable:
            # Which is in the log already.
            return False

    async def _take_up(self) -> bool:
        """Take a job and work on it, if there is one; say whether there was."""
        async with self._admission.leftover(SUBMIT_ERASE.name, PATIENCE_SECONDS) as place:
            taken = await self._take()
            if taken is None:
                place.is_used = False
                return False
            with structlog.contextvars.bound_contextvars(JobId=taken.id):
                await self._hold(taken, place.has_room)
        return True

    async def _take(self) -> Taken | None:
        taking = asyncio.ensure_future(self._access.do(self._leases.take))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            with suppress(StoreUnavailable):
                if (taken := await taking) is not None:
                    await self._give_back(taken, counted=False)
            raise

    async def _hold(self, taken: Taken, has_room: Roomer) -> None:
        """Work on a job for as long as it is ours."""
        work = asyncio.create_task(self._bench.work(taken, has_room))
        holding = asyncio.create_task(self._renew(taken))
        try:
            await asyncio.wait({work, holding}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                await self._finish(taken, work)
            else:
                log.info("a job is no longer ours", reason=str(holding.exception()))
        except asyncio.CancelledError:
            await self._give_back(taken, counted=False)
            raise
        finally:
            await _end(work, holding)

    async def _renew(self, taken: Taken) -> None:
        """Renew a lease again and again, until it is lost."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._lease
        while True:
            await asyncio.sleep(self._lease / 4)
            try:
                await self._access.do(partial(self._leases.renew, taken))
            except StoreUnavailable:
                if loop.time() >= until:
                    raise LeaseLost("it could not be renewed in time") from None
            else:
                until = loop.time() + self._lease

    async def _finish(self, taken: Taken, work: "asyncio.Task[Work]") -> None:
        try:
            done = work.result()
        except ResultStoreError:
            await self._give_back(taken, counted=False)
            raise
        except Exception:
            # A lost worker may have been lost by the job.
            await self._give_back(taken, counted=True)
            if taken.attempt == MOST_ATTEMPTS:  # nobody has it again
                with suppress(ResultStoreError):
                    await self._bench.clear(taken, None)
            raise
        # Not broken off half-way: nobody would know any more whether it had been taken.
        await _see_through(self._complete(taken, done))

    async def _complete(self, taken: Taken, done: Work) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._lease
        while True:
            try:
                await self._access.do(partial(self._leases.complete, taken, done.came, *done.deliveries))
            except LeaseLost as lost:
                log.info("a job is no longer ours", reason=str(lost))
                with suppress(ResultStoreError):
                    await self._bench.drop(done.came)
                return
            except StoreUnavailable:
                if loop.time() >= until:
                    raise
                await asyncio.sleep(LOOK_SECONDS)
            else:
                break
        facts = done.facts.log_fields() if done.facts is not None else {}
        code = done.came.code if isinstance(done.came, Failed) else "OK"
        log.info("job", code=code, account=taken.account, attempt=taken.attempt, **facts)
        self._on_end(done)
        with suppress(ResultStoreError):
            await self._bench.clear(taken, done.came)

    async def _give_back(self, taken: Taken, *, counted: bool) -> None:
        """Let somebody else have a job; if the database is away, they have it when the lease ends."""
        with suppress(StoreUnavailable):
            await _see_through(self._access.do(partial(self._leases.give_back, taken, counted=counted)))


async def _see_through(work: Coroutine[Any, Any, T]) -> T:
    """Do something to its end, whoever is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


async def _end(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
