"""Gates that several services share: what becomes of slots when a service dies, or the server does."""

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest

from accounts.gates import Watched, quiet, refused
from servers.redis import RedisServer, serving
from wuhen.accounts import GatesAway, JobNumExceeded, RateExceeded
from wuhen.accounts.gates import counter as counter_module
from wuhen.accounts.gates import link as link_module
from wuhen.accounts.gates import slots as slots_module
from wuhen.accounts.gates.calls import SharedRateGate
from wuhen.accounts.gates.link import Link
from wuhen.accounts.gates.slots import SharedConcurrencyGate

LEASE = 0.4
SETTLE = 0.3

HOLDER = """
import asyncio, sys
from wuhen.accounts.gates import counter
from wuhen.accounts.gates.link import Link
from wuhen.accounts.gates.slots import SharedConcurrencyGate

async def main(url, prefix, lease):
    counter.LEASE = float(lease)
    link = Link(url, prefix=prefix)
    gate = SharedConcurrencyGate(link, "slots")
    async with link.kept(), gate.slot("a", 1), gate.slot("b", 1, wait=60):
        pass

asyncio.run(main(*sys.argv[1:]))
"""
"""Holds a slot of one account, and queues for one of another."""


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a second be a tenth of one."""
    monkeypatch.setattr(link_module, "BEAT", 0.1)
    monkeypatch.setattr(link_module, "AGAIN", 0.02)
    monkeypatch.setattr(link_module, "PATIENCE", 0.3)
    monkeypatch.setattr(counter_module, "LEASE", LEASE)
    monkeypatch.setattr(counter_module, "SETTLE", SETTLE)


async def becomes(check: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(10):
        while not check():  # noqa: ASYNC110 - of what others do, nobody tells
            await asyncio.sleep(0.01)


class Told:
    """What a link has told of its server."""

    def __init__(self) -> None:
        self.reasons: list[str | None] = []

    async def reaches(self, *, away: bool) -> None:
        """Wait until the server is away, or back."""
        await becomes(lambda: bool(self.reasons) and (self.reasons[-1] is not None) == away)


class Services:
    """Services that share a server: each has a gate, and a way there of its own."""

    def __init__(self, server: RedisServer, stack: AsyncExitStack) -> None:
        self.server = server
        self.prefix = server.prefix()
        self.told: list[Told] = []
        self._stack = stack

    async def start(self, *, alone: bool = False, queue: int = 64) -> SharedConcurrencyGate:
        """Return the gate of one more."""
        told = Told()
        self.told.append(told)
        link = Watched(self.server.url, self.prefix, told.reasons.append)
        gate = SharedConcurrencyGate(link, "slots", alone=alone, queue=queue)
        await self._stack.enter_async_context(link.kept())
        return gate

    def kept(self) -> list[str]:
        """Return the names of what the server keeps for them."""
        with self.server.client() as client:
            return sorted(str(key) for key in client.keys(f"{{{self.prefix}}}:*"))

    def count_anew(self) -> None:
        """Have the server count as one does that took over from another."""
        with self.server.client() as client:
            client.set(f"{{{self.prefix}}}:era", "another 1")


@pytest.fixture
async def services(redis_server: RedisServer) -> AsyncIterator[Services]:
    async with AsyncExitStack() as stack:
        yield Services(redis_server, stack)


@pytest.fixture
async def own_services() -> AsyncIterator[Services]:
    """Services with a server that the test may stop."""
    with serving() as server:
        async with AsyncExitStack() as stack:
            yield Services(server, stack)


@asynccontextmanager
async def holding(*gates: SharedConcurrencyGate) -> AsyncIterator[None]:
    """Hold the one slot of an account at each of the gates."""
    async with AsyncExitStack() as stack:
        for gate in gates:
            await stack.enter_async_context(gate.slot("a", 1))
        yield


def waiting(gate: SharedConcurrencyGate, wait: float = 30) -> "asyncio.Task[bool]":
    """Have a call queue for the account's slot; its result tells whether it was refused."""
    return asyncio.create_task(refused(gate, "a", 1, wait=wait))


