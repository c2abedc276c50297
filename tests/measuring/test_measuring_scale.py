"""The model of capacity and the simulation of many nodes, held to queueing theory and to each other."""

import json
import random
from itertools import pairwise
from pathlib import Path

import pytest
from bench.queueing import Blind
from bench.scale.arrivals import Bursts, Call, Day, Kind, Mix, arrive
from bench.scale.balancers import BALANCERS
from bench.scale.fleet import Client, Fleet, House, Outcome
from bench.scale.reckoning import MIX, ceilings, cores_for, moments, tables
from bench.scale.theory import mean_wait, mean_wait_of_one, share_that_waits, wait_quantile

from wuhen.service.admission import Policy

DOCS = Path(__file__).parents[2] / "docs"
PATIENT = Policy(deadline=1e9, most=10**9, most_bytes=10**15)
ONCE = Client(attempts=1)


class Exponential(Mix):
    """Jobs of one account with exponentially distributed times."""

    def draw(self, at: float, draw: random.Random) -> Call:
        return Call(at, "one", draw.expovariate(1 / self.mean), 1000)


def waits(mix: Mix, rate: float, places: int, calls: int, seed: int = 1) -> list[float]:
    """Return what calls waited before the places of one node where everybody waits, from least to most."""
    house = House(places=places, policy=PATIENT, line=Blind)
    coming = arrive(lambda _: rate, rate, calls / rate, mix, random.Random(seed))
    found = Fleet(1, house=house, client=ONCE, seed=seed).run(coming)
    assert len(found.waits) == len(found.offered)
    return sorted(found.waits)


def mean(mix: Mix, places: int, busy: float) -> float:
    """Return what calls waited on average where a share of the places was at work."""
    found = [one for seed in (1, 2) for one in waits(mix, busy * places / mix.mean, places, 6000, seed)]
    return sum(found) / len(found)


@pytest.mark.parametrize(("places", "busy"), [(1, 0.5), (4, 0.7)])
def test_a_node_waits_as_theory_says_of_exponential_jobs(places: int, busy: float) -> None:
    found = mean(Exponential([Kind(1.0, 1)]), places, busy)
    assert found == pytest.approx(mean_wait(places, busy, 1.0), rel=0.12)


@pytest.mark.slow
def test_a_node_waits_as_theory_says_of_any_jobs() -> None:
    mix = Mix([Kind(0.5, 1, 3.0), Kind(2.5, 1, 1.0)])
    seconds, variation = moments([(0.5, 3.0), (2.5, 1.0)])
    assert mix.mean == seconds
    assert mean(mix, 1, 0.5) == pytest.approx(mean_wait_of_one(0.5, seconds, variation), rel=0.12)


def test_theory_agrees_with_itself() -> None:
    assert share_that_waits(1, 0.7) == pytest.approx(0.7)
    assert share_that_waits(2, 0.5) == pytest.approx(1 / 3)
    # One place with exponential jobs is both.
    assert mean_wait(1, 0.8, 2.0) == pytest.approx(mean_wait_of_one(0.8, 2.0, 1.0))
    assert wait_quantile(100, 0.5, 1.0, 0.99) == 0


@pytest.mark.slow
def test_as_many_cores_as_are_reckoned_keep_the_wait() -> None:
    """A sixth less does not."""
    mix, rate = Mix([Kind(1.0, 1_000_000)]), 20.0
    cores = cores_for(rate, *moments([(1.0, 1.0)]), 0.3)
    slowest = {places: waits(mix, rate, places, 6000)[-60] for places in (cores, round(5 / 6 * cores))}
    assert slowest.pop(cores) < 0.3
    assert slowest.popitem()[1] > 0.3


def steady(fleet: Fleet, load: float, seconds: float) -> Outcome:
    rate = load * 4 * len(fleet.nodes)
    return fleet.run(arrive(lambda _: rate, rate, seconds, Mix([Kind(1.0, 1_000_000)]), fleet.draw))


def test_whoever_knows_who_is_free_is_waited_for_least() -> None:
    slowest = {
        name: steady(Fleet(20, kind, client=ONCE), 0.85, 40.0).quantile(0.9)
        for name, kind in BALANCERS.items()
    }
    assert slowest["least connections"] < slowest["two choices"] < slowest["random"]
    assert slowest["least connections"] < slowest["round robin"]


def test_every_call_is_answered_or_given_up_once() -> None:
    fleet = Fleet(10)
    for number in range(5):
        fleet.at(5.0, fleet.kill, number)
        fleet.at(15.0, fleet.start)
    fleet.at(8.0, fleet.drain, 7)
    found = steady(fleet, 0.9, 30.0)
    assert found.lost == []
    assert found.refused
    assert len(found.latencies) + len(found.refused) + len(found.late) == len(found.offered)
    assert sum(found.sent.values()) > len(found.offered)
    assert [number for _, number in found.nodes][-1] == 9
    assert all(before <= after for (before, _), (after, _) in pairwise(found.latencies))


def test_calls_come_as_often_as_said() -> None:
    mix, draw = Mix([Kind(1.0, 1)]), random.Random(1)
    for rate in (Bursts(20.0), Day(20.0, seconds=2000.0)):
        came = sum(1 for _ in arrive(rate, rate.highest, 2000.0, mix, draw))
        assert came == pytest.approx(40_000, rel=0.12)


def test_what_is_full_next_is_reckoned_for_the_mix_of_jobs_that_it_feeds() -> None:
    def measured(size: float | None, seconds: float) -> dict[str, object]:
        made = {"wall": 0.0, "sent": 1e6, "seconds": {"service": seconds, "Redis": 0.001}}
        return made | ({"idle": True} if size is None else {"megapixels": size, "answer": "url"})

    calls = [measured(size, size / 100) for size in MIX]
    _, rows = ceilings([*calls, measured(None, 0.0)], 0.5)
    own = sum(size / 100 * share for size, share in MIX.items()) / sum(MIX.values())
    assert rows[0][2:] == [f"{1 / own:,.0f}/s", f"{0.5 / own:,.0f}"]


def test_the_pages_tables_are_those_of_what_was_measured() -> None:
    page = (DOCS / "scale.md").read_text()
    for name, table in tables(json.loads((DOCS / "figures/capacity.json").read_text())).items():
        assert f"<!-- {name} -->\n{table}\n<!-- end of {name} -->" in page
