"""Break PostgreSQL under a service, and say what callers noticed: python -m bench.drills.postgresql."""

import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.drills.callers import Answered

from clients.raw import call
from harness import Key, Service, eventually, running, wuhen
from scenes import red_square
from servers.postgresql import Postgres, serving_postgres

CALLERS = 4
BEFORE_SECONDS = 2.0
IN_A_ROW = 8
RECOVERY_SECONDS = 60.0

Fault = Callable[[Postgres, str], Iterator[None]]


def lost(server: Postgres, _: str) -> Iterator[None]:
    """Take its machine away for five seconds."""
    server.stop("immediate")
    time.sleep(5)
    server.start()
    yield


def restarted(server: Postgres, _: str) -> Iterator[None]:
    """Restart it, as its operator would."""
    server.stop("fast")
    server.start()
    yield


def hanging(server: Postgres, _: str) -> Iterator[None]:
    """Have it take bytes and answer none for fifteen seconds."""
    with server.frozen():
        time.sleep(15)
    yield


def connections_ended(server: Postgres, url: str) -> Iterator[None]:
    """End all connections, again and again for three seconds, as a proxy does that is being replaced."""
    ended = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with server.connect(url) as connection:
        for _ in range(15):
            connection.execute(ended)
            time.sleep(0.2)
    yield


def no_writes(server: Postgres, url: str) -> Iterator[None]:
    """Make a standby of it for some seconds: it can be read, and takes no writes."""
    database = url.rpartition("/")[2]
    with server.connect(server.reach("postgres")) as connection:
        connection.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on".encode())
        next(connections_ended(server, url))
        time.sleep(2)
        connection.execute(f"ALTER DATABASE {database} RESET default_transaction_read_only".encode())
        next(connections_ended(server, url))
    yield


FAULTS: tuple[Fault, ...] = (lost, restarted, hanging, connections_ended, no_writes)


class Load:
    """Callers who call all the time, for results without a visible mark, which need a record."""

    def __init__(self, service: Service, key: Key) -> None:
        self.answers: list[Answered] = []
        self._service, self._key = service, key
        self._parameters = red_square(240, 160, side=30).parameters()
        self._ended = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Call while the context lasts."""
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(CALLERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join(90)
            self._ended.clear()

    def recovered(self, since: float) -> float | None:
        """Return the seconds to the first of some good answers in a row; None if there were never so many."""

        def row() -> Answered | None:
            after = [one for one in list(self.answers) if one.sent >= since]
            begun = sorted(after, key=lambda one: one.ended)
            if len(begun) < IN_A_ROW or any(one.code != "OK" for one in begun[-IN_A_ROW:]):
                return None
            bad = [place for place, one in enumerate(begun) if one.code != "OK"]
            return begun[bad[-1] + 1 if bad else 0]

        try:
            return max(0.0, eventually(row, seconds=RECOVERY_SECONDS).ended - since)
        except AssertionError:
            return None

    def _work(self) -> None:
        while not self._ended.is_set():
            sent = time.monotonic()
            try:
                answer = call(self._service, self._parameters, key=self._key)
                said = (answer.code, answer.request_id)
            except Exception as error:  # whatever it is, the caller has noticed it
                said = (type(error).__name__, "")
            self.answers.append(Answered(sent, time.monotonic(), *said))
            time.sleep(0.05)


def drill(fault: Fault, server: Postgres, url: str, load: Load) -> tuple[str, bool]:
    """Break and mend one thing; return a row of the table, and whether all was well in the end."""
    with load.running():
        begun = time.monotonic()
        time.sleep(BEFORE_SECONDS)
        broken = time.monotonic()
        next(fault(server, url))
        mended = time.monotonic()
        recovered = load.recovered(mended)
    touched = [one for one in load.answers if one.ended >= broken and one.sent <= mended + (recovered or 0)]
    codes = Counter(one.code for one in touched)
    good = {one.request_id for one in load.answers if one.code == "OK" and one.sent >= begun}
    records = Counter(
        json.loads(line)["request_id"] for line in wuhen("audit", "--database-url", url).splitlines()
    )
    missing = sum(one not in records for one in good)
    twice = sum(count > 1 for count in records.values())
    told = ", ".join(f"{code} {count}" for code, count in codes.most_common())
    longest = max((one.ended - one.sent for one in touched), default=0.0)
    when = "never" if recovered is None else f"{recovered:.1f} s"
    row = f"| {fault.__name__.replace('_', ' ')} | {told} | {longest:.1f} s | {when} | {missing} | {twice} |"
    return row, recovered is not None and not missing and not twice


def main() -> None:
    """Run all; exit with 1 if one was not recovered from, or a record was lost or is there twice."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(serving_postgres())
        url = server.make()
        wuhen("db", "upgrade", "--database-url", url)
        made = json.loads(
            wuhen("keys", "create", "--json", "--database-url", url, "--concurrency", str(CALLERS))
        )
        options = ("--database-url", url, "--workers", "1", "--threads", "1")
        service = stack.enter_context(running(folder / "data", *options))
        load = Load(service, Key(made["SecretId"], made["SecretKey"]))
        print("| fault | answers meanwhile | longest wait | recovered | without record | recorded twice |")
        print("|---|---|--:|--:|--:|--:|")
        well = True
        for fault in FAULTS:
            row, good = drill(fault, server, url, load)
            print(row, flush=True)
            well = well and good
    raise SystemExit(not well)


if __name__ == "__main__":
    main()
