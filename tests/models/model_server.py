"""A web server with one file, which can be told how to fail."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class ModelServer:
    """What the server holds and does, and what it was asked.

    Attributes
    ----------
    ranges
        Whether it heeds Range.
    cuts
        After how many bytes of its body each coming answer is cut off; when used up, none is.
    status
        Answered to everything, if not 0.
    paused
        Where given, answers wait for it in mid-body.
    """

    content: bytes
    port: int = 0
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    paused: threading.Event | None = None
    asked: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/models"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = request.headers["Range"]
        self.asked.append(asked)
        self.paths.append(request.path)
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and self.ranges else 0
        status = self.status or (206 if start else 200)
        if start >= len(self.content):
            status, start = 416, len(self.content)
        request.send_response(status)
        body = self.content[start:] if status < 300 else b""
        total = len(self.content)
        span = {"Content-Range": f"bytes {start}-{total - 1}/{total}"} if status == 206 else {}
        for name, value in (span | self.headers).items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if self.cuts:
            body = body[: self.cuts.pop(0)]
        if self.paused:
            request.wfile.write(body[: len(body) // 2])
            self.paused.wait(20)
            body = body[len(body) // 2 :]
        request.wfile.write(body)


@contextmanager
def serving(content: bytes) -> Iterator[ModelServer]:
    """Run a server with a file."""
    server = ModelServer(content)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.answer(self)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
