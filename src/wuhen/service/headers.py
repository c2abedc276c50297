"""Headers that every answer has, whatever it answers: what a browser may do with it."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["STANDING", "Pairs", "WithStanding", "hsts", "with_standing"]

Pairs = tuple[tuple[bytes, bytes], ...]

STANDING: Pairs = (
    # Nothing that is answered is a page, but for the studio, which says itself what it may load.
    (
        b"content-security-policy",
        (
            b"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
            b"frame-ancestors 'none'; sandbox"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


def hsts(seconds: int) -> Pairs:
    """Return the header that has browsers come by https for so many seconds; none for 0."""
    return ((b"strict-transport-security", b"max-age=%d" % seconds),) if seconds else ()


def with_standing(given: Iterable[tuple[bytes, bytes]], standing: Pairs) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers with those of `standing` that it does not have."""
    headers = list(given)
    names = {name.lower() for name, _ in headers}
    return [*headers, *(pair for pair in standing if pair[0] not in names)]


class WithStanding:
    """ASGI middleware: adds these headers to every answer, where the connections are not ours to do it.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    headers : tuple of pairs of bytes
        Those that every answer has beside the usual ones.
    """

    def __init__(self, app: ASGIApp, headers: Pairs = ()) -> None:
        self._app = app
        self._standing = (*STANDING, *headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def send_standing(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = with_standing(message.get("headers", ()), self._standing)
            await send(message)

        await self._app(scope, receive, send_standing)
