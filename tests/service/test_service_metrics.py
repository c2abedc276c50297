"""The metrics: what is counted, where it can be read, and that no caller's words are in it."""

import base64
import json
import socket
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import Message
from tencentcloud.common.exception import TencentCloudSDKException

from clients.python_sdk import erase, profile
from harness import Key, Service, create_key, eventually
from scenes import Scene, assert_erased
from wuhen._version import __version__
from wuhen.service.arrival import Arrival
from wuhen.service.context import CallContext
from wuhen.service.laps import Lap
from wuhen.service.metrics import Metrics
from wuhen.wire import HttpRequest, Language

pytestmark = pytest.mark.service

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


class Page:
    """`/metrics` of a service."""

    def __init__(self, service: Service) -> None:
        self.url = next(line["url"] for line in service.log_lines() if line["event"] == "metrics")

    def text(self) -> str:
        with urllib.request.urlopen(self.url, timeout=10) as answer:
            return str(answer.read().decode())

    def samples(self) -> Samples:
        families = text_string_to_metric_families(self.text())
        return {
            (one.name, frozenset(one.labels.items())): one.value
            for family in families
            for one in family.samples
        }


def at(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0.0)


@pytest.fixture
def page(observed: Service) -> Page:
    return Page(observed)


def added_since(page: Page, before: Samples) -> Samples:
    """Return by how much everything has grown."""
    return {key: value - before.get(key, 0.0) for key, value in page.samples().items()}


def added_to(page: Page, before: Samples) -> Samples:
    """Return by how much everything has grown, once an answer has been counted."""

    def added() -> Samples | None:
        grown = added_since(page, before)
        return grown if at(grown, "wuhen_answered_bytes_total") else None

    return eventually(added)


def test_a_call_is_counted_by_action_and_code(observed: Service, page: Page, scene: Scene) -> None:
    before = page.samples()
    result = base64.b64decode(erase(scene.parameters(), observed.key, profile(observed)))
    assert_erased(result, scene)
    added = added_to(page, before)
    assert at(added, "wuhen_calls_total", action="ImageInpaintingRemoval", code="OK") == 1
    assert at(added, "wuhen_call_seconds_count", action="ImageInpaintingRemoval") == 1
    assert at(added, "wuhen_erasures_total", engine="patch") == 1
    assert at(added, "wuhen_photo_pixels_total") > at(added, "wuhen_filled_pixels_total") > 0
    assert at(added, "wuhen_answered_bytes_total") > len(result)
    assert at(added, "wuhen_received_bytes_total") > len(scene.photo) + len(scene.mask)
    for stage in ("decode", "fill", "label", "encode"):
        assert at(added, "wuhen_stage_seconds_count", stage=stage) == 1
    for step in ("identify", "receive_body", "verify", "route", "admit", "handle", "job", "audit"):
        assert at(added, "wuhen_step_seconds_count", step=step) == 1


def test_a_refused_call_is_counted_by_its_code(observed: Service, page: Page, scene: Scene) -> None:
    before = page.samples()
    stranger = Key("AKIDstranger", observed.key.secret_key)
    with pytest.raises(TencentCloudSDKException, match="SecretIdNotFound"):
        erase(scene.parameters(), stranger, profile(observed))
    added = added_to(page, before)
    code = "AuthFailure.SecretIdNotFound"
    assert at(added, "wuhen_calls_total", action="ImageInpaintingRemoval", code=code) == 1
    assert at(added, "wuhen_filled_pixels_total") == 0


def test_what_a_caller_names_is_no_label(observed: Service, page: Page) -> None:
    before = page.samples()
    for name in ("NoSuchAction", 'x"} 1\\n', "ü" * 300):
        request = urllib.request.Request(
            f"{observed.url}/?Action=q", headers={"X-TC-Action": name.encode().decode("latin-1")}
        )
        with suppress(urllib.error.URLError, ValueError), urllib.request.urlopen(request, timeout=10):
            pass
    added = added_to(page, before)
    assert "NoSuchAction" not in page.text()
    counted = {labels for (name, labels), value in added.items() if name == "wuhen_calls_total" and value}
    assert {dict(labels)["action"] for labels in counted} == {"other"}


def test_the_page_is_not_where_callers_call(observed: Service, page: Page) -> None:
    with urllib.request.urlopen(f"{observed.url}/metrics", timeout=10) as answer:
        assert b"wuhen_" not in answer.read()
    assert page.url.startswith("http://127.0.0.1:")


