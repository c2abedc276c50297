"""Smart select on objects that were outlined by hand: how well it does after one, two and three clicks.

    python -m bench.studio.select PHOTOGRAPHS [--against TREE] [--network] [--part fresh] [--sheet SHEET.jpg]

``PHOTOGRAPHS`` is the folder that ``bench.studio.objects.fetch`` filled; ``TREE`` is another checkout of the
project, whose smart select is measured beside this one's. With ``--network``, so is what the service's
network answers, brought to the edges by the page as in the studio. Clicks go by the rule of
``bench.studio.objects.clicks``. It takes Node.js and OpenCV.
"""

import argparse
import io
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from bench.studio.objects.clicks import Click, first_click, next_click, overlap
from bench.studio.objects.outlines import objects
from numpy.typing import NDArray
from PIL import Image

from wuhen.finders.clicks import BUILT_IN, SIDE, find_clicked
from wuhen.finders.clicks import Click as NetworkClick

Photo = NDArray[np.uint8]
Mask = NDArray[np.bool_]

HERE = Path(__file__).parent
INPUTS = 3


@dataclass
class Trial:
    """What came of the clicks on one object."""

    overlaps: list[float] = field(default_factory=list)
    disobeyed: int = 0
    """Clicks that say "not this" and were selected afterwards."""
    denied: int = 0
    """How many there were."""
    seconds: list[float] = field(default_factory=list)
    """Of the processor, each."""
    mask: Mask | None = None
    clicks: list[Click] = field(default_factory=list)


