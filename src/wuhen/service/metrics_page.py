"""`/metrics`, on a socket of its own: what operators read is not on the address that callers reach."""

import contextlib
import socket
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.server import ServerState

from wuhen.service.connections import Connection, Connections
from wuhen.service.listening import Listener
from wuhen.service.metrics import Metrics

__all__ = ["serve_metrics"]

BACKLOG = 16
MAX_CONNECTIONS = 64


@contextlib.asynccontextmanager
async def serve_metrics(metrics: Metrics, listening: socket.socket) -> AsyncIterator[None]:
    """Answer `GET /metrics` on a bound socket while the context lasts.

    Connections are held to the same times as those of callers. They end with the context: the last thing of
    a service that stops, so that its draining can be watched.
    """

    async def send(request: Request) -> Response:
        await metrics.refresh()
        page, media_type = metrics.render(request.headers.get("accept", ""))
        return Response(page, headers={"content-type": media_type, "cache-control": "no-store"})

    config = uvicorn.Config(
        Starlette(routes=[Route("/metrics", send)]),
        http="h11",
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
    )
    config.load()
    state = ServerState()
    connections = Connections(MAX_CONNECTIONS)
    listener = Listener(
        listening,
        lambda: Connection(config, state, {}, connections=connections),
        connections,
        backlog=BACKLOG,
    )
    try:
        yield
    finally:
        listener.close()
        for connection in list(state.connections):
            connection.shutdown()
