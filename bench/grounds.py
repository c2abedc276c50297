"""Fill holes in smooth grounds, and measure the largest step along any seam inside them.

    python -m bench.grounds [--photos FOLDER] [--beside SRC ...] [--out FOLDER] [--seed S] [--count N]

Skies, vignettes and backgrounds out of focus show every seam. Drawn are gradients, vignettes, banded skies,
sunsets, soft clouds, blurred lights and skies over rough ground, with a grain of 0 to 3 levels, every third
at 16 bits; from the photographs of a folder their smoothest parts are cut. Holes cover 5 to 25 %: blobs,
ellipses, boxes and strokes, some at the border of the picture.

A step is the difference of the means of two strips, 16 px long and 3 px wide, that lie 3 px apart, in four
directions, less what the truth has there (a drawing's without its grain, a photograph's smoothed), and less
the slope 9 px aside: where something else than the truth is painted, it may rise, but evenly. Of the largest
one in a hole the largest that the truth's own grain makes is taken off. The unit is a level of 8 bits; two
are just noticeable. Beside the installed engine, those in other source trees can be measured in the
same run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from bench.holes import make_blob
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageOps

_LONG, _WIDE, _GAP = 16, 3, 3
#: How far aside from a step the slope is looked at that it is compared with, px.
_ASIDE = 9
#: Standard deviation that a photograph is smoothed with, px.
_SMOOTH = 8
#: Side of a cut, px, as shares of the photograph's short side, and how far apart cuts are tried.
_CUT, _TRY = 0.5, 24
#: Largest step of a photograph's own, in levels, where it passes for smooth.
_EVEN = 6.0
_ENDINGS = {".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
_FILL = """
import sys
from pathlib import Path
import numpy as np
from wuhen.fill import erase
given, taken = map(Path, sys.argv[1:])
for path in sorted(given.glob("*.npz")):
    case = np.load(path)
    np.save(taken / path.stem, erase(case["photo"], case["hole"], threads=1))
"""

_Image = NDArray[np.float64]


class Ground(NamedTuple):
    """A case.

    Attributes
    ----------
    name
        Its kind and number.
    photo
        uint8 or uint16 ``(h, w, 3)``: the truth.
    smooth
        float ``(h, w, 3)``, 0 to 255: the truth without its grain.
    hole
        bool ``(h, w)``.
    """

    name: str
    photo: NDArray[Any]
    smooth: _Image
    hole: NDArray[np.bool_]


def _grid(shape: tuple[int, int]) -> tuple[_Image, _Image]:
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float64)
    return rows / shape[0], columns / shape[1]


def _mix(along: _Image, rng: np.random.Generator) -> _Image:
    """Blend two light colours by a share."""
    low = rng.uniform(70, 190)
    first = low + rng.uniform(-25, 25, 3)
    last = low + rng.choice([-1, 1]) * rng.uniform(25, 60) + rng.uniform(-20, 20, 3)
    share = np.clip(along, 0, 1)[..., None]
    mixed: _Image = first + share * (last - first)
    return mixed


def _linear(shape: tuple[int, int], rng: np.random.Generator) -> _Image:
    rows, columns = _grid(shape)
    angle = rng.uniform(0, 2 * np.pi)
    along = (rows - 0.5) * np.cos(angle) + (columns - 0.5) * np.sin(angle)
    return _mix(along / 1.4 + 0.5, rng)


def _distance(shape: tuple[int, int], rng: np.random.Generator) -> _Image:
    rows, columns = _grid(shape)
    y, x = rng.uniform(0.2, 0.8, 2)
    return np.asarray(np.hypot(rows - y, columns - x))


def _radial(shape: tuple[int, int], rng: np.random.Generator) -> _Image:
    return _mix(_distance(shape, rng) / 1.1, rng)


def _vignette(shape: tuple[int, int], rng: np.random.Generator) -> _Image:
    return _mix(np.full(shape, 0.5), rng) * (1 - 0.45 * _distance(shape, rng)[..., None] ** 2)


def _banded(shape: tuple[int, int], rng: np.random.Generator) -> _Image:
    return np.rint(_linear(shape, rng) / 2) * 2


def _sunset(shape: tuple[int, int], rng: np.random.Generator) -> _Image:
    rows, _ = _grid(shape)
    upper, lower = np.array([90.0, 120, 180]), np.array([235.0, 160, 110])
    share = 1 / (1 + np.exp((rng.uniform(0.4, 0.6) - rows) * rng.uniform(6, 12)))[..., None]
    return np.asarray(upper + share * (lower - upper) + rng.uniform(-15, 15, 3))


def _clouds(shape: tuple[int, int], rng: np.random.Generator) -> _Image:
    sky = _linear(shape, rng)
    cloud = np.zeros(shape)
    for cells, weight in ((3, 1.0), (6, 0.4)):
        small = Pillow.fromarray(rng.uniform(-1, 1, (cells, cells)).astype(np.float32))
        cloud += weight * np.array(small.resize(shape[::-1], Pillow.Resampling.BICUBIC))
    return np.clip(sky + 14 * cloud[..., None], 0, 255)


def _lights(shape: tuple[int, int], rng: np.random.Generator) -> _Image:
    image = Pillow.new("RGB", shape[::-1], tuple(int(value) for value in rng.uniform(60, 110, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        y, x = rng.uniform(0, shape[0]), rng.uniform(0, shape[1])
        radius = rng.uniform(0.05, 0.2) * min(shape)
        colour = tuple(int(value) for value in rng.uniform(40, 200, 3))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return _blur(np.array(image).astype(np.float64), min(shape) / 10)


def _skyline(shape: tuple[int, int], rng: np.random.Generator) -> _Image:
    image = _sunset(shape, rng)
    below = int(0.72 * shape[0])
    rough = rng.uniform(20, 90, (shape[0] - below, shape[1], 1)) * np.array([0.8, 1, 0.6])
    image[below:] = _blur(rough, 0.7)
    return image


_KINDS: dict[str, Callable[[tuple[int, int], np.random.Generator], _Image]] = {
    "linear": _linear, "radial": _radial, "vignette": _vignette, "banded": _banded, "sunset": _sunset,
    "clouds": _clouds, "lights": _lights, "skyline": _skyline,
}  # fmt: skip


def _blur(image: _Image, sigma: float) -> _Image:
    """Smooth by three boxes whose variances sum up to that of a Gaussian."""
    side = max(1, round((4 * sigma**2 + 1) ** 0.5)) // 2 * 2 + 1
    for axis in (0, 1) * 3:
        room = [(0, 0)] * 3
        room[axis] = (side // 2 + 1, side // 2)
        sums = np.cumsum(np.pad(image, room, "reflect"), axis=axis)
        ends = np.arange(image.shape[axis])
        image = (sums.take(ends + side, axis) - sums.take(ends, axis)) / side
    return image


def _make_hole(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Make a hole of 5 to 25 % of a picture."""
    height, width = shape
    share = rng.uniform(0.05, 0.25)
    form = rng.integers(5)
    if form == 0:
        return make_blob(shape, share, rng)
    across = (share * height * width * rng.uniform(0.6, 1.6)) ** 0.5
    down = share * height * width / across
    left, top = rng.uniform(0, max(width - across, 1)), rng.uniform(0, max(height - down, 1))
    mask = Pillow.new("1", (width, height))
    draw = ImageDraw.Draw(mask)
    if form == 1:
        draw.ellipse((left, top, left + across, top + down), fill=1)
    elif form == 2:
        draw.rectangle((left, top, left + across, top + down), fill=1)
    elif form == 3:
        # Cut off by the border of the picture.
        draw.ellipse((left, -down / 2, left + across, down), fill=1)
    else:
        ends = [(rng.uniform(0, width), rng.uniform(0, height)) for _ in range(3)]
        draw.line(ends, fill=1, width=max(10, round(share * min(shape) / 1.5)))
    return np.array(mask)


