"""What a proxy in front says: who its client is, how that came, and under which path the service is."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wuhen.service.addresses import parse_address
from wuhen.service.headers import hsts
from wuhen.service.logs import log

__all__ = ["Forwarding", "Proxies", "below_prefix"]

_PREFIX = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[0-9A-Za-z._~-]{1,64}){1,8}")
_MOST_HOPS = 32


class Proxies:
    """The addresses whose word is taken for whom they speak.

    Parameters
    ----------
    networks : iterable of IPv4Network or IPv6Network
        Where they are.
    """

    def __init__(self, networks: Iterable[IPv4Network | IPv6Network] = ()) -> None:
        self._networks = tuple(networks)

    def trusts(self, address: str) -> bool:
        """Tell whether an address, or the network that an IPv6 address counts by, has a proxy."""
        if not self._networks:
            return False
        try:
            found = ip_network(parse_address(address) or address, strict=False)
        except ValueError:
            return False
        return any(found.version == known.version and found.overlaps(known) for known in self._networks)

    def client_of(self, hops: str) -> str | None:
        """Return the client that ``X-Forwarded-For`` names: the last address in it that is no proxy's.

        None if that is none. Those before it are what the client itself says.
        """
        for hop in reversed(hops.split(",")[-_MOST_HOPS:]):
            if (address := parse_address(_without_port(hop.strip(" \t")))) is None:
                return None
            if not self.trusts(str(address)):
                return str(address)
        return None


class Forwarding:
    """ASGI middleware: takes a trusted proxy's word, nobody else's, and finds where the service is mounted.

    Behind it, `client`, `scheme` and `root_path` of a request are those that its sender would name, and its
    path begins with `root_path`, whether the proxy took that out or not.

    Parameters
    ----------
    app : ASGIApp
        What is in front of.
    proxies : Proxies
        Whose word is taken.
    prefix : str
        The path under which the service is, without a slash at its end; empty if that is the proxy's to say.
    hsts_seconds : int
        How long browsers that came by https shall do so; 0 leaves it open.
    """

    def __init__(self, app: ASGIApp, proxies: Proxies, prefix: str, hsts_seconds: int) -> None:
        self._app = app
        self._proxies = proxies
        self._prefix = prefix
        self._hsts = hsts(hsts_seconds)
        self._warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http":
            said = _said(scope)
            prefix = self._prefix
            peer = scope["client"][0] if scope.get("client") else ""
            if said and self._proxies.trusts(peer):
                self._believe(scope, said)
                prefix = prefix or _prefix(said)
            elif said and not self._warned:
                self._warned = True
                log.warning("forwarded headers ignored", peer=peer, setting="--trusted-proxies")
            _mount(scope, prefix)
        await self._app(scope, receive, self._securing(send) if scope.get("scheme") == "https" else send)

    def _believe(self, scope: Scope, said: dict[str, str]) -> None:
        if (client := self._proxies.client_of(said.get("x-forwarded-for", ""))) is not None:
            scope["client"] = (client, 0)
        # One that names several was not set but added to, and the first of them is the client's own word.
        if (scheme := said.get("x-forwarded-proto")) in {"http", "https"}:
            scope["scheme"] = scheme

    def _securing(self, send: Send) -> Send:
        async def with_hsts(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *self._hsts]}
            await send(message)

        return with_hsts


def below_prefix(scope: Scope, path: str) -> str:
    """Return a path of a request without the one under which the service is."""
    prefix = scope.get("root_path", "")
    return path.removeprefix(prefix) if path.startswith(f"{prefix}/") else path


def _said(scope: Scope) -> dict[str, str]:
    """Return the headers by which proxies forward something; lines of the same name as one."""
    said: dict[str, str] = {}
    for raw, value in scope["headers"]:
        if raw.startswith(b"x-forwarded-"):
            name, text = raw.decode("latin-1"), value.decode("latin-1").strip(" \t")
            said[name] = f"{said[name]},{text}" if name in said else text
    return said


def _prefix(said: dict[str, str]) -> str:
    prefix = said.get("x-forwarded-prefix", "").removesuffix("/")
    return prefix if _PREFIX.fullmatch(prefix) else ""


def _mount(scope: Scope, prefix: str) -> None:
    path = scope["path"]
    if not prefix or not path.startswith("/"):
        # A target that is no path: `*`, or a whole URL as a proxy is sent.
        scope["root_path"] = prefix
        return
    rest = path[len(prefix) :] if path == prefix or path.startswith(f"{prefix}/") else path
    scope["root_path"], scope["path"] = prefix, prefix + (rest or "/")


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
