"""Hold the simulation to the real service: python -m bench.scale.check [--seconds 60].

A service with one worker, then with two, gets calls at random times, by the official SDK's signatures. The
simulation gets the same: when they came and what each one's job took, by the service's log. Prints how long
calls took in both, and what two workers did beside one.
"""

import argparse
import random
import tempfile
from datetime import datetime
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.load import Bench, make_parameters
from bench.scale.arrivals import Call
from bench.scale.fleet import Client, Fleet, House

from harness import Service, create_key, running
from wuhen.service.admission import Policy

ACCOUNT = "one"
LOAD = 0.7


def measure(bench: Bench, workers: int, seconds: float) -> tuple[float, list[float], list[float]]:
    """Return the calls a second that a service can do, and what calls took at `LOAD`, real and simulated."""
    bench.run(callers={ACCOUNT: workers}, seconds=5)
    best = bench.run(callers={ACCOUNT: 2 * workers}, seconds=20).goodput
    draw, at, times = random.Random(1), 0.0, list[float]()
    while (at := at + draw.expovariate(LOAD * best)) < seconds:
        times.append(at)
    before = len(_answered(bench.service))
    bench.run(calls={ACCOUNT: times}, seconds=seconds)
    lines = _answered(bench.service)[before:]
    calls, real = [], []
    for line in lines:
        came = datetime.fromisoformat(line["timestamp"]).timestamp() - line["seconds"]
        calls.append(Call(came, ACCOUNT, sum(line["steps"].values()), line["request_bytes"]))
        real.append(line["seconds"])
    # What is done beside the job, such as reading the request, delays a call and holds no place.
    beside = sorted(took - call.seconds for took, call in zip(real, calls, strict=True))[len(calls) // 10]
    calls.sort(key=lambda call: call.at)
    house = House(places=workers, policy=Policy(max_wait=50.0))
    found = Fleet(1, house=house, client=Client(attempts=1)).run(calls)
    return best, sorted(real), sorted(took + beside for _, took in found.latencies)


def _answered(service: Service) -> list[dict[str, Any]]:
    return [line for line in service.log_lines() if line.get("event") == "call" and line.get("steps")]


def main() -> None:
    """Run the check."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="of the run at 0.7 of the capacity")
    given = parser.parse_args()
    print("workers   calls/s at best   mean real   simulated   p90 real   simulated", flush=True)
    best = []
    for workers in (1, 2):
        options = ("--workers", str(workers), "--threads", "1", "--studio", "false", "--max-wait", "50")
        with tempfile.TemporaryDirectory() as folder, running(Path(folder, "data"), *options) as service:
            key = create_key(service.data_dir, "--account", ACCOUNT, "--concurrency", "1000")
            bench = Bench(service, {ACCOUNT: key}, make_parameters(1600, 1200), given.seconds)
            capacity, *both = measure(bench, workers, given.seconds)
        best.append(capacity)
        means, slow = ([f(one) for one in both] for f in (fmean, _slow))
        print(
            f"{workers:7d}   {capacity:15.2f}   {means[0]:7.2f} s   {means[1]:7.2f} s"
            f"   {slow[0]:6.2f} s   {slow[1]:7.2f} s",
            flush=True,
        )
    print(f"two workers do {best[1] / best[0] / 2:.2f} of twice what one does")


def _slow(latencies: list[float]) -> float:
    return latencies[int(0.9 * len(latencies))]


if __name__ == "__main__":
    main()
