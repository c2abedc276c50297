"""Workers on other machines, as the service sees them."""

import asyncio
import logging
import pickle
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import ray
from ray.exceptions import ActorUnschedulableError, ObjectLostError, RayActorError, RayError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle

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
)
from wuhen.workers.base import Loss, OutOfTimeError, WorkerFailedError
from wuhen.workers.cluster.home import ClusterHome
from wuhen.workers.cluster.plan import ClusterPlan
from wuhen.workers.cluster.reply import Reply
from wuhen.workers.cluster.roll import ALONE
from wuhen.workers.encoding import BadAnswerError
from wuhen.workers.local import Task

__all__ = ["RayWorkers"]

LOOK_SECONDS: Final = 1.0
"""How often the cluster is asked for how many replicas it has."""
STALE_SECONDS: Final = 15.0
"""For which what it has said holds where it does not answer: replicas go on without who counts them."""
RETRY_SECONDS: Final = 5.0
"""Between two attempts to reach a cluster."""
ATTEMPTS: Final = 3
"""Replicas that a job may be lost with before it is given up: it might be what brings them down."""
_LOST: Final = (RayActorError, ObjectLostError, ActorUnschedulableError)
"""How Ray says that a replica, or the machine that it was on, is gone."""

T = TypeVar("T", Outcome, Inspection, Converted, FoundRegions, SelectedObject, FoundEffects)

log = logging.getLogger("wuhen.workers")


