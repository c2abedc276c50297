"""The downloader. It needs aiohttp, which the library and the plain command line do without."""

import asyncio
import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from types import TracebackType
from typing import Self

import aiohttp
from aiohappyeyeballs import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult

from wuhen.download.answer import Download, claimed_type
from wuhen.download.connector import Connector
from wuhen.download.errors import DownloadFailed, DownloadTooLarge, FailureReason, blocked
from wuhen.download.policy import DownloadPolicy
from wuhen.download.urls import join, parse

__all__ = ["Downloader", "fetch"]

_HEADERS = {"Accept": "image/*,*/*;q=0.5", "Accept-Encoding": "identity", "User-Agent": "wuhen"}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Downloader:
    """Fetches files for callers who are not trusted. Use as an async context manager, in one event loop.

    Downloads share nothing: no cookies, no connection, no proxy or password from the environment.

    Parameters
    ----------
    policy
        What may be fetched.
    resolver
        Resolves names; None for the system's resolver on threads of its own, so that a name server which
        never answers holds up nothing but downloads.
    """

    def __init__(self, policy: DownloadPolicy, *, resolver: AbstractResolver | None = None) -> None:
        self._policy = policy
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._resolver = self._resolver or _SystemResolver()
        self._session = aiohttp.ClientSession(
            connector=Connector(
                resolver=self._resolver,
                socket_factory=self._open_socket,
                use_dns_cache=False,
                force_close=True,
                limit=0,
            ),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._policy.connect_timeout),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_HEADERS,
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
        if self._resolver is not None:
            await self._resolver.close()

    async def fetch(self, url: str, *, limit: int) -> Download:
        """Download a file.

        Parameters
        ----------
        url
            Any text.
        limit
            Most bytes that the file may have. No more than that, and a buffer, is ever held.

        Returns
        -------
        Download
            The body of the answer, whatever it claims to be.

        Raises
        ------
        UrlRefused
            If the URL or a redirect's target is malformed, not http or https, carries a user name, or leads
            to a port or an address that the policy does not permit.
        DownloadFailed
            If no server answers, it answers with anything but 200, redirects too often, breaks off, sends
            compressed data unasked, or takes too long.
        DownloadTooLarge
            If the file is larger than `limit`.
        """
        with _translate_errors():
            async with asyncio.timeout(self._policy.timeout):
                return await self._follow(url, limit)

    def check(self, url: str) -> None:
        """Make sure of a URL what can be told without using it; raises `UrlRefused` as `fetch` does."""
        parse(url, self._policy)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float) -> int:
        """Send something to a caller's URL, and return the HTTP status that is answered.

        No redirect is followed, and nothing of the answer is read but its head.

        Parameters
        ----------
        url
            Any text.
        body, headers
            What to send.
        seconds
            How long it may take.

        Raises
        ------
        UrlRefused, DownloadFailed
            As of `fetch`.
        """
        if self._session is None:
            raise RuntimeError("use the downloader as an async context manager")
        with _translate_errors():
            async with asyncio.timeout(seconds):
                target = parse(url, self._policy)
                sending = self._session.post(target, data=body, headers=dict(headers), allow_redirects=False)
                async with sending as response:
                    return response.status

    async def _follow(self, url: str, limit: int) -> Download:
        """Fetch a URL through its redirects, each held to the policy like the first."""
        if self._session is None:
            raise RuntimeError("use the downloader as an async context manager")
        for _ in range(self._policy.redirects + 1):
            target = parse(url, self._policy)
            async with self._session.get(target, allow_redirects=False) as response:
                location = response.headers.get("Location")
                if response.status not in _REDIRECTS or location is None:
                    return Download(
                        await _read(response, limit), claimed_type(response.headers.get("Content-Type", ""))
                    )
            url = join(url, location)
        raise DownloadFailed(
            FailureReason.REDIRECTS, f"the URL redirects more than {self._policy.redirects} times"
        )

    def _open_socket(self, info: AddrInfoType) -> socket.socket:
        """Make the socket for one attempt, knowing the address it will be connected to."""
        family, kind, protocol, _, address = info
        if family not in {socket.AF_INET, socket.AF_INET6} or not self._policy.permits(str(address[0])):
            raise _BlockedError("address not allowed")
        return socket.socket(family, kind, protocol)


async def fetch(url: str, *, limit: int, policy: DownloadPolicy) -> bytes:
    """Download a single file; see `Downloader.fetch`."""
    async with Downloader(policy) as downloader:
        return (await downloader.fetch(url, limit=limit)).data


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Turn what goes wrong on the way into errors of ours."""
    try:
        yield
    except TimeoutError:
        raise DownloadFailed(FailureReason.TIMEOUT, "the server did not send the file in time") from None
    except aiohttp.ClientSSLError as error:
        raise DownloadFailed(
            FailureReason.TLS, "no trusted TLS connection to the server could be made"
        ) from error
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, _BlockedError):
            raise blocked() from None
        raise DownloadFailed(
            FailureReason.UNREACHABLE, "the server's name cannot be resolved or it cannot be reached"
        ) from error
    except (aiohttp.ClientError, OSError) as error:
        raise DownloadFailed(
            FailureReason.BROKEN, "the server closed the connection or sent invalid HTTP"
        ) from error


class _BlockedError(OSError):
    """A connection to an address that the policy does not permit."""


class _SystemResolver(AbstractResolver):
    """The system's resolver on threads of its own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        # As bytes, the name is not put through the codec of IDNA, which raises errors of its own.
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, socket.getaddrinfo, host.encode("ascii"), port, family, socket.SOCK_STREAM
        )
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=resolved_family,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for resolved_family, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Read a body, stopping at the first byte too many."""
    if response.status != HTTPStatus.OK:
        raise DownloadFailed(
            FailureReason.STATUS, f"the server answered with HTTP status {response.status} instead of 200"
        )
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        raise DownloadFailed(
            FailureReason.ENCODING,
            "the server sent compressed data (Content-Encoding) although none was asked for",
        )
    if response.content_length is not None and response.content_length > limit:
        raise DownloadTooLarge(limit)
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise DownloadTooLarge(limit)
    return bytes(body)
