"""Measure the mode "full": how often what an object left goes, and what is changed that should not be.

    python -m bench.effects [--objects FOLDER] [--photos FOLDER] [--count N] [--seed S] [--out FOLDER]

Scenes are drawn (`bench.effect_scenes`): an object on a ground, with one of the effects, or with something
that may pass for one; by turns with drawn objects and, where a folder is given, with pictures that have
transparency, and on drawn grounds and photographs. Of photographs, there are also holes in them as they are
(*photograph*): there every change outside the hole, but for a rim, is taken to be wrong; look at them.

Per kind: how often the effect was found, which is to say that half of it, by its strength, was changed; how
far what it lies on is from the truth, in levels, before and after, smoothed over 2 px; in how many cases more
than 40 pixels farther than 8 px from hole and effect were changed, how many there were on the mean, and how
far they are from the truth.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from bench.effect_scenes import EFFECTS, NEGATIVES, Scene, blur, draw_scene
from bench.holes import make_blob
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageOps

from wuhen.fill import erase

#: Differences from the truth by which an effect is seen, and changes that count, in levels.
_SEEN, _CHANGED = 6, 2
#: How near hole and effect pixels may change, px, and how many others may in a case that counts as right.
_NEAR, _FEW = 8, 40
_SIZE = (640, 480)
#: How many photographs are used.
_GROUNDS = 40
#: Standard deviation of photographs, and mean difference of neighbours in their lower halves, in levels.
_FLAT, _CLEAN, _ROUGH = 10, 0.5, 4
_LEAST = 60
_ENDINGS = {".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}


class _Figures(NamedTuple):
    found: bool
    before: float
    after: float
    wrong: int
    harm: float


def _files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _ENDINGS)


def _objects(paths: list[Path], rng: np.random.Generator) -> Iterator[NDArray[np.float32] | None]:
    """Draw objects, by turns None and a picture that is transparent at its borders."""
    while True:
        yield None
        for _ in range(20 if paths else 0):
            with Pillow.open(paths[rng.integers(len(paths))]) as file:
                picture = np.asarray(file.convert("RGBA"), np.float32)
            solid = picture[..., 3] > 128
            if min(picture.shape[:2]) >= _LEAST and 0.1 < solid.mean() < 0.9:
                rows, columns = (np.flatnonzero(solid.any(axis=axis)) for axis in (1, 0))
                yield picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
                break


def _photographs(paths: list[Path], rng: np.random.Generator) -> list[NDArray[np.float32]]:
    """Choose photographs on which something could stand."""
    chosen: list[NDArray[np.float32]] = []
    for index in rng.permutation(len(paths)):
        if len(chosen) == _GROUNDS:
            break
        with Pillow.open(paths[index]) as file:
            file.draft("RGB", (2 * _SIZE[0], 2 * _SIZE[1]))
            picture = ImageOps.fit(file.convert("RGB"), _SIZE)
        image = np.asarray(picture, np.float32)
        # Effects are put where something could stand: the lower half is calm, and no drawing.
        calm = np.abs(np.diff(image[len(image) // 2 :], axis=1)).mean()
        if image.std() > _FLAT and _CLEAN < calm < _ROUGH:
            chosen.append(image)
    return chosen


def _scenes(
    kind: str,
    count: int,
    objects: list[Path],
    photos: list[NDArray[np.float32]],
    rng: np.random.Generator,
) -> Iterator[Scene]:
    things = _objects(objects, rng)
    for number in range(count):
        ground = photos[rng.integers(len(photos))] if photos else None
        if kind == "photograph" and ground is not None:
            photo = np.rint(ground).astype(np.uint8)
            yield Scene(photo, make_blob(photo.shape[:2], rng.uniform(0.01, 0.08), rng), photo)
        else:
            yield draw_scene(kind, rng, next(things), ground if number % 4 > 1 else None)


def _measure(scene: Scene, result: NDArray[np.uint8]) -> _Figures:
    photo, truth = scene.photo.astype(np.float32), scene.truth.astype(np.float32)
    left = np.abs(photo - truth).max(axis=2) * ~scene.hole
    effect = left > _SEEN
    changed = (np.abs(result.astype(np.float32) - photo).max(axis=2) > _CHANGED) & ~scene.hole
    near = blur((effect | scene.hole).astype(np.float32), _NEAR / 2) > 0.02
    wrong = changed & ~near
    before, after = (
        np.abs(blur((one.astype(np.float32) - truth) * ~scene.hole[..., None], 2)).mean(axis=2)
        for one in (photo, result)
    )
    found = bool(effect.any() and left[effect & changed].sum() > 0.5 * left[effect].sum())
    return _Figures(
        found,
        float(before[effect].mean()) if effect.any() else 0,
        float(after[effect].mean()) if effect.any() else 0,
        int(wrong.sum()),
        float(after[wrong].mean()) if wrong.any() else 0,
    )


def _keep(folder: Path, name: str, scene: Scene, result: NDArray[np.uint8]) -> None:
    """Write the photo with the hole's outline, the result and the truth side by side."""
    shown = scene.photo.copy()
    edge = (blur(scene.hole.astype(np.float32), 1) > 0.05) & ~scene.hole
    shown[edge] = (255, 0, 0)
    Pillow.fromarray(np.hstack([shown, result, scene.truth])).save(folder / f"{name}.png")


