"""Run the service under steady, mixed work and tell whether it grows: python -m bench.soak --minutes 60.

Most calls are good ones of several kinds; among them are pictures that cannot be read, wrong signatures,
callers that hang up half-way through a body or while their picture is worked on and, now and then, a worker
that is killed. Every ten seconds the service and its workers are measured. Judged is what comes after the
first sixth of the time: memory by its slope (Theil and Sen's, which single peaks do not move), everything
else by its median in the first and the last quarter.
"""

import argparse
import csv
import io
import itertools
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import requests
from PIL import Image

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from clients.raw import Caller, call, connect, plain  # noqa: E402
from harness import Service, running  # noqa: E402
from pictures import base64_of  # noqa: E402
from scenes import Scene, red_square  # noqa: E402

SIDES = (96, 320, 640)
"""Pixels that photos are wide."""
SAMPLE_SECONDS = 10.0
KILL_EVERY = 400
"""Turns from one killed worker to the next."""
WARM_UP = 6
"""The share of the time that is not judged: one part in so many."""
MEMORY_SLOPE = 5.0
"""MiB an hour that memory may grow by."""
FLAT = {"descriptors": 8, "threads": 4, "processes": 1, "files": 4}
"""How much more of each there may be in the last quarter than in the first after the warm-up."""
MIB = 1024 * 1024


