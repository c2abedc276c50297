"""How much the candidates of one call differ: `Candidates` of the service, `wuhen erase --candidates`.

    python -m bench.candidates FOLDER [--count 20] [--engine auto] [--candidates 4] [--sheet FILE]

The folder has photographs and their masks, `NAME.png` and `NAME_mask.png`. For each pair of candidates of a
case, both are blurred a little, as nobody sees single pixels change, and compared in CIELAB: printed are the
mean difference within the hole, and the share of the hole that differs by more than 5, which is seen side by
side, in the pair that differs most. A case counts as varied if that is a tenth of the hole. `--sheet` writes
a picture with the candidates of each case in a row.
"""

import argparse
import io
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from wuhen import fill
from wuhen.action import Job, perform

_BLUR = 2  # pixels
_SEEN = 5.0
_VARIED = 0.1
_TILE = 240  # pixels of a candidate on the sheet


def lab(photo: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return a picture of sRGB in CIELAB, D65."""
    share = photo / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    matrix = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    ratio = linear @ matrix.T / np.array([0.95047, 1.0, 1.08883])
    root = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), axis=-1)


def differences(candidates: list[NDArray[np.uint8]], hole: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the mean difference of pairs, and the largest share of the hole that is seen to differ."""
    looks = [
        lab(np.asarray(Image.fromarray(one).filter(ImageFilter.GaussianBlur(_BLUR))))[hole]
        for one in candidates
    ]
    pairs = [np.linalg.norm(one - other, axis=-1) for one, other in combinations(looks, 2)]
    return float(np.mean([pair.mean() for pair in pairs])), float(
        max((pair > _SEEN).mean() for pair in pairs)
    )


def results(
    photo: NDArray[np.uint8], hole: NDArray[np.bool_], engine: str, count: int
) -> list[NDArray[np.uint8]]:
    """Return the candidates of a photo as a call gets them."""
    job = Job(_png(photo), _png(hole), options=fill.Options(engine=engine), marked=False, candidates=count)
    outcome = perform(job)
    files = (outcome.data, *(one.data for one in outcome.alternatives))
    return [np.asarray(Image.open(io.BytesIO(file)).convert("RGB")) for file in files]


def _png(pixels: NDArray[np.uint8] | NDArray[np.bool_]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def row(
    photo: NDArray[np.uint8], hole: NDArray[np.bool_], candidates: list[NDArray[np.uint8]]
) -> Image.Image:
    """Return the hole in the photo, and each candidate, cut around the hole, in a row."""
    rows, columns = np.nonzero(hole)
    pad = max(8, int(0.3 * max(np.ptp(rows), np.ptp(columns))))
    left, top = max(0, int(columns.min()) - pad), max(0, int(rows.min()) - pad)
    right, bottom = min(hole.shape[1], int(columns.max()) + pad), min(hole.shape[0], int(rows.max()) + pad)
    shown = photo.copy()
    shown[hole] = (255, 0, 255)
    sheet = Image.new("RGB", (_TILE * (len(candidates) + 1), _TILE))
    for index, one in enumerate((shown, *candidates)):
        tile = Image.fromarray(one).crop((left, top, right, bottom))
        tile.thumbnail((_TILE, _TILE))
        sheet.paste(tile, (index * _TILE, 0))
    return sheet


def main() -> None:
    """Fill, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--candidates", type=int, default=4)
    parser.add_argument("--sheet", type=Path)
    given = parser.parse_args()
    masks = sorted(given.folder.glob("*_mask.png"))
    masks = masks[:: max(1, len(masks) // given.count)][: given.count]
    found, sheets = [], []
    print(f"{'case':24}{'hole':>8}{'mean':>8}{'seen':>8}")
    for mask in masks:
        photo = np.asarray(Image.open(mask.with_name(mask.name.replace("_mask", ""))).convert("RGB"))
        hole = np.asarray(Image.open(mask).convert("L")) >= 128
        candidates = results(photo, hole, given.engine, given.candidates)
        mean, seen = differences(candidates, hole)
        found.append((mean, seen))
        sheets.append(row(photo, hole, candidates))
        print(f"{mask.stem.removesuffix('_mask'):24}{np.count_nonzero(hole):8}{mean:8.2f}{seen:8.1%}")
    means, shares = zip(*found, strict=True)
    varied = np.mean([share >= _VARIED for share in shares])
    print(f"{len(found)} cases: mean {np.median(means):.2f} (median), varied {varied:.0%}")
    if given.sheet is not None:
        whole = Image.new("RGB", (sheets[0].width, _TILE * len(sheets)))
        for index, one in enumerate(sheets):
            whole.paste(one, (0, index * _TILE))
        whole.save(given.sheet)


if __name__ == "__main__":
    main()
