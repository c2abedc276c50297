"""What a cluster costs and brings, in figures."""

import argparse
import io
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.scale.cluster.callers import Callers
from bench.scale.cluster.house import House, living_in
from bench.scale.cluster.nodes import Nodes
from PIL import Image

from clients.raw import Caller, connect, plain, receive
from pictures import base64_of
from scenes import Scene, red_square

__all__ = ["efficiency", "overhead", "scale"]

STAGES = ((1, 20.0), (8, 45.0), (1, 45.0))
"""How many call, for how many seconds."""
LOOK_SECONDS = 0.5
SCALING = "--cluster-replicas", "1-4", "--cluster-up-seconds", "3", "--cluster-down-seconds", "10"
SIZES = {"0.5 Mpx": (816, 612, 80), "12 Mpx": (4000, 3000, 300)}
"""Width and height of the photo, and the side of the square."""
TURNS = 24
"""Calls of each size to each service."""
STRETCH = 15.0
"""Seconds of load for each number of workers, at a time."""
STRETCHES = 3
LEAST_EFFICIENCY = 0.9


@dataclass(frozen=True)
class Moment:
    """How things stood."""

    at: float
    callers: int
    living: float
    running: float


def scale(given: argparse.Namespace) -> bool:
    """Have more call, then fewer, and see how many replicas there are."""
    with Nodes(4) as nodes, living_in("--cluster", nodes.address, *SCALING, "--max-wait", "60") as house:
        house.await_living(1)
        moments: list[Moment] = []
        begun = time.monotonic()
        with Callers(house.service.port, house.key, red_square(720, 480, side=200), 1) as callers:
            for count, seconds in STAGES:
                callers.set(count)
                until = time.monotonic() + seconds
                while time.monotonic() < until:
                    moments.append(_look(house, count, begun))
                    time.sleep(LOOK_SECONDS)
        most = max(moment.living for moment in moments)
        print(f"answers: {dict(callers.codes())}; replicas: 1, then {most:g}, then {moments[-1].living:g}")
        if given.figure:
            _draw(moments, [one.ended - begun for one in callers.answers if one.code == "OK"], given.figure)
        return set(callers.codes()) == {"OK"} and most == 4 and moments[-1].living == 1


def _look(house: House, count: int, begun: float) -> Moment:
    living, running = house.metric("wuhen_workers_living"), house.metric("wuhen_jobs_running")
    return Moment(time.monotonic() - begun, count, living, running)


def _draw(moments: list[Moment], ended: list[float], figure: Path) -> None:
    import matplotlib as mpl  # noqa: PLC0415 - of the group bench

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    drawing, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(8, 5), layout="constrained")
    times = [moment.at for moment in moments]
    above.step(times, [moment.callers for moment in moments], label="callers", color="0.6")
    above.step(times, [moment.running for moment in moments], label="jobs let in", color="tab:orange")
    above.step(times, [moment.living for moment in moments], label="replicas", color="tab:blue", linewidth=2)
    above.legend(loc="upper right")
    below.hist(ended, bins=[float(second) for second in range(0, int(times[-1]) + 2, 2)], color="tab:blue")
    below.set(xlabel="seconds", ylabel="calls answered in 2 s")
    drawing.savefig(figure, dpi=100)


def overhead(_: argparse.Namespace) -> bool:
    """Compare calls that a worker here does with those that a replica does, in turns."""
    one = "--workers", "1"
    with living_in(*one) as local, living_in(*one, "--cluster", "local", "--cluster-cpus", "1") as cluster:
        cluster.await_living(1)
        print("| photo | local, ms | cluster, ms | beyond, ms | share | of the fastest, ms | share |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        for name, (width, height, side) in SIZES.items():
            scene = red_square(width, height, side=side)
            sent = scene.parameters(InputImage=base64_of(_as_jpeg(scene)))
            taken = [[_take(house, sent) for house in (local, cluster)] for _ in range(TURNS + 2)][2:]
            here, there = (statistics.median(times) * 1000 for times in zip(*taken, strict=True))
            beyond = statistics.median(b - a for a, b in taken) * 1000
            # Where the machine has other work, the fastest are those that it disturbed least.
            fast, slow = (min(times) * 1000 for times in zip(*taken, strict=True))
            print(
                f"| {name} | {here:.0f} | {there:.0f} | {beyond:.1f} | {beyond / here:.1%} "
                f"| {slow - fast:.1f} | {(slow - fast) / fast:.1%} |",
                flush=True,
            )
    return True


def _as_jpeg(scene: Scene) -> bytes:
    """Return the photo as cameras store it."""
    file = io.BytesIO()
    Image.fromarray(scene.pixels).save(file, "JPEG", quality=90)
    return file.getvalue()


def _take(house: House, parameters: dict[str, Any]) -> float:
    """Return the seconds that a call takes as its client sees it."""
    request = bytes(plain(Caller(house.key, house.service.port, parameters)))
    started = time.monotonic()
    with connect(house.service.port) as connection:
        connection.sendall(request)
        assert receive(connection).code == "OK"
    return time.monotonic() - started


def efficiency(given: argparse.Namespace) -> bool:
    """Compare calls a second with two workers to twice those with one, in turns."""
    home = () if given.local else ("--cluster", "local")
    scene = red_square(816, 612, side=200)
    rates: dict[int, list[float]] = {1: [], 2: []}
    with living_in("--workers", "1", *home) as one, living_in("--workers", "2", *home) as two:
        two.await_living(2)
        for _ in range(STRETCHES):
            for workers, house in ((1, one), (2, two)):
                with Callers(house.service.port, house.key, scene, 2 * workers) as callers:
                    time.sleep(1)
                    begun = time.monotonic()
                    time.sleep(STRETCH)
                    rates[workers].append(callers.rate(begun, time.monotonic()))
    alone, both = (statistics.median(rates[workers]) for workers in (1, 2))
    found = both / (2 * alone)
    print(f"calls a second: {alone:.2f} with one worker, {both:.2f} with two: efficiency {found:.2f}")
    return found >= LEAST_EFFICIENCY
