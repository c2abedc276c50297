"""How well separate things are found: the outlined objects of `bench.studio.objects`, and photos without any.

    python -m bench.finders.objects PHOTOS [--plain FOLDER] [--sheet FOLDER] [--sensitivity S]

PHOTOS is what ``bench.studio.objects.fetch`` filled. An object counts as found when a proposal has an
intersection over union of .7 with its outline; those of less than .08 or more than 13 % of their photo are
not looked for, and not counted. --plain is a folder of photos without such things. What else is proposed
may be worth proposing or not, which eyes have to say: --sheet keeps every photo with its proposals.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from bench.studio.objects.outlines import LONGEST, objects, photographs
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw

from wuhen.finders import Found, find

_FOUND = 0.7
_LEAST, _MOST = 0.0008, 0.13
_SHOWN = 640


def _masks(found: Found) -> Iterator[NDArray[np.bool_]]:
    """Take the mask apart, by the outlines of its places."""
    height, width = found.mask.shape
    for place in found.places:
        drawn = Pillow.new("1", (width, height))
        ImageDraw.Draw(drawn).polygon(list(place.corners or ()), fill=1)
        yield found.mask & np.asarray(drawn)


def _keep(photo: NDArray[np.uint8], found: Found, file: Path) -> None:
    image = Pillow.fromarray(photo)
    draw = ImageDraw.Draw(image)
    for place in found.places:
        draw.polygon(list(place.corners or ()), outline=(255, 220, 0), width=max(2, image.width // 250))
        draw.text((place.box.left + 4, place.box.top + 4), f"{place.score:.2f}", fill=(255, 255, 255))
    image.thumbnail((_SHOWN, _SHOWN))
    file.parent.mkdir(parents=True, exist_ok=True)
    image.save(file, quality=88)


def _look(photo: NDArray[np.uint8], name: str, given: argparse.Namespace) -> tuple[Found, float]:
    begun = time.process_time()
    found = find(photo, "objects", sensitivity=given.sensitivity)
    seconds = time.process_time() - begun
    if given.sheet:
        _keep(photo, found, given.sheet / f"{name}.jpg")
    return found, seconds


def _outlined(given: argparse.Namespace) -> None:
    wanted = {name: [one for one in objects() if one.photograph.name == name] for name in photographs()}
    for part in ("development", "fresh"):
        right = counted = proposed = 0
        seconds = []
        chosen = [one for one in photographs().values() if one.part == part]
        for one in chosen:
            photo = one.read(given.photos)
            found, took = _look(photo, f"{part}-{one.name}", given)
            seconds.append(took)
            proposed += len(found.places)
            masks = list(_masks(found))
            for thing in wanted[one.name]:
                truth = thing.mask(*photo.shape[:2])
                if _LEAST < truth.mean() < _MOST:
                    counted += 1
                    right += any((truth & mask).sum() >= _FOUND * (truth | mask).sum() for mask in masks)
        print(
            f"{part:12} found {right} of {counted}, {proposed / len(chosen):.2f} proposals a photo, "
            f"{np.median(seconds):.1f} s of processor"
        )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photos", type=Path)
    parser.add_argument("--plain", type=Path)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--sensitivity", type=float, default=0.5)
    given = parser.parse_args()
    _outlined(given)
    if given.plain:
        paths = sorted(given.plain.glob("*.jpg"))
        counts = []
        for path in paths:
            with Pillow.open(path) as file:
                image = file.convert("RGB")
            image.thumbnail((LONGEST, LONGEST))
            counts.append(len(_look(np.asarray(image), f"plain-{path.stem}", given)[0].places))
        print(
            f"{'plain':12} {sum(map(bool, counts))} of {len(paths)} photos with any, {sum(counts)} proposals"
        )


if __name__ == "__main__":
    main()
