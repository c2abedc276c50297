"""Tell how well it is known what jobs will take: by the bytes that were sent, and by pictures' heads.

python -m bench.estimates prints it for a mix of pictures that pack well and badly, of three sizes and three
formats, and what the line before the workers makes of either under a virtual clock. With --measure it does
the jobs of that mix first, which takes some minutes, and prints what they took.
"""

import io
import math
import random
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from bench.queueing import Arrival, simulate
from numpy.typing import NDArray
from PIL import Image

from wuhen.action import Job, perform
from wuhen.photo import Extent

__all__ = ["MIX", "Measured", "arrivals"]

PLACES = 2
SECONDS = 600
SEEDS = range(8)
NOISE = 0.15
"""Of the same job, from one time to the next: a deviation of the logarithm."""


class Measured(NamedTuple):
    """A job of one thread with a mask of a part of its photo: what was sent, and what it took."""

    picture: str
    format: str
    size: int
    pixels: int
    seconds: float


MIX = (
    Measured("sky PNG, 0.5%", "PNG", 3_793, 998_784, 0.116),
    Measured("sky PNG, 2.0%", "PNG", 3_887, 998_784, 0.229),
    Measured("sky JPEG, 0.5%", "JPEG", 16_027, 998_784, 0.094),
    Measured("sky JPEG, 2.0%", "JPEG", 16_121, 998_784, 0.186),
    Measured("photo JPEG 75, 0.5%", "JPEG", 59_231, 998_784, 0.093),
    Measured("photo JPEG 75, 2.0%", "JPEG", 59_325, 998_784, 0.177),
    Measured("photo JPEG 95, 0.5%", "JPEG", 202_824, 998_784, 0.105),
    Measured("photo JPEG 95, 2.0%", "JPEG", 202_918, 998_784, 0.198),
    Measured("photo PNG, 0.5%", "PNG", 889_295, 998_784, 0.399),
    Measured("photo PNG, 2.0%", "PNG", 889_389, 998_784, 0.498),
    Measured("photo WEBP, 0.5%", "WEBP", 56_072, 998_784, 0.377),
    Measured("photo WEBP, 2.0%", "WEBP", 56_166, 998_784, 0.47),
    Measured("sky PNG, 0.5%", "PNG", 11_394, 3_995_136, 0.324),
    Measured("sky PNG, 2.0%", "PNG", 11_600, 3_995_136, 0.724),
    Measured("sky JPEG, 0.5%", "JPEG", 46_134, 3_995_136, 0.245),
    Measured("sky JPEG, 2.0%", "JPEG", 46_340, 3_995_136, 0.606),
    Measured("photo JPEG 75, 0.5%", "JPEG", 181_128, 3_995_136, 0.286),
    Measured("photo JPEG 75, 2.0%", "JPEG", 181_334, 3_995_136, 0.608),
    Measured("photo JPEG 95, 0.5%", "JPEG", 676_428, 3_995_136, 0.336),
    Measured("photo JPEG 95, 2.0%", "JPEG", 676_634, 3_995_136, 0.552),
    Measured("photo PNG, 0.5%", "PNG", 3_234_302, 3_995_136, 1.034),
    Measured("photo PNG, 2.0%", "PNG", 3_234_508, 3_995_136, 1.613),
    Measured("photo WEBP, 0.5%", "WEBP", 127_149, 3_995_136, 0.958),
    Measured("photo WEBP, 2.0%", "WEBP", 127_355, 3_995_136, 1.218),
    Measured("sky PNG, 0.5%", "PNG", 55_267, 24_000_000, 3.476),
    Measured("sky PNG, 2.0%", "PNG", 55_818, 24_000_000, 3.191),
    Measured("sky JPEG, 0.5%", "JPEG", 240_836, 24_000_000, 1.034),
    Measured("sky JPEG, 2.0%", "JPEG", 241_387, 24_000_000, 1.862),
    Measured("photo JPEG 75, 0.5%", "JPEG", 1_067_895, 24_000_000, 1.158),
    Measured("photo JPEG 75, 2.0%", "JPEG", 1_068_446, 24_000_000, 2.406),
    Measured("photo JPEG 95, 0.5%", "JPEG", 4_018_777, 24_000_000, 1.622),
    Measured("photo JPEG 95, 2.0%", "JPEG", 4_019_328, 24_000_000, 3.038),
    Measured("photo PNG, 0.5%", "PNG", 19_194_052, 24_000_000, 10.011),
    Measured("photo PNG, 2.0%", "PNG", 19_194_603, 24_000_000, 7.786),
    Measured("photo WEBP, 0.5%", "WEBP", 752_933, 24_000_000, 5.587),
    Measured("photo WEBP, 2.0%", "WEBP", 753_484, 24_000_000, 11.779),
)


