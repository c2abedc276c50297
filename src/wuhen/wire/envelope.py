"""Answers as bytes.

Success and failure alike are sent with HTTP status 200 and exactly `CONTENT_TYPE`: official clients look for
an error only in a body of that type, to the letter.
"""

import json
import string
from collections.abc import Mapping
from typing import Final

from .errors import ApiError
from .message import Language

STATUS: Final = 200
CONTENT_TYPE: Final = "application/json"

_BASE64: Final = (string.ascii_letters + string.digits + "+/=").encode("ascii")


def render_success(fields: Mapping[str, object], request_id: str) -> bytes:
    """Return the body that answers a call with `fields`."""
    return _envelope({**fields, "RequestId": request_id})


def render_failure(error: ApiError, request_id: str, language: Language) -> bytes:
    """Return the body that tells a caller of `error` in its language."""
    return _envelope(
        {"Error": {"Code": error.code, "Message": error.message(language)}, "RequestId": request_id}
    )


def _envelope(response: Mapping[str, object]) -> bytes:
    pieces: list[bytes] = []
    for name, value in response.items():
        pieces += (b",", _json(name), b":", *_pieces(value))
    return b"".join((b'{"Response":{', *pieces[1:], b"}}"))


def _pieces(value: object) -> tuple[bytes, ...]:
    # Results are megabytes of base64, which needs no escaping; finding that out is far cheaper than escaping.
    if isinstance(value, str) and value.isascii():
        raw = value.encode("ascii")
        if not raw.translate(None, _BASE64):
            return (b'"', raw, b'"')
    return (_json(value),)


def _json(value: object) -> bytes:
    # A lone surrogate cannot be encoded; an answer with a mark in its place is better than none.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
