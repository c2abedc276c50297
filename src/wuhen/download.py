# ruff: noqa: N818 - the names say what is wrong; "Error" would add nothing
"""Fetching a picture from a URL that a caller gave, without becoming the caller's way into our network.

The text of a URL proves nothing: its name can resolve to a different address each time, be a number in
disguise, or redirect. So the decision falls on the very address that a socket is about to be connected to,
for every attempt and every redirect, in the connector's socket factory. The text is checked as well, but only
to give a clear error early.
"""

import asyncio
import ipaddress
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from types import TracebackType
from typing import Self
from urllib.parse import quote, urljoin, urlsplit

import aiohttp
from aiohappyeyeballs import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

MAX_URL_LENGTH = 8192

_HEADERS = {"Accept": "image/*,*/*;q=0.5", "Accept-Encoding": "identity", "User-Agent": "wuhen"}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_HOST_NAME = re.compile(r"(?!.{255})(?![0-9.]+$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")

# What `ipaddress` calls global although it is none, leads elsewhere, or is not to be had from the internet:
# 6to4 relays, Teredo, 6to4, documentation.
_NOT_PUBLIC = tuple(map(ipaddress.ip_network, ("192.88.99.0/24", "2001::/32", "2002::/16", "3fff::/20")))
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Where clouds tell a machine its secrets: common link-local, Tencent, Alibaba, AWS on IPv6, Azure. A network
# that an operator allows may contain one of them (100.64.0.0/10 does), so they are never allowed.
_METADATA = frozenset(
    map(
        ipaddress.ip_address,
        ("169.254.169.254", "169.254.0.23", "100.100.100.200", "fd00:ec2::254", "168.63.129.16"),
    )
)


class Refusal(StrEnum):
    """Why a URL is not fetched."""

    LENGTH = "length"
    SYNTAX = "syntax"
    SCHEME = "scheme"
    USERINFO = "userinfo"
    PORT = "port"
    ADDRESS = "address"


class Failure(StrEnum):
    """Why a download did not succeed."""

    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    STATUS = "status"
    REDIRECTS = "redirects"
    ENCODING = "encoding"
    BROKEN = "broken"


class DownloadError(Exception):
    """Base of everything that `Downloader.fetch` raises on its own account.

    No message tells what a name resolved to or what a server sent.
    """


class UrlRefused(DownloadError):
    """The URL, or one that it redirects to, is not one to fetch from."""

    def __init__(self, reason: Refusal, text: str) -> None:
        super().__init__(reason, text)
        self.reason = reason
        self.text = text

    def __str__(self) -> str:
        return self.text


class DownloadFailed(DownloadError):
    """The server could not be reached or did not send the whole file."""

    def __init__(self, reason: Failure, text: str) -> None:
        super().__init__(reason, text)
        self.reason = reason
        self.text = text

    def __str__(self) -> str:
        return self.text