def arrivals(rate: float, seconds: float, *, accounts: int = 8, seed: int = 1) -> Iterator[Arrival]:
    """Yield calls with jobs of the mix at random times, `rate` of them a second on average."""
    draw, at = random.Random(seed), 0.0
    while (at := at + draw.expovariate(rate)) < seconds:
        job = draw.choice(MIX)
        yield Arrival(
            at,
            f"account {draw.randrange(accounts)}",
            job.seconds * draw.lognormvariate(0, NOISE),
            job.size,
            Extent(job.format, job.pixels),
        )


def measure() -> Iterator[Measured]:
    """Do the jobs, and yield what they took."""
    rng = np.random.default_rng(1)
    for megapixels in (0.5, 2, 12):
        width = int((megapixels * 1e6 * 4 / 3) ** 0.5)
        height = width * 3 // 4
        sky = np.linspace(90, 220, height)[:, None, None] * np.array([0.6, 0.8, 1.0])
        pictures = {
            "sky": Image.fromarray(np.broadcast_to(sky, (height, width, 3)).astype(np.uint8)),
            "photo": Image.fromarray(_photo(rng, width, height)),
        }
        for name, format_, options in (
            ("sky", "PNG", {}),
            ("sky", "JPEG", {"quality": 85}),
            ("photo", "JPEG", {"quality": 75}),
            ("photo", "JPEG", {"quality": 95}),
            ("photo", "PNG", {"compress_level": 3}),
            ("photo", "WEBP", {"quality": 80, "method": 2}),
        ):
            file = _file(pictures[name], format_, **options)
            for part in (0.005, 0.02):
                hole = np.zeros((height, width), np.uint8)
                side = int((width * height * part) ** 0.5)
                hole[height // 3 :, width // 3 :][:side, :side] = 255
                job = Job(file, _file(Image.fromarray(hole), "PNG"), marked=False)
                started = time.perf_counter()
                perform(job, threads=1)
                taken = round(time.perf_counter() - started, 3)
                what = " ".join([name, format_, *map(str, options.values())])
                yield Measured(f"{what}, {part:.1%}", format_, job.size, 2 * width * height, taken)


def _photo(rng: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """Return something with as much detail at each scale as photographs have, and their grain."""
    found = rng.normal(0, 0.8, (height, width, 1)) + np.zeros((height, width, 3))
    for scale in (8, 32, 128, 512):
        rough = rng.normal(0, 1, (max(2, height // scale), max(2, width // scale), 3)).astype(np.float32)
        for channel in range(3):
            smooth = Image.fromarray(rough[..., channel]).resize((width, height), Image.Resampling.BICUBIC)
            found[..., channel] += np.asarray(smooth) * scale**0.4
    levelled: NDArray[np.float64] = (found - found.mean()) / found.std() * 45 + 120
    return levelled.clip(0, 255).astype(np.uint8)


def _file(image: Image.Image, format_: str, **options: int) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def main() -> None:
    """Print the table."""
    if "--measure" in sys.argv[1:]:
        for row in measure():
            print(row, flush=True)
    capacity = PLACES / statistics.mean(job.seconds for job in MIX)
    print(f"{PLACES} places that do {capacity:.2f} jobs/s, eight accounts, {len(SEEDS)} times {SECONDS} s:")
    print("load   told by                     error   goodput     p50     p99  in vain  Mpx at most")
    for load in (0.5, 0.9, 2, 10):
        known = [list(arrivals(load * capacity, SECONDS, seed=seed)) for seed in SEEDS]
        unknown = [[replace(call, extent=None) for call in calls] for calls in known]
        for name, runs, room in (
            ("bytes", unknown, math.inf),
            ("pixels", known, math.inf),
            ("pixels, room for 36 Mpx", known, 36e6),
        ):
            found = [simulate(calls, places=PLACES, room=room) for calls in runs]
            error, goodput, p50, p99, late = map(
                statistics.mean,
                zip(
                    *(
                        (
                            statistics.mean(one.errors),
                            one.goodput(60, SECONDS),
                            one.quantile(0.5),
                            one.quantile(0.99),
                            one.late.total(),
                        )
                        for one in found
                    ),
                    strict=True,
                ),
            )
            most = max(one.most_pixels for one in found) / 1e6
            print(
                f"{load:4g}   {name:26} {error:6.2f}  {goodput:8.2f}  {p50:6.1f}  {p99:6.1f}  {late:7.1f}"
                f"  {most:11.0f}"
            )


if __name__ == "__main__":
    main()
