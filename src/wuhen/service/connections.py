"""Connections that a client cannot hold for nothing.

uvicorn times an idle connection only between two requests. One that never sends the end of a head, sends a
body after the answer without end, or does not read its answer would be kept for good, and a few thousand of
them would keep everybody else out.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.server import ServerState

from wuhen.service.addresses import neighbourhood
from wuhen.service.crowd import Crowd
from wuhen.service.guard import GuardedConnection
from wuhen.service.headers import STANDING, Pairs
from wuhen.wire import ApiError

__all__ = ["Connection", "Connections"]

HEAD_SECONDS = 20.0
"""From a connection's beginning, or the first byte of a further request, to the end of the head."""
LINGER_SECONDS = 10.0
"""For what a client still sends when it has its answer: closing at once could cost it the answer."""
ANSWER_SECONDS = 30.0
"""For a client that does not read its answer."""
ANSWER_RATE = 32 * 1024
"""Bytes a second that an answer must be read at, but for those seconds: 260 kbit/s."""
LOOK_SECONDS = 5.0
"""Between two looks at how much of an answer was read."""
GOODBYE_SECONDS = 2.0
"""For a client to close its side once it has its answer. Idle ones never do so over TLS."""
BUFFER = 64 * 1024
"""Bytes that a connection holds before it takes no more for now."""
UNSEEN = 4 * BUFFER
"""Bytes that TLS may hold where they are not seen."""
MAX_WAITING = 2048
"""Connections without a request; one of the address that has the most makes room for one more."""


class Connections:
    """All connections of a service, and those among them that can be given up.

    Parameters
    ----------
    most : int
        How many may be open.
    spared : callable
        Tells of an address whether its connections are given up last; see `Crowd`.
    headers : tuple of pairs of bytes
        Those that every answer has beside the usual ones.

    Attributes
    ----------
    headers : tuple of pairs of bytes
        All that every answer has.
    waiting : Crowd
        Those that have no request, or not the whole head of one yet.
    arriving : Crowd
        Those that still send the body of a request.
    on_refusal : callable or None
        Told the code of each request that is refused as it cannot be read.
    """

    def __init__(
        self, most: int, spared: Callable[[str], bool] = lambda _: False, headers: Pairs = ()
    ) -> None:
        self.most = most
        self.headers = (*STANDING, *headers)
        self.waiting = Crowd(min(most, MAX_WAITING), spared)
        self.arriving = Crowd(most, spared)
        self.on_refusal: Callable[[str], None] | None = None
        self._open: set[Connection] = set()

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, connection: "Connection") -> None:
        """Count a connection."""
        self._open.add(connection)

    def leave(self, connection: "Connection") -> None:
        """Forget a connection."""
        self._open.discard(connection)
        self.waiting.leave(connection)
        self.arriving.leave(connection)

    def shed(self) -> bool:
        """Give up one connection that waits, or else one that sends; tell whether there was any."""
        return self.waiting.shed() or self.arriving.shed()


