"""Handlers at the gate: what they keep in memory while they wait is counted."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from wuhen.accounts import AccountKey, JobNumExceeded, MemoryConcurrencyGate
from wuhen.action import VENDOR_LIMITS
from wuhen.service.admission import Admission, Policy
from wuhen.service.handlers.erase import Erase
from wuhen.service.handlers.find import FindRegions
from wuhen.service.handlers.inspect import ConvertPicture, DescribeLabels, FetchPicture
from wuhen.service.handling import AdmittedCall, Handler
from wuhen.settings import Settings
from wuhen.wire import ApiError, Language
from wuhen.workers import LocalWorkers, OutOfTimeError, WorkerFailedError

KEY = AccountKey("AKIDa", "secret", None, "a", 1, None, None)
BYTES = 1000
PARAMETERS = {"InputImage": "AAAA", "InputUrl": "http://127.0.0.1/"}

WORKERS = LocalWorkers(count=1, memory=1024)  # none of which is started
unused = cast("Any", None)


def erasing(gate: MemoryConcurrencyGate) -> Handler:
    settings = Settings.model_validate({"queue_seconds": 60})
    return Erase(gate, unused, unused, unused, unused, unused, settings, VENDOR_LIMITS)


def converting(gate: MemoryConcurrencyGate) -> Handler:
    return ConvertPicture(gate, unused, WORKERS, unused, 60.0, VENDOR_LIMITS)


def describing(gate: MemoryConcurrencyGate) -> Handler:
    return DescribeLabels(gate, unused, WORKERS, unused, 60.0, VENDOR_LIMITS)


def fetching(gate: MemoryConcurrencyGate) -> Handler:
    return FetchPicture(gate, unused, 60.0, VENDOR_LIMITS)


def finding(gate: MemoryConcurrencyGate) -> Handler:
    return FindRegions(gate, unused, WORKERS, unused, unused, 60.0, VENDOR_LIMITS)


def sent(size: int) -> AdmittedCall:
    return AdmittedCall("any", PARAMETERS, KEY, "id", None, Language.ENGLISH, size)


@pytest.mark.parametrize("make", [erasing, converting, describing, fetching, finding])
async def test_bodies_that_wait_for_a_slot_are_bounded(
    make: Callable[[MemoryConcurrencyGate], Handler],
) -> None:
    gate = MemoryConcurrencyGate(queue_bytes=2 * BYTES)
    handler = make(gate)
    async with gate.slot(KEY.account, 1):
        waiting = asyncio.ensure_future(handler(sent(BYTES)))
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            with pytest.raises(JobNumExceeded):
                await handler(sent(1))
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (OutOfTimeError("late"), "FailedOperation.RequestTimeout"),
        (WorkerFailedError("lost"), "FailedOperation.InnerError"),
    ],
)
async def test_a_search_that_a_worker_does_not_end_is_told_as_an_erasure_would_be(
    fault: Exception, code: str
) -> None:
    class Failing:
        async def find(self, *_: object, **__: object) -> None:
            raise fault

    door = Admission(lambda: 1, Policy(max_wait=1000, deadline=1000))
    gate, workers = MemoryConcurrencyGate(), cast("Any", Failing())
    handler = FindRegions(gate, door, workers, unused, unused, 60.0, VENDOR_LIMITS)
    call = AdmittedCall("FindRegions", {"InputImage": "AAAA"}, KEY, "id", None, Language.ENGLISH, 4)
    with pytest.raises(ApiError) as caught:
        await handler(call)
    assert caught.value.code == code
    assert door.load.running == 0
