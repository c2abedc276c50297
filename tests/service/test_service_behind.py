"""Places for what comes behind the calls: what they leave, and now and then one all the same."""

import asyncio
from collections.abc import Callable

import pytest

from clock import let_run
from wuhen.service.admission import Admission, Busy, Policy, Wish


class Clock:
    """Tells what it is told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def admission(places: int, clock: Callable[[], float], *, spare: int = 0) -> Admission:
    return Admission(lambda: places, Policy(max_wait=100, spare=spare), clock=clock)


def wish() -> Wish:
    return Wish("a", "Erase", 1, ends=1000)


def enter(admission: Admission, *, patience: float = 10) -> "tuple[asyncio.Task[None], asyncio.Event]":
    """Ask for a place behind the calls; it is held until the event is set."""
    done = asyncio.Event()

    async def hold() -> None:
        async with admission.leftover("Submit", patience):
            await done.wait()

    return asyncio.create_task(hold()), done


async def test_a_place_that_no_call_wants_is_taken_and_given_back() -> None:
    door = admission(1, Clock())
    task, done = enter(door)
    await let_run()
    assert door.load.running == 1
    done.set()
    await task
    assert door.load.running == 0


async def test_calls_go_first() -> None:
    door = admission(1, Clock())
    served: list[str] = []

    async def call(name: str) -> None:
        async with door.place(wish()):
            served.append(name)

    async with door.place(wish()):
        behind, done = enter(door)
        await let_run()
        calls = [asyncio.create_task(call(name)) for name in ("one", "two")]
        await let_run()
    # It came before them.
    await asyncio.gather(*calls)
    assert served == ["one", "two"]
    await let_run()
    assert door.load.running == 1
    done.set()
    await behind


async def test_whoever_has_waited_long_enough_goes_first() -> None:
    clock = Clock()
    door = admission(1, clock)
    served: list[str] = []

    async def call(name: str, until: asyncio.Event) -> None:
        async with door.place(wish()):
            served.append(name)
            await until.wait()

    ends = [asyncio.Event() for _ in range(3)]
    calls = [asyncio.create_task(call("one", ends[0]))]
    await let_run()
    behind, done = enter(door, patience=10)
    calls += [
        asyncio.create_task(call(name, until)) for name, until in (("two", ends[1]), ("three", ends[2]))
    ]
    await let_run()
    clock.now = 9
    ends[0].set()
    await let_run()
    assert served == ["one", "two"]
    clock.now = 11
    ends[1].set()
    await let_run()
    # The third waits for what came behind, once.
    assert served == ["one", "two"]
    done.set()
    await let_run()
    assert served == ["one", "two", "three"]
    ends[2].set()
    await asyncio.gather(behind, *calls)


async def test_places_kept_for_those_with_nothing_under_way_are_not_taken() -> None:
    door = admission(2, Clock(), spare=1)
    tasks = [enter(door) for _ in range(2)]
    await let_run()
    assert door.load.running == 1
    async with door.place(wish()):
        assert door.load.running == 2
    for task, done in tasks:
        done.set()
        await task


async def test_one_that_is_broken_off_leaves_no_place_taken() -> None:
    door = admission(1, Clock())
    held, _ = enter(door)
    waiting, _ = enter(door)
    await let_run()
    for task in (waiting, held):
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert door.load.running == 0
    async with door.place(wish()):
        pass


async def test_what_found_nothing_to_do_there_tells_nothing_of_how_long_it_takes() -> None:
    clock = Clock()
    door = admission(1, clock)
    async with door.leftover("Submit", 10):
        clock.now += 5
    for _ in range(100):
        async with door.leftover("Submit", 10) as place:
            place.is_used = False
    # A call that joins is told of the five seconds that the job under way is likely to take.
    async with door.leftover("Submit", 10):
        with pytest.raises(Busy) as told:
            async with door.place(Wish("a", "Erase", 1, ends=clock.now + 1)):
                pass
    assert told.value.wait > 0.5
