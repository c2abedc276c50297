"""Downloads that are allowed: what comes back, and how each way to fail is told."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from clock import skip
from download.origin import Origin, ok, origin
from wuhen.download import (
    Download,
    DownloadError,
    DownloadFailed,
    DownloadPolicy,
    DownloadTooLarge,
    FailureReason,
    RefusalReason,
    UrlRefused,
)
from wuhen.download.client import Downloader, fetch

PICTURE = bytes(range(256)) * 100


@pytest.fixture
async def server() -> AsyncIterator[Origin]:
    async with origin("127.0.0.1") as running:
        yield running


def policy(server: Origin, *, timeout: float = 10.0, connect_timeout: float = 5.0) -> DownloadPolicy:
    return DownloadPolicy(
        allow_private=(ip_network("127.0.0.0/8"),),
        allowed_ports=frozenset({server.port}),
        timeout=timeout,
        connect_timeout=connect_timeout,
    )


async def get(server: Origin, path: str, *, limit: int = len(PICTURE), within: float = 10.0) -> bytes:
    return await fetch(server.url(path), limit=limit, policy=policy(server, timeout=within))


async def failure(
    server: Origin, path: str, *, limit: int = len(PICTURE), within: float = 10.0
) -> FailureReason:
    with pytest.raises(DownloadFailed) as caught:
        await get(server, path, limit=limit, within=within)
    assert "127.0.0.1" not in str(caught.value)
    return caught.value.reason


async def test_a_file_comes_back_byte_for_byte_whatever_it_claims_to_be(server: Origin) -> None:
    server.answer("/a", ok(PICTURE, "Content-Type: text/html; charset=nonsense"))
    assert await get(server, "/a") == PICTURE


@pytest.mark.parametrize(
    ("header", "claimed"),
    [
        ("Content-Type: Text/HTML; charset=nonsense", "text/html"),
        ("Content-Type: image/svg+xml", "image/svg+xml"),
        ("X-Other: 1", ""),
        ("Content-Type: text/html secret", ""),
        ("Content-Type: \x1b[2J/html", ""),
        (f"Content-Type: {'a' * 65}/html", ""),
    ],
)
async def test_what_a_server_calls_a_file_is_told_where_it_is_a_media_type(
    server: Origin, header: str, claimed: str
) -> None:
    server.answer("/a", ok(PICTURE, header))
    async with Downloader(policy(server)) as downloader:
        assert await downloader.fetch(server.url("/a"), limit=len(PICTURE)) == Download(PICTURE, claimed)


async def test_a_chunked_file_comes_back_whole(server: Origin) -> None:
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in (PICTURE[:1], PICTURE[1:5000], PICTURE[5000:])]
    server.answer("/a", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *chunks, b"0\r\n\r\n")
    assert await get(server, "/a") == PICTURE


async def test_a_file_without_length_ends_with_its_connection(server: Origin) -> None:
    server.answer("/a", b"HTTP/1.0 200 OK\r\n\r\n", PICTURE)
    assert await get(server, "/a") == PICTURE


async def test_the_request_says_little_and_asks_for_no_compression(server: Origin) -> None:
    server.answer("/a", ok(b"x"))
    await get(server, "/a?b=1")
    lines = server.requests[0].decode().split("\r\n")
    names = {line.partition(":")[0].lower() for line in lines[1:] if line}
    assert lines[0] == "GET /a?b=1 HTTP/1.1"
    assert f"Host: 127.0.0.1:{server.port}" in lines
    assert "Accept-Encoding: identity" in lines
    assert names <= {"host", "accept", "accept-encoding", "user-agent", "connection"}


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("/a b+c.png", "/a%20b+c.png"),
        ("/图.png?名=值", "/%E5%9B%BE.png?%E5%90%8D=%E5%80%BC"),
        (
            "/%e5%9b%be%2F.png?q-sign-time=1%3B2;3&x=%7E+%20",
            "/%e5%9b%be%2F.png?q-sign-time=1%3B2;3&x=%7E+%20",
        ),
        ("/a/../b//c?", "/a/../b//c"),
        ("?x#fragment", "/?x"),
    ],
)
async def test_path_and_query_go_out_as_they_were_given(server: Origin, asked: str, sent: str) -> None:
    with pytest.raises(DownloadFailed):
        await get(server, asked)
    assert server.requests[0].split(b"\r\n")[0].decode() == f"GET {sent} HTTP/1.1"


@pytest.mark.parametrize("status", [204, 206, 304, 400, 403, 404, 500, 503])
async def test_any_status_but_200_is_a_failure_that_names_it(server: Origin, status: int) -> None:
    body = "\r\n" if status in {204, 304} else "Content-Length: 6\r\n\r\nsecret"
    server.answer("/a", f"HTTP/1.1 {status} X\r\n{body}".encode())
    with pytest.raises(DownloadFailed, match=str(status)) as caught:
        await get(server, "/a")
    assert caught.value.reason == FailureReason.STATUS
    assert "secret" not in str(caught.value)


async def test_a_file_of_just_the_limit_passes(server: Origin) -> None:
    server.answer("/length", ok(b"x" * 1000))
    server.answer("/stream", b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1000)
    assert len(await get(server, "/length", limit=1000)) == 1000
    assert len(await get(server, "/stream", limit=1000)) == 1000


@pytest.mark.parametrize("head", [b"Content-Length: 1001\r\n", b""])
async def test_one_byte_more_is_too_large(server: Origin, head: bytes) -> None:
    server.answer("/a", b"HTTP/1.1 200 OK\r\n" + head + b"\r\n", b"x" * 1001)
    with pytest.raises(DownloadTooLarge) as caught:
        await get(server, "/a", limit=1000)
    assert caught.value.limit == 1000


async def test_an_announced_excess_is_refused_before_the_body_comes(server: Origin) -> None:
    async def never(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n")
        await asyncio.sleep(60)

    server.answers["/a"] = never
    with pytest.raises(DownloadTooLarge):
        await asyncio.wait_for(get(server, "/a"), 5)


async def test_an_endless_file_is_cut_off_near_the_limit(server: Origin) -> None:
    sent = 0

    async def flood(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    server.answers["/a"] = flood
    with pytest.raises(DownloadTooLarge):
        await get(server, "/a", limit=100_000)
    await asyncio.sleep(0.05)
    # What lies in the sockets' buffers was sent too; the rest was never asked for.
    assert sent < 20_000_000


async def test_compressed_data_is_refused_not_inflated(server: Origin) -> None:
    bomb = gzip.compress(bytes(10_000_000))
    server.answer("/a", ok(bomb, "Content-Encoding: gzip"))
    assert await failure(server, "/a") == FailureReason.ENCODING


async def test_a_compressed_file_is_a_file_like_any_other(server: Origin) -> None:
    packed = gzip.compress(PICTURE)
    server.answer("/a", ok(packed, "Content-Type: application/gzip", "Content-Encoding: identity"))
    assert await get(server, "/a") == packed


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
        b"\x00" * 100,
    ],
)
async def test_a_broken_answer_is_a_failure(server: Origin, answer: bytes) -> None:
    server.answer("/a", answer)
    assert await failure(server, "/a") == FailureReason.BROKEN


async def test_preliminary_answers_are_read_past_but_not_without_end(server: Origin) -> None:
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    server.answer("/some", hint * 5 + ok(PICTURE))
    assert await get(server, "/some") == PICTURE

    async def go_on(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(hint * 1000)
            await writer.drain()

    server.answers["/many"] = go_on
    assert await failure(server, "/many") is FailureReason.BROKEN
    await server.closed.wait()


async def test_a_drip_feed_is_stopped_by_the_total_time(server: Origin) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            writer.write(b"x")
            await writer.drain()
            await skip(1)

    server.answers["/a"] = drip
    assert await failure(server, "/a", within=400) == FailureReason.TIMEOUT


async def test_a_server_that_never_answers_is_a_timeout_of_all_its_redirects_together(server: Origin) -> None:
    async def slow(writer: asyncio.StreamWriter) -> None:
        await skip(300)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n")

    server.answers["/a"] = slow
    assert await failure(server, "/a", within=500) == FailureReason.TIMEOUT
    assert len(server.requests) == 2


async def test_a_resolver_that_never_answers_is_a_timeout(server: Origin) -> None:
    class Hanging(AbstractResolver):
        async def resolve(self, *_: object, **__: object) -> list[ResolveResult]:
            await asyncio.sleep(60)
            return []

        async def close(self) -> None:
            pass

    async with Downloader(policy(server, timeout=0.2), resolver=Hanging()) as downloader:
        with pytest.raises(DownloadFailed) as caught:
            await downloader.fetch(server.url("/a", "name.example"), limit=1)
    assert caught.value.reason == FailureReason.TIMEOUT


async def test_a_handshake_that_never_ends_is_a_timeout(server: Origin) -> None:
    """The server reads the TLS hello as an endless line and stays silent."""
    patience = policy(server, timeout=30, connect_timeout=0.3)
    with pytest.raises(DownloadFailed) as caught:
        async with asyncio.timeout(10):
            await fetch(f"https://127.0.0.1:{server.port}/a", limit=1, policy=patience)
    assert caught.value.reason == FailureReason.TIMEOUT


async def test_a_server_without_a_trusted_certificate_is_a_failure(server: Origin) -> None:
    async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    listening = await asyncio.start_server(plain, "127.0.0.1", 0)
    async with listening:
        server.port = listening.sockets[0].getsockname()[1]
        with pytest.raises(DownloadFailed) as caught:
            await fetch(f"https://127.0.0.1:{server.port}/a", limit=1, policy=policy(server))
    assert caught.value.reason == FailureReason.TLS


async def test_nobody_listening_is_a_failure(server: Origin) -> None:
    async with origin("127.0.0.1") as gone:
        pass
    server.port = gone.port
    assert await failure(server, "/a") == FailureReason.UNREACHABLE


async def test_redirects_are_followed_three_times(server: Origin) -> None:
    server.redirect("/0", "/1", 301)
    server.redirect("/1", f"//127.0.0.1:{server.port}/2", 303)
    server.redirect("/2", f"http://localhost:{server.port}/图?a=1", 307)
    server.answer("/%E5%9B%BE", ok(b"there"))
    assert await get(server, "/0") == b"there"
    assert len(server.requests) == 4

    server.redirect("/-1", "/0", 308)
    assert await failure(server, "/-1") == FailureReason.REDIRECTS


async def test_a_redirect_to_itself_ends(server: Origin) -> None:
    server.redirect("/a", "/a")
    assert await failure(server, "/a") == FailureReason.REDIRECTS
    assert len(server.requests) == 4


async def test_a_redirect_that_leads_nowhere_is_a_failure(server: Origin) -> None:
    server.answer("/a", b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")
    assert await failure(server, "/a") == FailureReason.STATUS
    server.redirect("/b", "http://[::1")
    with pytest.raises(UrlRefused) as caught:
        await get(server, "/b")
    assert caught.value.reason == RefusalReason.SYNTAX


async def test_no_cookie_passes_from_one_download_to_the_next(server: Origin) -> None:
    server.answer("/a", ok(b"x", "Set-Cookie: who=first; Path=/"))
    async with Downloader(policy(server)) as downloader:
        for _ in range(2):
            await downloader.fetch(server.url("/a", "localhost"), limit=1)
    assert len(server.requests) == 2
    assert not any(b"cookie" in request.lower() for request in server.requests)


async def test_no_connection_is_used_twice(server: Origin) -> None:
    """A second request on a connection kept open would never be answered here."""

    async def keep_open(writer: asyncio.StreamWriter) -> None:
        writer.write(ok(b"x", "Connection: keep-alive"))
        await asyncio.sleep(60)

    server.answers["/a"] = keep_open
    async with Downloader(policy(server, timeout=5)) as downloader:
        for _ in range(3):
            assert (await downloader.fetch(server.url("/a"), limit=1)).data == b"x"
    assert server.connections == 3


async def test_neither_proxy_nor_password_comes_from_the_environment(
    server: Origin, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("default login somebody password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server.answer("/a", ok(b"x"))
    async with origin("127.0.0.1") as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url(""))
        assert await get(server, "/a") == b"x"
        assert proxy.connections == 0
    assert b"authorization" not in server.requests[0].lower()


async def test_a_cancelled_download_closes_its_connection(server: Origin) -> None:
    reached = asyncio.Event()

    async def stall(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx")
        reached.set()
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    server.answers["/a"] = stall
    async with Downloader(policy(server)) as downloader:
        task = asyncio.create_task(downloader.fetch(server.url("/a"), limit=10_000))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(5):
            await server.closed.wait()


async def test_a_downloader_must_be_entered(server: Origin) -> None:
    with pytest.raises(RuntimeError, match="context manager"):
        await Downloader(policy(server)).fetch(server.url("/a"), limit=1)


@pytest.mark.parametrize(
    "error",
    [
        UrlRefused(RefusalReason.PORT, "text"),
        DownloadFailed(FailureReason.TLS, "text"),
        DownloadTooLarge(7),
    ],
)
def test_errors_say_what_happened(error: DownloadError) -> None:
    assert str(error) in {"text", "the file is larger than 7 bytes"}
