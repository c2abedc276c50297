"""Holes: how they grow."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wuhen.fill.raster.regions import grow


@given(
    spots=st.lists(st.tuples(st.integers(0, 89), st.integers(0, 69)), min_size=1, max_size=6),
    radius=st.integers(1, 30),
)
@settings(max_examples=40, deadline=None)
def test_a_hole_grows_by_the_chamfer_distance_to_it(spots: list[tuple[int, int]], radius: int) -> None:
    hole = np.zeros((90, 70), bool)
    rows, columns = np.mgrid[:90, :70]
    near = np.full(hole.shape, np.inf)
    for y, x in spots:
        hole[y, x] = True
        down, across = abs(rows - y), abs(columns - x)
        near = np.minimum(near, 3 * np.maximum(down, across) + np.minimum(down, across))
    assert np.array_equal(grow(hole, radius), near <= 3 * radius)
