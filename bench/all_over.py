"""Measure fills of large photos with every kind of mask that is legal, beside what was estimated.

    python -m bench.all_over [--side 4999] [--kinds dots,grid] [--engine auto]

Each runs in a process of its own, once after a small warm-up, with one thread. What is printed is the hole,
the processor's seconds, the seconds estimated, and by how much memory grew at the most.
"""

import argparse
import json
import time
from collections.abc import Callable

import numpy as np
from bench.memory import forget_peak, peak_mib
from bench.speed import call_apart, make_photo
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

import wuhen.fill

_LETTERING = "The quick brown fox jumps over the lazy dog. "


def _dots(side: int) -> NDArray[np.bool_]:
    hole = np.zeros((side, side), np.bool_)
    for row, column in np.ndindex(2, 2):
        hole[4 + row :: 9, 4 + column :: 9] = True
    return hole


def _grid(side: int) -> NDArray[np.bool_]:
    hole = np.zeros((side, side), np.bool_)
    for offset in range(2):
        hole[20 + offset :: 40] = hole[:, 20 + offset :: 40] = True
    return hole


def _scribbles(side: int) -> NDArray[np.bool_]:
    rng = np.random.default_rng(1)
    layer = Pillow.new("1", (side, side))
    for _ in range(side // 50):
        steps = rng.normal(0, side / 25, (60, 2))
        steps[0] = rng.uniform(0, side, 2)
        points = np.clip(np.cumsum(steps, axis=0), 0, side - 1)
        ImageDraw.Draw(layer).line([(float(x), float(y)) for x, y in points], fill=1, width=2)
    return np.array(layer)


def _lettering(side: int) -> NDArray[np.bool_]:
    layer = Pillow.new("1", (side, side))
    font = ImageFont.load_default(size=60)
    for top in range(0, side, 120):
        ImageDraw.Draw(layer).text((10, top), _LETTERING * (side // 600 + 1), fill=1, font=font)
    return np.array(layer)


def _object(side: int) -> NDArray[np.bool_]:
    hole = np.zeros((side, side), np.bool_)
    begin, end = round(side * 0.13), round(side * 0.87)
    hole[begin:end, begin:end] = True
    return hole


KINDS: dict[str, Callable[[int], NDArray[np.bool_]]] = {
    "dots": _dots,
    "grid": _grid,
    "scribbles": _scribbles,
    "lettering": _lettering,
    "object": _object,
}


def measure_here(kind: str, side: int, engine: str) -> dict[str, float]:
    """Fill once in this process."""
    photo, hole = make_photo(side), KINDS[kind](side)
    wuhen.fill.warmup(engine, 1)
    found = wuhen.fill.estimate(hole, wuhen.fill.Options(engine=engine))
    forget_peak()
    before, start = peak_mib(), time.process_time()
    wuhen.fill.erase(photo, hole, engine=engine, threads=1)
    return {
        "hole": np.count_nonzero(hole) / 1e6,
        "seconds": time.process_time() - start,
        "estimated": found.work / wuhen.fill.measure_speed(),
        "mib": peak_mib() - before,
        "estimated_mib": found.memory / 2**20,
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--side", type=int, default=4999, help="of the photo, in pixels")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure_here(options.one, options.side, options.engine)))
        return
    for kind in options.kinds.split(","):
        given = ["--side", str(options.side), "--engine", options.engine, "--one", kind]
        found = call_apart("bench.all_over", given)
        print(
            f"{kind:10s} hole {found['hole']:6.2f} MP  {found['seconds']:6.1f} s ({found['estimated']:.1f} s)"
            f"  {found['mib']:5.0f} MiB ({found['estimated_mib']:.0f} MiB)",
            flush=True,
        )


if __name__ == "__main__":
    main()
