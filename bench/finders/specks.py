"""Photos with dust and scratches on them, drawn from a seed, and what is true of them; and photos without."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bench.finders.scenes import HALVES, compressed, cut_ground
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from wuhen.fill.raster.regions import grow
from wuhen.finders.planes import box_mean, luma

__all__ = ["KINDS", "Defect", "DustyScene", "clean_picture", "dusty_scene"]

KINDS = ("disc", "speck", "hair", "scratch")
_SHARP = 4  # pixels of a drawing in one of the picture
_TRIES = 40
_SMOOTH, _AROUND = 2.5, 10
"""In levels and pixels: a place is smooth where the ground's deviation is below this all around."""
_SEEN, _CLEAR = 5.0, 10.0
"""What nobody could see is not drawn: levels at the darkest or brightest pixel, and the root of the sum of
its squares in deviations of the grain."""

Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Defect:
    """One speck or scratch.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    bright : bool
        Or dark.
    smooth : bool
        Whether it lies in a smooth place.
    window : tuple of slice
        Rows and columns of the picture that hold it.
    core : (h, w) ndarray of bool
        The pixels in there that it altered by half of what it altered at the most.
    """

    kind: str
    bright: bool
    smooth: bool
    window: tuple[slice, slice]
    core: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class DustyScene:
    """A picture and its defects."""

    name: str
    picture: NDArray[np.uint8]
    defects: tuple[Defect, ...]


def clean_picture(path: Path, index: int, half: str) -> NDArray[np.uint8]:
    """Cut a picture of 2 megapixels out of a photo, and leave it as it is."""
    rng = np.random.default_rng([index, HALVES.index(half), 3])
    return compressed(cut_ground(path, rng), 92)


def dusty_scene(paths: list[Path], index: int, half: str) -> DustyScene:
    """Lay 8 to 16 defects over a photo, then grain on every other, and compress it as a JPEG file."""
    rng = np.random.default_rng([index, HALVES.index(half), 2])
    path = paths[index % len(paths)]
    picture = cut_ground(path, rng).astype(np.float32)
    grain = float(rng.uniform(1, 4)) if index % 2 else 0.0
    rough = _roughness(picture)
    taken = np.zeros(rough.shape, bool)
    defects = []
    for number in range(int(rng.integers(8, 17))):
        one = _lay(picture, rough, taken, KINDS[number % len(KINDS)], rng, grain, wanted=number % 3 > 0)
        if one is not None:
            defects.append(one)
    if grain:
        noise = rng.normal(0, grain, (*rough.shape, 1)) + rng.normal(0, grain / 3, picture.shape)
        picture += noise.astype(np.float32)
    quality = int(rng.integers(80, 96))
    name = f"{index} {path.stem} grain {grain:.1f}"
    return DustyScene(name, compressed(picture, quality), tuple(defects))


def _roughness(picture: Plane) -> Plane:
    """Return the deviation of what is finer than a gradient, in levels."""
    bright = luma(picture.astype(np.uint8))
    fine = bright - box_mean(bright, 8)
    return np.asarray(np.sqrt(np.maximum(box_mean(fine**2, 8), 0)), np.float32)


def _lay(
    picture: Plane,
    rough: Plane,
    taken: NDArray[np.bool_],
    kind: str,
    rng: np.random.Generator,
    grain: float,
    *,
    wanted: bool,
) -> Defect | None:
    """Draw one defect where there is room, in a smooth place if that is wanted and can be found."""
    cover, strength, bright = _shape(kind, rng)
    height, width = cover.shape
    if height >= rough.shape[0] or width >= rough.shape[1]:
        return None
    around = grow(cover > 0.05, _AROUND)
    for attempt in range(_TRIES):
        top = int(rng.integers(rough.shape[0] - height))
        left = int(rng.integers(rough.shape[1] - width))
        window = slice(top, top + height), slice(left, left + width)
        smooth = bool(np.quantile(rough[window][around], 0.9) < _SMOOTH)
        if taken[window][around].any() or (wanted and not smooth and attempt < _TRIES - 1):
            continue
        before = picture[window]
        share = (strength * cover)[..., None]
        after = before + share * (255 - before) * 0.8 if bright else before * (1 - share)
        change = abs(after - before).mean(axis=2)
        if change.max() < _SEEN or np.sqrt((change**2).sum()) < _CLEAR * max(grain, 1.0):
            continue
        picture[window] = after
        taken[window] |= around
        return Defect(kind, bright, smooth, window, change > change.max() / 2)
    return None


def _shape(kind: str, rng: np.random.Generator) -> tuple[Plane, float, bool]:
    """Return how much of each pixel a defect covers, 0 to 1, its contrast, and whether it is bright."""
    if kind == "disc":  # dust on a sensor: soft and dark
        side = float(rng.uniform(6, 25))
        cover = _drawn([_blob(side, 0.06, rng)], None, side * float(rng.uniform(0.08, 0.22)))
        return cover, float(rng.uniform(0.04, 0.16)), False
    bright = bool(rng.integers(2))
    if kind == "speck":
        side = float(rng.uniform(2, 9))
        cover = _drawn([_blob(side, 0.25, rng)], None, float(rng.uniform(0.3, 0.8)))
        return cover, float(rng.uniform(0.08, 0.25)), bright
    if kind == "hair":
        line = _walk(float(rng.uniform(30, 150)), 0.16, rng)
        thick = float(rng.uniform(1.4, 3.2))
    else:
        line = _walk(float(rng.uniform(50, 400)), 0.006, rng)
        thick = float(rng.uniform(1.0, 2.2))
    return _drawn([line], thick, float(rng.uniform(0.3, 0.7))), float(rng.uniform(0.06, 0.25)), bright


def _blob(side: float, uneven: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the corners of a roundish thing."""
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    radii = np.ones(48)
    for order in (1, 2, 3):
        radii += uneven / order * rng.normal() * np.cos(order * angles + rng.uniform(0, 2 * np.pi))
    around = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.asarray(side / 2 * np.clip(radii, 0.4, 1.8)[:, None] * around, np.float64)


def _walk(length: float, bend: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return points of a curve; its direction changes by so many radians a pixel at the most."""
    steps = max(4, round(length / 3))
    turns = np.convolve(rng.normal(0, 1, steps + 8), np.ones(9) / 9, "valid") * bend * 3
    angles = rng.uniform(0, 2 * np.pi) + np.cumsum(turns)
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=1) * (length / steps)
    return np.cumsum(ways, axis=0)


def _drawn(shapes: list[NDArray[np.float64]], thick: float | None, blur: float) -> Plane:
    """Draw shapes, or lines of a thickness, with a margin that the roughness around them is taken from."""
    points = np.concatenate(shapes)
    margin = _AROUND + 4 * blur + (thick or 0)
    low = points.min(axis=0) - margin
    size = [int(np.ceil(n)) * _SHARP for n in points.max(axis=0) - low + margin]
    image = Pillow.new("L", (size[0], size[1]))
    draw = ImageDraw.Draw(image)
    for shape in shapes:
        at = [(float(x), float(y)) for x, y in (shape - low) * _SHARP]
        if thick is None:
            draw.polygon(at, fill=255)
        else:
            draw.line(at, fill=255, width=max(1, round(thick * _SHARP)), joint="curve")
    soft = image.filter(ImageFilter.GaussianBlur(blur * _SHARP)).reduce(_SHARP)
    return np.asarray(np.asarray(soft, np.float32) / 255, np.float32)
