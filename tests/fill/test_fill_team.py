"""How threads share work: every piece once, phase after phase, and no thread left behind."""

import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from harness import eventually
from wuhen.compute.compiled import kernel
from wuhen.compute.phases import Turn, announce_call, finish_piece, linger, take_piece, wait_at_barrier
from wuhen.compute.signature import Flat, Plane
from wuhen.compute.team import Team


@kernel
def _count(turn: Turn, pieces: Flat[np.int64], seen: Plane[np.int64], work: int) -> None:
    """Note for every piece how many pieces of the phase before were finished when it began, plus one."""
    board = turn.board
    announce_call(turn.bell, turn.number)
    for phase in range(len(pieces)):
        piece = take_piece(board, phase)
        while piece < pieces[phase]:
            finished = 0
            if phase > 0:
                for other in range(pieces[phase - 1]):
                    finished += seen[phase - 1, other] > 0
            total = 0
            for i in range(work * (piece % 3)):
                total += i ^ total
            seen[phase, piece] += finished + 1 + (total == -1)
            finish_piece(board, phase)
            piece = take_piece(board, phase)
        wait_at_barrier(board, phase, pieces[phase])
    linger(turn.bell, turn.number, turn.patience)


@given(
    threads=st.integers(1, 5),
    calls=st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=6), min_size=1, max_size=8),
    work=st.sampled_from([0, 10, 3000]),
)
@settings(max_examples=60, deadline=None)
def test_each_piece_is_done_once_and_after_all_of_the_phase_before(
    threads: int, calls: list[list[int]], work: int
) -> None:
    with Team(threads) as team:
        for pieces in calls:
            counts = np.array(pieces, np.int64)
            seen = np.zeros((len(pieces), max(*pieces, 1)), np.int64)

            def call(turn: Turn, counts: NDArray[np.int64] = counts, seen: NDArray[np.int64] = seen) -> None:
                _count(turn, counts, seen, work)

            team.run_phases(call, len(pieces))
            for phase, count in enumerate(pieces):
                before = pieces[phase - 1] if phase else 0
                np.testing.assert_array_equal(seen[phase, :count], before + 1)


def until_asleep(team: Team) -> None:
    eventually(lambda: all(helper.asleep for helper in team._helpers))


def test_helpers_that_have_gone_to_sleep_come_again() -> None:
    all_here = threading.Barrier(3)
    with Team(3) as team:
        for _ in range(3):
            # Three items that wait for each other are three threads' work.
            team.run_each(lambda _item: all_here.wait(30), range(3))
            until_asleep(team)


class Items(list[int]):
    """Numbers that tell when they have all been taken."""

    def __init__(self, count: int) -> None:
        super().__init__(range(count))
        self.taken = threading.Event()

    def __iter__(self) -> Iterator[int]:
        return _Taking(self)


class _Taking(Iterator[int]):
    def __init__(self, items: Items) -> None:
        self._items = items
        self._numbers = iter(range(len(items)))

    def __next__(self) -> int:
        try:
            return next(self._numbers)
        except StopIteration:
            self._items.taken.set()
            raise


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_an_error_in_any_thread_is_raised_and_ends_the_work(threads: int) -> None:
    begun: list[int] = []
    items = Items(1000)

    def work(item: int) -> None:
        begun.append(item)
        if item == 5:
            raise KeyError(item)
        if item > 5:
            # Only the thread that failed is free to take the rest, and it begins none of them.
            assert items.taken.wait(30)

    with Team(threads) as team:
        with pytest.raises(KeyError):
            team.run_each(work, items)
        assert 6 <= len(begun) < 6 + threads
        begun.clear()
        team.run_each(begun.append, range(10))
        assert sorted(begun) == list(range(10))


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()
    for _ in range(5):
        with Team(4) as team:
            team.run_each(lambda _item: None, range(9))
    assert threading.active_count() == before


def test_calls_end_though_threads_are_switched_at_every_chance() -> None:
    # Whether a helper sleeps or misses a call is decided between two lines.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        counts, total = np.full(2, 4, np.int64), 0
        with Team(3) as team:
            for round_ in range(300):
                seen = np.zeros((2, 4), np.int64)

                def call(turn: Turn, seen: NDArray[np.int64] = seen) -> None:
                    _count(turn, counts, seen, 0)

                team.run_phases(call, 2)
                total += int(seen.sum())
                if round_ % 50 == 0:
                    until_asleep(team)
        assert total == 300 * (4 + 4 * 5)
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_team_that_is_hurried_leaves_out_what_is_still_to_be_done(threads: int) -> None:
    checked: list[None] = []
    pieces = np.array([400, 400, 400])
    seen = np.zeros((3, 400), np.int64)
    hurried = threading.Event()
    with Team(threads, lambda: checked.append(None)) as team:

        def hurry() -> None:
            while not seen.any():
                pass
            team.hurry()
            hurried.set()

        thread = threading.Thread(target=hurry)
        thread.start()
        # Half a minute's work, of which a piece takes a tenth of a second.
        team.run_phases(lambda turn: _count(turn, pieces, seen, 100_000_000), 3)
        thread.join()
        assert hurried.is_set()
        assert np.count_nonzero(seen) < 60
        assert checked
        # And whatever is begun now.
        seen[:] = 0
        team.run_phases(lambda turn: _count(turn, pieces, seen, 1), 3)
        assert not seen.any()


def test_a_team_asks_between_pieces_whether_to_go_on() -> None:
    done: list[int] = []

    class Enough(Exception):
        pass

    def check() -> None:
        if len(done) == 2:
            raise Enough

    for threads in (1, 3):
        done.clear()
        with Team(threads, check) as team, pytest.raises(Enough):
            team.run_each(done.append, range(50))
        assert len(done) < 6


@pytest.mark.parametrize("threads", [1, 2])
def test_no_range_is_so_long_that_nobody_is_asked_meanwhile(threads: int) -> None:
    ranges: list[tuple[int, int]] = []
    with Team(threads) as team:
        team.run_ranges(lambda begin, end: ranges.append((begin, end)), 1_000_000, 1000)
    assert max(end - begin for begin, end in ranges) <= 130_000
    assert min(ranges)[0] == 0
    assert sum(end - begin for begin, end in ranges) == 1_000_000
