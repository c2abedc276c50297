"""Worker processes that die, hang, cannot start, or are left by their caller at a bad moment."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator
from types import NoneType
from typing import Any

import numpy as np
import psutil
import pytest

from clients.raw import Caller, call, connect, plain
from harness import Service, command_of, running
from pictures import encoded
from scenes import Scene, red_square
from wuhen.action import Job, News, Outcome
from wuhen.wire import ApiError, Message
from wuhen.workers import LocalWorkers, Loss, OutOfTimeError, WorkerFailedError
from wuhen.workers import local as module
from wuhen.workers.encoding import encode
from wuhen.workers.handle import Worker
from wuhen.workers.process import ping
from wuhen.workers.request import Refusal
from wuhen.workers.stopping import StopFlag


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("lone") / "data", "--workers", "1", "--threads", "1") as started:
        yield started


@pytest.fixture
def unwarmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have workers load nothing: they start in a fraction of the time, for what needs no fill or one."""

    async def only_start(_: LocalWorkers, worker: Worker) -> None:
        await worker.ask(ping, answer=NoneType)

    monkeypatch.setattr(LocalWorkers, "_warm", only_start)


async def until_ready(workers: LocalWorkers) -> None:
    async with asyncio.timeout(60):
        while not workers.ready:  # noqa: ASYNC110 - readiness is asked for, as /readyz does
            await asyncio.sleep(0.05)


def job(scene: Scene) -> Job:
    return Job(scene.photo, scene.mask)


def test_callers_who_hang_up_while_a_worker_starts_leave_none_behind(lone: Service, scene: Scene) -> None:
    request = bytes(plain(Caller.of(lone, scene.parameters())))
    for attempt in range(4):
        for worker in lone.workers():
            os.kill(worker.pid, signal.SIGKILL)
        with connect(lone.port) as connection:
            connection.sendall(request)
            time.sleep(0.03 + 0.03 * attempt)
    assert call(lone, scene.parameters()).code == "OK"
    assert len(lone.workers()) == 1


def test_workers_killed_while_idle_cost_no_call(lone: Service, scene: Scene) -> None:
    for _ in range(2):
        (worker,) = lone.workers()
        os.kill(worker.pid, signal.SIGKILL)
        assert call(lone, scene.parameters()).code == "OK"


def test_a_signal_to_stop_the_whole_group_leaves_workers_at_their_work(lone: Service, scene: Scene) -> None:
    assert call(lone, scene.parameters()).code == "OK"
    (worker,) = lone.workers()
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(worker.pid, number)
    assert call(lone, scene.parameters()).code == "OK"
    assert [process.pid for process in lone.workers()] == [worker.pid]


@pytest.mark.usefixtures("unwarmed")
async def test_where_no_worker_starts_jobs_fail_at_once_and_it_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, scene: Scene
) -> None:
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.2)
    python = sys.executable
    monkeypatch.setattr(sys, "executable", "/bin/false")
    async with LocalWorkers(count=1, memory=2048) as workers:
        with pytest.raises(WorkerFailedError):
            await workers.run(job(scene))
        assert not workers.ready
        monkeypatch.setattr(sys, "executable", python)
        await until_ready(workers)
        assert (await workers.run(job(scene))).width == scene.pixels.shape[1]


@pytest.mark.usefixtures("unwarmed")
async def test_a_worker_that_hangs_while_idle_is_replaced(
    monkeypatch: pytest.MonkeyPatch, scene: Scene
) -> None:
    async with LocalWorkers(count=1, memory=2048) as workers:
        await until_ready(workers)
        (stopped,) = _workers()
        stopped.suspend()
        monkeypatch.setattr(module, "ANSWER_SECONDS", 0.3)
        assert (await workers.run(job(scene))).hole > 0
        assert stopped not in _workers()


@pytest.mark.usefixtures("unwarmed")
async def test_what_a_library_prints_does_not_hold_a_worker_up() -> None:
    async with LocalWorkers(count=1, memory=2048) as workers:
        await until_ready(workers)
        line = b"tiff: what a surprise\n" * 50_000
        async with asyncio.timeout(20):
            assert await workers._do(os.write, 2, line, answer=int) == len(line)


