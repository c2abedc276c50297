"""Break what several services share, or one of them: python -m bench.drills.shared [NAME …]."""

import argparse
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.drills.callers import Callers
from bench.drills.drilling import HEADING, drill

from estate import Estate, resume, suspend
from picture_server import serving

HOLD_SECONDS = 8.0

Fault = Callable[[Estate], Iterator[None]]


def database_lost(estate: Estate) -> Iterator[None]:
    """Kill PostgreSQL, as when its machine is lost, and start it again."""
    estate.servers.database.stop("immediate")
    yield
    estate.servers.database.start()


def database_restarted(estate: Estate) -> Iterator[None]:
    """Restart PostgreSQL, as its operator would."""
    estate.servers.database.stop("fast")
    yield
    estate.servers.database.start()


def database_hangs(estate: Estate) -> Iterator[None]:
    """Let PostgreSQL stand still: it takes connections, and answers nothing."""
    pids = [int((estate.servers.database.folder / "data/postmaster.pid").read_text().split()[0])]
    suspend(pids)
    yield
    resume(pids)


def gates_lost(estate: Estate) -> Iterator[None]:
    """Kill Redis, and start it again, empty."""
    estate.servers.gates.stop(signal.SIGKILL)
    yield
    estate.servers.gates.start()


def gates_hang(estate: Estate) -> Iterator[None]:
    """Let Redis stand still."""
    pids = [estate.servers.gates.process.pid]
    suspend(pids)
    yield
    resume(pids)


def gates_emptied(estate: Estate) -> Iterator[None]:
    """Restart Redis at once, empty, while calls hold slots."""
    estate.servers.gates.stop(signal.SIGKILL)
    estate.servers.gates.start()
    yield


def store_lost(estate: Estate) -> Iterator[None]:
    """Kill the object store, and start it again."""
    estate.servers.store.stop()
    yield
    estate.servers.store.start()


def store_hangs(estate: Estate) -> Iterator[None]:
    """Let the object store stand still."""
    assert estate.servers.store.process is not None
    pids = [estate.servers.store.process.pid]
    suspend(pids)
    yield
    resume(pids)


def service_lost(estate: Estate) -> Iterator[None]:
    """Kill one of the services in the middle of its work."""
    estate.nodes[0].kill()
    yield
    estate.nodes[0].start()


def service_hangs(estate: Estate) -> Iterator[None]:
    """Let one of the services stand still, with its workers."""
    pids = [estate.nodes[0].process.pid]
    suspend(pids)
    yield
    resume(pids)


def services_replaced(estate: Estate) -> Iterator[None]:
    """Replace one service after the other, as an upgrade does."""
    for node in estate.nodes:
        node.stop()
        node.start()
    yield


FAULTS: tuple[tuple[Fault, float], ...] = (
    (database_lost, HOLD_SECONDS),
    (database_restarted, HOLD_SECONDS),
    (database_hangs, HOLD_SECONDS),
    (gates_lost, HOLD_SECONDS),
    (gates_hang, HOLD_SECONDS),
    (gates_emptied, 0.0),
    (store_lost, HOLD_SECONDS),
    (store_hangs, HOLD_SECONDS),
    (service_lost, HOLD_SECONDS),
    (service_hangs, HOLD_SECONDS),
    (services_replaced, 0.0),
)
"""Each with the seconds that it stays broken."""


def main() -> None:
    """Run the drills that are named, or all; exit with 1 if one was not recovered from or lost something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="of faults, such as database_lost")
    parser.add_argument("--gates-away", choices=("refuse", "local"), default="refuse")
    given = parser.parse_args()
    bad = False
    with tempfile.TemporaryDirectory() as folder, serving() as pictures:
        options = ("--gates-away", given.gates_away)
        with Estate(Path(folder), pictures.port, options=options) as estate:
            pictures.publish(Callers(estate).scene)
            print(HEADING, flush=True)
            for fault, hold in FAULTS:
                if given.names and fault.__name__ not in given.names:
                    continue
                report = drill(fault, hold, estate)
                bad = bad or report.recovered is None or bool(report.lost)
                print(report.row(), flush=True)
    raise SystemExit(bad)


if __name__ == "__main__":
    main()
