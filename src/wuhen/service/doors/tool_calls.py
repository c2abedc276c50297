"""Calls of tools: each goes the way of a call, with what its message has shown of who sends it."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from mcp.types import ContentBlock, ImageContent, ResourceLink
from starlette.types import Message, Scope

from wuhen import wire
from wuhen.action import JOB_LOST
from wuhen.photo import media_type
from wuhen.results import ResultStore, ResultStoreError
from wuhen.service.arrival import Arrival
from wuhen.service.context import CallContext, Entry, require
from wuhen.service.endpoint import Endpoint
from wuhen.service.handlers.handing import hand_out
from wuhen.service.logs import log
from wuhen.service.pipeline import CallPath, Step
from wuhen.settings import Settings
from wuhen.tools.server import Request, Told
from wuhen.tools.telling import describe_erasure, describe_labels, describe_object, describe_places
from wuhen.tools.tool import ERASE_TOOL, FIND_TOOL, SELECT_TOOL, Given, Tool

__all__ = ["ServiceWork", "ToolSteps", "leave_caller"]

SHOWN_BYTES: Final = 700 * 1024
"""Of a picture that a message holds: clients read events of up to 1 MiB, and base64 takes a third more."""
_CALLER: Final = "wuhen.caller"
_UNSHOWN: Final = media_type("TIFF")

Asked: TypeAlias = tuple[Tool, Given]


def leave_caller(scope: Scope, context: CallContext) -> None:
    """Leave what is known of a message where the tools that it calls find it."""
    scope[_CALLER] = replace(context, request=replace(context.request, body=b""))


class ToolSteps:
    """The steps of a tool's call; who calls was found out before."""

    def __init__(self, path: CallPath) -> None:
        self.arriving: tuple[Step, ...] = (path.admit, self.read)
        self.working: tuple[Step, ...] = (path.handle, path.audit)

    async def read(self, context: CallContext) -> None:
        """Find out what is asked for in the action's terms; the message has done its part then."""
        await context.body_slot.aclose()
        asked: Any = context.note
        tool, given = asked
        context.note = None
        parameters = await asyncio.to_thread(_read, tool, given)
        key, form = require(context.credential), context.door
        context.call = wire.Call(tool.action, parameters, "", context.language, key.secret_id, form, None)


class ServiceWork:
    """See `wuhen.tools.server.Work`.

    Parameters
    ----------
    endpoint : Endpoint
        What carries calls out, by `ToolSteps`.
    path : CallPath
        The way of calls.
    results : ResultStore
        Where results go that are too large for a message.
    settings : Settings
        The operator's choices.
    """

    def __init__(self, endpoint: Endpoint, path: CallPath, results: ResultStore, settings: Settings) -> None:
        self._endpoint, self._path = endpoint, path
        self._results, self._deadline = results, settings.deadline

    def schema(self, tool: Tool) -> dict[str, Any]:
        """Return the schema, with pictures as base64 or as URLs."""
        texts = {
            "image": "The image",
            "mask": "A mask picture of the image's size; white is erased",
            "keep_out": "A picture like the mask; where it is white nothing is copied from",
        }
        how = "as base64, a data URI or an http(s) URL."
        more = {name: {"type": "string", "description": f"{texts[name]}, {how}"} for name in tool.pictures}
        return tool.schema(more, ("image",))

    def language(self, request: Request) -> wire.Language:
        """Return the language that the message prefers."""
        return _caller_of(request).language

    async def carry_out(self, tool: Tool, given: Given, request: Request) -> Told:
        """Have the call carried out, for as long as somebody waits for it."""
        gone = asyncio.Event()
        context = self._begin(tool, given, _caller_of(request), gone)
        # In a task of its own, which ends as a call does whose client hangs up.
        task = asyncio.create_task(self._endpoint.carry_out(context))
        task.add_done_callback(lambda over: over.cancelled() or over.exception())
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            gone.set()
            raise
        if context.error is not None:
            raise context.error
        return await self._tell(tool, context)

    def _begin(self, tool: Tool, given: Given, caller: CallContext, gone: asyncio.Event) -> CallContext:
        async def receive() -> Message:
            await gone.wait()
            return {"type": "http.disconnect"}

        arrival = Arrival.ended(receive)
        context = CallContext(
            caller.scheme, caller.prefix, caller.address, arrival, caller.request, caller.language
        )
        key = context.credential = require(caller.credential)
        context.ends, context.door, context.proven = context.started + self._deadline, caller.door, True
        context.body_received, context.body_size = True, caller.body_size
        context.body_slot, context.room, context.has_room = caller.body_slot, caller.room, caller.has_room
        context.entry = Entry(caller.door, tool.action.version, tool.action.name, key.secret_id)
        context.note = tool, given
        return context

    async def _tell(self, tool: Tool, context: CallContext) -> Told:
        handled = require(context.handled)
        reply: Mapping[str, Any] = handled.reply
        if tool is ERASE_TOOL and handled.facts is not None:
            facts = handled.facts
            text, told = describe_erasure(
                (facts.width, facts.height), facts.hole, reply.get("Found", ()), reply.get("Remarks", ())
            )
            shown = await self._show(reply["ResultImage"], facts.media_type, context)
        elif tool is SELECT_TOOL:
            text, told = describe_object(reply["Score"], (reply["Width"], reply["Height"]))
            shown = await self._show(reply["Mask"], reply["MediaType"], context)
        elif tool is FIND_TOOL:
            text, told = describe_places(reply["Places"], (reply["Width"], reply["Height"]))
            shown = await self._show(reply["Mask"], media_type("PNG"), context)
        else:
            told, shown = dict(reply), ()
            text = describe_labels(reply)
        return Told(text, shown, told | {"request_id": context.request_id})

    async def _show(self, picture: str, kind: str, context: CallContext) -> tuple[ContentBlock, ...]:
        """Return a picture or, where it is too large for a message, a link to it."""
        base_url = self._path.base_url(context)
        small = len(picture) <= SHOWN_BYTES // 3 * 4 and kind != _UNSHOWN
        if small or base_url is None:
            return (ImageContent(type="image", data=picture, mime_type=kind),)
        data = await asyncio.to_thread(base64.b64decode, picture)
        try:
            url = await hand_out(data, kind, self._results, base_url)
        except ResultStoreError as error:
            log.error("result not stored", reason=str(error), RequestId=context.request_id)
            raise JOB_LOST() from error
        text = "Valid for one hour."
        return (
            ResourceLink(
                type="resource_link", uri=url, name="result", mime_type=kind, size=len(data), description=text
            ),
        )


def _caller_of(request: Request) -> CallContext:
    """Return what is known of who sent the message of a tool's call."""
    found: CallContext = require(request.request).scope[_CALLER]
    return found


def _read(tool: Tool, given: Given) -> dict[str, wire.Value]:
    rest, raw = dict(given), dict[str, object]()
    for name, parameter in tool.pictures.items():
        if (value := rest.pop(name, None)) is not None:
            is_url = isinstance(value, str) and value[:8].lower().startswith(("http://", "https://"))
            raw[tool.url_of(name) if is_url else parameter] = value
    return wire.validate(tool.action.parameters, tool.read(rest) | raw)
