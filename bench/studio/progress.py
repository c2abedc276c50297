"""What progress and previews are worth while a photo is filled, and what they cost.

    python -m bench.studio.progress [FOLDER] [--count 4] [--side 3000] [--repeats 3]

Each photo (of the folder, or the bundled samples), scaled to a longest side, is filled in ellipses of three
sizes by one thread. Printed are, by size: how long a fill takes; how far the fraction that is told is from
the share of the time that has passed, at worst; when the first preview comes, as a share of the time, and how
many come; and how much longer a job takes for who asks for them than for who does not, in CPU time, taken in
turn, the least of all repeats. With `--plain` nothing but the first two is measured, which versions have that
show nothing.
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen import fill, samples

_SIZES = (0.05, 0.12, 0.3)
"""Radii of the ellipses, as shares of the shorter side."""
_QUALITY = 95


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--side", type=int, default=3000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--plain", action="store_true")
    given = parser.parse_args()
    photos = list(_photos(given.folder, given.side))[: given.count]
    fill.warmup("auto", 1)
    print("| radius | seconds | fraction off by, at worst | first preview | previews | cost of asking |")
    print("|---|---|---|---|---|---|")
    for size in _SIZES:
        rows = [_measure(photo, _ellipse(photo, size), given.repeats, plain=given.plain) for photo in photos]
        cells = [statistics.median(column) for column in zip(*rows, strict=True)]
        more = ["", "", ""] if given.plain else [f"{cells[2]:.2f}", f"{cells[3]:.0f}", f"{cells[4]:+.1%}"]
        print(f"| {size} | {cells[0]:.2f} | {cells[1]:.2f} | {' | '.join(more)} |")


def _photos(folder: Path | None, side: int) -> Iterator[NDArray[np.uint8]]:
    found = folder or Path(samples.__file__).parent
    for file in sorted(found.iterdir()):
        if file.suffix.lower() in {".jpg", ".jpeg"}:
            with Image.open(file) as image:
                scale = side / max(image.size)
                size = round(image.width * scale), round(image.height * scale)
                yield np.asarray(image.convert("RGB").resize(size, Image.Resampling.LANCZOS))


def _ellipse(photo: NDArray[np.uint8], size: float) -> NDArray[np.bool_]:
    height, width = photo.shape[:2]
    rows, columns = np.mgrid[:height, :width]
    radius = size * min(height, width)
    near = ((rows - 0.55 * height) / radius) ** 2 + ((columns - 0.5 * width) / (1.3 * radius)) ** 2 <= 1
    return np.asarray(near)


def _measure(
    photo: NDArray[np.uint8], hole: NDArray[np.bool_], repeats: int, *, plain: bool
) -> tuple[float, ...]:
    took, off = _evenness(photo, hole)
    if plain:
        return took, off
    from wuhen.action import Job, News, perform  # noqa: PLC0415 - not in every version

    job = Job(_file(Image.fromarray(photo), "JPEG"), _file(Image.fromarray(hole), "PNG"), marked=False)
    shown: list[float] = []
    began = 0.0

    def told(news: News) -> None:
        if news.picture is not None:
            shown.append(time.perf_counter() - began)

    asking, silent = [], []
    for _ in range(repeats):
        silent.append(_cpu(lambda: perform(job, threads=1)))
        shown.clear()
        began = time.perf_counter()
        asking.append(_cpu(lambda: perform(job, threads=1, tell=told)))
    whole = time.perf_counter() - began
    first = shown[0] / whole if shown else 1.0
    return took, off, first, len(shown), min(asking) / min(silent) - 1


def _evenness(photo: NDArray[np.uint8], hole: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the seconds a fill takes, and by how much the fraction is off at worst."""
    told: list[tuple[float, float]] = []
    began = time.perf_counter()
    fill.erase(photo, hole, threads=1, progress=lambda done: told.append((done, time.perf_counter())))
    whole = time.perf_counter() - began
    shares = [(done, (at - began) / whole) for done, at in told]
    # Between two tellings the last one stands.
    before = [(done, share) for (done, _), (_, share) in zip([(0.0, 0.0), *shares], shares, strict=False)]
    return whole, max(abs(done - share) for done, share in (*shares, *before, (shares[-1][0], 1.0)))


def _cpu(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _file(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, quality=_QUALITY)
    return out.getvalue()


if __name__ == "__main__":
    main()
