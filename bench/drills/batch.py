"""A batch on a Ray cluster that is broken meanwhile: python -m bench.drills.batch [--photos 1000].

The same command is given a folder of an object store three times. In the first run an actor is killed, then
a node, which another one replaces, then the command itself. In the second a worker process is killed, and
the store is stopped and started. The third must find nothing to do. In the end every photo must have one
result, whose row says of which bytes it is.
"""

import argparse
import contextlib
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from bench.scale.cluster.nodes import Nodes

from harness import clean_environment
from pictures import encoded, scene, with_object
from servers.s3 import BUCKET, REGION, S3Server, serving_s3

STORE_AWAY = 5.0
"""Seconds that the store is away for."""
ACTOR = "ray::MapWorker"
WORKER = "wuhen.workers"


@dataclass
class Run:
    """One run of the command, and what it told.

    Attributes
    ----------
    statuses : Counter
        How many rows of which status.
    photos : list of str
        That it did.
    seconds : float
        How long it took.
    """

    process: "subprocess.Popen[str]"
    statuses: Counter[str] = field(default_factory=Counter)
    photos: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def follow(self, breaks: dict[int, Callable[[], None]]) -> None:
        """Read what it tells to the end; break something when so many photos are done."""
        assert self.process.stdout is not None
        begun = time.monotonic()
        for line in self.process.stdout:
            row = json.loads(line)
            self.statuses[row["status"]] += 1
            if row["status"] == "done":
                self.photos.append(row["input"])
                breaks.pop(len(self.photos), _nothing)()
        self.process.wait()
        self.seconds = time.monotonic() - begun


def _nothing() -> None:
    """Break nothing."""


class Batch:
    """Photos in a store, and the command over them."""

    def __init__(self, store: S3Server, nodes: Nodes, photos: int) -> None:
        self.store, self.nodes, self.photos = store, nodes, photos
        self._folder = store.root / BUCKET / "batch"
        masks = self._folder / "masks"
        (self._folder / "in").mkdir(parents=True)
        masks.mkdir()
        for number in range(photos):
            picture, mask = with_object(scene(160, 120, seed=number))
            (self._folder / f"in/{number:05}.jpg").write_bytes(encoded(picture, "JPEG"))
            (masks / f"{number:05}.png").write_bytes(encoded(mask))

    def begin(self) -> Run:
        """Give the command."""
        places = [f"s3://{BUCKET}/batch/{name}/" for name in ("in", "masks", "out")]
        command = [sys.executable, "-m", "wuhen", "erase", places[0], places[1], "-o", places[2]]
        command += ["--cluster", self.nodes.address, "--json", "--engine", "patch"]
        command += ["--store-endpoint", self.store.url, "--store-region", REGION]
        environment = {**clean_environment(), **self.store.environment}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        return Run(process)

    def results(self) -> dict[str, str]:
        """Return the hashes of the results that there are, by name."""
        files = (self._folder / "out").rglob("*.jpg")
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}

    def report(self) -> list[dict[str, str]]:
        """Return the report's rows."""
        with (self._folder / "out/report.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def processes(beginning: str) -> Iterator[psutil.Process]:
    """Go through the processes of this drill that are called so."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if beginning in " ".join(process.cmdline()):
                yield process


def kill_one(beginning: str) -> None:
    """Kill one process."""
    next(processes(beginning)).kill()


def main() -> None:
    """Run the drill; exit with 1 if a photo has no result, or a row that is not true."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=int, default=1000)
    count = parser.parse_args().photos
    # The nodes have the key pair of their own environment.
    with tempfile.TemporaryDirectory() as folder, serving_s3(Path(folder)) as store:
        os.environ.update(store.environment)
        with Nodes(2) as nodes:
            batch = Batch(store, nodes, count)
            runs = [_first(batch), _second(batch), batch.begin()]
            runs[2].follow({})
            raise SystemExit(not _compare(batch, runs))


def _first(batch: Batch) -> Run:
    run = batch.begin()

    def replace_node() -> None:
        batch.nodes.kill()
        batch.nodes.add()

    run.follow(
        {
            batch.photos // 10: lambda: kill_one(ACTOR),
            batch.photos // 4: replace_node,
            batch.photos // 2: run.process.kill,
        }
    )
    return run


def _second(batch: Batch) -> Run:
    run = batch.begin()

    def restart_store() -> None:
        batch.store.stop()
        time.sleep(STORE_AWAY)
        batch.store.start()

    run.follow(
        {
            batch.photos // 10: lambda: kill_one(WORKER),
            batch.photos // 4: restart_store,
        }
    )
    return run


def _compare(batch: Batch, runs: list[Run]) -> bool:
    for number, run in enumerate(runs, 1):
        told = ", ".join(f"{count} {status}" for status, count in run.statuses.items()) or "nothing to do"
        print(f"run {number}: {told}; {run.seconds:.0f} s, status {run.process.returncode}")
    results, rows = batch.results(), batch.report()
    true = sum(results.get(Path(row["output"]).name) == row["sha256"] for row in rows)
    done = Counter(photo for run in runs for photo in run.photos)
    again = sum(times - 1 for times in done.values())
    statuses = Counter(row["status"] for row in rows)
    print(f"{batch.photos} photos: {len(results)} results, {len(rows)} rows, {dict(statuses)}")
    print(f"{true} rows that are true of their result; told done more than once over all runs: {again}")
    nothing = not runs[-1].photos and runs[-1].process.returncode == 0
    return nothing and true == len(results) == len(rows) == statuses["done"] == batch.photos


if __name__ == "__main__":
    main()
