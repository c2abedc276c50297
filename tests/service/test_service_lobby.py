"""Bodies whose sender is not known yet: how long they may take, and who has to make room for whom."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.types import Message

from clock import let_run, skip
from wuhen.accounts import AccountKey, KeyStore, OneTimeCodes
from wuhen.service.arrival import GRACE_SECONDS, LEAST_RATE, PATIENCE, PRESSED_RATE, Arrival
from wuhen.service.lobby import (
    PROVEN_SECONDS,
    SPARE_BODIES,
    STRANGE_BODIES,
    STRANGE_SHARE,
    UNNAMED_BODIES,
    Lobby,
)
from wuhen.service.room import Room
from wuhen.service.studio import Sessions
from wuhen.wire import ApiError

DEADLINE = 55.0


def key_of(account: str) -> AccountKey:
    return AccountKey(f"AKID{account}", "secret", None, account, 1, None, None)


KEY, OTHER = key_of("shop"), key_of("other")


@dataclass
class Client:
    """Somebody who sends a body, by pieces, when a test says so."""

    size: int = 0
    sent: "asyncio.Queue[Message]" = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        self.arrival = Arrival(self.sent.get, self.size, DEADLINE)

    def send(self, size: int, *, more: bool = True) -> None:
        self.sent.put_nowait({"type": "http.request", "body": bytes(size), "more_body": more})


async def read(arrival: Arrival) -> int:
    """Read a body to its end, and return its size."""
    while (await arrival.receive()).get("more_body"):
        pass
    return arrival.received


async def seconds_until(task: "asyncio.Task[int]", client: Client, rate: int, most: int = 200) -> int:
    """Let the client send so much a second, and return after how many seconds the reading ended."""
    for seconds in range(most):
        if task.done():
            return seconds
        if rate:
            client.send(rate)
        await skip(1)
    return most


@pytest.mark.parametrize(
    ("rate", "size", "least", "most"),
    [
        (0, 0, GRACE_SECONDS, GRACE_SECONDS + 2),
        (LEAST_RATE // 2, 0, GRACE_SECONDS * 2, GRACE_SECONDS * 2 + 3),
        (LEAST_RATE * 2, 0, 200, 200),
        # As long as it is, it would not be there in time.
        (LEAST_RATE * 2, 50_000_000, GRACE_SECONDS, GRACE_SECONDS + 3),
    ],
)
async def test_a_body_comes_at_a_rate(rate: int, size: int, least: float, most: float) -> None:
    client = Client(size)
    reading = asyncio.create_task(read(client.arrival))
    assert least <= await seconds_until(reading, client, rate) <= most
    if most < 200:
        with pytest.raises(ApiError, match=r"RequestTimeout"):
            await reading
    else:
        reading.cancel()


async def test_time_in_which_nothing_is_taken_does_not_count() -> None:
    client = Client()
    client.send(10)
    await client.arrival.receive()
    await skip(GRACE_SECONDS * 10)
    reading = asyncio.create_task(read(client.arrival))
    await let_run()
    client.send(1, more=False)
    assert await reading == 11


async def test_once_a_body_is_whole_its_client_may_wait_for_the_answer() -> None:
    client = Client()
    client.send(1, more=False)
    await read(client.arrival)
    gone = asyncio.create_task(client.arrival.receive())
    await skip(1000)
    assert not gone.done()
    gone.cancel()


@dataclass(eq=False)
class Sender:
    """A body in the lobby."""

    lobby: Lobby
    address: str
    key: AccountKey | None = KEY

    def __post_init__(self) -> None:
        self.client = Client()
        self.inside = False
        self.task = asyncio.create_task(self._send())

    async def _send(self) -> None:
        async with self.lobby.place(self.client.arrival, self.address, self.key):
            self.inside = True
            try:
                await read(self.client.arrival)
            finally:
                self.inside = False

    async def finish(self) -> None:
        """Send the rest, be verified."""
        self.client.send(1, more=False)
        await self.task
        if self.key is not None:
            self.lobby.prove(self.address, self.key.secret_id)


@asynccontextmanager
async def crowd(
    lobby: Lobby, count: int, addresses: int = 1, key: AccountKey | None = KEY
) -> AsyncIterator[list[Sender]]:
    """Have `count` strangers withhold bodies."""
    senders = [Sender(lobby, f"10.0.0.{number % addresses}", key) for number in range(count)]
    await let_run()
    try:
        yield senders
    finally:
        for sender in senders:
            sender.task.cancel()
        await asyncio.gather(*(sender.task for sender in senders), return_exceptions=True)


async def arrives(sender: Sender, within: float) -> bool:
    """Tell whether the sender has a place within so many seconds."""
    await let_run()
    for _ in range(int(within * 4)):
        if sender.inside:
            return True
        await skip(0.25)
    return sender.inside


@pytest.mark.parametrize("addresses", [1, 60])
async def test_withheld_bodies_do_not_keep_out_who_has_shown_the_key(addresses: int) -> None:
    lobby = Lobby()
    await Sender(lobby, "home").finish()
    async with crowd(lobby, 400, addresses):
        ours = [Sender(lobby, "home") for _ in range(KEY.concurrency + SPARE_BODIES)]
        await let_run()
        assert all(sender.inside for sender in ours)
        for sender in ours:
            await sender.finish()


async def test_withheld_bodies_from_one_address_do_not_keep_out_another() -> None:
    lobby = Lobby()
    async with crowd(lobby, 400) as strangers:
        assert sum(sender.inside for sender in strangers) == STRANGE_SHARE
        newcomer = Sender(lobby, "newcomer")
        assert await arrives(newcomer, 0)
        await newcomer.finish()


@pytest.mark.parametrize("key", [KEY, OTHER])
async def test_withheld_bodies_from_many_addresses_make_room_for_a_newcomer(key: AccountKey) -> None:
    lobby = Lobby()
    async with crowd(lobby, 60, 60) as strangers:
        newcomer = Sender(lobby, "newcomer", key)
        assert await arrives(newcomer, PATIENCE * 5)
        assert sum(sender.inside for sender in strangers) <= STRANGE_BODIES
        await newcomer.finish()


@pytest.mark.slow
async def test_the_bodies_of_strangers_are_bounded_over_all_keys() -> None:
    lobby = Lobby()
    keys = [key_of(str(number)) for number in range(20)]
    async with AsyncExitStack() as stack:
        crowds = [await stack.enter_async_context(crowd(lobby, 20, 20, key)) for key in keys]
        assert sum(sender.inside for senders in crowds for sender in senders) == STRANGE_BODIES


async def test_a_body_that_comes_fast_makes_room_for_nobody_with_as_few() -> None:
    lobby = Lobby()
    async with crowd(lobby, STRANGE_BODIES, STRANGE_BODIES, None), crowd(lobby, 17, 17) as fast:
        newcomer = Sender(lobby, "newcomer")
        for _ in range(8):
            for sender in fast:
                sender.client.send(2 * PRESSED_RATE)
            await skip(1)
        assert all(sender.inside for sender in fast)
        assert not newcomer.inside
        newcomer.task.cancel()


async def test_a_burst_of_a_newcomer_goes_on_as_soon_as_one_call_is_proven() -> None:
    lobby = Lobby()
    burst = [Sender(lobby, "newcomer") for _ in range(40)]
    await let_run()
    assert sum(sender.inside for sender in burst) == STRANGE_SHARE
    await burst[0].finish()
    await let_run()
    assert sum(sender.inside for sender in burst) == STRANGE_SHARE + KEY.concurrency + SPARE_BODIES
    for sender in burst[1:]:
        await sender.finish()


async def test_bodies_that_name_no_key_do_not_keep_out_who_has_shown_one() -> None:
    lobby = Lobby()
    await Sender(lobby, "home").finish()
    async with crowd(lobby, 400, 40, None) as strangers:
        assert sum(sender.inside for sender in strangers) == UNNAMED_BODIES
        ours, newcomer = Sender(lobby, "home", None), Sender(lobby, "newcomer", None)
        assert await arrives(ours, 0)
        assert await arrives(newcomer, PATIENCE * 2)
        await ours.finish()
        await newcomer.finish()


async def test_what_was_shown_is_forgotten_after_a_day() -> None:
    lobby = Lobby()
    await Sender(lobby, "home").finish()
    assert lobby.proven.holds("home", KEY.secret_id)
    assert lobby.proven.holds("home")
    assert not lobby.proven.holds("home", OTHER.secret_id)
    assert not lobby.proven.holds("elsewhere", KEY.secret_id)
    await skip(PROVEN_SECONDS)
    assert not lobby.proven.holds("home", KEY.secret_id)
    assert not lobby.proven.holds("home")


async def test_who_gives_up_waiting_leaves_no_place_taken() -> None:
    lobby = Lobby()
    async with crowd(lobby, STRANGE_SHARE) as strangers:
        waiting = [Sender(lobby, "10.0.0.0") for _ in range(3)]
        await let_run()
        waiting[0].task.cancel()
        for sender in strangers:
            await sender.finish()
        await let_run()
        assert [sender.inside for sender in waiting] == [False, True, True]
        waiting[1].task.cancel()
        await waiting[2].finish()
    async with crowd(lobby, 1) as again:
        assert again[0].inside


async def test_a_large_body_of_a_stranger_makes_room_for_who_has_shown_the_key() -> None:
    room = Room(2, DEADLINE)
    stranger = Client(100_000_000)
    async with AsyncExitStack() as held, AsyncExitStack() as first, AsyncExitStack() as second:
        await room.take_unproven(held, KEY, stranger.arrival, "stranger")
        reading = asyncio.create_task(read(stranger.arrival))
        reading.add_done_callback(lambda _: asyncio.ensure_future(held.aclose()))
        await room.take(first, OTHER)
        await let_run()
        assert not reading.done()
        await room.take(second, OTHER)
        with pytest.raises(ApiError, match=r"RequestTimeout"):
            await reading


async def test_a_large_body_that_was_proven_makes_room_for_nobody() -> None:
    room = Room(2, DEADLINE)
    client = Client(100_000_000)
    async with AsyncExitStack() as held, AsyncExitStack() as first:
        await room.take_unproven(held, KEY, client.arrival, "newcomer")
        reading = asyncio.create_task(read(client.arrival))
        room.prove(client.arrival)
        await room.take(first, OTHER)
        waiting = asyncio.create_task(room.take(AsyncExitStack(), OTHER))
        await let_run()
        client.send(1, more=False)
        assert await reading == 1
        waiting.cancel()


async def test_a_code_that_does_not_come_is_not_waited_for(tmp_path: Path) -> None:
    client = Client()
    client.send(5)
    with KeyStore.in_directory(tmp_path) as keys:
        sessions = Sessions(keys, OneTimeCodes.in_directory(tmp_path), 1)
        scope = {"type": "http", "method": "POST", "path": "/studio/session", "headers": []}
        opening = asyncio.create_task(sessions.open(Request(scope, client.sent.get)))
        await skip(10)
        assert (await opening).status_code == 408
