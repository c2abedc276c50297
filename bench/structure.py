"""Photographs with lines that run through the hole: make them, and measure who carries the lines through.

    python -m bench.structure make PHOTOS SILHOUETTES OUT [--count N] [--seed S] [--sides 640 2000] [--kind K]
    python -m bench.structure measure CASES OUT --engine NAME=SOURCE ... --engine pypatchmatch [--guide 512]

``make`` takes photos from one folder and pictures with transparency from another. Photos are shrunk to a
random longer side, never enlarged. A hole has the shape of a silhouette, painted over at its rim, now and
then of a blob, covers 3 to 10 % and lies where at least two long segments run through it from side to side.
Written are OUT/KIND000.png and OUT/KIND000_mask.png and so on; the same folders and seed give the same cases.

``measure`` fills them with every engine in turn, each in a process of its own: NAME=SOURCE is the package
``wuhen`` in that folder, a name alone one of `bench.peers`. With --guide, ours are guided by the truth,
shrunk to so many pixels: the perfect network. With --whole the truth is shrunk to that side before any part
is looked at; without, the part that a guide is shown. A row ``enlarged`` is that picture, merely enlarged.
Results are kept as OUT/NAME/CASE.png, figures as OUT/figures.json. Printed are, per kind, recall and
precision of the truth's lines (`bench.segments`; by weight in brackets), two of the figures of
`bench.figures`, the ratio of the processor's time to the first engine's (median) and the peak memory (most).
"""

import argparse
import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from bench.apart import Apart
from bench.cases import write_case
from bench.segments import Image, compare, crossings, find_segments
from bench.silhouettes import make_hole, read_silhouette
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageOps

