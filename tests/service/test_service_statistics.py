"""Calls over time: each is counted once, in few points, and the quantiles are those of the calls."""

from hypothesis import given
from hypothesis import strategies as st

from wuhen.accounts import Outcome
from wuhen.service.handlers.statistics import MOST_POINTS, count_over_time

outcomes = st.builds(
    Outcome,
    at=st.integers(0, 2_000_000_000_000),
    code=st.sampled_from(["OK", "", "InvalidParameter"]),
    milliseconds=st.integers(0, 600_000),
)


@given(st.lists(outcomes, max_size=200), st.integers(0, 10**9), st.integers(1, 10**8))
def test_every_call_is_counted_once_in_few_points(found: list[Outcome], first: int, length: int) -> None:
    within = [one for one in found if first <= one.at // 1000 < first + length]
    step, points = count_over_time(within, since=first, until=first + length)
    assert sum(point["Calls"] or 0 for point in points) == len(within)
    assert sum(point["Errors"] or 0 for point in points) == sum(
        one.code == "InvalidParameter" for one in within
    )
    assert len(points) <= MOST_POINTS
    times = [point["Time"] or 0 for point in points]
    assert times == sorted(set(times))
    assert all(time % step == 0 for time in times)


def test_quantiles_are_of_what_went_well() -> None:
    good = [Outcome(1000 * second, "OK", second) for second in range(1, 21)]
    bad = [Outcome(1000, "InvalidParameter", 10**6), Outcome(1000, "", 10**6)]
    step, points = count_over_time(good[::-1] + bad)
    assert step == 10
    assert points == [
        {"Time": 0, "Calls": 11, "Errors": 1, "Median": 5, "P95": 9},
        {"Time": 10, "Calls": 10, "Errors": 0, "Median": 14, "P95": 19},
        {"Time": 20, "Calls": 1, "Errors": 0, "Median": 20, "P95": 20},
    ]
    assert count_over_time(bad)[1] == [{"Time": 0, "Calls": 2, "Errors": 1, "Median": None, "P95": None}]
    assert count_over_time([]) == (10, [])
