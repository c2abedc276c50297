"""Slots that processes share, at Redis: python -m bench.drills.gates [--calls 10000] [--rounds 5].

Processes share an account with one slot. What must hold is seen in a folder, in which everybody who has the
slot puts a file: never two at once. Then the caller is killed at each stage of a call, and what counts is
when another one has the slot; at last the server is killed under load and started again, empty.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import eventually
from servers.redis import RedisServer, serving
from wuhen.accounts import GatesAway
from wuhen.accounts.gates.counter import LEASE
from wuhen.accounts.gates.link import BEAT, Answer, Link, Script
from wuhen.accounts.gates.slots import SharedConcurrencyGate

PROCESSES = 2
CALLERS = 2
"""In each process, so that it queues behind itself as well."""
WAIT = 60.0
BUSY = 2.0
"""Seconds that a machine may take to start who is to have the slot next."""
STAGES = ("asking", "asked", "queued", "holding", "leaving", "left")


@dataclass(frozen=True)
class Place:
    """Where a drill takes place.

    Attributes
    ----------
    url, prefix : str
        The server's, and of the keys.
    inside : Path
        Has a file of everybody who has the slot.
    """

    url: str
    prefix: str
    inside: Path

    @contextmanager
    def enter(self, name: str) -> Iterator[int]:
        """Put a file there while the context lasts; return how many others who live have one."""
        mine = self.inside / f"{os.getpid()} {name}"
        mine.touch()
        try:
            yield sum(file != mine and lives(int(file.name.split()[0])) for file in self.inside.iterdir())
        finally:
            mine.unlink()


def lives(process: int) -> bool:
    """Tell whether a process is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


class Mortal(Link):
    """A link whose process dies at a stage of its call."""

    stage = ""

    async def run(self, script: Script, keys: list[str], *args: str | int) -> Answer:
        """Run a script, unless the process dies before, and die behind it."""
        verb = args[0]
        self._die_at("asking" if verb == "enter" else "leaving" if verb == "leave" else "")
        answer = await super().run(script, keys, *args)
        if verb == "enter":
            self._die_at("queued" if answer[0] == "queued" else "asked")
        if verb == "leave":
            self._die_at("left")
        return answer

    def _die_at(self, stage: str) -> None:
        if stage and stage == self.stage:
            os.kill(os.getpid(), signal.SIGKILL)


# In a process of its own


async def work(place: Place, calls: int) -> None:
    """Take the slot so many times, or where that is 0 until told to stop, and print what came of it."""
    link = Link(place.url, prefix=place.prefix)
    gate = SharedConcurrencyGate(link, "slots")
    found = {"calls": 0, "overlaps": 0, "refused": 0}
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)

    async def caller(number: int) -> None:
        while not stopped.is_set() and (not calls or found["calls"] < calls):
            try:
                async with gate.slot("shop", 1, wait=WAIT):
                    with place.enter(str(number)) as others:
                        found["overlaps"] += others
                        await asyncio.sleep(0)
                        found["calls"] += 1
                    (place.inside.parent / "last").write_text(str(time.time()))
            except GatesAway:
                found["refused"] += 1
                await asyncio.sleep(0.05)

    async with link.kept():
        await asyncio.gather(*(caller(number) for number in range(CALLERS)))
    print(json.dumps(found), flush=True)


async def hold(place: Place) -> None:
    """Hold the slot until told to stop."""
    link = Link(place.url, prefix=place.prefix)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with link.kept(), SharedConcurrencyGate(link, "slots").slot("shop", 1, wait=WAIT):
        await stopped.wait()


async def die(place: Place, stage: str) -> None:
    """Make one call, and die at a stage of it."""
    link = Mortal(place.url, prefix=place.prefix)
    link.stage = stage
    gate = SharedConcurrencyGate(link, "slots")
    async with link.kept(), gate.slot("shop", 1, wait=WAIT):
        with place.enter("dies"):
            if stage == "holding":
                os.kill(os.getpid(), signal.SIGKILL)


# In the process that sees


