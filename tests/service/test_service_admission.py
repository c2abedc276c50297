"""The line before the workers: who is let in, who is next, and what that comes to under load."""

import asyncio
import math
import random
from contextlib import suppress

import pytest
from bench.queueing import Arrival, Blind, poisson, simulate
from hypothesis import given
from hypothesis import strategies as st

from clock import let_run, skip
from wuhen.service.admission import Admission, Busy, Costs, Line, Policy, Reason, Ticket, Wish
from wuhen.service.admission.costs import Expected

SECOND = Expected(1.0, 1.0)
ACCOUNTS = [f"account {number}" for number in range(8)]


def ticket(
    account: str, *, ends: float = 1000.0, seconds: float = 1.0, size: int = 1, weight: int = 1
) -> Ticket:
    return Ticket(account, Expected(seconds, seconds), ends, size, weight)


def joined(line: Line, account: str, count: int, places: int = 1, **more: float) -> list[Ticket]:
    """Let calls in and start those that may."""
    tickets = [ticket(account, **more) for _ in range(count)]  # type: ignore[arg-type]
    for one in tickets:
        assert line.join(one, 0.0, places) == []
        line.start_next(0.0, places)
    return tickets


def order(line: Line, count: int) -> str:
    """Return whose calls are served, one at a time, as first letters."""
    served = ""
    for _ in range(count):
        for one in list(line.running):
            line.finish(one, one.expected.mean)
        started = line.start_next(0.0, 1)
        served += started.account[0] if started else "-"
    return served


def refusal(line: Line, one: Ticket, now: float = 0.0, places: int = 1) -> Reason | None:
    busy = line.judge(one, now, places)
    return busy.reason if busy else None


def test_whoever_comes_new_is_served_before_what_another_has_waiting() -> None:
    line = Line(Policy(max_wait=100))
    joined(line, "greedy", 50)
    joined(line, "polite", 1)
    assert order(line, 4) == "pggg"


def test_accounts_take_turns_by_the_time_that_they_use() -> None:
    line = Line(Policy(max_wait=1000))
    joined(line, "long", 10, seconds=4.0)
    joined(line, "short", 40)
    assert order(line, 25).count("l") == 5


def test_an_account_with_a_larger_share_gets_more() -> None:
    line = Line(Policy(max_wait=1000))
    joined(line, "more", 40, weight=3)
    joined(line, "less", 40)
    assert order(line, 40).count("m") == 30


def test_being_idle_saves_nothing_up_and_leaving_for_a_moment_pays_no_debt() -> None:
    line = Line(Policy(max_wait=1000))
    joined(line, "steady", 60)
    assert order(line, 20) == "s" * 20
    joined(line, "idler", 20)
    assert order(line, 10).count("i") == 5
    line = Line(Policy(max_wait=1000))
    joined(line, "a", 1, seconds=30.0)
    joined(line, "b", 20)
    assert order(line, 1) == "b"
    joined(line, "a", 1, seconds=30.0)
    assert order(line, 15) == "b" * 15


def test_a_call_that_would_wait_too_long_is_refused_and_the_next_in_line_is_not() -> None:
    line = Line(Policy(max_wait=2.5))
    joined(line, "a", 1, seconds=20.0)
    assert refusal(line, ticket("a")) is None
    joined(line, "a", 1)
    assert refusal(line, ticket("a")) is Reason.WAIT
    assert refusal(line, ticket("b")) is None
    # With time the first is nearly done.
    assert refusal(line, ticket("a"), now=19.0) is Reason.WAIT
    assert refusal(line, ticket("a"), now=10.0, places=12) is None


def test_nothing_is_let_in_or_started_that_could_not_end_in_time() -> None:
    line = Line(Policy(max_wait=100, deadline=20))
    joined(line, "a", 1, seconds=5.0)
    assert refusal(line, ticket("b", ends=9.0, seconds=5.0)) is Reason.DEADLINE
    waiting = ticket("b", ends=11.0, seconds=5.0)
    line.join(waiting, 0.0, 1)
    assert line.expire(5.9) == []
    # The first takes longer than was expected.
    assert line.expire(6.1) == [waiting]
    assert line.waiting == 0


def test_an_estimate_that_is_too_high_keeps_no_kind_of_job_out_for_good() -> None:
    line = Line(Policy(max_wait=100, deadline=20))
    joined(line, "a", 1, seconds=1.0)
    assert refusal(line, ticket("b", ends=20.0, seconds=500.0)) is None


def test_of_one_account_the_call_with_the_nearest_deadline_goes_first() -> None:
    line = Line(Policy(max_wait=100))
    joined(line, "a", 1)
    late, soon = ticket("a", ends=900.0), ticket("a", ends=500.0)
    for one in (late, soon):
        line.join(one, 0.0, 1)
    (running,) = line.running
    line.finish(running, 1.0)
    assert line.start_next(0.0, 1) is soon


