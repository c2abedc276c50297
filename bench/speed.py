"""Measure how the time and the memory of a fill grow: with the hole, with the photo, with the threads.

    python -m bench.speed [--engines patch,telea] [--json FILE] [--plots DIR]

The photo is synthetic: smooth noise at several scales with grain, the same in every run. Each measurement
runs in a process of its own after one small warm-up fill; the least of a few runs counts. Peak memory is that
process's during the fills, interpreter, compiled code and photo included. With --plots, the three series are
drawn there as SVG files.
"""

import argparse
import importlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from bench.figures import Image
from bench.memory import forget_peak, peak_mib
from bench.peers import Engine, find_engine
from PIL import Image as Pillow

import wuhen.fill

_RUNS = 3


def make_photo(side: int) -> Image:
    """Make a square photo of smooth noise at several scales with grain."""
    rng = np.random.default_rng(0)
    total = np.zeros((side, side, 3), np.float32)
    for cells in (5, 40, max(side // 12, 2)):
        coarse = Pillow.fromarray(rng.integers(0, 256, (cells, cells, 3), dtype=np.uint8))
        total += np.asarray(coarse.resize((side, side), Pillow.Resampling.BICUBIC)) / np.float32(3)
    total += rng.integers(-8, 9, total.shape, dtype=np.int8)
    return np.clip(total, 0, 255).astype(np.uint8)


def make_mask(side: int, area: int) -> Image:
    """Make a mask with a disc of an area in its middle."""
    y, x = np.ogrid[:side, :side]
    return (((y - side / 2) ** 2 + (x - side / 2) ** 2) * np.pi < area).astype(np.uint8) * 255


def warm_up(fill: Engine) -> None:
    """Fill a small hole, so that compiled code is loaded and libraries are set up."""
    fill(make_photo(64), make_mask(64, 400))


def call_apart(module: str, arguments: list[str]) -> dict[str, float]:
    """Run a module of this package in a fresh process; return the JSON object that it prints."""
    command = [sys.executable, "-m", module, *arguments]
    root = Path(__file__).parent.parent
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=root)
    found: dict[str, float] = json.loads(run.stdout)
    return found


def measure_here(engine: str, side: int, area: int, threads: int | None) -> dict[str, float]:
    """Time fills in this process."""
    photo, mask = make_photo(side), make_mask(side, area)
    if threads is None:
        fill = find_engine(engine)
    else:

        def fill(photo: Image, mask: Image) -> Image:
            return wuhen.fill.erase(photo, mask, engine=engine, threads=threads)

    warm_up(fill)
    forget_peak()
    times = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        fill(photo, mask)
        times.append(time.perf_counter() - start)
    return {"seconds": min(times), "peak_mib": peak_mib()}


def measure_apart(engine: str, side: int, area: int, threads: int | None = None) -> dict[str, float]:
    """Time fills in a fresh process."""
    return call_apart("bench.speed", ["--one", engine, str(side), str(area), str(threads or 0)])


def measure_all(engine: str) -> list[dict[str, Any]]:
    """Measure the series of an engine; print each measurement and return them."""
    plan: list[tuple[str, int, int, int | None]]
    plan = [("hole", 2000, area, None) for area in (10_000, 40_000, 160_000, 640_000)]
    plan += [("photo", side, 40_000, None) for side in (500, 1000, 2000, 4000)]
    if engine in wuhen.fill.engines():
        plan += [("threads", 2000, 160_000, threads) for threads in (1, 2, 4)]
    rows: list[dict[str, Any]] = []
    for series, side, area, threads in plan:
        found = measure_apart(engine, side, area, threads)
        rows.append(
            {"engine": engine, "series": series, "side": side, "area": area, "threads": threads, **found}
        )
        print(
            f"{engine:14} {series:8} photo {side:5}^2  hole {area:8} px  threads {threads or '-':>2}"
            f"  {found['seconds']:7.3f} s  {found['peak_mib']:6.0f} MiB",
            flush=True,
        )
    return rows


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engines", default="patch,telea")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plots", type=Path, help="folder for the plots; needs matplotlib")
    parser.add_argument(
        "--one", nargs=4, metavar=("ENGINE", "SIDE", "AREA", "THREADS"), help=argparse.SUPPRESS
    )
    options = parser.parse_args()
    if options.one:
        engine, side, area, threads = options.one
        print(json.dumps(measure_here(engine, int(side), int(area), int(threads) or None)))
        return
    rows = [row for engine in options.engines.split(",") for row in measure_all(engine)]
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")
    if options.plots:
        importlib.import_module("bench.plots").draw(rows, options.plots)


if __name__ == "__main__":
    main()
