"""Gates: every home of a gate behaves alike; add a home to the fixture's list and it is held to this."""

import asyncio
import pickle
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import hypothesis
import pytest
from hypothesis import strategies as st

from accounts.gates import Watched, quiet, refused
from clock import ClockLoop, let_run, skip
from servers.redis import RedisServer
from wuhen.accounts import (
    ConcurrencyGate,
    JobNumExceeded,
    MemoryConcurrencyGate,
    MemoryRateGate,
    RateExceeded,
    RateGate,
)
from wuhen.accounts.gates.calls import SharedRateGate
from wuhen.accounts.gates.slots import SharedConcurrencyGate


@pytest.fixture
async def link(redis_server: RedisServer) -> AsyncIterator[Watched]:
    """A way to the shared home, for a test that finds nothing there."""
    link = Watched(redis_server.url, redis_server.prefix())
    async with link.kept():
        yield link


@pytest.fixture(params=["memory", "shared"])
def gate(request: pytest.FixtureRequest) -> ConcurrencyGate:
    if request.param == "memory":
        return MemoryConcurrencyGate()
    return SharedConcurrencyGate(request.getfixturevalue("link"), "slots")


@dataclass
class Clock:
    """What a home of the rate gate takes the time from."""

    seconds: float = 1_000_000_000.0

    def time(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr("limits.aio.storage.memory.time", stopped)
    return stopped


@pytest.fixture(params=["memory", "shared"])
def rate(request: pytest.FixtureRequest, clock: Clock) -> RateGate:  # noqa: ARG001 - one home goes by it
    if request.param == "memory":
        return MemoryRateGate()
    return SharedRateGate(request.getfixturevalue("link"))


async def pass_time(rate: RateGate, clock: Clock, seconds: float) -> None:
    """Let time pass for a gate: a server's clock is nobody's to move."""
    clock.seconds += seconds
    if isinstance(rate, SharedRateGate):
        await asyncio.sleep(seconds)


async def free(gate: ConcurrencyGate, account: str, limit: int) -> int:
    """Count the account's free slots by taking them all."""
    taken = 0
    slots = [gate.slot(account, limit) for _ in range(limit)]
    with suppress(JobNumExceeded):
        for slot in slots:
            await slot.__aenter__()
            taken += 1
    for slot in slots[:taken]:
        await slot.__aexit__(None, None, None)
    return taken


async def test_one_call_too_many_is_refused_at_once(gate: ConcurrencyGate) -> None:
    async with gate.slot("a", 1):
        with pytest.raises(JobNumExceeded) as caught:
            async with asyncio.timeout(1), gate.slot("a", 1):
                pass
    assert caught.value.limit == 1
    assert await free(gate, "a", 1) == 1


async def test_accounts_do_not_get_in_each_others_way(gate: ConcurrencyGate) -> None:
    async with gate.slot("a", 1), gate.slot("b", 1):
        assert await refused(gate, "a", 1)
        assert not await refused(gate, "c", 1)


async def test_as_many_jobs_run_as_the_limit_says(gate: ConcurrencyGate) -> None:
    async with gate.slot("a", 3), gate.slot("a", 3), gate.slot("a", 3):
        assert await refused(gate, "a", 3)
    assert await free(gate, "a", 3) == 3


async def test_a_limit_may_be_raised_and_lowered_while_jobs_run(gate: ConcurrencyGate) -> None:
    async with gate.slot("a", 1):
        async with gate.slot("a", 2):
            assert await refused(gate, "a", 2)
            assert await refused(gate, "a", 1)
        assert await refused(gate, "a", 1)
    assert await free(gate, "a", 2) == 2


async def test_a_failing_job_gives_its_slot_back(gate: ConcurrencyGate) -> None:
    with pytest.raises(ZeroDivisionError):
        async with gate.slot("a", 1):
            raise ZeroDivisionError
    assert await free(gate, "a", 1) == 1


async def test_a_cancelled_job_gives_its_slot_back(gate: ConcurrencyGate) -> None:
    async def job() -> None:
        async with gate.slot("a", 1):
            await asyncio.sleep(60)

    task = asyncio.create_task(job())
    await quiet(gate)
    assert await refused(gate, "a", 1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert await free(gate, "a", 1) == 1


async def test_a_queued_call_gets_the_slot_when_it_becomes_free(gate: ConcurrencyGate) -> None:
    async with gate.slot("a", 1):
        queued = asyncio.create_task(refused(gate, "a", 1, wait=30))
        await quiet(gate)
        assert not queued.done()
    assert not await queued


async def test_a_queued_call_is_refused_when_its_wait_is_over(gate: ConcurrencyGate) -> None:
    async with gate.slot("a", 1):
        queued = asyncio.create_task(refused(gate, "a", 1, wait=1000))
        await quiet(gate)
        await skip(900)
        # Another skip at once would have a command fail for the second time.
        await quiet(gate)
        assert not queued.done()
        await skip(200)
        assert await queued
    assert await free(gate, "a", 1) == 1


async def test_the_queue_is_served_in_order_and_not_jumped(gate: ConcurrencyGate) -> None:
    served: list[int] = []

    async def job(number: int) -> None:
        async with gate.slot("a", 1, wait=30):
            served.append(number)
            await asyncio.sleep(0)

    async with gate.slot("a", 1):
        queued = []
        for number in range(10):
            queued.append(asyncio.create_task(job(number)))
            await quiet(gate)
    # The slot is free by now, yet it belongs to the queue.
    assert await refused(gate, "a", 1)
    await asyncio.gather(*queued)
    assert served == list(range(10))


async def test_a_raised_limit_lets_the_queue_in_before_newcomers(gate: ConcurrencyGate) -> None:
    async with gate.slot("a", 1):
        queued = asyncio.create_task(refused(gate, "a", 1, wait=30))
        await quiet(gate)
        # The second slot is the queue's, the third is for whoever comes.
        assert await refused(gate, "a", 2)
        assert not await queued
        async with gate.slot("a", 3), gate.slot("a", 3):
            assert await refused(gate, "a", 3)
    assert await free(gate, "a", 3) == 3


async def test_a_waiter_that_gives_up_leaves_the_queue(gate: ConcurrencyGate) -> None:
    async with gate.slot("a", 1):
        gone = asyncio.create_task(refused(gate, "a", 1, wait=30))
        await quiet(gate)
        stays = asyncio.create_task(refused(gate, "a", 1, wait=30))
        await quiet(gate)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert await refused(gate, "a", 1, wait=0.01)
    async with asyncio.timeout(5):
        assert not await stays
    assert await free(gate, "a", 1) == 1


async def test_a_waiter_cancelled_while_being_granted_passes_the_slot_on(
    gate: ConcurrencyGate,
) -> None:
    holder = gate.slot("a", 1)
    await holder.__aenter__()
    first = asyncio.create_task(refused(gate, "a", 1, wait=30))
    second = asyncio.create_task(refused(gate, "a", 1, wait=30))
    await quiet(gate)
    await holder.__aexit__(None, None, None)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    async with asyncio.timeout(5):
        assert not await second
    assert await free(gate, "a", 1) == 1


async def test_no_slot_leaks_under_random_cancellations(gate: ConcurrencyGate) -> None:
    draw = random.Random(7)
    running = 0
    most = 0

    async def job() -> None:
        nonlocal running, most
        async with gate.slot("a", 3, wait=draw.choice([0, 0.001, 0.01, 5])):
            running += 1
            most = max(most, running)
            try:
                await asyncio.sleep(draw.choice([0, 0, 0.0005, 0.002]))
            finally:
                running -= 1

    tasks = []
    # A server is asked and waited for.
    for _ in range(1000 if isinstance(gate, MemoryConcurrencyGate) else 250):
        tasks.append(asyncio.create_task(job()))
        if draw.random() < 0.3:
            await asyncio.sleep(draw.choice([0, 0.0005]))
        if draw.random() < 0.1:
            await quiet(gate)
        draw.choice(tasks).cancel()
        draw.choice(tasks[-5:]).cancel()
    for task in tasks:
        if draw.random() < 0.5:
            task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} <= {type(None), asyncio.CancelledError, JobNumExceeded}
    assert outcomes.count(None) > 10
    assert most == 3 or (most < 3 and isinstance(gate, SharedConcurrencyGate))
    # Who was cancelled once more while leaving did not wait for that.
    await quiet(gate)
    assert gate.held == 0
    assert await free(gate, "a", 3) == 3


class Call:
    """One call at a gate, for as long as it is let run."""

    def __init__(self, gate: ConcurrencyGate, account: str, limit: int, wait: float) -> None:
        self.stands = "waits"
        self.done = asyncio.Event()
        self.task = asyncio.create_task(self._run(gate, account, limit, wait))

    async def _run(self, gate: ConcurrencyGate, account: str, limit: int, wait: float) -> None:
        try:
            async with gate.slot(account, limit, wait=wait):
                self.stands = "runs"
                await self.done.wait()
            self.stands = "has run"
        except JobNumExceeded:
            self.stands = "refused"


Step = tuple[str, int, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["call", "queue", "end", "cancel"]),
        st.integers(0, 1),
        st.integers(1, 3),
        st.integers(0),
    )
)
"""What is done: at which of two accounts, with which limit, or with which of the calls so far."""


