"""What a connection may send before anybody knows who sends it: heads of bounded cost, bodies of one meaning.

h11 bounds neither the number of header lines nor that of chunks, and each takes it microseconds, on the
event loop, that a sender has for a few bytes. It also takes what two parties could read in two ways. Such
requests are refused here, before they are parsed where that is what they cost, in an envelope.
"""

import asyncio
import re
import uuid
from http import HTTPStatus
from typing import Any, Final

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from wuhen import wire
from wuhen.service.headers import STANDING, with_standing
from wuhen.service.logs import log

__all__ = ["FREE_CHUNKS", "MAX_HEADER_LINES", "MAX_HEAD_BYTES", "Guard", "GuardedConnection"]

MAX_HEAD_BYTES: Final = wire.Limits().get
"""Bytes of a request line and its headers: a whole GET request."""
MAX_HEADER_LINES: Final = 100
"""Header lines. SDKs send up to 15, browsers and proxies add some 20."""
MAX_PATH_BYTES: Final = 2048
"""Bytes of a path, as sent."""
FREE_CHUNKS: Final = 64
MIN_MEAN_CHUNK: Final = 512
"""Bytes that chunks have on average, beyond the first `FREE_CHUNKS`; HTTP libraries send 4 KB and more."""
REFUSED_SECONDS: Final = 10.0
"""For what a client still sends that is refused: closing at once could cost it the answer."""
REFUSED_BYTES: Final = 16 * 1024 * 1024
SLICE: Final = 32 * 1024
"""Bytes that are parsed at a time; the event loop hands over up to 256 KB."""

_HEAD_END: Final = re.compile(rb"\n\r?\n")
_LAST_CHUNK: Final = re.compile(rb"(?:\r?\n)?0+(?:;[^\n]*)?[ \t]*\r\n")
_LANGUAGE: Final = re.compile(rb"(?:\nX-TC-Language:[ \t]*|[?&]Language=)(zh-CN|en-US)\b", re.IGNORECASE)


