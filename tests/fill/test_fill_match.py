"""What a match costs, and that what is near is preferred."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.fill.compute.team import Team
from wuhen.fill.raster.layout import CHANNELS, RADIUS
from wuhen.fill.raster.level import HOLE, Level
from wuhen.fill.search.patchmatch import Search

_NO_SHIFTS = np.zeros((0, 2), np.int32)


def _noise(height: int, width: int, hole: tuple[slice, slice], step: int = 1) -> Level:
    """Make a level of noise, in the hole as well: no patch is like another."""
    state = np.zeros((height, width), np.uint8)
    state[hole] = HOLE
    level = Level.of(np.zeros((height, width, 3), np.uint8), state)
    level.image(3)[:] = np.random.default_rng(0).integers(0, 256, (height, width, 3))
    level.survey(step)
    level.prepare(0.4, 0.1, 1.0)
    return level


def _patch(level: Level, values: NDArray[np.uint8], centre: int) -> NDArray[np.int64]:
    used = level.height * level.pitch * CHANNELS
    y, x = divmod(centre, level.pitch)
    picture = values[:used].reshape(level.height, level.pitch, CHANNELS)
    return picture[y - RADIUS : y + RADIUS + 1, x - RADIUS : x + RADIUS + 1].astype(np.int64)


def _distance(level: Level, target: int, there: int) -> int:
    gaps = _patch(level, level.pixels, target) - _patch(level, level.pixels, there)
    return int((gaps**2 * _patch(level, level.weights, target)).sum())


def _shifts(level: Level) -> NDArray[np.float64]:
    rows, columns = np.divmod(level.match[level.targets], level.pitch)
    from_rows, from_columns = np.divmod(level.targets, level.pitch)
    lengths: NDArray[np.float64] = np.hypot(rows - from_rows, columns - from_columns)
    return lengths


@given(
    height=st.integers(24, 70), width=st.integers(24, 70), far=st.floats(0, 4), seed=st.integers(0, 2**32 - 1)
)
@settings(max_examples=25, deadline=None)
def test_a_match_costs_its_distance_and_the_surcharge_for_how_far_it_lies(
    height: int, width: int, far: float, seed: int
) -> None:
    level = _noise(height, width, np.s_[9:15, 10:14])
    search = Search(level, Team(1), seed, 0.0, far, _NO_SHIFTS)
    for reach in (64, 16, 0):
        search.improve(reach)
    distances = [
        _distance(level, target, there)
        for target, there in zip(level.targets, level.match[level.targets], strict=True)
    ]
    wanted = np.array(distances) * (1 + far * _shifts(level) / max(height, width))
    np.testing.assert_allclose(level.cost[level.targets], wanted, rtol=1e-5)


def test_the_greater_the_surcharge_the_nearer_the_matches() -> None:
    lengths = []
    for far in (0.0, 1.0, 4.0):
        level = _noise(120, 160, np.s_[50:70, 70:90])
        search = Search(level, Team(1), 0, 0.15, far, _NO_SHIFTS)
        for _ in range(10):
            search.improve(160)
        lengths.append(_shifts(level).mean())
    assert lengths[1] < 0.9 * lengths[0]
    assert lengths[2] < 0.9 * lengths[1]


def test_a_shift_by_which_the_surroundings_repeat_themselves_is_proposed_without_surcharge() -> None:
    level = _noise(64, 64, np.s_[27:28, 27:28], step=8)
    (target,) = level.targets
    Search(level, Team(1), 0, 0.15, 4.0, np.array([[0, 20]], np.int32)).improve(0)
    assert level.match[target] == target + 20
    assert level.cost[target] == _distance(level, target, target + 20)
