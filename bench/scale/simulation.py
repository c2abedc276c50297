"""Simulate a fleet of nodes, each with the service's own line, and print what comes of it.

    python -m bench.scale.simulation [STUDY …] [--nodes 1000] [--figures docs/figures] [--page docs/scale.md]

Jobs take what `bench.scale.capacity` measured. The same measurements give the same tables and figures.
"""

import argparse
import json
import time
from pathlib import Path

from bench.scale.arrivals import Kind, Mix
from bench.scale.page import as_table, insert
from bench.scale.reckoning import HOLE, MIX
from bench.scale.studies import PLACES, STUDIES, Setting

__all__ = ["mix_of"]

FIGURES = Path(__file__).parents[2] / "docs/figures"


def mix_of(measured: Path) -> Mix:
    """Return what calls ask for, by what jobs took that were measured."""
    jobs = {row["megapixels"]: row for row in json.loads(measured.read_text())["jobs"] if row["hole"] == HOLE}
    return Mix([Kind(jobs[size]["seconds"], jobs[size]["bytes"], share) for size, share in MIX.items()])


def main() -> None:
    """Run studies."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "studies", nargs="*", choices=[[], *STUDIES], metavar="STUDY", help=", ".join(STUDIES)
    )
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--measured", type=Path, default=FIGURES / "capacity.json")
    parser.add_argument("--figures", type=Path, help="a folder for the figures")
    parser.add_argument("--page", type=Path, help="the page to write the tables into")
    given = parser.parse_args()
    setting = Setting(given.nodes, mix_of(given.measured))
    told = f"{given.nodes} nodes of {PLACES} places; a job takes {setting.unit:.2f} s on average"
    print(told, flush=True)
    if given.page:
        insert(given.page, "simulation setting", told)
    for name in given.studies or STUDIES:
        started = time.process_time()
        study = STUDIES[name](setting)
        table = as_table(study.heads, study.rows)
        print(f"\n{name} ({time.process_time() - started:.0f} s)\n\n{table}", flush=True)
        if given.page:
            insert(given.page, f"simulation {name}", table)
        if given.figures and study.panels:
            from bench.scale.drawing import draw  # noqa: PLC0415 - figures alone need matplotlib

            draw(study, given.figures / f"scale-{name}.svg")


if __name__ == "__main__":
    main()
