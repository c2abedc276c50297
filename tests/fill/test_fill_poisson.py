"""Corrections with given differences between neighbours, on holes of any shape."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.fill.finish.poisson import ABSENT, ANCHORED, solve_screened
from wuhen.fill.raster.layout import CHANNELS

Numbers = NDArray[np.int32]
Wide = NDArray[np.float32]
_SIDES = (-1, 0), (1, 0), (0, -1), (0, 1)


def solve(numbers: Numbers, divergence: Wide, screening: float) -> Wide:
    """Solve with all links alike."""
    count = len(divergence)
    links = np.ones((count, 4), np.float32)
    return np.asarray(solve_screened(numbers, links, divergence, np.full(count, screening, np.float32)))


def number(hole: NDArray[np.bool_]) -> Numbers:
    numbers = np.full(hole.shape, ANCHORED, np.int32)
    numbers[hole] = np.arange(hole.sum())
    return numbers


def disc(side: int, radius: float) -> NDArray[np.bool_]:
    y, x = np.mgrid[:side, :side]
    return np.asarray(np.hypot(y - side / 2, x - side / 2) < radius)


def strokes(side: int, seed: int) -> NDArray[np.bool_]:
    """Return thin and thick bars that cross."""
    rng = np.random.default_rng(seed)
    hole = np.zeros((side, side), np.bool_)
    for _ in range(5):
        at, wide = rng.integers(2, side - 12), rng.integers(1, 9)
        hole[at : at + wide, 3:-3] = True
        hole[3:-3, at : at + wide] = True
    return hole


def diverge(numbers: Numbers, values: Wide) -> Wide:
    """Sum up the differences of each pixel of the hole from its neighbours, where there are any."""
    room = np.pad(numbers, 1, constant_values=ABSENT)
    around = np.pad(values, ((1, 1), (1, 1), (0, 0)))
    total = np.zeros_like(values)
    for down, right in _SIDES:
        there = np.roll(room, (-down, -right), (0, 1))[1:-1, 1:-1] != ABSENT
        total += there[..., None] * (values - np.roll(around, (-down, -right), (0, 1))[1:-1, 1:-1])
    return np.ascontiguousarray(total[numbers >= 0])


@pytest.mark.parametrize(
    "hole",
    [disc(150, 60), np.pad(np.ones((127, 126), np.bool_), 2), strokes(90, 0), disc(9, 1)],
    ids=["disc", "box", "strokes", "dot"],
)
def test_differences_that_fit_together_are_all_met(hole: NDArray[np.bool_]) -> None:
    numbers = number(hole)
    y, x = np.mgrid[: hole.shape[0], : hole.shape[1]]
    values = np.zeros((*hole.shape, CHANNELS), np.float32)
    for channel in range(CHANNELS):
        values[..., channel] = 20 * np.cos(0.05 * x + channel) + 10 * (y > hole.shape[0] / 2)
    values[~hole] = 0
    found = solve(numbers, diverge(numbers, values), 0)
    error = np.abs(found - values[hole])
    assert np.sqrt(np.mean(error**2)) < 0.8
    assert error.max() < 3


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), screening=st.floats(1e-4, 1.0))
def test_the_equations_hold_but_for_a_few_hundredths(seed: int, screening: float) -> None:
    rng = np.random.default_rng(seed)
    side = int(rng.integers(40, 90))
    numbers = number(strokes(side, seed) | disc(side, side / 4))
    numbers[:, : rng.integers(3)] = ABSENT
    count = int(numbers.max()) + 1
    given_ = rng.normal(0, 1, (count, CHANNELS)).astype(np.float32)
    found = solve(numbers, given_, screening)
    values = np.zeros((*numbers.shape, CHANNELS), np.float32)
    values[numbers >= 0] = found
    rest = given_ - diverge(numbers, values) - screening * found
    assert np.sqrt(np.mean(rest**2)) < 0.1


def test_nothing_flows_where_there_is_no_neighbour() -> None:
    hole = np.zeros((40, 60), np.bool_)
    hole[:, 20:] = True
    numbers = number(hole)
    # A drop between two columns lifts all that lies beyond: only the left side of the hole is held.
    values = np.zeros((40, 60, CHANNELS), np.float32)
    values[:, 35:] = 8
    found = solve(numbers, diverge(numbers, values), 0)
    assert np.abs(found - values[hole]).max() < 1


def test_screening_keeps_a_correction_near_its_cause() -> None:
    hole = np.pad(np.ones((100, 100), np.bool_), 1)
    numbers = number(hole)
    given_ = np.zeros((hole.sum(), CHANNELS), np.float32)
    given_[numbers[50, 50]] = 100
    reach = [np.abs(solve(numbers, given_, far**-2.0)) for far in (4, 40)]
    at = numbers[50, 80]
    assert reach[0][at].max() < 0.05 < reach[1][at].max()


def test_a_weak_link_lets_little_across() -> None:
    numbers = number(np.pad(np.ones((40, 40), np.bool_), 1))
    # The left side is off by 10 at its border.
    divergence = np.zeros((1600, CHANNELS), np.float32)
    divergence[numbers[1:-1, 1]] = 10
    across = []
    for link in (1, 1e-4):
        links = np.ones((1600, 4), np.float32)
        links[numbers[1:-1, 15], 3] = links[numbers[1:-1, 16], 2] = link
        found = solve_screened(numbers, links, divergence, np.full(1600, 1e-4, np.float32))
        across.append(float(np.abs(found[numbers[21, 16]]).max()))
    assert across[1] < 0.6 * across[0]