def draw_grounds(count: int, seed: int) -> Iterator[Ground]:
    """Draw grounds of all kinds in turn."""
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        kind = list(_KINDS)[index % len(_KINDS)]
        shape = int(rng.integers(200, 420)), int(rng.integers(260, 520))
        smooth = _KINDS[kind](shape, rng)
        hole = _make_hole(shape, rng)
        if kind == "skyline":
            hole[int(0.66 * shape[0]) :] = False
        grain = index % 4
        noisy = np.clip(smooth + rng.normal(0, 1, (*shape, 3)) * grain, 0, 255)
        wide = index % 3 == 2
        photo = np.rint(noisy * 257).astype(np.uint16) if wide else np.rint(noisy).astype(np.uint8)
        yield Ground(f"{kind}{index:02}{'w' if wide else ''}", photo, smooth, hole)


def cut_grounds(folder: Path, count: int, seed: int) -> Iterator[Ground]:
    """Cut the smoothest part out of photographs, and give those that are smooth."""
    found = 0
    for path in sorted(path for path in folder.iterdir() if path.suffix.lower() in _ENDINGS):
        with Pillow.open(path) as file:
            photo = np.array(ImageOps.exif_transpose(file).convert("RGB"))
        side = int(_CUT * min(photo.shape[:2]))
        rough = np.abs(_steps(_blur(photo.astype(np.float64), 1.5), 2)).max(axis=(0, 3))
        places = [
            (float(np.percentile(rough[y : y + side, x : x + side], 99)), y, x)
            for y in range(0, photo.shape[0] - side + 1, _TRY)
            for x in range(0, photo.shape[1] - side + 1, _TRY)
        ]
        least, y, x = min(places)
        if least > _EVEN:
            continue
        cut = photo[y : y + side, x : x + side].copy()
        hole = _make_hole((side, side), np.random.default_rng([seed, found]))
        yield Ground(path.stem[:16], cut, _blur(cut.astype(np.float64), _SMOOTH), hole)
        found += 1
        if found == count:
            return


