"""What is asked of the simulation: a function a question, which returns a table's rows and lines to draw."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bench.queueing import Blind
from bench.scale.arrivals import Bursts, Day, Mix, arrive
from bench.scale.autoscaling import Autoscaler
from bench.scale.balancers import BALANCERS
from bench.scale.fleet import DEADLINE, Client, Fleet, House, Outcome

from wuhen.service.admission import Line, Policy

__all__ = ["PLACES", "STUDIES", "Series", "Setting", "Study"]

PLACES = 4
"""Of each node."""
ONCE = Client(attempts=1)
ENDLESS = Policy(deadline=DEADLINE, most=10**9, most_bytes=10**15)
"""What lets everybody wait, for `Blind`."""
KINDS_OF_LINE: dict[str, tuple[type[Line], Policy]] = {
    "refusing early": (Line, Policy(deadline=DEADLINE)),
    "everybody waits": (Blind, ENDLESS),
}


@dataclass(frozen=True)
class Setting:
    """What all studies have in common.

    Attributes
    ----------
    nodes : int
        How many there are.
    mix : Mix
        What calls ask for.
    seconds : float
        How long calls come, in jobs of average length.
    """

    nodes: int
    mix: Mix
    seconds: float = 20.0

    def rate(self, load: float) -> float:
        """Return the calls a second that keep a share of the places at work."""
        return load * self.nodes * PLACES / self.mix.mean

    @property
    def unit(self) -> float:
        """Seconds that a job takes on average."""
        return self.mix.mean


@dataclass
class Series:
    """Values over time or load, to be drawn."""

    name: str
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)


@dataclass
class Study:
    """What came of a question.

    Attributes
    ----------
    heads : sequence of str
        Of the table's columns.
    rows : list of sequence of str
        Of the table.
    panels : dict
        What to draw: lines by what they show.
    x : str
        What the horizontal axis shows.
    """

    heads: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    panels: dict[str, list[Series]] = field(default_factory=dict)
    x: str = ""


def _steady(setting: Setting, load: float, seconds: float, fleet: Fleet) -> Outcome:
    """Let calls come at a steady rate."""
    rate = setting.rate(load)
    return fleet.run(arrive(lambda _: rate, rate, seconds, setting.mix, fleet.draw))


def balancers(setting: Setting) -> Study:
    """How long calls take by who shares them out, the busier the nodes are."""
    study = Study(("balancer", "load", "p50", "p99", "refused"), x="share of the places at work")
    study.panels = {"p99, in jobs of average length": [], "refused, %": []}
    for name, kind in BALANCERS.items():
        slowest, refused = (Series(name) for _ in range(2))
        for load in (0.6, 0.8, 0.95):
            until = setting.seconds * setting.unit
            found = _steady(setting, load, until, Fleet(setting.nodes, kind, client=ONCE))
            p50, p99 = (found.quantile(part, until / 3, until) for part in (0.5, 0.99))
            share = found.share(found.refused)
            study.rows.append((name, f"{load:.2f}", f"{p50:.2f} s", f"{p99:.2f} s", f"{share:.2%}"))
            slowest.x.append(load)
            refused.x.append(load)
            slowest.y.append(p99 / setting.unit)
            refused.y.append(100 * share)
        for lines, line in zip(study.panels.values(), (slowest, refused), strict=True):
            lines.append(line)
    return study


def slow_nodes(setting: Setting) -> Study:
    """Have a twentieth of the nodes be four times as slow as the others."""
    study = Study(("balancer", "p50", "p99", "refused", "p99 of none slow"))
    for name, kind in BALANCERS.items():
        until = setting.seconds * setting.unit
        outcomes = []
        for slow in (False, True):
            fleet = Fleet(setting.nodes, kind, client=ONCE)
            for number in range(0, setting.nodes if slow else 0, 20):
                fleet.slow(number, 0.25)
            outcomes.append(_steady(setting, 0.7, until, fleet))
        whole, found = outcomes
        slowest = [one.quantile(0.99, until / 3, until) for one in (found, whole)]
        p50, share = found.quantile(0.5, until / 3, until), found.share(found.refused)
        study.rows.append(
            (name, f"{p50:.2f} s", f"{slowest[0]:.2f} s", f"{share:.2%}", f"{slowest[1]:.2f} s")
        )
    return study


def _timeline(found: Outcome, until: float, step: float) -> tuple[Series, Series]:
    """Return the calls answered a second, and the 99th percentile of what they took, over time."""
    goodput, slowest = Series(""), Series("")
    at = 0.0
    while at < until:
        goodput.x.append(at)
        goodput.y.append(found.goodput(at, at + step))
        slowest.x.append(at)
        slowest.y.append(found.quantile(0.99, at, at + step))
        at += step
    return goodput, slowest


def node_loss(setting: Setting) -> Study:
    """Nodes vanish without a word, and others come for them twelve seconds later."""
    study = Study(
        ("gone", "calls lost with them", "tried again", "given up", "p99 before", "p99 without them")
    )
    for share in (0.01, 0.1, 0.3):
        fleet = Fleet(setting.nodes)
        lost_at, back_at = 8.0, 20.0
        gone = fleet.draw.sample(range(setting.nodes), int(share * setting.nodes))
        held = list[int]()
        fleet.at(lost_at, lambda fleet=fleet, gone=gone, held=held: held.append(_held(fleet, gone)))
        for number in gone:
            fleet.at(lost_at, fleet.kill, number)
            fleet.at(back_at, fleet.start)
        found = _steady(setting, 0.7, 30.0, fleet)
        again = sum(found.sent.values()) - len(found.offered)
        given_up = found.share(found.refused + found.late + found.lost)
        slowest = [found.quantile(0.99, *span) for span in ((4.0, lost_at), (lost_at, back_at))]
        study.rows.append(
            (
                f"{share:.0%}",
                str(*held),
                str(again),
                f"{given_up:.3%}",
                *(f"{part:.1f} s" for part in slowest),
            )
        )
    return study


def _held(fleet: Fleet, numbers: Sequence[int]) -> int:
    """Return how many calls some nodes have."""
    return sum(len(fleet.nodes[number].calls) for number in numbers)


def storm(setting: Setting) -> Study:
    """Half of the nodes is away for two minutes, by how lines and clients behave.

    For that time more calls come than can be served; what matters is what there is when it is over.
    """
    study = Study(
        ("line", "clients", "before", "half gone", "after", "p99 after", "in vain", "given up"), x="seconds"
    )
    study.panels = {"answered a second": [], "p99, seconds": []}
    setting = replace(setting, nodes=max(20, setting.nodes // 20))
    lost_at, back_at, until = 40.0, 160.0, 340.0
    spans = ((10.0, lost_at), (lost_at + 30, back_at), (back_at + 60, until))
    clients = {
        "one attempt": ONCE,
        "3 attempts, jitter": Client(attempts=3),
        "again and again, each second": Client(
            attempts=1000, pause=1.0, longest=1.0, jitter=False, patience=600
        ),
    }
    for line, (kind, policy) in KINDS_OF_LINE.items():
        for name, client in clients.items():
            fleet = Fleet(setting.nodes, house=House(places=PLACES, policy=policy, line=kind), client=client)
            for number in range(0, setting.nodes, 2):
                fleet.at(lost_at, fleet.kill, number)
                fleet.at(back_at, fleet.start)
            found = _steady(setting, 0.8, until, fleet)
            gone = found.share(found.refused + found.late + found.lost)
            numbers = [f"{found.goodput(*span):.0f}/s" for span in spans]
            vain = found.vain / (found.vain + found.useful)
            slowest = f"{found.quantile(0.99, *spans[2]):.1f} s"
            study.rows.append((line, name, *numbers, slowest, f"{vain:.1%}", f"{gone:.1%}"))
            for lines, one in zip(study.panels.values(), _timeline(found, until, 5.0), strict=True):
                one.name = f"{line}, {name}"
                lines.append(one)
    return study


def bursts(setting: Setting) -> Study:
    """Bursts of three times as many calls, by how long calls may be expected to wait."""
    study = Study(("may wait", "answered", "p50", "p99", "refused for good", "attempts per call"))
    for wait in (1.0, 5.0, 20.0):
        house = House(places=PLACES, policy=Policy(max_wait=wait, deadline=DEADLINE))
        fleet = Fleet(setting.nodes, house=house)
        rate = Bursts(setting.rate(0.6), calm=40 * setting.unit, burst=10 * setting.unit)
        until = 3 * setting.seconds * setting.unit
        found = fleet.run(arrive(rate, rate.highest, until, setting.mix, fleet.draw))
        given_up = found.share(found.refused + found.late + found.lost)
        study.rows.append(
            (
                f"{wait:g} s",
                f"{1 - given_up:.2%}",
                f"{found.quantile(0.5):.2f} s",
                f"{found.quantile(0.99):.2f} s",
                f"{given_up:.2%}",
                f"{sum(found.sent.values()) / len(found.offered):.2f}",
            )
        )
    return study


def autoscaling(setting: Setting) -> Study:
    """Let a day pass in half an hour, bursts on top, with nodes that come some time after they are wanted."""
    study = Study(
        ("nodes", "p50", "p99", "given up", "node hours"), x="minutes of half an hour that stands for a day"
    )
    study.panels = {"nodes": [], "p99, seconds": []}
    nodes, until = max(20, setting.nodes // 40), 1800.0
    setting = replace(setting, nodes=nodes)
    day = Day(setting.rate(0.45), seconds=until)
    for name, lag in {
        "always as at noon": None,
        "15 s late": 15.0,
        "60 s late": 60.0,
        "300 s late": 300.0,
    }.items():
        fleet = Fleet(nodes if lag is None else nodes // 3, house=House(places=PLACES))
        if lag is not None:
            scaler = Autoscaler(fleet, 0.65 * PLACES, lag, 2, 2 * nodes, until)
            fleet.at(0.0, scaler.look)
        high = Bursts(1.0, height=1.5, calm=240, burst=60, seed=3)
        found = fleet.run(
            arrive(
                lambda at, high=high: day(at) * high(at),  # type: ignore[misc]
                day.highest * high.highest,
                until,
                setting.mix,
                random.Random(5),
            )
        )
        given_up = found.share(found.refused + found.late + found.lost)
        hours = _node_hours(found, until)
        p50, p99 = (found.quantile(part) for part in (0.5, 0.99))
        study.rows.append((name, f"{p50:.2f} s", f"{p99:.2f} s", f"{given_up:.2%}", f"{hours:.0f}"))
        _, slowest = _timeline(found, until, 60.0)
        study.panels["nodes"].append(_staircase(name, found, until))
        study.panels["p99, seconds"].append(Series(name, [at / 60 for at in slowest.x], slowest.y))
    return study


def _staircase(name: str, found: Outcome, until: float) -> Series:
    """Return how many nodes there were over the minutes, each number for as long as it held."""
    held = {at: number for at, number in found.nodes if at < until}
    ends = [*list(held)[1:], until]
    drawn = Series(name)
    for (at, number), end in zip(held.items(), ends, strict=True):
        drawn.x += [at / 60, end / 60]
        drawn.y += [float(number)] * 2
    return drawn


def _node_hours(found: Outcome, until: float) -> float:
    """Return how long all nodes were there together."""
    steps = [*((min(at, until), number) for at, number in found.nodes), (until, 0)]
    return sum(number * (after - at) for (at, number), (after, _) in pairwise(steps)) / 3600


STUDIES: dict[str, Callable[[Setting], Study]] = {
    "balancers": balancers,
    "slow-nodes": slow_nodes,
    "node-loss": node_loss,
    "storm": storm,
    "bursts": bursts,
    "autoscaling": autoscaling,
}
