"""Time ours beside OpenCV's Telea on large photos with an object-like hole.

    python -m bench.large PHOTO... [--share 0.05] [--seed S] [--engine patch]

A smooth random blob of that share of the area is cut out of each photo. Both engines run alternately, three
times after a small warm-up, in a process of their own; medians are printed, their ratio, and the peak memory
of another process in which ours ran once alone (interpreter, compiled code and the photo included).
"""

import argparse
import json
import os
import statistics
import time
from pathlib import Path

import numpy as np
from bench.figures import Image
from bench.holes import make_blob
from bench.memory import forget_peak, peak_mib
from bench.peers import find_engine
from bench.speed import call_apart, warm_up
from PIL import Image as Pillow
from PIL import ImageOps

_PEER = "telea"
_RUNS = 3


def read_case(path: Path, share: float, seed: int) -> tuple[Image, Image]:
    """Read a photo and make its mask."""
    with Pillow.open(path) as file:
        photo = np.array(ImageOps.exif_transpose(file).convert("RGB"))
    hole = make_blob(photo.shape[:2], share, np.random.default_rng(seed))
    return photo, hole.astype(np.uint8) * 255


def measure_here(engines: list[str], runs: int, photo: Image, mask: Image) -> dict[str, float]:
    """Run engines alternately in this process; return median seconds of each, ``peak_mib`` and the sizes."""
    fills = {name: find_engine(name) for name in engines}
    for fill in fills.values():
        warm_up(fill)
    forget_peak()
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(runs):
        for name, fill in fills.items():
            start = time.perf_counter()
            fill(photo, mask)
            seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(of_engine) for name, of_engine in seconds.items()}
    sizes = {"megapixels": mask.size / 1e6, "share": float((mask > 0).mean())}
    return {**medians, **sizes, "peak_mib": peak_mib()}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photos", type=Path, nargs="+", metavar="PHOTO")
    parser.add_argument("--share", type=float, default=0.05, help="share of the photo's area")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engine", default="patch")
    parser.add_argument("--one", nargs=2, metavar=("ENGINES", "RUNS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        case = read_case(options.photos[0], options.share, options.seed)
        print(json.dumps(measure_here(options.one[0].split(","), int(options.one[1]), *case)))
        return
    print(f"{os.cpu_count()} cores")
    for path in options.photos:
        given = [str(path.resolve()), "--share", str(options.share), "--seed", str(options.seed), "--one"]
        times = call_apart("bench.large", [*given, f"{options.engine},{_PEER}", str(_RUNS)])
        alone = call_apart("bench.large", [*given, options.engine, "1"])
        ours, theirs = times[options.engine], times[_PEER]
        print(
            f"{path.name}  {times['megapixels']:.1f} MP  hole {times['share']:.1%}"
            f"  {options.engine} {ours:.3f} s  {_PEER} {theirs:.3f} s  ratio {ours / theirs:.3f}"
            f"  peak {alone['peak_mib']:.0f} MiB",
            flush=True,
        )


if __name__ == "__main__":
    main()