def test_there_is_no_page_unless_it_is_asked_for(service: Service) -> None:
    assert not [line for line in service.log_lines() if line.get("event") == "metrics"]


def test_no_key_and_no_account_is_in_it(observed: Service, page: Page, scene: Scene) -> None:
    erase(scene.parameters(), observed.key, profile(observed))
    text = page.text()
    account = next(line["account"] for line in observed.log_lines() if "account" in line)
    for secret in (observed.key.secret_id, observed.key.secret_key, account):
        assert secret not in text


def test_what_is_the_case_is_asked_for_when_it_is_read(page: Page) -> None:
    samples = page.samples()
    assert at(samples, "wuhen_ready") == 1
    assert {value for (name, _), value in samples.items() if name == "wuhen_missing"} == {0}
    assert at(samples, "wuhen_missing", part="workers") == 0
    assert at(samples, "wuhen_free_bytes", place="data") > 0
    assert at(samples, "process_open_fds") > 0
    assert at(samples, "wuhen_build_info", version=__version__) == 1


def test_a_job_that_waits_shows(observed: Service, page: Page, scene: Scene) -> None:
    """One worker, stopped: the first job has it, the second waits."""
    keys = [create_key(observed.data_dir) for _ in range(2)]
    (worker,) = observed.workers()
    worker.suspend()
    try:
        with ThreadPoolExecutor() as pool:
            for key in keys:
                pool.submit(erase, scene.parameters(), key, profile(observed))
            eventually(lambda: at(page.samples(), "wuhen_jobs_waiting") == 1, seconds=20)
            waiting = page.samples()
            assert at(waiting, "wuhen_jobs_running") == 1
            assert at(waiting, "wuhen_slots_held") == 2
            assert at(waiting, "wuhen_calls_running") == 2
            eventually(lambda: at(page.samples(), "wuhen_queue_oldest_seconds") > 0.2, seconds=20)
            worker.resume()
    finally:
        worker.resume()
    done = page.samples()
    for gauge in ("jobs_waiting", "jobs_running", "slots_held", "queue_oldest_seconds"):
        assert at(done, f"wuhen_{gauge}") == 0
    assert at(done, "wuhen_queue_wait_seconds_count") >= 2
    assert at(done, "wuhen_workers") == 1


def test_a_worker_that_is_killed_is_counted_and_another_comes(
    observed: Service, page: Page, scene: Scene
) -> None:
    before = page.samples()
    (worker,) = observed.workers()
    worker.kill()
    # A replica of a cluster tells of it with its next answer.
    erase(scene.parameters(), observed.key, profile(observed))
    eventually(lambda: at(added_since(page, before), "wuhen_worker_losses_total", cause="signal") == 1)
    eventually(lambda: at(page.samples(), "wuhen_workers_living") == 1, seconds=60)
    assert at(added_since(page, before), "wuhen_worker_losses_total", cause="asked") == 0


def test_what_cannot_be_read_is_counted_and_connections_show(observed: Service, page: Page) -> None:
    before = page.samples()
    with socket.create_connection(("127.0.0.1", observed.port)) as connection:
        eventually(lambda: at(added_since(page, before), "wuhen_connections") >= 1)
        connection.sendall(b"NO HTTP\r\n\r\n")
        answer = json.loads(connection.makefile("rb").read().partition(b"\r\n\r\n")[2])
    code = answer["Response"]["Error"]["Code"]
    assert at(added_since(page, before), "wuhen_calls_total", action="other", code=code) == 1


def test_a_worker_adds_no_names_without_end() -> None:
    metrics = Metrics()
    for name in ("fill", *(f"x{number}" for number in range(500)), 'a"} 1\nb', "y" * 99):
        lap = Lap("job", 0.0, inner=[Lap(name, 0.0, in_worker=True)])
        head = HttpRequest("GET")
        arrival = Arrival(_receive_nothing, 0, 1.0)
        context = CallContext("http", "", "", arrival, head, Language.ENGLISH, laps=[lap])
        metrics.count_call(context)
    page = metrics.render("")[0].decode()
    stages = {line for line in page.splitlines() if line.startswith("wuhen_stage_seconds_count")}
    assert len(stages) <= 65
    assert 'wuhen_stage_seconds_count{stage="fill"} 1.0' in stages
    assert any('stage="other"' in line for line in stages)
    assert "yyy" not in page


async def _receive_nothing() -> Message:
    return {"type": "http.disconnect"}
