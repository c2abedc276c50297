"""Holes to train on: things, words, strokes, boxes and blobs, painted over as generously as users do.

A network learns the holes it is shown. People erase whole objects, passers-by, lettering and scratches,
and their brush goes beyond the edge; so silhouettes of things are placed, turned, joined and grown by some
pixels, and a good share of holes is large. Silhouettes come from the alpha of clip art, words from fonts:
both are gathered once into a small file, and masks are then made from it and a seed wherever training runs.

    python train/masks.py CLIPART_FOLDER OUT.npz --fonts FONT.ttf [FONT.ttf ...]
"""

from __future__ import annotations

import argparse
import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

Bits = NDArray[np.uint8]

SHAPE_SIDE = 96
"""Height and width of a silhouette's canvas; it fills one of them."""
WORD_SIZE = (48, 192)
"""Height and width of a word's canvas."""
SMALLEST, LARGEST = 0.015, 0.5
"""Share of the picture a hole takes, at least and at most."""

ENGLISH = (
    "SALE OPEN sample Copyright photo www.example.com 2026-05-01 12:30 NO PARKING Hotel Market draft preview "
    "Hello world exit 50% OFF proof do not copy STUDIO Live News stock Image @someone #holiday Coffee TAXI"
)
CHINESE = (
    "样张 水印 版权所有 禁止停车 欢迎光临 新鲜水果 出口 照片由 优惠 八折 酒店 直播 新闻 请勿转载 无痕 图片"
)


@dataclass(frozen=True, slots=True)
class Shapes:
    """The outlines that masks are put together from.

    Attributes
    ----------
    things : NDArray[np.uint8]
        (n, 96, 96), 255 inside the thing.
    words : NDArray[np.uint8]
        (m, 48, 192), 255 on the letters.
    """

    things: Bits
    words: Bits

    def save(self, path: Path) -> None:
        """Write the shapes, one bit a pixel, compressed."""
        np.savez_compressed(
            path, things=np.packbits(self.things > 0, axis=-1), words=np.packbits(self.words > 0, axis=-1)
        )

    @classmethod
    def load(cls, path: Path) -> Shapes:
        """Read what `save` wrote."""
        with np.load(path) as packed:
            return cls(
                *(np.unpackbits(packed[name], axis=-1) * np.uint8(255) for name in ("things", "words"))
            )


def _silhouette(path: Path) -> Bits | None:
    """Return the filled outline of a picture on a transparent ground, None where it has no telling one."""
    try:
        with Image.open(path) as opened:
            alpha = np.asarray(opened.convert("RGBA"))[..., 3]
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return None
    inside = (alpha > 96).astype(np.uint8)
    if not inside.any():
        return None
    left, top, width, height = cv2.boundingRect(inside)
    inside = inside[top : top + height, left : left + width]
    scale = SHAPE_SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    inside = (cv2.resize(inside * 255, size, interpolation=cv2.INTER_AREA) > 96).astype(np.uint8)
    contours, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(inside, contours, -1, 1, cv2.FILLED)
    if min(size) < SHAPE_SIDE // 5 or not 0.15 < inside.mean() < 0.9:
        return None
    canvas = np.zeros((SHAPE_SIDE, SHAPE_SIDE), np.uint8)
    canvas[: size[1], : size[0]] = inside * 255
    return canvas


