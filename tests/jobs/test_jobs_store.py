"""What an account may have of jobs, and what becomes of those that are old."""

import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from wuhen.accounts import Database
from wuhen.jobs import (
    AccountFull,
    CallbackState,
    Done,
    JobStore,
    Leases,
    Limits,
    Outbox,
    Standing,
    Status,
    TokenTaken,
    next_pause,
)

Submit = Callable[..., str]
URL = "https://example.com/ended"


def test_one_job_too_many_is_refused_and_those_that_have_ended_do_not_count(
    jobs: JobStore, submit: Submit
) -> None:
    first = submit(size=600)
    with pytest.raises(AccountFull) as full:
        submit(size=401)
    assert (full.value.jobs, full.value.size) == (1, 600)
    submit("another", size=1000)
    jobs.cancel("a", first)
    submit(size=1000)


def test_jobs_are_counted_as_well_as_their_bytes(database: Database, submit: Submit) -> None:
    submit(size=0)
    with pytest.raises(AccountFull):
        JobStore(database, limits=Limits(jobs=1, size=1000), keep=1).check_room("a", 0)
    JobStore(database, limits=Limits(jobs=1, size=1000), keep=1).check_room("b", 0)


def test_a_token_names_one_job_of_an_account(jobs: JobStore, submit: Submit) -> None:
    job = submit(token="mine")
    other = submit("b", token="mine")
    with pytest.raises(TokenTaken):
        submit(token="mine")
    found, theirs = jobs.find_by_token("a", "mine"), jobs.find_by_token("b", "mine")
    assert found is not None
    assert theirs is not None
    assert (found.id, theirs.id) == (job, other)
    assert jobs.find_by_token("a", "other") is None


def test_what_there_is_to_do_is_measured(jobs: JobStore, leases: Leases, submit: Submit) -> None:
    assert jobs.measure() == Standing()
    submit()
    submit()
    jobs.cancel("a", submit(url=URL))
    leases.take()
    time.sleep(0.01)
    found = jobs.measure()
    assert (found.waiting, found.running, found.callbacks) == (1, 1, 1)
    assert 0.01 <= found.oldest < 5


def test_what_is_old_is_forgotten(database: Database, jobs: JobStore, submit: Submit, outbox: Outbox) -> None:
    old, kept, waits = submit(url=URL), submit(), submit()
    JobStore(database, limits=jobs.limits, keep=0).cancel("a", old)
    jobs.cancel("a", kept)
    time.sleep(0.01)
    assert jobs.find_expired() == [old]
    jobs.forget([old])
    assert jobs.find("a", old) is None
    assert jobs.find_unknown([old, kept, waits]) == {old}
    assert not outbox.any_waiting()


def test_a_notice_is_in_the_outbox_as_soon_as_a_job_has_ended(
    leases: Leases, outbox: Outbox, submit: Submit
) -> None:
    job = submit(url=URL)
    submit()
    assert outbox.take(5) == []
    held = leases.take()
    assert held is not None
    leases.complete(held, Done("jobs/x/y.png", "image/png", 1, 1))
    [found] = outbox.take(5)
    assert (found.job, found.url, found.secret_id, found.attempts) == (job, URL, held.secret_id, 1)
    assert '"Status":"done","Code":"OK"' in found.body


def test_a_notice_is_anothers_only_when_it_is_put_off(jobs: JobStore, outbox: Outbox, submit: Submit) -> None:
    first, second = submit(url=URL), submit(url=URL)
    for job in (first, second):
        jobs.cancel("a", job)
    [held] = outbox.take(1)
    outbox.put_off(held, 0.0)
    # Those that were not tried yet come first, so that a dead receiver holds up nobody else's.
    found = outbox.take(5)
    assert [(one.job, one.attempts) for one in found] == [(second, 1), (first, 2)]
    assert outbox.take(5) == []
    assert outbox.any_waiting()


def test_accounts_take_turns_at_being_told(jobs: JobStore, outbox: Outbox, submit: Submit) -> None:
    many = [submit("a", url=URL) for _ in range(5)]
    [one] = [submit("b", url=URL)]
    for job in many:
        jobs.cancel("a", job)
    jobs.cancel("b", one)
    assert {found.account for found in outbox.take(2)} == {"a", "b"}
    assert outbox.take(9, busy=["a"]) == []
    assert len(outbox.take(9, share=3)) == 3


def test_what_a_deliverer_brings_who_slept_changes_nothing(
    jobs: JobStore, outbox: Outbox, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = submit(url=URL)
    jobs.cancel("a", job)
    monkeypatch.setattr("wuhen.jobs.outbox.HELD_MS", -1)
    [slept], [other] = outbox.take(1), outbox.take(1)
    outbox.close_notice(other, delivered=True)
    outbox.put_off(slept, 0.0)
    outbox.close_notice(slept, delivered=False)
    assert not outbox.any_waiting()
    assert (found := jobs.find("a", job)) is not None
    assert found.callback is CallbackState.DELIVERED


@pytest.mark.parametrize(
    ("delivered", "state"), [(True, CallbackState.DELIVERED), (False, CallbackState.GIVEN_UP)]
)
def test_a_notice_that_is_closed_is_shown_so(
    jobs: JobStore, outbox: Outbox, submit: Submit, *, delivered: bool, state: CallbackState
) -> None:
    job, silent = submit(url=URL), submit()
    found = jobs.find("a", job)
    assert found is not None
    assert (found.status, found.callback) == (Status.WAITING, CallbackState.WAITING)
    for one in (job, silent):
        jobs.cancel("a", one)
    outbox.close_notice(outbox.take(1)[0], delivered=delivered)
    states = [found.callback for one in (job, silent) if (found := jobs.find("a", one))]
    assert states == [state, CallbackState.NONE]
    assert outbox.take(5) == []


def test_pauses_grow_to_an_hour() -> None:
    pauses = [next_pause(attempts) for attempts in (1, 3, 5, 7, 9, 100)]
    assert all(one < later for one, later in pairwise(pauses[:5]))
    assert 2400 <= pauses[-1] <= 4800
