"""Connections to servers that are not trusted: what they send costs no more than an answer does."""

import asyncio
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

__all__ = ["MOST_HEADS", "Connector"]

MOST_HEADS = 20
"""Heads that a server may send on a connection, of preliminary answers (1xx) too."""
SLICE = 16384
"""Bytes that are read at a time, so that few heads too many are."""


class Connector(aiohttp.TCPConnector):
    """Gives a connection up whose server sends one preliminary answer after another.

    Each is a few bytes, and reading them takes all the time of the event loop: a server that sent nothing
    else would stop whatever else is done there.
    """

    async def connect(self, *given: Any, **named: Any) -> aiohttp.connector.Connection:
        """Connect; see the base class."""
        connection = await super().connect(*given, **named)
        if connection.transport is not None and connection.protocol is not None:
            connection.transport.set_protocol(_Reader(connection.protocol, connection.transport))
        return connection


class _Reader(asyncio.Protocol):
    """Passes on what is received, as long as it is not too many heads."""

    def __init__(self, inner: ResponseHandler, transport: asyncio.Transport) -> None:
        self._inner = inner
        self._transport = transport
        self._heads = 0

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), SLICE):
            before = len(self._inner)
            self._inner.data_received(data[start : start + SLICE])
            self._heads += len(self._inner) - before
            if self._heads > MOST_HEADS:
                self._transport.abort()
                return

    def eof_received(self) -> None:
        self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()
