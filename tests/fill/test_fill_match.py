"""What a match costs, and that what is near is preferred."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.compute.team import Team
from wuhen.fill.raster.hole import find_hole
from wuhen.fill.raster.layout import CHANNELS, HOLE, RADIUS
from wuhen.fill.raster.raster import Raster
from wuhen.fill.search.field import Field, new_field
from wuhen.fill.search.patches import Patches, find_patches
from wuhen.fill.search.patchmatch import Search
from wuhen.fill.search.weights import Weights, weigh

_NO_SHIFTS = np.zeros((0, 2), np.int32)
_Scale = tuple[Raster, Patches, Field, Weights]


def _noise(height: int, width: int, box: tuple[slice, slice], step: int = 1) -> _Scale:
    """Make a scale of noise, in the hole as well: no patch is like another."""
    state = np.zeros((height, width), np.uint8)
    state[box] = HOLE
    raster = Raster.of(np.zeros((height, width, 3), np.uint8), state)
    raster.image(3)[:] = np.random.default_rng(0).integers(0, 256, (height, width, 3))
    hole = find_hole(raster)
    patches = find_patches(raster, hole, step)
    return raster, patches, new_field(patches), weigh(raster, hole, patches, 0.4, 0.1, 1.0)


def _patch(raster: Raster, values: NDArray[np.uint8], centre: int) -> NDArray[np.int64]:
    used = raster.height * raster.pitch * CHANNELS
    y, x = divmod(centre, raster.pitch)
    picture = values[:used].reshape(raster.height, raster.pitch, CHANNELS)
    return picture[y - RADIUS : y + RADIUS + 1, x - RADIUS : x + RADIUS + 1].astype(np.int64)


def _distance(raster: Raster, weights: Weights, target: int, there: int) -> int:
    gaps = _patch(raster, raster.pixels, target) - _patch(raster, raster.pixels, there)
    return int((gaps**2 * _patch(raster, weights.pixels, target)).sum())


def _shifts(scale: _Scale) -> NDArray[np.float64]:
    raster, patches, field, _ = scale
    rows, columns = np.divmod(field.match[patches.targets], raster.pitch)
    from_rows, from_columns = np.divmod(patches.targets, raster.pitch)
    lengths: NDArray[np.float64] = np.hypot(rows - from_rows, columns - from_columns)
    return lengths


@given(
    height=st.integers(24, 70), width=st.integers(24, 70), far=st.floats(0, 4), seed=st.integers(0, 2**32 - 1)
)
@settings(max_examples=25, deadline=None)
def test_a_match_costs_its_distance_and_the_surcharge_for_how_far_it_lies(
    height: int, width: int, far: float, seed: int
) -> None:
    scale = _noise(height, width, np.s_[9:15, 10:14])
    raster, patches, field, weights = scale
    search = Search(*scale, Team(1), seed, 0.0, far, _NO_SHIFTS)
    for reach in (64, 16, 0):
        search.improve(reach)
    distances = [
        _distance(raster, weights, int(target), int(there))
        for target, there in zip(patches.targets, field.match[patches.targets], strict=True)
    ]
    wanted = np.array(distances) * (1 + far * _shifts(scale) / max(height, width))
    np.testing.assert_allclose(field.cost[patches.targets], wanted, rtol=1e-5)


def test_the_greater_the_surcharge_the_nearer_the_matches() -> None:
    lengths = []
    for far in (0.0, 1.0, 4.0):
        scale = _noise(120, 160, np.s_[50:70, 70:90])
        search = Search(*scale, Team(1), 0, 0.15, far, _NO_SHIFTS)
        for _ in range(10):
            search.improve(160)
        lengths.append(_shifts(scale).mean())
    assert lengths[1] < 0.9 * lengths[0]
    assert lengths[2] < 0.9 * lengths[1]


def test_a_shift_by_which_the_surroundings_repeat_themselves_is_proposed_without_surcharge() -> None:
    scale = _noise(64, 64, np.s_[27:28, 27:28], step=8)
    raster, patches, field, weights = scale
    (target,) = patches.targets
    Search(*scale, Team(1), 0, 0.15, 4.0, np.array([[0, 20]], np.int32)).improve(0)
    assert field.match[target] == target + 20
    assert field.cost[target] == _distance(raster, weights, int(target), int(target) + 20)
