"""Photos of a folder in which fewer overlays are found than in most are named."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from wuhen.cli.batch import note_lacking
from wuhen.cli.plan import Item


def items(*counts: int) -> list[Item]:
    return [
        Item(Path(f"{number}.jpg"), status="done" if count else "unchanged", found={"overlay": count})
        for number, count in enumerate(counts)
    ]


def test_a_photo_with_one_of_two_marks_is_named() -> None:
    folder = items(2, 2, 1, 0, 2, 3)
    assert note_lacking(folder) == [folder[2]]
    assert folder[2].as_json()["message"] == "1 overlays found, and 2 in most photos"
    assert all("message" not in item.as_json() for item in folder if item is not folder[2])


@given(st.integers(0, 4), st.integers(0, 30))
def test_none_is_named_where_all_are_alike(count: int, photos: int) -> None:
    assert not note_lacking(items(*[count] * photos))


def test_a_folder_in_which_none_was_looked_for_names_none() -> None:
    assert not note_lacking([Item(Path("a.jpg"), status="done", found={"text": 1})])
