"""The call log: kept, found, shown to its key alone, bounded and forgotten."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.old_stores import CALL
from wuhen.accounts import (
    MAX_CALLS,
    MAX_UNPROVEN,
    CallFilter,
    CallLog,
    Database,
    StoreUnavailable,
)

NOW = CALL.at // 1000
DAY = 24 * 3600
KEY = "AKID" + "x" * 32
FIRST = replace(
    CALL,
    secret_id=KEY,
    parameters={"InputImage": {"bytes": 12, "sha256": "ab"}, "LogoAdd": 0},
    headers={"user-agent": "test"},
    response={"ResultImage": {"bytes": 34}},
)
ANY = CallFilter()


@pytest.fixture
def calls(database: Database) -> CallLog:
    return CallLog(database)


def listed(calls: CallLog, wanted: CallFilter = ANY, key: str = KEY) -> list[str]:
    total, found = calls.find(key, wanted, limit=200)
    assert total == len(found)
    return [call.request_id for call in found]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(parameters=st.none() | st.dictionaries(texts, values, max_size=3), message=texts)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_is_read_back(
    calls: CallLog, parameters: dict[str, object] | None, message: str
) -> None:
    kept = replace(FIRST, parameters=parameters, message=message)
    calls.clear(KEY)
    calls.add([kept])
    assert calls.get(KEY, FIRST.request_id) == kept


def test_a_key_sees_its_own_calls_only(calls: CallLog) -> None:
    calls.add([FIRST, replace(FIRST, secret_id="AKIDother", request_id="b")])
    assert listed(calls) == [FIRST.request_id]
    assert calls.get("AKIDother", FIRST.request_id) is None
    assert calls.clear(KEY) == 1
    assert listed(calls) == []
    assert listed(calls, key="AKIDother") == ["b"]


def test_calls_are_chosen_by_action_code_time_and_text(calls: CallLog) -> None:
    calls.add(
        [
            replace(FIRST, request_id="a", parameters={"InputUrl": "https://Example.com/100%_a.jpg"}),
            replace(FIRST, request_id="b", at=(NOW + 10) * 1000, action="DescribeLabels"),
            replace(FIRST, request_id="c", at=(NOW + 20) * 1000, code="InvalidParameterValue.UrlIllegal"),
            replace(FIRST, request_id="d", at=(NOW + 30) * 1000, code="InvalidParameter", message="图片"),
        ]
    )
    assert listed(calls) == ["d", "c", "b", "a"]
    assert listed(calls, CallFilter(action="DescribeLabels")) == ["b"]
    assert listed(calls, CallFilter(code="OK")) == ["b", "a"]
    assert listed(calls, CallFilter(code="InvalidParameterValue")) == ["c"]
    assert listed(calls, CallFilter(code="InvalidParameter")) == ["d"]
    assert listed(calls, CallFilter(since=NOW + 10, until=NOW + 30)) == ["c", "b"]
    assert listed(calls, CallFilter(text="example.COM")) == ["a"]
    assert listed(calls, CallFilter(text="100%_A")) == ["a"]
    assert listed(calls, CallFilter(text="100_%a")) == []
    assert listed(calls, CallFilter(text="图片")) == ["d"]
    assert listed(calls, CallFilter(text="urlillegal")) == ["c"]


def test_pages_follow_each_other(calls: CallLog) -> None:
    calls.add([replace(FIRST, request_id=str(number)) for number in range(10)])
    total, page = calls.find(KEY, ANY, limit=4, offset=4)
    assert total == 10
    assert [call.request_id for call in page] == ["5", "4", "3", "2"]


def test_a_key_has_room_for_so_many_and_the_newest_stay(calls: CallLog) -> None:
    calls.add([replace(FIRST, request_id=str(number)) for number in range(MAX_CALLS + 7)])
    calls.add([replace(FIRST, request_id="another key's", secret_id="AKIDother")])
    total, page = calls.find(KEY, ANY, limit=1, offset=MAX_CALLS - 1)
    assert total == MAX_CALLS
    assert page[0].request_id == "7"
    assert listed(calls, key="AKIDother") == ["another key's"]


def test_whoever_only_names_a_key_pushes_no_call_of_its_out(calls: CallLog) -> None:
    calls.add([replace(FIRST, request_id="mine")])
    for number in range(MAX_UNPROVEN + 5):
        calls.add([replace(FIRST, request_id=f"forged {number}", proven=False)])
    found = listed(calls)
    assert found[-1] == "mine"
    assert found[:-1] == [f"forged {number}" for number in range(MAX_UNPROVEN + 4, 4, -1)]


@given(days=st.integers(1, 400), age=st.integers(0, 500 * DAY))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_call_is_kept_for_so_many_days_and_no_longer(calls: CallLog, days: int, age: int) -> None:
    calls.add([replace(FIRST, at=(NOW - age) * 1000)])
    calls.sweep(NOW, days)
    assert bool(listed(calls)) is (age <= days * DAY)
    assert calls.sweep(NOW, 0) == (age <= days * DAY)


def test_what_no_database_can_hold_is_not_found(calls: CallLog) -> None:
    calls.add([FIRST])
    for wanted in (CallFilter(text="\0"), CallFilter(action="Erase\0"), CallFilter(code="\0")):
        assert calls.find(FIRST.secret_id, wanted, limit=1) == (0, [])
    assert calls.get(FIRST.secret_id, "\0") is None


def test_a_store_that_cannot_be_written_is_told(calls: CallLog, database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE calls")
    with pytest.raises(StoreUnavailable):
        calls.add([FIRST])
