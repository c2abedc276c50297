"""Erase a logo and stamps of dates from a folder of photos by one command, and compare with the truth.

    python -m bench.finders.folder GROUNDS OUT [--count 200] [--longest 1600] [--find overlay] [--seed 1]
        [--kind plain|hard]

GROUNDS is a folder of photos without lettering in their corners. So many of them, of several sizes, upright
and lying, are given a logo and a stamp (one in ten has neither), and saved as JPEG files of several qualities
in OUT/marked. Then ``wuhen erase OUT/marked --find overlay -o OUT/erased`` is called, and ``wuhen find`` for
what it took for the marks. In a hard folder the logo is fainter and follows the width, the stamp is of white
letters, one photo in seven lacks one of the two, photos are as small as 640 pixels, and quality is as low as
60. A photo is

* right, if 95 % of the pixels of each mark it has are marked; or it has none, and is left alone;
* reported, if it has marks of which less is marked, and it is named as a photo without some of them;
* partly, if it has such marks, and nothing is said;
* wrong, if it has none, and something is marked.

Printed are these, how much more than the marks is erased, as a share of the photo, and how far results are
from the photos before they were marked: mean difference in levels where marks were, before and after.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from bench.finders.overlays import Coverage, Logo, Stamp, blend, draw_logo, draw_stamp
from numpy.typing import NDArray
from PIL import Image, ImageOps

from wuhen.fill.raster.regions import grow

Photo = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def _short(width: int, height: int) -> float:
    return min(width, height)


def _wide(width: int, _: int) -> float:
    return width


@dataclass(frozen=True, slots=True)
class Kind:
    """What a folder is like: marks, shares of photos without any and without one, sides and qualities."""

    logo: Logo
    stamp: Stamp
    bare: float
    lacking: float
    sides: tuple[float, ...]
    qualities: tuple[int, ...]


ORANGE = Stamp((0, 1), _short, 0.032, 0.04, (255, 140, 20), segments=True, outline=False)
WHITE = Stamp((0, 1), _short, 0.036, 0.04, (255, 255, 255), segments=False, outline=False)
RING = Logo("ring", (1, 1), _short, 0.22, 0.03, (255, 255, 255), 0.8)
FAINT = Logo("ring", (1, 1), _wide, 0.18, 0.025, (255, 255, 255), 0.45)
KINDS = {
    "plain": Kind(RING, ORANGE, 0.1, 0.0, (1, 0.75, 0.625), (75, 85, 92)),
    "hard": Kind(FAINT, WHITE, 0.1, 0.15, (1, 0.8, 0.6, 0.4), (60, 70, 80, 90)),
    "hard-orange": Kind(FAINT, ORANGE, 0.1, 0.15, (1, 0.8, 0.6, 0.4), (60, 70, 80, 90)),
}
#: A pixel belongs to a mark from this coverage on, and to what is near one up to so many pixels.
COVERED, NEAR = 0.1, 6
#: What of a mark must be found.
FOUND = 0.95


@dataclass(slots=True)
class Case:
    """A photo of the folder: before it was marked, and which pixels each mark covers."""

    clean: Photo = field(repr=False)
    marks: list[Mask] = field(repr=False)


def make(
    grounds: Path, folder: Path, count: int, longest: int, *, kind: Kind = KINDS["plain"], seed: int = 1
) -> dict[str, Case]:
    """Write a folder of marked photos, and return what is known of them, by the files' names."""
    paths = sorted(path for path in grounds.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg"})
    rng = random.Random(seed)
    rng.shuffle(paths)
    cases = {}
    for number, path in enumerate(paths[:count]):
        clean = _loaded(path, round(longest * rng.choice(kind.sides)))
        height, width = clean.shape[:2]
        photo, marks = clean, list[Mask]()
        text = f"'{rng.randint(10, 26)} {rng.randint(1, 12):2d} {rng.randint(1, 28):2d}"
        layers: list[tuple[Coverage, tuple[int, int, int]]] = [
            (draw_logo(kind.logo, width, height), kind.logo.colour),
            (draw_stamp(kind.stamp, text, width, height)[0], kind.stamp.colour),
        ]
        if rng.random() < kind.bare:
            layers = []
        elif rng.random() < kind.lacking:
            del layers[rng.randrange(2)]
        for cover, colour in layers:
            photo = blend(photo, cover, colour)
            marks.append(cover > COVERED)
        name = f"{number:03d}.jpg"
        Image.fromarray(photo).save(folder / name, quality=rng.choice(kind.qualities))
        cases[name] = Case(clean, marks)
    return cases


def _loaded(path: Path, longest: int) -> Photo:
    with Image.open(path) as image:
        image.draft("RGB", (longest, longest))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((longest, longest))
    return np.asarray(upright)


def judge(case: Case, mask: Mask, *, named: bool) -> str:
    """Return what a photo is, by what was marked in it, and whether it was named as lacking marks."""
    if not case.marks:
        return "wrong" if mask.any() else "right"
    if all((mask & one).sum() >= FOUND * one.sum() for one in case.marks):
        return "right"
    return "reported" if named else "partly"


def _named(report: Path) -> set[str]:
    """Return the photos of which the report says that overlays lack."""
    return {
        Path(entry["photo"]).name
        for entry in json.loads(report.read_text("utf-8"))
        if entry.get("message") or entry.get("found", {}).get("overlay") == 0
    }


def _run(*arguments: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "wuhen", *arguments], check=False)
    return time.perf_counter() - begun


def _mask(path: Path, like: Photo) -> Mask:
    if not path.exists():
        return np.zeros(like.shape[:2], np.bool_)
    with Image.open(path) as image:
        return np.asarray(image.convert("L")) > 127


def main() -> None:
    """Make the folder, run the commands, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("grounds", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--longest", type=int, default=1600)
    parser.add_argument("--find", default="overlay")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS, default="plain")
    wanted = parser.parse_args()
    marked, erased, masks = (wanted.out / name for name in ("marked", "erased", "masks"))
    marked.mkdir(parents=True)
    kind = KINDS[wanted.kind]
    cases = make(wanted.grounds, marked, wanted.count, wanted.longest, kind=kind, seed=wanted.seed)
    seconds = _run("erase", str(marked), "--find", wanted.find, "-o", str(erased))
    _run("find", str(marked), "--what", wanted.find, "-o", str(masks))
    verdicts: Counter[str] = Counter()
    more, before, after = list[float](), list[float](), list[float]()
    named = _named(erased / "report.json")
    for name, case in cases.items():
        mask = _mask(masks / f"{name}.png", case.clean)
        verdict = judge(case, mask, named=name in named)
        verdicts[verdict] += 1
        if verdict != "right":
            print(f"{verdict}: {marked / name}")
        truth = np.logical_or.reduce([np.zeros(mask.shape, np.bool_), *case.marks])
        more.append(float((mask & ~grow(truth, NEAR)).mean()))
        result = erased / name
        if truth.any() and mask.any() and result.exists():
            for folder, differences in ((marked, before), (erased, after)):
                with Image.open(folder / name) as image:
                    away = np.abs(np.asarray(image.convert("RGB"), np.float32) - case.clean)
                differences.append(float(away[truth].mean()))
    print(", ".join(f"{verdict} {number}" for verdict, number in sorted(verdicts.items())))
    print(f"erased beside the marks: mean {np.mean(more):.4f} of the photo, most {np.max(more):.4f}")
    print(f"levels from the clean photo, on marks: {np.mean(before):.1f} before, {np.mean(after):.1f} after")
    print(f"{seconds:.0f} s, {seconds / len(cases):.2f} s a photo")


if __name__ == "__main__":
    main()
