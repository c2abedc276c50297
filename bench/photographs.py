"""Time whole jobs on photographs of 24, 50 and 100 megapixels, step by step, beside plain recoding.

    python -m bench.photographs PICTURE [--megapixels 24,50,100] [--formats JPEG,PNG,TIFF] [--pieces 1,20]

From the picture a photograph of each size is made, enlarged and with grain of its own, and two masks of 2 %
of it: one blob, and many small ones. Each job runs in a process of its own, after a small one has loaded
compiled code. Printed are the seconds of processor time and the peak memory of each step; then, from the same
run, Pillow and ImageMagick (`convert`) decoding the same file and encoding it again in its format, and how
many times their processor time everything but the fill takes. On a machine that does nothing else that is how
long it takes, as all but the fill runs on one processor.
"""

import argparse
import io
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

import numpy as np
from bench.holes import make_blob
from PIL import Image as Pillow

from wuhen.action import Job, perform

Pillow.MAX_IMAGE_PIXELS = None

SHARE = 0.02
_BAND = 512  # rows
_GRAIN = 3.0  # standard deviation, in grey levels
_ENDINGS = {"JPEG": "jpg", "PNG": "png", "TIFF": "tif"}
# As each is commonly written.
_PLAIN: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 95},
    "PNG": {},
    "TIFF": {"compression": "tiff_adobe_deflate"},
}
_POLL = 0.01  # seconds


def make_photograph(source: Path, megapixels: float) -> Pillow.Image:
    """Enlarge a picture to 4:3 and so many megapixels, with grain so that it compresses like a photograph."""
    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    width = round(megapixels * 1e6 / height)
    with Pillow.open(source) as file:
        image = file.convert("RGB").resize((width, height), Pillow.Resampling.BICUBIC)
    rng = np.random.default_rng(0)
    for top in range(0, height, _BAND):
        box = (0, top, width, min(top + _BAND, height))
        band = np.asarray(image.crop(box)).astype(np.float32)
        band += rng.normal(0, _GRAIN, band.shape).astype(np.float32)
        image.paste(Pillow.fromarray(band.clip(0, 255).astype(np.uint8)), box)
    return image


def make_mask(size: tuple[int, int], pieces: int) -> Pillow.Image:
    """Mark a share of a picture of a width and height, in so many blobs."""
    width, height = size
    rng = np.random.default_rng(pieces)
    mask = np.zeros((height, width), bool)
    for _ in range(pieces):
        mask |= make_blob((height, width), SHARE / pieces, rng)
    return Pillow.fromarray(mask)


class Watch:
    """Notes, many times a second, what this process holds and has used. Use as a context manager."""

    def __init__(self) -> None:
        self.start = time.perf_counter()
        self.seen: list[tuple[float, float, float]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        page = 4096
        while not self._stop.wait(_POLL):
            resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * page
            now = time.perf_counter() - self.start
            self.seen.append((now, resident / 2**20, time.process_time()))

    def peak(self, begin: float, end: float) -> float:
        """Return the most MiB between two moments, in seconds since the start."""
        return max((held for at, held, _ in self.seen if begin <= at <= end), default=0.0)

    def used(self, begin: float, end: float) -> float:
        """Return the seconds of processor time between two moments."""
        at, _, used = np.array(self.seen).T
        return float(np.interp(end, at, used) - np.interp(begin, at, used))


def measure_job(photo: Path, mask: Path, name: str) -> dict[str, float]:
    """Run one job here; return the processor time and peak MiB of each step, and the result's bytes."""
    # Compiled code is loaded by a small one of the kind, whose hole is wide enough for the same engine.
    small, spot = io.BytesIO(), io.BytesIO()
    Pillow.new("RGB", (256, 256)).save(small, name)
    Pillow.fromarray(np.pad(np.full((96, 96), 255, np.uint8), 80)).save(spot, "PNG")
    perform(Job(small.getvalue(), spot.getvalue(), output_format=name))
    job = Job(photo.read_bytes(), mask.read_bytes(), output_format=name)
    with Watch() as watch:
        begin = time.perf_counter() - watch.start
        outcome = perform(job)
        end = time.perf_counter() - watch.start
    found: dict[str, float] = {"total": watch.used(begin, end), "bytes": len(outcome.data)}
    for step, seconds in outcome.seconds.items():
        found[step] = watch.used(begin, begin + seconds)
        found[f"{step} MiB"] = watch.peak(begin, begin + seconds)
        begin += seconds
    return found | {"MiB": watch.peak(0, end)}


def measure_pillow(photo: Path, name: str) -> dict[str, float]:
    """Have Pillow decode a file and encode it again."""
    start = time.process_time()
    with Pillow.open(photo) as image:
        image.load()
        image.save(io.BytesIO(), name, **_PLAIN[name])
    return {"total": time.process_time() - start}


def call_apart(photo: Path, *flags: str) -> dict[str, float]:
    """Run this module in a fresh process; return the JSON object that it prints."""
    command = [sys.executable, "-m", "bench.photographs", str(photo.resolve()), *flags]
    root = Path(__file__).parent.parent
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=root)
    found: dict[str, float] = json.loads(run.stdout)
    return found


