"""Pack photographs into shards that travel, and unpack them into one array.

Training wants every photograph in the accelerator's memory, and the accelerator may stand where nothing can
be downloaded. So the photographs are re-encoded once, small, and packed into a few files of a size that can
be carried one at a time. The split into training and validation is by a hash of the file's name: it never
changes when photographs are added.

    python train/photographs.py FOLDER OUT --shards 2

`FOLDER` holds one sub-folder per source, as the model card lists them; `OUT` receives ``photos-0.npz``,
``photos-1.npz``, ... and ``validation.npz``.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import multiprocessing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SHORT_SIDE = 288
"""Pixels on a packed photograph's shorter side, at most."""
LONG_SIDE = 384
"""Pixels on its longer side, at most; what is longer is cut at both ends."""
QUALITY = 72
"""WebP quality of a packed photograph."""
VALIDATION_SIDE = 256
"""Pixels on each side of a validation picture."""
VALIDATION_SHARE = 25
"""One photograph in so many is kept for validation."""
COPYLEFT_OR_UNKNOWN = ("coco_mini", "coco_tiny", "debian", "stunning")
"""Sources left out: some of their photographs are share-alike, GPL, GFDL or of unknown licence."""


@dataclass(frozen=True, slots=True)
class Photographs:
    """Photographs of several sizes in one array, landscape.

    Attributes
    ----------
    pixels : NDArray[np.uint8]
        (n, SHORT_SIDE, LONG_SIDE, 3) RGB, each photograph in its top left corner.
    sizes : NDArray[np.int64]
        (n, 2) height and width of each.
    upright : NDArray[np.bool_]
        (n,) false where the photograph is a portrait, stored turned a quarter to the left.
    sources : list of str
        The source of each.
    """

    pixels: NDArray[np.uint8]
    sizes: NDArray[np.int64]
    upright: NDArray[np.bool_]
    sources: list[str]


def for_validation(path: Path) -> bool:
    """Say whether a photograph is kept from training, by its name alone."""
    return int(hashlib.sha256(path.stem.encode()).hexdigest(), 16) % VALIDATION_SHARE == 0


def _shrink(photo: Image.Image, short_side: int) -> Image.Image:
    scale = min(1.0, short_side / min(photo.size))
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    return photo if size == photo.size else photo.resize(size, Image.Resampling.LANCZOS)


def _encode(photo: Image.Image) -> bytes:
    buffer = io.BytesIO()
    photo.save(buffer, "WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()


def _pack_one(path: Path) -> bytes:
    """Encode one photograph for training: upright ones as they are, portraits turned."""
    with Image.open(path) as opened:
        photo = _shrink(opened.convert("RGB"), SHORT_SIDE)
    portrait = photo.height > photo.width
    if portrait:
        photo = photo.transpose(Image.Transpose.ROTATE_90)
    cut = max(0, photo.width - LONG_SIDE) // 2
    photo = photo.crop((cut, 0, cut + min(LONG_SIDE, photo.width), photo.height))
    return bytes([portrait]) + _encode(photo)


def _pack_validation(path: Path) -> bytes:
    """Encode the middle square of one photograph for validation; small ones are enlarged."""
    with Image.open(path) as opened:
        photo = opened.convert("RGB")
    side = min(photo.size)
    left, top = (photo.width - side) // 2, (photo.height - side) // 2
    square = photo.crop((left, top, left + side, top + side))
    square = square.resize((VALIDATION_SIDE, VALIDATION_SIDE), Image.Resampling.LANCZOS)
    return b"\x00" + _encode(square)


def _save(path: Path, blobs: list[bytes], sources: list[str]) -> None:
    ends = np.cumsum([len(blob) for blob in blobs])
    np.savez(path, data=np.frombuffer(b"".join(blobs), np.uint8), ends=ends, sources=np.array(sources))


def _load(path: Path) -> tuple[list[bytes], list[str]]:
    with np.load(path) as packed:
        data, ends, sources = packed["data"].tobytes(), packed["ends"], packed["sources"]
    starts = np.concatenate([[0], ends[:-1]])
    return [data[a:b] for a, b in zip(starts, ends, strict=True)], [str(source) for source in sources]


def _decode(blob: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(blob[1:])).convert("RGB"))


def load(paths: list[Path], *, processes: int | None = None) -> Photographs:
    """Unpack training shards.

    Parameters
    ----------
    paths : list of Path
        The shards, in any order and number.
    processes : int, optional
        How many decode at once; all cores by default.
    """
    blobs: list[bytes] = []
    sources: list[str] = []
    for path in paths:
        more, their_sources = _load(path)
        blobs += more
        sources += their_sources
    pixels = np.zeros((len(blobs), SHORT_SIDE, LONG_SIDE, 3), np.uint8)
    sizes = np.zeros((len(blobs), 2), np.int64)
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for index, photo in enumerate(pool.imap(_decode, blobs, chunksize=16)):
            height, width = photo.shape[:2]
            pixels[index, :height, :width] = photo
            sizes[index] = height, width
    return Photographs(pixels, sizes, np.array([blob[0] == 0 for blob in blobs]), sources)


def load_validation(path: Path) -> tuple[NDArray[np.uint8], list[str]]:
    """Unpack the validation pictures: (n, 256, 256, 3) RGB and the source of each."""
    blobs, sources = _load(path)
    return np.stack([_decode(blob) for blob in blobs]), sources


def main() -> None:
    """Pack a folder of sources."""
    parser = argparse.ArgumentParser(description="Pack photographs into shards.")
    parser.add_argument("folder", type=Path, help="one sub-folder per source")
    parser.add_argument("out", type=Path)
    parser.add_argument("--shards", type=int, default=2)
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)

    paths = sorted(p for p in args.folder.glob("*/*.jpg") if p.parent.name not in COPYLEFT_OR_UNKNOWN)
    kept = [path for path in paths if for_validation(path)]
    used = [path for path in paths if not for_validation(path)]
    with multiprocessing.get_context("fork").Pool(args.processes) as pool:
        _save(
            args.out / "validation.npz", pool.map(_pack_validation, kept, 16), [p.parent.name for p in kept]
        )
        for shard in range(args.shards):
            part = used[shard :: args.shards]
            path = args.out / f"photos-{shard}.npz"
            _save(path, pool.map(_pack_one, part, 16), [p.parent.name for p in part])
            print(f"{path}: {len(part)} photographs, {path.stat().st_size / 2**20:.1f} MiB")
    print(f"{len(kept)} kept for validation")


if __name__ == "__main__":
    main()