async def test_a_slot_at_one_service_is_none_at_another(services: Services) -> None:
    here, there = await services.start(), await services.start()
    async with holding(here):
        assert await refused(there, "a", 1)
        assert not await refused(there, "b", 1)
        assert (here.held, there.held) == (1, 0)
    assert not await refused(there, "a", 1)


async def test_the_line_is_one_for_all_services(services: Services) -> None:
    gates = [await services.start() for _ in range(3)]
    served: list[int] = []

    async def job(number: int) -> None:
        async with gates[number % 3].slot("a", 1, wait=30):
            served.append(number)

    async with holding(gates[0]):
        queued = []
        for number in range(9):
            queued.append(asyncio.create_task(job(number)))
            await quiet(gates[number % 3])
    await asyncio.gather(*queued)
    assert served == list(range(9))


async def test_a_raised_limit_lets_in_who_queues_elsewhere(services: Services) -> None:
    here, there = await services.start(), await services.start()
    async with holding(here):
        queued = waiting(there)
        await quiet(there)
        assert await refused(here, "a", 2), "the second slot belongs to the line"
        async with asyncio.timeout(5):
            assert not await queued


async def test_the_line_is_no_longer_than_it_may_be(services: Services) -> None:
    here, there = await services.start(), await services.start(queue=2)
    async with holding(here):
        queued = [waiting(here), waiting(there)]
        await quiet(here)
        await quiet(there)
        assert await refused(there, "a", 1, wait=30)
    assert await asyncio.gather(*queued) == [False, False]


@pytest.mark.slow
async def test_who_is_killed_gives_back_slot_and_place_within_a_lease(services: Services) -> None:
    here = await services.start()
    async with here.slot("b", 1):
        command = [sys.executable, "-c", HOLDER, services.server.url, services.prefix, str(LEASE)]
        killed = await asyncio.create_subprocess_exec(*command)
        await becomes(lambda: any(":line:b" in key for key in services.kept()))
        assert await refused(here, "a", 1)
        queued = [asyncio.create_task(refused(here, account, 1, wait=30)) for account in ("a", "b")]
        await quiet(here)
        killed.kill()
        await killed.wait()
    async with asyncio.timeout(5):
        assert await asyncio.gather(*queued) == [False, False]


@pytest.mark.slow
async def test_a_slot_lives_for_as_long_as_its_call(services: Services) -> None:
    here, there = await services.start(), await services.start()
    async with holding(here):
        queued = waiting(there)
        for _ in range(2):
            await asyncio.sleep(LEASE)
            assert await refused(there, "a", 1)
        assert not queued.done()
    assert not await queued


async def test_nothing_is_kept_of_accounts_that_do_not_call(services: Services) -> None:
    here = await services.start()
    async with holding(here):
        queued = waiting(here)
        await quiet(here)
        assert len(services.kept()) == 5
    await queued
    assert [key.split(":")[1] for key in services.kept()] == ["era", "slots"]
    with services.server.client() as client:
        assert 0 < client.pttl(services.kept()[1]) <= 10_000 * LEASE


async def test_a_server_started_anew_gives_away_no_slot_that_is_held(own_services: Services) -> None:
    here, there = await own_services.start(), await own_services.start()
    async with holding(here):
        queued = waiting(there)
        await quiet(there)
        own_services.server.stop(signal.SIGKILL)
        own_services.server.start()
        late = asyncio.create_task(refused(there, "a", 1))
        await asyncio.sleep(2 * SETTLE)
        assert not queued.done(), "it keeps its place, and waits"
        with suppress(GatesAway):
            assert await late
        assert await refused(there, "a", 1)
        newcomer = await own_services.start()
        assert await refused(newcomer, "a", 1)
    async with asyncio.timeout(5):
        assert not await queued
    assert not await refused(newcomer, "a", 1)


async def test_a_server_that_took_over_grants_nothing_before_holders_had_time(services: Services) -> None:
    here, there = await services.start(), await services.start()
    async with holding(here):
        services.count_anew()
        with services.server.client() as client:
            # What was not copied yet when the other one ended.
            client.delete(f"{{{services.prefix}}}:slots:held:a")
        assert await refused(there, "a", 1)
    services.count_anew()
    begun = asyncio.get_running_loop().time()
    assert not await refused(there, "a", 1)
    assert asyncio.get_running_loop().time() - begun > SETTLE / 2