def _row(kind: str, figures: list[_Figures], seconds: float) -> str:
    wrong = [one for one in figures if one.wrong > _FEW]
    text = f"{kind:18}{len(figures):6}"
    if kind in EFFECTS:
        found = [one for one in figures if one.found]
        before, after, there = (
            float(np.mean(values)) if values else float("nan")
            for values in (
                [one.before for one in found],
                [one.after for one in found],
                [one.before for one in figures if not one.found],
            )
        )
        text += f"{len(found) / len(figures):8.0%}{before:9.1f}{after:8.1f}{there:9.1f}"
    else:
        text += f"{'':34}"
    pixels = float(np.mean([one.wrong for one in wrong])) if wrong else 0
    harm = float(np.mean([one.harm for one in wrong])) if wrong else 0
    return f"{text}{len(wrong):8}{pixels:9.0f}{harm:8.1f}{seconds / len(figures):9.2f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--objects", type=Path, help="pictures with transparency")
    parser.add_argument("--photos", type=Path, help="photographs")
    parser.add_argument("--count", type=int, default=20, help="scenes of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", help="these alone, by commas")
    parser.add_argument("--out", type=Path, help="where pictures of all cases are written to")
    given = parser.parse_args()
    objects = _files(given.objects)
    photos = _photographs(_files(given.photos), np.random.default_rng(given.seed))
    kinds = [*EFFECTS, *NEGATIVES, *(["photograph"] if photos else [])]
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
    print(
        f"{'':18}{'cases':>6}{'found':>8}{'before':>9}{'after':>8}{'missed':>9}{'wrong':>8}{'pixels':>9}"
        f"{'levels':>8}{'seconds':>9}"
    )
    table = defaultdict(list)
    for number, kind in enumerate(kinds):
        if given.kinds and kind not in given.kinds.split(","):
            continue
        rng = np.random.default_rng([given.seed, number])
        start = 0.0
        for case, scene in enumerate(_scenes(kind, given.count, objects, photos, rng)):
            began = time.perf_counter()
            result = erase(scene.photo, scene.hole, effects="full", engine="patch", threads=1)
            start += time.perf_counter() - began
            table[kind].append(_measure(scene, result))
            if given.out is not None:
                last = table[kind][-1]
                note = ("found" if last.found else "missed") if kind in EFFECTS else f"{last.wrong}"
                _keep(given.out, f"{kind.replace(' ', '-')}{case:03}-{note}", scene, result)
        print(_row(kind, table[kind], start), flush=True)


if __name__ == "__main__":
    main()
