"""What the service makes of a cluster that fails it. It is made up here, and fails when it is told to."""

import asyncio
import pickle
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray.exceptions import ActorDiedError, ObjectLostError, OutOfDiskError
from ray.serve.request_router import RunningReplica

from scenes import Scene, red_square
from wuhen.action import Inspection, Job, PictureLimits
from wuhen.workers import Loss, OutOfTimeError, WorkerFailedError
from wuhen.workers.cluster import ClusterPlan, WorkerPlan, remote
from wuhen.workers.cluster.remote import RayWorkers
from wuhen.workers.cluster.reply import Reply
from wuhen.workers.cluster.roll import GONE_SECONDS, Others, Roll
from wuhen.workers.cluster.router import ASKED, LeastBusy

PLAN = ClusterPlan(WorkerPlan(2048), fewest=1, most=5)
FOUND = Inspection("PNG", (3, 2), (), "", None, None, (), ())
Work = Callable[[], Awaitable[Reply]]


class MadeUpResponse:
    """An answer that is waited for, and remembers that it was cancelled."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.cancelled = False

    def __await__(self) -> Any:
        return self._work().__await__()

    def cancel(self) -> None:
        self.cancelled = True


class MadeUpCluster:
    """Answers as it is told to: each call the next thing, the last of them again and again."""

    def __init__(self, *works: Work, living: int = 1, roll: Roll | None = None) -> None:
        self._works = list(works)
        self.living = living
        self._roll = roll or Roll()
        self.responses: list[MadeUpResponse] = []
        self.work = self

    async def open(self) -> "MadeUpCluster":
        return self

    async def count(self) -> int:
        return self.living

    async def find_others(self, jobs: int) -> Others:
        return self._roll.note(str(id(self)), jobs)

    async def close(self) -> None:
        """Nothing is open."""

    def remote(self, *_: object) -> MadeUpResponse:
        work = self._works.pop(0) if len(self._works) > 1 else self._works[0]
        self.responses.append(MadeUpResponse(work))
        return self.responses[-1]


def failing(error: Exception) -> Work:
    async def fail() -> Reply:
        raise error

    return fail


async def answer() -> Reply:
    return Reply.of(FOUND, ("memory",))


async def never() -> Reply:
    return await asyncio.Future()


DIED = failing(ActorDiedError())


@pytest.fixture(autouse=True)
def _without_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_pack", pickle.dumps)


def workers_of(
    cluster: MadeUpCluster, on_loss: Callable[[Loss], None] | None = None, plan: ClusterPlan = PLAN
) -> RayWorkers:
    workers = RayWorkers(plan, on_loss=on_loss)
    workers._home = cast("Any", cluster)
    return workers


async def examine(workers: RayWorkers, seconds: float | None = None) -> Inspection:
    return await workers.examine(b"", PictureLimits(), seconds=seconds)


@pytest.mark.parametrize("lost", [DIED, failing(ObjectLostError("0" * 56, None, ""))])
async def test_a_job_that_is_lost_with_its_replica_is_done_by_another(lost: Work) -> None:
    losses: list[Loss] = []
    cluster = MadeUpCluster(lost, lost, answer)
    async with workers_of(cluster, losses.append) as workers:
        assert await examine(workers) == FOUND
    assert losses == [Loss.MEMORY]


async def test_a_job_that_no_replica_survives_is_given_up() -> None:
    cluster = MadeUpCluster(DIED)
    async with workers_of(cluster) as workers:
        with pytest.raises(WorkerFailedError, match="3 replicas were lost"):
            await examine(workers)
    assert len(cluster.responses) == 3


async def test_what_is_no_loss_is_not_tried_again() -> None:
    cluster = MadeUpCluster(failing(OutOfDiskError("store full")))
    async with workers_of(cluster) as workers:
        with pytest.raises(WorkerFailedError, match="store full"):
            await examine(workers)
    assert len(cluster.responses) == 1


async def test_a_job_without_time_is_cancelled_in_its_replica() -> None:
    cluster = MadeUpCluster(never)
    async with workers_of(cluster) as workers:
        with pytest.raises(OutOfTimeError):
            await examine(workers, seconds=0.05)
        assert cluster.responses[0].cancelled


async def test_a_cluster_that_cannot_be_reached_fails_jobs_at_once(scene: Scene) -> None:
    cluster = MadeUpCluster(answer)
    tried = asyncio.Event()

    async def refuse() -> MadeUpCluster:
        tried.set()
        raise ConnectionError("no cluster at 10.0.0.1:6379")

    cluster.open = refuse  # type: ignore[method-assign]
    async with workers_of(cluster) as workers:
        await tried.wait()
        assert not workers.ready
        with pytest.raises(WorkerFailedError, match="no cluster at"):
            await workers.run(Job(scene.photo, scene.mask))


async def test_more_is_let_in_than_there_are_replicas_while_there_may_be_more() -> None:
    cluster = MadeUpCluster(answer, living=2)
    async with workers_of(cluster) as workers:
        await examine(workers)
        assert (workers.ready, workers.living, workers.capacity) == (True, 2, 4)
        workers._living = 4
        assert workers.capacity == 5


async def test_services_of_the_same_replicas_let_in_as_many_together_as_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remote, "LOOK_SECONDS", 0.01)
    roll, plan = Roll(), replace(PLAN, fewest=8, most=8)
    clusters = [MadeUpCluster(never, living=8, roll=roll) for _ in range(2)]
    first, second = (workers_of(cluster, plan=plan) for cluster in clusters)
    async with first:
        jobs = [asyncio.create_task(examine(first)) for _ in range(7)]
        await asyncio.sleep(0.05)
        assert first.capacity == 8
        async with second:
            await asyncio.sleep(0.05)
            # Nothing is taken from the first before the second has jobs.
            assert (first.capacity, second.capacity) == (8, 4)
            jobs += [asyncio.create_task(examine(second)) for _ in range(4)]
            await asyncio.sleep(0.05)
            # The first has more than its part until its jobs have ended, and is let have no more of them.
            assert (first.capacity, second.capacity) == (4, 4)
            for job in jobs[:5]:
                job.cancel()
            await asyncio.sleep(0.05)
            assert (first.capacity, second.capacity) == (4, 6)
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)


def test_a_service_that_says_nothing_any_more_counts_as_gone() -> None:
    now = 0.0
    roll = Roll(lambda: now)
    assert roll.note("a", 5) == Others()
    assert roll.note("b", 1) == Others(1, 5)
    now = GONE_SECONDS - 1
    assert roll.note("a", 2) == Others(1, 1)
    now = GONE_SECONDS + 1
    assert roll.note("b", 0) == Others(1, 2)
    now = 3 * GONE_SECONDS
    assert roll.note("b", 0) == Others()


@given(st.integers(0, 40), st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_busy_services_come_to_have_as_many_as_there_are_places(places: int, jobs: list[int]) -> None:
    """Whatever each has at first, as jobs end and each takes what it may."""
    for _ in range(3):
        for one in range(len(jobs)):
            rest = jobs[:one] + jobs[one + 1 :]
            jobs[one] = Others(len(rest), sum(rest)).leave(places)
    assert sum(jobs) == max(places, len(jobs) * min(places, 1))
    assert max(jobs) - min(jobs) <= max(places % len(jobs), 0)


class MadeUpReplica:
    """A replica as the router knows it."""

    max_ongoing_requests = 1

    def __init__(self, name: str) -> None:
        self.replica_id = name


async def test_a_replica_that_is_known_to_be_free_is_asked_first() -> None:
    replicas = [MadeUpReplica(f"{number}") for number in range(20)]
    router = LeastBusy.__new__(LeastBusy)
    router._replica_queue_len_cache = cast("Any", {"7": 0} | {str(number): 1 for number in range(7)})
    first, then = await router.choose_replicas(cast("list[RunningReplica]", replicas))
    assert [str(replica.replica_id) for replica in first] == ["7"]
    assert len(then) == ASKED
    assert not {"7"} & {str(replica.replica_id) for replica in then}


@pytest.fixture(scope="module")
def scene() -> Scene:
    return red_square()
