"""The service's own server around another application, for tests of connections."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from wuhen.service.connections import Connections
from wuhen.service.listening import Server

__all__ = ["serving_connections"]


@asynccontextmanager
async def serving_connections(
    application: ASGIApp, connections: Connections, tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Serve an application while the context lasts; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            application, http="h11", ws="none", lifespan="off", log_config=None, timeout_keep_alive=3600
        )
        server = Server(config, listening, connections, tls)
        port = int(listening.getsockname()[1])
        task = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)
        yield port
        server.should_exit = True
        await task