class Connection(GuardedConnection):
    """A connection that is closed when its client takes too long over what is its part."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        connections: Connections,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._all = connections
        self.conn.standing = connections.headers
        self._address = ""
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._unread = _Unread()
        self._answered = self._answered_bytes = 0
        self._answered_at = 0.0

    def _refuse(self, error: ApiError) -> None:
        super()._refuse(error)
        if self._all.on_refusal is not None:
            self._all.on_refusal(error.code)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a request, soon."""
        super().connection_made(transport)
        self._address = neighbourhood(self.client[0]) if self.client else ""
        # Over TLS, asyncio would take eight times as much.
        transport.set_write_buffer_limits(high=BUFFER)
        self._all.enter(self)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came; a head that is still not whole is waited for no longer than before."""
        super().data_received(data)
        if self.conn.their_state is not h11.SEND_BODY:
            self._cancel("linger")
        if self._in_call():
            self._all.waiting.leave(self)
            self._cancel("head")
        elif "head" not in self._timers:
            self._wait()
        self._note_arriving()

    def on_response_complete(self) -> None:
        """Go on to the next request, unless this one does not end."""
        self._answered_bytes, self._answered = self.conn.sent - self._answered, self.conn.sent
        self._answered_at = self.loop.time()
        super().on_response_complete()
        self._note_arriving()
        self._part()
        if self.conn.their_state is h11.SEND_BODY:
            self._expect("linger", LINGER_SECONDS)
        if not self._in_call() and not self.transport.is_closing():
            # Between two requests, uvicorn has a timer of its own.
            self._all.waiting.join(self, self._address)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, and part."""
        super().send_400_response(msg)
        self._part()

    def timeout_keep_alive_handler(self) -> None:
        """Part from a client that has nothing more to ask."""
        super().timeout_keep_alive_handler()
        self._part()

    def pause_writing(self) -> None:
        """Look from now on whether the client reads its answer."""
        super().pause_writing()
        self._unread.start(self._taken, self.loop.time())
        self._look()

    def resume_writing(self) -> None:
        """Note that the client has read."""
        super().resume_writing()
        if "answer" in self._timers:
            self._unread.note(self._taken, self.loop.time())
            self._cancel("answer")

    def shutdown(self) -> None:
        """End as soon as the call that is in work has its answer."""
        if not self.transport.is_closing():
            super().shutdown()
        self._part()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._all.leave(self)
        for name in list(self._timers):
            self._cancel(name)
        super().connection_lost(exc)

    def give_up(self) -> None:
        """Close the connection without another word."""
        self._all.leave(self)
        self.transport.abort()

    def _in_call(self) -> bool:
        # uvicorn declares the cycle as always there, but it begins as None.
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]

    def _note_arriving(self) -> None:
        if not (self._in_call() and self.cycle.more_body):
            self._all.arriving.leave(self)
        elif self not in self._all.arriving:
            self._all.arriving.join(self, self._address)

    def _wait(self) -> None:
        self._all.waiting.join(self, self._address)
        self._expect("head", HEAD_SECONDS)

    @property
    def _taken(self) -> int:
        """How many bytes of answers have left this process, or TLS's part of it."""
        return self.conn.sent - self.transport.get_write_buffer_size()

    def _look(self) -> None:
        """Give up a client that reads too slowly; else look again in a while."""
        if self._unread.note(self._taken, self.loop.time()):
            self._expect("answer", LOOK_SECONDS, self._look)
        else:
            self.give_up()

    def _part(self) -> None:
        """Where the connection is being closed, wait no longer for the client than its answer needs.

        asyncio waits for ever, and over TLS for a fixed time, in which a large answer may not be read.
        """
        if self.transport.is_closing() and "goodbye" not in self._timers:
            seconds = self.transport.get_write_buffer_size() / ANSWER_RATE
            if self.scheme == "https":
                unseen = min(self._answered_bytes, UNSEEN) / ANSWER_RATE
                seconds += max(0.0, unseen - (self.loop.time() - self._answered_at))
            self._expect("goodbye", GOODBYE_SECONDS + seconds)

    def _expect(self, name: str, seconds: float, otherwise: Callable[[], None] | None = None) -> None:
        self._cancel(name)
        self._timers[name] = self.loop.call_later(seconds, otherwise or self.give_up)

    def _cancel(self, name: str) -> None:
        if timer := self._timers.pop(name, None):
            timer.cancel()


class _Unread:
    """The patience with a client that reads its answer: time uses it up, and what is read renews it."""

    def __init__(self) -> None:
        self._left = ANSWER_SECONDS
        self._taken = 0
        self._since = 0.0

    def start(self, taken: int, now: float) -> None:
        """Note that from now on a client is waited for that has taken so many bytes in all."""
        self._left = min(self._left + (taken - self._taken) / ANSWER_RATE, ANSWER_SECONDS)
        self._taken, self._since = taken, now

    def note(self, taken: int, now: float) -> bool:
        """Note how many bytes it has taken in all; tell whether any patience is left."""
        self._left -= now - self._since
        self.start(taken, now)
        return self._left > 0
