"""The studio's files: each release's lie in a folder of their own, so that a browser asks for them once."""

import re
from collections.abc import Sequence
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Final

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

__all__ = ["FOREVER", "PageFiles"]

FOREVER: Final = "public, max-age=31536000, immutable"
"""How long a file may be kept whose address changes with what it holds."""
_FOLDER: Final = "files"
_INDEX: Final = "index.html"
_DIGITS: Final = 16
_LINKED: Final = re.compile(rb'(?<=(?:href| src)=")(?=(?:css|js)/|icon\.svg")')


class PageFiles:
    """The page, and the files that it is made of.

    The page links to ``files/RELEASE/...``, where RELEASE is a digest of all files together; what lies there
    is sent with `FOREVER`. Under the address of another release the same files are sent, as a tab that was
    opened before an upgrade may ask for them, but they are not to be kept.

    Parameters
    ----------
    folder : Path
        Where the files lie; read once.
    """

    def __init__(self, folder: Path) -> None:
        digest = sha256()
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(f"{file.relative_to(folder).as_posix()}\0".encode())
            digest.update(sha256(file.read_bytes()).digest())
        self.release = digest.hexdigest()[:_DIGITS]
        below = f"{_FOLDER}/{self.release}/".encode()
        self._page = _LINKED.sub(below, (folder / _INDEX).read_bytes())
        self._files = StaticFiles(directory=folder)

    def routes(self, place: str, middleware: Sequence[Middleware]) -> list[BaseRoute]:
        """Return the routes of a page that lies at a path such as ``/studio``."""
        return [
            Route(f"{place}/", self._send_page, middleware=middleware),
            Mount(f"{place}/{_FOLDER}/{{release}}", self._send_file, middleware=middleware),
        ]

    async def _send_page(self, request: Request) -> Response:
        headers = {"etag": f'"{self.release}"', "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(self._page, media_type="text/html", headers=headers)

    async def _send_file(self, scope: Scope, receive: Receive, send: Send) -> None:
        kept = FOREVER if scope["path_params"]["release"] == self.release else "no-cache"

        async def with_header(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < HTTPStatus.BAD_REQUEST:
                message = {**message, "headers": [*message["headers"], (b"cache-control", kept.encode())]}
            await send(message)

        await self._files(scope, receive, with_header)
