"""Clients that take their time: none of them holds a connection for good, or keeps another out."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from ipaddress import ip_network
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from certificates import issue
from clock import skip
from connection_server import serving_connections
from wuhen.service.connections import (
    ANSWER_RATE,
    ANSWER_SECONDS,
    HEAD_SECONDS,
    LINGER_SECONDS,
    LOOK_SECONDS,
    Connections,
)
from wuhen.service.crowd import Crowd
from wuhen.service.forwarding import Forwarding, Proxies
from wuhen.service.listening import HANDSHAKE_SECONDS

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"


released = asyncio.Event()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer what the path says: that many bytes, or when the body is whole, or when it is released."""
    said = scope["path"].removeprefix("/") or "2"
    if said == "wait":
        while (await receive()).get("more_body"):
            pass
    if said == "work":
        await released.wait()
    size = int(said) if said.isdigit() else 2
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
    await send({"type": "http.response.body", "body": b"x" * size})


@pytest.fixture
def connections() -> Connections:
    return Connections(100)


@pytest.fixture
async def port(connections: Connections) -> AsyncIterator[int]:
    async with serving_connections(application, connections) as port:
        yield port


@pytest.fixture
async def secured(connections: Connections, tmp_path: Path) -> AsyncIterator[int]:
    """The port of a server that speaks https."""
    made = issue(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(made.chain, made.key)
    async with serving_connections(application, connections, tls) as port:
        yield port


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


async def until(check: Callable[[], bool]) -> None:
    """Let everything run until `check` says yes."""
    async with asyncio.timeout(10):
        while not check():  # noqa: ASYNC110 - connections have no events for tests
            await asyncio.sleep(0.01)


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


@pytest.mark.parametrize("sent", [b"", b"\x16", b"\x16\x03\x01\x02\x00\x01"])
async def test_a_handshake_without_end_is_given_up(secured: int, sent: bytes) -> None:
    reader, writer = await opened(secured, sent)
    assert await given_up(reader) == pytest.approx(HANDSHAKE_SECONDS, abs=5)
    writer.close()


async def test_handshakes_make_room_for_newcomers(secured: int, connections: Connections) -> None:
    connections.most = 3
    silent = [await opened(secured) for _ in range(5)]
    for old, _ in silent[:2]:
        assert await rest(old) == b""
    assert not silent[-1][0].at_eof()
    for _, other in silent:
        other.close()


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
    for _ in range(int(ANSWER_SECONDS + 2 * LOOK_SECONDS)):
        await skip(1)
    assert len(await rest(reader)) < 30_000_000
    writer.close()


@pytest.mark.parametrize(("rate", "whole"), [(ANSWER_RATE * 2, True), (ANSWER_RATE // 4, False)])
async def test_an_answer_that_is_read_bit_by_bit_is_given_up_if_too_slowly(
    port: int, rate: int, *, whole: bool
) -> None:
    size, moved = 12_000_000, 0
    with socket.socket() as client:
        # Small buffers, or the system holds most of the answer on both sides.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)  # noqa: FBT003
        loop = asyncio.get_running_loop()
        await loop.sock_connect(client, ("127.0.0.1", port))
        await loop.sock_sendall(client, b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n" % size)
        while moved < size:
            piece = min(rate * int(LOOK_SECONDS), size - moved)
            wanted = piece
            try:
                while wanted > 0 and (got := await loop.sock_recv(client, min(wanted, 65536))):
                    wanted -= len(got)
            except ConnectionError:
                break
            moved += piece - wanted
            if wanted > 0:
                break
            await skip(LOOK_SECONDS)
    assert (moved >= size) is whole


@pytest.mark.parametrize("ending", [b"", b"Connection: close\r\n"])
async def test_a_large_answer_over_tls_is_read_to_its_end(
    secured: int, tmp_path: Path, ending: bytes
) -> None:
    # What is buffered below TLS is not seen from above it: it must not be taken for read.
    tls = ssl.create_default_context(cafile=str(tmp_path / "authority.pem"))
    size, rate = 8_000_000, ANSWER_RATE * 2
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", secured, ssl=tls, limit=65536, server_hostname="localhost"
    )
    writer.write(b"GET /%d HTTP/1.1\r\nHost: h\r\n%b\r\n" % (size, ending))
    await reader.readuntil(b"\r\n\r\n")
    left = size
    while left:
        wanted = min(rate * int(LOOK_SECONDS), left)
        await reader.readexactly(wanted)
        left -= wanted
        await skip(LOOK_SECONDS)
    writer.close()


async def test_an_answer_that_nobody_reads_over_tls_is_given_up(secured: int, tmp_path: Path) -> None:
    tls = ssl.create_default_context(cafile=str(tmp_path / "authority.pem"))
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", secured, ssl=tls, limit=1024, server_hostname="localhost"
    )
    writer.write(b"GET /30000000 HTTP/1.1\r\nHost: h\r\n\r\n")
    for _ in range(int(ANSWER_SECONDS + 2 * LOOK_SECONDS)):
        await skip(1)
    assert len(await rest(reader)) < 30_000_000
    writer.close()


async def test_the_oldest_idle_connection_makes_room(port: int, connections: Connections) -> None:
    connections.waiting.most = 3
    idle = [await opened(port) for _ in range(5)]
    reader, writer = await opened(port, GET)
    assert b"200 OK" in await reader.readuntil(b"xx")
    for old, _ in idle[:3]:
        assert await rest(old) == b""
    assert not idle[-1][0].at_eof()
    for _, other in (*idle, (reader, writer)):
        other.close()


async def test_a_connection_that_still_sends_makes_room_where_none_waits(
    port: int, connections: Connections
) -> None:
    connections.most = 3
    post = b"POST /wait HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n"
    sending = [await opened(port, post) for _ in range(3)]
    await until(lambda: len(connections.arriving) == 3)
    reader, writer = await opened(port, GET)
    assert b"200 OK" in await reader.readuntil(b"xx")
    assert await rest(sending[0][0]) == b""
    for _, other in (*sending, (reader, writer)):
        other.close()


async def test_a_call_in_work_is_never_given_up_for_a_newcomer(port: int, connections: Connections) -> None:
    connections.most = 2
    busy = [await opened(port, b"GET /work HTTP/1.1\r\nHost: h\r\n\r\n") for _ in range(2)]
    await until(lambda: len(connections) == 2 and not len(connections.waiting))
    reader, writer = await opened(port, GET)
    assert await rest(reader) == b""
    released.set()
    for one, other in busy:
        assert b"200 OK" in await one.readuntil(b"xx")
        other.close()
    writer.close()


class Someone:
    def __init__(self) -> None:
        self.gone = False

    def give_up(self) -> None:
        self.gone = True


def test_the_address_with_the_most_connections_makes_room() -> None:
    crowd = Crowd(10)
    few, many = Someone(), [Someone() for _ in range(9)]
    crowd.join(few, "few")
    for one in many:
        crowd.join(one, "many")
    for _ in range(5):
        crowd.join(Someone(), "other")
    assert not few.gone
    assert [one.gone for one in many] == [True] * 5 + [False] * 4


def test_a_proxys_connections_make_room_last() -> None:
    crowd = Crowd(3, spared=lambda address: address == "proxy")
    behind, alone = [Someone(), Someone()], Someone()
    for one in behind:
        crowd.join(one, "proxy")
    crowd.join(alone, "alone")
    crowd.join(Someone(), "other")
    assert alone.gone
    assert not any(one.gone for one in behind)


async def test_answers_that_wait_to_be_read_make_room_where_they_are_too_much_together(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhen.service.pieces.MAX_HELD", 100_000_000)
    request = b"GET /60000000 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    clients = []
    for _ in range(3):
        clients.append(await opened(port, request))
        await asyncio.sleep(0.1)
    sizes = [len(await rest(reader)) for reader, _ in clients]
    for _, writer in clients:
        writer.close()
    assert [size > 60_000_000 for size in sizes] == [False, False, True]
    assert max(sizes[:2]) < 30_000_000


async def test_answers_through_a_proxy_make_room_by_the_clients_that_it_names(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhen.service.pieces.MAX_HELD", 150_000_000)
    behind = Forwarding(application, Proxies([ip_network("127.0.0.1")]), "", 0)
    request = (
        b"GET /60000000 HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Forwarded-For: 203.0.113.%d\r\n\r\n"
    )
    async with serving_connections(behind, connections) as port:
        clients = []
        for number in (1, 2, 2):
            clients.append(await opened(port, request % number))
            await asyncio.sleep(0.1)
        sizes = [len(await rest(reader)) for reader, _ in clients]
        for _, writer in clients:
            writer.close()
    assert [size > 60_000_000 for size in sizes] == [True, False, True]
