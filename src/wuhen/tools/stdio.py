"""The tools by standard input and output, for the agent that started this process."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from mcp.server.stdio import stdio_server

from wuhen.action import Job
from wuhen.tools.files import FileWork
from wuhen.tools.folders import Folders
from wuhen.tools.server import make_server
from wuhen.workers import LocalWorkers

__all__ = ["serve_files"]


def serve_files(
    folders: Folders,
    settle: Callable[[Job], Job],
    write: Callable[[Path, bytes], None],
    workers: LocalWorkers,
) -> None:
    """Serve until the agent hangs up; parameters are those of `FileWork`, the workers not started yet."""

    async def serve() -> None:
        async with workers, stdio_server() as (read, write_back):
            server = make_server(FileWork(folders, workers, settle, write))
            await server.run(read, write_back, server.create_initialization_options())

    asyncio.run(serve())
