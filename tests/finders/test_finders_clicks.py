"""The object that clicks mean: by a tiny network, what lands where and what is refused; and by our own."""

import shutil
from pathlib import Path
from typing import ClassVar, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from networks import tiny_lama, tiny_sam
from wuhen import samples
from wuhen.finders import FinderError, clicks
from wuhen.finders.clicks import BUILT_IN, Click, SelectorFiles, find_clicked
from wuhen.photo import read_mask, read_photo

pytest.importorskip("onnxruntime")

Answer: TypeAlias = tuple[NDArray[np.float32], float]

RED, BLUE = (220, 30, 30), (30, 40, 220)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> SelectorFiles:
    return SelectorFiles(*tiny_sam(tmp_path_factory.mktemp("models")))


def two_squares(height: int, width: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]:
    """A grey photo with a red and a blue square, and where these are."""
    photo = np.full((height, width, 3), 120, np.uint8)
    side = min(height, width) // 4
    red, blue = np.zeros((height, width), bool), np.zeros((height, width), bool)
    red[side : 2 * side, side : 2 * side] = True
    blue[side : 2 * side, width - 2 * side : width - side] = True
    photo[red], photo[blue] = RED, BLUE
    return photo, red, blue


def overlap(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    return float((one & other).sum() / (one | other).sum())


@pytest.mark.slow
@pytest.mark.parametrize("size", [(600, 900), (900, 600), (300, 200), (3000, 4500)])
def test_a_click_selects_what_it_lies_on_in_photos_of_any_size(
    size: tuple[int, int], files: SelectorFiles
) -> None:
    photo, red, blue = two_squares(*size)
    for square in (red, blue):
        rows, columns = np.nonzero(square)
        found = find_clicked(photo, [Click(columns.mean(), rows.mean())], files)
        assert found.mask.shape == photo.shape[:2]
        # The network's cells are a 64th of the longer side.
        assert overlap(found.mask, square) > 0.75
    assert found.score == pytest.approx(0.9)


def test_clicks_add_up_and_one_outside_takes_away(files: SelectorFiles) -> None:
    photo, red, blue = two_squares(600, 900)
    on_red, on_blue = Click(225, 225), Click(675, 225)
    both = find_clicked(photo, [on_red, on_blue], files).mask
    assert overlap(both, red | blue) > 0.75
    less = find_clicked(photo, [on_red, on_blue, Click(675, 230, outside=True)], files).mask
    assert overlap(less, red) > 0.75


def test_further_clicks_on_a_photo_do_not_look_at_it_again(tmp_path: Path) -> None:
    files = SelectorFiles(*tiny_sam(tmp_path))
    photo, *_ = two_squares(500, 700)
    first = find_clicked(photo, [Click(190, 190)], files)
    # What is read of it now would fail: it is kept.
    from wuhen.fill.guides import runtime  # noqa: PLC0415

    runtime._cached_session.cache_clear()
    shutil.copyfile(tiny_lama(tmp_path / "lama.onnx"), files.encoder)
    again = find_clicked(photo, [Click(185, 200)], files)
    assert overlap(first.mask, again.mask) > 0.9
    with pytest.raises(FinderError, match="is a different network"):
        find_clicked(photo[::-1], [Click(185, 300)], files)


def test_what_cannot_be_meant_is_refused(files: SelectorFiles, tmp_path: Path) -> None:
    photo, *_ = two_squares(100, 100)
    with pytest.raises(FinderError, match="at least one click"):
        find_clicked(photo, [Click(5, 5, outside=True)], files)
    broken = tmp_path / "encoder.onnx"
    broken.write_bytes(b"no network")
    with pytest.raises(FinderError, match=r"encoder\.onnx is not a network"):
        find_clicked(photo, [Click(5, 5)], SelectorFiles(broken, files.decoder))


@pytest.mark.slow
def test_the_packages_own_network_selects_a_tree_whole_and_is_corrected() -> None:
    photo = read_photo(samples.photo_path("spruce").read_bytes())
    # Painted with a margin around the tree.
    tree = read_mask(samples.mask_path("spruce").read_bytes(), photo).astype(bool)
    found = find_clicked(photo.pixels, [Click(952, 460)], BUILT_IN)
    assert overlap(found.mask, tree) > 0.7
    assert tree[found.mask].mean() > 0.98
    assert found.score > 0.9
    meadow = [Click(400, 700), Click(952, 460, outside=True)]
    other = find_clicked(photo.pixels, meadow, BUILT_IN).mask
    assert other[700, 400]
    assert not other[460, 952]


class Answering:
    """A decoder in place of the network's, whose answers are given: to clicks, and to clicks with a mask."""

    name = "answering"
    inputs: ClassVar = dict.fromkeys(clicks._DECODER)
    outputs: ClassVar = {"iou_predictions": None, "low_res_masks": None}

    def __init__(self, clicked: list[Answer], corrected: list[Answer] | None = None) -> None:
        self._clicked, self._corrected = clicked, corrected

    def run(self, *_: str, **inputs: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        answers = self._corrected if inputs["has_mask_input"][0] and self._corrected else self._clicked
        masks, scores = zip(*answers, strict=True)
        return [np.array([scores], np.float32), np.stack(masks)[None]]


def logits(left: int, right: int, *, level: float = 8) -> NDArray[np.float32]:
    """Of a rectangle of the network's masks, 40 rows of some columns."""
    mask = np.full((256, 256), -8, np.float32)
    mask[20:60, left:right] = level
    return mask


def select(monkeypatch: pytest.MonkeyPatch, network: Answering, given: list[Click]) -> NDArray[np.bool_]:
    """Select in a square photo of the size of the network's masks."""
    monkeypatch.setattr(clicks, "_open", lambda *_: network)
    monkeypatch.setattr(clicks._seen, "look", lambda *_: np.zeros((1, 256, 64, 64), np.float32))
    return find_clicked(np.zeros((256, 256, 3), np.uint8), given, BUILT_IN).mask


FIRST = Click(40, 40)
NONE = (logits(0, 0), 0.0)


def test_a_whole_that_hangs_on_the_level_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    part, whole = logits(30, 60), logits(10, 200)
    chosen = select(monkeypatch, Answering([NONE, NONE, (part, 0.9), (whole, 0.9)]), [FIRST])
    assert overlap(chosen, whole > 0) > 0.95, "who erases rather means the whole"
    vague = np.where(whole > 0, np.float32(0.5), whole)
    chosen = select(monkeypatch, Answering([NONE, NONE, (part, 0.9), (vague, 0.9)]), [FIRST])
    assert overlap(chosen, part > 0) > 0.95


def test_a_correction_at_the_outline_does_not_lose_the_object(monkeypatch: pytest.MonkeyPatch) -> None:
    object_, nearly = logits(30, 60), logits(30, 61)
    network = Answering([NONE, NONE, NONE, (object_, 0.9)], [(logits(58, 64), 1.0)] * 4)
    at_the_rim = [FIRST, Click(60, 40)]
    assert overlap(select(monkeypatch, network, at_the_rim), object_ > 0) > 0.95
    network = Answering([NONE, NONE, NONE, (object_, 0.9)], [(nearly, 0.95)] * 4)
    assert overlap(select(monkeypatch, network, at_the_rim), nearly > 0) > 0.97, "it may be moved"


@pytest.mark.parametrize("outside", [False, True])
def test_a_correction_far_from_the_outline_is_followed(
    monkeypatch: pytest.MonkeyPatch, *, outside: bool
) -> None:
    small, large = logits(30, 60), logits(30, 160)
    before, after = (large, small) if outside else (small, large)
    network = Answering([NONE, NONE, NONE, (before, 0.99)], [(before, 0.99)] * 3 + [(after, 0.8)])
    chosen = select(monkeypatch, network, [FIRST, Click(120, 40, outside=outside)])
    assert overlap(chosen, after > 0) > 0.95