class Selector:
    """A tree's smart select, run under Node."""

    def __init__(self, tree: Path, folder: Path, node: str, *, network: bool = False) -> None:
        self._folder, self._network = folder, network
        self._photo: Photo = np.zeros((0, 0, 3), np.uint8)
        self._process = subprocess.Popen(
            [node, str(HERE / "select_run.mjs"), str(tree)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._count = 0

    def close(self) -> None:
        """End it."""
        self._process.communicate()

    def try_on(self, photo: Photo, truth: Mask, inputs: int = INPUTS) -> Trial:
        """Click on an object, and correct."""
        height, width = truth.shape
        self._count += 1
        self._photo = photo
        rgba = self._folder / f"{self._count}.rgba"
        rgba.write_bytes(np.dstack([photo, np.full((height, width), 255, np.uint8)]).tobytes())
        trial = Trial()
        click: Click | None = first_click(truth)
        while click and len(trial.clicks) < inputs:
            trial.clicks.append(click)
            mask, seconds = self._select(rgba, width, height, trial.clicks)
            trial.mask = mask
            trial.seconds.append(seconds)
            trial.overlaps.append(overlap(truth, mask))
            denied = [one for one in trial.clicks if not one.take]
            trial.denied += len(denied)
            trial.disobeyed += sum(bool(mask[one.y, one.x]) for one in denied)
            click = next_click(truth, mask)
        # What is right stays right.
        trial.overlaps += trial.overlaps[-1:] * (inputs - len(trial.overlaps))
        rgba.unlink()
        return trial

    def _select(self, rgba: Path, width: int, height: int, clicks: list[Click]) -> tuple[Mask, float]:
        out = self._folder / "mask.bin"
        start = time.process_time()
        rough = self._ask(clicks) if self._network else None
        spent = time.process_time() - start
        if rough is not None:
            out.write_bytes(np.packbits(rough, bitorder="little").tobytes())
        order = {
            "rgba": str(rgba),
            "width": width,
            "height": height,
            "mask": str(out),
            "task": "segment" if rough is None else "sharpen",
            "before": len(clicks) > 1 or rough is not None,
            "options": {
                "scribbles": [{"points": [[one.x, one.y]], "takesAway": not one.take} for one in clicks]
            },
        }
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("it has no pipes")
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        reply: dict[str, Any] = json.loads(self._process.stdout.readline())
        if reply.get("error"):
            raise RuntimeError(reply["error"])
        bits = np.unpackbits(np.frombuffer(out.read_bytes(), np.uint8), bitorder="little")
        return bits[: width * height].reshape(height, width).astype(bool), spent + float(reply["seconds"])

    def _ask(self, clicks: list[Click]) -> Mask | None:
        """Ask the service's network, as `network.js` does: of a photo of 1024 pixels, as a JPEG."""
        height, width = self._photo.shape[:2]
        image = Image.fromarray(self._photo)
        image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        file = io.BytesIO()
        image.save(file, "JPEG", quality=92)
        sent = np.asarray(Image.open(file).convert("RGB"))
        across, down = sent.shape[1] / width, sent.shape[0] / height
        places = [NetworkClick(int(one.x * across), int(one.y * down), not one.take) for one in clicks]
        found = find_clicked(sent, places, BUILT_IN).mask
        large = Image.fromarray(found).resize((width, height), Image.Resampling.NEAREST)
        return np.asarray(large) if found.any() else None


@contextmanager
def selector(tree: Path, *, network: bool = False) -> Iterator[Selector]:
    """Run a tree's smart select."""
    beside = Path(sys.executable).with_name("node")
    node = str(beside) if beside.exists() else shutil.which("node")
    if node is None:
        raise SystemExit("There is no Node.js.")
    with tempfile.TemporaryDirectory() as folder:
        running = Selector(tree, Path(folder), node, network=network)
        try:
            yield running
        finally:
            running.close()


def summary(trials: list[Trial]) -> str:
    """Tell the mean overlap after each input, and how "not this" was obeyed."""
    means = np.mean([trial.overlaps for trial in trials], axis=0)
    denied = sum(trial.denied for trial in trials)
    obeyed = denied - sum(trial.disobeyed for trial in trials)
    seconds = np.median([one for trial in trials for one in trial.seconds])
    figures = " / ".join(f"{mean:.3f}" for mean in means)
    return f"{figures}; not this: {obeyed} of {denied} obeyed; {seconds:.2f} s a click"


def picture_of(photo: Photo, truth: Mask, trial: Trial) -> Photo:
    """Draw what was selected (red), the true outline (green) and the clicks, 360 pixels wide."""
    drawn = photo.astype(np.float32)
    if trial.mask is not None:
        drawn[trial.mask] = drawn[trial.mask] * 0.5 + np.array([255, 30, 60], np.float32) * 0.5
    inner = truth.copy()
    for _ in range(max(1, photo.shape[1] // 400)):
        framed = np.pad(inner, 1)
        inner = framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:] & inner
    drawn[truth & ~inner] = (0, 255, 80)
    for click in trial.clicks:
        reach = max(3, photo.shape[1] // 120)
        spot = np.s_[max(0, click.y - reach) : click.y + reach, max(0, click.x - reach) : click.x + reach]
        drawn[spot] = (255, 255, 255) if click.take else (0, 0, 0)
    image = Image.fromarray(drawn.astype(np.uint8))
    image.thumbnail((360, 270))
    canvas = Image.new("RGB", (360, 270))
    canvas.paste(image)
    return np.asarray(canvas)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--network", action="store_true")
    parser.add_argument("--part", choices=["development", "fresh"])
    parser.add_argument("--sheet", type=Path)
    given = parser.parse_args()
    trees = {"this": HERE.parents[1]} | ({"other": given.against.resolve()} if given.against else {})
    if given.network:
        trees["network"] = HERE.parents[1]
    results: dict[str, dict[str, Trial]] = {}
    parts: dict[str, str] = {}
    drawn = []
    for name, tree in trees.items():
        results[name] = {}
        with selector(tree, network=name == "network") as running:
            for one in objects(given.part):
                photo = one.photograph.read(given.photographs)
                truth = one.mask(*photo.shape[:2])
                trial = running.try_on(photo, truth)
                results[name][one.name] = trial
                parts[one.name] = one.photograph.part
                figures = " ".join(f"{value:.3f}" for value in trial.overlaps)
                print(f"{name:6} {one.name:28} {one.photograph.part:12} {figures}", flush=True)
                if name == "this" and given.sheet:
                    drawn.append(picture_of(photo, truth, trial))
                trial.mask = None
    for name, trials in results.items():
        for part in ("development", "fresh"):
            chosen = [trial for key, trial in trials.items() if parts[key] == part]
            if chosen:
                print(f"{name}, {part} ({len(chosen)} objects): {summary(chosen)}")
        print(f"{name}, all ({len(trials)} objects): {summary(list(trials.values()))}")
    if given.sheet and drawn:
        rows = [drawn[at : at + 4] for at in range(0, len(drawn), 4)]
        blank = np.zeros_like(drawn[0])
        sheet = np.vstack([np.hstack(row + [blank] * (4 - len(row))) for row in rows])
        Image.fromarray(sheet).save(given.sheet, quality=85)


if __name__ == "__main__":
    main()
