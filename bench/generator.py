"""The load of `bench.load`, sent by Locust: python -m bench.generator PLAN RESULTS, both JSON files.

Open: each call is sent when its time has come, whatever became of those before. Closed: so many callers, each
of which sends its next call when it has the answer to the last. Latencies count from when a call was due, so
that a generator that falls behind does not flatter the service.
"""

import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
from gevent.pool import Pool
from locust import FastHttpUser, task
from locust.env import Environment

CONNECTIONS = 20_000
"""More than there can be: no call waits for a connection of another."""
PAUSE = 1.0
"""Seconds that a caller who was refused waits before the next call, as the SDKs' retryer does."""
_CODE = re.compile(rb'"Code": ?"([^"]*)"')


class Sender(FastHttpUser):
    """Sends the plan's calls; one user, with a greenlet for each call."""

    concurrency = CONNECTIONS
    network_timeout = connection_timeout = 70.0
    plan: dict[str, Any]
    outcomes: list[tuple[str, float, float, str]]

    @task
    def send_all(self) -> None:
        """Send them, and end."""
        start, pool = time.perf_counter(), Pool()
        for account, at in _due(self.plan["open"]):
            if (wait := start + at - time.perf_counter()) > 0:
                gevent.sleep(wait)
            pool.spawn(self.call, account, start, start + at)
        for account, callers in self.plan["closed"].items():
            for _ in range(callers):
                pool.spawn(self.repeat, account, start)
        pool.join()
        self.environment.runner.quit()  # type: ignore[union-attr]
        gevent.sleep(1)

    def repeat(self, account: str, start: float) -> None:
        """Call again and again."""
        end = start + self.plan["seconds"]
        while (due := time.perf_counter()) < end:
            if self.call(account, start, due) != "OK":
                gevent.sleep(PAUSE)

    def call(self, account: str, start: float, due: float) -> str:
        """Send one call, and note what came of it."""
        request = self.plan["requests"][account]
        with self.client.post(
            "/", data=request["body"], headers=request["headers"], catch_response=True
        ) as got:
            body = got.content or b""
            found = _CODE.search(body[:400])
            code = found[1].decode() if found else "OK" if b"ResultImage" in body[:400] else "no answer"
            got.success()
        now = time.perf_counter()
        self.outcomes.append((account, due - start, now - due, code))
        return code


def _due(calls: dict[str, list[float]]) -> Iterator[tuple[str, float]]:
    yield from sorted(((name, at) for name, times in calls.items() for at in times), key=lambda call: call[1])


def main() -> None:
    """Send a plan's calls and write what came of them."""
    plan_file, results = map(Path, sys.argv[1:])
    Sender.plan = json.loads(plan_file.read_text())
    Sender.host, Sender.outcomes = Sender.plan["url"], []
    environment = Environment(user_classes=[Sender])
    runner = environment.create_local_runner()
    runner.start(1, spawn_rate=1)
    runner.greenlet.join()
    results.write_text(json.dumps(Sender.outcomes))


if __name__ == "__main__":
    main()
