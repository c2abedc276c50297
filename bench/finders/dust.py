"""Measure the finder of dust on pictures whose specks, hairs and scratches are known, and on clean ones.

    python -m bench.finders.dust GROUNDS [--half held-out] [--count 40] [--sensitivity S] [--out FOLDER]

GROUNDS is a folder of photos without dust, of a megapixel and more: half of them, every other one, are used;
all of them by `--half fresh`, for a folder that nothing was chosen by. On 40 pictures of 2 megapixels, 8 to
16 defects are drawn: soft discs, as dust on a sensor is, specks, hairs and scratches; grain is laid over
every other picture, and all are compressed. Each photo is looked at as it is besides, cut to 2 megapixels;
with --whole in all its pixels too. Printed are

* the share of defects found, by kind, in smooth places and in all: those of whose core 60 % is marked;
* proposals on those pictures that touch no defect;
* clean photos with a proposal, each with its places: whether something lies there has to be looked at;
* seconds of processor time for a picture, and the most memory that the process ever took.

With --out, what was proposed in clean photos is kept there, in a sheet of cuttings.
"""

import argparse
import resource
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from bench.finders.scenes import HALVES, grounds_of
from bench.finders.specks import KINDS, DustyScene, clean_picture, dusty_scene
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageOps

from wuhen.fill.raster.regions import grow
from wuhen.finders import Found, find

_FOUND = 0.6
_NEAR = 4
_CUTTING = 160

Photo = NDArray[np.uint8]


def _look(photo: Photo, sensitivity: float) -> tuple[Found, float]:
    begun = time.process_time()
    found = find(photo, "dust", sensitivity=sensitivity, threads=1)
    return found, time.process_time() - begun


def _false(scene: DustyScene, found: Found) -> int:
    """Return how many places touch no defect."""
    near = np.zeros(found.mask.shape, bool)
    for defect in scene.defects:
        near[defect.window] |= defect.core
    near = grow(near, _NEAR)
    return sum(
        not near[box.top : box.top + box.height, box.left : box.left + box.width].any()
        for box in (place.box for place in found.places)
    )


def _cuttings(photo: Photo, found: Found) -> list[Pillow.Image]:
    image = Pillow.fromarray(photo)
    cuttings = []
    for place in sorted(found.places, key=lambda one: -one.score)[:3]:
        x, y = place.box.left + place.box.width // 2, place.box.top + place.box.height // 2
        half = max(place.box.width, place.box.height, 60)
        cuttings.append(image.crop((x - half, y - half, x + half, y + half)).resize((_CUTTING, _CUTTING)))
    return cuttings


def _sheet(cuttings: list[tuple[str, Pillow.Image]], file: Path) -> None:
    across = 8
    sheet = Pillow.new("RGB", (across * _CUTTING, -(-len(cuttings) // across) * (_CUTTING + 14)))
    draw = ImageDraw.Draw(sheet)
    for number, (name, image) in enumerate(cuttings):
        at = number % across * _CUTTING, number // across * (_CUTTING + 14)
        draw.text(at, name[:24])
        sheet.paste(image, (at[0], at[1] + 14))
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(file)


def _dusty(paths: list[Path], given: argparse.Namespace) -> None:
    seen: dict[tuple[str, bool], list[bool]] = defaultdict(list)
    false, excess, seconds = 0, [], []
    for index in range(given.count):
        scene = dusty_scene(paths, index, given.half)
        found, took = _look(scene.picture, given.sensitivity)
        seconds.append(took)
        false += _false(scene, found)
        excess.append(float(found.mask.mean()))
        for defect in scene.defects:
            marked = found.mask[defect.window][defect.core].mean() >= _FOUND
            seen[defect.kind, defect.smooth].append(bool(marked))
    for kind in KINDS:
        smooth, rough = seen[kind, True], seen[kind, False]
        shares = (
            f"smooth {np.mean(smooth):.3f} of {len(smooth):3}   rough {np.mean(rough):.3f} of {len(rough)}"
        )
        print(f"{kind:8} {shares}")
    smooth = [one for (_, is_smooth), many in seen.items() for one in many if is_smooth]
    every = [one for many in seen.values() for one in many]
    print(f"found in smooth places {np.mean(smooth):.3f} of {len(smooth)}, of all {np.mean(every):.3f}")
    print(f"beside them {false} places on {given.count} pictures; {np.mean(excess):.2%} of a picture marked")
    print(f"{np.median(seconds):.2f} s of processor a picture, most {max(seconds):.2f}")


def _clean(paths: list[Path], given: argparse.Namespace, *, whole: bool) -> None:
    cuttings, proposed, each = [], 0, []
    for index, path in enumerate(paths):
        photo = clean_picture(path, index, given.half)
        if whole:
            with Pillow.open(path) as file:
                photo = np.asarray(ImageOps.exif_transpose(file).convert("RGB"))
        found, took = _look(photo, given.sensitivity)
        each.append(took / (photo.shape[0] * photo.shape[1] / 2e6))
        if found:
            proposed += 1
            print(f"  {len(found.places):3} in {path.stem}", [tuple(one.box) for one in found.places[:4]])
            cuttings += [(path.stem, one) for one in _cuttings(photo, found)]
    size = "whole" if whole else "of 2 megapixels"
    print(
        f"clean photos {size}: {proposed} of {len(paths)} with any; {np.median(each):.2f} s for 2 megapixels"
    )
    if given.out and cuttings:
        _sheet(cuttings, given.out / f"{given.half}{'-whole' if whole else ''}.png")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("grounds", type=Path)
    parser.add_argument("--half", choices=HALVES, default=HALVES[0])
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--sensitivity", type=float, default=0.5)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    paths = grounds_of(given.grounds, given.half)
    _dusty(paths, given)
    _clean(paths, given, whole=False)
    if given.whole:
        _clean(paths, given, whole=True)
    print(f"most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
