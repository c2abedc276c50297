"""What follows from the measurements: the cores that a rate takes, what calls cost, and what is full next."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.scale.page import as_table
from bench.scale.theory import wait_quantile

__all__ = ["MIX", "ceilings", "cores_for", "moments", "tables"]

MIX = {0.5: 30.0, 2.0: 40.0, 12.0: 25.0, 24.0: 5.0}
"""Shares of calls, by megapixels: what phones and shops send, most of it reduced."""
HOLE = 0.04
"""The part of the photo that is erased."""
SPREAD = 0.4
"""Deviation of the logarithm of what jobs take that are of one size."""
PRICE = 0.04
"""Of an hour of a core, in whatever currency."""
BUSY = 0.7
"""The share of the cores at work that is planned for, on average over what is paid for."""
RATES = (1, 3, 10, 30, 50, 100, 300, 1000)
WAITS = (0.5, 2.0)
BUSIEST = 0.9
"""Share of the cores that may be at work on average: what comes in an hour is never known to a percent."""
NETWORK = 10e9 / 8
"""Bytes a second that an interface of 10 Gbit/s takes in."""


def moments(kinds: Sequence[tuple[float, float]], spread: float = SPREAD) -> tuple[float, float]:
    """Return what jobs take on average, and the standard deviation divided by that.

    Parameters
    ----------
    kinds : sequence of tuple of float
        Seconds on average, and share.
    spread : float
        Of jobs of one kind, which are distributed log-normally: the deviation of the logarithm.
    """
    whole = sum(share for _, share in kinds)
    mean = sum(seconds * share for seconds, share in kinds) / whole
    square = sum(seconds**2 * share for seconds, share in kinds) / whole * math.exp(spread**2)
    return mean, math.sqrt(square / mean**2 - 1)


def cores_for(rate: float, seconds: float, variation: float, wait: float, part: float = 0.99) -> int:
    """Return how many cores, with a worker on each, keep what calls wait within a bound.

    That of M/M/c is taken, times (1 + variation²) / 2 where jobs vary more than exponentially distributed
    ones, as Allen and Cunneen propose. Where they vary less, the mean falls, and the last percentile hardly.

    Parameters
    ----------
    rate : float
        Calls a second.
    seconds, variation : float
        What a job takes, as from `moments`.
    wait : float
        Seconds that `part` of the calls may wait at the most.

    Returns
    -------
    int
        No fewer than are `BUSIEST`.
    """
    cores = max(math.floor(rate * seconds) + 1, math.ceil(rate * seconds / BUSIEST))
    stretch = max(1.0, (1 + variation**2) / 2)
    while stretch * wait_quantile(cores, rate * seconds / cores, seconds, part) > wait:
        cores += 1
    return cores


def tables(found: Mapping[str, Any]) -> dict[str, str]:
    """Return the tables of the page by name, of what was measured so far."""
    made = {}
    if jobs := found.get("jobs"):
        made["service times"] = as_table(*_service_times(jobs))
        made["cores"] = as_table(*_cores(jobs))
        made["cost"] = as_table(*_cost(jobs))
    if jobs and (calls := found.get("calls")):
        made["what a call takes"] = as_table(*_processes(calls))
        made["what a call asks"] = as_table(*_asked(calls))
        made["what is full next"] = as_table(*ceilings(calls, _mean_of_mix(jobs)))
    return made


_Table = tuple[list[str], list[list[str]]]


def _service_times(jobs: Sequence[Mapping[str, Any]]) -> _Table:
    holes = sorted({row["hole"] for row in jobs})
    heads = ["photo", *(f"hole {hole:.0%}" for hole in holes), f"a core does, at {HOLE:.0%}"]
    rows = []
    for size in sorted({row["megapixels"] for row in jobs}):
        seconds = {row["hole"]: row["seconds"] for row in jobs if row["megapixels"] == size}
        times = (f"{seconds[hole]:.2f} s" for hole in holes)
        rows.append([f"{size:g} Mpx", *times, f"{3600 / seconds[HOLE]:,.0f} an hour"])
    return heads, rows


def _kinds(jobs: Sequence[Mapping[str, Any]]) -> list[tuple[float, float]]:
    seconds = {row["megapixels"]: row["seconds"] for row in jobs if row["hole"] == HOLE}
    return [(seconds[size], share) for size, share in MIX.items()]


def _mean_of_mix(jobs: Sequence[Mapping[str, Any]]) -> float:
    return moments(_kinds(jobs))[0]


def _cores(jobs: Sequence[Mapping[str, Any]]) -> _Table:
    mean, variation = moments(_kinds(jobs))
    heads = ["calls a second", "at work on average"]
    heads += [f"cores for p99 to wait {wait:g} s (at work)" for wait in WAITS]
    rows = []
    for rate in RATES:
        needed = [cores_for(rate, mean, variation, wait) for wait in WAITS]
        shown = (f"{cores:,} ({rate * mean / cores:.0%})" for cores in needed)
        rows.append([f"{rate:,}", f"{rate * mean:,.1f}", *shown])
    return heads, rows


def _cost(jobs: Sequence[Mapping[str, Any]]) -> _Table:
    heads = ["photo", "core seconds", f"a thousand, at {PRICE:g} an hour of a core"]
    sized = {f"{row['megapixels']:g} Mpx": row["seconds"] for row in jobs if row["hole"] == HOLE}
    sized["mix"] = _mean_of_mix(jobs)
    cost = {name: 1000 * seconds / BUSY / 3600 * PRICE for name, seconds in sized.items()}
    return heads, [[name, f"{seconds:.2f}", f"{cost[name]:.3f}"] for name, seconds in sized.items()]


def _of_calls(calls: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for row in calls:
        if row.get("idle"):
            yield "none calls, a second", row
        else:
            yield f"{row['megapixels']:g} Mpx, {row['answer']}", row


def _processes(calls: Sequence[Mapping[str, Any]]) -> _Table:
    parts = [name for name in calls[0]["seconds"] if name != "worker"]
    heads = ["call", "sent", "returned", *parts]
    rows = []
    for name, row in _of_calls(calls):
        size = ["", ""] if row.get("idle") else [f"{row[way] / 1e6:.2f} MB" for way in ("sent", "returned")]
        own = _own(row, "seconds", calls)
        rows.append([name, *size, *(f"{1000 * own[part]:.1f} ms" for part in parts)])
    return heads, rows


def _asked(calls: Sequence[Mapping[str, Any]]) -> _Table:
    heads = ["call", "statements of PostgreSQL", "commands of Redis", "objects put"]
    rows = []
    for name, row in _of_calls(calls):
        own = _own(row, "asked", calls)
        rows.append([name, *(f"{own[part]:.1f}" for part in row["asked"])])
    return heads, rows


def _own(row: Mapping[str, Any], what: str, calls: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return what a call took of each process, without what is done while nobody calls."""
    idle = _idle(calls)
    beside = 0.0 if row is idle else row["wall"]
    return {part: max(0.0, value - beside * idle[what][part]) for part, value in row[what].items()}


