"""The object that clicks mean: by a tiny network, what lands where and what is refused; and by our own."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from networks import tiny_lama, tiny_sam
from wuhen import samples
from wuhen.finders import FinderError
from wuhen.finders.clicks import BUILT_IN, Click, SelectorFiles, find_clicked
from wuhen.photo import read_mask, read_photo

pytest.importorskip("onnxruntime")

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
