"""Bytes under a name, in a directory or in an object store: what results and jobs are kept as."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Listed", "ObjectMissing", "Objects", "check_name"]

_SEGMENT = r"[0-9a-z][0-9A-Za-z_-]*(?:\.[0-9A-Za-z_-]+)*"
_NAME = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT}){{0,3}}")
MAX_NAME_LENGTH = 200
"""Characters; object stores allow 850 and more, of which a prefix takes its share."""


class ObjectMissing(Exception):
    """There is nothing under this name, or no longer."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as it is listed.

    Attributes
    ----------
    name
        Its whole name.
    modified
        Unix time in seconds when it was put there, by the clock of whoever keeps it.
    size
        Length in bytes.
    """

    name: str
    modified: float
    size: int


class Objects(Protocol):
    """Keeps bytes under names, for every process that shares the place.

    A name has up to four parts between slashes, of letters, digits and ``-_.``, each beginning with a
    lower-case letter or a digit; whatever else raises ValueError. An object appears under its name complete
    or not at all, and replaces what was there.

    Everything raises `ResultStoreError` where the place cannot be used. Whoever has a deadline cancels what
    takes too long: what was being put is then there or not.
    """

    async def put(self, name: str, data: bytes, media_type: str) -> None:
        """Keep `data`, to be handed out as `media_type`."""
        ...

    async def get(self, name: str) -> bytes:
        """Return what is kept under `name`.

        Raises
        ------
        ObjectMissing
            Nothing is.
        """
        ...

    async def delete(self, *names: str) -> None:
        """Delete what there is of these."""
        ...

    def list(self, prefix: str = "") -> AsyncIterator[Listed]:
        """Return what there is whose name begins with `prefix` and a slash, in no order; all without one."""
        ...

    async def url(self, name: str, *, base_url: str, seconds: int) -> str:
        """Return a URL under which anyone can get an object from now on, for so long.

        Whether there is such an object is not looked at.

        Parameters
        ----------
        name
            The last part is a UUID and the extension of a picture's format.
        base_url
            What clients reach the service under, such as ``https://erase.example:8443``; it counts where the
            service itself hands objects out.
        seconds
            From 1 to 604800, a week, which is the most that object stores allow.
        """
        ...

    async def check(self) -> None:
        """Make sure that something could be kept now."""
        ...


def check_name(name: str) -> str:
    """Return the name of an object.

    Raises
    ------
    ValueError
        It is none.
    """
    if len(name) > MAX_NAME_LENGTH or not _NAME.fullmatch(name):
        raise ValueError(f"no name of an object: {name[:MAX_NAME_LENGTH]!r}")
    return name