async def test_while_the_server_is_away_calls_are_refused_at_once(own_services: Services) -> None:
    gate = await own_services.start()
    rate, told = SharedRateGate(gate._link), own_services.told[0]
    async with holding(gate):
        own_services.server.stop()
        await told.reaches(away=True)
        begun = asyncio.get_running_loop().time()
        for _ in range(20):
            with pytest.raises(GatesAway):
                await refused(gate, "b", 1, wait=30)
            with pytest.raises(GatesAway):
                await rate.check("b", "Erase", 1)
        assert asyncio.get_running_loop().time() - begun < 0.5
        assert not await gate.is_full("b", 1), "what is not known is no reason"
        assert await gate.is_full("a", 1)
        own_services.server.start()
        await told.reaches(away=False)
        assert await refused(gate, "a", 1)
        await rate.check("b", "Erase", 1)
    assert not await refused(gate, "a", 1)
    assert [reason is None for reason in told.reasons] == [False, True], "each is told once"


@pytest.mark.slow
async def test_however_many_call_a_server_that_hangs_they_wait_for_it_but_once(
    own_services: Services,
) -> None:
    gate, told = await own_services.start(), own_services.told[0]
    async with AsyncExitStack() as calls:
        for number in range(50):
            await calls.enter_async_context(gate.slot(f"held {number}", 1))
        own_services.server.process.send_signal(signal.SIGSTOP)
        begun = asyncio.get_running_loop().time()
        outcomes = await asyncio.gather(
            *(refused(gate, f"late {number}", 1) for number in range(100)), return_exceptions=True
        )
        assert {type(outcome) for outcome in outcomes} == {GatesAway}
        # Twice for what is under way, and once more for a beat that was.
        assert asyncio.get_running_loop().time() - begun < 5 * link_module.PATIENCE
        own_services.server.process.send_signal(signal.SIGCONT)
        await told.reaches(away=False)
        assert await refused(gate, "held 49", 1)


async def test_what_is_left_while_the_server_is_away_is_given_back_to_it(own_services: Services) -> None:
    gate, told = await own_services.start(), own_services.told[0]
    async with holding(gate):
        # It knows all that it knew, and cannot be reached.
        own_services.server.process.send_signal(signal.SIGSTOP)
        await told.reaches(away=True)
    own_services.server.process.send_signal(signal.SIGCONT)
    await told.reaches(away=False)
    assert not await refused(await own_services.start(), "a", 1)


async def test_who_counts_alone_knows_what_is_held_and_tells_it_later(own_services: Services) -> None:
    gate = await own_services.start(alone=True)
    rate, told = SharedRateGate(gate._link, alone=True), own_services.told[0]
    async with AsyncExitStack() as calls:
        await calls.enter_async_context(gate.slot("a", 2))
        own_services.server.stop()
        await told.reaches(away=True)
        await calls.enter_async_context(gate.slot("a", 2))
        assert await refused(gate, "a", 2)
        queued = waiting(gate)
        await rate.check("a", "Erase", 1)
        with pytest.raises(RateExceeded):
            await rate.check("a", "Erase", 1)
        own_services.server.start()
        await told.reaches(away=False)
        other = await own_services.start()
        assert await refused(other, "a", 2)
        assert not queued.done()
    async with asyncio.timeout(5):
        assert not await queued
    assert not await refused(other, "a", 1)
    assert gate.held == 0


@pytest.mark.slow
async def test_who_counted_alone_for_long_comes_back(
    own_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots_module, "FORGOTTEN", LEASE)
    gate, told = await own_services.start(alone=True), own_services.told[0]
    own_services.server.stop()
    with suppress(GatesAway):
        await refused(gate, "a", 1)
    await told.reaches(away=True)
    assert not await refused(gate, "a", 1)
    await becomes(lambda: not gate._gone)
    # More than a function of the server's takes as arguments.
    monkeypatch.setattr(slots_module, "FORGOTTEN", 60)
    for _ in range(9000):
        assert not await refused(gate, "a", 1)
    own_services.server.start()
    await told.reaches(away=False)
    assert not gate._gone
    async with holding(gate):
        assert await refused(await own_services.start(), "a", 1)


