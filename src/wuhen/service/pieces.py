"""Answers by pieces, so that it is known at any time how much of one was taken."""

import asyncio
from collections import Counter
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wuhen.service.addresses import neighbourhood

__all__ = ["MAX_HELD", "PIECE", "InPieces"]

PIECE = 64 * 1024
"""Bytes that are handed over at a time."""
MAX_HELD = 512 * 1024 * 1024
"""Bytes of bodies that clients have yet to read, all together. A single one may have more."""


@dataclass(eq=False, slots=True)
class _Held:
    """A body that is being sent, and what it can be broken off by."""

    address: str
    size: int
    limit: asyncio.Timeout


class InPieces:
    """ASGI middleware: sends long bodies by pieces, each when the connection has room for it.

    A connection takes whatever it is given at once. Over TLS it then holds all of it where it can be neither
    seen whether the client reads it, nor that it is not read yet when the connection is to be closed.

    A small picture can have a large answer, and many of those that nobody reads would fill the memory. So
    where they are too many together, the address that has the most of it loses what was begun first.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._held: dict[_Held, None] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def send_pieces(message: Message) -> None:
            body = message.get("body", b"")
            if message["type"] != "http.response.body" or len(body) <= PIECE:
                await send(message)
                return
            last = (len(body) - 1) // PIECE * PIECE
            limit = asyncio.timeout(None)
            # By now it is the client's that a trusted proxy names.
            address = neighbourhood(scope["client"][0]) if scope.get("client") else ""
            held = _Held(address, len(body), limit)
            try:
                async with limit:
                    self._hold(held)
                    for start in range(0, last, PIECE):
                        await send({**message, "body": body[start : start + PIECE], "more_body": True})
                        held.size = len(body) - start
                    await send({**message, "body": body[last:]})
            except TimeoutError:
                # Whoever sent less than it announced has its connection closed.
                if not limit.expired():
                    raise
            finally:
                self._held.pop(held, None)

        await self._app(scope, receive, send_pieces)

    def _hold(self, latest: _Held) -> None:
        """Count a body, and break others off where they are too much together."""
        self._held[latest] = None
        while len(self._held) > 1 and sum(one.size for one in self._held) > MAX_HELD:
            sizes = Counter[str]()
            for one in self._held:
                sizes[one.address] += one.size
            most = max(sizes, key=sizes.__getitem__)
            first = next(one for one in self._held if one.address == most)
            del self._held[first]
            first.limit.reschedule(asyncio.get_running_loop().time())
