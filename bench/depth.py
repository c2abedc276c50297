"""Compare fills at 16 bits a sample with those of the same photo rounded to 8: time, memory, error.

    python -m bench.depth [--engine patch] [--threads 2] [--json FILE]

The photos are synthetic. Times are the processor's, medians of five fills each, by turns; peak
memory is that of a process of its own. The error is that of a smooth slope, whose truth is known, in steps of
8 bits.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import wuhen
from wuhen.fill import warmup

_RUNS = 5
_CASES = ((1000, 10_000), (2000, 40_000), (2000, 160_000), (4000, 640_000))
_STEPS = 257


def make_photo(side: int) -> NDArray[np.uint8]:
    """Make a square photo of smooth noise at several scales with grain."""
    rng = np.random.default_rng(0)
    total = np.zeros((side, side, 3), np.float32)
    for cells in (5, 40, max(side // 12, 2)):
        coarse = Image.fromarray(rng.integers(0, 256, (cells, cells, 3), dtype=np.uint8))
        total += np.asarray(coarse.resize((side, side), Image.Resampling.BICUBIC)) / np.float32(3)
    total += rng.integers(-8, 9, total.shape, dtype=np.int8)
    return np.clip(total, 0, 255).astype(np.uint8)


def make_hole(side: int, area: int) -> NDArray[np.bool_]:
    """Make a disc of an area in the middle."""
    y, x = np.ogrid[:side, :side]
    return np.asarray(((y - side / 2) ** 2 + (x - side / 2) ** 2) * np.pi < area)


def with_lower_bits(photo: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Make samples of 16 bits that a photo could be rounded from."""
    lower = np.random.default_rng(1).integers(-128, 129, photo.shape, dtype=np.int16)
    return (photo.astype(np.int32) * _STEPS + lower).clip(0, 65535).astype(np.uint16)


def make_slope(side: int) -> NDArray[np.uint16]:
    """Make colours that rise by a fraction of a step of 8 bits from pixel to pixel."""
    y, x = np.mgrid[:side, :side]
    rise = 20000 + 7.3 * x + 3.1 * y
    return np.dstack([rise, 65535 - rise, rise / 2]).round().astype(np.uint16)


def measure_memory(bits: int, engine: str, side: int, area: int, threads: int) -> float:
    """Return the peak memory of one fill in this process, in MiB."""
    photo: NDArray[Any] = make_photo(side)
    hole = make_hole(side, area)
    if bits > 8:
        photo = with_lower_bits(photo)
    wuhen.erase(photo[:64, :64].copy(), make_hole(64, 400), engine=engine, threads=threads)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    wuhen.erase(photo, hole, engine=engine, threads=threads)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def measure_memory_apart(bits: int, engine: str, side: int, area: int, threads: int) -> float:
    """Return the peak memory of one fill in a fresh process, in MiB."""
    given = [str(value) for value in (bits, engine, side, area, threads)]
    command = [sys.executable, "-m", "bench.depth", "--one", *given]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return float(run.stdout)


def measure_times(engine: str, side: int, area: int, threads: int) -> dict[int, float]:
    """Return the median processor seconds of fills at either depth, which take turns."""
    narrow, hole = make_photo(side), make_hole(side, area)
    photos: dict[int, NDArray[Any]] = {8: narrow, 16: with_lower_bits(narrow)}
    times: dict[int, list[float]] = {8: [], 16: []}
    for run in range(_RUNS + 1):
        for bits, photo in photos.items():
            start = time.process_time()
            wuhen.erase(photo, hole, engine=engine, threads=threads)
            if run:
                times[bits].append(time.process_time() - start)
    return {bits: statistics.median(found) for bits, found in times.items()}


def measure_error(engine: str, side: int = 400, area: int = 10_000) -> tuple[float, float]:
    """Return the root mean square error of a slope that was filled at 8 bits, and at 16."""
    truth, hole = make_slope(side), make_hole(side, area)
    narrow = wuhen.erase(np.rint(truth / _STEPS).astype(np.uint8), hole, engine=engine)
    wide = wuhen.erase(truth, hole, engine=engine)

    def error(steps: NDArray[np.float64]) -> float:
        return float(np.sqrt(((steps - truth[hole] / _STEPS) ** 2).mean()))

    return error(narrow[hole] / 1), error(wide[hole] / _STEPS)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", default="patch")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        bits, engine, side, area, threads = options.one
        print(measure_memory(int(bits), engine, int(side), int(area), int(threads)))
        return
    engine, threads = options.engine, options.threads
    warmup(engine)
    rows: list[dict[str, Any]] = []
    for side, area in _CASES:
        seconds = measure_times(engine, side, area, threads)
        peaks = {bits: measure_memory_apart(bits, engine, side, area, threads) for bits in (8, 16)}
        ratio = seconds[16] / seconds[8]
        rows.append({"side": side, "area": area, "seconds": seconds, "mib": peaks, "ratio": ratio})
        print(
            f"photo {side}^2  hole {area:7} px  8 bits {seconds[8]:.3f} s {peaks[8]:.0f} MiB  "
            f"16 bits {seconds[16]:.3f} s {peaks[16]:.0f} MiB  ratio {ratio:.3f}",
            flush=True,
        )
    narrow, wide = measure_error(engine)
    print(f"slope: error {narrow:.3f} steps at 8 bits, {wide:.4f} at 16")
    if options.json:
        options.json.write_text(json.dumps({"rows": rows, "error": [narrow, wide]}, indent=1) + "\n")


if __name__ == "__main__":
    main()
