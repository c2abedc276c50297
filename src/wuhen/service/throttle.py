"""Lines that strangers or libraries could write without end: so many at a time, and then a count."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["LEFT_OUT", "Throttle"]

LEFT_OUT = "left_out"
"""The field, and the attribute of a record, that says how many lines like it there would have been."""

OWN_LOGGER = "wuhen"
_BURST, _RATE = 20.0, 1.0
"""Lines of a logger that is not ours: at once, and per second. There is one for each reason to complain."""
_STRANGERS_BURST, _STRANGERS_RATE = 200.0, 20.0
"""Lines about what nobody has signed."""
_STRANGERS = frozenset({"call", "client gone", "request refused", "result refused"})
_MOST = 256
"""Kinds of lines that are told apart."""


@dataclass(slots=True)
class _Bucket:
    filled: float
    seen: float
    left_out: int = field(default=0)


class Throttle(logging.Filter):
    """Lets a kind of line pass as often as it may be written; the next one that passes says how many did not.

    Limited are the lines of other loggers than our own, and of ours those that need no key to be caused:
    otherwise whoever can connect could fill the disk. What callers with a key cause is always written.

    Parameters
    ----------
    clock : callable
        Seconds, of any beginning.

    Attributes
    ----------
    left_out : int
        Lines that were not written, in all.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.left_out = 0
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is to be written."""
        ours = record.name.partition(".")[0] == OWN_LOGGER
        if ours and not _is_of_strangers(record.msg):
            return True
        burst, rate = (_STRANGERS_BURST, _STRANGERS_RATE) if ours else (_BURST, _RATE)
        with self._lock:
            missed = self._take((record.name, _kind(record)), burst, rate)
        if missed is None:
            return False
        if missed:
            setattr(record, LEFT_OUT, missed)
        return True

    def _take(self, kind: tuple[str, str], burst: float, rate: float) -> int | None:
        """Return how many lines of a kind were left out before this one; None if this one is, too."""
        now = self._clock()
        if kind not in self._buckets and len(self._buckets) >= _MOST:
            kind = ("", "")
        bucket = self._buckets.setdefault(kind, _Bucket(burst, now))
        bucket.filled = min(burst, bucket.filled + (now - bucket.seen) * rate)
        bucket.seen = now
        if bucket.filled < 1:
            bucket.left_out += 1
            self.left_out += 1
            return None
        bucket.filled -= 1
        missed, bucket.left_out = bucket.left_out, 0
        return missed


def _is_of_strangers(message: object) -> bool:
    return isinstance(message, dict) and message.get("event") in _STRANGERS and "account" not in message


def _kind(record: logging.LogRecord) -> str:
    """Return what makes records alike: the place in the code that writes them."""
    if isinstance(record.msg, dict):
        return str(record.msg.get("event"))
    return f"{record.pathname}:{record.lineno}"
