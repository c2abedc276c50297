"""Break one thing after the other, and print a table: python -m bench.drills [NAME …]."""

import argparse
import math
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from bench.drills.callers import Callers  # noqa: E402
from bench.drills.faults import FAULTS, Fault  # noqa: E402
from bench.drills.house import CALLS, House  # noqa: E402

from clients.raw import call  # noqa: E402
from picture_server import serving  # noqa: E402

BEFORE_SECONDS = 3.0
CLOCKS = ("clock_ahead", "clock_behind")
DELETING = "results_deleted"
RESTORING = "database_corrupt"


@dataclass(frozen=True)
class Report:
    """What came of one fault."""

    name: str
    codes: str
    longest: float
    recovered: float | None
    lost: list[str]

    def row(self) -> str:
        """Return it as a row of a table."""
        recovered = "never" if self.recovered is None else f"{self.recovered:.1f} s"
        lost = ", ".join(self.lost) or "nothing"
        return (
            f"| {self.name.replace('_', ' ')} | {self.codes} | {self.longest:.1f} s | {recovered} | {lost} |"
        )


def drill(fault: Fault, hold: float, house: House) -> Report:
    """Break and mend one thing."""
    name = fault.__name__
    with Callers(house) as callers:
        started = time.monotonic()
        time.sleep(BEFORE_SECONDS)
        steps = fault(house)
        broken = time.monotonic()
        next(steps)
        time.sleep(hold)
        next(steps, None)
        mended = time.monotonic()
        try:
            recovered = callers.recovered(mended)
        except AssertionError:
            recovered = None
    codes = callers.codes(broken, mended + (recovered or 0.0))
    told = ", ".join(f"{code} {count}" for code, count in codes.most_common())
    # A backup knows nothing of what came after it.
    until = broken if name == RESTORING else math.inf
    lost = callers.lost(broken if name == DELETING else started, until)
    return Report(name, told, callers.longest(broken), recovered, lost + slots_lost(house) + strays(house))


def slots_lost(house: House) -> list[str]:
    """Return whether the account has all of its slots again."""
    with ThreadPoolExecutor(CALLS) as pool:
        scene = Callers(house).scene
        codes = list(pool.map(lambda _: call(house.service, scene.parameters()).code, range(CALLS)))
    bad = [code for code in codes if code != "OK"]
    return [f"slots: {', '.join(bad)}"] if bad else []


def strays(house: House) -> list[str]:
    """Return files that nobody needs."""
    names = house.strays()
    return [f"files left: {', '.join(names)}"] if names else []


def main() -> None:
    """Run the drills that are named, or all; exit with 1 if one was not recovered from or lost something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="of faults, such as database_locked")
    names = parser.parse_args().names
    if os.geteuid() != 0:
        raise SystemExit("disks and names of its own are for root alone")
    reports: list[Report] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        serving() as pictures,
        House(Path(folder), pictures.port) as house,
    ):
        pictures.publish(Callers(house).scene)
        print("| fault | answers meanwhile | longest wait | recovered | lost |\n|---|---|--:|--:|---|")
        clock = False
        house.start()
        for fault, hold in FAULTS:
            if names and fault.__name__ not in names:
                continue
            if clock != (fault.__name__ in CLOCKS):
                clock = not clock
                house.stop()
                house.start(own_clock=clock)
            reports.append(drill(fault, hold, house))
            print(reports[-1].row(), flush=True)
    raise SystemExit(any(report.recovered is None or report.lost for report in reports))


if __name__ == "__main__":
    main()
