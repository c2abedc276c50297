"""The writer of the call log: it never holds a call up, whatever the store does."""

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from accounts.test_accounts_calls import ANY, FIRST, KEY
from wuhen.accounts import CallLog
from wuhen.service import recording
from wuhen.service.recording import AnsweredCall, Recorder

CALL = replace(FIRST, parameters=None, response=None)


def answered(number: int, *, proven: bool = True, text: str = "x") -> AnsweredCall:
    known = replace(CALL, request_id=str(number), proven=proven)
    return AnsweredCall(known, {"InputImage": text}, {"ResultImage": "aGVsbG8="})


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the store's one lock for writing, as a long transaction of another process does."""
    database = sqlite3.connect(folder / "accounts.sqlite3", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        database.execute("ROLLBACK")
        database.close()


async def test_what_is_noted_is_written_in_order_and_flushed_at_the_end(tmp_path: Path) -> None:
    calls = CallLog.in_directory(tmp_path)
    async with Recorder(calls) as recorder:
        for number in range(100):
            recorder.note(answered(number, text="aGVsbG8="))
    total, found = calls.find(KEY, ANY, limit=200)
    assert [call.request_id for call in found] == [str(number) for number in reversed(range(100))]
    kept = calls.get(KEY, "7")
    assert kept is not None
    picture = {"bytes": 5, "sha256": hashlib.sha256(b"hello").hexdigest()}
    assert kept.parameters == {"InputImage": picture}
    assert kept.response == {"ResultImage": picture, "RequestId": "7"}
    assert total == 100
    calls.close()


async def test_a_busy_store_holds_nobody_up_and_what_is_too_much_is_dropped(tmp_path: Path) -> None:
    calls = CallLog.in_directory(tmp_path)
    async with Recorder(calls) as recorder:
        with locked(tmp_path):
            await asyncio.sleep(0)
            started = time.perf_counter()
            for number in range(recording.MAX_WAITING + 500):
                recorder.note(answered(number))
                await asyncio.sleep(0)
            assert time.perf_counter() - started < 2
        await recorder.flush(15)
    total, _ = calls.find(KEY, ANY, limit=1)
    assert recording.MAX_WAITING <= total <= recording.MAX_WAITING + recording.BATCH
    calls.close()


async def test_calls_that_only_name_a_key_leave_room_for_others(tmp_path: Path) -> None:
    calls = CallLog.in_directory(tmp_path)
    async with Recorder(calls) as recorder:
        with locked(tmp_path):
            for number in range(recording.MAX_WAITING + 500):
                recorder.note(answered(number, proven=False))
            recorder.note(answered(-1))
        await recorder.flush(15)
    assert calls.get(KEY, "-1") is not None
    calls.close()


async def test_a_flood_of_refused_calls_pushes_no_others_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhen.service.recording.time.monotonic", lambda: 5.0)
    calls = CallLog.in_directory(tmp_path)
    async with Recorder(calls) as recorder:
        for number in range(300):
            known = replace(CALL, request_id=str(number), code="RequestLimitExceeded.JobNumExceed")
            recorder.note(AnsweredCall(known, None, None))
        recorder.note(answered(-1))
    total, _ = calls.find(KEY, ANY, limit=1)
    assert total == recording.MAX_REFUSED + 1
    assert calls.get(KEY, "-1") is not None
    calls.close()


async def test_pictures_that_wait_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MAX_HELD_BYTES", 3000)
    calls = CallLog.in_directory(tmp_path)
    async with Recorder(calls) as recorder:
        with locked(tmp_path):
            for number in range(4):
                recorder.note(answered(number, text="A" * 1400))
            assert recorder._held <= 3000
        await recorder.flush(15)
    kept = [calls.get(KEY, str(number)) for number in range(4)]
    assert ["sha256" in one.parameters["InputImage"] for one in kept if one and one.parameters] == [
        True, True, False, False,
    ]  # fmt: skip
    calls.close()


async def test_a_store_that_fails_for_good_ends_nothing(tmp_path: Path) -> None:
    calls = CallLog.in_directory(tmp_path)
    with closing(sqlite3.connect(tmp_path / "accounts.sqlite3")) as database, database:
        database.execute("ALTER TABLE calls RENAME TO gone")
    async with Recorder(calls) as recorder:
        recorder.note(answered(1))
        await recorder.flush(5)
        with closing(sqlite3.connect(tmp_path / "accounts.sqlite3")) as database, database:
            database.execute("ALTER TABLE gone RENAME TO calls")
        recorder.note(answered(2))
    assert calls.get(KEY, "1") is None
    assert calls.get(KEY, "2") is not None
    calls.close()


async def test_one_that_is_off_keeps_nothing() -> None:
    async with Recorder(None) as recorder:
        recorder.note(answered(1))
        await recorder.flush(1)
        assert recorder.calls is None
