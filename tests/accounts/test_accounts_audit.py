"""The audit record: kept, found again, and forgotten in time."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.old_stores import DELIVERY
from wuhen.accounts import AuditLog, Database, StoreUnavailable, sessions

NOW = DELIVERY.at
DAY = 24 * 3600
FIRST = replace(DELIVERY, secret_id="AKID" + "x" * 32)


@pytest.fixture
def records(database: Database) -> AuditLog:
    return AuditLog(database)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(found=st.lists(texts, max_size=3).map(tuple), account=texts, marked=st.booleans())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_is_read_back(
    records: AuditLog, found: tuple[str, ...], account: str, marked: bool  # noqa: FBT001
) -> None:  # fmt: skip
    kept = replace(FIRST, labels_found=found, account=account, marked=marked)
    records.add(kept)
    assert list(records.read())[-1] == kept


def test_records_are_chosen_by_time_call_and_account(records: AuditLog) -> None:
    others = [
        replace(FIRST, at=NOW + 10, request_id="b"),
        replace(FIRST, at=NOW + 20, account="studio", request_id="c"),
    ]
    for one in (others[1], FIRST, others[0]):
        records.add(one)
    assert list(records.read()) == [FIRST, *others]
    assert list(records.read(since=NOW + 10, until=NOW + 20)) == [others[0]]
    assert list(records.read(request_id="c")) == [others[1]]
    assert list(records.read(account="shop")) == [FIRST, others[0]]


@given(days=st.integers(1, 400), age=st.integers(0, 500 * DAY))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_record_is_kept_for_so_many_days_and_no_longer(records: AuditLog, days: int, age: int) -> None:
    records.add(replace(FIRST, at=NOW - age))
    records.sweep(NOW, days)
    assert bool(list(records.read())) is (age <= days * DAY)
    records.sweep(NOW + 1000 * DAY, 1)


def test_a_record_may_be_kept_once_more_without_being_there_twice(records: AuditLog) -> None:
    other = replace(FIRST, at=NOW + 1, request_id="other")
    for one in (FIRST, FIRST, other, FIRST):
        records.add_once(one)
    assert list(records.read()) == [FIRST, other]


def test_many_records_are_deleted_by_pieces(records: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "PIECE", 3)
    for number in range(8):
        records.add(replace(FIRST, at=NOW - number))
    assert records.sweep(NOW + DAY, 1) == 7
    assert [one.at for one in records.read()] == [NOW]


def test_a_store_that_cannot_be_written_is_told(records: AuditLog, database: Database) -> None:
    records.check()
    with database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE deliveries")
    with pytest.raises(StoreUnavailable):
        records.add(FIRST)
    with pytest.raises(StoreUnavailable):
        records.check()
