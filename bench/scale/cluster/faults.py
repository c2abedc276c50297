"""What callers notice when nodes are lost and replicas replaced."""

import argparse
import logging
import os
import socket
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import ray
from bench.scale.cluster.callers import Callers
from bench.scale.cluster.house import CALLS, living_in
from bench.scale.cluster.nodes import Nodes
from ray import serve

from harness import command_of, create_key, eventually
from scenes import red_square
from wuhen.cluster import build

__all__ = ["doors", "lose", "roll"]

SECONDS = 12.0
"""Of load before and after each thing that happens."""
SCENE = red_square(720, 480, side=200)
"""Half a second of work, or so."""
APP = f"drill-{os.getpid()}"
ROLL_SECONDS = 180.0


def lose(_: argparse.Namespace) -> bool:
    """Kill one of three nodes under load, then add one."""
    with (
        Nodes(3) as nodes,
        living_in("--cluster", nodes.address, "--cluster-replicas", "3", "--max-wait", "60") as house,
    ):
        house.await_living(3)
        with Callers(house.service.port, house.key, SCENE, 4) as callers:
            begun = time.monotonic()
            time.sleep(SECONDS)
            killed = time.monotonic()
            nodes.kill()
            noticed = house.await_living(2)
            time.sleep(SECONDS)
            added = time.monotonic()
            nodes.add()
            back = house.await_living(3)
            restored = time.monotonic()
            time.sleep(SECONDS)
            ended = time.monotonic()
        rates = [
            callers.rate(*pair) for pair in ((begun, killed), (killed + noticed, added), (restored, ended))
        ]
        retried = house.events("a job was lost with its replica")
        print(f"answers: {dict(callers.codes())}; longest {callers.longest():.1f} s; tried again: {retried}")
        print(f"the node was missed after {noticed:.1f} s; a new one worked {back:.1f} s after it was added")
        print("calls a second before, without it, with a new one:", *(f"{rate:.1f}" for rate in rates))
        return set(callers.codes()) == {"OK"} and retried > 0


def roll(_: argparse.Namespace) -> bool:
    """Replace all replicas under load, as a second service asks for others."""
    with Nodes(3) as nodes:
        options = "--cluster", nodes.address, "--cluster-app", APP, "--cluster-replicas", "3"
        with living_in(*options, "--max-wait", "60") as house:
            house.await_living(3)
            before = replicas("eraser")
            with Callers(house.service.port, house.key, SCENE, 4) as callers:
                time.sleep(SECONDS)
                started = time.monotonic()
                with living_in(*options, "--worker-memory", "2048"):
                    took = await_replaced(before, started, 3)
                    time.sleep(SECONDS)
            print(f"answers: {dict(callers.codes())}; longest {callers.longest():.1f} s")
            print(f"three replicas were replaced within {took:.1f} s")
            return set(callers.codes()) == {"OK"}


def doors(_: argparse.Namespace) -> bool:
    """Replace doors and erasers of one application, behind Ray Serve's proxy, under load."""
    with Nodes(3) as nodes, tempfile.TemporaryDirectory() as folder:
        data, port = Path(folder) / "data", free_port()
        key = create_key(data, "--concurrency", str(CALLS))
        args: dict[str, Any] = {"data_dir": str(data), "cluster_replicas": "2", "cluster_cpus": 0.5}
        ray.init(address=nodes.address, log_to_driver=False, logging_level=logging.ERROR)
        try:
            serve.start(proxy_location="HeadOnly", http_options={"host": "127.0.0.1", "port": port})
            serve.run(build(args | {"max_wait": 60}), name=APP)
            before = replicas("eraser") | replicas("door")
            with Callers(port, key, SCENE, 3) as callers:
                time.sleep(SECONDS)
                started = time.monotonic()
                serve.run(build(args | {"max_wait": 59, "worker_memory": 2048}), name=APP)
                took = await_replaced(before, started, 2)
                time.sleep(SECONDS)
        finally:
            ray.shutdown()
        print(f"answers: {dict(callers.codes())}; longest {callers.longest():.1f} s")
        print(f"a door and two erasers were replaced within {took:.1f} s")
        return set(callers.codes()) == {"OK"}


def replicas(kind: str) -> set[int]:
    """Return the processes that are replicas of a kind."""
    title = f"ray::ServeReplica:{APP}:{kind}"
    return {process.pid for process in psutil.process_iter() if command_of(process).startswith(title)}


def await_replaced(before: set[int], started: float, erasers: int) -> float:
    """Wait until none of these replicas is there any more, but others are; return the seconds it took."""
    eventually(
        lambda: not before & (replicas("eraser") | replicas("door")) and len(replicas("eraser")) == erasers,
        seconds=ROLL_SECONDS,
    )
    return time.monotonic() - started


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
