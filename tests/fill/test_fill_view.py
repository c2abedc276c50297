"""What a guide is shown of a region: the hole, with surroundings, in multiples of eight, and unstretched."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wuhen.fill.guides.guidance import DEFAULT
from wuhen.fill.guides.view import Grid, choose_view
from wuhen.fill.raster.raster import Raster
from wuhen.fill.raster.window import Window

_SIDE = 128


def _corners(raster: Raster, box: Window) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """First and last pixel of a box, in the order of their indices."""
    return np.array(
        [box.top * raster.pitch + box.left, (box.bottom - 1) * raster.pitch + box.right - 1], np.int32
    )


@given(st.data())
def test_the_hole_is_shown_whole_in_multiples_of_eight(data: st.DataObject) -> None:
    height, width = data.draw(st.integers(40, 900)), data.draw(st.integers(40, 900))
    top, left = data.draw(st.integers(0, height - 9)), data.draw(st.integers(0, width - 9))
    box = Window(top, data.draw(st.integers(top + 8, height)), left, data.draw(st.integers(left + 8, width)))
    raster = Raster.blank(height, width)
    guidance = replace(DEFAULT, side=_SIDE)
    view = choose_view(raster, _corners(raster, box), guidance, firm=data.draw(st.booleans()))
    window, shape = view
    assert 0 <= window.top <= box.top < box.bottom <= window.bottom <= height
    assert 0 <= window.left <= box.left < box.right <= window.right <= width
    assert all(side % 8 == 0 and 0 < side <= _SIDE for side in shape)
    assert view.scale <= 1.1


@given(st.integers(0, 300), st.integers(0, 300), st.integers(20, 280))
def test_one_that_knows_sees_it_unstretched_and_at_full_size_if_it_fits(
    top: int, left: int, side: int
) -> None:
    raster = Raster.blank(601, 603)
    box = Window(top, top + side, left, left + side)
    window, shape = choose_view(raster, _corners(raster, box), replace(DEFAULT, side=_SIDE), firm=True)
    down, right = (shown / real for shown, real in zip(shape, window.shape, strict=True))
    assert abs(down - right) * max(window.shape) < 0.7
    if side <= _SIDE - 2 * 32:
        assert window.shape == shape == (_SIDE, _SIDE)


def test_a_grid_says_where_a_picture_lies() -> None:
    grid = Grid.of(Window(10, 50, 20, 100), (20, 80))
    assert (grid.top, grid.left, grid.down, grid.right) == (10, 20, 0.5, 1)
