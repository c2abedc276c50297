"""Telling the caller how far a fill is and what it comes to, and asking whether to go on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.errors import Cancelled

__all__ = ["Preview", "Progress"]

#: How often it is asked at least whether to go on, in seconds.
_OFTEN = 0.02


@dataclass(frozen=True, slots=True)
class Preview:
    """What a hole looks like so far: coarse at first, then sharper.

    Attributes
    ----------
    left, top, width, height : float
        The box of the photo that it shows, in pixels.
    pixels : ndarray
        uint8 ``(h, w, 3)`` or, not premultiplied, ``(h, w, 4)``: all of the box, some hundred pixels a side
        at most. Only the hole's mean anything.
    """

    left: float
    top: float
    width: float
    height: float
    pixels: NDArray[np.uint8] = field(repr=False)


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
