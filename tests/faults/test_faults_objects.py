"""An object store under a running service: results lie there, and its faults cost no more than they must."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from clients.python_sdk import erase, profile
from clients.raw import call
from harness import Service, eventually, running
from scenes import Scene, assert_erased
from servers.s3 import BUCKET, RCLONE, REGION, S3Server, serving_s3
from wuhen.service.checks import find_faults
from wuhen.service.risks import find_risks
from wuhen.settings import load

pytestmark = pytest.mark.skipif(RCLONE is None, reason="there is no rclone here")

AT_ONCE = 2.0
"""Seconds within which nothing has been tried again."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """An object store that is to fail."""
    with serving_s3(tmp_path_factory.mktemp("frail-s3")) as started:
        yield started


@pytest.fixture(scope="module")
def pair(store: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store's key pair in a file."""
    file = tmp_path_factory.mktemp("pair") / "pair.json"
    file.write_text(json.dumps({"SecretId": store.secret_id, "SecretKey": store.secret_key}))
    file.chmod(0o600)
    return file


@pytest.fixture(scope="module")
def results(store: S3Server, pair: Path) -> dict[str, Any]:
    """The settings that name it."""
    return {
        "results_url": f"s3://{BUCKET}/results",
        "results_endpoint": store.url,
        "results_region": REGION,
        "results_credentials": str(pair),
    }


@pytest.fixture(scope="module")
def service(results: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    options = [part for name, value in results.items() for part in (f"--{name.replace('_', '-')}", value)]
    data = tmp_path_factory.mktemp("objects") / "data"
    with running(data, *options, "--workers", "1", "--threads", "1") as started:
        yield started


def readiness(service: Service) -> tuple[int, list[str]]:
    """Return what `/readyz` says: its status, and what is missing."""
    try:
        with urllib.request.urlopen(service.url + "/readyz", timeout=10) as answer:
            return answer.status, []
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)["missing"]


def fetch(url: str) -> tuple[bytes, str]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read(), answer.headers["content-type"]


def count_results(store: S3Server) -> int:
    return sum(name.startswith("until-") for name in store.files("results"))


@pytest.fixture(scope="module")
def url(service: Service, scene: Scene) -> str:
    """A result, as the official SDK is given it."""
    return erase(scene.parameters(RspImgType="url"), service.key, profile(service))


def test_the_store_hands_out_what_the_service_made(
    url: str, service: Service, store: S3Server, scene: Scene
) -> None:
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == store.url
    assert parts.path.startswith(f"/{BUCKET}/results/until-")
    data, media_type = fetch(url)
    assert media_type == "image/png"
    assert_erased(data, scene)
    # Nothing of it lies here, and whoever asks here is told so in the protocol's words.
    assert not (service.data_dir / "results").exists()
    assert not (service.data_dir / "result-key.json").exists()
    found, _ = fetch(f"{service.url}/results/{parts.path.rpartition('/')[2]}")
    assert b'"Error"' in found


def test_a_store_that_restarts_within_a_call_costs_it_a_moment(
    service: Service, store: S3Server, scene: Scene
) -> None:
    store.stop()
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(call, service, scene.parameters(RspImgType="url"))
        time.sleep(1)
        store.start()
        assert_erased(fetch(waiting.result().image)[0], scene)


def test_while_the_store_is_away_that_is_told_and_nobody_works_in_vain(
    url: str, service: Service, store: S3Server, scene: Scene
) -> None:
    before = count_results(store)
    store.stop()
    try:
        eventually(lambda: readiness(service) == (503, ["results"]), seconds=20)
        started = time.monotonic()
        answer = call(service, scene.parameters(RspImgType="url"))
        assert (answer.status, answer.code) == (200, "FailedOperation.InnerError")
        assert time.monotonic() - started < AT_ONCE
        assert call(service, scene.parameters()).code == "OK"
    finally:
        store.start()
    eventually(lambda: readiness(service) == (200, []), seconds=20)
    assert call(service, scene.parameters(RspImgType="url")).code == "OK"
    assert count_results(store) == before + 1
    assert_erased(fetch(url)[0], scene)
    log = service.log.read_text()
    assert "connection refused" in log
    assert store.secret_key not in log
    assert "X-Amz-Signature" not in log


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({}, ""),
        ({"results_url": "s3://not-there/results"}, "s3://not-there/results: there is no such bucket"),
        ({"results_credentials": "/not/there"}, "cannot read /not/there: No such file or directory"),
        ({"results_endpoint": "http://127.0.0.1:9"}, "s3://pictures/results: connection refused"),
    ],
)
def test_what_would_fail_is_told_before_the_start(
    results: dict[str, Any], tmp_path: Path, changed: dict[str, str], fault: str
) -> None:
    assert find_faults(load(port=0, data_dir=tmp_path, **results | changed)) == ([fault] if fault else [])


def test_a_store_that_shows_all_to_anybody_is_told(
    results: dict[str, Any], tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    def told(endpoint: str) -> list[str]:
        settings = load(data_dir=tmp_path, **results | {"results_endpoint": endpoint})
        return [risk for risk in find_risks(settings) if risk.startswith("results_url")]

    assert told(results["results_endpoint"]) == []
    with serving_s3(tmp_path_factory.mktemp("open-s3"), open_to_all=True) as anybody:
        [risk] = told(anybody.url)
    assert risk.startswith("results_url: anybody can list s3://pictures/results")
