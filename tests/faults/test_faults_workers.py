"""Worker processes that die, hang, cannot start, or are left by their caller at a bad moment."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from clients.raw import Caller, call, connect, plain
from harness import Service, command_of, running
from scenes import Scene
from wuhen.action import Job
from wuhen.workers import LocalWorkers, WorkerFailedError
from wuhen.workers import local as module


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("lone") / "data", "--workers", "1") as started:
        yield started


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
    for _ in range(3):
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


async def test_where_no_worker_starts_jobs_fail_at_once_and_it_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, scene: Scene
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.2)
    python = sys.executable
    monkeypatch.setattr(sys, "executable", "/bin/false")
    async with LocalWorkers(count=1, memory=2048) as workers:
        with pytest.raises(WorkerFailedError):
            await workers.run(job(scene))
        assert not workers.ready
        monkeypatch.setattr(sys, "executable", python)
        await until_ready(workers)
        assert (await workers.run(job(scene))).width == scene.pixels.shape[1]


async def test_a_worker_that_hangs_while_idle_is_replaced(
    monkeypatch: pytest.MonkeyPatch, scene: Scene
) -> None:
    async with LocalWorkers(count=1, memory=2048) as workers:
        await until_ready(workers)
        (stopped,) = _workers()
        stopped.suspend()
        monkeypatch.setattr(module, "AGAIN_SECONDS", 0.3)
        assert (await workers.run(job(scene))).hole > 0
        assert stopped not in _workers()


async def test_what_a_library_prints_does_not_hold_a_worker_up() -> None:
    async with LocalWorkers(count=1, memory=2048) as workers:
        await until_ready(workers)
        line = b"tiff: what a surprise\n" * 50_000
        async with asyncio.timeout(20):
            assert await workers._in_worker(os.write, 2, line) == len(line)


def _workers() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [child for child in children if "anyio.to_process" in command_of(child)]
