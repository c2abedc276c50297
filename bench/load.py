"""What the service does under more load than it can serve: python -m bench.load [--seconds 60].

The service and its one worker are on one processor, Locust on another. Calls come at random times that do not
depend on answers, at multiples of the rate that was measured first, from several accounts. They are signed by
the official SDK beforehand. Then a polite key calls alone, and beside one with a hundred calls under way.
"""

import argparse
import base64
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import psutil
from PIL import Image
from tencentcloud.aiart.v20221229 import aiart_client, models
from tencentcloud.common import credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

ROOT = Path(__file__).parent.parent
# The tests' way to run a service.
sys.path.insert(0, str(ROOT / "tests"))

from harness import Key, Service, create_key, running  # noqa: E402

__all__ = ["main"]

ACCOUNTS = 8
GREEDY_CALLS = 100
SETTLE_SECONDS = 3.0
LONGEST = 240.0
EXPECTED = {"OK", "RequestLimitExceeded"}
LIMITS = ("--concurrency", "1000")


@dataclass
class Run:
    """What came of a run of the generator."""

    seconds: float
    outcomes: list[tuple[str, float, float, str]] = field(default_factory=list)
    memory: float = 0.0

    def latencies(self, *, answered: bool, account: str | None = None) -> list[float]:
        """Return the latencies of calls that were answered with a picture, or that were not."""
        return sorted(
            took
            for whose, _, took, code in self.outcomes
            if (code == "OK") is answered and account in {None, whose}
        )

    @property
    def goodput(self) -> float:
        """Pictures a second, over the time in which calls came, from when the line had filled."""
        first = self.seconds / 6
        ends = [at + took for _, at, took, code in self.outcomes if code == "OK"]
        return sum(first <= end < self.seconds for end in ends) / (self.seconds - first)

    def codes(self) -> Counter[str]:
        """Return how many calls had which answer."""
        return Counter(code for *_, code in self.outcomes)


class _SignedError(Exception):
    """Carries a signed request out of the SDK, instead of its being sent."""


