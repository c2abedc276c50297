"""The studio: its files, and the session that a one-time link opens.

The page is a client like any other: it signs its calls with a key. The link that is shown at the start of a
service on this machine gets it a temporary one; elsewhere its user types in a key.
"""

import asyncio
import json
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wuhen.accounts import KeyStore, OneTimeCodes, StoreUnavailable
from wuhen.samples import shown_path
from wuhen.service.logs import log
from wuhen.service.page_files import PageFiles
from wuhen.service.reference import ReferencePage

__all__ = ["PREFIX", "StartPage", "link", "studio_routes"]

PREFIX = "/studio"
SESSION_SECONDS = 12 * 3600
_MAX_BODY = 1024
_BODY_SECONDS = 5.0
_HEADERS = {
    # Nothing but the page's own files; pictures that it made itself or shows by URL.
    "content-security-policy": "default-src 'self'; img-src 'self' blob: data: http: https:; "
    "worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-cache",
}


def link(url: str, code: str) -> str:
    """Return the address that opens the studio; its fragment, the code, is sent to nobody."""
    return f"{url}{PREFIX}/#code={code}"


def studio_routes(
    keys: KeyStore, codes: OneTimeCodes, concurrency: int, reference: ReferencePage
) -> list[BaseRoute]:
    """Return the studio's routes.

    All sessions' keys together may run `concurrency` calls at a time.
    """
    folder = Path(str(files("wuhen.studio"))) / "static"
    return [
        Route(PREFIX, _with_slash),
        Route(f"{PREFIX}/samples/{{file}}", _sample, middleware=[Middleware(_WithHeaders)]),
        Route(f"{PREFIX}/session", Sessions(keys, codes, concurrency).open, methods=["POST"]),
        Route(f"{PREFIX}/reference.json", reference.send, middleware=[Middleware(_WithHeaders)]),
        Route(f"{PREFIX}/service.json", reference.send_facts, middleware=[Middleware(_WithHeaders)]),
        *PageFiles(folder).routes(PREFIX, [Middleware(_WithHeaders)]),
        Mount(PREFIX, StaticFiles(directory=folder), middleware=[Middleware(_WithHeaders)]),
    ]


async def _with_slash(request: Request) -> Response:  # noqa: ARG001 - Starlette's signature
    # Relative: a proxy may have the service under a path of which it says nothing.
    return _redirect(f"{PREFIX.removeprefix('/')}/")


def _redirect(where: str) -> Response:
    return RedirectResponse(where, headers={"vary": "accept"})


async def _sample(request: Request) -> Response:
    path = shown_path(request.path_params["file"])
    if path is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return FileResponse(path)


class StartPage:
    """Leads a browser that opens the service's address to the studio; whatever else comes is an API call.

    Parameters
    ----------
    calls : ASGIApp
        Answers those.
    """

    def __init__(self, calls: ASGIApp) -> None:
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for `/`."""
        answer = _redirect(f"{PREFIX.removeprefix('/')}/") if _is_visit(scope) else self._calls
        await answer(scope, receive, send)


def _is_visit(scope: Scope) -> bool:
    """Tell whether somebody looks for a page: nothing is asked of the API, and HTML is welcome."""
    if scope["method"] not in {"GET", "HEAD"} or scope["query_string"]:
        return False
    headers = Headers(scope=scope)
    if any(name == "authorization" or name.startswith("x-tc-") for name in headers):
        return False
    return "text/html" in headers.get("accept", "").lower()


class Sessions:
    """Trades a one-time code for a temporary key.

    Parameters
    ----------
    keys : KeyStore
        Where the key is made.
    codes : OneTimeCodes
        The codes.
    concurrency : int
        How many calls all sessions' keys together may run at a time.
    """

    def __init__(self, keys: KeyStore, codes: OneTimeCodes, concurrency: int) -> None:
        self._keys = keys
        self._codes = codes
        self._concurrency = concurrency

    async def open(self, request: Request) -> Response:
        """Answer with a key, or 403."""
        # A page of another origin must not use up codes on a visitor's behalf.
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return JSONResponse({"error": "cross-site"}, 403)
        body = b""
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                async for part in request.stream():
                    body += part
                    if len(body) > _MAX_BODY:
                        return JSONResponse({"error": "too long"}, 413)
        except TimeoutError:
            return JSONResponse({"error": "too slow"}, 408)
        return await asyncio.to_thread(self.answer, body)

    def answer(self, body: bytes) -> Response:
        """Return the answer to a request's body; looks at the disk."""
        try:
            code = json.loads(body)["code"]
        except (ValueError, KeyError, TypeError, RecursionError):
            code = ""
        try:
            account = self._codes.redeem(code) if isinstance(code, str) else None
            if account is None:
                return JSONResponse({"error": "unknown code"}, 403)
            key = self._keys.create_by_link(account, concurrency=self._concurrency, lifetime=SESSION_SECONDS)
        except StoreUnavailable as error:
            log.error("no session", reason=str(error))
            return JSONResponse({"error": "unavailable"}, 503)
        log.info("studio session", account=account, secret_id=key.secret_id)
        return JSONResponse(
            {
                "SecretId": key.secret_id,
                "SecretKey": key.secret_key,
                "Token": key.token,
                "Expires": key.expires_at,
                "Account": account if key.sees_account else None,
            },
            headers={"cache-control": "no-store"},
        )


class _WithHeaders:
    """Adds headers: what the page may load, and that an answer that says nothing else is asked for anew.

    Files are sent whole: to send a hundred pieces of one takes as long as many of a stranger's requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=[*message.get("headers", ())])
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                message = {**message, "headers": headers.raw}
            await send(message)

        headers = [pair for pair in scope["headers"] if pair[0] != b"range"]
        await self._app({**scope, "headers": headers}, receive, with_headers)
