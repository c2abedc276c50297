"""The plain door, for scripts: a form with files in, a picture out, and a line of text where there is none.

``curl --fail-with-body -H "Authorization: Bearer $KEY" -F image=@a.jpg -F mask=@m.png …/erase -o out.jpg``
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from wuhen.action import ERASE, FIND_REGIONS
from wuhen.service.doors.bearers import read_api_key, read_bearer
from wuhen.service.doors.door import Answer, Asked, Done, Door, Entrance, Refused
from wuhen.service.doors.failures import NO_SUCH_FIELD, STRUCTURE
from wuhen.service.doors.forms import read_form, text_of
from wuhen.settings import Settings
from wuhen.tools.schemas import snake
from wuhen.wire import (
    Action,
    ApiError,
    HttpRequest,
    Length,
    List,
    Parameter,
    Part,
    String,
    Struct,
    Type,
    check_marks,
    failures,
    parse_json,
)

__all__ = ["open_door"]

_TEXT = "text/plain; charset=utf-8"
_JSON = "application/json"
_PNG = "image/png"
_NAMES = {"InputImage": "image", "InputUrl": "image_url"}
"""What is called otherwise than its parameter."""
_NOT_HERE = frozenset({"RspImgType", "ResultPart", "Candidates"})
"""One picture comes back, as it is."""


def open_door(settings: Settings) -> Door:  # noqa: ARG001 - every door is opened so
    """Return the door."""
    entrances = tuple(
        Entrance("POST", path, action, _Reader(action), write)
        for path, action, write in (("/erase", ERASE, _write), ("/find", FIND_REGIONS, _write_found))
    )
    return Door("plain", entrances, _refuse, keys=(read_bearer, read_api_key))


class _Reader:
    """Reads forms whose fields are an action's parameters, in the names that scripts write."""

    def __init__(self, action: Action) -> None:
        declared = (one for one in action.parameters.parameters if one.name not in _NOT_HERE)
        self._fields = {_NAMES.get(one.name) or snake(one.name): one for one in declared}

    def __call__(self, request: HttpRequest) -> Asked:
        parameters: dict[str, Any] = {}
        parts = read_form(request)
        self._check_marks(parts)
        for part in parts:
            parameter = self._fields.get(part.name)
            if parameter is None:
                raise NO_SUCH_FIELD(name=part.name, known=", ".join(self._fields))
            value = _read(part, parameter)
            if isinstance(value, list):
                # A list may be written in several fields, each with some of its members.
                value = [*parameters.get(parameter.name, ()), *value]
            elif parameter.name in parameters:
                raise failures.REPEATED(name=part.name)
            parameters[parameter.name] = value
        return Asked(parameters)

    def _check_marks(self, parts: Iterable[Part]) -> None:
        """Refuse fields that would become millions of values, all of them together."""
        lists = (part for part in parts if part.name in self._fields and part.file_name is None)
        check_marks(b"".join(one.content for one in lists if _is_structure(self._fields[one.name].type)))


def _read(part: Part, parameter: Parameter) -> object:
    if part.file_name is not None:
        return part.content
    malformed = STRUCTURE(name=part.name, example=json.dumps(parameter.example))
    try:
        return _value(text_of(part).strip(), parameter.type, malformed)
    except ValueError:
        raise malformed from None


def _value(text: str, kind: Type, malformed: ApiError) -> object:
    """Return what a text says: structures and lists are JSON, or short where that says all.

    Raises
    ------
    ApiError
        It is JSON that cannot be read: `malformed`, or what `parse_json` says.
    ValueError
        It is neither.
    """
    if _is_structure(kind) and text.startswith(("{", "[")):
        value = parse_json(text.encode(), malformed)
        return [value] if isinstance(kind, List) and isinstance(value, Mapping) else value
    match kind:
        case List(member=String()):
            return [one.strip() for one in text.split(",") if one.strip()]
        case List():
            return [_value(text, kind.member, malformed)]
        case Struct() if all(isinstance(one.type, Length) for one in kind.parameters):
            names = [one.name for one in kind.parameters]
            lengths = [one.strip() for one in text.split(",")]
            return dict(zip(names, lengths, strict=True))
        case Struct():
            raise ValueError(text)
        case _:
            return text


def _is_structure(kind: Type) -> bool:
    return isinstance(kind, List | Struct)


def _write(done: Done) -> Answer:
    headers = _found(done)
    if remarks := done.reply.get("Remarks"):
        headers["x-remarks"] = json.dumps(remarks)
    return Answer(done.picture(), done.media_type, headers=headers)


def _write_found(done: Done) -> Answer:
    """Return the mask or, to who asks for JSON, the places."""
    if _JSON in (done.head.header("Accept") or ""):
        told = {name: value for name, value in done.reply.items() if name != "Mask"}
        return Answer(json.dumps(told).encode(), _JSON, headers=_found(done))
    return Answer(done.picture("Mask"), _PNG, headers=_found(done))


def _found(done: Done) -> dict[str, str]:
    found: Any = done.reply.get("Found") or ()
    counts = ", ".join(f"{one['What']}={one['Count']}" for one in found)
    return {"x-found": counts} if counts else {}


def _refuse(refused: Refused) -> Answer:
    text = f"{refused.error.code}: {refused.text}\n"
    return Answer(text.encode("utf-8", "replace"), _TEXT, refused.status)
