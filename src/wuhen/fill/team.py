"""Threads that share the bands of one kernel, with results that do not depend on how many there are.

A kernel is a compiled function that frees the interpreter lock and works on one band (a run of rows). Bands
are cut by the amount of work alone, and bands that run at the same time never read what another writes, so
one thread and sixteen give the same bytes. Plain threads, unlike the OpenMP pool that compiled loops could
use, survive ``fork`` and may be used from several Python threads at once.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

__all__ = ["Team"]

#: Parts per thread into which work is cut, so that threads that run late leave some of theirs to others.
_PARTS = 3


class Team:
    """A number of threads, the caller's among them.

    Parameters
    ----------
    threads
        How many threads work at once, at least 1. With 1 nothing is started.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads - 1, thread_name_prefix="wuhen-fill") if threads > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def share(self, work: Callable[[int, int], object], count: int, least: int) -> None:
        """Call ``work(begin, end)`` for ranges that together are ``0 .. count``, each of at least ``least``.

        What is too little to be worth a second thread's start is one call.
        """
        parts = min(count // least, self.threads * _PARTS) if self.threads > 1 else 1
        if parts < 2:  # noqa: PLR2004 - one part needs no second thread
            if count:
                work(0, count)
            return
        self.each(lambda part: work(part * count // parts, (part + 1) * count // parts), range(parts))

    def each(self, work: Callable[[int], object], items: Sequence[int]) -> None:
        """Call ``work(item)`` for every item, in any order, and return when all are done."""
        if self._pool is None or len(items) < 2:  # noqa: PLR2004 - one item needs no second thread
            for item in items:
                work(item)
            return
        # One shared iterator: a thread takes the next item when it is free. `next` on it is atomic under the
        # lock.
        queue = iter(items)

        def drain() -> None:
            for item in queue:
                work(item)

        helpers = [self._pool.submit(drain) for _ in range(min(self.threads, len(items)) - 1)]
        try:
            drain()
        finally:
            for helper in helpers:
                helper.result()
