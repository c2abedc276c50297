"""Doors for pages of other origins: their originals let any page call them, and so do these.

A page needs the caller's key, which it sends in a header; no browser adds that by itself, so there is nothing
that a page could do in somebody else's name.
"""

from typing import Final

from wuhen.service.doors.door import Answer, Page

__all__ = ["ANY_ORIGIN", "preflight"]

ANY_ORIGIN: Final = {"access-control-allow-origin": "*", "access-control-expose-headers": "*"}
"""Headers of every answer that a page may read."""


def preflight(path: str) -> Page:
    """Return what tells a browser that pages may call a path."""
    headers = {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "*",
        # `Authorization` is the one header that `*` does not stand for.
        "access-control-allow-headers": "Authorization, *",
        "access-control-max-age": "86400",
    }
    return Page("OPTIONS", path, lambda _: Answer(b"", "text/plain", 204, headers))
