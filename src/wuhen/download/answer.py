"""What a download brings."""

import re
from dataclasses import dataclass, field

__all__ = ["Download", "claimed_type"]

# RFC 9110, 8.3.1 and 5.6.2; no registered type is as long.
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}")


@dataclass(frozen=True, slots=True)
class Download:
    """A downloaded file.

    Attributes
    ----------
    data
        The body of the answer, whatever it is.
    media_type
        What the server says that it is, without parameters; empty where it says nothing, or nothing that
        could be a media type.
    """

    data: bytes = field(repr=False)
    media_type: str = ""


def claimed_type(header: str) -> str:
    """Return the media type that a Content-Type header names, fit to stand in a message; else nothing."""
    named = header[:256].partition(";")[0].strip().lower()
    return named if _MEDIA_TYPE.fullmatch(named) else ""
