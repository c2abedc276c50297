"""Threads that share the work of one fill, with results that do not depend on how many there are.

Work is handed out in two ways. A kernel in phases (`wuhen.compute.phases`) is called by every thread,
and hands out its pieces itself; that costs microseconds. Any other work is cut into items that a thread takes
when it is free. Kernels free the interpreter lock; what runs at the same time never reads what another
writes, so one thread and sixteen give the same bytes. Plain threads, unlike the OpenMP pool that compiled
loops could use, survive ``fork`` and may be used from several Python threads at once.
"""

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from types import TracebackType
from typing import Self

import numpy as np

from wuhen.compute.phases import Turn, announce, await_call, clear, new_board
from wuhen.compute.signature import Flat

__all__ = ["Team"]

#: Parts per thread into which work is cut, so that threads that run late leave some of theirs to others.
_PARTS = 3
#: No part is longer than so many of the shortest worth a thread, so that the work can be ended meanwhile.
_LONG = 64
#: How many times an idle thread looks for the next call before it goes to sleep: half a millisecond.
_PATIENCE = 4_000

_Call = Callable[[int, int], object]


def _go_on() -> None:
    """Let the work go on."""


class _Helper(threading.Thread):
    """A thread besides the caller's: waits for calls, for a while wide awake, and answers the last one."""

    def __init__(self, team: "Team", number: int) -> None:
        super().__init__(name=f"wuhen-fill-{number}", daemon=True)
        self._team = team
        self.asleep = False
        self.gate = threading.Semaphore(0)

    def run(self) -> None:
        team, answered = self._team, 0
        while True:
            if team.latest[0] == answered:
                await_call(team.bell, answered, _PATIENCE)
            # Whoever calls numbers the call first and then looks whether it must wake someone.
            self.asleep = True
            while team.latest[0] == answered:
                self.gate.acquire()
            self.asleep = False
            answered, call = team.latest
            if call is None:
                return
            call(answered, _PATIENCE)
            del call


class Team:
    """A number of threads, the caller's among them.

    Parameters
    ----------
    threads
        How many threads work at once, at least 1. With 1 nothing is started.
    check
        Called between pieces of work; what it raises ends the work.

    Attributes
    ----------
    check
        As given.
    latest
        The last call's number, and what it is: called with the number and a helper's patience; None to end.
    bell
        Told of calls by kernels, see `wuhen.compute.phases.Turn`.
    """

    def __init__(self, threads: int, check: Callable[[], None] = _go_on) -> None:
        self.threads = threads
        self.check = check
        self._board: Flat[np.int64] | None = None
        self._hurried = False
        self.latest: tuple[int, _Call | None] = (0, None)
        self.bell = np.zeros(1, np.int64)
        self._helpers: list[_Helper] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        announce(self.bell, self._announce(None))
        for helper in self._helpers:
            helper.join()
        self._helpers = []

    def run_phases(self, work: Callable[[Turn], object], phases: int) -> None:
        """Have all threads call a kernel of so many phases, and return when the work is done."""
        board = self._board = new_board(phases)
        if self._hurried:
            clear(board)
        if self.threads == 1:
            work(Turn(board, self.bell, 0, 0))
        else:
            number = self._announce(lambda number, patience: work(Turn(board, self.bell, number, patience)))
            work(Turn(board, self.bell, number, 0))
        self.check()

    def hurry(self) -> None:
        """Have `run_phases` leave out what is still to be done, in the call that is on and in all others.

        May be called from any thread, by whoever makes ``check`` raise then: results are of no use any more.
        """
        self._hurried = True
        if self._board is not None:
            clear(self._board)

    def run_ranges(self, work: Callable[[int, int], object], count: int, chunk: int) -> None:
        """Call ``work(begin, end)`` for ranges that together are ``0 .. count``, each of at least ``chunk``.

        What is too little to be worth a second thread's start is one call.
        """
        parts = min(count // chunk, max(self.threads * _PARTS, count // (_LONG * chunk)))
        if parts < 2 or (self.threads == 1 and count <= _LONG * chunk):  # noqa: PLR2004 - one part is all
            if count:
                work(0, count)
            return
        self.run_each(lambda part: work(part * count // parts, (part + 1) * count // parts), range(parts))

    def run_each(self, work: Callable[[int], object], items: Sequence[int]) -> None:
        """Call ``work(item)`` for every item, in any order, and return when all are done.

        After an error no further items are begun; one of the errors is raised.
        """
        if self.threads == 1 or len(items) < 2:  # noqa: PLR2004 - one item needs no second thread
            for item in items:
                self.check()
                work(item)
            return
        # One shared iterator: a thread takes the next item when it is free. `next` on it is atomic under the
        # lock.
        queue = iter(items)
        failures: list[BaseException] = []
        ended: SimpleQueue[None] = SimpleQueue()

        def drain(*_: int) -> None:
            for item in queue:
                try:
                    if not failures:
                        self.check()
                        work(item)
                except BaseException as failure:
                    failures.append(failure)
                finally:
                    ended.put(None)

        announce(self.bell, self._announce(drain))
        drain()
        for _ in items:
            ended.get()
        if failures:
            raise failures[0]

    def _announce(self, call: _Call | None) -> int:
        """Give all helpers something to do."""
        number = self.latest[0] + 1
        self.latest = (number, call)
        if call is not None and not self._helpers:
            self._helpers = [_Helper(self, index) for index in range(1, self.threads)]
            for helper in self._helpers:
                helper.start()
        for helper in self._helpers:
            if helper.asleep:
                helper.gate.release()
        return number
