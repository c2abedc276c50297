"""Taking connections in: no more than there are descriptors for, and none that never says a word."""

import asyncio
import errno
import resource
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import uvicorn

from wuhen.service.addresses import neighbourhood
from wuhen.service.connections import Connection, Connections
from wuhen.service.logs import log
from wuhen.service.pieces import InPieces

if TYPE_CHECKING:
    from starlette.types import ASGIApp
    from uvicorn._types import ASGI3Application

__all__ = ["Listener", "Server", "raise_file_limit"]

HANDSHAKE_SECONDS = 10.0
"""From a TLS connection's beginning to the end of its handshake."""
CLOSING_SECONDS = 600.0
"""For a TLS connection to be closed. It must suffice for an answer to be read; `Connection` is stricter."""
MAX_CONNECTIONS = 8192
"""At some 40 kB each."""
DESCRIPTORS_SHARE = 0.75
"""Of the descriptors that the process may have; workers, downloads and files need the rest."""
RETRY_SECONDS = 0.2
COMPLAINT_SECONDS = 10.0
AT_A_TIME = 32
"""Connections that are taken in before other work has its turn."""
_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


def raise_file_limit() -> int:
    """Allow as many descriptors as the system grants, as the usual limit is for interactive programs.

    Returns
    -------
    int
        How many connections may be open at a time.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    granted, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if granted == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return min(MAX_CONNECTIONS, int(granted * DESCRIPTORS_SHARE))


@dataclass(eq=False)
class _Handshake:
    """A connection whose TLS handshake is not done yet."""

    task: "asyncio.Task[None] | None" = None

    def give_up(self) -> None:
        if self.task is not None:
            self.task.cancel()


@dataclass
class _Rarely:
    """Says how often something happened, no more than once in a while."""

    seconds: float
    _count: int = 0
    _last: float | None = None
    clock: Callable[[], float] = field(default=lambda: asyncio.get_running_loop().time())

    def count(self) -> int:
        """Count once more; return how often since it was last said, 0 when it is not time to say so."""
        self._count += 1
        now = self.clock()
        if self._last is not None and now - self._last < self.seconds:
            return 0
        counted, self._count, self._last = self._count, 0, now
        return counted


class Listener:
    """A listening socket and who is let in by it.

    asyncio's own would, out of descriptors, try as often as its backlog is long and log each attempt; and it
    waits a minute for a handshake.

    Parameters
    ----------
    listening : socket.socket
        Bound.
    make : callable
        Makes the protocol of a connection.
    connections : Connections
        Those that are there.
    backlog : int
        How many connections the system keeps waiting.
    tls : ssl.SSLContext, optional
        For https.
    """

    def __init__(
        self,
        listening: socket.socket,
        make: Callable[[], asyncio.Protocol],
        connections: Connections,
        *,
        backlog: int,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._listening = listening
        self._make = make
        self._connections = connections
        self._tls = tls
        self._openings: set[asyncio.Task[None]] = set()
        self._exhausted = _Rarely(COMPLAINT_SECONDS)
        listening.setblocking(False)  # noqa: FBT003 - the socket's own signature
        listening.listen(backlog)
        self._accepting = asyncio.create_task(self._accept())

    def close(self) -> None:
        """Let nobody in any more; those that are in may stay."""
        self._accepting.cancel()
        for opening in self._openings:
            opening.cancel()

    async def wait_closed(self) -> None:
        """Wait until nobody can come in any more."""
        await asyncio.gather(self._accepting, *self._openings, return_exceptions=True)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        taken = 0
        while True:
            try:
                connected, peer = await loop.sock_accept(self._listening)
            except OSError as error:
                # Anything else is a client that was gone before it was let in.
                await (self._recover(error) if error.errno in _EXHAUSTED else asyncio.sleep(0))
                continue
            self._admit(connected, neighbourhood(str(peer[0])))
            taken += 1
            if taken % AT_A_TIME == 0:
                await asyncio.sleep(0)

    async def _recover(self, error: OSError) -> None:
        """Make room where the system has none."""
        shed = self._connections.shed()
        if times := self._exhausted.count():
            log.error("connections cannot be accepted", reason=error.strerror, times=times)
        await asyncio.sleep(0 if shed else RETRY_SECONDS)

    def _admit(self, connected: socket.socket, address: str) -> None:
        if len(self._connections) + len(self._openings) >= self._connections.most and (
            not self._connections.shed()
        ):
            # Every other one has a call in work, which it is owed.
            connected.close()
            return
        handshake = _Handshake()
        opening = asyncio.create_task(self._open(connected, handshake))
        handshake.task = opening
        self._openings.add(opening)
        self._connections.waiting.join(handshake, address)
        opening.add_done_callback(self._openings.discard)
        # One that is cancelled before it began has closed nothing.
        opening.add_done_callback(lambda done: connected.close() if done.cancelled() else None)

    async def _open(self, connected: socket.socket, handshake: _Handshake) -> None:
        """Make a connection of a socket; close the socket of a client that does not shake hands."""
        loop = asyncio.get_running_loop()
        limits = (HANDSHAKE_SECONDS, CLOSING_SECONDS) if self._tls else (None, None)
        try:
            await loop.connect_accepted_socket(
                self._make,
                connected,
                ssl=self._tls,
                ssl_handshake_timeout=limits[0],
                ssl_shutdown_timeout=limits[1],
            )
        except OSError as error:
            log.debug("no connection", reason=str(error))
        finally:
            self._connections.waiting.leave(handshake)


class Server(uvicorn.Server):
    """uvicorn's server on a listener of ours.

    Parameters
    ----------
    config : uvicorn.Config
        Without sockets and without TLS.
    listening : socket.socket
        Bound.
    connections : Connections
        Those that are there.
    tls : ssl.SSLContext, optional
        For https.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        listening: socket.socket,
        connections: Connections,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(config)
        self._listening = listening
        self._connections = connections
        self._tls = tls

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, then listen."""
        self.config.loaded_app = cast("ASGI3Application", InPieces(cast("ASGIApp", self.config.loaded_app)))
        # Given no list, uvicorn would open a socket of its own.
        await super().startup(sockets=sockets or [])
        listener = Listener(
            self._listening, self._connection, self._connections, tls=self._tls, backlog=self.config.backlog
        )
        # uvicorn only closes it and waits for it, as it would any server of asyncio's.
        self.servers.append(cast("asyncio.base_events.Server", cast("object", listener)))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take in nobody any more, let running calls finish, then stop the application."""
        await super().shutdown(sockets=[*(sockets or ()), self._listening])

    def _connection(self) -> Connection:
        return Connection(self.config, self.server_state, self.lifespan.state, connections=self._connections)
