"""Break one thing after the other, and print a table: python -m bench.drills [NAME …]."""

import argparse
import os
import tempfile
from pathlib import Path

from bench.drills.callers import Callers
from bench.drills.drilling import HEADING, Report, drill
from bench.drills.faults import FAULTS
from bench.drills.house import House

from picture_server import serving

CLOCKS = ("clock_ahead", "clock_behind")


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
        print(HEADING)
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
