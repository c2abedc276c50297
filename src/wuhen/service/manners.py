"""How a call is answered once its steps are over: in the vendor's envelope, or otherwise by a door."""

import re
from http import HTTPStatus
from typing import Protocol

from starlette.responses import Response

from wuhen import wire
from wuhen.service.context import CallContext, require

__all__ = ["Envelopes", "Manner", "trace_header"]

_TRACE_ID = re.compile(r"[!-~]{1,128}")
"""SDKs send a UUID; no more comes back than a header may have."""


class Manner(Protocol):
    """Reads in which language a request is to be answered, and writes the answer."""

    @property
    def door(self) -> str:
        """The door's name; empty for the endpoint itself."""

    def language(self, head: wire.HttpRequest) -> wire.Language:
        """Return the language in which to answer, however broken the request is."""

    def write(self, context: CallContext) -> Response:
        """Return the answer to a call that has a reply or an error."""


class Envelopes:
    """The manner of the vendor's endpoint.

    Every answer is HTTP 200 with an envelope; the SDKs lose the code of any other.
    """

    door = ""

    def language(self, head: wire.HttpRequest) -> wire.Language:
        """Return the language in which to answer."""
        return wire.read_language(head)

    def write(self, context: CallContext) -> Response:
        """Return the envelope."""
        if context.error is not None:
            payload = wire.render_failure(context.error, context.request_id, context.language)
        else:
            payload = wire.render_success(require(context.reply), context.request_id)
        # A bare media type: with a charset behind it the Python SDK would not see an error as one.
        # To CONNECT, 200 would mean that a tunnel is open.
        status = HTTPStatus.METHOD_NOT_ALLOWED if context.request.method == "CONNECT" else wire.STATUS
        return Response(payload, status, {"content-type": wire.CONTENT_TYPE, **trace_header(context.request)})


def trace_header(request: wire.HttpRequest) -> dict[str, str]:
    """Return the header by which some SDKs find their call again, as the request has it."""
    values = request.values("X-TC-TraceId")
    return {"X-TC-TraceId": values[0]} if len(values) == 1 and _TRACE_ID.fullmatch(values[0]) else {}
