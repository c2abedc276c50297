from collections import Counter

import numpy as np
import pytest
from bench.studio.objects.outlines import fill_rings, objects, photographs
from hypothesis import given
from hypothesis import strategies as st

OUTER = np.array([(2, 2), (12, 2), (12, 8), (2, 8)], np.float64)


def test_a_ring_in_a_ring_is_a_hole_and_one_beside_it_another_piece() -> None:
    inner, beside = OUTER / 2 + 2, OUTER + np.array([12, 0])
    mask = fill_rings([OUTER, inner, beside], 10, 30)
    assert mask.sum() == 60 - 15 + 60
    assert mask[2, 2]
    assert not mask[4, 4]
    assert mask[4, 20]


@given(st.tuples(st.integers(0, 9), st.integers(0, 9)), st.integers(1, 12), st.integers(1, 12))
def test_a_box_is_filled_to_the_pixel(corner: tuple[int, int], width: int, height: int) -> None:
    box = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64) + corner
    expected = np.zeros((24, 24), np.bool_)
    expected[corner[1] : corner[1] + height, corner[0] : corner[0] + width] = True
    assert np.array_equal(fill_rings([box], 24, 24), expected)


def test_outlines_lie_in_their_photographs_and_half_of_them_are_fresh() -> None:
    parts = Counter(one.photograph.part for one in objects())
    assert abs(parts["development"] - parts["fresh"]) <= parts.total() // 5
    assert len({one.name for one in objects()}) == parts.total()
    assert {one.photograph.name for one in objects()} == set(photographs())
    for one in objects():
        points = np.concatenate(one.rings)
        assert (points >= 0).all(), one.name
        assert (points <= one.photograph.size).all(), one.name
        assert min(len(ring) for ring in one.rings) >= 3
        share = one.mask(200, 300).mean()
        assert 0.001 < share < 0.6, one.name


def test_a_click_is_at_the_centre_of_the_largest_part_that_is_wrong() -> None:
    pytest.importorskip("cv2")
    from bench.studio.objects.clicks import Click, first_click, next_click, overlap  # noqa: PLC0415

    truth = np.zeros((40, 60), np.bool_)
    truth[5:16, 5:16] = truth[10, 5:50] = True
    assert first_click(truth) == Click(10, 10, take=True)
    selected = truth.copy()
    selected[20:35, 20:35] = True
    assert next_click(truth, selected) == Click(27, 27, take=False)
    selected = truth.copy()
    selected[6:16, 6:16] = False
    assert next_click(truth, selected) == Click(10, 10, take=True)
    assert next_click(truth, truth) is None
    assert overlap(truth, truth) == 1
