"""The access log: a line for each request, and none of what it carried."""

import urllib.request
from typing import Any

import pytest

from clients.python_sdk import erase, profile
from harness import Service, eventually
from scenes import Scene

pytestmark = pytest.mark.service


def line(service: Service, path: str) -> dict[str, Any]:
    def find() -> dict[str, Any] | None:
        lines = service.log_lines()
        return next(
            (one for one in lines if one.get("event") == "request" and one["path"].startswith(path)), None
        )

    return eventually(find)


def test_a_page_has_its_line(observed: Service) -> None:
    with urllib.request.urlopen(f"{observed.url}/healthz", timeout=10) as answer:
        size = len(answer.read())
    found = line(observed, "/healthz")
    assert (found["client"], found["method"], found["answered"], found["bytes"]) == (
        "127.0.0.1", "GET", 200, size,
    )  # fmt: skip


@pytest.mark.embedded("results")
def test_a_result_has_its_line(observed: Service, scene: Scene) -> None:
    link = erase(scene.parameters(RspImgType="url"), observed.key, profile(observed))
    with urllib.request.urlopen(link, timeout=10) as answer:
        size = len(answer.read())
    path, query = link.removeprefix(observed.url).split("?", 1)
    assert line(observed, path)["bytes"] == size
    text = observed.log.read_text()
    assert query not in text
    assert "q-signature" not in text


def test_a_call_has_the_number_that_its_own_line_has(observed: Service, scene: Scene) -> None:
    erase(scene.parameters(), observed.key, profile(observed))
    calls = [one["RequestId"] for one in observed.log_lines() if one.get("event") == "call"]
    requests = eventually(
        lambda: [one for one in observed.log_lines() if one["event"] == "request" and "RequestId" in one]
    )
    assert requests[-1]["RequestId"] in calls
    assert requests[-1]["user_agent"]


def test_there_is_none_unless_it_is_asked_for(service: Service) -> None:
    with urllib.request.urlopen(f"{service.url}/healthz", timeout=10):
        pass
    assert not [one for one in service.log_lines() if one.get("event") == "request"]
