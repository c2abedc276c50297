"""Calls that meet, callers who hang up, workers that die: each costs what it must and nothing more."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.common.retry import StandardRetryer

from clients.python_sdk import erase, profile
from clients.raw import Answer, Caller, call, connect, plain
from harness import Service, create_key, eventually, running
from picture_server import PictureServer
from scenes import Scene, assert_erased, red_square

# The SDK asks for the date in a way that Python 3.12 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")

OK = "OK"
JOB_LIMIT = "RequestLimitExceeded.JobNumExceed"


@pytest.fixture(scope="module")
def big_scene() -> Scene:
    """A photo that takes a second or more to fill."""
    return red_square(1200, 900, side=420)


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with one worker, so that it is known which one a call is worked on in."""
    with running(tmp_path_factory.mktemp("lone") / "data", "--workers", "1", "--threads", "1") as started:
        yield started


def only_worker(service: Service) -> psutil.Process:
    (worker,) = service.workers()
    return worker


def until_busy(worker: psutil.Process) -> None:
    """Return once the worker has begun to work."""
    before = sum(worker.cpu_times()[:2])
    eventually(lambda: sum(worker.cpu_times()[:2]) > before + 0.2)


def test_of_two_calls_at_a_time_one_is_too_many(service: Service, big_scene: Scene, scene: Scene) -> None:
    start = threading.Barrier(2)

    def at_once(_: int) -> Answer:
        start.wait()
        return call(service, big_scene.parameters())

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(at_once, range(2)), key=lambda answer: answer.code)
    assert [answer.code for answer in answers] == [OK, JOB_LIMIT]
    assert_erased(answers[0].image, big_scene)
    assert answers[1].message == "Too many tasks are being processed simultaneously. Please try again later."
    assert_erased(call(service, scene.parameters()).image, scene)


def test_another_account_is_not_in_the_way(
    service: Service, scene: Scene, picture_server: PictureServer
) -> None:
    other = create_key(service.data_dir)
    with ThreadPoolExecutor(1) as pool:
        with picture_server.holding() as held:
            waiting = pool.submit(call, service, scene.parameters(InputUrl=held))
            picture_server.until_asked()
            assert call(service, scene.parameters()).code == JOB_LIMIT
            assert call(service, scene.parameters(), key=other).code == OK
        assert waiting.result().code == OK
    assert call(service, scene.parameters()).code == OK


def test_an_account_may_have_more_slots(
    service: Service, scene: Scene, picture_server: PictureServer
) -> None:
    wide = create_key(service.data_dir, "--account", "wide", "--concurrency", "2")
    second = create_key(service.data_dir, "--account", "wide")
    with ThreadPoolExecutor(2) as pool:
        with picture_server.holding() as held:
            waiting = []
            for key in (wide, second):
                waiting.append(pool.submit(call, service, scene.parameters(InputUrl=held), key=key))
                picture_server.until_asked()
            assert call(service, scene.parameters(), key=wide).code == JOB_LIMIT
        assert [future.result().code for future in waiting] == [OK, OK]


def test_a_mistake_frees_the_slot(service: Service, scene: Scene) -> None:
    for mistake in (
        {"Mask": "?"},
        {"MaskUrl": "http://10.0.0.1/"},
        {"InputImage": None},
        {"RspImgType": "x"},
    ):
        assert call(service, scene.parameters(**mistake)).code not in {OK, JOB_LIMIT}
        assert call(service, scene.parameters()).code == OK


def test_a_client_that_hangs_up_while_pictures_are_fetched_frees_its_slot(
    service: Service, scene: Scene, picture_server: PictureServer
) -> None:
    key = create_key(service.data_dir)
    with picture_server.holding() as held:
        connection = connect(service.port)
        connection.sendall(bytes(plain(Caller.of(service, scene.parameters(InputUrl=held), key=key))))
        picture_server.until_asked()
        assert call(service, scene.parameters(), key=key).code == JOB_LIMIT
        connection.close()
        # The picture is still being waited for: it is hanging up that frees the slot.
        eventually(lambda: call(service, scene.parameters(), key=key).code == OK)
    line = eventually(lambda: _gone(service, key.secret_id))
    assert len(line["RequestId"]) == 36


