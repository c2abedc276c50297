"""Reading a request: no more of it than its form may have, and nothing kept that nobody will look at."""

from urllib.parse import urlsplit

from starlette.types import Receive, Scope

from wuhen.service.forwarding import below_prefix
from wuhen.wire import Allowance, HttpRequest

__all__ = ["ClientGoneError", "declared_size", "discard_body", "may_exceed", "read_body", "read_head"]

DRAIN_LIMIT = 64 * 1024 * 1024
"""Bytes of an unwanted body to throw away, or twice what is allowed where that is more: a client that still
sends would not see the answer."""


class ClientGoneError(Exception):
    """The client hung up; there is nobody to answer."""


def read_head(scope: Scope) -> HttpRequest:
    """Return the request without its body."""
    path = scope["path"]
    if path.startswith(("http://", "https://")):
        # The target is a whole URL, as a proxy is sent; a server must understand it (RFC 9112, 3.2.2).
        path = urlsplit(path).path or "/"
    path = below_prefix(scope, path)
    return HttpRequest.from_raw(scope["method"], path, scope["query_string"], scope["headers"])


async def read_body(receive: Receive, head: HttpRequest, allowed: Allowance) -> bytes:
    """Read the body of `head`.

    Raises
    ------
    ApiError
        The body is larger than `allowed`.
    ClientGoneError
        The client hung up before the body's end.
    """
    if declared_size(head) > allowed.size:
        await discard_body(receive, head, allowed)
        raise allowed.excess
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        chunk, more = await _next(receive)
        chunks.append(chunk)
        size += len(chunk)
        if size > allowed.size:
            chunks.clear()
            await _drain(receive, size, allowed, more=more)
            raise allowed.excess
    return b"".join(chunks)


async def discard_body(receive: Receive, head: HttpRequest, allowed: Allowance) -> None:
    """Let a client finish that is going to be refused for what its head says.

    Raises
    ------
    ApiError
        The body is larger than `allowed`: that comes before anything else that may be wrong.
    ClientGoneError
        The client hung up before the body's end.
    """
    if _asks_first(head):
        if declared_size(head) > allowed.size:
            raise allowed.excess
        return
    if await _drain(receive, 0, allowed, more=True) > allowed.size:
        raise allowed.excess


async def _drain(receive: Receive, size: int, allowed: Allowance, *, more: bool) -> int:
    """Throw away what still comes, up to a limit, and return how much there was in all."""
    limit = max(DRAIN_LIMIT, 2 * allowed.size)
    while more and size <= limit:
        chunk, more = await _next(receive)
        size += len(chunk)
    return size


async def _next(receive: Receive) -> tuple[bytes, bool]:
    """Return the next piece of the body, and whether there is more."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGoneError
    return message.get("body", b""), message.get("more_body", False)


def may_exceed(head: HttpRequest, size: int) -> bool:
    """Tell whether the body of `head` may have more bytes than `size`: one that does not say may have any."""
    return head.header("Content-Length") is None or declared_size(head) > size


def declared_size(head: HttpRequest) -> int:
    """Return how many bytes the body of `head` is said to have; 0 where nothing is said."""
    length = head.header("Content-Length") or ""
    return int(length) if length.isascii() and length.isdigit() else 0


def _asks_first(head: HttpRequest) -> bool:
    return (head.header("Expect") or "").lower() == "100-continue"
