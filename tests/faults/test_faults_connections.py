"""Clients that take their time: none of them holds a connection for good, or keeps another out."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from clock import skip
from wuhen.service import connections
from wuhen.service.connections import ANSWER_SECONDS, HEAD_SECONDS, LINGER_SECONDS, Connection

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"


async def application(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
    """Answer what the path says: that many bytes."""
    size = int(scope["path"].removeprefix("/") or 2)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
    await send({"type": "http.response.body", "body": b"x" * size})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            application, http=Connection, lifespan="off", log_config=None, timeout_keep_alive=3600
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)
        yield int(listening.getsockname()[1])
        server.should_exit = True
        await task


async def opened(port: int, data: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    await writer.drain()
    return reader, writer


async def rest(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the server closes the connection."""
    try:
        return await reader.read()
    except ConnectionError:
        return b""


async def given_up(reader: asyncio.StreamReader, meanwhile: Callable[[], None] = lambda: None) -> float:
    """Let seconds pass until the server closes the connection without a word; return how many."""
    ending = asyncio.create_task(rest(reader))
    for seconds in range(1000):
        if ending.done():
            assert ending.result() == b""
            return seconds
        meanwhile()
        await skip(1)
    raise AssertionError("the connection is still open")


@pytest.mark.parametrize("sent", [b"", b"G", GET[:-2]])
async def test_a_head_without_end_is_given_up(port: int, sent: bytes) -> None:
    reader, writer = await opened(port, sent)
    assert await given_up(reader) == pytest.approx(HEAD_SECONDS, abs=5)
    writer.close()


async def test_a_head_that_comes_byte_by_byte_is_given_up(port: int) -> None:
    reader, writer = await opened(port)
    assert await given_up(reader, lambda: writer.write(b"a")) == pytest.approx(HEAD_SECONDS, abs=5)
    writer.close()


async def test_an_idle_connection_stays_for_further_requests(port: int) -> None:
    reader, writer = await opened(port)
    for _ in range(3):
        writer.write(GET[:10])
        await skip(HEAD_SECONDS / 2)
        writer.write(GET[10:])
        assert b"200 OK" in await reader.readuntil(b"xx")
        await skip(HEAD_SECONDS * 1.5)
    writer.close()


async def test_a_further_head_without_end_is_given_up(port: int) -> None:
    reader, writer = await opened(port, GET)
    await reader.readuntil(b"xx")
    writer.write(GET[:-2])
    assert await given_up(reader) == pytest.approx(HEAD_SECONDS, abs=5)
    writer.close()


async def test_a_body_that_goes_on_after_the_answer_is_given_up(port: int) -> None:
    reader, writer = await opened(port, b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n")
    await reader.readuntil(b"xx")
    assert await given_up(reader, lambda: writer.write(b"a")) == pytest.approx(LINGER_SECONDS, abs=5)
    writer.close()


async def test_a_body_that_ends_after_the_answer_leaves_the_connection_usable(port: int) -> None:
    reader, writer = await opened(port, b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab")
    await reader.readuntil(b"xx")
    writer.write(b"cd" + GET)
    assert b"200 OK" in await reader.readuntil(b"xx")
    await skip(LINGER_SECONDS * 2)
    writer.write(GET)
    assert b"200 OK" in await reader.readuntil(b"xx")
    writer.close()


async def test_an_answer_that_nobody_reads_is_given_up(port: int) -> None:
    reader, writer = await opened(port, b"GET /30000000 HTTP/1.1\r\nHost: h\r\n\r\n")
    for _ in range(int(ANSWER_SECONDS) + 10):
        await skip(1)
    assert len(await rest(reader)) < 30_000_000
    writer.close()


async def test_the_oldest_idle_connection_makes_room(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_WAITING", 3)
    idle = [await opened(port) for _ in range(5)]
    reader, writer = await opened(port, GET)
    assert b"200 OK" in await reader.readuntil(b"xx")
    for old, _ in idle[:3]:
        assert await rest(old) == b""
    assert not idle[-1][0].at_eof()
    for _, other in (*idle, (reader, writer)):
        other.close()
