"""How a door answers, whatever became of the call."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from starlette.responses import Response

from wuhen.service.context import CallContext, require
from wuhen.service.doors.door import Answer, Door, Refused
from wuhen.service.doors.languages import accepted_language
from wuhen.service.doors.statuses import status_of
from wuhen.wire import HttpRequest, Language

__all__ = ["DoorManner", "to_response"]


class DoorManner:
    """The manner of one path of a door; see `wuhen.service.manners.Manner`.

    Parameters
    ----------
    door : Door
        The door.
    methods : sequence of str
        That the path takes.
    """

    def __init__(self, door: Door, methods: Sequence[str]) -> None:
        self.door, self._refuse = door.name, door.refuse
        self._allow = {"allow": ", ".join(methods)}

    def language(self, head: HttpRequest) -> Language:
        """Return the language in which to answer."""
        return accepted_language(head)

    def write(self, context: CallContext) -> Response:
        """Return what the steps have written, or what the door makes of the error."""
        if context.error is None:
            return require(context.written)
        status = status_of(context.error.code)
        refused = Refused(
            context.request, context.error, status, context.request_id, context.language, context.retry_after
        )
        answer = self._refuse(refused)
        if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
            answer = replace(answer, headers={**self._allow, **answer.headers})
        return to_response(answer, context)


def to_response(answer: Answer, context: CallContext) -> Response:
    """Return an answer with the headers that each has."""
    headers = {"content-type": answer.media_type, "x-request-id": context.request_id}
    if context.error is not None and context.retry_after is not None:
        headers["retry-after"] = str(context.retry_after)
    headers |= {name.lower(): value for name, value in answer.headers.items()}
    return Response(answer.body, answer.status, headers)
