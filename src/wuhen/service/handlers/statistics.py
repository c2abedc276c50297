"""Calls over time: how many there were, how many failed, and how long the others took."""

from collections import defaultdict
from collections.abc import Sequence

from wuhen.accounts import Outcome

__all__ = ["MOST_POINTS", "count_over_time"]

MOST_POINTS = 60
_MINUTE, _HOUR, _DAY = 60, 3600, 24 * 3600
_STEPS = (
    *(10, 30),
    *(number * _MINUTE for number in (1, 2, 5, 10, 15, 30)),
    *(number * _HOUR for number in (1, 2, 3, 6, 12)),
    *(number * _DAY for number in (1, 2, 7, 14, 28, 91, 364)),
)
"""Seconds that a point may stand for: what clocks and calendars are divided by."""


def count_over_time(
    outcomes: Sequence[Outcome], *, since: int | None = None, until: int | None = None
) -> tuple[int, list[dict[str, int | None]]]:
    """Return the seconds that a point stands for, and the points, in their order.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Of the calls, in any order.
    since, until : int, optional
        Unix times in seconds of the first and the last; those of the calls by default.

    Returns
    -------
    int, list of dict
        The step, and of each point with calls in it ``Time``, Unix seconds at which it begins, a multiple of
        the step; ``Calls``; ``Errors``; ``Median`` and ``P95``, milliseconds of the calls without an error,
        the smallest that so many of them took at most, or None. There are `MOST_POINTS` at most, unless
        calls are older than a lifetime.
    """
    if not outcomes:
        return _STEPS[0], []
    times = [outcome.at // 1000 for outcome in outcomes]
    step = _choose_step(min(times) if since is None else since, max(times) if until is None else until)
    found = defaultdict[int, list[Outcome]](list)
    for time, outcome in zip(times, outcomes, strict=True):
        found[time // step * step].append(outcome)
    return step, [{"Time": time, **_count(found[time])} for time in sorted(found)]


def _choose_step(first: int, last: int) -> int:
    for step in _STEPS:
        if last // step - first // step < MOST_POINTS:
            return step
    return _STEPS[-1]


def _count(outcomes: Sequence[Outcome]) -> dict[str, int | None]:
    good = sorted(outcome.milliseconds for outcome in outcomes if outcome.code == "OK")
    return {
        "Calls": len(outcomes),
        # One whose caller hung up is neither.
        "Errors": sum(outcome.code not in {"", "OK"} for outcome in outcomes),
        "Median": _quantile(good, 50),
        "P95": _quantile(good, 95),
    }


def _quantile(ordered: Sequence[int], percent: int) -> int | None:
    """Return the smallest number that so many percent of them do not exceed."""
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None
