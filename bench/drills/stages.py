"""Kill a service at each stage of a call: python -m bench.drills.stages [NAME …].

The account may run one call at a time, and another service takes its next one. Told are what the caller saw,
how long it took until the slot was free, the records of results that there are of the call, and what in the
store is no whole picture.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from clients.raw import Caller, connect, plain, receive
from estate import Estate, Node, resume, suspend
from harness import Key, create_key, eventually, wuhen
from picture_server import PictureServer, serving
from scenes import Scene, red_square

WAIT_SECONDS = 60.0


@dataclass
class Scenery:
    """What stages are made of."""

    estate: Estate
    pictures: PictureServer
    pool: ThreadPoolExecutor
    other: Key
    small: Scene
    large: Scene

    @property
    def victim(self) -> Node:
        """Who is to be killed."""
        return self.estate.nodes[0]

    def call(self, parameters: dict[str, Any], key: Key | None = None) -> "Future[str]":
        """Call the victim, and go on."""
        return self.pool.submit(outcome, self.victim.port, key or self.estate.key, parameters)


Stage = Callable[[Scenery], Iterator["Future[str] | None"]]


def outcome(port: int, key: Key, parameters: dict[str, Any]) -> str:
    """Call, and return the code of the answer, or what there was instead."""
    try:
        with connect(port) as connection:
            connection.sendall(bytes(plain(Caller(key, port, parameters))))
            return receive(connection).code
    except Exception as error:  # whatever it is, it is what the caller sees
        return type(error).__name__


def body(scenery: Scenery) -> Iterator["Future[str] | None"]:
    """Have its body be half there."""
    request = bytes(plain(Caller(scenery.estate.key, scenery.victim.port, scenery.small.parameters())))
    with connect(scenery.victim.port) as connection:
        connection.sendall(request[: len(request) // 2])
        time.sleep(0.3)
        yield None


def download(scenery: Scenery) -> Iterator["Future[str] | None"]:
    """Have its photo be downloaded; it has the slot."""
    with scenery.pictures.holding() as held:
        call = scenery.call(scenery.small.parameters(InputUrl=held, InputImage=None))
        scenery.pictures.until_asked()
        yield call


def line(scenery: Scenery) -> Iterator["Future[str] | None"]:
    """Have it wait for a worker, which has another's job."""
    scenery.call(scenery.large.parameters(), scenery.other)
    eventually(lambda: scenery.victim.gauge("wuhen_jobs_running") == 1, seconds=WAIT_SECONDS)
    call = scenery.call(scenery.small.parameters())
    eventually(lambda: scenery.victim.gauge("wuhen_jobs_waiting") == 1, seconds=WAIT_SECONDS)
    yield call


def worker(scenery: Scenery) -> Iterator["Future[str] | None"]:
    """Have a worker be at it."""
    call = scenery.call(scenery.large.parameters())
    eventually(lambda: scenery.victim.gauge("wuhen_jobs_running") == 1, seconds=WAIT_SECONDS)
    time.sleep(0.5)
    yield call


def store(scenery: Scenery) -> Iterator["Future[str] | None"]:
    """Have its result be put into the store, which stands still."""
    process = scenery.estate.servers.store.process
    assert process is not None
    suspend([process.pid])
    call = scenery.call(scenery.small.parameters(RspImgType="url"))
    time.sleep(2)
    assert scenery.victim.gauge("wuhen_jobs_running") == 0
    yield call
    resume([process.pid])


def record(scenery: Scenery) -> Iterator["Future[str] | None"]:
    """Have its record be written, to a table that somebody holds; the result is in the store."""
    with tables_held(scenery.estate):
        call = scenery.call(scenery.small.parameters(RspImgType="url"))
        time.sleep(2)
        yield call


def answer(scenery: Scenery) -> Iterator["Future[str] | None"]:
    """Have its answer be sent, to a caller who does not read."""
    request = plain(Caller(scenery.estate.key, scenery.victim.port, scenery.large.parameters()))
    with connect(scenery.victim.port) as connection:
        connection.sendall(bytes(request))
        eventually(lambda: records(scenery.estate), seconds=WAIT_SECONDS)
        time.sleep(0.3)
        yield None


STAGES: tuple[tuple[Stage, int], ...] = (
    (body, 0),
    (download, 0),
    (line, 0),
    (worker, 0),
    (store, 0),
    (record, 0),
    (answer, 1),
)
"""Each with the records of a result that there must be of the call."""


@contextmanager
def tables_held(estate: Estate) -> Iterator[None]:
    """Hold the table of records, as somebody does who has lost their way."""
    with psycopg.connect(estate.part.environment["WUHEN_DATABASE_URL"]) as connection:
        connection.execute("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE")
        yield


def records(estate: Estate) -> list[str]:
    """Return the RequestIds of the drilled account's results."""
    lines = wuhen("audit", "--data-dir", str(estate.data)).splitlines()
    told = [json.loads(one) for one in lines]
    return [one["request_id"] for one in told if one["secret_id"] == estate.key.secret_id]


def run(stage: Stage, wanted: int, scenery: Scenery) -> tuple[str, bool]:
    """Kill the victim at a stage; return a row of the table, and whether all was well."""
    estate = scenery.estate
    estate.key = create_key(estate.data, "--account", stage.__name__)
    steps = stage(scenery)
    call = next(steps)
    scenery.victim.kill()
    killed = time.monotonic()
    seen = call.result() if call is not None else "no answer"
    next(steps, None)
    survivor = estate.nodes[1].port
    eventually(
        lambda: outcome(survivor, estate.key, scenery.small.parameters()) == "OK", seconds=WAIT_SECONDS
    )
    free = time.monotonic() - killed
    kept = len(records(estate)) - 1
    strays = estate.strays()
    scenery.victim.start()
    row = f"| {stage.__name__} | {seen} | {free:.1f} s | {kept} | {', '.join(strays) or 'nothing'} |"
    return row, kept == wanted and not strays


def main() -> None:
    """Run the stages that are named, or all; exit with 1 if a record is wrong or something half is stored."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="of stages, such as download")
    names = parser.parse_args().names
    bad = False
    with (
        tempfile.TemporaryDirectory() as folder,
        serving() as pictures,
        ThreadPoolExecutor(8) as pool,
        Estate(Path(folder), pictures.port, concurrency=1) as estate,
    ):
        small = red_square()
        pictures.publish(small)
        other = create_key(estate.data, "--account", "other")
        scenery = Scenery(estate, pictures, pool, other, small, red_square(1600, 1200, side=420))
        print("| stage | the caller saw | slot free after | records | half-stored |\n|---|---|--:|--:|---|")
        for stage, wanted in STAGES:
            if not names or stage.__name__ in names:
                row, good = run(stage, wanted, scenery)
                bad = bad or not good
                print(row, flush=True)
    raise SystemExit(bad)


if __name__ == "__main__":
    main()
