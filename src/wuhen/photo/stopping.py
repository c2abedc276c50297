"""Ending the work on a file half-way: decoders ask whenever they read on, encoders whenever they write.

Pillow's decoders and encoders take no notice of anything but their file, of which they read and write some
64 KiB at a time. So the file asks.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["Sink", "Source", "Stopped", "ask", "stoppable"]

_asked: ContextVar[Callable[[], bool] | None] = ContextVar("asked", default=None)


class Stopped(BaseException):
    """The work was called off. No `Exception`: decoders raise about any, and are not believed."""


@contextmanager
def stoppable(cancelled: Callable[[], bool] | None) -> Iterator[None]:
    """Have what works on files in this block ask whether to stop, and raise `Stopped` if so."""
    token = _asked.set(cancelled)
    try:
        yield
    finally:
        _asked.reset(token)


def ask() -> None:
    """Give whoever wants the work a chance to end it.

    Raises
    ------
    Stopped
        It is called off.
    """
    cancelled = _asked.get()
    if cancelled is not None and cancelled():
        raise Stopped


class Source(io.BytesIO):
    """A file that asks whenever it is read."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read on."""
        ask()
        return super().read(size)


class Sink(io.BytesIO):
    """A file that asks whenever it is written."""

    def write(self, data: "Buffer", /) -> int:
        """Write on."""
        ask()
        return super().write(data)
