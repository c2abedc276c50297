"""Write the files of a folder as given, and say how large they become and what else changes.

    python -m bench.as_given FOLDER

A blob of 3 % of the area is erased from each JPEG, PNG, TIFF or WebP file that can be read, and the mark
drawn. Printed are the format and how it is coded; the kilobytes of the file, of the result as given, and of a
PNG, as results of all but JPEG were before; how many pixels have changed that neither the hole nor the mark
touched, and by how much at most; and what was not kept.
"""

import argparse
import io
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from bench.holes import make_blob
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFile, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

from wuhen import mark
from wuhen.fill import erase
from wuhen.photo import (
    Photo,
    PhotoError,
    encode,
    encode_as_given,
    find_changes,
    read_photo,
)
from wuhen.photo.webp.quality import estimate_quality

Flags = NDArray[np.bool_]

_SHARE = 0.03
_LEAST = 24  # pixels a side, of a picture that a blob fits into
_HEADER = "| file | coding | kB | as given | as PNG | pixels changed outside | by at most | not kept |"


def name_coding(data: bytes) -> str:
    """Say how a file is coded."""
    image = Pillow.open(io.BytesIO(data))
    assert isinstance(image, ImageFile.ImageFile)
    if isinstance(image, PngImagePlugin.PngImageFile):
        kinds = {0: "grey", 2: "RGB", 3: "palette", 4: "grey, alpha", 6: "RGB, alpha"}
        return f"PNG {kinds[data[25]]} {data[24]}"
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        tags = image.tag_v2
        tiles = ", tiles" if 324 in tags else ""
        return f"TIFF {image.mode} {tags.get(258, (1,))[0]}, {image.info.get('compression')}{tiles}"
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        return f"JPEG {image.mode}{', progressive' if image.info.get('progressive') else ''}"
    quality = estimate_quality(data) if image.format == "WEBP" else None
    return f"{image.format} {'lossless' if quality is None else round(quality)}"


def erase_some(photo: Photo) -> tuple[Photo, Flags]:
    """Erase a blob and draw the mark; return the result and where it differs."""
    seed = np.random.default_rng(photo.pixels.shape[0])
    hole = make_blob(photo.pixels.shape[:2], _SHARE, seed)
    filled = photo.with_samples(erase(photo.samples, hole))
    layer = mark.mark_layer(filled.size, mark.Wording())
    layer.draw(filled.pixels, filled.alpha)
    if filled.wide is not None:
        layer.draw(filled.wide[..., :3], None if filled.alpha is None else filled.wide[..., 3])
    return filled, find_changes(photo, filled)


def measure(path: Path) -> str:
    """Return a file's row of the table."""
    data = path.read_bytes()
    photo = read_photo(data, wide=True)
    if min(photo.size) < _LEAST:
        raise ValueError(path)
    filled, touched = erase_some(photo)
    written = encode_as_given(filled, data, touched)
    again = read_photo(written.data, wide=True)
    outside = find_changes(photo, again) & ~touched
    off = np.abs(photo.pixels[outside].astype(np.int16) - again.pixels[outside]).max(initial=0)
    sizes = (len(data), len(written.data), len(encode(filled, "PNG")))
    kilobytes = " | ".join(f"{size / 1000:.1f}" for size in sizes)
    lost = ", ".join(reason.name.lower() for reason in written.not_kept)
    changed = f"{100 * outside.mean():.1f} %" if outside.any() else "0"
    return f"| {path.name} | {name_coding(data)} | {kilobytes} | {changed} | {off} | {lost} |"


def rows(folder: Path) -> Iterator[str]:
    """Yield the rows of the files that can be read, in the order of names."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"}:
            continue
        try:
            yield measure(path)
        except (PhotoError, ValueError):
            continue


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    warnings.filterwarnings("ignore", module="PIL")
    print(_HEADER)
    print("|---|---|--:|--:|--:|--:|--:|---|")
    for row in rows(parser.parse_args().folder):
        print(row, flush=True)


if __name__ == "__main__":
    main()
