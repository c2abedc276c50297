"""Hold the simulation to the real service: python -m bench.scale.check [--seconds 60].

A service with one worker, then with two, gets calls at random times, by the official SDK's signatures; the
simulation gets the same times. Jobs take in it what they took in the service on average. Prints what calls
waited in both, and what two workers did beside one.
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path
from statistics import fmean

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from bench.load import Bench, make_parameters  # noqa: E402
from bench.scale.arrivals import Call  # noqa: E402
from bench.scale.fleet import Client, Fleet, House  # noqa: E402

from harness import create_key, running  # noqa: E402

ACCOUNT = "one"
LOAD = 0.7


def measure(bench: Bench, workers: int, seconds: float) -> tuple[float, list[float], list[float]]:
    """Return the calls a second that a service can do, and its latencies at `LOAD`, real and simulated."""
    bench.run(callers={ACCOUNT: workers}, seconds=5)
    alone = bench.run(callers={ACCOUNT: 1}, seconds=10).latencies(answered=True)
    best = bench.run(callers={ACCOUNT: 2 * workers}, seconds=20).goodput
    draw, at, times = random.Random(1), 0.0, list[float]()
    while (at := at + draw.expovariate(LOAD * best)) < seconds:
        times.append(at)
    real = bench.run(calls={ACCOUNT: times}, seconds=seconds).latencies(answered=True)
    # What is done beside the job, such as reading the request, delays a call and holds no place.
    job = workers / best
    beside = max(0.0, fmean(alone) - job)
    calls = [Call(at, ACCOUNT, job, len(str(bench.parameters))) for at in times]
    found = Fleet(1, house=House(places=workers), client=Client(attempts=1)).run(calls)
    return best, real, sorted(seconds + beside for _, seconds in found.latencies)


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
