"""Measure the finder of text on pictures whose text is known, beside its own boxes and the former finder.

    python -m bench.finders.text GROUNDS [--half held-out] [--cache FOLDER] [--studio] [--out FOLDER]

GROUNDS is a folder of photos without text, of a megapixel and more: half of them, every other one, are
used; all of them by `--half fresh`, for a folder that nothing was chosen by. On 40 of them lines are written
in 13 scripts and ten styles, and 40 are left as they are. For each finder one row says:

* lines: share of lines of whose strokes at least 80 % are marked; `exact`, how much of the places that
  were found is on text;
* pixels: recall, precision and intersection over union of what is marked with what the text altered, means
  over pictures; precision once more if what lies up to two pixels beside text counts as right;
* false: pictures without text on which something was found;
* seconds of processor time for a photo, median, and divided by two, as on two processors.

That takes a minute or two. With `--cache`, scenes are kept there for the next time. With `--studio`, the
former finder, of the page, runs as well, for some minutes; under Node.js, which has to be on the path. With
`--out`, pictures are written there, with what was marked, and what is left when it is erased.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from bench.finders.scenes import HALVES, Scene, scenes_of
from PIL import Image as Pillow
from PIL import ImageDraw

from wuhen.fill import erase
from wuhen.fill.raster.regions import grow
from wuhen.finders import Found, find

FOUND = 0.8
BESIDE = 2  # pixels

Boxes = list[list[tuple[float, float]]]
Finder = Callable[[np.ndarray], tuple[np.ndarray, Boxes, float]]


@dataclass
class Tally:
    """What one finder did."""

    lines: list[bool] = field(default_factory=list)
    exact: list[float] = field(default_factory=list)
    pixels: list[tuple[float, float, float, float]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    styles: dict[str, list[tuple[bool, float]]] = field(default_factory=lambda: defaultdict(list))


def count(tally: Tally, scene: Scene, mask: np.ndarray, boxes: Boxes, seconds: float) -> None:
    """Add what was found in one scene."""
    tally.seconds.append(seconds)
    truth = scene.lines > 0
    if not truth.any():
        if boxes:
            tally.false.append(scene.name)
        return
    for number, (style, script) in enumerate(scene.kinds, 1):
        share = float(mask[scene.lines == number].mean())
        tally.lines.append(share >= FOUND)
        tally.styles[style].append((share >= FOUND, share))
        tally.styles[script].append((share >= FOUND, share))
    near = grow(truth, BESIDE)
    marked = max(1, mask.sum())
    tally.pixels.append(
        (
            (mask & truth).sum() / truth.sum(),
            (mask & truth).sum() / marked,
            (mask & truth).sum() / (mask | truth).sum(),
            (mask & near).sum() / marked,
        )
    )
    for box in boxes:
        inside = polygon(truth.shape, [box])
        tally.exact.append(float((inside & grow(truth, 8)).sum() / max(1, inside.sum())))


def polygon(shape: tuple[int, ...], boxes: Boxes) -> np.ndarray:
    """Draw boxes as a mask."""
    image = Pillow.new("1", (shape[1], shape[0]))
    for box in boxes:
        ImageDraw.Draw(image).polygon(box, fill=1)
    return np.array(image)


def corners_of(found: Found) -> Boxes:
    """Return the corners of places."""
    boxes: Boxes = []
    for place in found.places:
        left, top, width, height = place.box
        upright = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
        boxes.append([(float(x), float(y)) for x, y in place.corners or upright])
    return boxes


def strokes(picture: np.ndarray) -> tuple[np.ndarray, Boxes, float]:
    """Run the finder."""
    start = time.process_time()
    found = find(picture, "text", threads=1)
    return found.mask, corners_of(found), time.process_time() - start


def studio(scenes: list[Scene]) -> Iterator[tuple[np.ndarray, Boxes, float]]:
    """Run the finder that the page had over all scenes."""
    with tempfile.TemporaryDirectory() as folder:
        for index, scene in enumerate(scenes):
            rgba = np.dstack([scene.picture, np.full(scene.picture.shape[:2], 255, np.uint8)])
            (Path(folder) / f"{index}.rgba").write_bytes(rgba.tobytes())
        sizes = [[scene.picture.shape[1], scene.picture.shape[0]] for scene in scenes]
        script = Path(__file__).with_name("studio_text.mjs")
        module = Path(__file__).parent / "page" / "text.js"
        node = shutil.which("node") or "node"
        told = subprocess.run(
            [node, "--no-warnings", script, module, folder, json.dumps(sizes)],
            check=True,
            capture_output=True,
        )
        for index, (scene, line) in enumerate(zip(scenes, told.stdout.splitlines(), strict=True)):
            seconds, boxes = json.loads(line)
            mask = np.frombuffer((Path(folder) / f"{index}.mask").read_bytes(), np.uint8)
            quads: Boxes = [[(x, y), (x + w, y), (x + w, y + h), (x, y + h)] for x, y, w, h in boxes]
            yield mask.reshape(scene.lines.shape) > 0, quads, seconds


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("grounds", type=Path)
    parser.add_argument("--half", choices=HALVES, default=HALVES[0])
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--studio", action="store_true")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    scenes = scenes_of(given.grounds, given.half, given.count, given.cache)
    tallies: dict[str, Tally] = defaultdict(Tally)
    find(scenes[0].picture, "text", threads=1)  # loads what it needs
    for scene in scenes:
        mask, boxes, seconds = strokes(scene.picture)
        count(tallies["strokes"], scene, mask, boxes, seconds)
        count(tallies["its boxes"], scene, polygon(mask.shape, boxes), boxes, seconds)
        if given.out and boxes:
            draw(scene, mask, given.out)
    if given.studio:
        for scene, (mask, boxes, seconds) in zip(scenes, studio(scenes), strict=True):
            count(tallies["studio"], scene, mask, boxes, seconds)
    report(tallies, given.count)


def draw(scene: Scene, mask: np.ndarray, folder: Path) -> None:
    """Write a scene, what was marked and what is left of it side by side."""
    folder.mkdir(parents=True, exist_ok=True)
    marked = scene.picture.copy()
    marked[mask] = (255, 0, 255)
    erased = erase(scene.picture, mask, threads=1)
    sheet = Pillow.fromarray(np.concatenate([scene.picture, marked, np.asarray(erased)], axis=1))
    sheet.save(folder / f"{'-'.join(scene.name.split()[:1])}-{len(scene.kinds)}.png")


def report(tallies: dict[str, Tally], pictures: int) -> None:
    """Print a row for each finder, then one for each style."""
    print(f"{'':10} lines exact | recall precision  IoU within-2px | false of {pictures} | seconds  /2")
    for name, tally in tallies.items():
        pixels = np.mean(tally.pixels, axis=0)
        seconds = float(np.median(tally.seconds))
        print(
            f"{name:10} {np.mean(tally.lines):5.3f} {np.mean(tally.exact or [0]):5.3f} | {pixels[0]:6.3f} "
            f"{pixels[1]:9.3f} {pixels[2]:5.3f} {pixels[3]:10.3f} | {len(tally.false):11} | {seconds:6.2f} "
            f"{seconds / 2:5.2f}"
        )
    for name, tally in tallies.items():
        print(name, f"({len(tally.lines)} lines):")
        for style, seen in tally.styles.items():
            print(f"  {style:12} {len(seen):3} found {np.mean([one for one, _ in seen]):5.2f}")
        for false in tally.false:
            print("  false:", false)


if __name__ == "__main__":
    main()
