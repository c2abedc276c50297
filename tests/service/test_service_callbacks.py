"""Notices of jobs' ends on their way to a real server: told at least once, and nowhere they may not go."""

import asyncio
import ipaddress
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from wuhen.accounts import Database, KeyStore, open_database
from wuhen.download import DownloadPolicy
from wuhen.download.client import Downloader
from wuhen.jobs import CallbackState, JobStore, Limits, NewJob, Outbox, webhook
from wuhen.service.access import StoreAccess
from wuhen.service.jobs.messenger import Messenger

pytestmark = pytest.mark.service

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")


@dataclass
class Receiver:
    """Answers each notice with the next of its statuses, the last of which it keeps to."""

    statuses: list[int]
    port: int = 0
    told: list[tuple[str, str]] = field(default_factory=list)
    """The path, and the notice's number."""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        application = web.Application()
        application.router.add_post("/{path:.*}", self.answer)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield
        finally:
            await runner.cleanup()

    async def answer(self, request: web.Request) -> web.Response:
        self.told.append((request.path, request.headers["webhook-id"]))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status == 307 else {})


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database, and no patience."""
    monkeypatch.setattr(webhook, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr("wuhen.service.jobs.messenger.LOOK_SECONDS", 0.05)
    with closing(open_database(tmp_path)) as opened:
        yield opened


async def deliver(
    database: Database, url: str, policy: DownloadPolicy, *, disabled: bool = False
) -> CallbackState:
    """End a job, and return what became of its notice."""
    keys = KeyStore(database)
    jobs = JobStore(database, limits=Limits(9, 9), keep=60)
    key = keys.create("a")
    jobs.submit(NewJob("job", "a", key.secret_id, "{}", 1, "", callback_url=url))
    jobs.cancel("a", "job")
    if disabled:
        keys.disable(key.secret_id)
    access = StoreAccess("jobs cannot be reached")
    async with Downloader(policy) as downloader, Messenger(Outbox(database), keys, access, downloader):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            found = jobs.find("a", "job")
            assert found is not None
            if found.callback is not CallbackState.WAITING:
                return found.callback
            await asyncio.sleep(0.02)
    raise AssertionError("it is still under way")


def to(receiver: Receiver, *, allowed: bool = True) -> tuple[str, DownloadPolicy]:
    ports = frozenset({receiver.port})
    policy = DownloadPolicy(allow_private=(LOOPBACK,) if allowed else (), allowed_ports=ports)
    return f"http://127.0.0.1:{receiver.port}/told", policy


async def test_it_is_told_again_until_somebody_says_that_they_heard(database: Database) -> None:
    # Neither an error nor a redirect is an answer, and nobody is led elsewhere by one.
    receiver = Receiver([500, 307, 429, 204])
    async with receiver.listening():
        assert await deliver(database, *to(receiver)) is CallbackState.DELIVERED
    assert receiver.told == [("/told", "job")] * 4


async def test_nothing_goes_to_an_address_that_a_download_may_not_reach(database: Database) -> None:
    receiver = Receiver([204])
    async with receiver.listening():
        url, policy = to(receiver, allowed=False)
        # By name, so that it is not known before the connection is made.
        by_name = url.replace("127.0.0.1", "localhost")
        assert await deliver(database, by_name, policy) is CallbackState.GIVEN_UP
    assert receiver.told == []


async def test_a_receiver_that_wants_to_hear_no_more_is_left_alone(database: Database) -> None:
    receiver = Receiver([410])
    async with receiver.listening():
        assert await deliver(database, *to(receiver)) is CallbackState.GIVEN_UP
    assert len(receiver.told) == 1


async def test_what_nobody_answers_is_given_up_some_day(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhen.service.jobs.messenger.GIVE_UP_SECONDS", 1.0)
    receiver = Receiver([503])
    async with receiver.listening():
        assert await deliver(database, *to(receiver)) is CallbackState.GIVEN_UP
    assert len(receiver.told) > 1


async def test_a_key_that_is_no_longer_in_force_signs_nothing(database: Database) -> None:
    receiver = Receiver([204])
    async with receiver.listening():
        assert await deliver(database, *to(receiver), disabled=True) is CallbackState.GIVEN_UP
    assert receiver.told == []


async def test_receivers_that_never_answer_hold_up_nobody_elses(database: Database) -> None:
    keys = KeyStore(database)
    jobs = JobStore(database, limits=Limits(99, 99), keep=60)
    deaf, good = asyncio.Event(), Receiver([204])

    async def never(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await deaf.wait()
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    async with server, good.listening():
        port = server.sockets[0].getsockname()[1]
        policy = DownloadPolicy(allow_private=(LOOPBACK,), allowed_ports=frozenset({port, good.port}))
        for account, count, to_port in (("a", 40, port), ("b", 1, good.port)):
            key = keys.create(account).secret_id
            url = f"http://127.0.0.1:{to_port}/told"
            for number in range(count):
                job = f"{account}-{number}"
                jobs.submit(NewJob(job, account, key, "{}", 1, "", callback_url=url))
                jobs.cancel(account, job)
        access = StoreAccess("jobs cannot be reached")
        async with Downloader(policy) as downloader, Messenger(Outbox(database), keys, access, downloader):
            async with asyncio.timeout(5):
                while not good.told:  # noqa: ASYNC110 - of what others do, nobody tells
                    await asyncio.sleep(0.02)
        deaf.set()
    assert good.told == [("/told", "b-0")]