def start(place: Place, *what: str) -> "subprocess.Popen[str]":
    """Start a process of the drill."""
    command = [
        sys.executable,
        "-m",
        "bench.drills.gates",
        "--place",
        place.url,
        place.prefix,
        str(place.inside),
    ]
    return subprocess.Popen([*command, *what], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def results(processes: "list[subprocess.Popen[str]]") -> dict[str, int]:
    """Give them the word to begin, where they wait for that, and return what they found together."""
    found: dict[str, int] = {}
    for process in processes:
        text, _ = process.communicate("\n", timeout=600)
        for name, number in json.loads(text).items():
            found[name] = found.get(name, 0) + number
    return found


def left(server: RedisServer, place: Place) -> int:
    """Return how many slots and places in the line are taken."""
    with server.client() as client:
        keys = [f"{{{place.prefix}}}:slots:{name}:shop" for name in ("held", "line")]
        return sum(int(client.zcard(key)) for key in keys)


def cost(server: RedisServer) -> dict[str, Any]:
    """Return how often a script was run so far, and what it takes the server, in microseconds."""
    with server.client() as client:
        stats: dict[str, Any] = client.info("commandstats")
    found: dict[str, Any] = stats["cmdstat_evalsha"]
    return found


def race(server: RedisServer, place: Place, calls: int) -> list[str]:
    """Have the processes make so many calls together, as fast as they can; return what was wrong."""
    begun = time.monotonic()
    found = results([start(place, "--calls", str(calls // PROCESSES)) for _ in range(PROCESSES)])
    seconds, stats = time.monotonic() - begun, cost(server)
    remains = left(server, place)
    print(
        f"{found['calls']} calls by {PROCESSES} processes in {seconds:.1f} s: {found['overlaps']} at the "
        f"same time as another, {remains} slots lost; {stats['calls'] / found['calls']:.2f} scripts a call, "
        f"{stats['usec_per_call']:.0f} us each at the server",
        flush=True,
    )
    return [*(["two at once"] if found["overlaps"] else []), *(["a slot lost"] if remains else [])]


def kill_holders(server: RedisServer, place: Place, rounds: int) -> list[str]:
    """Kill the one who calls at each stage, and say when another one has the slot."""
    wrong = []
    print("| killed when | the next has the slot after, at most |\n|---|--:|", flush=True)
    for stage in STAGES:
        longest = 0.0
        for _ in range(rounds):
            holder = start(place, "--hold") if stage == "queued" else None
            if holder is not None:
                eventually(lambda: left(server, place) == 1)
            heir = start(place, "--calls", "1", "--on-word")
            dying = start(place, "--die", stage)
            dying.wait(30)
            begun = time.monotonic()
            if holder is not None:
                holder.terminate()
                holder.wait(30)
            found = results([heir])
            longest = max(longest, time.monotonic() - begun)
            if found["overlaps"]:
                wrong.append(f"two at once after {stage}")
        print(f"| {stage} | {longest:.1f} s |", flush=True)
        if longest > LEASE + 2 * BEAT + BUSY:
            wrong.append(f"the slot comes back late after {stage}")
    return wrong


def kill_servers(server: RedisServer, place: Place, rounds: int) -> list[str]:
    """Kill the server under load and start it again, empty; say when calls go on."""
    processes = [start(place, "--calls", "0") for _ in range(PROCESSES)]
    last, longest = place.inside.parent / "last", 0.0
    eventually(lambda: last.exists() and time.time() - last.stat().st_mtime < 1, seconds=30)
    for _ in range(rounds):
        time.sleep(1)
        server.stop(signal.SIGKILL)
        time.sleep(1)
        server.start()
        longest = max(longest, _await_call(last))
    for process in processes:
        process.terminate()
    found = results(processes)
    remains = left(server, place)
    print(
        f"server killed {rounds} times under load: {found['calls']} calls, {found['overlaps']} at the same "
        f"time as another, {remains} slots lost, {found['refused']} refused meanwhile; calls go on "
        f"{longest:.1f} s after its start",
        flush=True,
    )
    return [*(["two at once"] if found["overlaps"] else []), *(["a slot lost"] if remains else [])]


def _await_call(last: Path) -> float:
    """Return after how many seconds the next call was made."""
    begun = time.time()
    eventually(lambda: last.stat().st_mtime > begun, seconds=30)
    return time.time() - begun


def main() -> None:
    """Run the drill; exit with 1 if a slot was held twice or lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5, help="kills at each stage, and of the server")
    parser.add_argument("--place", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--die", choices=STAGES, help=argparse.SUPPRESS)
    parser.add_argument("--on-word", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--hold", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.place:
        if asked.on_word:
            sys.stdin.readline()
        place = Place(asked.place[0], asked.place[1], Path(asked.place[2]))
        asyncio.run(
            die(place, asked.die) if asked.die else hold(place) if asked.hold else work(place, asked.calls)
        )
        return
    with ExitStack() as stack:
        server = stack.enter_context(serving())
        inside = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "inside"
        inside.mkdir()
        place = Place(server.url, server.prefix(), inside)
        wrong = race(server, place, asked.calls)
        wrong += kill_holders(server, place, asked.rounds)
        wrong += kill_servers(server, place, asked.rounds)
    print(f"wrong: {', '.join(wrong) or 'nothing'}")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