class Losses(list[Loss]):
    """What `on_loss` was told."""

    async def first(self) -> Loss:
        async with asyncio.timeout(20):
            while not self:  # noqa: ASYNC110 - a callback fills it
                await asyncio.sleep(0.02)
        return self[0]


@pytest.fixture(scope="module")
def long_job() -> Job:
    """One that takes seconds."""
    scene = red_square(1600, 1200, side=700)
    return Job(scene.photo, scene.mask)


async def test_a_job_whose_caller_goes_or_whose_time_is_up_stops_and_leaves_its_worker_warm(
    long_job: Job, scene: Scene
) -> None:
    hole = np.zeros((3200, 3200), np.bool_)
    hole[150:-150, 150:-150] = True
    too_long = Job(encoded(np.full((*hole.shape, 3), 90, np.uint8)), encoded(hole))
    losses = Losses()
    async with LocalWorkers(count=1, memory=2048, threads=1, on_loss=losses.append) as workers:
        await until_ready(workers)
        (worker,) = _workers()
        for _ in range(3):
            waiting = asyncio.create_task(workers.run(long_job))
            await asyncio.sleep(0.4)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        assert (await workers.run(job(scene))).hole > 0
        for _ in range(3):
            # Or it says beforehand that it takes longer.
            with pytest.raises((OutOfTimeError, ApiError)):
                await workers.run(long_job, seconds=0.4)
        with pytest.raises(ApiError, match=r"about .* s, and .* s are left"):
            await workers.run(too_long, seconds=2.5)
        assert (await workers.run(job(scene), seconds=30)).hole > 0
        assert [one.pid for one in _workers()] == [worker.pid]
    assert losses == []


@pytest.mark.usefixtures("unwarmed")
async def test_a_job_that_waits_for_a_worker_waits_no_longer_than_it_has_time() -> None:
    async with LocalWorkers(count=1, memory=2048) as workers:
        await until_ready(workers)
        first = asyncio.create_task(workers._do(time.sleep, 1, answer=NoneType))
        await asyncio.sleep(0.1)
        with pytest.raises(OutOfTimeError, match="no worker"):
            await workers._do(time.sleep, 0, answer=NoneType, seconds=0.2)
        await first


@pytest.mark.usefixtures("unwarmed")
@pytest.mark.parametrize(("seconds", "cause"), [(None, Loss.ASKED), (0.2, Loss.DEADLINE)])
async def test_what_does_not_stop_when_asked_is_killed(
    monkeypatch: pytest.MonkeyPatch, seconds: float | None, cause: Loss
) -> None:
    monkeypatch.setattr(module, "GRACE_SECONDS", 0.3)
    losses = Losses()
    async with LocalWorkers(count=1, memory=2048, on_loss=losses.append) as workers:
        await until_ready(workers)
        waiting = asyncio.create_task(workers._do(time.sleep, 60, answer=NoneType, seconds=seconds))
        await asyncio.sleep(0.4)
        waiting.cancel()
        with pytest.raises((asyncio.CancelledError, OutOfTimeError)):
            await waiting
        assert await losses.first() == cause
        await until_ready(workers)


@pytest.mark.usefixtures("unwarmed")
@pytest.mark.parametrize(
    ("end", "cause"),
    [
        ((os.abort,), Loss.SIGNAL),
        ((os._exit, 0), Loss.EXIT),
        ((signal.raise_signal, signal.SIGKILL), Loss.SIGNAL),
    ],
)
async def test_a_worker_that_dies_at_work_is_told_of_by_its_cause(end: tuple[Any, ...], cause: Loss) -> None:
    losses = Losses()
    async with LocalWorkers(count=1, memory=2048, on_loss=losses.append) as workers:
        await until_ready(workers)
        with pytest.raises(WorkerFailedError, match="lost in the middle"):
            await workers._do(*end, answer=NoneType)
        assert await losses.first() == cause


