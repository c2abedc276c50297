"""A server of raw HTTP for the tests: it sends what a test tells it to, byte for byte, and keeps count."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Origin:
    """One listening server, on one port of every address it was given."""

    port: int = 0
    connections: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    requests: list[bytes] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    serving: set[asyncio.Task[None]] = field(default_factory=set)

    def answer(self, path: str, *parts: bytes) -> None:
        """Send these bytes for a path, then close the connection."""

        async def send(writer: asyncio.StreamWriter) -> None:
            for part in parts:
                writer.write(part)
                await writer.drain()

        self.answers[path] = send

    def redirect(self, path: str, location: str, status: int = 302) -> None:
        head = f"HTTP/1.1 {status} Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
        self.answer(path, head.encode())

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self.serving.add(task)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await self._answer(await reader.readuntil(b"\r\n\r\n"), writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            self.closed.set()
            self.serving.discard(task)

    async def stop(self) -> None:
        """End what is still being answered."""
        for task in (waiting := list(self.serving)):
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def _answer(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        self.requests.append(head)
        answer = self.answers.get(head.split(b" ")[1].decode().partition("?")[0])
        if answer is None:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\nsecret")
        else:
            await answer(writer)


def ok(body: bytes, *headers: str) -> bytes:
    """Write an answer with status 200 and its length."""
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def origin(*hosts: str) -> AsyncIterator[Origin]:
    """Run a server on these addresses, with one free port for all."""
    made = Origin()
    servers: list[asyncio.Server] = []
    try:
        for host in hosts:
            server = await asyncio.start_server(made.serve, host, made.port)
            servers.append(server)
            made.port = server.sockets[0].getsockname()[1]
        yield made
    finally:
        for server in servers:
            server.close()
        await made.stop()
        for server in servers:
            await server.wait_closed()