@dataclass
class Load:
    """What is sent, one turn after the other, and what came of it."""

    service: Service
    seed: int
    outcomes: Counter[str] = field(default_factory=Counter)
    scenes: tuple[Scene, ...] = field(
        default_factory=lambda: tuple(red_square(side, side * 3 // 4, side=side // 8) for side in SIDES)
    )

    def turn(self, number: int) -> None:
        """Do one thing that callers do; note its outcome by name."""
        chance = random.Random(f"{self.seed}-{number}")
        kinds: tuple[tuple[Callable[[random.Random], str], int], ...] = (
            (self.erase, 10),
            (self.erase_to_url, 4),
            (self.erase_jpeg, 4),
            (self.unreadable, 3),
            (self.unsigned, 2),
            (self.hang_up_sending, 2),
            (self.hang_up_waiting, 2),
            (self.pages, 3),
        )
        kind = chance.choices([one for one, _ in kinds], [weight for _, weight in kinds])[0]
        if number % KILL_EVERY == KILL_EVERY - 1:
            kind = self.kill_worker
        try:
            outcome = kind(chance)
        except Exception as error:  # whatever it is, it is an outcome to be told
            outcome = type(error).__name__
        self.outcomes[f"{kind.__name__}: {outcome}"] += 1

    def erase(self, chance: random.Random) -> str:
        """Erase, the result as base64."""
        return call(self.service, chance.choice(self.scenes).parameters()).code

    def erase_to_url(self, chance: random.Random) -> str:
        """Erase, and fetch the result."""
        answer = call(self.service, chance.choice(self.scenes).parameters(RspImgType="url"), "v1-form")
        if answer.code != "OK":
            return answer.code
        result = requests.get(answer.image, timeout=30)
        return f"{result.status_code}" if result.content else "empty"

    def erase_jpeg(self, chance: random.Random) -> str:
        """Erase from a JPEG, with the mark on it."""
        scene = chance.choice(self.scenes)
        photo = io.BytesIO()
        Image.fromarray(scene.pixels).save(photo, "JPEG", quality=chance.choice((60, 80, 95)))
        return call(self.service, scene.parameters(InputImage=base64_of(photo.getvalue()), LogoAdd=1)).code

    def unreadable(self, chance: random.Random) -> str:
        """Send a picture of which a part was lost."""
        scene = chance.choice(self.scenes)
        damaged = bytearray(scene.photo)
        for _ in range(8):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        cut = bytes(damaged[: chance.randrange(1, len(damaged))])
        return call(self.service, scene.parameters(InputImage=base64_of(cut))).code

    def unsigned(self, chance: random.Random) -> str:
        """Call with a signature of nothing."""
        scene = chance.choice(self.scenes)
        earlier = str(int(time.time()) - 7)
        return call(self.service, scene.parameters(), changes={"X-TC-Timestamp": earlier}).code

    def hang_up_sending(self, chance: random.Random) -> str:
        """Hang up half-way through the body."""
        request = plain(Caller.of(self.service, self.scenes[-1].parameters()))
        with connect(self.service.port) as connection:
            connection.sendall(request.head + request.body[: chance.randrange(len(request.body))])
        return "gone"

    def hang_up_waiting(self, chance: random.Random) -> str:
        """Hang up while the picture is worked on."""
        with connect(self.service.port) as connection:
            connection.sendall(bytes(plain(Caller.of(self.service, self.scenes[-1].parameters()))))
            time.sleep(chance.random() * 0.3)
        return "gone"

    def pages(self, chance: random.Random) -> str:
        """Look at a page."""
        page = chance.choice(("/studio", "/readyz", "/healthz", "/nowhere", "/studio/nothing.js"))
        return f"{requests.get(self.service.url + page, timeout=30).status_code}"

    def kill_worker(self, chance: random.Random) -> str:
        """Kill a worker."""
        if workers := self.service.workers():
            chance.choice(workers).kill()
        return "killed"


Sample = dict[str, float]


def measure(service: Service, start: float) -> Sample:
    """Return what the service and its workers hold now; memory in MiB."""
    process = psutil.Process(service.process.pid)
    workers = service.workers()
    results = sum(1 for file in (service.data_dir / "results").rglob("*") if file.is_file())
    files = sum(1 for file in service.data_dir.rglob("*") if file.is_file())
    return {
        "seconds": time.monotonic() - start,
        "service": process.memory_info().rss / MIB,
        "workers": sum(worker.memory_info().rss for worker in workers) / MIB,
        "descriptors": process.num_fds() + sum(worker.num_fds() for worker in workers),
        "threads": process.num_threads() + sum(worker.num_threads() for worker in workers),
        "processes": len(process.children(recursive=True)),
        "files": files - results,
        "results": results,
    }


def slope_of(samples: list[Sample], name: str) -> float:
    """Return the median slope between all pairs of samples, an hour."""
    slopes = [
        (later[name] - earlier[name]) / (later["seconds"] - earlier["seconds"])
        for earlier, later in itertools.combinations(samples[:: max(1, len(samples) // 180)], 2)
    ]
    return 3600 * statistics.median(slopes)


def judge(samples: list[Sample]) -> tuple[list[str], bool]:
    """Return a table's lines, and whether everything was flat."""
    judged = samples[len(samples) // WARM_UP :]
    quarter = max(1, len(judged) // 4)
    lines, flat = ["| what | first quarter | last quarter | an hour |", "|---|--:|--:|--:|"], True
    for name in ("service", "workers", *FLAT, "results"):
        first = statistics.median(sample[name] for sample in judged[:quarter])
        last = statistics.median(sample[name] for sample in judged[-quarter:])
        slope = slope_of(judged, name)
        lines.append(f"| {name} | {first:.1f} | {last:.1f} | {slope:+.2f} |")
        if name in FLAT:
            flat &= last - first <= FLAT[name]
        elif name != "results":
            flat &= slope < MEMORY_SLOPE
    return lines, flat


def soak(service: Service, minutes: float, rate: float, callers: int, keep: Path | None) -> bool:
    """Work for so long at `rate` turns a second; print what came of it and tell whether all was flat."""
    load, start, turns = Load(service, 1), time.monotonic(), itertools.count()
    end = start + minutes * 60
    samples: list[Sample] = []

    def work() -> None:
        while time.monotonic() < end:
            number = next(turns)
            time.sleep(max(0.0, start + number / rate - time.monotonic()))
            load.turn(number)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(callers)]
    for thread in threads:
        thread.start()
    while time.monotonic() < end:
        time.sleep(SAMPLE_SECONDS)
        try:
            samples.append(measure(service, start))
        except psutil.NoSuchProcess:  # a worker that has just ended
            continue
        if keep is not None:
            _keep(keep, samples)
    for thread in threads:
        thread.join(90)
    lines, flat = judge(samples)
    print("\n".join(lines))
    print(json.dumps(dict(sorted(load.outcomes.items())), indent=1))
    print(f"{sum(load.outcomes.values())} turns, {'flat' if flat else 'NOT FLAT'}")
    return flat


def _keep(file: Path, samples: list[Sample]) -> None:
    with file.open("w", newline="", encoding="ascii") as opened:
        table: Any = csv.DictWriter(opened, list(samples[0]))
        table.writeheader()
        table.writerows(samples)


def main() -> None:
    """Run, and exit with 1 if something grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=2.0, help="turns a second")
    parser.add_argument("--callers", type=int, default=4, help="how many there are at a time")
    parser.add_argument("--workers", default="1")
    parser.add_argument("--csv", type=Path, help="where to keep the samples")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        options = ("--workers", given.workers, "--threads", "1", "--queue-seconds", "30")
        with running(Path(folder) / "data", *options) as service:
            flat = soak(service, given.minutes, given.rate, given.callers, given.csv)
    raise SystemExit(0 if flat else 1)


if __name__ == "__main__":
    main()
