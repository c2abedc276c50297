"""Make the two pictures that the studio shows before a photo is open: a sample, before and after.

::

    python scripts/make_welcome.py

Both are the same cut of ``hikers.jpg``, which ASSETS.md describes; the second is erased by the engine as it
ships.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen import erase
from wuhen.samples import mask_path, photo_path

OUTPUT = Path(__file__).parents[1] / "src" / "wuhen" / "studio" / "static" / "pictures"
SAMPLE = "hikers"
WIDTH, HEIGHT = 800, 500
AROUND = 3.4
"""How many times as wide as what is erased the cut is."""


def cut(hole: NDArray[np.bool_], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the box of a cut around the hole: left, top, right, bottom, in pixels."""
    rows, columns = np.nonzero(hole)
    width = min(size[0], size[1] * WIDTH // HEIGHT, round(AROUND * (np.ptp(columns) + 1)))
    height = width * HEIGHT // WIDTH
    left = int(np.clip((columns.min() + columns.max() - width) // 2, 0, size[0] - width))
    top = int(np.clip((rows.min() + rows.max() - height) // 2, 0, size[1] - height))
    return left, top, left + width, top + height


def main() -> None:
    """Write both."""
    with Image.open(photo_path(SAMPLE)) as opened, Image.open(mask_path(SAMPLE)) as mask:
        before = opened.convert("RGB")
        hole = np.asarray(mask.convert("L")) > 127
    after = Image.fromarray(erase(np.asarray(before), hole))
    box = cut(hole, before.size)
    OUTPUT.mkdir(exist_ok=True)
    for name, picture in {"before": before, "after": after}.items():
        small = picture.crop(box).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        file = OUTPUT / f"{name}.webp"
        small.save(file, quality=64, method=6)
        print(f"{file}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
