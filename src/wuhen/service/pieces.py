"""Answers by pieces, so that it is known at any time how much of one was taken."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["PIECE", "InPieces"]

PIECE = 64 * 1024
"""Bytes that are handed over at a time."""


class InPieces:
    """ASGI middleware: sends long bodies by pieces, each when the connection has room for it.

    A connection takes whatever it is given at once. Over TLS it then holds all of it where it can be neither
    seen whether the client reads it, nor that it is not read yet when the connection is to be closed.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def send_pieces(message: Message) -> None:
            body = message.get("body", b"")
            if message["type"] != "http.response.body" or len(body) <= PIECE:
                await send(message)
                return
            last = (len(body) - 1) // PIECE * PIECE
            for start in range(0, last, PIECE):
                await send({**message, "body": body[start : start + PIECE], "more_body": True})
            await send({**message, "body": body[last:]})

        await self._app(scope, receive, send_pieces)