class DownloadTooLarge(DownloadError):
    """The file has more bytes than were asked for at most."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return f"the file is larger than {self.limit} bytes"


@dataclass(frozen=True, slots=True)
class DownloadPolicy:
    """What may be fetched, and how much patience there is.

    Attributes
    ----------
    allow_private
        Networks to fetch from although they are not public, for picture servers of one's own. The metadata
        services of clouds stay out of reach even inside them.
    allowed_ports
        Ports to connect to.
    timeout
        Seconds for the whole download, redirects included.
    connect_timeout
        Seconds for one connection, TLS included.
    redirects
        How many redirects to follow.
    """

    allow_private: tuple[IPv4Network | IPv6Network, ...] = ()
    allowed_ports: frozenset[int] = frozenset({80, 443})
    timeout: float = 20.0
    connect_timeout: float = 5.0
    redirects: int = 3

    def permits(self, address: str) -> bool:
        """Say whether a connection to this numeric address is allowed; to anything else it is not."""
        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        if ip in _METADATA:
            return False
        return _is_public(ip) or any(ip in network for network in self.allow_private)


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
            connector=aiohttp.TCPConnector(
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

    async def fetch(self, url: str, *, limit: int) -> bytes:
        """Download a file.

        Parameters
        ----------
        url
            Any text.
        limit
            Most bytes that the file may have. No more than that, and a buffer, is ever held.

        Returns
        -------
        bytes
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
        try:
            async with asyncio.timeout(self._policy.timeout):
                return await self._follow(url, limit)
        except TimeoutError:
            raise DownloadFailed(Failure.TIMEOUT, "the server did not send the file in time") from None
        except aiohttp.ClientSSLError as error:
            raise DownloadFailed(
                Failure.TLS, "no trusted TLS connection to the server could be made"
            ) from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _BlockedError):
                raise _blocked() from None
            raise DownloadFailed(
                Failure.UNREACHABLE, "the server's name cannot be resolved or it cannot be reached"
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            raise DownloadFailed(
                Failure.BROKEN, "the server broke off or did not answer in valid HTTP"
            ) from error

    async def _follow(self, url: str, limit: int) -> bytes:
        """Fetch a URL through its redirects, each held to the policy like the first."""
        if self._session is None:
            raise RuntimeError("use the downloader as an async context manager")
        for _ in range(self._policy.redirects + 1):
            target = _parse(url, self._policy)
            async with self._session.get(target, allow_redirects=False) as response:
                location = response.headers.get("Location")
                if response.status not in _REDIRECTS or location is None:
                    return await _read(response, limit)
            url = _join(url, location)
        raise DownloadFailed(Failure.REDIRECTS, f"the URL redirects more than {self._policy.redirects} times")

    def _open_socket(self, info: AddrInfoType) -> socket.socket:
        """Make the socket for one attempt, knowing the address it will be connected to."""
        family, kind, protocol, _, address = info
        if family not in {socket.AF_INET, socket.AF_INET6} or not self._policy.permits(str(address[0])):
            raise _BlockedError("address not allowed")
        return socket.socket(family, kind, protocol)


async def fetch(url: str, *, limit: int, policy: DownloadPolicy) -> bytes:
    """Download a single file; see `Downloader.fetch`."""
    async with Downloader(policy) as downloader:
        return await downloader.fetch(url, limit=limit)


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


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL_UNICAST:
        return False
    if any(ip in network for network in _NOT_PUBLIC):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _parse(url: str, policy: DownloadPolicy) -> URL:
    """Turn text into the URL to request; path and query go out as they are, but for spaces and non-ASCII."""
    if len(url) > MAX_URL_LENGTH:
        raise UrlRefused(Refusal.LENGTH, f"the URL has {len(url)} characters; {MAX_URL_LENGTH} are allowed")
    if _FORBIDDEN.search(url):
        raise UrlRefused(Refusal.SYNTAX, "the URL contains a control character or a backslash; escape it")
    try:
        parts = urlsplit(url)
        normal = URL(f"//{parts.netloc}")
        host, port = normal.raw_host or "", normal.explicit_port
    except ValueError:
        raise _malformed() from None
    if parts.scheme not in {"http", "https"}:
        raise UrlRefused(Refusal.SCHEME, "the URL must begin with http:// or https://")
    if "@" in parts.netloc:
        raise UrlRefused(Refusal.USERINFO, "the URL must not contain a user name or password")
    _check_host(host, policy)
    port = port if port is not None else {"http": 80, "https": 443}[parts.scheme]
    if port not in policy.allowed_ports:
        allowed = ", ".join(map(str, sorted(policy.allowed_ports)))
        raise UrlRefused(Refusal.PORT, f"the URL's port {port} is not one of those allowed: {allowed}")
    authority = f"[{host}]" if ":" in host else host
    path = quote(parts.path, safe=_PRINTABLE) or "/"
    query = f"?{quote(parts.query, safe=_PRINTABLE)}" if parts.query else ""
    return URL(f"{parts.scheme}://{authority}:{port}{path}{query}", encoded=True)


def _check_host(host: str, policy: DownloadPolicy) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if not _HOST_NAME.fullmatch(host):
            raise _malformed() from None
        return
    if not policy.permits(host):
        raise _blocked()


def _join(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise _malformed() from None


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Read a body, stopping at the first byte too many."""
    if response.status != HTTPStatus.OK:
        raise DownloadFailed(
            Failure.STATUS, f"the server answered with HTTP status {response.status} instead of 200"
        )
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        raise DownloadFailed(
            Failure.ENCODING, "the server sent compressed data (Content-Encoding) though none was asked for"
        )
    if response.content_length is not None and response.content_length > limit:
        raise DownloadTooLarge(limit)
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise DownloadTooLarge(limit)
    return bytes(body)


def _malformed() -> UrlRefused:
    return UrlRefused(Refusal.SYNTAX, "the URL is malformed; right would be https://host/path")


def _blocked() -> UrlRefused:
    return UrlRefused(
        Refusal.ADDRESS,
        "the URL leads to an address that is not public; the operator must allow it to be fetched from",
    )
