"""Make cases for `bench.quality` with large free-form holes.

    python -m bench.freeform PHOTOS OUT [--count N] [--seed S]

PHOTOS is a folder of photos. Each becomes its square centre, at most 512 px a side, never enlarged. A hole
covers 30 to 50 % of it: thick strokes with round joints, 5 to 20 % of the side wide, and now and then a
rectangle. Such holes are how networks for large holes are measured: Zhao et al., *Large scale image
completion via co-modulated generative adversarial networks* (CoModGAN), ICLR 2021; Suvorov et al.,
*Resolution-robust large mask inpainting with Fourier convolutions* (LaMa), WACV 2022. The strokes are ours,
not theirs: figures compare engines on the same cases, not with figures in those papers.

Written are OUT/free000.png and OUT/free000_mask.png and so on. The same photos and seed give the same cases;
with more cases than photos, photos come again with other holes.
"""

import argparse
from pathlib import Path

import numpy as np
from bench.cases import write_case
from bench.holes import make_free_form
from PIL import Image as Pillow
from PIL import ImageOps

_SIDE = 512
_ENDINGS = {".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}


def read_centre(path: Path) -> Pillow.Image:
    """Read the square centre of a photo, at most 512 px a side."""
    with Pillow.open(path) as file:
        photo = ImageOps.exif_transpose(file).convert("RGB")
    side = min(_SIDE, *photo.size)
    return ImageOps.fit(photo, (side, side), Pillow.Resampling.LANCZOS)


def main() -> None:
    """Make the cases."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photos", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, help="how many cases; otherwise one of each photo")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    paths = sorted(path for path in options.photos.iterdir() if path.suffix.lower() in _ENDINGS)
    if not paths:
        raise SystemExit(f"no photos in {options.photos}")
    options.out.mkdir(parents=True, exist_ok=True)
    count = len(paths) if options.count is None else options.count
    for index in range(count):
        photo = read_centre(paths[index % len(paths)])
        hole = make_free_form((photo.height, photo.width), np.random.default_rng([options.seed, index]))
        write_case(options.out, f"free{index:03}", photo, hole)
    print(f"{count} cases in {options.out}")


if __name__ == "__main__":
    main()
