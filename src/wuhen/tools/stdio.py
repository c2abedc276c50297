"""The tools by standard input and output, for the agent that started this process."""

import asyncio

from mcp.server.stdio import stdio_server

from wuhen.tools.files import FileWork
from wuhen.tools.server import make_server
from wuhen.workers import LocalWorkers

__all__ = ["serve_files"]


def serve_files(work: FileWork, workers: LocalWorkers) -> None:
    """Serve until the agent hangs up, by workers that are not started yet."""

    async def serve() -> None:
        async with workers, stdio_server() as (read, write_back):
            server = make_server(work)
            await server.run(read, write_back, server.create_initialization_options())

    asyncio.run(serve())