@pytest.mark.parametrize("bound", [{"most": 4}, {"most_bytes": 4}])
def test_a_full_line_makes_room_for_whoever_has_least_in_it(bound: dict[str, int]) -> None:
    line = Line(Policy(max_wait=1000, **bound))
    *_, last = joined(line, "greedy", 5)
    assert refusal(line, ticket("greedy")) is Reason.FULL
    assert line.join(ticket("polite"), 0.0, 1) == [last]
    assert line.waiting == 4


def test_places_are_kept_for_accounts_with_nothing_running() -> None:
    line = Line(Policy(spare=1))
    joined(line, "greedy", 5, places=3)
    assert [one.account for one in line.running] == ["greedy", "greedy"]
    joined(line, "polite", 1, places=3)
    assert [one.account for one in line.running] == ["greedy", "greedy", "polite"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["join", "leave", "start", "finish", "expire"]),
            st.sampled_from("abc"),
            st.floats(0.01, 30),
            st.integers(1, 5),
        ),
        max_size=60,
    ),
    st.integers(1, 3),
    st.integers(0, 2),
)
def test_whatever_happens_nothing_is_lost_and_nothing_is_kept(
    steps: list[tuple[str, str, float, int]], places: int, spare: int
) -> None:
    line = Line(Policy(max_wait=20, deadline=55, most=6, spare=min(spare, places - 1)))
    waiting, now = set[Ticket](), 0.0
    for what, account, number, weight in steps:
        now += number / 10
        if what == "join":
            one = ticket(account, ends=now + number + 5, seconds=number, weight=weight)
            with suppress(Busy):
                waiting -= set(line.join(one, now, places))
                waiting.add(one)
        elif what == "leave" and waiting:
            line.leave(waiting.pop())
        elif what == "start" and (started := line.start_next(now, places)) is not None:
            waiting.remove(started)
        elif what == "finish" and line.running:
            line.finish(next(iter(line.running)), number)
        elif what == "expire":
            waiting -= set(line.expire(now))
        assert line.waiting == len(waiting) <= 6
        assert len(line.running) <= places
    for one in list(line.running):
        line.finish(one, 1.0)
    while (started := line.start_next(now, places)) is not None:
        waiting.remove(started)
        line.finish(started, 1.0)
    assert not waiting
    assert line._accounts == {}
    assert line._bytes == 0


def test_costs_are_told_from_what_is_alike() -> None:
    costs = Costs()
    guess = costs.expect("a", "Erase", 3_000_000)
    assert guess.mean == pytest.approx(3.5)
    for _ in range(30):
        costs.learn("a", "Erase", 3_000_000, 8.0)
        costs.learn("b", "Erase", 3_000_000, 0.5)
    assert costs.expect("a", "Erase", 3_100_000).mean == pytest.approx(8.0, abs=0.1)
    assert costs.expect("b", "Erase", 2_900_000).mean == pytest.approx(0.5, abs=0.1)
    # Of a newcomer's job no more is known than what its size says, and what others' take.
    assert costs.expect("c", "Erase", 3_000_000).mean == pytest.approx(3.5)
    assert costs.expect("a", "Erase", 100).mean == pytest.approx(0.5, abs=0.01)


def test_what_one_account_sends_makes_nobody_elses_jobs_dear() -> None:
    costs = Costs()
    for _ in range(30):
        costs.learn("greedy", "Erase", 90_000, 47.0)
    assert costs.expect("newcomer", "Erase", 90_000).mean < 1.0
    for polite in ("a", "b", "c"):
        costs.learn(polite, "Erase", 90_000, 2.0)
    assert costs.expect("newcomer", "Erase", 90_000).mean == pytest.approx(2.0)


def test_costs_forget_what_nobody_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wuhen.service.admission.costs.MAX_KNOWN", 10)
    monkeypatch.setattr("wuhen.service.admission.costs.MAX_ACCOUNTS", 10)
    costs = Costs()
    for number in range(100):
        costs.learn(f"account {number}", "Erase", 1000, 1.0)
        costs.learn("account", "Erase", 2**number, 1.0)
    assert len(costs._known) <= 10
    assert all(len(accounts) <= 10 for accounts in costs._known.values())


def job(draw: random.Random) -> float:
    return 0.2 * draw.lognormvariate(-0.045, 0.3)


def test_as_much_is_done_at_twenty_times_what_can_be_done_and_nothing_in_vain() -> None:
    at_once = simulate(poisson(5, 120, ACCOUNTS, job), places=1)
    flood = simulate(poisson(100, 120, ACCOUNTS, job), places=1)
    assert flood.goodput(20, 120) >= 0.95 * at_once.goodput(20, 120)
    assert flood.late.total() == 0
    assert flood.quantile(0.99) <= 3 * at_once.quantile(0.99)
    # And nobody is kept waiting only to be refused.
    assert max(flood.waits) == 0.0


