"""What an object left is told before it goes, as erasing changes it; and no more goes than is let."""

from functools import cache

import numpy as np
import pytest
from bench.effect_scenes import EFFECTS, NEGATIVES, Scene, draw_scene
from hypothesis import given, settings
from hypothesis import strategies as st

from wuhen.fill import Cancelled, Effects, FillError, erase, find_effects

#: A drawn scene in which each of them is certain: kind, seed, and what it is called.
CERTAIN = [
    ("polished", 1, "reflection"),
    ("water", 0, "reflection"),
    ("foot", 1, "contact_shadow"),
    ("around", 2, "shadow"),
]


@cache
def _scene(kind: str, seed: int) -> Scene:
    kinds = [*EFFECTS, *NEGATIVES]
    scene = draw_scene(kind, np.random.default_rng([7, kinds.index(kind), seed]))
    for one in scene:
        one.flags.writeable = False
    return scene


@cache
def _told(kind: str, seed: int) -> Effects:
    photo, hole, _ = _scene(kind, seed)
    return find_effects(photo, hole)


@pytest.mark.slow
@given(kind=st.sampled_from([*EFFECTS, "nothing", "edge below"]), seed=st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_what_is_told_is_what_erasing_changes(kind: str, seed: int) -> None:
    photo, hole, _ = _scene(kind, seed)
    told = _told(kind, seed)
    full = erase(photo, hole, effects="full", engine="patch", threads=1)
    changed = (full != photo).any(axis=2) & ~hole
    together = told.mask(hole.shape)
    assert not (changed & ~together).any()
    assert not (together & hole).any()
    # All but what came out as it was, by chance or in black and white.
    assert changed.sum() >= 0.7 * together.sum()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "seed", "name"), CERTAIN)
def test_each_kind_is_told_by_its_name_and_goes_where_it_is_let(kind: str, seed: int, name: str) -> None:
    photo, hole, truth = _scene(kind, seed)
    told = _told(kind, seed)
    assert name in told.kinds
    full = erase(photo, hole, effects="full", engine="patch")
    together = told.mask(hole.shape)
    np.testing.assert_array_equal(
        erase(photo, hole, effects="full", engine="patch", effects_mask=together), full
    )

    half = together & (np.arange(hole.shape[1]) < np.flatnonzero(together.any(axis=0)).mean())
    part = erase(photo, hole, effects="full", engine="patch", effects_mask=half)
    np.testing.assert_array_equal(part[~(hole | half)], photo[~(hole | half)])
    before, after = (np.abs(one.astype(int) - truth)[half].mean() for one in (photo, part))
    assert after < before


@pytest.mark.parametrize(("kind", "seed", "name"), CERTAIN)
def test_what_may_not_go_is_filled_from_as_it_is(kind: str, seed: int, name: str) -> None:
    photo, hole, _ = _scene(kind, seed)
    assert name in _told(kind, seed).kinds
    kept = erase(photo, hole, effects="full", engine="patch", effects_mask=np.zeros_like(hole))
    np.testing.assert_array_equal(kept, erase(photo, hole, effects="exact", engine="patch"))


def test_a_rim_that_the_mask_cut_off_is_told() -> None:
    rng = np.random.default_rng(5)
    photo = np.clip(rng.normal(150, 3, (160, 200, 3)), 0, 255).astype(np.uint8)
    photo[50:110, 60:140] = (30, 60, 200)
    hole = np.zeros((160, 200), bool)
    hole[52:108, 62:138] = True
    rim = find_effects(photo, hole).kinds["rim"]
    assert rim[50:52, 60:140].all()
    assert not rim[:45].any()


@pytest.mark.slow
def test_where_nothing_is_told_exact_and_full_are_the_same() -> None:
    photo, hole, _ = _scene("nothing", 1)
    assert not find_effects(photo, hole)
    full, exact = (erase(photo, hole, effects=effects, engine="patch") for effects in ("full", "exact"))
    np.testing.assert_array_equal(full, exact)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["sixteen bits", "even alpha"])
def test_other_photos_are_told_the_same(form: str) -> None:
    photo, hole, _ = _scene("around", 2)
    even = np.dstack([photo, np.full(hole.shape, 200, np.uint8)])
    other = photo * np.uint16(257) if form == "sixteen bits" else even
    first, second = _told("around", 2).kinds, find_effects(other, hole).kinds
    assert first.keys() == second.keys() == {"shadow"}
    np.testing.assert_array_equal(first["shadow"], second["shadow"])


@pytest.mark.slow
def test_what_is_not_known_to_be_ground_is_left_out() -> None:
    photo, hole, _ = _scene("around", 2)
    barred = np.zeros(hole.shape, bool)
    barred[: hole.shape[0] // 2] = True
    assert not (find_effects(photo, hole, keep_out=barred & ~hole).mask(hole.shape) & barred).any()
    uneven = np.dstack([photo, (np.indices(hole.shape).sum(axis=0) % 200 + 20).astype(np.uint8)])
    assert not find_effects(uneven, hole)
    assert not find_effects(photo, hole, engine="lama-raw")  # it leaves the surroundings alone


def test_nonsense_is_refused_and_a_search_can_be_stopped() -> None:
    photo, hole, _ = _scene("around", 2)
    with pytest.raises(FillError, match="marks no pixel"):
        find_effects(photo, np.zeros_like(hole))
    with pytest.raises(FillError, match="whole photo"):
        find_effects(photo, np.ones_like(hole))
    with pytest.raises(FillError, match="effects_mask must have"):
        erase(photo, hole, effects="full", effects_mask=hole[1:])
    with pytest.raises(Cancelled):
        find_effects(photo, hole, cancelled=lambda: True)