def sign(service: Service, key: Key, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request that the official SDK would send."""
    how = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=service.endpoint))
    client = aiart_client.AiartClient(
        credential.Credential(key.secret_id, key.secret_key), "ap-guangzhou", how
    )
    caught: list[Any] = []

    def catch(request: Any) -> NoReturn:
        caught.append(request)
        raise _SignedError

    client.request.send_request = catch
    request = models.ImageInpaintingRemovalRequest()
    request.from_json_string(json.dumps(parameters))
    try:
        client.ImageInpaintingRemoval(request)
    except Exception:
        if not caught:
            raise
    (signed,) = caught
    return {"headers": dict(signed.header), "body": signed.data}


def make_parameters(width: int, height: int) -> dict[str, Any]:
    """Return a call with a photo of some texture, and something to erase from it."""
    draw = np.random.default_rng(1)
    rows, columns = np.mgrid[0:height, 0:width]
    waves = 110 + 50 * np.sin(columns / 37) + 30 * np.cos(rows / 23)
    pixels = np.stack([waves, waves * 0.8, 200 - waves * 0.5], axis=-1) + draw.normal(
        0, 8, (height, width, 1)
    )
    mask = np.zeros((height, width), np.uint8)
    side = height // 5
    mask[height // 2 : height // 2 + side, width // 2 : width // 2 + side] = 255
    photo = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    return {
        "InputImage": _base64(photo, "JPEG", quality=90),
        "Mask": _base64(Image.fromarray(mask), "PNG"),
        "RspImgType": "base64",
    }


def _base64(image: Image.Image, picture_format: str, **how: Any) -> str:
    file = io.BytesIO()
    image.save(file, picture_format, **how)
    return base64.b64encode(file.getvalue()).decode("ascii")


@dataclass
class Bench:
    """A service under test, and what its runs need."""

    service: Service
    keys: Mapping[str, Key]
    parameters: Mapping[str, Any]
    seconds: float

    def run(
        self,
        *,
        calls: Mapping[str, Sequence[float]] | None = None,
        callers: Mapping[str, int] | None = None,
        seconds: float | None = None,
    ) -> Run:
        """Have the generator send calls at times, by account, and as many callers call without a pause."""
        calls, callers = calls or {}, callers or {}
        made = Run(self.seconds if seconds is None else seconds)
        plan = {
            "url": self.service.url,
            "open": calls,
            "closed": callers,
            "seconds": made.seconds,
            "requests": {
                name: sign(self.service, self.keys[name], self.parameters) for name in {*calls, *callers}
            },
        }
        with tempfile.TemporaryDirectory() as folder, self._watching(made):
            files = Path(folder, "plan.json"), Path(folder, "results.json")
            files[0].write_text(json.dumps(plan))
            command = [sys.executable, "-m", "bench.generator", *map(str, files)]
            subprocess.run(command, check=True, cwd=ROOT, stderr=subprocess.DEVNULL)
            made.outcomes = [tuple(one) for one in json.loads(files[1].read_text())]
        time.sleep(SETTLE_SECONDS)
        return made

    def arrivals(self, rate: float, accounts: Sequence[str], seed: int = 1) -> dict[str, list[float]]:
        """Return random times, `rate` a second on average, of calls by several accounts."""
        draw, at = random.Random(seed), 0.0
        calls: dict[str, list[float]] = {name: [] for name in accounts}
        while (at := at + draw.expovariate(rate)) < self.seconds:
            calls[draw.choice(accounts)].append(at)
        return calls

    @contextmanager
    def _watching(self, run: Run) -> Iterator[None]:
        """Note the most memory that the service and its worker have at a time, in MB."""
        stop = threading.Event()

        def look() -> None:
            while not stop.wait(0.5):
                service = psutil.Process(self.service.process.pid)
                family = [service, *service.children(recursive=True)]
                run.memory = max(run.memory, sum(map(_memory, family)) / 1e6)

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield
        finally:
            stop.set()
            watcher.join()


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value that `part` of the sorted values do not exceed."""
    return values[min(len(values) - 1, int(part * len(values)))] if values else float("nan")


def measure_overload(bench: Bench, capacity: float, multiples: Sequence[float]) -> None:
    """Print what comes of calls at multiples of the capacity."""
    accounts = [f"account-{number}" for number in range(ACCOUNTS)]
    tell("rate     calls   goodput/s   p50 s   p99 s   refused   their p99 s   memory MB   other answers")
    best, at_once, lines = capacity, float("nan"), []
    for multiple in multiples:
        run = bench.run(calls=bench.arrivals(multiple * capacity, accounts))
        done, refused = run.latencies(answered=True), run.latencies(answered=False)
        other = {code: count for code, count in run.codes().items() if code not in EXPECTED}
        slowest = quantile(done, 0.99)
        tell(
            f"{multiple:4g} x {len(run.outcomes):7d}   {run.goodput:9.2f}   {quantile(done, 0.5):5.2f}   "
            f"{slowest:5.2f}   {len(refused):7d}   {quantile(refused, 0.99):11.3f}   {run.memory:9.0f}   "
            f"{other or 'none'}"
        )
        best = max(best, run.goodput)
        if multiple == 1:
            at_once = slowest
        lines.append((multiple, run.goodput, slowest))
    for multiple, goodput, slowest in lines:
        if multiple > 1:
            ratio = slowest / at_once
            tell(
                f"{multiple:g} x: goodput {goodput / best:.2f} of the best, p99 {ratio:.2f} times that at 1 x"
            )


def measure_fairness(bench: Bench, capacity: float) -> None:
    """Print what a polite key waits, alone and beside a greedy one."""
    draw, at, times = random.Random(2), 0.0, list[float]()
    while (at := at + draw.uniform(1.5, 3) / capacity) < bench.seconds:
        times.append(at)
    alone = bench.run(calls={"polite": times})
    beside = bench.run(calls={"polite": times}, callers={"greedy": GREEDY_CALLS})
    slow = [quantile(run.latencies(answered=True, account="polite"), 0.95) for run in (alone, beside)]
    refused = len(beside.latencies(answered=False, account="polite"))
    tell(
        f"polite key, {len(times)} calls: p95 {slow[0]:.2f} s alone, {slow[1]:.2f} s beside {GREEDY_CALLS} "
        f"callers of another key, {slow[1] / slow[0]:.2f} times that; {refused} refused"
    )


def tell(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each run, at most 240")
    parser.add_argument("--multiples", default="0.5,1,2,5,20", help="of the capacity")
    parser.add_argument("--width", type=int, default=1600)
    parser.add_argument("--height", type=int, default=1200)
    parser.add_argument("--service-processor", type=int, default=0)
    parser.add_argument("--load-processor", type=int, default=1)
    parser.add_argument("--fairness-only", action="store_true")
    given = parser.parse_args()
    if not 5 <= given.seconds <= LONGEST:
        parser.error(f"--seconds must be from 5 to {LONGEST:g}: signatures hold for five minutes")

    # A process is where its parent is when it starts.
    os.sched_setaffinity(0, {given.service_processor})
    options = ("--workers", "1", "--threads", "1", "--studio", "false")
    with tempfile.TemporaryDirectory() as folder, running(Path(folder, "data"), *options) as service:
        os.sched_setaffinity(0, {given.load_processor})
        names = [*(f"account-{number}" for number in range(ACCOUNTS)), "polite", "greedy"]
        keys = {name: create_key(service.data_dir, "--account", name, *LIMITS) for name in names}
        parameters = make_parameters(given.width, given.height)
        bench = Bench(service, keys, parameters, given.seconds)
        bench.run(callers={"account-0": 1}, seconds=5)
        first = bench.run(callers={"account-0": 2}, seconds=max(10.0, given.seconds / 2))
        size = sum(len(str(value)) for value in parameters.values()) / 1e6
        tell(f"{given.width}x{given.height}, {size:.2f} MB a call; {first.goodput:.2f} jobs a second")
        if not given.fairness_only:
            measure_overload(bench, first.goodput, [float(part) for part in given.multiples.split(",")])
        measure_fairness(bench, first.goodput)


if __name__ == "__main__":
    main()
