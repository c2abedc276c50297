"""The access log: a line for each request, and none of what it carried."""

import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from clients.python_sdk import erase, profile
from harness import Service, eventually, running
from scenes import Scene

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def logging_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data_dir = tmp_path_factory.mktemp("access") / "data"
    with running(data_dir, "--access-log", "true", "--workers", "1", "--threads", "1") as service:
        yield service


def line(service: Service, path: str) -> dict[str, Any]:
    def find() -> dict[str, Any] | None:
        lines = service.log_lines()
        return next(
            (one for one in lines if one.get("event") == "request" and one["path"].startswith(path)), None
        )

    return eventually(find)


def test_a_page_and_a_result_have_their_lines(logging_service: Service, scene: Scene) -> None:
    with urllib.request.urlopen(f"{logging_service.url}/healthz", timeout=10) as answer:
        size = len(answer.read())
    found = line(logging_service, "/healthz")
    assert (found["client"], found["method"], found["answered"], found["bytes"]) == (
        "127.0.0.1", "GET", 200, size,
    )  # fmt: skip
    link = erase(scene.parameters(RspImgType="url"), logging_service.key, profile(logging_service))
    with urllib.request.urlopen(link, timeout=10) as answer:
        size = len(answer.read())
    path, query = link.removeprefix(logging_service.url).split("?", 1)
    assert line(logging_service, path)["bytes"] == size
    text = logging_service.log.read_text()
    assert query not in text
    assert "q-signature" not in text


def test_a_call_has_the_number_that_its_own_line_has(logging_service: Service, scene: Scene) -> None:
    erase(scene.parameters(), logging_service.key, profile(logging_service))
    calls = [one["RequestId"] for one in logging_service.log_lines() if one.get("event") == "call"]
    requests = eventually(
        lambda: [
            one for one in logging_service.log_lines() if one["event"] == "request" and "RequestId" in one
        ]
    )
    assert requests[-1]["RequestId"] in calls
    assert requests[-1]["user_agent"]


def test_there_is_none_unless_it_is_asked_for(service: Service) -> None:
    with urllib.request.urlopen(f"{service.url}/healthz", timeout=10):
        pass
    assert not [one for one in service.log_lines() if one.get("event") == "request"]
