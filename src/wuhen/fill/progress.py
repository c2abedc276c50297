"""Telling the caller how far a fill is, and asking whether to go on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wuhen.fill.errors import Cancelled

__all__ = ["Progress"]

#: How often it is asked at least whether to go on, in seconds.
_OFTEN = 0.02


class Progress:
    """Counts work done, from any thread.

    Parameters
    ----------
    report
        Called with the fraction done, 0 to 1, never falling; from one thread at a time, though not always the
        same.
    cancelled
        Asked every few milliseconds, from any thread; true ends the fill with `Cancelled`.
    """

    def __init__(
        self, report: Callable[[float], None] | None = None, cancelled: Callable[[], bool] | None = None
    ) -> None:
        self._report = report
        self._cancelled = cancelled
        self._lock = threading.Lock()
        self._over = False
        self._total = 1.0
        self._done = 0.0

    @contextmanager
    def watch(self, hurry: Callable[[], None]) -> Iterator[None]:
        """Ask every few milliseconds whether to go on, and call ``hurry`` where the answer is no.

        For those who work in long calls, and have no occasion to ask. When one of these was hurried, whoever
        made it is to `check`.
        """
        if self._cancelled is None:
            yield
            return
        ended = threading.Event()

        def look() -> None:
            while not ended.wait(_OFTEN):
                try:
                    self.check()
                except Cancelled:
                    hurry()
                    return

        thread = threading.Thread(target=look, name="wuhen-watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

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
                self._ask()

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
            self._ask()
            self._done += amount
            if self._report is not None:
                self._report(min(self._done / self._total, 1.0))

    def _ask(self) -> None:
        """Raise once the answer was no: it stays no."""
        if not self._over and self._cancelled is not None:
            self._over = self._cancelled()
        if self._over:
            raise Cancelled