async def stand(gate: ConcurrencyGate, steps: list[Step]) -> list[list[str]]:
    """Return how all calls stand after each step."""
    calls: list[Call] = []
    seen = []
    for what, account, limit, which in steps:
        if what in {"call", "queue"}:
            calls.append(Call(gate, "ab"[account], limit, 60.0 if what == "queue" else 0.0))
        elif calls and what == "end":
            calls[which % len(calls)].done.set()
        elif calls:
            calls[which % len(calls)].task.cancel()
        await quiet(gate)
        seen.append([call.stands for call in calls])
    for call in calls:
        call.task.cancel()
    await asyncio.gather(*(call.task for call in calls), return_exceptions=True)
    return seen


@hypothesis.settings(max_examples=15)
@hypothesis.given(STEPS)
def test_whatever_is_done_both_homes_do_alike(redis_server: RedisServer, steps: list[Step]) -> None:
    async def compare() -> None:
        link = Watched(redis_server.url, redis_server.prefix())
        async with link.kept():
            there = await stand(SharedConcurrencyGate(link, "slots"), steps)
        assert there == await stand(MemoryConcurrencyGate(), steps)

    with asyncio.Runner(loop_factory=ClockLoop) as runner:
        runner.run(compare())


async def test_the_memory_gate_forgets_idle_accounts_and_bounds_its_queue() -> None:
    gate = MemoryConcurrencyGate(queue=2)
    async with gate.slot("a", 1):
        assert gate.count_held("a") == 1
        waiting = [asyncio.create_task(refused(gate, "a", 1, wait=30)) for _ in range(2)]
        await asyncio.sleep(0)
        async with asyncio.timeout(1):
            assert await refused(gate, "a", 1, wait=30)
    assert await asyncio.gather(*waiting) == [False, False]
    assert gate.count_held("a") == 0
    assert gate._accounts == {}


