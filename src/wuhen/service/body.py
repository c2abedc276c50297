"""Reading a request: no more of it than its form may have, and no longer than a client may take."""

import asyncio

from starlette.types import Receive, Scope

from wuhen.action import DEADLINE
from wuhen.wire import HttpRequest, Limits, allowance

__all__ = ["ClientGoneError", "head_of", "read_request"]

DRAIN_LIMIT = 64 * 1024 * 1024
"""Bytes of an overlong body to throw away: a client that still sends would not see the answer."""


class ClientGoneError(Exception):
    """The client hung up; there is nobody to answer."""


def head_of(scope: Scope) -> HttpRequest:
    """Return the request without its body."""
    return HttpRequest.from_raw(scope["method"], scope["path"], scope["query_string"], scope["headers"])


async def read_request(scope: Scope, receive: Receive, limits: Limits, seconds: float) -> HttpRequest:
    """Read the body and return the request whole.

    Raises
    ------
    ApiError
        The body is larger than requests of its form may be, or did not arrive within `seconds`.
    ClientGoneError
        The client hung up before the body's end.
    """
    head = head_of(scope)
    allowed = allowance(head, limits)
    if _declared(head) > allowed.size and (head.header("Expect") or "").lower() == "100-continue":
        # The client asks before it sends, so it can be told now.
        raise allowed.excess
    try:
        async with asyncio.timeout(seconds):
            body = await _body(receive, allowed.size)
    except TimeoutError:
        raise DEADLINE(seconds=f"{seconds:g}") from None
    if body is None:
        raise allowed.excess
    return HttpRequest(head.method, head.path, head.query, head.headers, body)


async def _body(receive: Receive, limit: int) -> bytes | None:
    """Return the body, or None when it is longer than `limit`."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        else:
            chunks.clear()
        if not message.get("more_body", False) or size > DRAIN_LIMIT:
            return b"".join(chunks) if size <= limit else None


def _declared(head: HttpRequest) -> int:
    length = head.header("Content-Length") or ""
    return int(length) if length.isascii() and length.isdigit() else 0
