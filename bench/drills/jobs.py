"""Jobs with holders that are killed: python -m bench.drills.jobs [--jobs 1000] [--home postgresql].

Several services share a database and take jobs, while one after the other is killed and started again, or
sent to sleep for longer than its lease. Every job is submitted with a token, twice, and with a callback to a
receiver that answers now and then with an error. In the end all that was kept is compared: each job must
have ended once, with one result, which is its audit record's, and must have been told at least once, signed.
"""

import argparse
import base64
import hashlib
import hmac
import json
import random
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import requests
from tencentcloud.common.exception import TencentCloudSDKException

from clients.common_sdk import ask
from harness import WUHEN, Key, Service, clean_environment, eventually
from scenes import red_square
from servers.ports import free_port
from servers.postgresql import serving_postgres

LEASE = 3.0
AT_A_TIME = 8
"""Jobs of the account at a time: more than there are workers."""
DEAF = 0.1
"""Share of the callbacks that the receiver answers with an error."""
SUBMITTERS = 4


class Receiver(ThreadingHTTPServer):
    """Notes callbacks, and is sometimes out of order."""

    daemon_threads = True

    def __init__(self, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Told)
        self.heard = Counter[str]()
        self.forged = 0
        self.secret = b""
        self._chance = random.Random(seed)
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it is told."""
        return f"http://127.0.0.1:{self.server_address[1]}/ended"

    def hear(self, headers: Any, body: bytes) -> int:
        """Note a callback, and return the status to answer with."""
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        proof = base64.b64encode(hmac.new(self.secret, signed, hashlib.sha256).digest()).decode()
        fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 60
        with self.lock:
            if not hmac.compare_digest(headers["webhook-signature"], f"v1,{proof}") or not fresh:
                self.forged += 1
                return 400
            if self._chance.random() < DEAF:
                return 503
            self.heard[json.loads(body)["JobId"]] += 1
        return 204


class _Told(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(cast("Receiver", self.server).hear(self.headers, body))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keep quiet."""


