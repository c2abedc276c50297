"""Two services that share their state, behind nginx as it is deployed, and called by the official SDK."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tencentcloud.common.exception import TencentCloudSDKException

from clients.common_sdk import ask
from clients.python_sdk import erase, profile
from clients.raw import Caller, plain, send
from estate import Estate
from harness import create_key, eventually, wuhen
from picture_server import PictureServer
from scenes import Scene, assert_erased

pytestmark = pytest.mark.service

LEASE_SECONDS = 15.0
"""More than it takes until a slot is free whose holder is gone."""


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory, picture_server: PictureServer) -> Iterator[Estate]:
    with Estate(tmp_path_factory.mktemp("estate"), picture_server.port, concurrency=1) as started:
        yield started


def code(estate: Estate, parameters: dict[str, Any]) -> str:
    """Call through nginx with the SDK, and return the error's code, or `OK`."""
    try:
        erase(parameters, estate.key, profile(estate.service))
    except TencentCloudSDKException as error:
        return str(error.get_code())
    return "OK"


def records(estate: Estate) -> list[dict[str, Any]]:
    return [json.loads(line) for line in wuhen("audit", "--data-dir", str(estate.data)).splitlines()]


def test_calls_are_shared_out_and_each_result_is_fetched_from_the_store(estate: Estate, scene: Scene) -> None:
    urls = [erase(scene.parameters(RspImgType="url"), estate.key, profile(estate.service)) for _ in range(4)]
    asked = (estate.root / "nginx/access.log").read_text()
    for node in estate.nodes:
        assert f"127.0.0.1:{node.port} 200" in asked
    for url in urls:
        assert url.startswith(estate.servers.store.url)
        with urllib.request.urlopen(url) as answer:
            assert answer.headers["content-type"] == "image/png"
            assert_erased(answer.read(), scene)
    # Not without the signature.
    with pytest.raises(urllib.error.HTTPError, match=r"40[03]"):
        urllib.request.urlopen(urls[0].partition("?")[0])
    assert len(records(estate)) == len(urls)


def test_one_slot_is_one_slot_over_both(estate: Estate, scene: Scene, picture_server: PictureServer) -> None:
    with picture_server.holding() as held, ThreadPoolExecutor(1) as pool:
        first = pool.submit(code, estate, scene.parameters(InputUrl=held, InputImage=None))
        picture_server.until_asked()
        told = [
            send(node.port, plain(Caller(estate.key, node.port, scene.parameters()))).code
            for node in estate.nodes
        ]
        picture_server.release.set()
        assert first.result() == "OK"
    assert told == ["RequestLimitExceeded.JobNumExceed"] * 2
    assert code(estate, scene.parameters()) == "OK"


def test_a_key_holds_at_both_from_when_it_is_made_until_it_is_disabled(estate: Estate, scene: Scene) -> None:
    key = create_key(estate.data, "--account", "brief")

    def told() -> list[str]:
        return [
            send(node.port, plain(Caller(key, node.port, scene.parameters()))).code for node in estate.nodes
        ]

    assert told() == ["OK", "OK"]
    wuhen("keys", "disable", "--data-dir", str(estate.data), key.secret_id)
    assert told() == ["AuthFailure.SecretIdNotFound"] * 2


def test_a_call_of_one_is_in_the_log_of_the_other(estate: Estate, scene: Scene) -> None:
    key = create_key(estate.data, "--account", "curious")
    first, second = estate.nodes
    answer = send(first.port, plain(Caller(key, first.port, scene.parameters())))

    def listed() -> bool:
        service = estate.at(second)
        return answer.request_id in json.dumps(ask(service, "DescribeCalls", key=key))

    eventually(listed)


def test_a_link_to_the_studio_opens_one_session_at_either(estate: Estate) -> None:
    link = wuhen("studio", "--data-dir", str(estate.data), "--public-url", estate.service.url).strip()
    body = json.dumps({"code": link.partition("code=")[2]}).encode()

    def opened(port: int) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/studio/session", body) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code

    with ThreadPoolExecutor(8) as pool:
        told = sorted(pool.map(opened, [node.port for node in estate.nodes] * 4))
    assert told == [200, *[403] * 7]


def test_no_log_and_no_page_holds_what_the_servers_are_opened_with(estate: Estate) -> None:
    seen = "".join(node.log.read_text() for node in estate.nodes)
    for node in estate.nodes:
        for page in (f"{node.port}/readyz", f"{node.metrics}/metrics"):
            with urllib.request.urlopen(f"http://127.0.0.1:{page}") as answer:
                seen += answer.read().decode()
    assert estate.servers.store.secret_key not in seen
    assert estate.key.secret_key not in seen


# The last of them: to start the service anew would take as long as all others together.
def test_a_service_that_is_killed_takes_nothing_with_it_but_its_call(
    estate: Estate, scene: Scene, picture_server: PictureServer
) -> None:
    before = len(records(estate)), estate.servers.store.files(estate.part.prefix)
    with picture_server.holding() as held, ThreadPoolExecutor(1) as pool:
        parameters = scene.parameters(InputUrl=held, InputImage=None, RspImgType="url")
        lost = pool.submit(code, estate, parameters)
        picture_server.until_asked()
        victim = estate.busy()
        assert victim is not None
        victim.kill()
        # Told in the protocol, with no second service having begun with it.
        assert lost.result() == "ServiceUnavailable"
    assert code(estate, scene.parameters()) == "RequestLimitExceeded.JobNumExceed"
    eventually(lambda: code(estate, scene.parameters()) == "OK", seconds=LEASE_SECONDS)
    assert (len(records(estate)), estate.servers.store.files(estate.part.prefix)) == (
        before[0] + 1,
        before[1],
    )
