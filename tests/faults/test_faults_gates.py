"""Gates that the service shares with others: what callers are told when another has the slot, and without."""

import asyncio
import json
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from tencentcloud.common.exception import TencentCloudSDKException

from clients.python_sdk import erase, profile
from harness import Service, eventually, running
from scenes import Scene
from servers.redis import RedisServer, serving
from wuhen.accounts.gates.link import Link
from wuhen.accounts.gates.slots import SharedConcurrencyGate
from wuhen.service.gates import Gates, find_risks
from wuhen.service.health import Health
from wuhen.service.risks import find_risks as find_all_risks
from wuhen.settings import load

PASSWORD = "s3cret-of-gates"


@pytest.fixture(scope="module")
def frail_server() -> Iterator[RedisServer]:
    """A server that is to be stopped."""
    with serving() as started:
        yield started


@pytest.fixture(scope="module")
def prefix(frail_server: RedisServer) -> str:
    return frail_server.prefix()


@pytest.fixture(scope="module")
def sharing(
    frail_server: RedisServer, prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A service that shares its gates with the tests, which are another one."""
    # The server takes any password of the user that all have by default.
    url = frail_server.url.replace("unix://", f"unix://default:{PASSWORD}@")
    options = ("--workers", "1", "--threads", "1", "--metrics-port", "0", "--gates-prefix", prefix)
    with running(tmp_path_factory.mktemp("gates") / "data", "--gates-url", url, *options) as started:
        yield started


def code_of(service: Service, scene: Scene) -> str:
    """Return what an erasure is answered, with the official SDK."""
    try:
        erase(scene.parameters(), service.key, profile(service))
    except TencentCloudSDKException as error:
        return str(error.get_code())
    return "OK"


def missing(service: Service) -> list[str]:
    """Return what `/readyz` says is missing."""
    try:
        with urllib.request.urlopen(service.url + "/readyz", timeout=10):
            return []
    except urllib.error.HTTPError as error:
        with error:
            return list(json.load(error)["missing"])


def metric(service: Service, name: str) -> float:
    """Return the value of a metric."""
    page = next(line["url"] for line in service.log_lines() if line["event"] == "metrics")
    with urllib.request.urlopen(page, timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))


def test_a_slot_that_another_service_holds_is_none_here(
    sharing: Service, frail_server: RedisServer, prefix: str, scene: Scene
) -> None:
    assert code_of(sharing, scene) == "OK"
    account = next(line["account"] for line in sharing.log_lines() if line["event"] == "call")

    async def hold() -> str:
        link = Link(frail_server.url, prefix=prefix)
        async with link.kept(), SharedConcurrencyGate(link, "slots").slot(account, 1):
            return await asyncio.to_thread(code_of, sharing, scene)

    assert asyncio.run(hold()) == "RequestLimitExceeded.JobNumExceed"
    assert code_of(sharing, scene) == "OK"


def test_without_the_server_callers_are_told_and_afterwards_all_is_well(
    sharing: Service, frail_server: RedisServer, scene: Scene
) -> None:
    frail_server.stop(signal.SIGKILL)
    eventually(lambda: missing(sharing) == ["gates"])
    assert code_of(sharing, scene) == "ServiceUnavailable"
    assert metric(sharing, "wuhen_gates_away") == 1
    frail_server.start()
    eventually(lambda: missing(sharing) == [])
    assert code_of(sharing, scene) == "OK"
    assert metric(sharing, "wuhen_gates_away") == 0
    told = [line["event"] for line in sharing.log_lines() if "gates" in line["event"]]
    assert told == ["gates away", "gates are back"]
    assert PASSWORD not in sharing.log.read_text()


@pytest.mark.parametrize(
    ("policy", "status", "said"),
    [
        ("refuse", 503, {"status": "not ready", "missing": ["gates"]}),
        ("local", 200, {"status": "ready", "impaired": ["gates"]}),
    ],
)
async def test_health_tells_what_becomes_of_calls(
    policy: str, status: int, said: dict[str, object], tmp_path: Path
) -> None:
    class Workers:
        ready = True

    gates = Gates.open(load(data_dir=tmp_path, gates_url=f"unix://{tmp_path}/none", gates_away=policy))
    health = Health(Workers(), gates.checks(), gates.impaired)  # type: ignore[arg-type]
    async with gates.kept():
        async with asyncio.timeout(10):
            while not gates.is_away:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        answer = await health.ready(Request({"type": "http", "query_string": b""}))
    assert (answer.status_code, json.loads(bytes(answer.body))) == (status, said)


def test_a_server_that_may_delete_slots_is_told_of(frail_server: RedisServer, tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path, gates_url=frail_server.url)
    with frail_server.client() as client:
        assert list(find_risks(settings)) == []
        client.config_set("maxmemory", "100mb")
        client.config_set("maxmemory-policy", "allkeys-lru")
    [risk] = find_risks(settings)
    assert "noeviction" in risk


def test_what_should_not_be_left_so_is_told_without_the_password(tmp_path: Path) -> None:
    url = f"redis://:{PASSWORD}@0.0.0.0:1"
    settings = load(data_dir=tmp_path, gates_url=url)
    risks = list(find_risks(settings))
    assert len(risks) == 2
    assert "rediss" in risks[0]
    assert "cannot be used" in risks[1]
    assert PASSWORD not in f"{risks} {settings!r}"


async def test_where_an_event_loop_runs_already_risks_are_found_too(tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path, gates_url=f"unix://{tmp_path}/none")
    assert any(risk.startswith("gates_url: the server cannot be used") for risk in find_all_risks(settings))
