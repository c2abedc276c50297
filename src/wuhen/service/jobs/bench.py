"""The work on one job: from its pictures in the store of objects to its result there."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from wuhen.accounts import Delivery
from wuhen.action import DEADLINE, JOB_LOST, Job, Outcome, PictureLimits
from wuhen.jobs import PREFIX, Done, Failed, Parcel, Taken, parse_parcel, picture_name
from wuhen.results import ObjectMissing, Objects
from wuhen.results.pictures import name_picture
from wuhen.service.admission import Roomer
from wuhen.service.audit import delivery_of
from wuhen.service.handling import ErasureFacts
from wuhen.wire import ApiError
from wuhen.workers import OutOfTimeError, Workers

__all__ = ["Bench", "Work"]


@dataclass(frozen=True, slots=True)
class Work:
    """What came of the work on a job.

    Attributes
    ----------
    came : wuhen.jobs.Done or wuhen.jobs.Failed
        Its end.
    facts : ErasureFacts or None
        What is told of a result beside.
    deliveries : tuple of wuhen.accounts.Delivery
        The audit records of the results.
    """

    came: Done | Failed
    facts: ErasureFacts | None = None
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """Where jobs are worked on.

    Attributes
    ----------
    objects : Objects
        Where pictures are.
    workers : Workers
        Who does it.
    settle : callable
        Adds to a job what the operator has settled; takes its number too.
    limits : PictureLimits
        What its pictures may be.
    seconds : float
        How long it may take.
    audited : bool
        Whether an audit record of results is kept.
    """

    objects: Objects
    workers: Workers
    settle: Callable[[Job, str], Job]
    limits: PictureLimits
    seconds: float
    audited: bool

    async def work(self, taken: Taken, has_room: Roomer) -> Work:
        """Do a job. Whatever is wrong with it is an end like any other.

        Parameters
        ----------
        taken : Taken
            Which.
        has_room : callable
            Awaited when its pictures are there, until memory holds them in a worker.

        Raises
        ------
        ResultStoreError
            Pictures cannot be read, or the result cannot be kept.
        WorkerFailedError
            Whoever worked on it was lost.
        """
        parcel = parse_parcel(taken.parameters)
        try:
            job = await self._prepare(taken, parcel)
            extent = job.extent and replace(job.extent, pixels=job.extent.pixels + job.beside)
            await has_room(extent, job.size)
            outcome = await self.workers.run(job, seconds=self.seconds)
        except ApiError as error:
            return Work(Failed(error.code, error.text))
        except OutOfTimeError:
            return Work(_failed(DEADLINE(seconds=f"{self.seconds:g}")))
        except ObjectMissing:
            return Work(_failed(JOB_LOST()))
        return await self._keep(taken, job, outcome)

    async def clear(self, taken: Taken, came: Done | Failed | None) -> None:
        """Delete what nobody needs any more of a job that has ended, which is all but its result."""
        if taken.attempt == 1:
            pictures = parse_parcel(taken.parameters).pictures
            await self.objects.delete(*(picture_name(taken.id, picture) for picture in pictures))
            return
        # Whoever had it before may have died with a result in their hands.
        kept = came.results if isinstance(came, Done) else ()
        found = [one.name async for one in self.objects.list(PREFIX + taken.id)]
        await self.objects.delete(*(name for name in found if name not in kept))

    async def drop(self, came: Done | Failed) -> None:
        """Delete results that nobody will be given."""
        if isinstance(came, Done):
            await self.objects.delete(*came.results)

    async def _prepare(self, taken: Taken, parcel: Parcel) -> Job:
        names = [picture_name(taken.id, picture) for picture in parcel.pictures]
        files = await asyncio.gather(*map(self.objects.get, names))
        pictures = parcel.unite(dict(zip(parcel.pictures, files, strict=True)))
        return self.settle(parcel.request.job_of(pictures, self.limits), taken.id)

    async def _keep(self, taken: Taken, job: Job, outcome: Outcome) -> Work:
        # Another attempt's result has another name: the one that is not taken replaces none.
        names: list[str] = []
        for data in (outcome.data, *(one.data for one in outcome.alternatives)):
            names.append(f"{PREFIX}{taken.id}/{name_picture(outcome.media_type)}")
            await self.objects.put(names[-1], data, outcome.media_type)
        facts = ErasureFacts.of(job, outcome)
        size, result, *others = (outcome.width, outcome.height), *names
        done = Done(result, outcome.media_type, *size, outcome.remarks, outcome.found, tuple(others))
        if not self.audited:
            return Work(done, facts)
        deliveries = (
            delivery_of(number, taken.account, taken.secret_id, one)
            for number, one in facts.results(taken.id)
        )
        return Work(done, facts, tuple(deliveries))


def _failed(error: ApiError) -> Failed:
    return Failed(error.code, error.text)