class GuardedConnection(H11Protocol):
    """uvicorn's connection, which refuses what is too long, too dear or ambiguous.

    A client that is refused is answered in an envelope, and may go on sending for a while so that it gets to
    read it; nothing of that is looked at.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn: Guard = Guard()
        self._lingering: asyncio.TimerHandle | None = None
        self._ignored = 0

    def data_received(self, data: bytes) -> None:
        """Parse what came, a slice at a time."""
        for start in range(0, len(data), SLICE):
            if self._lingering is not None:
                self._ignore(len(data) - start)
                return
            super().data_received(data[start : start + SLICE])

    def send_400_response(self, msg: str) -> None:
        """Tell a client what is wrong with its request, as far as it can still be told.

        Parameters
        ----------
        msg
            uvicorn's own words, which say nothing of the case.
        """
        del msg
        if self._lingering is not None:
            return
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.close()
            return
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._refuse(self.conn.refusal or wire.failures.MALFORMED_HTTP())
        self._lingering = self.loop.call_later(REFUSED_SECONDS, self.transport.abort)
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def shutdown(self) -> None:
        """Finish what can be finished; one that was refused has had its answer."""
        if self._lingering is not None:
            self.transport.close()
        else:
            super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._lingering is not None:
            self._lingering.cancel()
        super().connection_lost(exc)

    def _refuse(self, error: wire.ApiError) -> None:
        request_id = str(uuid.uuid4())
        log.info("request refused", RequestId=request_id, code=error.code, message=str(error.text.en))
        # What is merely too long may come from an SDK, which reads the code in answers of status 200 only.
        is_size = error.code == "RequestSizeLimitExceeded"
        payload = wire.render_failure(error, request_id, self.conn.language)
        status = HTTPStatus.OK if is_size else HTTPStatus.BAD_REQUEST
        headers = [
            ("content-type", wire.CONTENT_TYPE),
            ("content-length", str(len(payload))),
            ("connection", "close"),
        ]
        response = h11.Response(status_code=status, headers=headers, reason=status.phrase)
        body = h11.Data(data=b"" if self.conn.bodiless else payload)
        for event in (response, body, h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")

    def _ignore(self, size: int) -> None:
        self._ignored += size
        if self._ignored > REFUSED_BYTES:
            self.transport.abort()


class Guard(h11.Connection):
    """h11's state machine with bounds of its own.

    Attributes
    ----------
    refusal : wuhen.wire.ApiError or None
        What is wrong with a request that could not be read, where more is known than that.
    language : wuhen.wire.Language
        The language that a refused request asks for, as far as it was looked at.
    bodiless : bool
        Whether the answer may have no body.
    standing : tuple of pairs of bytes
        Headers that every answer has.
    sent : int
        Bytes of answers that were handed over to be sent.
    """

    def __init__(self) -> None:
        super().__init__(h11.SERVER, MAX_HEAD_BYTES)
        self.refusal: wire.ApiError | None = None
        self.language = wire.Language.ENGLISH
        self.bodiless = False
        self.standing = STANDING
        self.sent = 0
        self._chunked = self._between_chunks = self._ending = False
        self._chunks = self._received = 0

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Return what came next.

        Raises
        ------
        h11.RemoteProtocolError
            It cannot be read, or may not be.
        """
        if self.their_state is h11.IDLE:
            self._check_head()
        elif self._between_chunks and self.their_state is h11.SEND_BODY:
            self._check_end()
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._begin(event)
        elif isinstance(event, h11.Data) and self._chunked:
            self._count(event)
        return event

    def send_with_data_passthrough(self, event: h11.Event) -> list[bytes] | None:
        """Return the bytes of an event, in pieces; every answer has the standing headers."""
        if isinstance(event, h11.Response):
            headers = with_standing(event.headers, self.standing)
            event = h11.Response(
                status_code=event.status_code,
                headers=headers,
                http_version=event.http_version,
                reason=event.reason,
            )
        pieces = super().send_with_data_passthrough(event)
        self.sent += sum(map(len, pieces or ()))
        return pieces

    def _check_head(self) -> None:
        waiting, _ = self.trailing_data
        found = _HEAD_END.search(waiting, 0, MAX_HEAD_BYTES + 3)
        head = waiting[: found.end() if found else MAX_HEAD_BYTES + 1]
        if len(head) > MAX_HEAD_BYTES:
            self._refuse(wire.failures.REQUEST_TOO_LARGE(limit=MAX_HEAD_BYTES), head)
        # The request line and the empty line at the end are none of them.
        if head.count(b"\n") > MAX_HEADER_LINES + 2:
            self._refuse(wire.failures.TOO_MANY_HEADERS(limit=MAX_HEADER_LINES), head)
        # Not every reader ends a line at a bare line feed, or continues one that begins with a space.
        if head.count(b"\n") != head.count(b"\r\n") or b"\n " in head or b"\n\t" in head:
            self._refuse(wire.failures.MALFORMED_HTTP(), head)
        target = head[: head.find(b"\n")].partition(b" ")[2].partition(b" ")[0]
        if len(target.partition(b"?")[0]) > MAX_PATH_BYTES:
            self._refuse(wire.failures.PATH_TOO_LONG(limit=MAX_PATH_BYTES), head)

    def _begin(self, request: h11.Request) -> None:
        names = {name for name, _ in request.headers}
        self.bodiless = request.method == b"HEAD"
        self._chunked = self._between_chunks = b"transfer-encoding" in names
        self._ending = False
        self._chunks = self._received = 0
        # RFC 9112, 6.1: either way it may be an attempt to smuggle in a second request.
        if self._chunked and (b"content-length" in names or request.http_version < b"1.1"):
            self._refuse(wire.failures.AMBIGUOUS_LENGTH(), b"")

    def _check_end(self) -> None:
        """Refuse trailers: nothing of a call is in them, and h11 reads as many as there are."""
        waiting, _ = self.trailing_data
        if not self._ending and (last := _LAST_CHUNK.match(waiting)):
            self._ending = True
            waiting = waiting[last.end() :]
        if self._ending and waiting[:2] not in {b"", b"\r", b"\r\n"}:
            self._refuse(wire.failures.TRAILERS(), b"")

    def _count(self, data: h11.Data) -> None:
        self._between_chunks = data.chunk_end
        self._chunks += data.chunk_end
        self._received += len(data.data)
        if (self._chunks - FREE_CHUNKS) * MIN_MEAN_CHUNK > self._received:
            self._refuse(wire.failures.CHUNKS_TOO_SMALL(size=MIN_MEAN_CHUNK), b"")

    def _refuse(self, error: wire.ApiError, head: bytes) -> None:
        if named := _LANGUAGE.search(head):
            chinese = named[1].lower() == b"zh-cn"
            self.language = wire.Language.CHINESE if chinese else wire.Language.ENGLISH
        self.refusal = error
        raise h11.RemoteProtocolError(error.code)
