"""The steps of a call that comes by a door: those of any other, but for how it is read and answered."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from wuhen import wire
from wuhen.service.context import CallContext, Entry, require
from wuhen.service.doors.bearers import find_key
from wuhen.service.doors.door import Asked, Done, Door, Entrance
from wuhen.service.doors.failures import KEY_MISSING, KEY_UNKNOWN, WRONG_METHOD
from wuhen.service.doors.manner import to_response
from wuhen.service.pipeline import CallPath, Step, let_go_of_body

__all__ = ["DoorSteps", "read_asked"]


class DoorSteps:
    """The way of a call by one path of a door.

    Parameters
    ----------
    path : CallPath
        The way of calls, most of whose steps these are.
    door : Door
        The door.
    entrances : mapping of str to Entrance
        Those of the path, by method.
    methods : sequence of str
        All that the path takes.

    Attributes
    ----------
    arriving, working : tuple of Step
        See `CallPath`.
    """

    def __init__(
        self, path: CallPath, door: Door, entrances: Mapping[str, Entrance], methods: Sequence[str]
    ) -> None:
        self._path, self._door = path, door
        self._entrances, self._methods = entrances, methods
        self.arriving: tuple[Step, ...] = (
            self.enter,
            path.glance,
            path.receive_body,
            path.admit,
            self.read,
        )
        self.working: tuple[Step, ...] = (path.handle, path.audit, self.write)

    async def enter(self, context: CallContext) -> None:
        """Find out who calls, and for what. Of a stranger's request no body is kept."""
        try:
            entrance = self._entrances.get(context.request.method)
            if entrance is None:
                raise WRONG_METHOD(right=" / ".join(self._methods))
            text = find_key(context.request, self._door.keys)
            if text is None:
                raise KEY_MISSING()
            key = context.credential = await self._path.find_bearer(text)
            if key is None:
                raise KEY_UNKNOWN()
        except wire.ApiError:
            await self._path.discard(context)
            raise
        context.entry = Entry(self._door.name, entrance.action.version, entrance.action.name, key.secret_id)
        # The key itself was sent, not a signature that would have to fit the body.
        self._path.prove(context)

    async def read(self, context: CallContext) -> None:
        """Find out what is asked for in the action's terms; the body has done its part then."""
        await context.body_slot.aclose()
        entrance, key = self._entrances[context.request.method], require(context.credential)
        asked, parameters = await asyncio.to_thread(read_asked, entrance, context.request)
        context.note = asked.note
        context.call = wire.Call(
            entrance.action, parameters, "", context.language, key.secret_id, self._door.name, None
        )
        let_go_of_body(context)

    async def write(self, context: CallContext) -> None:
        """Make the answer, as long as whatever goes wrong there can still be told."""
        entrance, handled = self._entrances[context.request.method], require(context.handled)
        done = Done(
            context.request,
            context.note,
            handled.reply,
            handled.facts,
            require(context.credential),
            context.request_id,
            context.language,
            context.seconds,
        )
        answer = await asyncio.to_thread(entrance.write, done)
        context.written = to_response(answer, context)


def read_asked(entrance: Entrance, request: wire.HttpRequest) -> tuple[Asked, dict[str, wire.Value]]:
    """Return what a request asks for by an entrance, and the parameters of the action that it makes.

    Raises
    ------
    ApiError
        It cannot be read, or is nothing that the action knows.
    """
    asked = entrance.read(request)
    raw = {name: _as_sent(value) for name, value in asked.parameters.items()}
    return replace(asked, parameters={}), wire.validate(entrance.action.parameters, raw)


def _as_sent(value: object) -> object:
    """Return a door's value as forms have it: numbers may be written as text, pictures be bytes."""
    match value:
        case bytes():
            return wire.Binary(value)
        case str():
            return wire.Text(value)
        case Mapping():
            return {str(name): _as_sent(member) for name, member in value.items()}
        case list() | tuple():
            return [_as_sent(member) for member in value]
        case _:
            return value
