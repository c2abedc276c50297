"""The work on a photo, run under Node: its mask, what of that is what an object left, and what is kept."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.explorer_node import order

WIDTH, HEIGHT = 32, 24
OBJECT, SHADOW, OTHER = [4, 4, 4, 4], [4, 8, 8, 4], [18, 4, 6, 4]
ONE_BOX, TWO_BOX = [20, 14, 4, 4], [26, 14, 4, 4]
ONE, TWO = {"what": "text", "box": ONE_BOX}, {"what": "watermark", "box": TWO_BOX}
PAINT: list[Any] = ["paint", OBJECT]
TRACE: list[Any] = ["trace", SHADOW, ["shadow"]]
LOOK: list[Any] = ["look"]

Flags = NDArray[np.bool_]


def area(*boxes: Sequence[int]) -> Flags:
    flags = np.zeros((HEIGHT, WIDTH), bool)
    for left, top, width, height in boxes:
        flags[top : top + height, left : left + width] = True
    return flags


def done(*steps: Sequence[Any], transparent: bool = False) -> list[Any]:
    """Take steps, and return what is seen, asked or kept on the way."""
    given = {"size": [WIDTH, HEIGHT], "transparent": transparent, "steps": steps}
    seen: list[Any] = order("work_run.mjs", "work", **given)
    return [_shaped(one) for one in seen]


def _shaped(one: Any) -> Any:
    if not isinstance(one, dict):
        return one
    pictures = {"mask", "left", "hole", "effects"}
    return {
        name: np.reshape(value, (HEIGHT, WIDTH)).astype(bool) if name in pictures and value else value
        for name, value in one.items()
    }


same = partial(np.testing.assert_array_equal)
WIDE = [17, 3, 8, 6]  # `OTHER`, a pixel wider


@pytest.mark.parametrize(
    ("steps", "hole", "effects"),
    [
        ([["select", OTHER]], area(OBJECT, WIDE), area(SHADOW)),
        ([["select", ONE_BOX], ["correct", OTHER]], area(OBJECT, WIDE), area(SHADOW)),
        ([["select", [9, 6, 2, 4]]], area(OBJECT, [8, 5, 4, 6]), area(SHADOW) & ~area([8, 5, 4, 6])),
        ([["toggle", [ONE], 0]], area(OBJECT, ONE_BOX), area(SHADOW)),
        ([["rub", [8, 8, 4, 4]], ["select", OTHER]], area(OBJECT, WIDE), area([4, 8, 4, 4])),
        ([["grow", 1]], area([3, 3, 6, 6]), area([3, 7, 10, 6]) & ~area([3, 3, 6, 6])),
        ([["paint", [4, 8, 2, 4]]], area(OBJECT, [4, 8, 2, 4]), area([6, 8, 6, 4])),
    ],
)
def test_a_shadow_that_was_taken_stays_one_whatever_is_selected_then(
    steps: list[list[Any]], hole: Flags, effects: Flags
) -> None:
    seen, asked, left = done(PAINT, TRACE, *steps, LOOK, ["erase", True], ["undo"], ["leave"], LOOK)
    same(seen["mask"], hole | effects)
    assert seen["taken"] == ["shadow"]
    assert asked["full"]
    same(asked["hole"], hole)
    same(asked["effects"], effects)
    same(left["mask"], hole)
    assert left["taken"] is None


def test_an_inverted_mask_is_filled_and_nothing_is_said_of_its_shadow() -> None:
    seen, asked = done(PAINT, TRACE, ["leave"], ["invert"], LOOK, ["erase", True])
    assert seen["left"] is None
    same(asked["hole"], ~area(OBJECT))
    assert asked["full"]


def test_what_is_to_stay_stays_until_the_mask_is_another() -> None:
    taken = [PAINT, TRACE, ["leave"]]
    (painted,) = done(*taken, ["paint", OTHER], ["erase", True])
    assert not painted["full"]
    selected, cleared = done(*taken, ["select", OTHER], LOOK, ["clear"], LOOK)
    same(selected["left"], area(SHADOW))
    assert cleared["left"] is None
    _, erased, other = done(*taken, ["erase", True], PAINT, LOOK, ["erase", True])
    assert erased["left"] is None
    assert other["full"]


def test_proposals_are_seen_below_a_shadow_that_was_taken() -> None:
    both = [ONE, TWO]
    seen, more, asked, less, none = done(
        PAINT, ["toggle", both, 0], TRACE, LOOK,
        ["toggle", both, 1], LOOK, ["erase", True], ["undo"],
        ["toggle", both, 0], LOOK, ["toggle", both, 1], LOOK,
    )  # fmt: skip
    assert seen["chips"] == ["text"]
    assert more["chips"] == ["text", "watermark"]
    same(asked["hole"], area(OBJECT, ONE_BOX, TWO_BOX))
    same(asked["effects"], area(SHADOW))
    assert less["chips"] == ["watermark"]
    assert none["chips"] == []
    same(none["mask"], area(OBJECT, SHADOW))
    assert none["taken"] == ["shadow"]


def test_nothing_found_is_exact_and_not_looked_is_full() -> None:
    none, unknown, rubbed = (
        done(PAINT, *steps)[0]
        for steps in ([["erase", True, None]], [["erase", True]], [TRACE, ["rub", SHADOW], ["erase", True]])
    )
    assert (none["full"], unknown["full"], rubbed["full"]) == (False, True, False)
    assert none["effects"] is unknown["effects"] is rubbed["effects"] is None
    same(rubbed["hole"], area(OBJECT))


def test_what_is_painted_is_filled_though_it_was_proposed_as_a_shadow() -> None:
    (asked,) = done(PAINT, ["erase", True, [4, 6, 8, 6]])
    same(asked["hole"], area(OBJECT))
    same(asked["effects"], area([4, 6, 8, 6]) & ~area(OBJECT))


def test_in_a_transparent_photo_an_earlier_shadow_goes_again_with_what_is_erased_anew() -> None:
    _, exact, more = done(
        PAINT, ["erase", True, SHADOW], ["paint", OTHER], ["erase", False],
        ["reopen"], ["paint", ONE_BOX], ["erase", True, [20, 18, 6, 4]],
        transparent=True,
    )  # fmt: skip
    same(exact["hole"], area(OBJECT, OTHER))
    assert exact["full"]
    same(exact["effects"], area(SHADOW))
    same(more["effects"], area(SHADOW, [20, 18, 6, 4]))
    _, unknown = done(PAINT, ["erase", True], ["paint", OTHER], ["erase", False], transparent=True)
    same(unknown["effects"], ~area(OBJECT, OTHER))


@pytest.mark.parametrize("how", ["reopen", "reopenOld"])
def test_a_work_is_brought_back_with_what_was_taken_and_what_was_left(how: str) -> None:
    steps = [PAINT, TRACE, ["select", OTHER], ["erase", True], ["undo"]]
    before, seen, asked = done(*steps, [how], LOOK, ["erase", True])
    assert seen["taken"] == ["shadow"]
    same(seen["mask"], area(OBJECT, WIDE, SHADOW))
    same(asked["effects"], before["effects"])
    seen, asked = done(PAINT, TRACE, ["leave"], [how], LOOK, ["erase", True])
    same(seen["left"], area(SHADOW))
    assert not asked["full"]


def test_what_is_kept_grows_by_what_is_done_and_no_faster() -> None:
    turn = [TRACE, ["leave"], ["grow", 1]]
    turns = [step for _ in range(8) for step in (*turn, TRACE, ["select", OTHER], ["size"])]
    sizes = done(PAINT, *turns)
    steps = np.diff(sizes)
    assert steps[-1] < 2 * steps[0], sizes
