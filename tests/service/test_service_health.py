"""Readiness: what is asked, how often, and what is said of it."""

import asyncio
import json

import pytest
import structlog
from starlette.requests import Request
from structlog.testing import LogCapture

from wuhen.service import health as module
from wuhen.service.health import Check, Health


class Workers:
    """As much of a home for jobs as health asks for."""

    ready = True


def health(workers: Workers, **checks: Check) -> Health:
    return Health(workers, checks)  # type: ignore[arg-type]


class Counted:
    """A check that is counted, and fails or hangs as it is told."""

    def __init__(self) -> None:
        self.made = 0
        self.fails = False
        self.hangs = False

    async def __call__(self) -> None:
        self.made += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails:
            raise OSError("gone")


async def test_it_names_all_that_is_missing() -> None:
    check, workers = Counted(), Workers()
    check.fails, workers.ready = True, False
    answer = await health(workers, disk=check).ready(Request({"type": "http", "query_string": b""}))
    assert answer.status_code == 503
    assert json.loads(bytes(answer.body)) == {"status": "not ready", "missing": ["workers", "disk"]}


async def test_what_all_share_is_left_out_where_only_its_own_is_asked_for() -> None:
    disk, database = Counted(), Counted()
    database.fails = True
    checks = {"disk": disk, "database": database}
    asked = Health(Workers(), checks, shared={"database"})  # type: ignore[arg-type]
    answers = [await asked.ready(Request({"type": "http", "query_string": query})) for query in (b"own", b"")]
    assert [answer.status_code for answer in answers] == [200, 503]
    disk.fails, disk.made = True, 0
    assert await asked.find_missing(own=True) == []  # as it was found a moment ago
    assert disk.made == 0


async def test_who_asks_a_hundred_times_makes_it_look_once() -> None:
    check = Counted()
    asked = health(Workers(), disk=check)
    assert await asyncio.gather(*(asked.find_missing() for _ in range(100))) == [[]] * 100
    assert check.made == 1


async def test_what_was_found_does_not_hold_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", -1.0)
    check = Counted()
    asked = health(Workers(), disk=check)
    assert await asked.find_missing() == []
    check.fails = True
    assert await asked.find_missing() == ["disk"]
    check.fails = False
    assert await asked.find_missing() == []


async def test_the_log_says_when_something_is_missing_and_when_it_is_there_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", -1.0)
    check = Counted()
    asked = health(Workers(), disk=check)
    logged = LogCapture()
    # Of its own: one that has been used before no longer hears of what is configured.
    monkeypatch.setattr(module, "log", structlog.wrap_logger(None, processors=[logged]))
    for check.fails in (False, True, True, False, False):
        await asked.find_missing()
    assert logged.entries == [
        {"event": "not ready", "log_level": "error", "missing": "disk", "reason": "gone"},
        {"event": "no longer missing", "log_level": "info", "part": "disk"},
    ]


async def test_a_check_that_hangs_is_missing_and_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.01)
    check = Counted()
    check.hangs = True
    asked = health(Workers(), disk=check)
    for _ in range(5):
        assert await asked.find_missing() == ["disk"]
    assert check.made == 1