class RayWorkers:
    """Workers as replicas of Ray Serve. Use as an async context manager.

    A job that is lost with its replica is given to another, if there is time left: it has no effect but its
    answer. One that has killed its worker is not.

    Parameters
    ----------
    plan : ClusterPlan
        Which cluster, and what is to be there.
    on_loss : callable, optional
        Told why, whenever a replica tells of a worker that was lost.
    """

    def __init__(self, plan: ClusterPlan, *, on_loss: Callable[[Loss], None] | None = None) -> None:
        self._plan = plan
        self._on_loss = on_loss
        self._home = ClusterHome(plan)
        self._handle: DeploymentHandle[Any] | None = None
        self._opened = asyncio.Event()
        self._failure: str | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._living = 0
        self._jobs = 0
        self._others = ALONE

    async def __aenter__(self) -> Self:
        """Begin to reach the cluster; `ready` tells when a replica can take jobs."""
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the cluster."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self._home.close()

    @property
    def ready(self) -> bool:
        """Whether there is a replica that takes jobs."""
        return self._living > 0

    @property
    def living(self) -> int:
        """How many replicas take jobs; each has a worker."""
        return self._living

    @property
    def capacity(self) -> int:
        """How many jobs are carried out at a time.

        Where there may be more replicas, it is twice as many as there are: Ray Serve starts more only when
        more is asked for than is there. Of these, it is what other services of the same replicas leave.
        """
        places = min(2 * self._living, self._plan.most) if self._plan.scales else self._living
        return self._others.leave(places)

    async def run(
        self,
        job: Job,
        *,
        seconds: float | None = None,
        tell: Callable[[News], None] | None = None,  # noqa: ARG002 - a replica answers once
    ) -> Outcome:
        """See `Workers.run`. Nothing is told: a replica answers once, with the result."""
        return await self._do("run", job, answer=Outcome, seconds=seconds)

    async def examine(
        self, picture: PictureData, limits: PictureLimits, *, seconds: float | None = None
    ) -> Inspection:
        """See `Workers.examine`."""
        return await self._do("examine", picture, limits, answer=Inspection, seconds=seconds)

    async def convert(
        self, picture: PictureData, limits: PictureLimits, *, seconds: float | None = None
    ) -> Converted:
        """See `Workers.convert`."""
        return await self._do("convert", picture, limits, answer=Converted, seconds=seconds)

    async def find(self, job: FindJob, *, seconds: float | None = None) -> FoundRegions:
        """See `Workers.find`."""
        return await self._do("find", job, answer=FoundRegions, seconds=seconds)

    async def select(self, job: SelectJob, *, seconds: float | None = None) -> SelectedObject:
        """See `Workers.select`."""
        return await self._do("select", job, answer=SelectedObject, seconds=seconds)

    async def find_effects(self, job: Job, *, seconds: float | None = None) -> FoundEffects:
        """See `Workers.find_effects`."""
        return await self._do("find_effects", job, answer=FoundEffects, seconds=seconds)

    async def _do(self, task: Task, *arguments: object, answer: type[T], seconds: float | None) -> T:
        until = None if seconds is None else time.monotonic() + seconds
        self._jobs += 1
        try:
            async with asyncio.timeout(seconds):
                reply = await self._ask(task, arguments, until)
        except TimeoutError:
            raise OutOfTimeError("the job was not done in time") from None
        finally:
            self._jobs -= 1
        for cause in reply.losses:
            log.warning("a worker of the cluster was lost: %s", cause)
            if self._on_loss is not None:
                self._on_loss(Loss(cause))
        try:
            return reply.read(answer)
        except BadAnswerError as error:
            raise WorkerFailedError(f"the replica's answer is none: {error}") from error

    async def _ask(self, task: Task, arguments: tuple[object, ...], until: float | None) -> Reply:
        """Return what a replica answers; another is asked where one is lost."""
        if self._failure is not None:
            raise WorkerFailedError(self._failure)
        await self._opened.wait()
        # Put into the store once, however many replicas are asked, and seen by them there as it is.
        packed = await asyncio.to_thread(_pack, arguments)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._ask_once(task, packed, until)
            except _LOST as error:
                log.warning("a job was lost with its replica (attempt %d): %s", attempt, type(error).__name__)
                lost = error
            except (RayError, RayServeException) as error:
                raise WorkerFailedError(f"{type(error).__name__}: {error}") from error
        raise WorkerFailedError(f"{ATTEMPTS} replicas were lost with the job: {lost}") from lost

    async def _ask_once(self, task: Task, packed: "ray.ObjectRef[Any]", until: float | None) -> Reply:
        assert self._handle is not None  # noqa: S101 - `_opened` says so
        left = None if until is None else max(0.0, until - time.monotonic())
        response = self._handle.work.remote(task, packed, left)
        try:
            reply: Reply = await response
        except asyncio.CancelledError:
            response.cancel()  # type: ignore[no-untyped-call]
            raise
        return reply

    async def _keep(self) -> None:
        """Reach the cluster, and know how many replicas it has, until cancelled."""
        while not self._opened.is_set():
            try:
                self._handle = await self._home.open()
            except Exception as error:
                # Whoever waits for it until then may wait on; who comes now is told.
                self._failure = f"the cluster cannot be reached ({type(error).__name__}: {error})"
                log.exception("the cluster cannot be reached")
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self._failure = None
                self._opened.set()
            finally:
                _take_back_signals()
        heard = time.monotonic()
        while True:
            try:
                living = await self._home.count()
            except Exception:
                if time.monotonic() - heard > STALE_SECONDS and self._living:
                    log.exception("the cluster does not say how it is")
                    self._living = 0
            else:
                heard = time.monotonic()
                if living != self._living:
                    log.info("replicas that take jobs: %d", living)
                self._living = living
                # Where nothing is heard of them, they are as they were.
                with suppress(Exception):
                    self._others = await self._home.find_others(self._jobs)
            await asyncio.sleep(LOOK_SECONDS)


def _take_back_signals() -> None:
    """Have the process's own handlers of its end again, which Ray has put one of its own before."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            if callable(handler := signal.getsignal(number)):
                signal.signal(number, handler)


def _pack(arguments: tuple[object, ...]) -> "ray.ObjectRef[Any]":
    return ray.put(pickle.PickleBuffer(pickle.dumps(arguments, pickle.HIGHEST_PROTOCOL)))
