"""Parameters of an action as JSON Schema, and what fits that schema as parameters again.

Names are written as agents' tools write them: `find_in` for `FindIn`. A flag is true or false.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from wuhen.wire import Flag, Float, Integer, Length, List, Parameter, String, Struct, Type

__all__ = ["Given", "read_members", "schema_of", "snake"]

Given = Mapping[str, Any]
"""What an agent gives, as JSON has it."""


def snake(name: str) -> str:
    """Return a parameter's name as tools have it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def schema_of(
    parameters: Iterable[Parameter], more: Mapping[str, Any], required: Iterable[str]
) -> dict[str, Any]:
    """Return the schema of an object with these parameters, and `more` before them."""
    declared = tuple(parameters)
    return {
        "type": "object",
        "properties": {**more, **{snake(one.name): _described(one) for one in declared}},
        "required": [*required, *(snake(one.name) for one in declared if one.required)],
        "additionalProperties": False,
    }


def read_members(parameters: Iterable[Parameter], given: Given) -> dict[str, object]:
    """Return what was given by the parameters' names; what is none of them keeps its own, to be refused."""
    by_name = {snake(one.name): one for one in parameters}
    return {
        by_name[name].name if name in by_name else name: _read(by_name[name].type, value)
        if name in by_name
        else value
        for name, value in given.items()
    }


def _described(parameter: Parameter) -> dict[str, Any]:
    text = parameter.description.en
    if parameter.limits is not None and not isinstance(parameter.type, Flag):
        text = f"{text} {parameter.limits.en}"
    return {"description": text, **_schema(parameter.type)}


def _schema(kind: Type) -> dict[str, Any]:
    match kind:
        case Struct():
            return schema_of(kind.parameters, {}, ())
        case List():
            return {"type": "array", "items": _schema(kind.member)}
        case Flag():
            return {"type": "boolean"}
        case Integer() | Float():
            name = "integer" if isinstance(kind, Integer) else "number"
            ends = {"minimum": kind.minimum, "maximum": kind.maximum}
            return {"type": name} | {end: value for end, value in ends.items() if value is not None}
        case Length():
            return {"type": ["integer", "string"]}
        case String():
            return {"type": "string"} | ({"enum": list(kind.choices)} if kind.choices else {})


def _read(kind: Type, value: object) -> object:
    match kind, value:
        case Struct(), Mapping():
            return read_members(kind.parameters, value)
        case List(), list():
            return [_read(kind.member, member) for member in value]
        case Flag(), bool():
            return int(value)
        case _:
            return value