def test_without_a_line_nearly_everything_is_done_in_vain() -> None:
    calls = [Arrival(one.at, "", one.seconds) for one in poisson(50, 40, ACCOUNTS, job)]
    policy = Policy(deadline=10, most=10**9, most_bytes=10**15)
    before = simulate(calls, places=1, policy=policy, kind=Blind)
    assert before.goodput(20, 40) < 1.0
    assert before.late.total() > 1_500


@pytest.mark.slow
@pytest.mark.parametrize("places", [1, 2, 8])
def test_a_greedy_account_delays_others_by_no_more_than_one_job(places: int) -> None:
    draw, polite, at = random.Random(3), [], 1.0
    while at < 120:
        polite.append(Arrival(at, "polite", job(draw)))
        at += draw.uniform(1, 3)
    greedy = list(poisson(10 * places, 120, ["greedy"], job))
    alone = simulate(polite, places=places).quantile(0.95, "polite")
    beside = simulate(sorted(greedy + polite, key=lambda call: call.at), places=places)
    assert beside.quantile(0.95, "polite") <= 2 * alone
    assert beside.refused["polite"] == 0


def wish(account: str, ends: float = math.inf) -> Wish:
    return Wish(account, "Erase", 1000, ends)


def admission(places: int, policy: Policy | None = None) -> Admission:
    loop = asyncio.get_running_loop()
    return Admission(lambda: places, policy or Policy(max_wait=1000, deadline=1000), clock=loop.time)


async def test_a_place_is_waited_for_and_given_back_however_the_call_ends() -> None:
    line = admission(1)

    async def hold(account: str, end: Exception | None = None) -> None:
        async with line.place(wish(account)):
            await asyncio.sleep(0)
            if end:
                raise end

    with suppress(ZeroDivisionError):
        await hold("a", ZeroDivisionError())
    async with line.place(wish("a")):
        waiting = [asyncio.create_task(hold("b")) for _ in range(3)]
        await let_run()
        assert (line.load.running, line.load.waiting) == (1, 3)
        waiting[1].cancel()
        await let_run()
        assert line.load.waiting == 2
    await asyncio.gather(*waiting, return_exceptions=True)
    assert (line.load.running, line.load.waiting) == (0, 0)


async def test_whoever_runs_out_of_time_in_the_line_is_told_so() -> None:
    line, loop = admission(1, Policy(max_wait=1000, deadline=10)), asyncio.get_running_loop()
    refused: list[Busy] = []

    async def wait() -> None:
        try:
            async with line.place(wish("b", loop.time() + 10)):
                pass
        except Busy as busy:
            refused.append(busy)

    async with line.place(wish("a")):
        task = asyncio.create_task(wait())
        await skip(5)
        assert not task.done()
        assert line.load.oldest == pytest.approx(5, abs=0.5)
        await skip(5)
        await task
    assert [busy.reason for busy in refused] == [Reason.DEADLINE]
    assert line.load.refused == {"deadline": 1}


async def test_places_that_come_back_are_given_out() -> None:
    places = 1
    line = Admission(lambda: places, Policy(max_wait=1000), clock=asyncio.get_running_loop().time)
    waits: list[float] = []
    line._on_start = waits.append
    async with line.place(wish("a")):
        task = asyncio.create_task(line.place(wish("a")).__aenter__())
        await skip(1)
        assert not task.done()
        places = 2
        await skip(1)
        await task
    assert waits == pytest.approx([0, 2], abs=0.5)


async def test_no_place_is_lost_under_a_thousand_random_cancellations() -> None:
    draw, line = random.Random(7), admission(3, Policy(max_wait=0.05, deadline=1000, most=20))
    running = most = 0

    async def call(account: str) -> None:
        nonlocal running, most
        async with line.place(wish(account)):
            running += 1
            most = max(most, running)
            try:
                await asyncio.sleep(draw.choice([0, 0, 0.0005, 0.002]))
            finally:
                running -= 1

    tasks = []
    for _ in range(1000):
        tasks.append(asyncio.create_task(call(draw.choice("abcd"))))
        if draw.random() < 0.3:
            await asyncio.sleep(draw.choice([0, 0.0005]))
        draw.choice(tasks).cancel()
        draw.choice(tasks[-5:]).cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {type(None), asyncio.CancelledError, Busy}
    assert outcomes.count(None) > 10
    assert most == 3
    assert (line.load.running, line.load.waiting) == (0, 0)
    assert line._waiting == {}