@dataclass
class Crew:
    """Services on one database and one place of results, of which some are lost now and then."""

    root: Path
    count: int
    options: tuple[str, ...]
    environment: dict[str, str]
    key: Key
    chance: random.Random
    running: "dict[int, subprocess.Popen[bytes]]" = field(default_factory=dict)
    ports: list[int] = field(init=False)
    lost: Counter[str] = field(default_factory=Counter)
    ending: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.ports = [free_port() for _ in range(self.count)]

    def start(self, number: int) -> None:
        """Start one, and do not wait for it."""
        with (self.root / f"log-{number}").open("ab") as log:
            command = (*WUHEN, "serve", "--port", str(self.ports[number]), *self.options)
            self.running[number] = subprocess.Popen(command, stdout=log, stderr=log, env=self.environment)

    def service(self, number: int) -> Service:
        """Return one of them as tests know it."""
        url = f"http://127.0.0.1:{self.ports[number]}"
        return Service(self.running[number], url, self.root / "data", self.root / f"log-{number}", self.key)

    def ask(self, action: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Call whichever is there, again and again until one answers; a refusal is raised."""
        while True:
            try:
                return dict(ask(self.service(self.chance.randrange(self.count)), action, parameters))
            except TencentCloudSDKException as error:
                # Nobody there, or a service that is about to start: what a client would try again.
                if error.code not in {"ClientNetworkError", "ServerNetworkError", "ResourceUnavailable"}:
                    raise
                time.sleep(0.1)

    def torment(self, pause: float) -> None:
        """Lose one after the other until told to end: two of three are killed, the third falls asleep.

        Only one that works can be lost: on a slow machine, there would soon be none.
        """
        while not self.ending.wait(pause * self.chance.uniform(0.5, 1.5)):
            ready = [number for number in range(self.count) if self.is_ready(number)]
            if not ready:
                continue
            number = self.chance.choice(ready)
            process = self.running[number]
            if self.chance.random() < 2 / 3:
                process.kill()
                process.wait()
                self.lost["killed"] += 1
                self.start(number)
            else:
                process.send_signal(signal.SIGSTOP)
                time.sleep(1.5 * LEASE)
                process.send_signal(signal.SIGCONT)
                self.lost["put to sleep"] += 1

    def is_ready(self, number: int) -> bool:
        """Tell whether one of them works."""
        with suppress(requests.RequestException):
            return requests.get(f"{self.service(number).url}/readyz", timeout=5).ok
        return False

    def end(self) -> None:
        """End all of them."""
        for process in self.running.values():
            process.kill()
            process.wait()


def submit_all(crew: Crew, receiver: Receiver, count: int) -> list[str]:
    """Submit jobs, each of them twice: the answer to the first call may have been lost."""
    given = red_square(48, 32, side=8).parameters(CallbackUrl=receiver.url, LogoAdd=0)

    def submit(number: int) -> str:
        call = given | {"ClientToken": f"job {number}", "Seed": number}
        first = crew.ask("SubmitErase", call)["JobId"]
        assert crew.ask("SubmitErase", call)["JobId"] == first
        return str(first)

    with ThreadPoolExecutor(SUBMITTERS) as threads:
        return list(threads.map(submit, range(count)))


def read_audit(crew: Crew) -> dict[str, list[str]]:
    """Return the hashes in the audit record by the number of their job."""
    command = (*WUHEN, "audit", "--data-dir", str(crew.root / "data"))
    done = subprocess.run(command, env=crew.environment, capture_output=True, text=True, check=True)
    records: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        record = json.loads(line)
        records.setdefault(record.get("request_id") or record["RequestId"], []).append(record["sha256"])
    return records


def report(crew: Crew, receiver: Receiver, jobs: list[str]) -> dict[str, object]:
    """Compare all that was kept."""
    found = {job: crew.ask("DescribeErase", {"JobId": job}) for job in jobs}
    audit = read_audit(crew)
    done = [job for job in jobs if found[job]["Status"] == "done"]
    wrong = 0
    for job in done:
        result = requests.get(found[job]["ResultImage"], timeout=60).content
        wrong += [hashlib.sha256(result).hexdigest()] != audit.get(job)
    kept = [path.suffix for path in (crew.root / "data/results/jobs").rglob("*") if path.is_file()]
    return {
        "jobs": len(set(jobs)),
        "ended": dict(Counter(one["Status"] for one in found.values())),
        "taken up": dict(Counter(one["Attempts"] for one in found.values())),
        "given up after two holders": sum(
            one["Status"] == "failed" and one["Attempts"] == 2 for one in found.values()
        ),
        "audit records": sum(map(len, audit.values())),
        "results that are not their audit record's": wrong,
        "results beside those, until the job is swept": kept.count(".png") - len(done),
        "pictures left, until then": len(kept) - kept.count(".png"),
        "told at least once": len(receiver.heard),
        "told more than once": sum(times > 1 for times in receiver.heard.values()),
        "with a wrong signature": receiver.forged,
        "services lost": dict(crew.lost),
    }


@contextmanager
def crew_of(arguments: argparse.Namespace, root: Path, receiver: Receiver) -> Iterator[Crew]:
    """Run the services."""
    with ExitStack() as stack:
        environment = clean_environment()
        data = root / "data"
        if arguments.home == "postgresql":
            environment["WUHEN_DATABASE_URL"] = stack.enter_context(serving_postgres()).make()
            upgrade = (*WUHEN, "db", "upgrade", "--data-dir", str(data))
            subprocess.run(upgrade, env=environment, check=True, stdout=subprocess.DEVNULL)
        made = subprocess.run(
            (*WUHEN, "keys", "create", "--json", "--data-dir", str(data), "--concurrency", str(AT_A_TIME)),
            env=environment,
            check=True,
            capture_output=True,
        )
        pair = json.loads(made.stdout)
        key = Key(pair["SecretId"], pair["SecretKey"])
        receiver.secret = hmac.new(key.secret_key.encode(), b"wuhen-callback", hashlib.sha256).digest()
        options = (
            *("--data-dir", str(data), "--workers", "1", "--threads", "1", "--log-format", "json"),
            *("--job-lease", str(LEASE), "--job-queue", str(2 * arguments.jobs), "--studio", "false"),
            *("--download-allow", "127.0.0.0/8"),
            *("--download-ports", str(receiver.server_address[1])),
        )
        crew = Crew(root, arguments.services, options, environment, key, random.Random(arguments.seed))
        stack.callback(crew.end)
        for number in range(crew.count):
            crew.start(number)
        eventually(lambda: crew.is_ready(0), seconds=120)
        yield crew


def main() -> None:
    """Run the drill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--services", type=int, default=3)
    parser.add_argument("--home", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--pause", type=float, default=4.0, help="seconds between losses, on average")
    parser.add_argument("--seconds", type=float, default=900.0, help="after which it is too slow")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with Receiver(arguments.seed) as receiver, tempfile.TemporaryDirectory() as folder:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        with crew_of(arguments, Path(folder), receiver) as crew:
            started = time.monotonic()
            tormentor = threading.Thread(target=crew.torment, args=(arguments.pause,))
            tormentor.start()
            jobs = submit_all(crew, receiver, arguments.jobs)
            submitted = time.monotonic()

            def all_ended() -> bool:
                time.sleep(1)
                return all(crew.ask("DescribeErase", {"JobId": job})["EndedAt"] for job in reversed(jobs))

            eventually(all_ended, seconds=arguments.seconds)
            ended = time.monotonic()
            crew.ending.set()
            tormentor.join()
            eventually(lambda: len(receiver.heard) == len(jobs), seconds=120)
            found = report(crew, receiver, jobs)
            found |= {
                "seconds to submit": round(submitted - started, 1),
                "seconds until all had ended": round(ended - started, 1),
                "seconds until all were told": round(time.monotonic() - started, 1),
            }
        receiver.shutdown()
    for name, value in found.items():
        print(f"{name}: {value}")
    once = found["audit records"] == dict(cast("dict[str, int]", found["ended"])).get("done", 0)
    faults = ("results that are not their audit record's", "with a wrong signature")
    if not once or any(found[name] for name in faults) or found["told at least once"] != arguments.jobs:
        raise SystemExit("something was lost, or done twice")


if __name__ == "__main__":
    main()
