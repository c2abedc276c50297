"""Do one thing with a cluster, and say what came of it: python -m bench.scale.cluster NAME.

lose        kill a node under load, then add one
roll        replace all replicas under load
doors       replace doors and erasers of the application for `serve deploy` under load
scale       more and fewer replicas as the load is; --figure FILE keeps a plot
overhead    what a call takes beyond one that is done by a worker of this machine, at 0.5 and 12 megapixels
efficiency  calls a second with two workers beside those with one, in turns; --local for processes
"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

from bench.scale.cluster import faults, figures

DRILLS = {
    "lose": faults.lose,
    "roll": faults.roll,
    "doors": faults.doors,
    "scale": figures.scale,
    "overhead": figures.overhead,
    "efficiency": figures.efficiency,
}


def main() -> None:
    """Run the drill that is named; exit with 1 if it shows what it should not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=DRILLS)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--local", action="store_true")
    given = parser.parse_args()
    raise SystemExit(not DRILLS[given.name](given))


if __name__ == "__main__":
    main()
