"""The access log: a line for each request, whatever it is for."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wuhen.service.logs import log

__all__ = ["AccessLog"]


class AccessLog:
    """Writes a line when a request is over: who asked for what, and what came of it.

    The query is left out, as it may hold signatures. `answered` is missing where the client hung up first.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, size = time.perf_counter(), 0
        said: dict[str, object] = {}

        async def note(message: Message) -> None:
            nonlocal size
            if message["type"] == "http.response.start":
                said["answered"] = message["status"]
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            client = scope.get("client")
            log.info(
                "request",
                client=client[0] if client else None,
                method=scope["method"],
                path=scope["path"],
                **said,
                bytes=size,
                seconds=round(time.perf_counter() - began, 3),
                user_agent=_user_agent(scope),
                **({"RequestId": scope["request_id"]} if "request_id" in scope else {}),
            )


def _user_agent(scope: Scope) -> str | None:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"user-agent"), None)
