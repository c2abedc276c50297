"""Connections that a client cannot hold for nothing.

uvicorn times an idle connection only between two requests. One that never sends the end of a head, sends a
body after the answer without end, or does not read its answer would be kept for good, and a few thousand of
them would keep everybody else out.
"""

import asyncio
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.server import ServerState

from wuhen.service.guard import GuardedConnection

__all__ = ["Connection"]

HEAD_SECONDS = 20.0
"""From a connection's beginning, or the first byte of a further request, to the end of the head."""
LINGER_SECONDS = 10.0
"""For what a client still sends when it has its answer: closing at once could cost it the answer."""
ANSWER_SECONDS = 300.0
"""For an answer to be read: 10 MB over 300 kbit/s."""
MAX_WAITING = 2048
"""Connections without a request; the oldest makes room for one more."""


class Connection(GuardedConnection):
    """A connection that is closed when its client takes too long over what is its part."""

    waiting: dict["Connection", None] = {}  # noqa: RUF012 - shared by all connections on purpose, oldest first

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a request, soon."""
        super().connection_made(transport)
        if len(self.waiting) >= MAX_WAITING:
            next(iter(self.waiting)).give_up()
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came; a head that is still not whole is waited for no longer than before."""
        super().data_received(data)
        if self.conn.their_state is not h11.SEND_BODY:
            self._cancel("linger")
        if self._in_call():
            self.waiting.pop(self, None)
            self._cancel("head")
        elif "head" not in self._timers:
            self._wait()

    def on_response_complete(self) -> None:
        """Go on to the next request, unless this one does not end."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self._expect("linger", LINGER_SECONDS)
        if not self._in_call() and not self.transport.is_closing():
            # Between two requests, uvicorn has a timer of its own.
            self.waiting[self] = None

    def pause_writing(self) -> None:
        """Give the client a while to read its answer."""
        super().pause_writing()
        self._expect("answer", ANSWER_SECONDS)

    def resume_writing(self) -> None:
        """Note that the client has read."""
        super().resume_writing()
        self._cancel("answer")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.waiting.pop(self, None)
        for name in list(self._timers):
            self._cancel(name)
        super().connection_lost(exc)

    def give_up(self) -> None:
        """Close the connection without another word."""
        self.waiting.pop(self, None)
        self.transport.abort()

    def _in_call(self) -> bool:
        # uvicorn declares the cycle as always there, but it begins as None.
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]

    def _wait(self) -> None:
        self.waiting[self] = None
        self._expect("head", HEAD_SECONDS)

    def _expect(self, name: str, seconds: float) -> None:
        self._cancel(name)
        self._timers[name] = self.loop.call_later(seconds, self.give_up)

    def _cancel(self, name: str) -> None:
        if timer := self._timers.pop(name, None):
            timer.cancel()
