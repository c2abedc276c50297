"""Answers of workers as bytes, and back.

A worker has had strangers' pictures in its hands, so that its answers are read as a stranger's: as plain
values of the type that was asked for, checked one by one. Nothing in them names code, as a pickle does.
Numbers are counts, sizes and seconds: none is negative, and none too large for sums and stores.
"""

import json
import math
import struct
import types
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

__all__ = ["BadAnswerError", "decode", "decode_parts", "encode", "encode_parts"]

_COUNTS = struct.Struct("<II")
_SIZE = struct.Struct("<Q")
_MOST_TEXT = 4 * 1024 * 1024
"""Bytes of JSON. Read, a byte may take eight and more, and nothing else is done meanwhile."""
_MOST_BLOBS = 64
_MOST_NUMBER = 2**63

T = TypeVar("T")


class BadAnswerError(ValueError):
    """The bytes are no value of the type that was asked for."""


def encode(value: object) -> bytes:
    """Return a value as bytes: data classes, tuples, dicts with names, numbers, texts, bytes, None.

    Raises
    ------
    TypeError
        There is something else in it.
    """
    head, blobs = encode_parts(value)
    sizes = (_SIZE.pack(len(blob)) for blob in blobs)
    return b"".join((_COUNTS.pack(len(head), len(blobs)), *sizes, head, *blobs))


def encode_parts(value: object) -> tuple[bytes, list[bytes]]:
    """Return what `encode` does as it is before it is joined: JSON, and the bytes that it refers to."""
    blobs: list[bytes] = []
    return json.dumps(_plain(value, blobs), separators=(",", ":")).encode("ascii"), blobs


def decode(data: bytes, kind: type[T]) -> T:
    """Return the value of type `kind` that `encode` made `data` of.

    Raises
    ------
    BadAnswerError
        It is none.
    """
    try:
        text, blobs = _split(data)
    except (ValueError, struct.error) as error:
        raise BadAnswerError(f"it cannot be read: {type(error).__name__}: {error}") from error
    return decode_parts(text, blobs, kind)


def decode_parts(text: bytes, blobs: list[bytes], kind: type[T]) -> T:
    """Return the value of type `kind` that `encode_parts` made these of; see `decode`."""
    try:
        return cast("T", _restore(kind, json.loads(text), blobs))
    except (ValueError, RecursionError) as error:
        raise BadAnswerError(f"it cannot be read: {type(error).__name__}: {error}") from error


def _split(data: bytes) -> tuple[bytes, list[bytes]]:
    """Return the JSON, and the bytes that it refers to by number."""
    length, count = _COUNTS.unpack_from(data)
    _check(length <= _MOST_TEXT and count <= _MOST_BLOBS, "no more than an answer has")
    at = _COUNTS.size + count * _SIZE.size
    sizes = [size for (size,) in _SIZE.iter_unpack(data[_COUNTS.size : at])]
    _check(len(sizes) == count and at + length + sum(sizes) == len(data), "as many bytes as it says")
    text = data[at : at + length]
    at += length
    blobs = []
    for size in sizes:
        blobs.append(data[at : at + size])
        at += size
    return text, blobs


def _plain(value: object, blobs: list[bytes]) -> object:
    match value:
        case bytes():
            blobs.append(value)
            return len(blobs) - 1
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case tuple() | list():
            return [_plain(one, blobs) for one in value]
        case dict():
            return {name: _plain(one, blobs) for name, one in value.items()}
    if not is_dataclass(value):
        raise TypeError(f"a worker cannot answer with {type(value).__name__}")
    return [_plain(getattr(value, one.name), blobs) for one in fields(value)]


def _restore(kind: Any, plain: Any, blobs: list[bytes]) -> object:
    origin, members = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        (present,) = (one for one in members if one is not types.NoneType)
        return None if plain is None else _restore(present, plain, blobs)
    if origin is tuple:
        return _tuple(members, plain, blobs)
    if origin is dict:
        _check(isinstance(plain, dict), kind)
        return {name: _restore(members[1], one, blobs) for name, one in plain.items()}
    if is_dataclass(kind):
        hints = _hints(cast("type", kind))
        return kind(*_tuple(hints, plain, blobs))  # type: ignore[operator]
    if kind is bytes:
        _check(type(plain) is int and 0 <= plain < len(blobs), kind)
        return blobs[plain]
    if origin is Literal:
        _check(isinstance(plain, str) and plain in members, kind)
    else:
        # A whole number may stand for a float; otherwise types are exact, as True is an int for isinstance.
        _check(type(plain) is kind or (kind is float and type(plain) is int), kind)
        if kind in {int, float}:
            _check(math.isfinite(plain) and 0 <= plain < _MOST_NUMBER, kind)
    return plain


def _tuple(members: tuple[Any, ...], plain: Any, blobs: list[bytes]) -> tuple[object, ...]:
    _check(isinstance(plain, list), tuple)
    if members[-1] is ...:
        members = members[:1] * len(plain)
    _check(len(members) == len(plain), tuple)
    return tuple(_restore(*pair, blobs) for pair in zip(members, plain, strict=True))


@cache
def _hints(kind: type) -> tuple[Any, ...]:
    hints = get_type_hints(kind)
    return tuple(hints[one.name] for one in fields(kind))


def _check(fits: object, kind: Any) -> None:
    if not fits:
        raise BadAnswerError(f"it has something else where {getattr(kind, '__name__', kind)} should be")
