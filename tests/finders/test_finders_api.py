"""What the finders are asked by: arguments, region, several at a time."""

from typing import Any

import numpy as np
import pytest

from wuhen.finders import Box, Cancelled, FinderError, Found, Place, find
from wuhen.finders.search import FINDERS, Search


def bright(photo: np.ndarray, search: Search) -> Found:
    search.ask()
    mask = photo.max(axis=2) > 200
    ys, xs = np.nonzero(mask)
    if not len(xs):
        return Found(mask)
    box = Box(int(xs.min()), int(ys.min()), int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1)
    corner = (float(box.left), float(box.top))
    return Found(mask, (Place("bright", box, 0.9, (corner,) * 4),))


@pytest.fixture(autouse=True)
def _finder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FINDERS, "bright", lambda: bright)


def photo() -> np.ndarray:
    image = np.zeros((60, 80, 3), np.uint8)
    image[10:14, 20:30] = 255
    image[50:52, 70:75] = 255
    return image


def test_a_region_narrows_the_search_and_the_answer_is_in_the_photos_pixels() -> None:
    found = find(photo(), "bright", region=(60, 40, 100, 100))
    assert found.mask.shape == (60, 80)
    assert found.places == (Place("bright", Box(70, 50, 5, 2), 0.9, ((70.0, 50.0),) * 4),)
    assert found.mask.sum() == 10


def test_alpha_is_not_looked_at() -> None:
    image = np.dstack([np.zeros((60, 80, 3), np.uint8), np.full((60, 80), 255, np.uint8)])
    assert not find(image, "bright")


def test_it_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        find(photo(), "bright", cancelled=lambda: True)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"what": "cats"}, "there is no finder 'cats'"),
        ({"sensitivity": 2.0}, "from 0 to 1"),
        ({"region": (80, 0, 5, 5)}, "no pixel"),
        ({"photo": np.zeros((4, 4), np.uint8)}, "uint8"),
    ],
)
def test_what_is_wrong_is_said(given: dict[str, Any], message: str) -> None:
    with pytest.raises(FinderError, match=message):
        find(**{"photo": photo(), "what": "bright", **given})
