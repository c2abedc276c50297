"""Turning what a client sent into plain values that fit a schema.

Mistakes are answered as the vendor's gateway answers them: first names that nobody declared, then values of
the wrong type, then what is missing; each pass covers the whole structure before the next begins.
"""

import base64
import math
import re
from collections.abc import Mapping
from typing import Final

from . import failures
from .forms import Binary, Text
from .schema import Float, Integer, Length, List, String, Struct, Type, Value

_INT64: Final = range(-(1 << 63), 1 << 63)
_DECIMAL: Final = re.compile(r"-?[0-9]{1,20}")
_FRACTION: Final = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")


def validate(schema: Struct, raw: Mapping[str, object]) -> dict[str, Value]:
    """Return the parameters of a call as plain values; those that are absent or null are left out.

    Parameters
    ----------
    schema
        What the action takes.
    raw
        Members of a JSON object, or what `unflatten` made of a form.

    Raises
    ------
    ApiError
        `UnknownParameter`, `InvalidParameter` or `MissingParameter`, looked for in this order.
    """
    _check_names(schema, raw, "")
    values = _structure(schema, raw, "")
    _check_presence(schema, values, "")
    return values


def _check_names(kind: Type, raw: object, path: str) -> None:
    match kind, raw:
        case Struct(), Mapping():
            for name, member in _present(raw):
                if (parameter := kind.by_name.get(name)) is None:
                    raise failures.UNKNOWN_PARAMETER(name=_join(path, name))
                _check_names(parameter.type, member, _join(path, name))
        case List(), Mapping():
            for step, member in raw.items():
                _check_names(kind.member, member, _join(path, step))
        case List(), list():
            for index, member in enumerate(raw):
                _check_names(kind.member, member, _join(path, index))


def _convert(kind: Type, raw: object, path: str) -> Value:
    match kind:
        case String():
            return _text(kind, raw, path)
        case Integer():
            return _number(kind, raw, path)
        case Float():
            return _fraction(kind, raw, path)
        case Length():
            return _length(kind, raw, path)
        case List():
            members = _members(kind, raw, path)
            return [_convert(kind.member, member, _join(path, index)) for index, member in enumerate(members)]
        case Struct():
            return _structure(kind, raw, path)


def _structure(kind: Struct, raw: object, path: str) -> dict[str, Value]:
    if not isinstance(raw, Mapping):
        raise failures.WRONG_TYPE(name=path, type=kind.name)
    return {
        name: _convert(kind.by_name[name].type, member, _join(path, name)) for name, member in _present(raw)
    }


def _text(kind: String, raw: object, path: str) -> str:
    match raw:
        case Binary(value=content):
            return base64.b64encode(content).decode("ascii")
        case Text(value) | (str() as value):
            if not _is_unicode(value):
                raise failures.INVALID_FORMAT(name=path)
            return value
        case _:
            raise failures.WRONG_TYPE(name=path, type=kind.name)


def _number(kind: Integer, raw: object, path: str) -> int:
    match raw:
        case Text(value) if _DECIMAL.fullmatch(value):
            number = int(value)
        case int() if not isinstance(raw, bool):
            number = raw
        case _:
            raise failures.WRONG_TYPE(name=path, type=kind.name)
    if number not in _INT64:
        raise failures.WRONG_TYPE(name=path, type=kind.name)
    return number


def _fraction(kind: Float | Length, raw: object, path: str) -> float:
    match raw:
        case Text(value) if isinstance(kind, Float) and _FRACTION.fullmatch(value):
            number = float(value)
        case int() | float() if not isinstance(raw, bool):
            number = raw
        case _:
            raise failures.WRONG_TYPE(name=path, type=kind.name)
    if number not in _INT64 if isinstance(number, int) else not math.isfinite(number):
        raise failures.WRONG_TYPE(name=path, type=kind.name)
    return number


def _length(kind: Length, raw: object, path: str) -> str | float:
    match raw:
        case Text(value) | (str() as value):
            return _text(String(), value, path)
        case _:
            return _fraction(kind, raw, path)


def _members(kind: List, raw: object, path: str) -> list[object]:
    match raw:
        case list():
            return raw
        case Mapping():
            indexes = [str(index) for index in range(len(raw))]
            if set(raw) != set(indexes):
                raise failures.INVALID_ARRAY(name=path)
            return [raw[index] for index in indexes]
        case _:
            raise failures.WRONG_TYPE(name=path, type=kind.name)


def _check_presence(kind: Type, value: Value, path: str) -> None:
    match kind, value:
        case Struct(), dict():
            for parameter in kind.parameters:
                inner = _join(path, parameter.name)
                if parameter.name in value:
                    _check_presence(parameter.type, value[parameter.name], inner)
                elif parameter.required:
                    raise failures.MISSING_PARAMETER(name=inner)
        case List(), list():
            for index, member in enumerate(value):
                _check_presence(kind.member, member, _join(path, index))


def _present(raw: Mapping[str, object]) -> list[tuple[str, object]]:
    """Return the members that are there: a JSON null stands for an absent parameter."""
    return [(name, member) for name, member in raw.items() if member is not None]


def _join(path: str, step: str | int) -> str:
    return f"{path}.{step}" if path else str(step)


def _is_unicode(text: str) -> bool:
    """Return whether `text` is free of lone surrogates, which stand for broken UTF-8 or broken escapes."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
