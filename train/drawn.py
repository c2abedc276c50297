"""Procedural scenes: the straight lines, repetition and perspective that the photographs lack.

Rooms, flowers and shelves are plenty among free photographs; streets, pavements, brick walls, railings and
horizons are not, and these are what a filled hole shows first when they bend. So planes are drawn here in
perspective with patterns on them, lit unevenly and roughened, under skies, behind railings. Nothing is copied
from any picture: a scene is made from its seed.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

HEIGHT, WIDTH = 288, 384
"""Size of a scene in pixels."""


def _noise(rng: np.random.Generator, *, finest: int = 96, decay: float = 0.6) -> Floats:
    """Return fractal noise (HEIGHT, WIDTH) of zero mean and unit deviation."""
    total = np.zeros((HEIGHT, WIDTH), np.float32)
    knots, strength = 3, 1.0
    while knots <= finest:
        grid = rng.standard_normal((knots, knots * 4 // 3)).astype(np.float32)
        total += strength * cv2.resize(grid, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        knots, strength = knots * 2, strength * decay
    return np.asarray((total - total.mean()) / (total.std() + 1e-6), np.float32)


def _colour(rng: np.random.Generator, *, vivid: float = 0.35) -> Floats:
    """Return one RGB colour between 0 and 1, mostly muted."""
    grey = rng.uniform(0.15, 0.85)
    return np.clip(grey + rng.normal(0, vivid * rng.uniform(0, 0.6), 3), 0.03, 0.97).astype(np.float32)


def _mix(first: Floats, second: Floats, share: Floats) -> Floats:
    """Blend two colours or pictures by `share` (HEIGHT, WIDTH) of the second."""
    return np.asarray(first + (second - first) * share[..., None], first.dtype)


def _step(value: Floats, softness: Floats | float) -> Floats:
    """Return 0 below zero and 1 above, over `softness` in between."""
    return np.asarray(np.clip(value / softness + 0.5, 0, 1), np.float32)


def _plane(rng: np.random.Generator, tilt: float) -> tuple[Floats, Floats, Floats]:
    """Return the coordinates on a plane seen in perspective, and the size of a pixel on it.

    Parameters
    ----------
    rng : np.random.Generator
        Source of the plane's turn and place.
    tilt : float
        0 faces the viewer; near 1 recedes steeply.
    """
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    x, y = (columns - WIDTH / 2) / HEIGHT, (rows - HEIGHT / 2) / HEIGHT
    lean = rng.uniform(-1, 1, 2) * tilt
    depth = np.maximum(1 + lean[0] * x + lean[1] * y, 0.12)
    turn = rng.choice((0.0, rng.uniform(-0.3, 0.3), rng.uniform(-np.pi, np.pi)), p=(0.5, 0.35, 0.15))
    u, v = (x * np.cos(turn) - y * np.sin(turn)) / depth, (x * np.sin(turn) + y * np.cos(turn)) / depth
    return u.astype(np.float32), v.astype(np.float32), (1 / (HEIGHT * depth**1.5)).astype(np.float32)


def _cells(u: Floats, v: Floats, pixel: Floats, joint: float) -> tuple[Floats, Floats]:
    """Return how much of each pixel is a joint between unit cells, and a random value per cell."""
    nearest = np.minimum(np.abs(u - np.round(u)), np.abs(v - np.round(v)))
    code = np.sin(np.floor(u) * 127.1 + np.floor(v) * 311.7) * 43758.5453
    edge = np.asarray(nearest - joint, np.float32)
    return 1 - _step(edge, np.maximum(pixel, 1e-3)), (code - np.floor(code)).astype(np.float32)


def _tiled(rng: np.random.Generator, u: Floats, v: Floats, pixel: Floats) -> Floats:
    """Tiles, bricks, planks or boards: cells with joints between, each of a slightly different shade."""
    across, down = rng.uniform(2, 9, 2)
    if rng.random() < 0.5:
        down = across * rng.choice((1.0, 2.0, 3.0))
    u, v = u * across, v * down
    u = u + np.floor(v) * rng.choice((0.0, 0.5, 1 / 3))
    joints, code = _cells(u.astype(np.float32), v, pixel * max(across, down), rng.uniform(0.01, 0.06))
    base = _colour(rng)
    shade = 1 + rng.uniform(0, 0.3) * (code - 0.5)
    return _mix(base * shade[..., None], _colour(rng) * np.float32(rng.uniform(0.4, 1)), joints)


def _checked(rng: np.random.Generator, u: Floats, v: Floats, pixel: Floats) -> Floats:
    """Return a board of two colours."""
    scale = rng.uniform(2, 8)
    wave = np.sin(np.pi * u * scale) * np.sin(np.pi * v * scale)
    return _mix(
        _colour(rng), _colour(rng), _step(wave.astype(np.float32), np.maximum(pixel * scale * 3, 0.02))
    )


def _striped(rng: np.random.Generator, u: Floats, v: Floats, pixel: Floats) -> Floats:
    """Stripes of one width, sharp or soft."""
    scale, soft = rng.uniform(2, 14), rng.choice((0.05, 0.3, 2.0))
    wave = np.sin(2 * np.pi * (u * scale + v * rng.choice((0.0, 0.0, scale / 2))))
    wave = wave - rng.uniform(-0.6, 0.6)
    return _mix(
        _colour(rng), _colour(rng), _step(wave.astype(np.float32), np.maximum(pixel * scale * 6, soft))
    )


def _windows(rng: np.random.Generator, u: Floats, v: Floats, pixel: Floats) -> Floats:
    """Return a front with rows of framed windows."""
    across, down = rng.uniform(2, 6, 2)
    u, v = u * across, v * down
    inside = np.minimum(
        rng.uniform(0.2, 0.4) - np.abs(u - np.round(u)), rng.uniform(0.2, 0.42) - np.abs(v - np.round(v))
    )
    soft = np.maximum(pixel * max(across, down), 1e-3)
    wall = _mix(_colour(rng), _colour(rng), _step(inside.astype(np.float32), soft))
    return _mix(wall, _colour(rng) * np.float32(0.6), _step((inside - 0.04).astype(np.float32), soft))


def _plain(rng: np.random.Generator, u: Floats, v: Floats, _pixel: Floats) -> Floats:
    """Return an even surface that changes slowly from one colour to another."""
    way = rng.uniform(-1, 1, 2)
    return _mix(
        _colour(rng), _colour(rng), _step((u * way[0] + v * way[1]).astype(np.float32), rng.uniform(1, 4))
    )


PATTERNS: tuple[Callable[[np.random.Generator, Floats, Floats, Floats], Floats], ...] = (
    _tiled, _tiled, _tiled, _checked, _striped, _windows, _plain, _plain,
)  # fmt: skip
"""What a plane is covered with; more often listed, more often drawn."""


def _surface(rng: np.random.Generator, tilt: float) -> Floats:
    """Return one plane with a pattern, roughened and unevenly lit."""
    u, v, pixel = _plane(rng, tilt)
    picture = PATTERNS[rng.integers(len(PATTERNS))](rng, u, v, pixel)
    if rng.random() < 0.7:
        picture = (
            picture * (1 + rng.uniform(0.01, 0.12) * _noise(rng, decay=rng.uniform(0.6, 1.0)))[..., None]
        )
    return np.asarray(picture * (1 + rng.uniform(0, 0.25) * _noise(rng, finest=4))[..., None], np.float32)


def _sky(rng: np.random.Generator) -> Floats:
    """Return a sky: lighter below, clouds by chance."""
    height = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None] * np.ones((1, WIDTH), np.float32)
    top = np.array([rng.uniform(0.1, 0.6), rng.uniform(0.3, 0.7), rng.uniform(0.5, 0.95)], np.float32)
    low = np.clip(top + rng.uniform(0, 0.5, 3), 0, 1).astype(np.float32)
    sky = _mix(top, low, height)
    if rng.random() < 0.7:
        clouds = _step(_noise(rng, decay=0.55) - np.float32(rng.uniform(-0.5, 1)), rng.uniform(0.5, 2.5))
        sky = _mix(
            sky, np.full(3, rng.uniform(0.75, 1), np.float32), clouds * np.float32(rng.uniform(0.3, 1))
        )
    return sky


def _ground(rng: np.random.Generator, horizon: Floats) -> Floats:
    """Return ground that recedes to `horizon`, a row per column: a pattern on it, or rough like grass."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    depth = np.maximum((rows - horizon.min() + 12) / HEIGHT, 0.02)
    u = (columns - WIDTH * rng.uniform(0, 1)) / HEIGHT / depth * np.float32(0.4)
    v = (0.35 / depth).astype(np.float32)
    pixel = (0.6 / HEIGHT / depth**2).astype(np.float32)
    picture = PATTERNS[rng.integers(len(PATTERNS))](rng, u, v, pixel)
    fade = np.clip(pixel * 25, 0, 1)
    picture = _mix(picture, picture[-HEIGHT // 3 :].mean((0, 1)), fade)
    return np.asarray(picture * (1 + rng.uniform(0.02, 0.2) * _noise(rng, decay=0.95))[..., None], np.float32)


def _landscape(rng: np.random.Generator) -> Floats:
    """Return sky, ridges one behind the other, and ground."""
    rows = np.arange(HEIGHT, dtype=np.float32)[:, None]
    picture, haze = _sky(rng), _colour(rng, vivid=0.2)
    line = np.full(WIDTH, rng.uniform(0.3, 0.65) * HEIGHT, np.float32)
    far = int(rng.integers(0, 4))
    for ridge in range(far):
        rough = _noise(rng, decay=rng.uniform(0.35, 0.6))[HEIGHT // 2]
        edge = line + (ridge - far) * 18 + rough * np.float32(rng.uniform(3, 22))
        colour = _mix(_colour(rng), haze, np.full((HEIGHT, WIDTH), (far - ridge) / (far + 1), np.float32))
        texture = (1 + 0.08 * _noise(rng, decay=0.9))[..., None]
        picture = _mix(picture, np.asarray(colour * texture, np.float32), _step(rows - edge, 1.5))
    line = line + np.linspace(-1, 1, WIDTH, dtype=np.float32) * np.float32(
        rng.choice((0, rng.uniform(-20, 20)))
    )
    return _mix(picture, _ground(rng, line), _step(rows - line, 1.5))


def _corner(rng: np.random.Generator) -> Floats:
    """Return two or three planes that meet in straight edges, like walls and a floor."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    picture = _surface(rng, 0.9)
    for _ in range(rng.integers(1, 4)):
        angle, through = rng.uniform(0, 2 * np.pi), rng.uniform(0.2, 0.8, 2)
        if rng.random() < 0.6:
            angle = rng.integers(0, 4) * np.pi / 2 + rng.normal(0, 0.12)
        side = (columns - through[0] * WIDTH) * np.cos(angle) + (rows - through[1] * HEIGHT) * np.sin(angle)
        picture = _mix(picture, _surface(rng, 0.9), _step(side.astype(np.float32), 1.2))
        if rng.random() < 0.4:
            edge = 1 - _step(np.abs(side).astype(np.float32) - rng.uniform(1, 8), 1.2)
            picture = _mix(picture, _colour(rng), edge)
    return picture


def _railing(rng: np.random.Generator, picture: Floats) -> Floats:
    """Put bars before `picture`, and sometimes rails across them."""
    u, v, pixel = _plane(rng, rng.uniform(0, 0.9))
    across, colour = rng.uniform(4, 14), _colour(rng)
    soft = np.maximum(pixel * across, 0.01)
    bars = 1 - _step(np.abs(u * across - np.round(u * across)) - np.float32(rng.uniform(0.05, 0.2)), soft)
    if rng.random() < 0.6:
        rails = v * rng.uniform(1, 4)
        line = np.abs(rails - np.round(rails)) - np.float32(rng.uniform(0.03, 0.1))
        bars = np.maximum(bars, 1 - _step(line, np.maximum(pixel * 4, 0.01)))
    if rng.random() < 0.5:
        bars = bars * (v > rng.uniform(-0.4, 0.2))
    shade = (1 + 0.3 * np.sin(2 * np.pi * u * across)).astype(np.float32)
    return _mix(picture, np.asarray(colour * shade[..., None], np.float32), bars.astype(np.float32))


def make_scene(seed: int) -> NDArray[np.uint8]:
    """Draw one scene.

    Parameters
    ----------
    seed : int
        The same seed gives the same scene.

    Returns
    -------
    NDArray[np.uint8]
        (288, 384, 3) RGB.
    """
    rng = np.random.default_rng([seed, 0x7363656E])
    kind = rng.random()
    if kind < 0.3:
        picture = _landscape(rng)
    elif kind < 0.65:
        picture = _corner(rng)
    else:
        picture = _surface(rng, rng.uniform(0, 1.2))
    if rng.random() < 0.2:
        picture = _railing(rng, picture)
    lit = picture * (1 + rng.uniform(0, 0.2) * _noise(rng, finest=3))[..., None]
    noisy = lit + rng.normal(0, rng.choice((0.0, 0.01, 0.025)), lit.shape)
    if rng.random() < 0.3:
        noisy = np.asarray(cv2.GaussianBlur(noisy, (0, 0), rng.uniform(0.4, 1.2)))
    return np.asarray(np.clip(noisy, 0, 1) * 255 + 0.5).astype(np.uint8)


def make_scenes(count: int, *, seed: int, processes: int | None = None) -> NDArray[np.uint8]:
    """Draw `count` scenes, the same for the same seed: (count, 288, 384, 3) RGB."""
    cv2.setNumThreads(1)
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return np.stack(pool.map(make_scene, range(seed * 1_000_003, seed * 1_000_003 + count), 8))
