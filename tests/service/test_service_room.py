"""Room in memory for the pixels of all jobs under way: who waits for it, and who passes."""

import asyncio
import math
import random
from collections.abc import Iterator

import pytest
from bench.estimates import MIX, arrivals
from bench.queueing import Arrival, simulate

from clock import let_run
from wuhen.photo import Extent
from wuhen.service.admission import Admission, Busy, Costs, Line, Policy, Reason, Ticket, Wish
from wuhen.service.admission.costs import Expected
from wuhen.service.memory import pixels_each
from wuhen.settings import load

ROOM = 100
LARGE, SMALL = Extent("PNG", 80), Extent("PNG", 10)


def ticket(account: str, pixels: int, *, seconds: float = 1.0, ends: float = 1000.0) -> Ticket:
    return Ticket(account, Expected(seconds, seconds), ends, pixels=pixels)


def started(line: Line, places: int = 4) -> str:
    """Start all that may be, and return their accounts' first letters."""
    found = ""
    while (one := line.start_next(0.0, places, ROOM)) is not None:
        found += one.account[0]
    return found


def joined(line: Line, *tickets: Ticket) -> None:
    for one in tickets:
        line.join(one, 0.0, 4, ROOM)


def test_a_job_without_room_waits_and_those_that_take_less_pass_it() -> None:
    line = Line(Policy(max_wait=1000))
    first = ticket("first", 80)
    joined(line, first, ticket("large", 80), ticket("small", 20))
    assert started(line) == "fs"
    line.finish(first, 1.0)
    assert started(line) == "l"


def test_no_more_passes_a_job_than_it_is_itself() -> None:
    line = Line(Policy(max_wait=1000))
    joined(line, ticket("first", 60))
    assert started(line) == "f"
    large = ticket("large", 90, seconds=3.0, ends=500.0)
    joined(line, large, *(ticket("small", 1) for _ in range(20)))
    served = ""
    for _ in range(20):
        served += started(line, places=2)
        line.finish(next(one for one in [*line.running][::-1]), 1.0)
    assert served.startswith("sss" + "l")


def test_one_that_is_more_than_there_is_room_for_runs_alone() -> None:
    line = Line(Policy(max_wait=1000))
    joined(line, ticket("huge", 500), ticket("small", 1))
    assert started(line) == "h"
    line.finish(next(iter(line.running)), 1.0)
    assert started(line) == "s"


def test_who_would_wait_for_room_beyond_the_deadline_is_refused_at_once() -> None:
    line = Line(Policy(max_wait=1000))
    joined(line, ticket("first", 80, seconds=30.0))
    assert started(line) == "f"
    late = line.judge(ticket("b", 80, ends=20.0), 0.0, 4, ROOM)
    assert late is not None
    assert late.reason is Reason.DEADLINE
    assert line.judge(ticket("b", 10, ends=20.0), 0.0, 4, ROOM) is None


def test_small_jobs_and_large_ones_are_served_however_many_there_are_of_the_others() -> None:
    def calls() -> Iterator[Arrival]:
        for number in range(600):
            yield Arrival(number / 4, "small", 0.2, extent=Extent("JPEG", 2_000_000))
            if number % 4 == 0:
                yield Arrival(number / 4, "large", 1.0, extent=Extent("JPEG", 60_000_000))

    found = simulate(calls(), places=4, room=100e6)
    assert found.most_pixels <= 100_000_000
    assert found.refused.total() + found.late.total() <= 30
    assert found.quantile(0.99, "small") < 1.5
    assert found.quantile(0.9, "large") < 6


def admission(places: int = 4) -> Admission:
    loop = asyncio.get_running_loop()
    policy = Policy(max_wait=1000, deadline=1000)
    return Admission(lambda: places, policy, room=lambda: ROOM, clock=loop.time)


async def test_calls_hold_their_room_for_as_long_as_they_run() -> None:
    door = admission()
    served = asyncio.Event()

    async def call() -> None:
        async with door.place(Wish("b", "Erase", 1, math.inf, extent=LARGE)):
            served.set()

    async with door.place(Wish("a", "Erase", 1, math.inf, extent=LARGE)):
        waiting = asyncio.create_task(call())
        await let_run()
        async with door.place(Wish("c", "Erase", 1, math.inf, extent=SMALL)):
            assert not served.is_set()
    await waiting
    assert door.load.running == 0


