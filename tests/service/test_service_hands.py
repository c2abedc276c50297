"""Those who work on jobs: what they hold, what they let go of, and what they bring only once."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from wuhen.accounts import Database, KeyStore, open_database
from wuhen.jobs import Done, Failed, JobRecord, JobStore, Leases, Limits, NewJob, Status, Taken
from wuhen.results import ResultStoreError
from wuhen.service.access import StoreAccess
from wuhen.service.admission import Admission, Policy, Roomer
from wuhen.service.jobs import hands as module
from wuhen.service.jobs.bench import Bench, Work
from wuhen.service.jobs.hands import Hands
from wuhen.wire import Message
from wuhen.workers import WorkerFailedError, Workers

DONE = Done("jobs/job/result.png", "image/png", 1, 1)
LOST = Failed("FailedOperation.InnerError", Message("lost", "丢失"))
LEASE = 0.4


@dataclass
class StandIn:
    """In the place of a bench and of workers: does what it is told, and notes what it was asked for."""

    ready: bool = True
    outcomes: list[Exception | None] = field(default_factory=list)
    begun: list[Taken] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    cleared: list[tuple[int, Done | Failed | None]] = field(default_factory=list)
    ended: list[Work] = field(default_factory=list)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def work(self, taken: Taken, has_room: Roomer) -> Work:
        await has_room(None, 1)
        self.begun.append(taken)
        if self.outcomes and (error := self.outcomes.pop(0)) is not None:
            raise error
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.stopped.append(taken.id)
            raise
        return Work(DONE)

    async def clear(self, taken: Taken, came: Done | Failed | None) -> None:
        self.cleared.append((taken.attempt, came))

    async def drop(self, came: Done | Failed) -> None:
        self.dropped.append(cast("Done", came).result)


@dataclass
class House:
    """A database with one job, and whoever works on it."""

    database: Database
    jobs: JobStore
    bench: StandIn = field(default_factory=StandIn)

    @asynccontextmanager
    async def hands(self, *, lease: float = LEASE) -> AsyncIterator[Hands]:
        leases = Leases(self.database, seconds=lease, keep=60, lost=LOST)
        admission = Admission(lambda: 1, Policy())
        bench, workers = cast("Bench", self.bench), cast("Workers", self.bench)
        access, note = StoreAccess("jobs cannot be reached"), self.bench.ended.append
        async with Hands(
            leases, access, bench, admission, workers, count=1, lease=lease, on_end=note
        ) as hands:
            yield hands

    def find(self) -> JobRecord:
        found = self.jobs.find("a", "job")
        assert found is not None
        return found


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """One job that waits."""
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.02)
    with closing(open_database(tmp_path)) as database:
        jobs = JobStore(database, limits=Limits(9, 9), keep=60)
        key = KeyStore(database).create("a")
        jobs.submit(NewJob("job", "a", key.secret_id, "{}", 1, ""))
        yield House(database, jobs)


async def until(check: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not check():
        assert time.monotonic() < end, "not so within 10 s"
        await asyncio.sleep(0.01)


@pytest.mark.slow
async def test_a_lease_is_renewed_for_as_long_as_the_work_takes(house: House) -> None:
    async with house.hands():
        await until(lambda: house.bench.begun)
        await asyncio.sleep(2 * LEASE)
        assert Leases(house.database, seconds=1, keep=1, lost=LOST).reap() == 0
        house.bench.release.set()
        await until(lambda: house.bench.ended)
    assert (house.find().status, house.find().attempts) == (Status.DONE, 1)


async def test_work_on_a_cancelled_job_stops(house: House) -> None:
    async with house.hands():
        await until(lambda: house.bench.begun)
        house.jobs.cancel("a", "job")
        await until(lambda: house.bench.stopped)
    assert house.find().status is Status.CANCELLED
    assert house.bench.ended == []


async def test_a_result_that_comes_after_the_cancelling_is_deleted(house: House) -> None:
    async with house.hands(lease=60):
        await until(lambda: house.bench.begun)
        house.jobs.cancel("a", "job")
        house.bench.release.set()
        await until(lambda: house.bench.dropped)
    assert house.bench.dropped == [DONE.result]
    assert house.find().end is None


async def test_whoever_stops_gives_back_what_they_have(house: House) -> None:
    async with house.hands():
        await until(lambda: house.bench.begun)
    assert (house.find().status, house.find().attempts) == (Status.WAITING, 0)


async def test_a_job_that_loses_its_worker_twice_is_given_up(house: House) -> None:
    house.bench.outcomes = [WorkerFailedError("killed"), WorkerFailedError("killed")]
    async with house.hands():
        await until(lambda: house.find().status.ended)
        await until(lambda: house.bench.cleared)
    assert (house.find().status, house.find().end) == (Status.FAILED, LOST)
    assert house.bench.cleared == [(2, None)], "its pictures are kept for the second holder, and no longer"
    assert [taken.attempt for taken in house.bench.begun] == [1, 2]


async def test_a_store_that_is_away_is_not_the_jobs_fault(house: House) -> None:
    house.bench.outcomes = [ResultStoreError("away")] * 4
    house.bench.release.set()
    async with house.hands():
        await until(lambda: house.find().status.ended)
    assert (house.find().status, house.find().attempts) == (Status.DONE, 1)


async def test_nobody_takes_a_job_that_no_worker_is_ready_for(house: House) -> None:
    house.bench.ready = False
    async with house.hands():
        await asyncio.sleep(0.1)
        assert house.bench.begun == []
        house.bench.ready = True
        await until(lambda: house.bench.begun)
