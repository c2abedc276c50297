"""The door for agents, as the protocol's official client comes through it."""

import asyncio
import base64
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
import requests
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, ImageContent, ResourceLink, TextContent

from faults.sending import megabytes
from harness import Service, create_bearer, eventually
from pictures import base64_of
from scenes import Scene, assert_erased, red_square

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def bearer(observed: Service) -> str:
    return create_bearer(observed.data_dir, "--account", "agents")


@asynccontextmanager
async def client(service: Service, key: str, mode: str = "auto", **headers: str) -> AsyncIterator[Client]:
    """Connect as an agent does that was given the address and the key."""
    sent = {"Authorization": f"Bearer {key}", **headers}
    async with httpx2.AsyncClient(headers=sent, timeout=60) as http:
        transport = streamable_http_client(f"{service.url}/mcp", http_client=http)
        async with Client(transport, mode=mode) as connected:
            yield connected


def sent(scene: Scene, **more: Any) -> dict[str, Any]:
    return {"image": base64_of(scene.photo), "mask": base64_of(scene.mask), "logo_add": False} | more


def text_of(result: CallToolResult) -> str:
    (text,) = [one.text for one in result.content if isinstance(one, TextContent)]
    return text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_an_agent_erases_finds_and_inspects(
    observed: Service, bearer: str, scene: Scene, mode: str
) -> None:
    told: list[float] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        del total, message
        told.append(progress)

    async with client(observed, bearer, mode) as agent:
        offered = {tool.name for tool in (await agent.list_tools()).tools}
        assert offered == {"erase", "find", "inspect", "select"}
        done = await agent.call_tool("erase", sent(scene), progress_callback=note)
        (image,) = [one for one in done.content if isinstance(one, ImageContent)]
        assert_erased(base64.b64decode(image.data), scene)
        assert image.data[60:100].encode() not in observed.log.read_bytes()
        assert told
        uri = await agent.call_tool("find", {"image": f"data:image/png;base64,{base64_of(scene.photo)}"})
        assert uri.structured_content["count"] == 0
        labels = await agent.call_tool("inspect", {"image": image.data})
        assert labels.structured_content["Format"] == "PNG"
    request_id = done.structured_content["request_id"]
    line = next(one for one in observed.log_lines() if one.get("RequestId") == request_id)
    assert (line["action"], line["form"], line["account"], line["code"]) == (
        "EraseRegions", "mcp", "agents", "OK")  # fmt: skip


async def test_what_is_refused_is_told_in_the_services_words(
    observed: Service, bearer: str, scene: Scene
) -> None:
    async with client(observed, bearer) as agent:
        for given, text in (
            ({"image": base64_of(scene.photo)}, "Nothing says what is to be erased"),
            (sent(scene, mask=base64_of(red_square(50, 40).mask)), "50x40"),
            (sent(scene, image="http://127.0.0.1:9/a.png"), "InvalidParameterValue.UrlIllegal"),
            (sent(scene, image="file:///etc/passwd"), "base64"),
            (sent(scene, seed=[]), "`Seed`"),
        ):
            refused = await agent.call_tool("erase", given)
            assert refused.is_error
            assert text in text_of(refused)
    async with client(observed, bearer, **{"Accept-Language": "zh"}) as agent:
        refused = await agent.call_tool("erase", {"image": base64_of(scene.photo)})
        assert "需要消除" in text_of(refused)


async def test_a_large_result_comes_as_a_link(observed: Service, bearer: str) -> None:
    scene = red_square(1000, 800)
    async with client(observed, bearer) as agent:
        done = await agent.call_tool("erase", sent(scene, result_format="png"))
    (link,) = [one for one in done.content if isinstance(one, ResourceLink)]
    assert link.mime_type == "image/png"
    fetched = await asyncio.to_thread(requests.get, str(link.uri), timeout=10)
    assert_erased(fetched.content, scene)


async def test_a_call_that_nobody_wants_any_more_ends(observed: Service, bearer: str) -> None:
    given = sent(red_square(1200, 900, side=700))
    scope = anyio.CancelScope()

    async def leave(progress: float, total: float | None, message: str | None) -> None:
        del progress, total, message
        scope.cancel()

    async with client(observed, bearer) as agent:
        with scope:
            await agent.call_tool("erase", given, progress_callback=leave)
    assert scope.cancelled_caught
    line = eventually(lambda: next((one for one in observed.log_lines() if is_gone(one)), None))
    assert line["account"] == "agents"


def is_gone(line: dict[str, Any]) -> bool:
    return line["event"] == "client gone" and line.get("form") == "mcp"


def test_who_may_not_come_in_is_told_so(observed: Service, bearer: str) -> None:
    url, right = f"{observed.url}/mcp", {"Authorization": f"Bearer {bearer}"}
    for headers, body, status in (
        ({}, b"{}", 401),
        ({"Authorization": f"Bearer {observed.key.secret_key}"}, b"{}", 401),
        (right | {"Origin": "http://evil.example"}, b"{}", 403),
        (right | {"Origin": "null"}, b"{}", 403),
        (right, b" " * (16 * 1024**2 + 1), 413),
        (right, b"[" + b"{}," * 70_000 + b"{}]", 400),
    ):
        answer = requests.post(url, body, headers=headers, timeout=10)
        assert (answer.status_code, answer.json()["jsonrpc"]) == (status, "2.0"), headers
        assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    assert requests.get(url, headers=right, timeout=10).status_code == 405
    page = requests.post(url, json={}, headers=right | {"Origin": "http://localhost:6274"}, timeout=10)
    assert page.status_code not in {401, 403}
    for body in (
        b"",
        b"[",
        b"\xff",
        b"[]",
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": 1}',
    ):
        typed = right | {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        answer = requests.post(url, body, headers=typed, timeout=10)
        assert 400 <= answer.status_code < 500, body


def test_large_messages_are_held_few_at_a_time(observed: Service, bearer: str) -> None:
    headers = {"Authorization": f"Bearer {bearer}", "Accept": "application/json, text/event-stream"}
    given = {"name": "find", "arguments": {"picture": "x" * 8_000_000}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": given}

    def send(_: int) -> int:
        answer = requests.post(f"{observed.url}/mcp", headers=headers, json=message, timeout=60)
        return answer.status_code

    before = megabytes(observed)
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(send, range(16))) == {200}
    assert megabytes(observed) < before + 160


def test_the_door_is_closed_unless_it_is_named(service: Service) -> None:
    answer = requests.post(f"{service.url}/mcp", json={}, timeout=10)
    assert answer.json()["Response"]["Error"]["Code"] == "UnsupportedProtocol"
