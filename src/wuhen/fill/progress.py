"""Telling the caller how far a fill is, and asking whether to go on."""

import threading
from collections.abc import Callable

from wuhen.fill.errors import Cancelled

__all__ = ["Progress"]


class Progress:
    """Counts work done, from any thread.

    Parameters
    ----------
    report
        Called with the fraction done, 0 to 1, never falling; from one thread at a time, though not always the
        same.
    cancelled
        Asked between passes; true ends the fill with `Cancelled`.
    """

    def __init__(
        self, report: Callable[[float], None] | None = None, cancelled: Callable[[], bool] | None = None
    ) -> None:
        self._report = report
        self._cancelled = cancelled
        self._lock = threading.Lock()
        self._total = 1.0
        self._done = 0.0

    def expect(self, total: float) -> None:
        """Say how much work there will be, in any unit."""
        self._total = max(total, 1e-9)

    def check(self) -> None:
        """Give the caller a chance to end the fill.

        Raises
        ------
        Cancelled
            When the caller wants no result any more.
        """
        if self._cancelled is not None:
            with self._lock:
                if self._cancelled():
                    raise Cancelled

    def advance(self, amount: float) -> None:
        """Count work as done.

        Raises
        ------
        Cancelled
            When the caller wants no result any more.
        """
        if self._report is None and self._cancelled is None:
            return
        with self._lock:
            if self._cancelled is not None and self._cancelled():
                raise Cancelled
            self._done += amount
            if self._report is not None:
                self._report(min(self._done / self._total, 1.0))
