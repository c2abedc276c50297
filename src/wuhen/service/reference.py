"""What the explorer shows, as one JSON in both languages: actions, their parameters and every error code."""

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from wuhen import finders
from wuhen.action import ACTIONS, PictureLimits
from wuhen.action import failures as action_failures
from wuhen.service.doors import failures as door_failures
from wuhen.wire import (
    CODES,
    Action,
    Failure,
    Flag,
    List,
    Message,
    Parameter,
    Picture,
    String,
    Struct,
    Type,
    members_of,
)
from wuhen.wire import failures as wire_failures

__all__ = ["ReferencePage", "reference"]

_FACTS: Final = ("regions", "limits", "finds")
"""What the studio has to know of the service before anybody looks at the reference."""

_DECLARING: tuple[ModuleType, ...] = (wire_failures, action_failures, door_failures)


def reference(regions: tuple[str, ...], limits: PictureLimits) -> dict[str, Any]:
    """Return the whole reference.

    Parameters
    ----------
    regions : tuple of str
        The regions that the service takes.
    limits : PictureLimits
        What pictures of our own actions may be.

    Returns
    -------
    dict
        ``actions``, each with ``action``, ``service``, ``version``, ``description``, ``parameters`` (a
        tree), ``answer``; ``regions``; ``limits``, with ``side``, ``pixels`` and ``base64``; ``finds``, what
        FindRegions looks for; ``errors``.
    """
    return {
        "actions": [_action(action) for action in ACTIONS],
        "regions": list(regions),
        "limits": {"side": limits.size.side, "pixels": limits.size.pixels, "base64": limits.base64},
        "finds": list(finders.names()),
        "errors": _errors(),
    }


class ReferencePage:
    """Answers with the reference.

    Parameters
    ----------
    regions : tuple of str
        The regions that the service takes.
    limits : PictureLimits
        What pictures of our own actions may be.
    """

    def __init__(self, regions: tuple[str, ...], limits: PictureLimits) -> None:
        found = reference(regions, limits)
        self._whole = _encoded(found)
        self._facts = _encoded({name: found[name] for name in _FACTS})

    async def send(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Answer a request."""
        return Response(self._whole, media_type="application/json")

    async def send_facts(self, request: Request) -> Response:  # noqa: ARG002
        """Answer a request with what is said of the service itself, which is a hundredth of it."""
        return Response(self._facts, media_type="application/json")


def _encoded(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _both(text: Message) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}


def _action(action: Action) -> dict[str, Any]:
    return {
        "action": action.name,
        "service": action.service,
        "version": action.version,
        "description": _both(action.description),
        "parameters": _parameters(action.parameters, ""),
        "answer": [
            {
                "name": member.path,
                "type": member.type.name,
                "description": _both(member.description),
                "picture": isinstance(member.type, Picture),
            }
            for member in action.answer
        ],
    }


def _parameters(struct: Struct, path: str) -> list[dict[str, Any]]:
    return [_parameter(parameter, path) for parameter in struct.parameters]


def _parameter(parameter: Parameter, path: str) -> dict[str, Any]:
    name = f"{path}{parameter.name}"
    described: dict[str, Any] = {
        "name": parameter.name,
        "path": name,
        "type": parameter.type.name,
        "required": parameter.required,
        "description": _both(parameter.description),
        "limits": _both(parameter.limits) if parameter.limits else None,
        "example": parameter.example,
        "picture": isinstance(parameter.type, Picture),
        "suggested": _suggested(parameter.type),
    }
    match parameter.type:
        case Struct():
            described["members"] = _parameters(parameter.type, f"{name}.")
        case List() as kind if (item := members_of(kind)) is not None:
            described["item"] = _parameters(item, f"{name}[].")
    return described


def _suggested(kind: Type) -> list[str]:
    match kind:
        case String(choices=choices):
            return list(choices)
        case Flag():
            return ["0", "1"]
        case _:
            return []


def _errors() -> list[dict[str, Any]]:
    """Return every code of the vendor's table; those that the service answers have its own messages."""
    messages: dict[str, list[dict[str, str]]] = {code: [] for code in sorted(CODES)}
    for failure in _declared():
        message = {"en": failure.en, "zh": failure.zh}
        if message not in messages[failure.code]:
            messages[failure.code].append(message)
    return [
        {
            "code": code,
            "meaning": _both(CODES[code]),
            "answered": bool(found),
            "messages": sorted(found, key=lambda message: message["en"]),
        }
        for code, found in messages.items()
    ]


def _declared() -> Iterator[Failure]:
    for module in _DECLARING:
        for value in vars(module).values():
            if isinstance(value, Failure):
                yield value
