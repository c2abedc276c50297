"""The door for agents: tools by the Model Context Protocol over Streamable HTTP, by its official library.

The library reads and writes the messages. Before it comes what any request must pass: the key, and a body of
bounded size that comes at a rate. Behind it, each call of a tool is a call of an action, with its own number
in log and records: see `ServiceWork`. No session is kept, so that any of several services can answer.
"""

import asyncio
import json
import logging
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from wuhen import wire
from wuhen.accounts import JobNumExceeded
from wuhen.results import ResultStore
from wuhen.service.body import ClientGoneError, may_exceed
from wuhen.service.context import CallContext, require
from wuhen.service.doors.bearers import find_key, read_api_key, read_bearer
from wuhen.service.doors.failures import KEY_MISSING, KEY_UNKNOWN, ORIGIN_REFUSED, WRONG_METHOD
from wuhen.service.doors.languages import accepted_language
from wuhen.service.doors.statuses import status_of
from wuhen.service.doors.tool_calls import ServiceWork, ToolSteps, leave_caller
from wuhen.service.endpoint import Endpoint
from wuhen.service.logs import log
from wuhen.service.pipeline import CallPath, let_go_of_body
from wuhen.settings import Settings
from wuhen.tools.server import make_server

__all__ = ["PATH", "McpDoor"]

PATH: Final = "/mcp"
MOST_BYTES: Final = 16 * 1024**2
"""Of a message, which is parsed on the event loop; larger pictures come by URL."""
FREE_BYTES: Final = 1024**2
"""Of a message that takes no room for large pictures. The library makes ten times as much of one."""
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_INVALID_REQUEST: Final = -32600
_KEYS: Final = (read_bearer, read_api_key)


class McpDoor:
    """The door as an ASGI application.

    Parameters
    ----------
    settings : Settings
        The operator's choices.
    path : CallPath
        The way of calls.
    endpoint : Endpoint
        What lies around it.
    results : ResultStore
        Where results go that are too large for a message.
    """

    def __init__(self, settings: Settings, path: CallPath, endpoint: Endpoint, results: ResultStore) -> None:
        # What they say of each message is in our own log, or nobody's business: the pictures in it.
        for name in ("mcp", "sse_starlette"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._path = path
        self._origin = _origin_of(settings.public_url)
        self._manner = _Manner()
        self._endpoint = endpoint.beside(ToolSteps(path), self._manner)
        work = ServiceWork(self._endpoint, path, results, settings)
        self._messages = StreamableHTTPSessionManager(
            make_server(work), stateless=True, max_request_body_size=MOST_BYTES
        )

    def kept(self) -> AbstractAsyncContextManager[None]:
        """Return the context in which messages are answered."""
        return self._messages.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one message, which may be a call of a tool."""
        context = self._endpoint.begin(scope, receive)
        scope["request_id"] = context.request_id
        try:
            # Both are kept while values are made of it, too, until a tool has taken them over.
            async with context.body_slot, context.room:
                if await self._may_enter(context):
                    leave_caller(scope, context)
                    await self._messages.handle_request(scope, _again(context), send)
                    return
        except ClientGoneError:
            return
        self._endpoint.note(context)
        log.info("call", RequestId=context.request_id, **context.log_fields())
        await self._manner.write(context)(scope, receive, send)

    async def _may_enter(self, context: CallContext) -> bool:
        try:
            await self._enter(context)
        except ClientGoneError:
            raise
        except wire.ApiError as error:
            context.error = error
        except JobNumExceeded:
            context.error = wire.failures.JOB_LIMIT()
        except Exception:
            log.exception("unforeseen", RequestId=context.request_id)
            context.error = wire.failures.INNER_FAULT()
        return context.error is None

    async def _enter(self, context: CallContext) -> None:
        """Find out who sends a message, and receive it."""
        head = context.request
        allowed = wire.Allowance(MOST_BYTES, wire.failures.REQUEST_TOO_LARGE(limit=MOST_BYTES))
        try:
            self._check_origin(head)
            if head.method != "POST":
                raise WRONG_METHOD(right="POST")
            text = find_key(head, _KEYS)
            if text is None:
                raise KEY_MISSING()
            key = context.credential = await self._path.find_bearer(text)
            if key is None:
                raise KEY_UNKNOWN()
        except wire.ApiError:
            await self._path.discard(context)
            raise
        self._path.prove(context)
        if may_exceed(head, FREE_BYTES):
            await self._path.make_room(context)
        await self._path.receive(context, key, allowed)
        # The library would make values of whatever there is, all at once and on the event loop.
        await asyncio.to_thread(wire.check_marks, context.request.body)

    def _check_origin(self, head: wire.HttpRequest) -> None:
        """Refuse what pages send, but for those of this machine and of the service itself.

        A page whose name was made to lead here (DNS rebinding) sends its own name along.
        """
        origin = head.header("Origin")
        if origin is not None and origin != self._origin and _host_of(origin) not in _LOCAL:
            raise ORIGIN_REFUSED(origin=origin)


class _Manner:
    """Reads the language of a message, and answers those that the library does not get to see."""

    door = "mcp"

    def language(self, head: wire.HttpRequest) -> wire.Language:
        """Return the language in which to answer."""
        return accepted_language(head)

    def write(self, context: CallContext) -> Response:
        """Return the answer to what was refused."""
        error = require(context.error)
        told = {"code": _INVALID_REQUEST, "message": f"{error.code}: {error.message(context.language)}"}
        headers = {"content-type": "application/json", "x-request-id": context.request_id}
        status = status_of(error.code)
        if status == HTTPStatus.UNAUTHORIZED:
            headers["www-authenticate"] = "Bearer"
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["allow"] = "POST"
        return Response(json.dumps({"jsonrpc": "2.0", "id": None, "error": told}), status, headers)


def _again(context: CallContext) -> Receive:
    """Return what hands out a body that was received, and then the news that the client hung up."""
    body: bytes | None = context.request.body
    let_go_of_body(context)

    async def receive() -> Message:
        nonlocal body
        if body is None:
            return await context.receive()
        handed_out, body = body, None
        return {"type": "http.request", "body": handed_out, "more_body": False}

    return receive


def _origin_of(url: str | None) -> str | None:
    """Return the origin that pages of a URL have."""
    if url is None:
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None
