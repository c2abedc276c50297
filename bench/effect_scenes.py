"""Scenes in which an object stands on a ground, with what it leaves there, and the truth without it.

Grounds are drawn (grain, planks, tiles, carpet, water, under a wall) or photographs; objects are drawn, or
pictures with transparency. Shadows multiply light. Reflections are a blend by a share that falls off with the
distance (grazing light is reflected most: Fresnel), blurred the more the farther away, and on water moved
sideways, row by row.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

__all__ = ["EFFECTS", "NEGATIVES", "Scene", "blur", "draw_object", "draw_scene"]

_Image = NDArray[np.floating[Any]]

EFFECTS = ("polished", "glossy", "water", "foot", "around")
"""What an object may leave: reflections (strong, weak, rippled), the dark at its foot, a soft shadow."""
NEGATIVES = (
    "nothing",
    "dark below",
    "edge below",
    "twin below",
    "foreign below",
    "gradient",
    "puddle beside",
)
"""What may pass for something that it left, and is not."""
_HEIGHT, _WIDTH = 480, 640
_REFLECTIONS = {"polished": (0.35, 0.6), "glossy": (0.15, 0.32), "water": (0.4, 0.85)}


class Scene(NamedTuple):
    """A case.

    Attributes
    ----------
    photo
        uint8 ``(h, w, 3)``: what is erased from.
    hole
        bool ``(h, w)``: the object, somewhat grown.
    truth
        uint8 ``(h, w, 3)``: without the object and what it left.
    """

    photo: NDArray[np.uint8]
    hole: NDArray[np.bool_]
    truth: NDArray[np.uint8]


def blur(image: _Image, down: float, right: float | None = None) -> _Image:
    """Convolve with a Gaussian of these standard deviations, px; edges are repeated."""
    for axis, width in ((0, down), (1, down if right is None else right)):
        if width <= 0:
            continue
        radius = int(np.ceil(3 * width))
        taps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / width) ** 2)
        taps /= taps.sum()
        padding = [(radius, radius) if one == axis else (0, 0) for one in range(image.ndim)]
        padded = np.pad(image, padding, "edge")
        length = image.shape[axis]
        moved = (
            tap * padded.take(range(at, at + length), axis) for at, tap in enumerate(taps.astype(np.float32))
        )
        image = np.sum(list(moved), axis=0, dtype=np.float32)
    return image


def draw_object(height: int, rng: np.random.Generator) -> _Image:
    """Draw a standing thing, float32 ``(height, w, 4)``, 0 to 255, of a few parts, some of them striped."""
    width = round(height * rng.uniform(0.35, 1.3))
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    image = np.zeros((height, width, 4), np.float32)
    for part in range(int(rng.integers(2, 6))):
        middle = width * rng.uniform(0.3, 0.7)
        half = width * rng.uniform(0.12, 0.45)
        top, bottom = sorted(rng.uniform(0, height, 2))
        if part == 0:
            top, bottom, half = height * rng.uniform(0.3, 0.7), height, width * rng.uniform(0.25, 0.48)
        if rng.random() < 0.5 or part == 0:
            inside = (np.abs(columns - middle) < half) & (rows >= top) & (rows < bottom)
        else:
            y, x = (rows - (top + bottom) / 2) / max(bottom - top, 8), (columns - middle) / (2 * half)
            inside = np.hypot(y, x) < 0.5
        colour = rng.uniform(10, 235, 3) + rng.uniform(-40, 40) * (columns - middle)[..., None] / width
        if rng.random() < 0.5:
            period, across = rng.uniform(6, 30), rng.random() < 0.5
            stripes = ((rows if across else columns) / period) % 1 < 0.4
            colour = np.where(stripes[..., None], rng.uniform(10, 245, 3), colour)
        image[inside] = np.dstack([colour, np.full_like(rows, 255)])[inside]
    image[..., :3] += rng.normal(0, 3, (height, width, 1))
    return np.clip(image, 0, 255)


def _grain(shape: tuple[int, int], rng: np.random.Generator) -> _Image:
    grain = np.zeros(shape, np.float32)
    for cell in (1, 3, 9, 27):
        coarse = rng.normal(0, rng.uniform(1, 6), (shape[0] // cell + 2, shape[1] // cell + 2))
        grain += blur(
            np.kron(coarse, np.ones((cell, cell))).astype(np.float32)[: shape[0], : shape[1]], cell / 3
        )
    return grain


def _ground(kind: str, horizon: int, rng: np.random.Generator) -> _Image:
    """Draw a wall above the horizon and a floor or water below it."""
    rows, columns = np.mgrid[:_HEIGHT, :_WIDTH].astype(np.float32)
    level = rng.uniform(60, 200)
    base = level + rng.uniform(-25, 25, 3)
    depth = 260 / np.maximum(rows - horizon + 60, 1)
    u, v = (columns - _WIDTH / 2) * depth / 60, depth * 8
    floor = base + (rows - horizon)[..., None] * rng.uniform(-0.12, 0.12)
    material = "water" if kind == "water" else rng.choice(["plain", "planks", "tiles", "carpet"])
    if material == "planks":
        floor = floor + rng.normal(0, 9, 64)[(np.floor(u) % 64).astype(int)][..., None]
        floor = floor - 30 * ((u % 1) < 0.06)[..., None]
    elif material == "tiles":
        odd = (np.floor(u / 2) + np.floor(v)) % 2
        floor = floor + rng.uniform(0, 30) * odd[..., None]
        floor = floor - 25 * (((u / 2) % 1 < 0.05) | (v % 1 < 0.06))[..., None]
    elif material == "carpet":
        floor = floor + rng.normal(0, 10, (_HEIGHT, _WIDTH, 1))
    elif material == "water":
        waves = np.sin(rows / rng.uniform(1.5, 4) + 4 * blur(_grain(rows.shape, rng), 3, 20))
        floor = floor + rng.uniform(2, 9) * waves[..., None]
    floor = floor + _grain(rows.shape, rng)[..., None]
    wall = rng.uniform(70, 220) + rng.uniform(-25, 25, 3) + _grain(rows.shape, rng)[..., None]
    panels = (columns / rng.uniform(60, 200)) % 1 < rng.uniform(0, 0.4)
    wall = wall + rng.uniform(-40, 40) * panels[..., None]
    ground: _Image = np.where((rows < horizon)[..., None], wall, floor).astype(np.float32)
    return ground


def _paste(image: _Image, thing: _Image, top: int, left: int) -> _Image:
    """Lay a picture with alpha over an image, cut at its edges."""
    layer = _layer(image.shape[:2], thing, top, left)
    alpha = layer[..., 3:] / 255
    return image * (1 - alpha) + layer[..., :3] * alpha


def _layer(shape: tuple[int, ...], thing: _Image, top: int, left: int) -> _Image:
    """Put a picture with alpha into an empty one."""
    layer = np.zeros((*shape[:2], 4), np.float32)
    height, width = thing.shape[:2]
    rows = slice(max(top, 0), min(top + height, shape[0]))
    columns = slice(max(left, 0), min(left + width, shape[1]))
    if rows.start < rows.stop and columns.start < columns.stop:
        layer[rows, columns] = thing[
            rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
        ]
    return layer


def _reflect(
    ground: _Image,
    thing: _Image,
    foot: int,
    left: int,
    horizon: int | None,
    kind: str,
    rng: np.random.Generator,
) -> tuple[_Image, _Image]:
    """Return the ground with the reflection of what stands behind it, without and with the thing's."""
    height = ground.shape[0]
    rows = np.arange(height, dtype=np.float32)
    away = np.maximum(rows - foot, 0)
    low, high = _REFLECTIONS[kind]
    share = rng.uniform(low, high) * np.exp(-away / (height * rng.uniform(0.5, 2)))
    layer = _layer(ground.shape, thing[::-1], foot, left)
    if kind == "water":
        sway = blur(rng.normal(0, 1, (height, 1)).astype(np.float32), rng.uniform(1, 2.5))[:, 0]
        sway *= rng.uniform(0.5, 4) * (0.3 + away / height * 3) / max(sway.std(), 1e-3)
        for row in range(foot, height):
            layer[row] = np.roll(layer[row], round(float(sway[row])), axis=0)
        layer = blur(layer, rng.uniform(0.5, 2.5), rng.uniform(0.3, 1.5))
    else:
        near, far = rng.uniform(0.5, 2), rng.uniform(2, 8)
        far_part = np.clip(away / (0.6 * thing.shape[0]), 0, 1)[:, None, None]
        layer = (1 - far_part) * blur(layer, near) + far_part * blur(layer, far)
    behind = ground
    if horizon is not None:
        below = (rows > horizon)[:, None, None]
        mirrored = ground[np.clip(2 * horizon - np.arange(height), 0, height - 1)]
        behind = np.where(
            below, (1 - share[:, None, None]) * ground + share[:, None, None] * blur(mirrored, 3), ground
        )
    cover = layer[..., 3:] / 255
    colour = layer[..., :3] / np.maximum(cover, 1e-3)
    amount = share[:, None, None] * cover * (rows >= foot)[:, None, None]
    # What is behind in the mirror is hidden by the thing: its share is taken from there.
    return behind, ground * amount + behind * (1 - amount) + amount * (colour - ground)


