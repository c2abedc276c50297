from pathlib import Path

import numpy as np
import pytest
from bench.sheets import crop_around, lay_out, shuffle, tally, write_sheets
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

KEY = {
    "000": {"case": "a", "A": "old", "B": "new"},
    "001": {"case": "b", "A": "new", "B": "old"},
    "002": {"case": "c", "A": "new", "B": "old"},
}


def answer(sheet: str, better: str, grade_a: str = "", grade_b: str = "") -> dict[str, str]:
    return {"sheet": sheet, "better": better, "grade_a": grade_a, "grade_b": grade_b}


def test_answers_are_counted_for_the_engine_behind_the_letter() -> None:
    counts, neither = tally(
        KEY, [answer("000", "B", "2", "4"), answer("1", "a", "3", "1"), answer("002", "=")]
    )
    assert (counts["new"].preferred, counts["new"].grades) == (2, [4.0, 3.0])
    assert (counts["old"].preferred, counts["old"].grades) == (0, [2.0, 1.0])
    assert neither == 1


@pytest.mark.parametrize("given", [answer("009", "A"), answer("000", "left")])
def test_an_answer_to_nothing_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="make anything"):
        tally(KEY, [given])


@given(st.sets(st.text("abc0123", min_size=1), max_size=40), st.integers(0, 2**32 - 1))
def test_every_case_has_a_sheet_and_half_the_sides_are_exchanged(names: set[str], seed: int) -> None:
    order = shuffle(names, seed)
    assert {name for name, _ in order} == names
    assert len(order) == len(names)
    assert sum(exchanged for _, exchanged in order) == len(names) // 2
    assert order == shuffle(names, seed)


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_a_sheet_is_never_larger_than_viewers_show(width: int, height: int) -> None:
    layout = lay_out(width, height)
    assert 0 < layout.width <= width
    assert 0 < layout.height <= height
    tile = Image.new("RGB", (layout.width, layout.height))
    columns, rows = layout.columns, 3 // layout.columns
    assert max(columns * (tile.width + 8), rows * (tile.height + 34)) <= 1568
    assert columns * (tile.width + 8) * rows * (tile.height + 34) <= 1_200_000


def test_what_fits_is_shown_whole() -> None:
    assert lay_out(300, 400)[1:] == (300, 400)
    assert lay_out(700, 300) == (1, 700, 300)


def test_a_crop_holds_the_hole_with_room_and_stays_in_the_picture() -> None:
    hole = np.zeros((300, 500), np.bool_)
    hole[10:60, 200:260] = True
    assert crop_around(hole) == (152, 0, 308, 108)


@pytest.mark.parametrize(("side", "count"), [(200, 1), (1500, 2)])
def test_a_large_hole_has_a_second_sheet(side: int, count: int, tmp_path: Path) -> None:
    hole = np.zeros((2000, 2000), np.bool_)
    hole[100 : 100 + side, 100 : 100 + side] = True
    write_sheets([Image.new("RGB", (2000, 2000))] * 3, hole, tmp_path / "000.png")
    assert len(list(tmp_path.iterdir())) == count
