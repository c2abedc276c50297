"""The service with a cluster of its own: one replica, called over a socket."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from clients.raw import Answer, Caller, call, connect, plain
from harness import Service, command_of, eventually, running
from scenes import Scene, assert_erased, red_square

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def clustered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    options = "--workers", "1", "--threads", "1", "--cluster", "local", "--cluster-cpus", "0.5"
    with running(tmp_path_factory.mktemp("clustered") / "data", *options) as started:
        yield started


def replica(service: Service) -> psutil.Process:
    """Return the process that a replica is."""
    (found,) = [
        child
        for child in psutil.Process(service.process.pid).children(recursive=True)
        if command_of(child).startswith("ray::ServeReplica")
    ]
    return found


def begin(service: Service, scene: Scene) -> tuple[threading.Thread, list[Answer]]:
    """Begin a call, and return when a worker has it."""
    answers: list[Answer] = []
    (worker,) = service.workers()
    before = sum(worker.cpu_times()[:2])
    calling = threading.Thread(target=lambda: answers.append(call(service, scene.parameters())))
    calling.start()
    eventually(lambda: sum(worker.cpu_times()[:2]) > before + 0.2)
    return calling, answers


def test_a_replica_erases_as_a_worker_of_this_machine_does(clustered: Service, scene: Scene) -> None:
    assert_erased(call(clustered, scene.parameters()).response["ResultImage"], scene)


def test_what_a_caller_did_wrong_is_told_as_ever(clustered: Service, scene: Scene) -> None:
    answer = call(clustered, scene.parameters(InputImage="bm8gcGljdHVyZQ=="))
    assert answer.code == "FailedOperation.ImageDecodeFailed"


def test_a_job_that_kills_its_worker_takes_no_replica_with_it(clustered: Service, large: Scene) -> None:
    before = replica(clustered).pid
    calling, answers = begin(clustered, large)
    (worker,) = clustered.workers()
    os.kill(worker.pid, signal.SIGKILL)
    calling.join(30)
    assert [answer.code for answer in answers] == ["FailedOperation.InnerError"]
    assert call(clustered, red_square().parameters()).code == "OK"
    assert replica(clustered).pid == before


def test_a_job_whose_caller_goes_stops(clustered: Service, large: Scene) -> None:
    (worker,) = clustered.workers()
    with connect(clustered.port) as connection:
        connection.sendall(bytes(plain(Caller.of(clustered, large.parameters()))))
        before = sum(worker.cpu_times()[:2])
        eventually(lambda: sum(worker.cpu_times()[:2]) > before + 0.2)
    started = time.monotonic()
    assert call(clustered, red_square().parameters()).code == "OK"
    assert time.monotonic() - started < 1.5
    assert [one.pid for one in clustered.workers()] == [worker.pid]


def test_a_call_whose_replica_is_lost_is_answered_by_another(clustered: Service, large: Scene) -> None:
    before = replica(clustered).pid
    calling, answers = begin(clustered, large)
    os.kill(before, signal.SIGKILL)
    calling.join(60)
    assert [answer.code for answer in answers] == ["OK"]
    assert replica(clustered).pid != before


@pytest.fixture(scope="module")
def large() -> Scene:
    """Return what takes a worker some two seconds."""
    return red_square(1600, 1200, side=500)


@pytest.mark.embedded("unasked")
def test_nothing_of_a_cluster_is_loaded_unless_it_is_asked_for(service: Service) -> None:
    maps = Path(f"/proc/{service.process.pid}/maps").read_text(encoding="ascii")
    assert "/ray/" not in maps
