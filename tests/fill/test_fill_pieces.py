"""Large regions with thin holes: cut into pieces that are filled one after another."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.fill import erase
from wuhen.fill.raster import pieces
from wuhen.fill.raster.regions import find_regions

LARGEST = (pieces._SQUARE + 2 * pieces._MARGIN) ** 2


def dotted(side: int, pitch: int = 9, dot: int = 2) -> NDArray[np.bool_]:
    hole = np.zeros((side, side), bool)
    for row in range(dot):
        for column in range(dot):
            hole[pitch // 2 + row :: pitch, pitch // 2 + column :: pitch] = True
    return hole


def ruled(side: int) -> NDArray[np.bool_]:
    hole = np.zeros((side, side), bool)
    hole[20::40] = hole[21::40] = hole[:, 20::40] = hole[:, 21::40] = True
    return hole


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_LARGE": 6000, "_SQUARE": 96, "_MARGIN": 24, "_DEEP": 16}.items():
        monkeypatch.setattr(pieces, name, value)


@pytest.mark.parametrize("hole", [dotted(4999), ruled(4999)], ids=["dots", "grid"])
def test_no_map_of_a_hole_all_over_a_photo_is_as_large_as_the_photo(hole: NDArray[np.bool_]) -> None:
    (region,) = find_regions(hole)
    found = pieces.cut(region, hole)
    assert region.size == hole.size
    assert max(piece.size for piece in found) <= LARGEST
    # Margins are looked at twice; all else once.
    assert sum(piece.size for piece in found) < 1.2 * hole.size


@given(
    boxes=st.lists(
        st.tuples(st.integers(0, 299), st.integers(0, 299), st.integers(1, 90), st.integers(1, 90)),
        min_size=1,
        max_size=8,
    ),
    pitch=st.sampled_from([0, 7, 20]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("small_pieces")
def test_each_pixel_of_a_hole_is_filled_by_one_piece(
    boxes: list[tuple[int, int, int, int]], pitch: int
) -> None:
    hole = dotted(300, pitch, 1) if pitch else np.zeros((300, 300), bool)
    for top, left, height, width in boxes:
        hole[top : top + height, left : left + width] = True
    left_over = hole.copy()
    for region in find_regions(hole):
        for piece in pieces.cut(region, hole):
            core = piece.core or piece.window
            for part, seen in zip(core, piece.window, strict=True):
                assert seen.start <= part.start < part.stop <= seen.stop
            assert left_over[core].any()
            left_over[core] = False
    assert not left_over.any()


@pytest.mark.usefixtures("small_pieces")
def test_what_is_deep_is_filled_whole_and_first() -> None:
    hole = dotted(500)
    hole[200:260, 210:280] = True
    (region,) = find_regions(hole)
    first, *others = pieces.cut(region, hole)
    assert first.core is not None
    assert hole[200:260, 210:280].sum() == hole[first.core][hole[first.core]].sum() - _dots_beside(first.core)
    assert not first.thin
    assert all(piece.thin for piece in others)


def _dots_beside(core: tuple[slice, slice]) -> int:
    plain = dotted(500)
    plain[200:260, 210:280] = False
    return int(plain[core].sum())


def test_a_large_object_alone_is_one_region() -> None:
    hole = np.zeros((3000, 3000), bool)
    hole[300:2700, 300:2700] = True
    (region,) = find_regions(hole)
    assert pieces.cut(region, hole) == [region]


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("deep", [False, True])
def test_pieces_show_no_seams(deep: bool) -> None:  # noqa: FBT001 - pytest passes it by name
    rows, columns = np.mgrid[:400, :400].astype(np.float64)
    grain = np.random.default_rng(0).integers(-3, 4, (400, 400, 3))
    waves = 20 * np.sin(rows / 60) + 20 * np.cos(columns / 45)
    photo = np.clip((100 + columns / 5 + waves)[..., None] + grain, 0, 255).astype(np.uint8)
    hole = ruled(400)
    if deep:
        hole[150:185, 150:190] = True
    filled = erase(np.where(hole[..., None], np.uint8(255), photo), hole, engine="patch", threads=1)
    assert np.array_equal(filled[~hole], photo[~hole])
    error = np.abs(filled.astype(np.int64) - photo).mean(axis=2)
    near = np.zeros_like(hole)
    for border in range(96, 400, 96):
        near[border - 2 : border + 2] = near[:, border - 2 : border + 2] = True
    assert error[hole].mean() < 4
    assert error[hole & near].mean() < error[hole & ~near].mean() + 1


def test_pieces_that_may_copy_nothing_look_where_the_whole_region_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = np.random.default_rng(2).integers(90, 110, (300, 300, 3)).astype(np.uint8)
    hole = ruled(300)
    keep_out = np.ones_like(hole)
    keep_out[242:, 242:] = False
    whole = erase(photo, hole, keep_out=keep_out, engine="patch", threads=1)
    for name, value in {"_LARGE": 6000, "_SQUARE": 96, "_MARGIN": 24}.items():
        monkeypatch.setattr(pieces, name, value)
    cut = erase(photo, hole, keep_out=keep_out, engine="patch", threads=1)
    assert np.abs(cut[hole].mean(axis=0) - whole[hole].mean(axis=0)).max() < 2
    assert cut[hole].min() > 80


@pytest.mark.usefixtures("small_pieces")
def test_pieces_do_not_depend_on_threads() -> None:
    photo = np.random.default_rng(1).integers(0, 256, (300, 300, 4), np.uint8)
    hole = dotted(300)
    one, three = (erase(photo, hole, engine="patch", threads=threads) for threads in (1, 3))
    assert np.array_equal(one, three)
