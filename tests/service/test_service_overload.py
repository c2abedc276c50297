"""A service whose worker has too much to do, as the official SDK meets it."""

import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TypeAlias

import pytest
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.common.retry import StandardRetryer

from clients.python_sdk import erase, profile
from clients.raw import Caller, plain, receive
from harness import Key, Service, create_key, eventually, running
from scenes import Scene, assert_erased, red_square
from service.test_service_metrics import Page, Samples, at

# The SDK asks for the date in a way that Python 3.12 warns of.
pytestmark = [pytest.mark.service, pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")]


Calls: TypeAlias = "list[Future[str]]"


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    options = ("--workers", "1", "--threads", "1", "--max-wait", "0", "--metrics-port", "0")
    with running(tmp_path_factory.mktemp("busy") / "data", *options) as service:
        yield service


@contextmanager
def occupied(service: Service, key: Key, scene: Scene) -> Iterator[tuple[ThreadPoolExecutor, Calls]]:
    """Keep the worker at a call of `key`, with another of its calls next in line; both are answered after."""
    page, how = Page(service), profile(service)
    (worker,) = service.workers()
    with ThreadPoolExecutor(4) as pool:
        worker.suspend()
        try:
            calls = []
            for gauge in ("wuhen_jobs_running", "wuhen_jobs_waiting"):
                calls.append(pool.submit(erase, scene.parameters(), key, how))
                eventually(partial(_stands, page, gauge, 1))
            yield pool, calls
        finally:
            worker.resume()
        for call in calls:
            assert_erased(call.result(), scene)


def test_what_would_wait_too_long_is_refused_unread_and_tried_again_by_the_sdk(
    busy: Service, scene: Scene
) -> None:
    key, page = create_key(busy.data_dir, "--account", "greedy", "--concurrency", "9"), Page(busy)
    erase(scene.parameters(), key, profile(busy))
    pauses: list[int] = []

    def at_once(attempt: int) -> float:
        pauses.append(attempt)
        return 0.0

    with occupied(busy, key, scene):
        before = page.samples()
        with pytest.raises(TencentCloudSDKException) as caught:
            erase(scene.parameters(), key, profile(busy, retryer=StandardRetryer(3, at_once)))
        after = eventually(lambda: _counted(page, before, 3))
    assert caught.value.code == "RequestLimitExceeded"
    assert "服务繁忙" in caught.value.message
    assert pauses == [0, 1, 2]
    read = "wuhen_step_seconds_count"
    # It was read where the key has been used before; see below for elsewhere.
    assert at(after, read, step="glance") - at(before, read, step="glance") == 3
    assert at(after, read, step="verify") - at(before, read, step="verify") == 0


def test_who_has_not_shown_that_they_hold_the_key_does_not_learn_that_it_is_busy(
    busy: Service, scene: Scene
) -> None:
    key = create_key(busy.data_dir, "--account", "quiet", "--concurrency", "9")
    erase(scene.parameters(), key, profile(busy))
    stolen = Key(key.secret_id, "not its secret")
    request = plain(Caller.of(busy, scene.parameters(), key=stolen))
    with occupied(busy, key, scene):
        answers = {}
        for address in ("127.0.0.1", "127.0.0.2"):
            to = ("127.0.0.1", busy.port)
            with socket.create_connection(to, timeout=30, source_address=(address, 0)) as connection:
                connection.sendall(bytes(request))
                answers[address] = receive(connection).code
    assert answers == {"127.0.0.1": "RequestLimitExceeded", "127.0.0.2": "AuthFailure.SignatureFailure"}


def _counted(page: Page, before: Samples, count: int) -> Samples | None:
    name, after = "wuhen_refusals_total", page.samples()
    return after if at(after, name, reason="wait") - at(before, name, reason="wait") == count else None


def test_another_key_is_next_whatever_waits_of_a_greedy_one(busy: Service) -> None:
    # It takes longer than what comes after, so that calls are logged in the order in which they are done.
    scene = red_square(800, 600, side=250)
    greedy = create_key(busy.data_dir, "--account", "greedy", "--concurrency", "9")
    polite = create_key(busy.data_dir, "--account", "polite")
    with occupied(busy, greedy, scene) as (pool, calls):
        calls.append(pool.submit(erase, scene.parameters(), polite, profile(busy)))
        eventually(partial(_stands, Page(busy), "wuhen_jobs_waiting", 2))
    served = [
        line["account"] for line in busy.log_lines() if line["event"] == "call" and line["code"] == "OK"
    ]
    assert served[-3:] == ["greedy", "polite", "greedy"]


def _stands(page: Page, gauge: str, value: float) -> bool:
    return at(page.samples(), gauge) == value