def test_a_client_that_hangs_up_in_mid_fill_frees_its_slot_and_keeps_the_warm_worker(
    lone: Service, big_scene: Scene
) -> None:
    small = red_square()
    assert call(lone, small.parameters()).code == OK
    worker = only_worker(lone)
    connection = connect(lone.port)
    connection.sendall(bytes(plain(Caller.of(lone, big_scene.parameters()))))
    until_busy(worker)
    connection.close()
    eventually(lambda: _gone(lone, lone.key.secret_id))
    # What nobody waits for is not worked on to its end.
    gone = time.monotonic()
    assert_erased(call(lone, small.parameters()).image, small)
    assert time.monotonic() - gone < big_seconds(lone, big_scene)
    assert only_worker(lone).pid == worker.pid


def big_seconds(service: Service, scene: Scene) -> float:
    start = time.monotonic()
    assert call(service, scene.parameters()).code == OK
    return time.monotonic() - start


def _gone(service: Service, secret_id: str) -> dict[str, Any] | None:
    lines = service.log_lines()
    return next((x for x in lines if x["event"] == "client gone" and x.get("secret_id") == secret_id), None)


def test_a_client_that_hangs_up_before_the_end_of_its_request_costs_nothing(
    service: Service, scene: Scene
) -> None:
    before = sum(line["event"] == "client gone" for line in service.log_lines())
    request = bytes(plain(Caller.of(service, scene.parameters())))
    with connect(service.port) as connection:
        connection.sendall(request[:-100])
    eventually(lambda: sum(line["event"] == "client gone" for line in service.log_lines()) > before)
    assert call(service, scene.parameters()).code == OK


def test_a_worker_killed_in_mid_job_costs_that_call_alone(
    lone: Service, big_scene: Scene, scene: Scene
) -> None:
    assert call(lone, scene.parameters()).code == OK
    worker = only_worker(lone)
    with ThreadPoolExecutor(1) as pool:
        doomed = pool.submit(call, lone, big_scene.parameters())
        until_busy(worker)
        os.kill(worker.pid, signal.SIGKILL)
        answer = doomed.result()
    # Not InternalError: the SDKs' region breakers would take the service for dead and call the cloud instead.
    assert answer.code == "FailedOperation.InnerError"
    assert (
        answer.message == "The picture could not be processed because of an internal fault. Please try again."
    )
    for _ in range(3):
        assert_erased(call(lone, scene.parameters()).image, scene)
    line = next(x for x in lone.log_lines() if x["event"] == "worker failed")
    assert line["RequestId"] == answer.request_id
    assert only_worker(lone).pid != worker.pid


def test_an_idle_worker_killed_costs_nothing(lone: Service, scene: Scene) -> None:
    assert call(lone, scene.parameters()).code == OK
    worker = only_worker(lone)
    os.kill(worker.pid, signal.SIGKILL)
    eventually(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    time.sleep(0.2)
    assert_erased(call(lone, scene.parameters()).image, scene)


def test_the_sdks_retryer_tries_again_at_the_rate_limit_and_not_at_the_job_limit(
    service: Service, scene: Scene, picture_server: PictureServer
) -> None:
    slow = create_key(service.data_dir, "--rate", "1")
    pauses: list[int] = []

    def at_once(attempt: int) -> float:
        pauses.append(attempt)
        return 0.0

    retrying = profile(service, retryer=StandardRetryer(3, at_once))
    call(service, {}, key=slow)
    # The retryer gives up after the third attempt, whatever came of it: it does not forget the first error.
    with pytest.raises(TencentCloudSDKException) as caught:
        erase({}, slow, retrying)
    assert caught.value.code == "RequestLimitExceeded"
    assert pauses == [0, 1, 2]
    pauses.clear()
    with ThreadPoolExecutor(1) as pool:
        with picture_server.holding() as held:
            waiting = pool.submit(call, service, scene.parameters(InputUrl=held))
            picture_server.until_asked()
            with pytest.raises(TencentCloudSDKException) as caught:
                erase(scene.parameters(), service.key, retrying)
        assert waiting.result().code == OK
    assert caught.value.code == JOB_LIMIT
    assert pauses == []
