"""Parameters as flat text: URL-encoded forms, and names like `LogoParam.LogoRect.X`.

GET requests and signature v1 carry nested parameters flattened: the steps into the structure are joined by
dots, members of a list numbered from 0. All values are text; what type they are meant to have, the schema
knows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import quote_plus, unquote_to_bytes

from . import failures

Pair: TypeAlias = tuple[str, str | None]
"""A name and its value as decoded from a form; None when the name stands there without `=`."""

EncodedPair: TypeAlias = tuple[bytes, bytes | None]
"""The same before it is decoded."""

MAX_PAIRS = 128
"""Parameters that a form may have; it bounds the work that an unproven request can cause."""

MAX_ESCAPES = 4096
"""Characters of a form that may be written as `%XX`, those of base64 aside; decoding is work for each."""

_LONG = 256
"""Bytes from which on a value may be base64."""
_BASE64_ESCAPES = (
    (b"%2B", b"+"),
    (b"%2F", b"/"),
    (b"%3D", b"="),
    (b"%2b", b"+"),
    (b"%2f", b"/"),
    (b"%3d", b"="),
)

MAX_NAME_DEPTH = 16
"""Steps that a flattened name may have; it bounds the work that a hostile name can cause."""


@dataclass(frozen=True, slots=True)
class Text:
    """A value that arrived as text, whatever type it is meant to have."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """A value that arrived as raw bytes, where JSON would carry base64."""

    value: bytes = field(repr=False)


def parse_form(data: bytes) -> tuple[Pair, ...]:
    """Split and decode an URL-encoded query or body.

    Spaces may be `+` or `%20`. Bytes that are not UTF-8 become lone surrogates, so that encoding with
    `surrogateescape` gives back what was sent; blank values and names without `=` are kept.

    Raises
    ------
    ApiError
        `InvalidParameter` for more than `MAX_PAIRS` parameters or `MAX_ESCAPES` escapes.
    """
    return tuple((decode(name), None if value is None else decode(value)) for name, value in split_form(data))


def split_form(data: bytes) -> tuple[EncodedPair, ...]:
    """Split a form without decoding it, which is what takes time.

    Raises
    ------
    ApiError
        `InvalidParameter` for more than `MAX_PAIRS` parameters or `MAX_ESCAPES` escapes.
    """
    if data.count(b"&") >= MAX_PAIRS:
        raise failures.TOO_MANY_PARAMETERS(limit=MAX_PAIRS)
    if data.count(b"%") - sum(data.count(escape) for escape, _ in _BASE64_ESCAPES) > MAX_ESCAPES:
        raise failures.TOO_MANY_ESCAPES(limit=MAX_ESCAPES)
    return tuple(_pair(piece) for piece in data.split(b"&") if piece)


def _pair(piece: bytes) -> EncodedPair:
    name, equals, value = piece.partition(b"=")
    return name, value if equals else None


def decode(text: bytes) -> str:
    """Decode a name or a value of a form."""
    text = text.replace(b"+", b" ")
    if len(text) > _LONG:
        # What these stand for cannot be part of another escape, so that they may go first, and fast.
        for escape, character in _BASE64_ESCAPES:
            text = text.replace(escape, character)
    return unquote_to_bytes(text).decode("utf-8", "surrogateescape")


def encode_form(pairs: Iterable[tuple[str, str]]) -> bytes:
    """URL-encode names and values in the order given, spaces as `+`."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode("ascii")


def flatten(parameters: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return nested parameters as flat text, the way the official clients do; None is left out.

    Examples
    --------
    >>> flatten({"LogoAdd": 0, "LogoParam": {"LogoRect": {"X": 5}}, "Ids": ["a", "b"]})
    [('LogoAdd', '0'), ('LogoParam.LogoRect.X', '5'), ('Ids.0', 'a'), ('Ids.1', 'b')]
    """
    return list(_flattened("", parameters))


def _flattened(name: str, value: object) -> Iterator[tuple[str, str]]:
    prefix = f"{name}." if name else ""
    match value:
        case None:
            return
        case Mapping():
            for key, inner in value.items():
                yield from _flattened(f"{prefix}{key}", inner)
        case list() | tuple():
            for index, inner in enumerate(value):
                yield from _flattened(f"{prefix}{index}", inner)
        case bool():
            yield name, "true" if value else "false"
        case _:
            yield name, str(value)


def text_leaves(pairs: Iterable[Pair]) -> Iterator[tuple[str, object]]:
    """Yield the parameters of a form for `unflatten`.

    Raises
    ------
    ApiError
        `InvalidParameter` for a name without `=`.
    """
    for name, value in pairs:
        if value is None:
            raise failures.KEY_WITHOUT_VALUE()
        yield name, Text(value)


def unflatten(leaves: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Rebuild the structure that flattened names describe.

    Lists come back as dictionaries with the keys `0`, `1`, ...: only the schema knows which parameter is one.

    Parameters
    ----------
    leaves
        Flattened names and what stands there.

    Raises
    ------
    ApiError
        `InvalidParameter` for an empty name, a repeated name, a name with an empty step or more than
        `MAX_NAME_DEPTH` of them, and for a parameter that has both a value and members.
    """
    flat: dict[str, object] = {}
    for name, leaf in leaves:
        _check_name(name)
        if name in flat:
            raise failures.REPEATED(name=name)
        flat[name] = leaf
    branches: dict[str, dict[str, object]] = {"": {}}
    for name, leaf in flat.items():
        parent, _, step = name.rpartition(".")
        _branch(parent, branches, flat)[step] = leaf
    return branches[""]


def _check_name(name: str) -> None:
    if not name:
        raise failures.EMPTY_KEY()
    steps = name.split(".", MAX_NAME_DEPTH)
    if len(steps) > MAX_NAME_DEPTH or not all(steps):
        raise failures.INVALID_FORMAT(name=name)


def _branch(
    path: str, branches: dict[str, dict[str, object]], flat: Mapping[str, object]
) -> dict[str, object]:
    """Return the members of the structure at `path`, made on first use."""
    if path in flat:
        raise failures.INVALID_FORMAT(name=path)
    if path not in branches:
        parent, _, step = path.rpartition(".")
        branches[path] = _branch(parent, branches, flat)[step] = {}
    return branches[path]