@pytest.mark.usefixtures("unwarmed")
async def test_without_a_living_worker_none_is_ready_from_that_moment() -> None:
    losses = Losses()
    async with LocalWorkers(count=2, memory=2048, on_loss=losses.append) as workers:
        while workers.living < 2:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)
        for worker in _workers():
            worker.kill()
        async with asyncio.timeout(0.5):
            while workers.ready:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        assert workers.living == 0
        assert workers.capacity == 2
        await until_ready(workers)
    assert losses == [Loss.SIGNAL, Loss.SIGNAL]


@pytest.mark.usefixtures("unwarmed")
async def test_an_idle_worker_that_hangs_is_found_without_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.2)
    losses = Losses()
    async with LocalWorkers(count=1, memory=2048, on_loss=losses.append) as workers:
        await until_ready(workers)
        monkeypatch.setattr(module, "ANSWER_SECONDS", 0.3)
        _workers()[0].suspend()
        assert await losses.first() == Loss.HUNG


@pytest.mark.usefixtures("unwarmed")
async def test_a_worker_knows_nothing_of_the_environment_but_what_it_takes_to_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WUHEN_C2PA_KEY", "/etc/key")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy:3128")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    async with LocalWorkers(count=1, memory=2048) as workers:
        assert await workers._do(os.getenv, "LC_ALL", answer=str) == "C.UTF-8"
        for name in ("WUHEN_C2PA_KEY", "HTTPS_PROXY", "AWS_SECRET_ACCESS_KEY"):
            await workers._do(os.getenv, name, answer=NoneType)


def framed_refusal(code: str) -> bytes:
    body = encode(Refusal(code, Message("a", "b")))
    return b"\x01" + len(body).to_bytes(8, "little") + body


@pytest.mark.parametrize(
    "answer",
    [
        framed_refusal("InternalError"),  # clients take it for an outage
        framed_refusal("NoneOfTheVendors"),
        b"\x00" * 400,  # a result of no length
        b"\x00" + b"\xff" * 8,  # longer than anything
        b"\x00" + (9).to_bytes(8, "little") + b"\x80\x05garbage",
        b"\x01" + (4).to_bytes(8, "little") + b"null",
        b"\x09" + bytes(8),
    ],
)
async def test_a_worker_whose_answer_is_none_is_given_up(answer: bytes) -> None:
    script = f"import os; os.read(0, 9); os.write(1, {answer!r}); os.read(0, 2**20); os.read(0, 1)"
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdin=pipe, stdout=pipe)
    worker = Worker(process, StopFlag.create(), 2**20)
    with pytest.raises(WorkerFailedError):
        await worker.ask(time.sleep, 0, answer=Outcome)
    assert await worker.ended() == Loss.GARBLED


@pytest.mark.parametrize(
    "news",
    [
        b"\x04" + (4).to_bytes(8, "little") + b"null",
        b"\x04" + (2**20 + 1).to_bytes(8, "little"),  # longer than news are
    ],
)
async def test_a_worker_whose_news_are_none_is_given_up(news: bytes) -> None:
    script = f"import os; os.read(0, 9); os.write(1, {news!r}); os.read(0, 2**20); os.read(0, 1)"
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdin=pipe, stdout=pipe)
    worker = Worker(process, StopFlag.create(), 2**24)
    told: list[News] = []
    with pytest.raises(WorkerFailedError):
        await worker.ask(time.sleep, 0, answer=Outcome, tell=told.append)
    assert await worker.ended() == Loss.GARBLED
    assert told == []


async def test_a_job_too_large_for_a_worker_s_memory_costs_no_worker(scene: Scene) -> None:
    losses = Losses()
    async with LocalWorkers(count=1, memory=450, threads=1, on_loss=losses.append) as workers:
        await until_ready(workers)
        with pytest.raises(WorkerFailedError, match="MemoryError"):
            await workers.run(Job(bytes(350 * 2**20), scene.mask))
        assert (await workers.run(job(scene))).hole > 0
    assert losses == []


def _workers() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [child for child in children if "wuhen.workers" in command_of(child)]
