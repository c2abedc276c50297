"""Answers as bytes.

Success and failure alike are sent with HTTP status 200 and exactly `CONTENT_TYPE`: official clients look for
an error only in a body of that type, to the letter.
"""

import json
from collections.abc import Mapping
from typing import Final

from .errors import ApiError
from .texts import Language

STATUS: Final = 200
CONTENT_TYPE: Final = "application/json"


def success(fields: Mapping[str, object], request_id: str) -> bytes:
    """Return the body that answers a call with `fields`."""
    return _envelope({**fields, "RequestId": request_id})


def failure(error: ApiError, request_id: str, language: Language) -> bytes:
    """Return the body that tells a caller of `error` in its language."""
    return _envelope(
        {"Error": {"Code": error.code, "Message": error.message(language)}, "RequestId": request_id}
    )


def _envelope(response: Mapping[str, object]) -> bytes:
    text = json.dumps({"Response": response}, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate cannot be encoded; an answer with a mark in its place is better than none.
    return text.encode("utf-8", "replace")
