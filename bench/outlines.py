"""Measure what the page makes of a network's outline: smart select's last step, under Node.js.

    python -m bench.outlines PHOTOGRAPHS [--count 24] [--seed 0]

An object whose outline is known is laid over a photograph: a blob cut out of another one, its edge soft.
What a network would answer is made of the truth, as fine as such networks are: at 256 px, blurred, and wrong
by waves. Printed is, of the objects in turn and as means, what that shares with the truth (intersection over
union) before and after the page has brought it to the edges; and the same of what the page selects by itself,
by a click in the object's middle. Seconds are those of Node.js, its start and the reading of files included.
"""

import argparse
import json
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from bench.holes import make_blob
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

RUN = Path(__file__).parent.parent / "tests" / "studio" / "select_run.mjs"
LONGEST = 1600
SHARES = 0.01, 0.15
NETWORK = 256
BLUR = 1.0
"""Of the network's outline, in its own pixels."""
WAVES, HEIGHT = 6.0, 0.35
"""How far apart the waves are that it is wrong by, in its own pixels, and how high."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Scene:
    """An object on a photograph."""

    pixels: NDArray[np.uint8]
    truth: Mask

    @property
    def middle(self) -> tuple[int, int]:
        """A pixel of the object that is far from its outline."""
        small = Pillow.fromarray(self.truth).convert("L").resize((200, 200))
        while (thinner := small.filter(ImageFilter.MinFilter(3))).getbbox():
            small = thinner
        row, column = np.argwhere(np.asarray(small))[0]
        height, width = self.truth.shape
        return int((column + 0.5) * width / 200), int((row + 0.5) * height / 200)


def read(path: Path) -> NDArray[np.uint8]:
    """Read a photograph, reduced to `LONGEST`."""
    with Pillow.open(path) as file:
        picture = file.convert("RGB")
    picture.thumbnail((LONGEST, LONGEST), Pillow.Resampling.LANCZOS)
    return np.asarray(picture)


def make_scene(ground: Path, other: Path, rng: np.random.Generator) -> Scene:
    """Lay a blob of one photograph over another."""
    pixels, cut = read(ground), read(other)
    truth = make_blob(pixels.shape[:2], float(rng.uniform(*SHARES)), rng)
    height, width = truth.shape
    cut = np.asarray(Pillow.fromarray(cut).resize((width, height)))
    soft = np.asarray(Pillow.fromarray(truth).convert("L").filter(ImageFilter.GaussianBlur(0.7))) / 255
    laid = pixels + soft[..., None] * (cut.astype(float) - pixels)
    return Scene(laid.round().astype(np.uint8), truth)


def answer_of_network(truth: Mask, rng: np.random.Generator) -> Mask:
    """Make what a network would answer, of the truth."""
    height, width = truth.shape
    size = [max(1, round(side * NETWORK / max(height, width))) for side in (width, height)]
    sure = np.asarray(Pillow.fromarray(truth.astype(np.float32)).resize(size, Pillow.Resampling.BOX))
    waves = blur(rng.standard_normal(sure.shape), WAVES)
    sure = blur(sure, BLUR) + np.clip(HEIGHT / 2 * waves / waves.std(), -0.45, 0.45)
    large = Pillow.fromarray(sure.astype(np.float32)).resize((width, height), Pillow.Resampling.BILINEAR)
    return np.asarray(np.asarray(large) > 0.5)


def blur(values: NDArray[np.floating[Any]], sigma: float) -> NDArray[np.float64]:
    """Blur by a Gaussian."""
    reach = int(3 * sigma) + 1
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    blurred = np.pad(values, reach, "edge").astype(float)
    for axis in (0, 1):
        blurred = np.apply_along_axis(np.convolve, axis, blurred, weights / weights.sum(), "valid")
    return blurred


def select(scene: Scene, task: str, before: Mask | None = None) -> tuple[Mask, float]:
    """Have the page select, and say how many seconds that took with the start of Node.js."""
    height, width = scene.truth.shape
    with tempfile.TemporaryDirectory() as folder:
        rgba, order, out = (Path(folder) / name for name in ("picture.rgba", "order.json", "mask.bin"))
        rgba.write_bytes(np.dstack([scene.pixels, np.full((height, width), 255, np.uint8)]).tobytes())
        given: dict[str, Any] = {"task": task, "options": {"scribbles": [{"points": [scene.middle]}]}}
        given |= {"before": before is not None, "rgba": str(rgba), "width": width, "height": height}
        order.write_text(json.dumps(given))
        if before is not None:
            out.write_bytes(np.packbits(before, bitorder="little").tobytes())
        start = time.perf_counter()
        subprocess.run(["node", str(RUN), str(order), str(out)], check=True, capture_output=True)  # noqa: S607
        seconds = time.perf_counter() - start
        bits = np.unpackbits(np.frombuffer(out.read_bytes(), np.uint8), bitorder="little")
    return bits[: height * width].reshape(height, width).astype(bool), seconds


def overlap(found: Mask, truth: Mask) -> float:
    """Return the intersection over the union."""
    return float((found & truth).sum() / max(1, (found | truth).sum()))


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    files = sorted(path for path in arguments.photographs.iterdir() if path.suffix in {".jpg", ".png"})
    rng = np.random.default_rng(arguments.seed)
    rows = []
    print("object     network  sharpened         s  page alone         s")
    for number in range(arguments.count):
        ground, other = (files[index] for index in rng.choice(len(files), 2, replace=False))
        scene = make_scene(ground, other, rng)
        rough = answer_of_network(scene.truth, rng)
        sharp, sharp_seconds = select(scene, "sharpen", rough)
        alone, alone_seconds = select(scene, "segment")
        shared = [overlap(mask, scene.truth) for mask in (rough, sharp, alone)]
        rows.append([*shared[:2], sharp_seconds, shared[2], alone_seconds])
        print(f"{number:<9} " + "  ".join(f"{value:8.3f}" for value in rows[-1]), flush=True)
    for name, value in (("mean", np.mean(rows, axis=0)), ("median", np.median(rows, axis=0))):
        print(f"{name:<9} " + "  ".join(f"{one:8.3f}" for one in value))


if __name__ == "__main__":
    main()