@pytest.mark.parametrize(("patience", "first"), [(0.0, "behind"), (1000.0, "call")])
async def test_room_is_kept_for_what_has_waited_long_behind_the_calls(patience: float, first: str) -> None:
    door = admission()
    order = list[str]()

    async def behind() -> None:
        async with door.leftover("Submit", patience) as place:
            await place.has_room(LARGE, 1)
            order.append("behind")

    async def call() -> None:
        async with door.place(Wish("b", "Erase", 1, math.inf, extent=Extent("PNG", 30))):
            order.append("call")
            await let_run()

    async with door.place(Wish("a", "Erase", 1, math.inf, extent=Extent("PNG", 60))):
        job = asyncio.create_task(behind())
        await let_run()
        calling = asyncio.create_task(call())
        await let_run()
    await asyncio.gather(job, calling)
    assert order[0] == first
    assert len(order) == 2
    assert door.load.running == 0


async def test_what_waits_behind_another_of_its_kind_keeps_no_call_out() -> None:
    door, done = admission(), asyncio.Event()

    async def behind() -> None:
        async with door.leftover("Submit", 0.0) as place:
            await place.has_room(LARGE, 1)
            await done.wait()

    jobs = [asyncio.create_task(behind()) for _ in range(2)]
    await let_run()
    async with door.place(Wish("a", "Erase", 1, math.inf, extent=SMALL)):
        assert door.load.running == 3
    jobs[1].cancel()
    done.set()
    await asyncio.gather(*jobs, return_exceptions=True)
    assert (door.load.running, door._without_room, door._pixels_behind) == (0, {}, 0)


def test_costs_are_told_from_pixels_in_proportion_where_they_are_known() -> None:
    costs = Costs()
    for size in (10_000, 10_000_000) * 20:
        costs.learn("a", "Erase", size, 4.0, Extent("PNG", 20_000_000))
        costs.learn("a", "Erase", size, 1.0, Extent("JPEG", 20_000_000))
    for size in (1, 10_000, 10_000_000):
        assert costs.expect("a", "Erase", size, Extent("PNG", 30_000_000)).mean == pytest.approx(
            6.0, abs=0.01
        )
        assert costs.expect("a", "Erase", size, Extent("JPEG", 20_000_000)).mean == pytest.approx(
            1.0, abs=0.01
        )
    # Before pictures are there, all that is known is the size.
    assert costs.expect("a", "Erase", 10_000).mean == pytest.approx(2.5, abs=0.5)


def test_it_is_better_known_by_pixels_than_by_bytes_what_jobs_take() -> None:
    draw, errors = random.Random(1), {True: 0.0, False: 0.0}
    for by_pixels in errors:
        costs = Costs()
        for call in arrivals(1.0, 600, accounts=1 + draw.randrange(8)):
            extent = call.extent if by_pixels else None
            expected = costs.expect(call.account, "Erase", call.size, extent).mean
            errors[by_pixels] += abs(math.log(expected / call.seconds))
            costs.learn(call.account, "Erase", call.size, call.seconds, extent)
    assert errors[True] < 0.6 * errors[False]
    assert len({job.format for job in MIX}) == 3


def test_room_is_what_memory_holds_unless_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wuhen.service.memory.count_memory", lambda: 5 << 30)
    assert pixels_each(load(workers=2)) == ((2 << 30) - (300 << 20)) // 12
    assert pixels_each(load(workers=64)) == 0
    assert pixels_each(load(worker_megapixels=7)) == 7_000_000
    assert pixels_each(load(cluster="auto")) is None


async def test_what_a_finder_takes_besides_needs_room_too() -> None:
    door = admission()
    served = asyncio.Event()

    async def look() -> None:
        async with door.place(Wish("b", "Find", 1, math.inf, extent=SMALL, beside=ROOM - SMALL.pixels)):
            served.set()

    async with door.place(Wish("a", "Erase", 1, math.inf, extent=SMALL)):
        waiting = asyncio.create_task(look())
        await let_run()
        assert not served.is_set()
    await waiting


async def test_candidates_are_expected_to_take_their_time_and_teach_what_one_takes() -> None:
    now = 0.0
    door = Admission(lambda: 1, Policy(), room=lambda: ROOM, clock=lambda: now)

    async def take(seconds: float, left: float, times: int = 1) -> None:
        nonlocal now
        async with door.place(Wish("a", "Erase", 1, now + left, extent=SMALL, times=times)):
            now += seconds

    await take(2.0, left=100.0)
    with pytest.raises(Busy):
        await take(8.0, left=5.0, times=4)
    await take(8.0, left=100.0, times=4)
    await take(2.0, left=5.0)
