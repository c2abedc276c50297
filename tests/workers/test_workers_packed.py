"""Tasks that were packed elsewhere: a worker does them as its own, and a reply says what came of them."""

import pickle

import pytest

from scenes import Scene
from wuhen.action import (
    Digest,
    Find,
    FindJob,
    FoundRegions,
    Inspection,
    Job,
    Outcome,
    PictureLimits,
)
from wuhen.wire import ApiError, Message
from wuhen.workers import LocalWorkers, OutOfTimeError, WorkerFailedError
from wuhen.workers.cluster import ClusterPlan, WorkerPlan
from wuhen.workers.cluster.reply import Reply
from wuhen.workers.request import Packed


@pytest.mark.service
async def test_a_packed_task_is_done_as_one_s_own_is(scene: Scene) -> None:
    job = Job(scene.photo, scene.mask)
    async with LocalWorkers(count=1, memory=2048, threads=1) as workers:
        own = await workers.run(job)
        packed = await workers.pass_on("run", _pack(job))
        assert isinstance(packed, Outcome)
        assert packed.digest == own.digest
        found = await workers.pass_on("examine", _pack(scene.photo, PictureLimits()))
        assert isinstance(found, Inspection)
        assert found.format == "PNG"
        regions = await workers.pass_on("find", _pack(FindJob(scene.photo, Find(("text",)))))
        assert isinstance(regions, FoundRegions)
        assert (regions.width, regions.height, regions.found) == (96, 64, {"text": 0})
        # What is no task does no harm to those that come after it.
        with pytest.raises(WorkerFailedError):
            await workers.pass_on("run", Packed(b"no pickle"))
        assert (await workers.run(job)).digest == own.digest


def _pack(*arguments: object) -> Packed:
    return Packed(memoryview(pickle.dumps(arguments)))


def through_the_store(reply: Reply) -> Reply:
    """Return a reply as another process gets it: large parts beside, not in, what is pickled."""
    beside: list[pickle.PickleBuffer] = []
    sent = pickle.dumps(reply, 5, buffer_callback=beside.append)
    assert len(sent) < 1000
    read: Reply = pickle.loads(sent, buffers=[one.raw().toreadonly() for one in beside])  # noqa: S301
    return read


def test_a_reply_brings_the_result_and_what_was_lost() -> None:
    inspection = Inspection("PNG", (3, 2), (), "", None, None, (), ())
    reply = through_the_store(Reply.of(inspection, ("signal",)))
    assert reply.read(Inspection) == inspection
    assert reply.losses == ("signal",)


def test_pictures_are_not_copied_on_their_way_to_the_store() -> None:
    digest = Digest(5000, "0" * 64)
    data = bytes(5000)
    reply = Reply.of((data, digest), ())
    assert reply.blobs[0].raw().obj is data
    assert through_the_store(reply).read(tuple[bytes, Digest]) == (data, digest)


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (ApiError("FailedOperation.ServerError", Message("no", "否")), ApiError, "ServerError"),
        (OutOfTimeError("late"), OutOfTimeError, "time"),
        (WorkerFailedError("the worker was lost"), WorkerFailedError, "the worker was lost"),
        (ZeroDivisionError("by zero"), WorkerFailedError, "ZeroDivisionError: by zero"),
    ],
)
def test_a_reply_brings_failures_as_what_they_were(
    error: Exception, kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text):
        through_the_store(Reply.failed(error, ())).read(Outcome)


def test_plans_that_want_the_same_of_a_cluster_have_one_fingerprint() -> None:
    plan = ClusterPlan(WorkerPlan(2048), address="10.0.0.1:6379")
    assert plan.fingerprint == ClusterPlan(WorkerPlan(2048), address="auto").fingerprint
    assert plan.fingerprint != ClusterPlan(WorkerPlan(2048, threads=2)).fingerprint
    assert plan.fingerprint != ClusterPlan(WorkerPlan(2048), most=2).fingerprint
