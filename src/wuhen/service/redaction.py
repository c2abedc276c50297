"""What of a call may be kept: neither a picture nor a secret, and not much of anything.

A presigned URL's query is a secret, a picture is somebody's own. What is kept of a picture is its size and
its hash, so that two calls can be told to have had the same.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from wuhen.action import ACTIONS, INPUT, VENDOR_LIMITS, Digest, Encoded
from wuhen.wire import ApiError, HttpRequest

__all__ = ["redact_headers", "redact_members", "redact_text"]


_PICTURES = frozenset(
    name for action in ACTIONS for name in (*dict(action.parameters.pictures()), *action.answered_pictures)
)
"""Parameters and members of answers that hold a picture's base64."""
_HEADERS = (
    "content-length", "content-type", "host", "user-agent", "x-tc-content-sha256", "x-tc-language",
    "x-tc-requestclient", "x-tc-timestamp",
)  # fmt: skip
"""Whatever else there is, a signature, a token or a cookie among it, is left out."""

_MAX_TEXT_LENGTH = 256
_MAX_NAME_LENGTH = 64
_MAX_MEMBERS = 64
_MAX_DEPTH = 6
_MAX_BYTES = 16 * 1024
"""Characters of JSON."""

_URL = re.compile(r"\s*https?://", re.IGNORECASE)
_QUERY = re.compile(r"\?[^\s`\"'<>]+")
_FRAGMENT = re.compile(r"(://[^\s#]*)#[^\s`\"'<>]+")
_USER = re.compile(r"//[^/\s@]*@")
_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")


def redact_text(text: str, max_length: int = 1024) -> str:
    """Return a text without what follows a question mark, without passwords in URLs, and cut."""
    shortened = _UNSTORABLE.sub("�", text[: 4 * max_length])
    shortened = _USER.sub("//…@", _FRAGMENT.sub(r"\1#…", _QUERY.sub("?…", shortened)))
    return f"{shortened[:max_length]}…" if len(shortened) > max_length else shortened


def redact_headers(request: HttpRequest) -> dict[str, str]:
    """Return those headers that say how a call was made."""
    return {
        name: redact_text(value, _MAX_TEXT_LENGTH)
        for name, value in request.headers
        if name in _HEADERS and len(value) <= _MAX_BYTES
    }


def redact_members(members: Mapping[str, object], *, hashed: bool = True) -> dict[str, Any]:
    """Return parameters, or the members of an answer.

    Parameters
    ----------
    members
        As they were sent, or with a `Digest` in a picture's place.
    hashed
        Whether to say what pictures were by their hash; it is what takes long.
    """
    kept: dict[str, Any] = _redact(members, "", 0, hashed=hashed)
    size = len(json.dumps(kept, ensure_ascii=False))
    return kept if size <= _MAX_BYTES else {"…": f"{size} characters"}


def _redact(value: object, name: str, depth: int, *, hashed: bool) -> Any:
    kept: Any = value
    match value:
        case Mapping() | list() | tuple() if depth > _MAX_DEPTH:
            kept = "…"
        case Mapping():
            kept = {
                redact_text(str(key), _MAX_NAME_LENGTH): _redact(member, str(key), depth + 1, hashed=hashed)
                for key, member in list(value.items())[:_MAX_MEMBERS]
            }
            if len(value) > _MAX_MEMBERS:
                kept["…"] = len(value) - _MAX_MEMBERS
        case list() | tuple():
            kept = [_redact(member, name, depth + 1, hashed=hashed) for member in value[:_MAX_MEMBERS]]
        case bytes():
            kept = _picture(value, hashed=hashed)
        case Digest():
            kept = _described(value)
        case str():
            kept = _string(value, name, hashed=hashed)
        case float() if not math.isfinite(value):
            kept = str(value)
    return kept


def _string(text: str, name: str, *, hashed: bool) -> Any:
    is_url = _URL.match(text) is not None
    if is_url or (name not in _PICTURES and len(text) <= _MAX_TEXT_LENGTH):
        return redact_text(text, _MAX_TEXT_LENGTH)
    try:
        return _picture(Encoded(text).decode(INPUT, VENDOR_LIMITS.base64), hashed=hashed)
    except ApiError:
        return {"characters": len(text)}


def _picture(data: bytes, *, hashed: bool) -> dict[str, Any]:
    return _described(Digest.of(data)) if hashed else {"bytes": len(data)}


def _described(digest: Digest) -> dict[str, Any]:
    return {"bytes": digest.size, "sha256": digest.sha256}
