"""`wuhen call` where the other side is no such service, or not what it seems."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click.testing
import pytest

from wuhen.cli import main

SECRET = "a-secret-that-nobody-should-see"


@contextmanager
def answering(status: int, body: bytes, location: str = "") -> Iterator[tuple[str, list[str]]]:
    """Run a server that always answers this; yield its address and the paths that were asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.path)
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Keep quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def call(endpoint: str, *options: str) -> click.testing.Result:
    environment = {"TENCENTCLOUD_SECRET_ID": "AKIDx", "TENCENTCLOUD_SECRET_KEY": SECRET}
    result = click.testing.CliRunner(env=environment).invoke(main, ["call", "--endpoint", endpoint, *options])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert SECRET not in result.output
    return result


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[1]",
        b"[" * 100_000,
        b'{"Response": 1}',
        b'\xff{"Response":{}}',
        b'{"Response":{"ResultImage":5}}',
        b'{"Response":{"ResultImage":"@@"}}',
        b'{"Response":{"ResultImage":"http://[::1"}}',
    ],
)
def test_an_answer_that_is_none_is_a_line(body: bytes, tmp_path: object) -> None:
    with answering(200, body) as (endpoint, _):
        result = call(endpoint, "-o", f"{tmp_path}/out.png")
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1


def test_a_signed_call_is_not_handed_on() -> None:
    with answering(200, b"{}") as (elsewhere, asked), answering(307, b"", elsewhere) as (endpoint, _):
        result = call(endpoint)
    assert result.exit_code == 2
    assert "status 307" in result.output
    assert asked == []


def test_an_error_in_broken_text_is_shown_all_the_same() -> None:
    with answering(200, b'{"Response":{"Error":{"Code":"X","Message":"\\ud800\\u001b[31m"}}}') as (
        endpoint,
        _,
    ):
        result = call(endpoint)
    assert result.exit_code == 1
    assert '"X"' in result.output
    assert "\x1b" not in result.output


@pytest.mark.parametrize(
    "endpoint", ["http://[::1", "http://127.0.0.1:99999", "http://u:p@127.0.0.1", "ftp://x", "http://"]
)
def test_what_is_no_endpoint_is_a_line(endpoint: str) -> None:
    result = call(endpoint)
    assert result.exit_code == 2
    assert "is no endpoint" in result.output
