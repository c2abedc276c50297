"""Jobs in a database of each kind, with an account that has some."""

import itertools
from collections.abc import Callable

import pytest

from accounts.conftest import database, home
from wuhen.accounts import Database, KeyStore
from wuhen.jobs import Failed, JobStore, Leases, Limits, NewJob, Outbox
from wuhen.wire import Message

__all__ = ["database", "home"]

LOST = Failed("FailedOperation.InnerError", Message("lost", "丢失"))
DAY = 86400.0


@pytest.fixture
def jobs(database: Database) -> JobStore:
    """Where jobs are submitted."""
    return JobStore(database, limits=Limits(jobs=100, size=1000), keep=DAY)


@pytest.fixture
def leases(database: Database) -> Leases:
    """Where they are taken, for a minute."""
    return Leases(database, seconds=60, keep=DAY, lost=LOST)


@pytest.fixture
def short(database: Database) -> Leases:
    """The same for a moment."""
    return Leases(database, seconds=0.02, keep=DAY, lost=LOST)


@pytest.fixture
def outbox(database: Database) -> Outbox:
    """What is to be told."""
    return Outbox(database)


@pytest.fixture
def submit(database: Database, jobs: JobStore) -> Callable[..., str]:
    """Submit a job of an account, and return its number."""
    keys, numbers = KeyStore(database), itertools.count()

    def submit_job(
        account: str = "a",
        *,
        concurrency: int = 10,
        size: int = 1,
        token: str | None = None,
        url: str | None = None,
    ) -> str:
        key = keys.create(account, concurrency=concurrency)
        job = f"job-{next(numbers)}"
        jobs.submit(NewJob(job, account, key.secret_id, "{}", size, "digest", token, url))
        return job

    return submit_job
