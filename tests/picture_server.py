"""An HTTP server to download pictures from: whole, missing, slow, elsewhere, or when a test says so."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, cast

from scenes import Scene

HELD: Final = "/held.png"
SLOW: Final = "/slow.png"
REDIRECTED: Final = "/to"
LOOP: Final = "/loop"
MISSING: Final = "/missing.png"
NO_PICTURE: Final = "/text"
WAIT_SECONDS: Final = 30.0


class PictureServer(ThreadingHTTPServer):
    """Serves `files`, and redirects to them; `HELD` waits for a test, `SLOW` for longer than any client."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.closing = threading.Event()
        self.asked = threading.Semaphore(0)
        self.release = threading.Event()
        self.told = queue.Queue[tuple[str, dict[str, str], bytes]]()
        """Path, headers (in lower case) and body of what was posted."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str) -> str:
        """Return the URL of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def admitted(self) -> tuple[str, ...]:
        """The options with which a service downloads from here, if it is quick."""
        return (
            *("--download-allow", "127.0.0.0/8"),
            *("--download-ports", f"80,443,{self.port}"),
            *("--download-timeout", "5"),
        )

    def publish(self, scene: Scene) -> None:
        """Serve a scene's photo and mask, and something that is no picture."""
        self.files |= {"/photo.png": scene.photo, "/mask.png": scene.mask, NO_PICTURE: b"not a picture"}

    @contextmanager
    def holding(self) -> Iterator[str]:
        """Hold whoever asks for the URL returned, until the block ends; see `until_asked`."""
        self.release.clear()
        while self.asked.acquire(blocking=False):
            pass
        try:
            yield self.url(HELD)
        finally:
            self.release.set()

    def until_asked(self) -> None:
        """Return once somebody is being held."""
        assert self.asked.acquire(timeout=WAIT_SECONDS), "nobody asked for the held picture"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = cast("PictureServer", self.server)
        match self.path:
            case path if path.startswith(f"{REDIRECTED}/"):
                self._redirect(path.removeprefix(REDIRECTED))
            case "/loop":
                self._redirect(LOOP)
            case "/slow.png":
                server.closing.wait(WAIT_SECONDS)
                self.close_connection = True
            case "/held.png":
                server.asked.release()
                server.release.wait(WAIT_SECONDS)
                self._file(server.files["/photo.png"])
            case path if path in server.files:
                self._file(server.files[path])
            case _:
                self._send(404, "text/plain", b"there is no such picture")

    def do_POST(self) -> None:
        server = cast("PictureServer", self.server)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.told.put((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self._send(204, "text/plain", b"")

    def _redirect(self, path: str) -> None:
        self._send(302, "text/plain", b"", location=path)

    def _file(self, data: bytes) -> None:
        self._send(200, "image/png", data)

    def _send(self, status: int, media_type: str, data: bytes, **headers: str) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        except ConnectionError:
            self.close_connection = True  # whoever asked has given up

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keep quiet."""


@contextmanager
def serving() -> Iterator[PictureServer]:
    """Run a picture server."""
    with PictureServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.release.set()
            server.shutdown()
            thread.join()
