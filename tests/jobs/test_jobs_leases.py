"""Who has a job: one at a time, in turns, and nobody for longer than they live."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from jobs.conftest import LOST
from wuhen.accounts import AuditLog, Database, Delivery
from wuhen.jobs import Done, Failed, JobStore, LeaseLost, Leases, Status, Taken
from wuhen.wire import Message

DONE = Done("jobs/x/result.png", "image/png", 3, 2, (Message("a remark", "说明"),))
REFUSED = Failed("FailedOperation.ImageDecodeFailed", Message("no picture", "不是图片"))
Submit = Callable[..., str]


def delivery(job: str) -> Delivery:
    return Delivery(1, job, "a", "AKID", True, True, False, (), "patch", 3, 2, 1, "image/png", 9, "00")  # noqa: FBT003


def taken(leases: Leases) -> Taken:
    found = leases.take()
    assert found is not None
    return found


def status(jobs: JobStore, job: str, account: str = "a") -> Status:
    found = jobs.find(account, job)
    assert found is not None
    return found.status


def test_the_first_submitted_is_the_first_taken(leases: Leases, submit: Submit) -> None:
    given = [submit() for _ in range(3)]
    assert [taken(leases).id for _ in given] == given
    assert leases.take() is None
    assert not leases.any_waiting()


def test_accounts_take_turns(leases: Leases, submit: Submit) -> None:
    for _ in range(4):
        submit("many")
    few = [submit("few") for _ in range(2)]
    order = []
    for _ in range(6):
        order.append(taken(leases).account)
        time.sleep(0.002)  # turns are told apart by milliseconds
    # Neither waits for more than one of the other's, as long as both have any.
    assert order[:4].count("few") == len(few)
    assert order[0] != order[1]


def test_an_account_has_no_more_under_way_than_it_may(jobs: JobStore, leases: Leases, submit: Submit) -> None:
    for _ in range(3):
        submit(concurrency=2)
    first, _ = taken(leases), taken(leases)
    assert leases.take() is None
    jobs.cancel("a", first.id)
    assert taken(leases).id != first.id


def test_of_many_who_take_at_once_each_has_another_job(leases: Leases, submit: Submit) -> None:
    given = {submit(account) for account in ("a", "b", "c") for _ in range(10)}

    def take(_: int) -> str | None:
        for _ in range(40):
            if (found := leases.take()) is not None:
                return found.id
            time.sleep(0.005)
        return None

    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(take, given))
    assert Counter(found) == Counter(given)


def test_what_is_brought_is_kept_with_its_audit_record(
    database: Database, jobs: JobStore, leases: Leases, submit: Submit
) -> None:
    job = submit()
    held = taken(leases)
    leases.complete(held, DONE, delivery(job))
    found = jobs.find("a", job)
    assert found is not None
    assert (found.status, found.end, found.attempts) == (Status.DONE, DONE, 1)
    assert found.ended_at is not None
    assert found.expires_at == found.ended_at + 86_400_000
    assert [one.request_id for one in AuditLog(database).read()] == [job]
    assert jobs.find("b", job) is None


def test_bringing_it_twice_is_bringing_it_once(database: Database, leases: Leases, submit: Submit) -> None:
    job = submit()
    held = taken(leases)
    leases.complete(held, DONE, delivery(job))
    # As after an answer of the database that was lost.
    leases.complete(held, DONE, delivery(job))
    assert len([*AuditLog(database).read()]) == 1


def test_a_dead_holders_job_is_taken_once_more_and_then_given_up(
    jobs: JobStore, short: Leases, submit: Submit
) -> None:
    job = submit()
    for attempt in (1, 2):
        assert short.reap() == 0
        assert taken(short).attempt == attempt
        time.sleep(0.04)
        assert short.reap() == 1
    assert short.take() is None
    found = jobs.find("a", job)
    assert found is not None
    assert (found.status, found.end, found.attempts) == (Status.FAILED, LOST, 2)


def test_whoever_slept_through_their_lease_changes_nothing(
    database: Database, jobs: JobStore, short: Leases, leases: Leases, submit: Submit
) -> None:
    job = submit()
    asleep = taken(short)
    time.sleep(0.04)
    short.reap()
    awake = taken(leases)
    assert awake.id == job
    with pytest.raises(LeaseLost):
        short.renew(asleep)
    with pytest.raises(LeaseLost):
        short.complete(asleep, DONE, delivery(job))
    short.give_back(asleep, counted=True)
    assert status(jobs, job) is Status.RUNNING
    leases.complete(awake, REFUSED)
    assert status(jobs, job) is Status.FAILED
    assert not [*AuditLog(database).read()]


def test_a_lease_that_is_renewed_is_not_lost(leases: Leases, short: Leases, submit: Submit) -> None:
    submit()
    held = taken(short)
    leases.renew(held)
    time.sleep(0.04)
    assert short.reap() == 0


def test_what_is_given_back_counts_only_if_the_job_may_be_to_blame(
    jobs: JobStore, leases: Leases, submit: Submit
) -> None:
    job = submit()
    for _ in range(3):
        held = taken(leases)
        assert held.attempt == 1
        leases.give_back(held, counted=False)
    for _ in range(2):
        leases.give_back(taken(leases), counted=True)
    assert status(jobs, job) is Status.FAILED


def test_a_job_is_cancelled_at_any_stage(jobs: JobStore, leases: Leases, submit: Submit) -> None:
    waiting, running, done = submit(), submit(), submit()
    jobs.cancel("a", waiting)
    held = taken(leases)
    assert held.id == running
    jobs.cancel("a", running)
    with pytest.raises(LeaseLost):
        leases.renew(held)
    with pytest.raises(LeaseLost):
        leases.complete(held, DONE)
    leases.complete(taken(leases), DONE)
    jobs.cancel("a", done)
    assert [status(jobs, job) for job in (waiting, running, done)] == [
        Status.CANCELLED,
        Status.CANCELLED,
        Status.DONE,
    ]
    assert jobs.cancel("a", "none") is None
    assert jobs.cancel("b", done) is None