def _premultiplied(thing: _Image) -> _Image:
    return np.concatenate([thing[..., :3] * thing[..., 3:] / 255, thing[..., 3:]], axis=2)


def draw_scene(
    kind: str,
    rng: np.random.Generator,
    thing: _Image | None = None,
    photograph: _Image | None = None,
) -> Scene:
    """Draw a case.

    Parameters
    ----------
    kind
        One of `EFFECTS` and `NEGATIVES`.
    rng
        Decides on everything.
    thing
        float32 ``(h, w, 4)``, 0 to 255: the object; drawn if there is none.
    photograph
        float32 ``(480, 640, 3)``, 0 to 255: the ground; drawn if there is none.
    """
    horizon = int(_HEIGHT * rng.uniform(0.2, 0.42))
    foot = int(_HEIGHT * rng.uniform(0.5, 0.66))
    tall = int(min(_HEIGHT * rng.uniform(0.22, 0.45), foot - 8))
    thing = draw_object(tall, rng) if thing is None else _scaled(thing, tall)
    ground = _ground(kind, horizon, rng) if photograph is None else photograph
    left = int(rng.uniform(0.1, 0.9) * max(_WIDTH - thing.shape[1], 1))
    truth = ground
    with_effect = ground
    if kind in _REFLECTIONS:
        behind = horizon if photograph is None else None
        truth, with_effect = _reflect(ground, _premultiplied(thing), foot, left, behind, kind, rng)
    elif kind in {"foot", "around"}:
        with_effect = ground * _shade(kind, thing, foot, left, rng)[..., None]
    else:
        truth = with_effect = _mislead(kind, ground, thing, foot, left, rng)
    photo = _paste(with_effect, thing, foot - thing.shape[0], left)
    solid = _layer(ground.shape, thing, foot - thing.shape[0], left)[..., 3] > 25
    reach = int(rng.integers(1, 9))
    grown = blur(solid.astype(np.float32), reach / 2) > 0.02
    noise = rng.normal(0, rng.uniform(0, 2), (*photo.shape[:2], 1))
    return Scene(_bytes(photo + noise), grown, _bytes(truth + noise))


