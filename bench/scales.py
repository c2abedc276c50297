"""Draw what the fill does at each scale, for docs/fill.md.

    python -m bench.scales [PHOTO MASK] [--out FILE]

By default of the bundled photograph. One column for a scale, the coarsest on the left: above, what is known
there (the hole in magenta), below, the same after its last vote. All are enlarged to the same size.
"""

import argparse
from importlib import resources
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from bench.figures import Image
from PIL import Image as Pillow

import wuhen.fill
from wuhen.fill.engines import coarse_to_fine
from wuhen.fill.raster.layout import HOLE

_SHOWN = 5
_HEIGHT = 220
_HOLE_COLOUR = (255, 0, 255)
_SAMPLES = resources.files("wuhen") / "samples"


def watch(photo: Image, mask: Image) -> list[tuple[Image, Image]]:
    """Fill a photo and keep what its largest region looked like at each scale: before and after, in turn.

    Returns
    -------
    list
        Pairs of RGB images, coarsest scale first.
    """
    seen: list[tuple[Image, Image]] = []
    fill_scale = coarse_to_fine._fill_scale  # noqa: SLF001 - to look over its shoulder is the purpose here

    def looked_at(initialised: coarse_to_fine._Initialised, *arguments: Any) -> Any:
        raster = initialised.scale.raster
        hole = raster.plane(raster.state) == HOLE
        before = np.where(hole[..., None], np.array(_HOLE_COLOUR, np.uint8), raster.image(3))
        votes = fill_scale(initialised, *arguments)
        seen.append((before, raster.image(3).copy()))
        return votes

    with patch.object(coarse_to_fine, "_fill_scale", looked_at):
        wuhen.fill.erase(photo, mask)
    return seen


def sheet(pairs: list[tuple[Image, Image]]) -> Image:
    """Put the pairs side by side, each enlarged to one height without smoothing."""
    columns = []
    for pair in pairs:
        width = round(pair[0].shape[1] * _HEIGHT / pair[0].shape[0])
        tiles = [Pillow.fromarray(image).resize((width, _HEIGHT), Pillow.Resampling.BOX) for image in pair]
        columns.append(np.pad(np.vstack([np.asarray(tile) for tile in tiles]), ((0, 0), (0, 4), (0, 0))))
    return np.hstack(columns)


def main() -> None:
    """Draw the figure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photo", type=Path, nargs="?", default=_SAMPLES / "spruce.jpg")
    parser.add_argument("mask", type=Path, nargs="?", default=_SAMPLES / "spruce_mask.png")
    parser.add_argument("--out", type=Path, default=Path("docs/figures/scales.jpg"))
    options = parser.parse_args()
    photo = np.array(Pillow.open(options.photo).convert("RGB"))
    mask = np.array(Pillow.open(options.mask).convert("L"))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    Pillow.fromarray(sheet(watch(photo, mask)[-_SHOWN:])).save(options.out, quality=85)


if __name__ == "__main__":
    main()