_ENDINGS = {".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
_SHARES = (0.03, 0.10)
_HALF = 128
#: Segments that run through a hole, and how many places are tried to find them.
_LINES, _PLACES = 2, 150
#: Longer side, in pixels, at which they are looked for: at full size, grain cuts a shore to pieces.
_SEEN = 800

Row = dict[str, Any]


def shrink(path: Path, sides: tuple[int, int], rng: np.random.Generator) -> Pillow.Image:
    """Read a photo and shrink it to a random longer side, or leave it at its own where that is less."""
    with Pillow.open(path) as file:
        photo = ImageOps.exif_transpose(file).convert("RGB")
    side = int(rng.integers(sides[0], sides[1] + 1))
    if side < max(photo.size):
        photo = ImageOps.contain(photo, (side, side), Pillow.Resampling.LANCZOS)
    return photo


def find_hole(
    photo: Image, silhouettes: list[NDArray[np.bool_]], rng: np.random.Generator
) -> NDArray[np.bool_] | None:
    """Place holes until lines run through one; None when they do through none."""
    shape = photo.shape[:2]
    seen = ImageOps.contain(Pillow.fromarray(photo), (_SEEN, _SEEN), Pillow.Resampling.BOX)
    segments = find_segments(np.array(seen)) * (max(shape) / max(seen.size))
    for _ in range(_PLACES):
        hole = make_hole(silhouettes, (shape[0], shape[1]), rng.uniform(*_SHARES), rng)
        if hole is not None and crossings(segments, hole) >= _LINES:
            return hole
    return None


def _paths(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in _ENDINGS)
    if not found:
        raise SystemExit(f"no pictures in {folder}")
    return found


def make(options: argparse.Namespace) -> None:
    """Make cases until there are enough, or no photo is left."""
    silhouettes = [read_silhouette(path) for path in _paths(options.silhouettes)]
    options.out.mkdir(parents=True, exist_ok=True)
    made = 0
    for index, path in enumerate(_paths(options.photos)):
        rng = np.random.default_rng([options.seed, index])
        photo = shrink(path, tuple(options.sides), rng)
        hole = find_hole(np.array(photo), silhouettes, rng)
        if hole is None or made == options.count:
            continue
        name = f"{options.kind}{made:03}"
        write_case(options.out, name, photo, hole)
        print(f"{name} {path.name} {photo.width} x {photo.height}, hole {hole.mean():.1%}", flush=True)
        made += 1


def _figures(truth: Image, result: Image, hole: NDArray[np.bool_]) -> Row:
    from bench.figures import measure as measure_fill  # noqa: PLC0415 - making cases does without its libraries

    kept = compare(truth, result, hole)
    exact = bool((truth[~hole] == result[~hole]).all())
    return {**measure_fill(truth, result, hole), **kept._asdict(), "exact": exact}


def _coarse(truth: Path, side: int, folder: Path) -> Path:
    """Write the truth as it looks when it is shrunk to a side and enlarged again."""
    photo = Pillow.open(truth).convert("RGB")
    small = ImageOps.contain(photo, (side, side), Pillow.Resampling.BOX)
    path = folder / f"{truth.stem}_shrunk.png"
    small.resize(photo.size, Pillow.Resampling.BICUBIC).save(path)
    return path


def measure_case(
    engines: dict[str, Apart], mask: Path, out: Path, options: argparse.Namespace
) -> dict[str, Row]:
    """Fill one case with every engine; return the figures of each."""
    name = mask.stem.removesuffix("_mask")
    photo = mask.with_name(f"{name}.png")
    truth = np.array(Pillow.open(photo).convert("RGB"))
    hole = np.array(Pillow.open(mask).convert("L")) >= _HALF
    request: Row = {"photo": str(photo.resolve()), "mask": str(mask.resolve()), "guide": options.guide}
    enlarged = out / "enlarged" / f"{name}.png"
    if options.guide:
        enlarged.parent.mkdir(exist_ok=True)
        told = _coarse(photo, options.guide, enlarged.parent) if options.whole else photo
        request |= {"truth": str(told.resolve()), "enlarged": str(enlarged.resolve())}
    rows = {}
    for engine, process in engines.items():
        result = out / engine / f"{name}.png"
        result.parent.mkdir(exist_ok=True)
        answer = process.fill({**request, "result": str(result.resolve())})
        rows[engine] = {**answer, **_figures(truth, np.array(Pillow.open(result)), hole), "case": name}
    if options.guide and enlarged.exists():
        # Only the hole counts: outside of it a guide is not looked at.
        merged = np.where(hole[..., None], np.array(Pillow.open(enlarged)), truth)
        Pillow.fromarray(merged).save(enlarged)
        rows["enlarged"] = {**_figures(truth, merged, hole), "case": name}
    return rows


def summarise(rows: list[Row], first: list[Row]) -> str:
    """Write the means of an engine's figures, beside the times of the first engine."""
    weights = [row["weight"] for row in rows]
    parts = [f"n {len(rows):3}"]
    for figure in ("recall", "precision"):
        values = [row[figure] for row in rows]
        weighted = float(np.average(values, weights=weights)) if sum(weights) else 1.0
        parts.append(f"{figure} {np.mean(values):.3f} ({weighted:.3f})")
    parts += [f"{figure} {np.mean([row[figure] for row in rows]):6.3f}" for figure in ("psnr", "sharp")]
    if "processor" in rows[0]:
        ratios = [row["processor"] / other["processor"] for row, other in zip(rows, first, strict=True)]
        seconds = np.median([row["processor"] for row in rows])
        parts.append(f"{seconds:6.2f} s  ratio {np.median(ratios):.2f}")
        parts.append(f"peak {max(row['peak_mib'] for row in rows):5.0f} MiB")
    return "  ".join([*parts, *([] if all(row["exact"] for row in rows) else ["NOT EXACT OUTSIDE"])])


def measure(options: argparse.Namespace) -> None:
    """Fill every case with every engine in turn."""
    masks = sorted(options.cases.glob("*_mask.png"))[:: options.every]
    options.out.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[Row]] = {}
    with ExitStack() as stack:
        engines = {}
        for given in options.engine:
            name, named, source = given.partition("=")
            apart = Apart("tree", Path(source)) if named else Apart(name)
            engines[name] = stack.enter_context(apart)
        for index, mask in enumerate(masks):
            order = list(engines.items())[:: -1 if index % 2 else 1]
            for name, row in measure_case(dict(order), mask, options.out, options).items():
                rows.setdefault(name, []).append(row)
            (options.out / "figures.json").write_text(json.dumps(rows, indent=1) + "\n")
    names = [*engines, *sorted(rows.keys() - engines.keys())]
    kinds = sorted({row["case"].rstrip("0123456789") for row in rows[names[0]]})
    for kind in [*kinds, ""]:
        for name in names:
            chosen = [[row for row in rows[n] if row["case"].startswith(kind)] for n in (name, names[0])]
            print(f"{kind or 'all':10} {name:14} {summarise(*chosen)}")


def main() -> None:
    """Make cases, or measure on them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    maker = commands.add_parser("make")
    maker.add_argument("photos", type=Path)
    maker.add_argument("silhouettes", type=Path)
    maker.add_argument("out", type=Path)
    maker.add_argument("--count", type=int, help="how many cases at most; otherwise one of each photo")
    maker.add_argument("--seed", type=int, default=0)
    maker.add_argument("--sides", type=int, nargs=2, default=(640, 2000), metavar=("LEAST", "MOST"))
    maker.add_argument("--kind", default="structure", help="the letters that names begin with")
    maker.set_defaults(run=make)
    measurer = commands.add_parser("measure")
    measurer.add_argument("cases", type=Path)
    measurer.add_argument("out", type=Path)
    measurer.add_argument("--engine", action="append", required=True, metavar="NAME[=SOURCE]")
    measurer.add_argument("--guide", type=int, default=0, metavar="SIDE")
    measurer.add_argument("--whole", action="store_true", help="shrink the truth as a whole")
    measurer.add_argument("--every", type=int, default=1, help="only one case in so many")
    measurer.set_defaults(run=measure)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
