"""What a fill takes, told before it begins."""

import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray

from wuhen.fill import Options, erase, estimate, measure_speed
from wuhen.fill.raster import pieces


def square(side: int, hole: int) -> NDArray[np.bool_]:
    found = np.zeros((side, side), bool)
    begin = (side - hole) // 2
    found[begin : begin + hole, begin : begin + hole] = True
    return found


def dotted(side: int, pitch: int, dot: int) -> NDArray[np.bool_]:
    hole = np.zeros((side, side), bool)
    for row in range(dot):
        for column in range(dot):
            hole[pitch // 2 + row :: pitch, pitch // 2 + column :: pitch] = True
    return hole


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hole", "large"),
    [
        (square(900, 600), 1 << 22),
        (square(900, 100), 1 << 22),
        (dotted(1100, 9, 2), 1 << 22),
        (dotted(1100, 9, 2), 1 << 18),
        (dotted(1100, 120, 20), 1 << 22),
    ],
    ids=["object", "small object", "dots", "dots in pieces", "spots"],
)
def test_no_fill_takes_more_memory_than_was_said(
    hole: NDArray[np.bool_], large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_LARGE", large)
    monkeypatch.setattr(pieces, "_SQUARE", 400)
    photo = np.random.default_rng(0).integers(0, 256, (*hole.shape, 3), np.uint8)
    erase(photo[:64, :64], square(64, 20), engine="patch", threads=1)
    tracemalloc.start()
    try:
        erase(photo, hole, engine="patch", threads=1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    said = estimate(hole, Options(engine="patch")).memory
    assert peak < said < 3 * peak


def test_a_hole_takes_the_same_whatever_the_size_of_its_photo() -> None:
    spot = np.zeros((400, 400), bool)
    spot[190:210, 190:210] = True
    large = np.zeros((3000, 3000), bool)
    large[:400, :400] = spot
    assert estimate(large).work == estimate(spot).work


def test_ten_times_as_many_holes_take_ten_times_the_work() -> None:
    few, many = np.zeros((600, 6000), bool), np.zeros((600, 6000), bool)
    few[:, :600] = dotted(600, 300, 12)
    for begin in range(0, 6000, 600):
        many[:, begin : begin + 600] = few[:, :600]
    assert estimate(many).work == pytest.approx(10 * estimate(few).work, rel=0.05)


def test_dots_take_no_more_than_an_object_that_covers_what_is_next_to_them() -> None:
    hole = dotted(3000, 9, 2)
    assert estimate(hole, Options(engine="patch")).work < estimate(square(3000, 2900)).work


def test_growing_counts() -> None:
    hole = square(600, 40)
    assert estimate(hole, Options(grow=60)).work > 2 * estimate(hole).work


def test_speed_is_measured_once() -> None:
    assert measure_speed() == measure_speed() > 0
