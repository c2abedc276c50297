"""The way to a store that is out of order: one tries, the others are told."""

import asyncio
import threading

import pytest

from wuhen.accounts import StoreUnavailable
from wuhen.service.access import StoreAccess


class Store:
    """A store that keeps those who ask waiting, and then fails or answers."""

    def __init__(self) -> None:
        self.asked = 0
        self.broken = True
        self.release = threading.Event()

    def find(self) -> str:
        self.asked += 1
        assert self.release.wait(10)
        if self.broken:
            raise StoreUnavailable("locked")
        return "found"


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def access() -> StoreAccess:
    return StoreAccess("the store cannot be used", threads=2, pause=0.0)


async def ask(access: StoreAccess, store: Store, times: int) -> list[str]:
    answers = await asyncio.gather(*(access.do(store.find) for _ in range(times)), return_exceptions=True)
    return [str(answer) for answer in answers]


async def test_those_who_stand_in_line_when_it_fails_do_not_ask_again(
    access: StoreAccess, store: Store
) -> None:
    waiting = asyncio.create_task(ask(access, store, 50))
    await asyncio.sleep(0.05)
    store.release.set()
    assert await waiting == ["locked"] * 50
    # As many as there are threads, and what they take up before the event loop hears of the failure.
    assert store.asked <= 6


async def test_while_it_is_out_of_order_one_at_a_time_asks(access: StoreAccess, store: Store) -> None:
    store.release.set()
    await ask(access, store, 1)
    store.release.clear()
    before = store.asked
    waiting = asyncio.create_task(ask(access, store, 50))
    await asyncio.sleep(0.05)
    assert store.asked == before + 1
    store.broken = False
    store.release.set()
    assert sorted(await waiting) == ["found"] + ["locked"] * 49
    assert access.reason is None
    assert await ask(access, store, 3) == ["found"] * 3


async def test_it_is_left_alone_for_a_while_after_a_failure(access: StoreAccess, store: Store) -> None:
    access.pause = 60.0
    store.release.set()
    await ask(access, store, 1)
    assert await ask(access, store, 5) == ["locked"] * 5
    assert store.asked == 1


async def test_a_caller_who_gives_up_in_the_middle_of_trying_leaves_the_try_to_others(
    access: StoreAccess, store: Store
) -> None:
    store.release.set()
    await ask(access, store, 1)
    store.release.clear()
    trying = asyncio.create_task(access.do(store.find))
    await asyncio.sleep(0.05)
    trying.cancel()
    await asyncio.gather(trying, return_exceptions=True)
    store.broken = False
    store.release.set()
    assert await ask(access, store, 1) == ["found"]


async def test_other_faults_are_no_outage_of_the_store(access: StoreAccess) -> None:
    def find() -> str:
        raise LookupError

    with pytest.raises(LookupError):
        await access.do(find)
    assert access.reason is None
