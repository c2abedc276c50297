"""Who looks after all jobs: frees those of dead holders, counts them, and deletes what is old."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from types import TracebackType
from typing import Self

from wuhen.accounts import StoreUnavailable
from wuhen.jobs import PREFIX, JobStore, Leases, Standing
from wuhen.results import Objects, ResultStoreError
from wuhen.service.access import StoreAccess
from wuhen.service.logs import log

__all__ = ["Keeper"]

SWEEP_SECONDS = 60.0
STRAY_SECONDS = 3600.0
"""How often pictures are looked for that belong to no job, and how old they must be."""
AT_A_TIME = 500


class Keeper:
    """Does it again and again; every process has one, and none needs to know of another.

    Parameters
    ----------
    jobs, leases : JobStore, Leases
        Where jobs are.
    access : StoreAccess
        The way to them.
    objects : Objects
        Where their pictures are.
    lease : float
        Seconds for which a lease holds.
    on_freed : callable
        Told that a job can be taken again.

    Attributes
    ----------
    standing : Standing
        How much there is to do, as of a moment ago.
    """

    def __init__(
        self,
        jobs: JobStore,
        leases: Leases,
        access: StoreAccess,
        objects: Objects,
        *,
        lease: float,
        on_freed: Callable[[], None],
    ) -> None:
        self._jobs, self._leases, self._access, self._objects = jobs, leases, access, objects
        self._pause = min(max(lease / 6, 0.5), 5.0)
        self._on_freed = on_freed
        self.standing = Standing()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Begin."""
        for pause, work in (
            (self._pause, self._look),
            (SWEEP_SECONDS, self._sweep),
            (STRAY_SECONDS, self._sweep_strays),
        ):
            self._tasks.append(asyncio.create_task(_repeat(pause, work)))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look(self) -> None:
        if freed := await self._access.do(self._leases.reap):
            log.warning("jobs were taken from holders that have fallen silent", count=freed)
            self._on_freed()
        self.standing = await self._access.do(self._jobs.measure)

    async def _sweep(self) -> None:
        """Delete jobs that have been kept for long enough: first what they have, then they."""
        while ids := await self._access.do(self._jobs.find_expired):
            for job in ids:
                names = [one.name async for one in self._objects.list(PREFIX + job)]
                await self._objects.delete(*names)
            await self._access.do(partial(self._jobs.forget, ids))
            log.info("jobs deleted", count=len(ids))

    async def _sweep_strays(self) -> None:
        """Delete pictures of jobs that there are not: whoever submitted them got no further."""
        old = time.time() - STRAY_SECONDS
        by_job: dict[str, list[str]] = {}
        async for one in self._objects.list(PREFIX.rstrip("/")):
            if one.modified < old:
                by_job.setdefault(one.name.split("/")[1], []).append(one.name)
                if len(by_job) >= AT_A_TIME:
                    await self._delete_strays(by_job)
                    by_job = {}
        await self._delete_strays(by_job)

    async def _delete_strays(self, by_job: dict[str, list[str]]) -> None:
        unknown = await self._access.do(partial(self._jobs.find_unknown, [*by_job]))
        for job in unknown:
            await self._objects.delete(*by_job[job])


async def _repeat(pause: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except StoreUnavailable:
            # Which is in the log already.
            pass
        except ResultStoreError as error:
            log.error("jobs cannot be swept", reason=str(error))
        except Exception:
            log.exception("unforeseen")
        await asyncio.sleep(pause)