def _scaled(thing: _Image, height: int) -> _Image:
    width = max(8, min(round(thing.shape[1] * height / thing.shape[0]), _WIDTH - 40))
    height = round(thing.shape[0] * width / thing.shape[1])
    picture = Pillow.fromarray(_bytes(thing), "RGBA").resize((width, height), Pillow.Resampling.LANCZOS)
    return np.asarray(picture, np.float32)


def _shade(kind: str, thing: _Image, foot: int, left: int, rng: np.random.Generator) -> _Image:
    """Return what light is multiplied with."""
    height = thing.shape[0]
    solid = _layer((_HEIGHT, _WIDTH), thing, foot - height, left)[..., 3] / 255
    strength = rng.uniform(0.3, 0.7)
    if kind == "around":
        down, right = rng.uniform(-7, 7, 2)
        moved = np.roll(solid, (round(down), round(right)), (0, 1))
        return 1 - strength * blur(moved, rng.uniform(2, 6))
    # Where it stands: the lowest part, flattened, darkest at the line of contact.
    base = solid[foot - max(3, height // 10) : foot].max(axis=0)
    flat = np.zeros_like(solid)
    thick = max(2, round(height * rng.uniform(0.02, 0.08)))
    flat[foot - thick : foot + thick] = base
    soft = height * rng.uniform(0.02, 0.07)
    return 1 - strength * blur(flat, soft, soft * rng.uniform(1, 2.5))


def _mislead(
    kind: str, ground: _Image, thing: _Image, foot: int, left: int, rng: np.random.Generator
) -> _Image:
    """Return a ground with something in it that is not the object's."""
    height, width = thing.shape[:2]
    rows, columns = np.mgrid[:_HEIGHT, :_WIDTH].astype(np.float32)
    below = foot + int(height * rng.uniform(0.02, 0.3))
    found = ground
    if kind == "dark below":
        other = draw_object(int(height * rng.uniform(0.3, 0.9)), rng)
        other[..., :3] *= rng.uniform(0.1, 0.5)
        found = _paste(ground, other, below, left + int(width * rng.uniform(-0.3, 0.4)))
    elif kind == "twin below":
        found = _paste(ground, thing, below, left + round(width * rng.uniform(-0.05, 0.05)))
    elif kind == "foreign below":
        other = draw_object(height, rng)[::-1]
        other[..., 3] *= rng.uniform(0.3, 0.8)
        found = _paste(ground, other, foot, left + round((width - other.shape[1]) / 2))
    elif kind == "puddle beside":
        layer = _layer(ground.shape, thing[::-1], foot, left + round(width * rng.choice([-0.7, 0.7])))
        amount = layer[..., 3:] / 255 * rng.uniform(0.2, 0.5)
        found = ground * (1 - amount) + amount * layer[..., :3]
    elif kind == "edge below":
        slope = rng.uniform(-0.15, 0.15)
        lower = rows > below + slope * (columns - left - width / 2)
        found = ground * np.where(lower, rng.uniform(0.4, 0.8), 1)[..., None]
    elif kind == "gradient":
        reach = np.hypot(rows - foot, columns - left - width / 2) / rng.uniform(150, 400)
        found = ground * (1 - rng.uniform(0.2, 0.5) * np.exp(-(reach**2)))[..., None]
    return found


def _bytes(image: _Image | NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)