def _steps(image: _Image, directions: int = 4) -> _Image:
    """Return the steps at each pixel ``(directions, h, w, channels)``; 0 near the border."""
    height, width = image.shape[:2]
    steps = np.zeros((directions, *image.shape))
    steps[0] = _steps_down(image)
    steps[1] = _steps_down(image.transpose(1, 0, 2)).transpose(1, 0, 2)
    rows = np.arange(height)[:, None]
    for which in range(2, directions):
        # Rows moved sideways by their number make diagonals upright.
        columns = np.arange(width)[None] + (rows if which % 2 else height - 1 - rows)
        slanted = np.full((height, width + height, image.shape[2]), np.nan)
        slanted[rows, columns] = image
        steps[which] = _steps_down(slanted.transpose(1, 0, 2)).transpose(1, 0, 2)[rows, columns]
    return steps


def _steps_down(image: _Image) -> _Image:
    """By how much the strip below differs more from that above than strips aside do, on the mean."""
    rows, columns = image.shape[0] - _WIDE + 1, image.shape[1] - _LONG + 1
    tall = np.mean([image[i : i + rows] for i in range(_WIDE)], axis=0)
    means = np.mean([tall[:, i : i + columns] for i in range(_LONG)], axis=0)
    apart = _WIDE + _GAP
    inner = means[apart:] - means[:-apart]
    around = np.pad(inner, ((_ASIDE, _ASIDE), (0, 0), (0, 0)), constant_values=np.nan)
    above, below = around[: -2 * _ASIDE], around[2 * _ASIDE :]
    above, below = np.where(np.isnan(above), below, above), np.where(np.isnan(below), above, below)
    found = np.zeros_like(image)
    top, left = _WIDE + _GAP // 2, _LONG // 2
    steeper = np.nan_to_num(inner - (above + below) / 2)
    found[top : top + inner.shape[0], left : left + inner.shape[1]] = steeper
    return found


def largest_step(ground: Ground, result: NDArray[Any]) -> float:
    """Measure a fill: its largest step in the hole that the truth's grain does not explain, in levels."""
    inside = ground.hole
    unit = 257 if result.dtype == np.uint16 else 1
    found, grain = (
        np.abs(_steps(image / unit - ground.smooth))[:, inside].max() for image in (result, ground.photo)
    )
    return max(0.0, float(found - grain))


def _fill(grounds: list[Ground], source: str | None, folder: Path) -> list[NDArray[Any]]:
    """Fill all grounds in a process of its own, with the engine of a source tree, or the installed one."""
    given, taken = folder / "given", folder / "taken"
    for room in (given, taken):
        room.mkdir(parents=True)
    for number, ground in enumerate(grounds):
        photo = ground.photo.copy()
        photo[ground.hole] = 0
        np.savez(given / f"{number:03}", photo=photo, hole=ground.hole)
    environment = os.environ if source is None else {**os.environ, "PYTHONPATH": source}
    subprocess.run([sys.executable, "-c", _FILL, given, taken], check=True, env=environment)
    return [np.load(path) for path in sorted(taken.glob("*.npy"))]


def _show(ground: Ground, results: list[NDArray[Any]]) -> Pillow.Image:
    """Lay hole, truth and fills side by side, contrast stretched threefold."""
    tiles = []
    middle = ground.smooth[ground.hole].mean(axis=0)
    for image in (ground.photo, *results):
        levels = image / (257 if image.dtype == np.uint16 else 1)
        tiles.append(np.clip((levels - middle) * 3 + 128, 0, 255).astype(np.uint8))
    tiles.insert(0, np.where(ground.hole[..., None], np.array([255, 0, 255], np.uint8), tiles[0]))
    return Pillow.fromarray(np.hstack(tiles))


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, help="also cut smooth grounds out of a folder's photographs")
    parser.add_argument("--beside", nargs="*", default=[], help="source trees of other engines")
    parser.add_argument("--out", type=Path, help="keep pictures here, contrast stretched")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=20, help="how many of either sort")
    options = parser.parse_args()
    grounds = list(draw_grounds(options.count, options.seed))
    if options.photos:
        grounds += cut_grounds(options.photos, options.count, options.seed)
    engines: list[str | None] = [None, *options.beside]
    with tempfile.TemporaryDirectory() as room:
        filled = [_fill(grounds, source, Path(room) / str(n)) for n, source in enumerate(engines)]
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    steps = np.zeros((len(grounds), len(engines)))
    for number, ground in enumerate(grounds):
        results = [results[number] for results in filled]
        steps[number] = [largest_step(ground, result) for result in results]
        print(f"{ground.name:20} {ground.hole.mean():6.1%}", *(f"{step:6.2f}" for step in steps[number]))
        if options.out:
            _show(ground, results).save(options.out / f"{ground.name}.png")
    print(f"{'largest':20} {'':6}", *(f"{step:6.2f}" for step in steps.max(axis=0)))
    print(f"{'2 levels or more':20} {'':6}", *(f"{count:6}" for count in (steps >= 2).sum(axis=0)))


if __name__ == "__main__":
    main()
