"""Make cases for `bench.quality` in which a plane that repeats itself goes through the hole in perspective.

    python -m bench.planes OUT [--count N] [--seed S]

Drawings with one right answer, as those of `bench.lines`, but seen by a camera: floors of tiles and planks,
walls of windows and bricks, blinds, railings. What lies on a plane repeats itself there, and in the picture
only by a homography. Angles, distances, colours and grain are random, brightness falls off to one side; a
smooth blob over 6 to 12 % of the picture is the hole.

Written are OUT/tiles000.png and OUT/tiles000_mask.png and so on. The same seed gives the same cases.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from bench.cases import write_case
from bench.holes import make_blob
from numpy.typing import NDArray

_HEIGHT, _WIDTH = 360, 480
_COLOURS = 3
#: Share of the picture that a hole covers.
_SHARES = (0.06, 0.12)
#: Rays for a pixel, along a side.
_RAYS = 3
#: Standard deviation of the grain, and how far brightness falls off over the picture, grey levels.
_GRAIN, _FALL = 3.0, 20.0
#: Focal length, in widths of the picture.
_FOCAL = 1.1

_Plane = NDArray[np.float64]
_Material = Callable[[_Plane, _Plane, np.random.Generator], _Plane]


def _tones(rng: np.random.Generator, count: int) -> list[_Plane]:
    """Choose colours that are well apart."""
    levels = rng.permutation(np.linspace(60, 200, count))
    return [np.clip(level + rng.normal(0, 14, _COLOURS), 0, 255) for level in levels]


def _unlike(one: _Plane, other: _Plane, spread: float, rng: np.random.Generator) -> _Plane:
    """Give every piece of a plane, named by two whole numbers, a shade of its own."""
    shades = rng.normal(0, spread, 4099)
    shade: _Plane = shades[(one.astype(np.int64) * 193 + other.astype(np.int64) * 5099) % 4099]
    return shade[..., None]


def _tiles(u: _Plane, v: _Plane, rng: np.random.Generator) -> _Plane:
    joint = rng.uniform(0.05, 0.09)
    stone, dark, lime = _tones(rng, 3)
    checked = rng.random() < 0.4
    other = checked & ((np.floor(u) + np.floor(v)) % 2 > 0)
    colour = np.where(other[..., None], dark, stone) + _unlike(np.floor(u), np.floor(v), 3, rng)
    return np.where(((u % 1 < joint) | (v % 1 < joint))[..., None], lime, colour)


def _planks(u: _Plane, v: _Plane, rng: np.random.Generator) -> _Plane:
    wood, dark = _tones(rng, 2)
    board = np.floor(2 * u)
    along = v / 4 + board % 3 / 3
    colour = 0.7 * wood + 0.3 * dark + _unlike(board, np.floor(along), 8, rng)
    return np.where(((2 * u % 1 < 0.1) | (along % 1 < 0.015))[..., None], dark, colour)


def _windows(u: _Plane, v: _Plane, rng: np.random.Generator) -> _Plane:
    wall, frame, glass = _tones(rng, 3)
    across, down = np.abs(u % 1 - 0.5), np.abs(v % 1 - 0.5)
    wide, high = rng.uniform(0.2, 0.32), rng.uniform(0.25, 0.36)
    framed = (across < wide + 0.05) & (down < high + 0.04)
    pane = (across < wide) & (down < high) & (across > 0.02)
    return np.where(
        pane[..., None], glass + 20 * (v % 1)[..., None], np.where(framed[..., None], frame, wall)
    )


def _bricks(u: _Plane, v: _Plane, rng: np.random.Generator) -> _Plane:
    stone, lime = _tones(rng, 2)
    row = np.floor(3 * v)
    along = 1.5 * u + row % 2 / 2
    colour = stone + _unlike(row, np.floor(along), 4, rng)
    return np.where(((3 * v % 1 < 0.16) | (along % 1 < 0.08))[..., None], lime, colour)


def _blinds(u: _Plane, v: _Plane, rng: np.random.Generator) -> _Plane:
    slat, gap = _tones(rng, 2)
    phase = (3 * v % 1)[..., None]
    cord = (np.abs(u % 3 - 1.5) < 0.04)[..., None]
    return np.where(cord, 0.5 * (slat + gap), np.where(phase < 0.22, gap, slat + 30 * (phase - 0.6)))


def _railing(u: _Plane, v: _Plane, rng: np.random.Generator) -> _Plane:
    bar, back, rail = _tones(rng, 3)
    ground = back + 10 * np.sin(0.3 * u + 0.2 * v)[..., None]
    colour = np.where((2 * u % 1 < 0.22)[..., None], bar, ground)
    return np.where((np.abs(v % 5 - 2.5) < 0.14)[..., None], rail, colour)


#: What is drawn, and whether it lies on a floor or stands as a wall.
_KINDS: dict[str, tuple[_Material, bool]] = {
    "tiles": (_tiles, True), "planks": (_planks, True), "windows": (_windows, False),
    "bricks": (_bricks, False), "blinds": (_blinds, False), "railing": (_railing, False),
}  # fmt: skip


def _look(floor: bool, rng: np.random.Generator) -> _Plane:  # noqa: FBT001 - two kinds of planes
    """Return the matrix that takes a pixel ``(x, y, 1)`` to homogeneous coordinates of the plane."""
    focal = _FOCAL * _WIDTH
    if floor:
        turn, height = rng.uniform(0, np.pi), rng.uniform(2.2, 3.5)
        one, other = [np.cos(turn), 0, np.sin(turn)], [-np.sin(turn), 0, np.cos(turn)]
        origin, pitch, roll = [0, height, 0], rng.uniform(0.35, 0.8), rng.normal(0, 0.03)
    else:
        turn = rng.uniform(0.35, 0.95) * rng.choice([-1, 1])
        one, other = [np.cos(turn), 0, np.sin(turn)], [0, 1, 0]
        origin, pitch, roll = [0.0, 0.0, rng.uniform(8, 12)], rng.normal(0, 0.1), rng.normal(0, 0.03)
    tilt = [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
    lean = [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
    plane = np.array(lean) @ np.array(tilt) @ np.array([one, other, origin], np.float64).T
    lens = np.array([[focal, 0, _WIDTH / 2], [0, focal, _HEIGHT / 2], [0, 0, 1]])
    seen: _Plane = np.linalg.inv(lens @ plane).astype(np.float64)
    return seen


def _draw(material: _Material, look: _Plane, rng: np.random.Generator) -> _Plane:
    """Draw a plane as it is seen, with smooth edges, before a sky where it does not reach."""
    rows, columns = (np.mgrid[: _HEIGHT * _RAYS, : _WIDTH * _RAYS] + 0.5) / _RAYS
    across, down, far = np.tensordot(look, np.stack([columns, rows, np.ones_like(rows)]), 1)
    seen = far > 0.004
    depth = np.where(seen, far, 1)
    sky = rng.uniform(150, 230, _COLOURS)
    colours = np.where(seen[..., None], material(across / depth, down / depth, rng), sky)
    mean: _Plane = colours.reshape(_HEIGHT, _RAYS, _WIDTH, _RAYS, _COLOURS).mean(axis=(1, 3))
    return mean


def _light(rng: np.random.Generator) -> _Plane:
    rows, columns = np.mgrid[:_HEIGHT, :_WIDTH]
    heading = rng.uniform(0, 2 * np.pi)
    fall: _Plane = _FALL * (np.cos(heading) * columns / _WIDTH + np.sin(heading) * rows / _HEIGHT)
    return fall[..., None]


def main() -> None:
    """Make the cases."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=4, help="how many of each kind")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for number, (kind, (material, floor)) in enumerate(_KINDS.items()):
        for index in range(options.count):
            rng = np.random.default_rng([options.seed, number, index])
            truth = _draw(material, _look(floor, rng), rng) + _light(rng)
            truth += rng.normal(0, _GRAIN, (_HEIGHT, _WIDTH, 1))
            hole = make_blob((_HEIGHT, _WIDTH), rng.uniform(*_SHARES), rng)
            write_case(options.out, f"{kind}{index:03}", truth, hole)
    print(f"{options.count} cases of each of {', '.join(_KINDS)} in {options.out}")


if __name__ == "__main__":
    main()