def _word(text: str, font: Path) -> Bits:
    """Render `text` as large as its canvas allows."""
    height, width = WORD_SIZE
    face = ImageFont.truetype(str(font), 40)
    box = face.getbbox(text)
    scale = min(1.0, width / max(1.0, box[2] - box[0]))
    face = ImageFont.truetype(str(font), max(8, int(40 * scale)))
    canvas = Image.new("L", (width, height))
    box = face.getbbox(text)
    ImageDraw.Draw(canvas).text((-box[0], (height - box[3] - box[1]) // 2), text, 255, font=face)
    return ((np.asarray(canvas) > 96) * 255).astype(np.uint8)


def _has_all(font: Path, text: str) -> bool:
    """Say whether `font` has every character of `text`: none looks like the sign for a missing one."""
    face = ImageFont.truetype(str(font), 24)
    missing = bytes(face.getmask("\U0010fffd"))
    return all(bytes(face.getmask(character)) != missing for character in text)


def gather(clipart: Path, fonts: list[Path], *, most: int) -> Shapes:
    """Collect silhouettes and words.

    Parameters
    ----------
    clipart : Path
        A folder of PNG files with alpha, at any depth.
    fonts : list of Path
        Fonts; a word is rendered with those that have its characters.
    most : int
        How many silhouettes to keep, evenly over the folder.
    """
    paths = [
        p for p in sorted(clipart.rglob("*.png")) if not {"special", "shapes", "duplicates"} & set(p.parts)
    ]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        found = [shape for shape in pool.imap(_silhouette, paths, chunksize=32) if shape is not None]
    things = np.stack(found)[:: max(1, len(found) // most)]
    words = []
    for font in fonts:
        words += [_word(text, font) for text in (ENGLISH + " " + CHINESE).split() if _has_all(font, text)]
    return Shapes(things, np.stack(words))


def _place(canvas: Bits, shape: Bits, rng: np.random.Generator, *, scale: float, turn: float) -> None:
    """Add `shape` to `canvas`: scaled, turned by up to `turn` degrees, mirrored by chance, anywhere."""
    side = canvas.shape[0]
    height, width = shape.shape
    angle = np.deg2rad(rng.uniform(-turn, turn))
    mirror = rng.choice((-1.0, 1.0)) if turn > 20 else 1.0
    matrix = scale * np.array(
        [[np.cos(angle) * mirror, -np.sin(angle)], [np.sin(angle) * mirror, np.cos(angle)]]
    )
    middle = rng.uniform(0.08, 0.92, 2) * side
    shift = middle - matrix @ np.array([width / 2, height / 2])
    placed = cv2.warpAffine(shape, np.column_stack([matrix, shift]), (side, side), flags=cv2.INTER_LINEAR)
    np.maximum(canvas, placed, out=canvas)


def _grow(canvas: Bits, radius: int) -> Bits:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.asarray(cv2.dilate(canvas, kernel), np.uint8)


def _things(shapes: Shapes, rng: np.random.Generator, side: int) -> Bits:
    canvas = np.zeros((side, side), np.uint8)
    for _ in range(rng.choice((1, 2, 3), p=(0.6, 0.25, 0.15))):
        share = np.exp(rng.uniform(np.log(0.2), np.log(0.9)))
        shape = shapes.things[rng.integers(len(shapes.things))]
        _place(canvas, shape, rng, scale=share * side / SHAPE_SIDE, turn=40)
    return _grow(canvas, int(rng.integers(1, 13)))


def _words(shapes: Shapes, rng: np.random.Generator, side: int) -> Bits:
    canvas = np.zeros((side, side), np.uint8)
    scale, turn = rng.uniform(0.4, 1.4) * side / 256, rng.choice((3.0, 20.0))
    for _ in range(rng.integers(1, 7)):
        _place(canvas, shapes.words[rng.integers(len(shapes.words))], rng, scale=scale, turn=turn)
    if rng.random() < 0.3:
        canvas = np.asarray(cv2.morphologyEx(canvas, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8)), np.uint8)
    return _grow(canvas, int(rng.integers(1, 6)))


def _strokes(_shapes: Shapes, rng: np.random.Generator, side: int) -> Bits:
    canvas = np.zeros((side, side), np.uint8)
    for _ in range(rng.integers(1, 6)):
        count = int(rng.integers(2, 9))
        turns = np.cumsum(rng.normal(0, 0.7, count)) + rng.uniform(0, 2 * np.pi)
        steps = rng.uniform(0.08, 0.25, (count, 1)) * side * np.column_stack([np.cos(turns), np.sin(turns)])
        points = (rng.uniform(0.1, 0.9, 2) * side + np.cumsum(steps, axis=0)).astype(np.int32)
        width = int(rng.integers(4, 40) * side / 256)
        cv2.polylines(canvas, [points.reshape(-1, 1, 2)], isClosed=False, color=255, thickness=max(1, width))
        for point in points:
            cv2.circle(canvas, (int(point[0]), int(point[1])), width // 2, 255, cv2.FILLED)
    return canvas


def _boxes(_shapes: Shapes, rng: np.random.Generator, side: int) -> Bits:
    canvas = np.zeros((side, side), np.uint8)
    for _ in range(rng.integers(1, 4)):
        height, width = (rng.uniform(0.08, 0.55, 2) * side).astype(int)
        top, left = int(rng.integers(0, side - height)), int(rng.integers(0, side - width))
        canvas[top : top + height, left : left + width] = 255
    return canvas


def _blob(_shapes: Shapes, rng: np.random.Generator, side: int) -> Bits:
    knots = int(rng.integers(4, 11))
    noise = rng.standard_normal((knots, knots)).astype(np.float32)
    smooth = cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC)
    inside = smooth > np.quantile(smooth, 1 - rng.uniform(0.1, 0.45))
    return np.asarray(inside * 255, np.uint8)


KINDS: dict[str, tuple[float, Callable[[Shapes, np.random.Generator, int], Bits]]] = {
    "things": (0.5, _things),
    "words": (0.1, _words),
    "strokes": (0.12, _strokes),
    "boxes": (0.1, _boxes),
    "blob": (0.18, _blob),
}
"""How often each kind of hole is made, and by what."""


def make_mask(shapes: Shapes, seed: int, side: int = 256) -> NDArray[np.bool_]:
    """Make one hole.

    Parameters
    ----------
    shapes : Shapes
        Outlines to use.
    seed : int
        The same seed gives the same hole.
    side : int
        Height and width of the mask.

    Returns
    -------
    NDArray[np.bool_]
        (side, side), true inside the hole, which takes between `SMALLEST` and `LARGEST` of it.
    """
    rng = np.random.default_rng([seed, 0x6D61736B])
    makers = [maker for _, maker in KINDS.values()]
    shares = [share for share, _ in KINDS.values()]
    while True:
        mask = makers[rng.choice(len(makers), p=shares)](shapes, rng, side) > 127
        if SMALLEST < mask.mean() < LARGEST:
            return mask


def make_bank(shapes: Shapes, count: int, *, seed: int, processes: int | None = None) -> NDArray[np.bool_]:
    """Make `count` holes of 256 x 256, the same for the same seed: (count, 256, 256)."""
    cv2.setNumThreads(1)
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        masks = pool.map(partial(make_mask, shapes), range(seed * 1_000_003, seed * 1_000_003 + count), 64)
    return np.stack(masks)


def main() -> None:
    """Gather shapes into a file."""
    parser = argparse.ArgumentParser(description="Gather silhouettes and words for masks.")
    parser.add_argument("clipart", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--fonts", type=Path, nargs="+", required=True)
    parser.add_argument("--most", type=int, default=3000)
    args = parser.parse_args()
    shapes = gather(args.clipart, args.fonts, most=args.most)
    shapes.save(args.out)
    print(f"{args.out}: {len(shapes.things)} things, {len(shapes.words)} words")


if __name__ == "__main__":
    main()