async def test_the_memory_gate_bounds_the_bytes_that_queue_and_those_of_one_account() -> None:
    gate = MemoryConcurrencyGate(queue_bytes=100)

    def queue(account: str, size: int) -> "asyncio.Task[bool]":
        return asyncio.create_task(refused(gate, account, 1, wait=30, size=size))

    async with gate.slot("a", 1), gate.slot("b", 1), gate.slot("c", 1):
        waiting = [queue("a", 30), queue("a", 20), queue("b", 40)]
        await let_run()
        async with asyncio.timeout(1):
            assert await refused(gate, "a", 1, wait=30, size=1), "it has its half"
            assert await refused(gate, "c", 1, wait=30, size=11), "there is no more room"
        waiting[0].cancel()
        await let_run()
        waiting += [queue("a", 30), queue("c", 10)]
        await let_run()
        assert [task.done() for task in waiting] == [True, False, False, False, False]
        await skip(31)
        assert [await task for task in waiting[1:]] == [True] * 4
        waiting = [queue("a", 50), queue("b", 50)]
        await let_run()
        assert [task.done() for task in waiting] == [False, False]
    assert [await task for task in waiting] == [False, False]
    assert gate._backlog.size == 0


async def test_the_rate_is_held_within_any_second(rate: RateGate) -> None:
    for _ in range(5):
        await rate.check("a", "Erase", 5)
    with pytest.raises(RateExceeded) as caught:
        await rate.check("a", "Erase", 5)
    assert (caught.value.count, caught.value.limit) == (6, 5)


async def test_rates_count_by_account_and_action(rate: RateGate) -> None:
    await rate.check("a", "Erase", 1)
    await rate.check("b", "Erase", 1)
    await rate.check("a", "Other", 1)
    with pytest.raises(RateExceeded):
        await rate.check("a", "Erase", 1)


async def test_without_a_limit_nothing_is_counted(rate: RateGate) -> None:
    for _ in range(100):
        await rate.check("a", "Erase", None)


@pytest.mark.slow
async def test_after_a_second_calls_pass_again_and_refused_ones_did_not_count(
    rate: RateGate, clock: Clock
) -> None:
    await rate.check("a", "Erase", 1)
    for _ in range(4):
        await pass_time(rate, clock, 0.2)
        with pytest.raises(RateExceeded):
            await rate.check("a", "Erase", 1)
    await pass_time(rate, clock, 0.3)
    await rate.check("a", "Erase", 1)


async def test_many_calls_at_once_pass_no_more_than_the_limit(rate: RateGate) -> None:
    outcomes = await asyncio.gather(
        *(rate.check("a", "Erase", 20) for _ in range(50)), return_exceptions=True
    )
    assert outcomes.count(None) == 20


@pytest.mark.parametrize("error", [JobNumExceeded(3), RateExceeded(6, 5)])
def test_errors_cross_processes(error: Exception) -> None:
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (str(copied), vars(copied)) == (str(error), vars(error))
