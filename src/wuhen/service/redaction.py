"""What of a call may be kept: neither a picture nor a secret, and not much of anything.

A picture is somebody's own, and any part of a URL behind its host may be a secret: some stores put theirs in
the query, others in the path. What is kept of a picture is its size and its hash, so that two calls can be
told to have had the same. What a parameter holds that is none of ours is anybody's guess, so nothing of it is
kept but its size.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wuhen.action import ACTIONS, INPUT, VENDOR_LIMITS, Digest, Encoded
from wuhen.wire import ApiError, HttpRequest, List, Struct

__all__ = ["redact_headers", "redact_parameters", "redact_reply", "redact_text", "redact_urls"]


_PICTURES = frozenset(
    name for action in ACTIONS for name in (*dict(action.parameters.pictures()), *action.answered_pictures)
)
"""Parameters and members of answers that hold a picture's base64."""


def _names_in(struct: Struct) -> Iterator[str]:
    for parameter in struct.parameters:
        yield parameter.name
        inner = parameter.type.member if isinstance(parameter.type, List) else parameter.type
        if isinstance(inner, Struct):
            yield from _names_in(inner)


_KNOWN = frozenset(name for action in ACTIONS for name in _names_in(action.parameters))
"""Parameters, and members of parameters, that some action has."""
_HEADERS = (
    "content-length", "content-type", "host", "user-agent", "x-tc-content-sha256", "x-tc-language",
    "x-tc-requestclient", "x-tc-timestamp",
)  # fmt: skip
"""Whatever else there is, a signature, a token or a cookie among it, is left out."""

_MAX_TEXT_LENGTH = 256
_MAX_NAME_LENGTH = 64
_MAX_MEMBERS = 64
_MAX_DEPTH = 6
_MAX_INTEGER = 2**63
"""The store and the page take no longer ones."""
_MAX_BYTES = 16 * 1024
"""Characters of JSON."""

_IS_URL = re.compile(r"\s*https?://", re.IGNORECASE)
# What a scheme may have is bounded, so that no text makes the search start over at each of its letters.
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,15}://)([^\s`\"'<>/?#]*)([^\s`\"'<>]*)")
_HOST = re.compile(r"[\w.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
_QUERY = re.compile(r"\?[^\s`\"'<>]+")
_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")


def redact_text(text: str, max_length: int = 1024) -> str:
    """Return a text with no more of its URLs than scheme and host, nothing after a question mark, and cut."""
    shortened = redact_urls(_UNSTORABLE.sub("�", text[: 4 * max_length]))
    return f"{shortened[:max_length]}…" if len(shortened) > max_length else shortened


def redact_urls(text: str) -> str:
    """Return a text with no more of its URLs than scheme and host, and nothing after a question mark."""
    return _QUERY.sub("?…", _URL.sub(_only_host, text))


def _only_host(url: re.Match[str]) -> str:
    """Return scheme and host of a URL; not even a host where part of a password could be taken for one."""
    scheme, authority, rest = url.groups()
    user, _, host = authority.rpartition("@")
    if "@" in rest or not _HOST.fullmatch(host):
        return f"{scheme}…"
    return f"{scheme}{'…@' if user else ''}{host}{rest if rest in {'', '/'} else '/…'}"


def redact_headers(request: HttpRequest) -> dict[str, str]:
    """Return those headers that say how a call was made."""
    return {
        name: redact_text(value, _MAX_TEXT_LENGTH)
        for name, value in request.headers
        if name in _HEADERS and len(value) <= _MAX_BYTES
    }


def redact_parameters(members: Mapping[str, object], *, hashed: bool = True) -> dict[str, Any]:
    """Return the parameters of a call; of those that no action has, nothing but name and size.

    Parameters
    ----------
    members
        As they were sent, or with a `Digest` in a picture's place.
    hashed
        Whether to say what pictures were by their hash; it is what takes long.
    """
    return _Redactor(hashed, _KNOWN).redact_all(members)


def redact_reply(members: Mapping[str, object], *, hashed: bool = True) -> dict[str, Any]:
    """Return the members of an answer; otherwise as `redact_parameters`."""
    return _Redactor(hashed, None).redact_all(members)


@dataclass(frozen=True, slots=True)
class _Redactor:
    """Makes values that may be kept.

    Attributes
    ----------
    hashed : bool
        Whether to hash pictures.
    known : frozenset of str or None
        The names whose values are looked at; None for all.
    """

    hashed: bool
    known: frozenset[str] | None

    def redact_all(self, members: Mapping[str, object]) -> dict[str, Any]:
        """Return members as they may be kept, or how large that would be."""
        kept = self._mapping(members, 0)
        size = len(json.dumps(kept, ensure_ascii=False))
        return kept if size <= _MAX_BYTES else {"…": f"{size} characters"}

    def _value(self, value: object, name: str, depth: int) -> Any:
        kept: Any = value
        match value:
            case Mapping() | list() | tuple() if depth > _MAX_DEPTH:
                kept = "…"
            case Mapping():
                kept = self._mapping(value, depth)
            case list() | tuple():
                kept = [self._value(member, name, depth + 1) for member in value[:_MAX_MEMBERS]]
            case bytes():
                kept = self._picture(value)
            case Digest():
                kept = _described(value)
            case str():
                kept = self._string(value, name)
            case float() if not math.isfinite(value):
                kept = str(value)
            case int() if abs(value) > _MAX_INTEGER:
                kept = "…"
        return kept

    def _mapping(self, members: Mapping[str, object], depth: int) -> dict[str, Any]:
        kept = {
            redact_text(str(key), _MAX_NAME_LENGTH): self._value(member, str(key), depth + 1)
            if self.known is None or key in self.known
            else _size(member)
            for key, member in list(members.items())[:_MAX_MEMBERS]
        }
        return kept | ({"…": len(members) - _MAX_MEMBERS} if len(members) > _MAX_MEMBERS else {})

    def _string(self, text: str, name: str) -> Any:
        if _IS_URL.match(text) or (name not in _PICTURES and len(text) <= _MAX_TEXT_LENGTH):
            return redact_text(text, _MAX_TEXT_LENGTH)
        try:
            return self._picture(Encoded(text).decode(INPUT, VENDOR_LIMITS.base64))
        except ApiError:
            return {"characters": len(text)}

    def _picture(self, data: bytes) -> dict[str, Any]:
        return _described(Digest.of(data)) if self.hashed else {"bytes": len(data)}


def _described(digest: Digest) -> dict[str, Any]:
    return {"bytes": digest.size, "sha256": digest.sha256}


def _size(value: object) -> Any:
    """Return how large a value is that is not to be looked at, if it is large."""
    match value:
        case bytes():
            return {"bytes": len(value)}
        case str() if len(value) > _MAX_TEXT_LENGTH:
            return {"characters": len(value)}
    return "…"