def measure_imagemagick(photo: Path) -> float | None:
    """Have ImageMagick do the same; return the seconds, or None where it is not installed."""
    command = shutil.which("convert")
    if command is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        given = [command, str(photo), "-quality", "95"]
        if photo.suffix == ".png":
            given = [command, str(photo)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*given, f"{folder}/out{photo.suffix}"], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report(photo: Path, mask: Path, name: str, what: str) -> None:
    """Measure one case, and print its line."""
    ours = call_apart(photo, "--one", str(mask.resolve()), name)
    pillow = call_apart(photo, "--plain", name)["total"]
    magick = measure_imagemagick(photo)
    steps = [step for step in ("decode", "fill", "mark", "label", "encode") if step in ours]
    parts = "  ".join(f"{step} {ours[step]:.2f} s {ours[f'{step} MiB']:.0f} MiB" for step in steps)
    rest = ours["total"] - ours["fill"]
    beside = f"Pillow {pillow:.2f} s ({rest / pillow:.2f}x)"
    if magick is not None:
        beside += f"  ImageMagick {magick:.2f} s ({rest / magick:.2f}x)"
    sizes = f"{photo.stat().st_size / 1e6:.0f} -> {ours['bytes'] / 1e6:.0f} MB"
    summary = f"all but fill {rest:.2f} s  {beside}  peak {ours['MiB']:.0f} MiB  {sizes}"
    print(f"{what}  {parts}  | {summary}", flush=True)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("picture", type=Path, metavar="PICTURE")
    parser.add_argument("--megapixels", default="24,50,100")
    parser.add_argument("--formats", default="JPEG,PNG,TIFF")
    parser.add_argument("--pieces", default="1,20", help="blobs in a mask")
    parser.add_argument("--keep", type=Path, help="folder for the files that are made, for another run")
    parser.add_argument("--one", nargs=2, metavar=("MASK", "FORMAT"), help=argparse.SUPPRESS)
    parser.add_argument("--plain", metavar="FORMAT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure_job(options.picture, Path(options.one[0]), options.one[1])))
        return
    if options.plain:
        print(json.dumps(measure_pillow(options.picture, options.plain)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        for megapixels in map(float, options.megapixels.split(",")):
            image: Pillow.Image | None = None
            for name in options.formats.split(","):
                photo = folder / f"photo-{megapixels:g}.{_ENDINGS[name]}"
                if not photo.exists():
                    image = image or make_photograph(options.picture, megapixels)
                    image.save(photo, name, **_PLAIN[name])
                for pieces in map(int, options.pieces.split(",")):
                    mask = folder / f"mask-{megapixels:g}-{pieces}.png"
                    if not mask.exists():
                        with Pillow.open(photo) as file:
                            make_mask(file.size, pieces).save(mask)
                    report(photo, mask, name, f"{megapixels:g} MP {name}, {pieces} blobs:")


if __name__ == "__main__":
    main()
