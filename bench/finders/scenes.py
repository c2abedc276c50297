"""Photos with text on them, drawn from a seed, and what is true of them; and photos without."""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bench.finders.lettering import STYLES, draw_line
from PIL import Image as Pillow

__all__ = [
    "HALVES",
    "Scene",
    "compressed",
    "cut_ground",
    "grounds_of",
    "plain_scene",
    "scenes_of",
    "text_scene",
]

Pillow.MAX_IMAGE_PIXELS = None

HALVES = ("development", "held-out", "fresh")
"""Settings were chosen by the first one; grounds and seeds of the others are none of its.

The last one takes all photos of a folder, which is to be another one.
"""

_SIZES = ((1632, 1224), (1224, 1632), (1920, 1080))
_ALTERED = 8  # levels
_LEGIBLE = 20
_TRIES = 60


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A picture and its text.

    Attributes
    ----------
    name : str
    picture : (H, W, 3) ndarray of uint8
    lines : (H, W) ndarray of uint8
        From 1 on: the line that altered a pixel by more than a few levels.
    kinds : tuple of (str, str)
        Style and script of each line.
    """

    name: str
    picture: np.ndarray
    lines: np.ndarray
    kinds: tuple[tuple[str, str], ...]


def grounds_of(folder: Path, half: str) -> list[Path]:
    """Return every other photo of a folder, or all of a fresh one; none of them may have text on it."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    return paths if half == HALVES[-1] else paths[HALVES.index(half) :: 2]


def scenes_of(folder: Path, half: str, count: int, cache: Path | None) -> list[Scene]:
    """Draw so many scenes with text, and as many without; or read them from where they were kept."""
    name = f"{folder.resolve().name}-{half}-{count}.npz"
    if cache is not None and (cache / name).exists():
        return _read(cache / name)
    grounds = grounds_of(folder, half)
    scenes = [text_scene(grounds, i, half) for i in range(count)]
    scenes += [plain_scene(path, i, half) for i, path in enumerate(grounds[:count])]
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)
        _write(scenes, cache / name)
    return scenes


def _write(scenes: list[Scene], path: Path) -> None:
    told = json.dumps([[scene.name, scene.kinds] for scene in scenes])
    np.savez(path, np.array(told), *(array for scene in scenes for array in (scene.picture, scene.lines)))


def _read(path: Path) -> list[Scene]:
    with np.load(path) as file:
        told = json.loads(str(file["arr_0"]))
        return [
            Scene(
                name,
                file[f"arr_{2 * i + 1}"],
                file[f"arr_{2 * i + 2}"],
                tuple((style, script) for style, script in kinds),
            )
            for i, (name, kinds) in enumerate(told)
        ]


def plain_scene(path: Path, index: int, half: str) -> Scene:
    """Cut a scene without text out of a photo."""
    picture = compressed(cut_ground(path, np.random.default_rng([index, HALVES.index(half), 1])), 92)
    return Scene(f"plain {index} {path.stem}", picture, np.zeros(picture.shape[:2], np.uint8), ())


def text_scene(paths: list[Path], index: int, half: str) -> Scene:
    """Lay one to three lines over a photo; the first one's style goes by the index."""
    rng = np.random.default_rng([index, HALVES.index(half), 0])
    path = paths[rng.integers(len(paths))]
    picture = cut_ground(path, rng).astype(np.float32)
    lines = np.zeros(picture.shape[:2], np.uint8)
    kinds: list[tuple[str, str]] = []
    taken = np.zeros(picture.shape[:2], bool)
    for number in range(int(rng.integers(1, 4))):
        style = STYLES[index % len(STYLES)] if number == 0 else STYLES[rng.integers(len(STYLES))]
        line = draw_line(style, rng)
        place = _place(line.layer.shape[:2], taken, rng)
        if place is None:
            continue
        opacity = line.layer[..., 3:]
        before = picture[place]
        after = before * (1 - opacity) + line.layer[..., :3] * opacity
        # Letters of a sign alter its board, not what is behind that.
        alone = before if style != "sign" else np.median(after[opacity[..., 0] > 0.9], axis=0)
        difference = abs(after - alone).max(axis=-1)
        altered = (difference > _ALTERED) & (line.text > 0.05)
        letters = line.text > 0.3
        if (difference[letters] > _LEGIBLE).mean() < 0.8:
            continue  # nobody could read it
        kinds.append((style, line.script))
        picture[place] = after
        lines[place][altered] = len(kinds)
        taken[place] = True
    quality = int(rng.integers(84, 96))
    return Scene(f"{index} {kinds} {path.stem}", compressed(picture, quality), lines, tuple(kinds))


def cut_ground(path: Path, rng: np.random.Generator) -> np.ndarray:
    """Cut a picture of 2 megapixels out of a photo."""
    width, height = _SIZES[rng.integers(len(_SIZES))]
    with Pillow.open(path) as file:
        image = file.convert("RGB")
    scale = max(width / image.width, height / image.height) * float(rng.uniform(1, 1.3))
    image = image.resize(
        (round(image.width * scale) + 1, round(image.height * scale) + 1), Pillow.Resampling.LANCZOS
    )
    left, top = int(rng.integers(image.width - width)), int(rng.integers(image.height - height))
    return np.asarray(image.crop((left, top, left + width, top + height)))


def _place(size: tuple[int, ...], taken: np.ndarray, rng: np.random.Generator) -> tuple[slice, slice] | None:
    """Choose where a line lies, clear of the others."""
    for _ in range(_TRIES):
        room = taken.shape[0] - size[0], taken.shape[1] - size[1]
        if min(room) <= 0:
            return None
        top, left = (int(rng.integers(n)) for n in room)
        place = slice(top, top + size[0]), slice(left, left + size[1])
        if not taken[place].any():
            return place
    return None


def compressed(picture: np.ndarray, quality: int) -> np.ndarray:
    """Return a picture as it comes out of a JPEG file."""
    file = io.BytesIO()
    Pillow.fromarray(picture.clip(0, 255).round().astype(np.uint8)).save(file, "JPEG", quality=quality)
    return np.asarray(Pillow.open(file).convert("RGB"))
