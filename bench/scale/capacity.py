"""Measure what a call takes, by whom: python -m bench.scale.capacity [--json docs/figures/capacity.json].

First jobs alone, on one core, by the size of the photo and of the hole. Then calls of the official SDK
through nginx to a service with one worker, PostgreSQL, Redis and an S3 server: what each of these processes
computed for a call, in processor time, so that a busy machine tells nearly the same as an idle one; what
went over the wire; and how often the service asked each of the others. The last line of each table is what
they do when nobody calls.

`--page docs/scale.md` writes the tables there, and what follows from them.
"""

import argparse
import base64
import io
import json
import os
import platform
import time
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from bench.holes import make_blob
from bench.scale.page import insert
from bench.scale.reckoning import tables
from bench.scale.town import Town
from PIL import Image

from wuhen import fill, photo
from wuhen.action import Job, perform
from wuhen.action.limits import OWN_LIMITS

ROOT = Path(__file__).parents[2]

SIZES = (0.5, 2.0, 12.0, 24.0, 48.0)
HOLES = (0.01, 0.04, 0.1)
CALLS = {0.006: 40, 0.5: 10, 2.0: 8, 12.0: 4, 18.0: 3}
"""How many calls are sent of each size; the smallest is for what does not depend on it."""
IDLE_SECONDS = 20.0
ENOUGH = 1.0
"""Seconds of jobs after which one is not repeated."""


def picture(megapixels: float) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return a photo of a size: one of the package's, laid out again and again, every other one mirrored."""
    with Image.open(files("wuhen.samples") / "spruce.jpg") as file:  # type: ignore[arg-type]
        tile = np.asarray(file.convert("RGB"))
    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    width = round(height * 4 / 3)
    tile = np.concatenate([tile, tile[:, ::-1]], axis=1)
    tile = np.concatenate([tile, tile[::-1]], axis=0)
    rows, columns = -(-height // tile.shape[0]), -(-width // tile.shape[1])
    return np.tile(tile, (rows, columns, 1))[:height, :width]


def scene(megapixels: float, hole: float, quality: int = 90) -> tuple[bytes, bytes]:
    """Return a photo as JPEG of a quality, and a mask as PNG that erases a share of it."""
    pixels = picture(megapixels)
    mask = make_blob(pixels.shape[:2], hole, np.random.default_rng(1)).astype(np.uint8) * 255
    made = []
    for image, form in ((pixels, "JPEG"), (mask, "PNG")):
        file = io.BytesIO()
        Image.fromarray(image).save(file, form, **({"quality": quality} if form == "JPEG" else {}))
        made.append(file.getvalue())
    return made[0], made[1]


def measure_jobs(sizes: Sequence[float]) -> Iterator[dict[str, Any]]:
    """Yield what jobs take on one core: processor time, as a worker of one thread has one to itself."""
    fill.warmup("auto", 1)
    photo.warmup()
    for megapixels in sizes:
        for hole in HOLES:
            data = scene(megapixels, hole)
            job = Job(*data, limits=OWN_LIMITS)
            perform(Job(*scene(0.5, hole)), threads=1)
            runs, outcome, began = 0, None, time.process_time()
            while runs < 3 and time.process_time() - began < ENOUGH:
                outcome = perform(job, threads=1)
                runs += 1
            seconds = (time.process_time() - began) / runs
            assert outcome
            row = {
                "megapixels": megapixels,
                "hole": hole,
                "seconds": round(seconds, 3),
                "bytes": len(data[0]) + len(data[1]),
                "engine": outcome.engine,
            }
            print(row, flush=True)
            yield row


def measure_calls(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what calls take of each process, and how often the service asked the others."""
    with Town(folder) as town:
        for megapixels, count in CALLS.items():
            # The vendor's action takes 6 MB of base64.
            data = scene(megapixels, 0.01, 90 if megapixels <= 12 else 75)
            sent = {
                "InputImage": base64.b64encode(data[0]).decode(),
                "Mask": base64.b64encode(data[1]).decode(),
            }
            for answer in ("url", "base64"):
                town.erase({**sent, "RspImgType": answer})
                before, began = town.look(), time.monotonic()
                returned = sum(len(town.erase({**sent, "RspImgType": answer})) for _ in range(count))
                spent = town.look() - before
                row = {
                    "megapixels": megapixels,
                    "answer": answer,
                    "calls": count,
                    "wall": round((time.monotonic() - began) / count, 4),
                    "sent": sum(map(len, sent.values())),
                    "returned": returned // count,
                    **spent.per(count),
                }
                print(row, flush=True)
                yield row
        before, began = town.look(), time.monotonic()
        time.sleep(IDLE_SECONDS)
        yield {"idle": True, **(town.look() - before).per(time.monotonic() - began)}


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, default=ROOT / "docs/figures/capacity.json")
    parser.add_argument("--page", type=Path, help="the page to write the tables into")
    parser.add_argument("--folder", type=Path, help="an empty folder for the servers; else a temporary one")
    parser.add_argument("--only", choices=("jobs", "calls", "tables"), help="measure a part; keep the others")
    parser.add_argument("--largest", type=float, default=SIZES[-1], help="megapixels of the largest photo")
    given = parser.parse_args()
    found = json.loads(given.json.read_text()) if given.json.exists() else {}
    if given.only in {None, "jobs"}:
        found["machine"] = {"processor": _processor(), "processors": os.cpu_count()}
        found["jobs"] = list(measure_jobs([size for size in SIZES if size <= given.largest]))
    if given.only in {None, "calls"}:
        found["calls"] = list(measure_calls(given.folder or Path("/tmp")))  # noqa: S108 - Town makes its own
    given.json.write_text(json.dumps(found, indent=1) + "\n")
    for name, table in tables(found).items():
        print(f"\n{name}\n\n{table}")
        if given.page:
            insert(given.page, name, table)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        lines = []
    return next((line.partition(": ")[2] for line in lines if "model name" in line), platform.machine())


if __name__ == "__main__":
    main()