def _idle(calls: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return next(one for one in calls if one.get("idle"))


def ceilings(calls: Sequence[Mapping[str, Any]], mean: float) -> _Table:
    """Return what would be full at how many calls of the mix a second, answered by URL.

    Parameters
    ----------
    calls : sequence of mapping
        As measured. Of what the mix has and was not measured, the nearest in size counts.
    mean : float
        Seconds that a job of the mix takes.
    """
    by_url = [one for one in calls if one.get("answer") == "url"]
    whole = sum(MIX.values())
    parts: dict[str, float] = {}
    sent = 0.0
    for size, share in MIX.items():
        row = min(by_url, key=lambda one: abs(one["megapixels"] - size))
        sent += row["sent"] * share / whole
        for part, own in _own(row, "seconds", calls).items():
            parts[part] = parts.get(part, 0.0) + own * share / whole
    heads = ["what", "a call takes", "full at", "which feeds, of workers"]
    rows = []
    for part, own in parts.items():
        if part not in {"worker", "store"}:
            where = "a core of each replica" if part == "service" else "one core"
            rows.append(
                [f"{part}: {where}", f"{1000 * own:.1f} ms", f"{1 / own:,.0f}/s", f"{mean / own:,.0f}"]
            )
    rate = NETWORK / sent
    rows.append(["10 Gbit/s inwards", f"{sent / 1e6:.2f} MB", f"{rate:,.0f}/s", f"{rate * mean:,.0f}"])
    beside = _idle(calls)["seconds"]["Redis"]
    alone = f"{1000 * beside:.1f} ms a second each"
    rows.append(["Redis: one core, by services that nobody calls", alone, f"{1 / beside:,.0f} services", ""])
    return heads, rows
