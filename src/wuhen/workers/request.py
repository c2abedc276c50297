"""What goes through the pipes between the service and a worker."""

import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from wuhen.wire import Message

__all__ = ["HEADER", "Answer", "Packed", "Refusal", "Request"]

HEADER = struct.Struct("<BQ")
"""Before what is sent: what it is, and its length in bytes. Of requests, 1 has packed arguments after it."""


class Answer(IntEnum):
    """What an answer is."""

    RESULT = 0
    """What the function returned."""
    REFUSAL = 1
    """A `Refusal`: the caller is told."""
    FAILURE = 2
    """A text for the log: what went wrong."""
    STOPPED = 3
    """Nothing: the request was asked to stop, or had no time left."""
    NEWS = 4
    """A `wuhen.action.News`, and no answer yet: one follows."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an `ApiError` says."""

    code: str
    text: Message


@dataclass(frozen=True, slots=True)
class Packed:
    """Arguments that were pickled elsewhere as a tuple, and are handed on as they are.

    Attributes
    ----------
    data : bytes or memoryview
        The pickle.
    """

    data: bytes | memoryview = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """What a worker is asked to do.

    Attributes
    ----------
    number : int
        The request's number, for the stop flag.
    function : callable
        What to call. It must be importable.
    arguments : tuple
        With what, after the arguments that come packed.
    until : float or None
        When it has no time left, by `time.monotonic`, which is the same in all processes of a machine.
    heeds : bool
        Whether the function takes `cancelled`, and ends with `wuhen.fill.Cancelled` when it answers true, and
        ``seconds``, the time it has left.
    tells : bool
        Whether the function takes ``tell``, to be told the news by; of those that heed only.
    """

    number: int
    function: Callable[..., Any]
    arguments: tuple[Any, ...] = field(repr=False)
    until: float | None = None
    heeds: bool = False
    tells: bool = False

    @property
    def seconds_left(self) -> float | None:
        """The time it has left; None for any time."""
        return None if self.until is None else max(self.until - time.monotonic(), 0.0)

    @property
    def out_of_time(self) -> bool:
        """Whether it has no time left."""
        return self.seconds_left == 0
