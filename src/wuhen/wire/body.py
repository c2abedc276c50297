"""JSON as the protocol understands it: UTF-8, no repeated names, no numbers that are none."""

import json
from collections.abc import Iterable
from typing import Final, NoReturn

from . import failures
from .errors import ApiError

_INT64_DIGITS: Final = 20
_BEYOND_INT64: Final = 1 << 64

MAX_MARKS: Final = 65_536
"""Commas and opening brackets that a JSON text may have: a bound on the values it can hold, and so on the
memory that millions of empty ones would take. Base64 has none of them."""


MAX_DEPTH: Final = 32
"""Structures within each other that a JSON text may have; nobody who walks through it must go any deeper."""


def parse_json(data: bytes, malformed: ApiError) -> object:
    """Return the value of a JSON text.

    Integers too long for any declared type come back as one that is out of range for all of them, so that a
    megabyte of digits costs nothing.

    Parameters
    ----------
    data
        UTF-8.
    malformed
        What to raise when it is no JSON.

    Raises
    ------
    ApiError
        `malformed`, or `InvalidParameter` for an object that has a name twice, for more than `MAX_MARKS`
        signs of structure, and for structures deeper than `MAX_DEPTH`.
    """
    check_marks(data)
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_integer,
        )
    except RecursionError:
        raise failures.TOO_DEEP(limit=MAX_DEPTH) from None
    except ValueError:
        raise malformed from None
    if data.count(b"[") + data.count(b"{") > MAX_DEPTH:
        _check_depth(value)
    return value


def check_marks(data: bytes) -> None:
    """Refuse a JSON text that would become millions of values, at next to no cost.

    Raises
    ------
    ApiError
        `InvalidParameter` for more than `MAX_MARKS` signs of structure.
    """
    if len(data) - len(data.translate(None, b",[{")) > MAX_MARKS:
        raise failures.TOO_MANY_PARAMETERS(limit=MAX_MARKS)


def _check_depth(value: object) -> None:
    """Walk through a value level by level: a walk into it would itself go as deep as it is."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [member for whole in level for member in _members(whole)]
        if not level:
            return
    raise failures.TOO_DEEP(limit=MAX_DEPTH)


def _members(value: object) -> Iterable[object]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


def parse_json_object(data: bytes) -> dict[str, object]:
    """Return the parameters of a JSON body.

    Raises
    ------
    ApiError
        `InvalidParameter` when the body is not a JSON object.
    """
    malformed = failures.BODY_NOT_JSON()
    value = parse_json(data, malformed)
    if not isinstance(value, dict):
        raise malformed
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            raise failures.REPEATED(name=name)
        members[name] = value
    return members


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= _INT64_DIGITS else _BEYOND_INT64


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
