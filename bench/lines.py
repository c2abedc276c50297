"""Make cases for `bench.quality` through whose holes something straight runs.

    python -m bench.lines OUT [--count N] [--seed S]

Photographs seldom tell whether an engine carries structure through a hole: too much else is in them. These
drawings have one right answer. A *ledge* is a thin band between light and dark, a *stripe* one on an even
ground, an *edge* two grounds that meet, *bricks* are a running bond. Slants, colours, sizes and grain are
random; a smooth blob over 8 to 15 % of the picture is the hole, and lies on what runs through.

Written are OUT/ledge000.png and OUT/ledge000_mask.png and so on. The same seed gives the same cases.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from bench.cases import write_case
from bench.holes import make_blob
from numpy.typing import NDArray

_HEIGHT, _WIDTH = 240, 320
_COLOURS = 3
#: Share of the picture that a hole covers.
_SHARES = (0.08, 0.15)
#: Steepest slant of a line, radians.
_STEEPEST = 0.6
#: Standard deviation of the grain, grey levels.
_GRAIN = 3.0

_Plane = NDArray[np.float64]


def _along(rng: np.random.Generator) -> _Plane:
    """Signed distance to a line through the middle, px."""
    angle = rng.uniform(-_STEEPEST, _STEEPEST)
    rows, columns = np.mgrid[:_HEIGHT, :_WIDTH].astype(np.float64)
    distance: _Plane = np.cos(angle) * (rows - _HEIGHT / 2) + np.sin(angle) * (columns - _WIDTH / 2)
    return distance


def _tones(rng: np.random.Generator, count: int) -> list[_Plane]:
    """Choose colours that are well apart."""
    levels = rng.permutation(np.linspace(40, 215, count))
    return [np.clip(level + rng.normal(0, 18, _COLOURS), 0, 255) for level in levels]


def _ledge(rng: np.random.Generator) -> _Plane:
    distance, width = _along(rng)[..., None], rng.uniform(4, 9)
    above, band, below = _tones(rng, 3)
    return np.where(distance < 0, above, np.where(distance < width, band, below))


def _stripe(rng: np.random.Generator) -> _Plane:
    distance, width = _along(rng)[..., None], rng.uniform(4, 20)
    ground, band = _tones(rng, 2)
    return np.where(np.abs(distance) < width / 2, band, ground)


def _edge(rng: np.random.Generator) -> _Plane:
    above, below = _tones(rng, 2)
    return np.where(_along(rng)[..., None] < 0, above, below)


def _bricks(rng: np.random.Generator) -> _Plane:
    height, joint = rng.integers(12, 22), rng.integers(2, 4)
    rows, columns = np.mgrid[:_HEIGHT, :_WIDTH]
    shifted = columns + rows // height % 2 * height
    mortar = (rows % height < joint) | (shifted % (2 * height) < joint)
    stone, lime = _tones(rng, 2)
    return np.where(mortar[..., None], lime, stone)


_KINDS: dict[str, Callable[[np.random.Generator], _Plane]] = {
    "ledge": _ledge, "stripe": _stripe, "edge": _edge, "bricks": _bricks,
}  # fmt: skip


def main() -> None:
    """Make the cases."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=8, help="how many of each kind")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for number, (kind, draw) in enumerate(_KINDS.items()):
        for index in range(options.count):
            rng = np.random.default_rng([options.seed, number, index])
            truth = draw(rng) + rng.normal(0, _GRAIN, (_HEIGHT, _WIDTH, 1))
            hole = make_blob((_HEIGHT, _WIDTH), rng.uniform(*_SHARES), rng)
            write_case(options.out, f"{kind}{index:03}", truth, hole)
    print(f"{options.count} cases of each of {', '.join(_KINDS)} in {options.out}")


if __name__ == "__main__":
    main()
