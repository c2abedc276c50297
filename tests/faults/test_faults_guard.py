"""What a stranger may send: neither a long head, nor a dear one, nor one that can be read in two ways."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from clients.python_sdk import erase, profile
from clock import skip
from connection_server import serving_connections
from harness import Service
from wuhen.service.connections import Connections
from wuhen.service.guard import (
    FREE_CHUNKS,
    MAX_HEAD_BYTES,
    MAX_HEADER_LINES,
    MAX_PATH_BYTES,
    MIN_MEAN_CHUNK,
    REFUSED_BYTES,
    REFUSED_SECONDS,
)

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with method and size of the body; nobody, if the client is gone."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    text = f"{scope['method']}:{size};".encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(text))]}
    )
    await send({"type": "http.response.body", "body": text})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving_connections(application, Connections(100)) as port:
        yield port


async def exchange(port: int, *pieces: bytes) -> bytes:
    """Send pieces, each by itself, and return all that comes until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.01)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


def refusal(answer: bytes) -> tuple[int, str, str]:
    """Return status, code and message of the only answer there is."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"\r\nconnection: close" in head.lower()
    assert b"\r\ncontent-type: application/json\r\n" in head + b"\r\n"
    response: dict[str, Any] = json.loads(body)["Response"]
    assert re.fullmatch(r"[0-9a-f-]{36}", response["RequestId"])
    return int(head.split()[1]), response["Error"]["Code"], response["Error"]["Message"]


def headed(count: int, line: bytes = b"a: b\r\n") -> bytes:
    return GET[:-2] + line * count + b"\r\n"


async def test_a_head_within_all_bounds_is_read(port: int) -> None:
    path = b"/" + b"p" * (MAX_PATH_BYTES - 1)
    long = GET[:-2].replace(b"/ ", path + b" ") + b"a: " + b"b" * (MAX_HEAD_BYTES - 2100) + b"\r\n\r\n"
    for head in (headed(MAX_HEADER_LINES - 1), long):
        assert len(head) <= MAX_HEAD_BYTES
        assert (await exchange(port, head)).endswith(b"GET:0;")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (GET[:-2] + b"a: " + b"b" * 40_000 + b"\r\n\r\n", f"{MAX_HEAD_BYTES} bytes"),
        (b"GET /?" + b"q" * 500_000, f"{MAX_HEAD_BYTES} bytes"),
        (headed(MAX_HEADER_LINES), f"{MAX_HEADER_LINES} headers"),
        (headed(6000, b"a:\n"), f"{MAX_HEADER_LINES} headers"),
        (headed(6000, b" folded\r\n"), f"{MAX_HEADER_LINES} headers"),
        (b"GET /" + b"%41" * 10_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", f"{MAX_PATH_BYTES} bytes"),
    ],
    ids=["bytes", "target", "lines", "bare lines", "folded lines", "path"],
)
@pytest.mark.parametrize("pieces", [1, 7])
async def test_a_head_beyond_a_bound_gets_the_envelope(
    port: int, head: bytes, reason: str, pieces: int
) -> None:
    size = len(head) // pieces + 1
    answer = await exchange(port, *(head[at : at + size] for at in range(0, len(head), size)), GET)
    status, code, message = refusal(answer)
    assert (status, code) == (200, "RequestSizeLimitExceeded")
    assert reason in message


async def test_what_is_refused_is_told_in_the_callers_language(port: int) -> None:
    head = b"GET / HTTP/1.1\r\nHost: h\r\nx-tc-language: zh-CN\r\n" + b"a: b\r\n" * 1000
    assert "请求头数量超过" in refusal(await exchange(port, head))[2]
    assert "请求包超过" in refusal(await exchange(port, b"GET /?Language=zh-CN&a=" + b"b" * 40_000))[2]


async def test_a_second_request_in_a_refused_one_is_not_answered(port: int) -> None:
    answer = await exchange(port, headed(1000) + GET, GET)
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "head",
    [
        CHUNKED + b"Content-Length: 5\r\n",
        CHUNKED.replace(b"Transfer", b"Content-Length: 40\r\nTransfer"),
        CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0"),
    ],
)
async def test_a_body_of_two_lengths_is_refused_and_the_connection_closed(port: int, head: bytes) -> None:
    answer = await exchange(port, head + b"\r\n0\r\n\r\n" + GET)
    status, code, message = refusal(answer)
    assert (status, code) == (400, "UnsupportedProtocol")
    assert "`Transfer-Encoding`" in message
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nX : y\r\n\r\n",
        b"GET / HTTP/1.1\nHost: h\n\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nX: y\nZ: z\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nX: y\r\n z\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nX: y\r\n\tz\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nX: y\rZ: z\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        CHUNKED + b"\r\nzz\r\n",
        CHUNKED + b"\r\n1\r\nabc",
    ],
)
async def test_what_is_not_http_gets_an_envelope_too(port: int, request_bytes: bytes) -> None:
    assert refusal(await exchange(port, request_bytes, GET))[:2] == (400, "UnsupportedProtocol")


async def test_the_answer_to_head_has_no_body(port: int) -> None:
    answer = await exchange(port, CHUNKED.replace(b"POST", b"HEAD") + b"Content-Length: 5\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(b"\r\n\r\n")


def chunk(size: int) -> bytes:
    return b"%x\r\n%s\r\n" % (size, b"x" * size)


async def test_bodies_in_chunks_are_read(port: int) -> None:
    few_small = chunk(1) * FREE_CHUNKS + chunk(MIN_MEAN_CHUNK) * 500
    answer = await exchange(port, CHUNKED + b"\r\n" + few_small + b"0\r\n\r\n" + GET)
    assert b"POST:%d;" % (FREE_CHUNKS + MIN_MEAN_CHUNK * 500) in answer
    assert answer.endswith(b"GET:0;")


async def test_bodies_in_crumbs_are_refused(port: int) -> None:
    status, code, message = refusal(await exchange(port, CHUNKED + b"\r\n" + chunk(1) * 40_000, GET))
    assert (status, code) == (400, "UnsupportedProtocol")
    assert f"{MIN_MEAN_CHUNK} bytes or more" in message


@pytest.mark.parametrize("cut", range(-22, 0))
async def test_trailers_are_refused_wherever_they_are_cut(port: int, cut: int) -> None:
    body = CHUNKED + b"\r\n3\r\nabc\r\n00;x\r\na: b\r\n\r\n"
    message = refusal(await exchange(port, body[:cut], body[cut:]))[2]
    assert "trailers" in message


@pytest.mark.parametrize("cut", range(-12, 0))
async def test_a_body_without_trailers_is_read_wherever_it_is_cut(port: int, cut: int) -> None:
    body = CHUNKED + b"\r\n3\r\nabc\r\n0 \r\n\r\n"
    assert (await exchange(port, body[:cut], body[cut:])).endswith(b"POST:3;")


async def flood(writer: asyncio.StreamWriter, size: int) -> None:
    for _ in range(size // 65_536):
        writer.write(b"a" * 65_536)
        await writer.drain()


@pytest.mark.parametrize("seconds", [REFUSED_SECONDS / 2, REFUSED_SECONDS + 1])
async def test_one_who_goes_on_sending_is_heard_for_a_while_only(port: int, seconds: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(headed(1000))
    assert b"RequestSizeLimitExceeded" in await reader.readuntil(b"}}")
    await skip(seconds)
    with pytest.raises(ConnectionError):
        await flood(writer, 2 * REFUSED_BYTES if seconds < REFUSED_SECONDS else 1024 * 1024)
    writer.close()


def test_an_sdk_sees_the_code_of_a_get_that_is_far_too_long(service: Service) -> None:
    for size in (40_000, 500_000):
        with pytest.raises(TencentCloudSDKException) as caught:
            erase({"InputUrl": "http://h/" + "a" * size}, service.key, profile(service, method="GET"))
        assert caught.value.code == "RequestSizeLimitExceeded"
        assert caught.value.requestId
