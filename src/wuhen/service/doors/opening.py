"""Opening doors: their routes, made when the service starts."""

import importlib
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field, replace
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from wuhen.results import ResultStore
from wuhen.service.arrival import Arrival
from wuhen.service.body import ClientGoneError, declared_size, discard_body, read_head
from wuhen.service.doors.door import Door, Page
from wuhen.service.doors.manner import DoorManner
from wuhen.service.doors.steps import DoorSteps
from wuhen.service.endpoint import Endpoint
from wuhen.service.pipeline import CallPath
from wuhen.settings import Settings
from wuhen.wire import Allowance, ApiError, failures

__all__ = ["Doors", "open_door", "open_doors"]

_MOST: Final = 16 * 1024**2
_ANY_BODY: Final = Allowance(_MOST, failures.REQUEST_TOO_LARGE(limit=_MOST))
"""What comes with a page's request; no more of it is waited for."""


def open_door(name: str, settings: Settings) -> Door:
    """Return a door by its name; its module is imported only now."""
    module = importlib.import_module(f"wuhen.service.doors.{name}")
    door: Callable[[Settings], Door] = module.open_door
    return door(settings)


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors that are open.

    Attributes
    ----------
    routes : list of BaseRoute
        Theirs.
    kept : tuple of context managers
        In which they are open.
    """

    routes: list[BaseRoute] = field(default_factory=list)
    kept: tuple[AbstractAsyncContextManager[None], ...] = ()


def open_doors(settings: Settings, path: CallPath, endpoint: Endpoint, results: ResultStore) -> Doors:
    """Open all doors that are to be open; none by default.

    Parameters
    ----------
    settings : Settings
        The operator's choices.
    path : CallPath
        The way of calls.
    endpoint : Endpoint
        What lies around it.
    results : ResultStore
        Where results go that come back by URL.
    """
    doors = Doors()
    for name in settings.doors:
        if name == "mcp":
            from wuhen.service.doors.mcp import PATH, McpDoor  # noqa: PLC0415 - an extra

            agents = McpDoor(settings, path, endpoint, results)
            doors = replace(doors, routes=[*doors.routes, Route(PATH, agents)], kept=(agents.kept(),))
            continue
        door = open_door(name, settings)
        paths = dict.fromkeys([one.path for one in door.entrances] + [one.path for one in door.pages])
        doors.routes.extend(Route(one, _at(door, one, path, endpoint, settings.deadline)) for one in paths)
    return doors


def _at(door: Door, path: str, calls: CallPath, endpoint: Endpoint, deadline: float) -> "_Threshold":
    """Return what answers at one path of a door."""
    entrances = {one.method: one for one in door.entrances if one.path == path}
    pages = {one.method: one for one in door.pages if one.path == path}
    methods = (*entrances, *pages)
    steps = DoorSteps(calls, door, entrances, methods)
    return _Threshold(endpoint.beside(steps, DoorManner(door, methods)), pages, deadline)


class _Threshold:
    """One path of a door as an ASGI application: its pages, and for whatever else comes, its calls."""

    def __init__(self, calls: Endpoint, pages: Mapping[str, Page], deadline: float) -> None:
        self._calls, self._pages, self._deadline = calls, pages, deadline

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = self._pages.get(scope["method"])
        if page is None:
            await self._calls(scope, receive, send)
            return
        head = read_head(scope)
        with suppress(ApiError, ClientGoneError):
            # What is sent is not looked at, but who is still sending would not see the answer. It comes at a
            # rate, like any body: whoever sends it has no key.
            arrival = Arrival(receive, declared_size(head), self._deadline)
            await discard_body(arrival.receive, head, _ANY_BODY)
        answer = page.answer(head)
        headers = {"content-type": answer.media_type, **answer.headers}
        await Response(answer.body, answer.status, headers)(scope, receive, send)
