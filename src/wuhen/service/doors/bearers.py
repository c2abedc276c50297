"""Where callers of a door put their key: in a header, never in a URL, which is written down everywhere."""

import base64
from collections.abc import Callable, Iterable
from typing import TypeAlias

from wuhen.wire import HttpRequest

__all__ = ["KeyReader", "find_key", "read_api_key", "read_basic", "read_bearer"]

KeyReader: TypeAlias = Callable[[HttpRequest], str | None]
"""Returns the key that the head of a request holds, or None. Raises `ApiError` for a repeated header."""


def read_bearer(head: HttpRequest) -> str | None:
    """Return the key of ``Authorization: Bearer KEY``."""
    return _credentials(head, "bearer")


def read_api_key(head: HttpRequest) -> str | None:
    """Return the key of ``x-api-key: KEY``."""
    return head.header("x-api-key") or None


def read_basic(head: HttpRequest) -> str | None:
    """Return the password of ``Authorization: Basic …``, for clients that can be told nothing but a URL.

    They make this header of ``https://any:KEY@host/``, which stays with them.
    """
    encoded = _credentials(head, "basic")
    try:
        text = base64.b64decode(encoded or "", validate=True).decode("ascii")
    except ValueError:  # no base64, or not of ASCII
        return None
    return text.partition(":")[2] or None


def find_key(head: HttpRequest, readers: Iterable[KeyReader]) -> str | None:
    """Return what the first reader finds that finds anything."""
    return next((key for reader in readers if (key := reader(head)) is not None), None)


def _credentials(head: HttpRequest, scheme: str) -> str | None:
    given, _, value = (head.header("Authorization") or "").partition(" ")
    return value.strip() or None if given.lower() == scheme else None