async def test_who_queues_goes_on_alone_when_the_server_is_lost(own_services: Services) -> None:
    gate, told = await own_services.start(alone=True), own_services.told[0]
    async with holding(gate):
        queued = waiting(gate)
        await quiet(gate)
        own_services.server.stop()
        await told.reaches(away=True)
        assert not queued.done()
    assert not await queued


async def test_a_server_that_forgot_its_scripts_is_given_them_again(services: Services) -> None:
    gate = await services.start()
    with services.server.client() as client:
        client.script_flush()
    async with holding(gate):
        assert await refused(gate, "a", 1)


async def test_a_refusal_is_foreseen_from_what_is_so_now(services: Services) -> None:
    here, there = await services.start(), await services.start()
    async with holding(here):
        assert not await there.is_full("a", 1), "it has not been refused yet"
        assert await refused(there, "a", 1)
        assert await there.is_full("a", 1)
        assert not await there.is_full("a", 2)
    assert not await there.is_full("a", 1), "what was a moment ago is no reason"


async def test_the_rate_holds_across_services(services: Services) -> None:
    rates = [SharedRateGate((await services.start())._link) for _ in range(2)]
    outcomes = await asyncio.gather(
        *(rates[number % 2].check("a", "Erase", 20) for number in range(50)), return_exceptions=True
    )
    assert outcomes.count(None) == 20
    with pytest.raises(RateExceeded):
        await rates[0].check("a", "Erase", 19)


@pytest.fixture
def locked() -> Iterator[RedisServer]:
    with serving() as server:
        with server.client() as client:
            client.acl_setuser(
                "wuhen",
                enabled=True,
                passwords=["+s3cret-one"],
                keys=["*"],
                channels=["*"],
                commands=["+@all"],
            )
        yield server


async def test_a_password_is_read_anew_for_each_connection_and_never_told(
    locked: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file, told = tmp_path / "password", Told()
    file.write_text("s3cret-wrong\n")
    prefix = locked.prefix()
    url = locked.url.replace("unix://", "unix://wuhen:s3cret-url@")
    link = Link(url, password_file=file, prefix=prefix, on_change=told.reasons.append)
    gate = SharedConcurrencyGate(link, "slots")
    async with link.kept():
        await told.reaches(away=True)
        with pytest.raises(GatesAway) as caught:
            await refused(gate, "a", 1)
        assert "s3cret" not in f"{caught.value} {told.reasons}"
        file.write_text("s3cret-one\n")
        await told.reaches(away=False)
        assert not await refused(gate, "a", 1)
        file.unlink()
        assert not await refused(gate, "a", 1), "its connections are as good as they were"
    assert [record for record in caplog.records if record.name.startswith("redis")] == [], (
        "not its users' business"
    )


@pytest.mark.slow
async def test_calls_at_random_at_two_services_that_lose_their_server_lose_no_slot(
    own_services: Services,
) -> None:
    gates = [await own_services.start() for _ in range(2)]
    draw = random.Random(3)
    inside = most = 0

    async def job(gate: SharedConcurrencyGate) -> None:
        nonlocal inside, most
        async with gate.slot("a", 1, wait=draw.choice([0, 0.05, 5])):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(draw.choice([0, 0.01, 0.05]))
            inside -= 1

    tasks = []
    for number in range(100):
        tasks.append(asyncio.create_task(job(draw.choice(gates))))
        await asyncio.sleep(0.005)
        if number == 40:
            own_services.server.stop(signal.SIGKILL)
        if number == 50:
            own_services.server.start()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {type(None), JobNumExceeded, GatesAway}
    assert outcomes.count(None) > 20
    assert most == 1
    async with asyncio.timeout(5):
        assert not await refused(gates[0], "a", 1, wait=5)
