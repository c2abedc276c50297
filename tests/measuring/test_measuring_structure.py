from pathlib import Path

import numpy as np
import pytest
from bench.segments import crossings
from bench.silhouettes import make_hole, place, read_silhouette
from bench.structure import shrink
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

CROSS = np.zeros((40, 30), np.bool_)
CROSS[:, 10:20] = CROSS[15:25] = True


def block() -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    hole = np.zeros((100, 200), np.bool_)
    hole[30:70, 80:120] = True
    return hole


def test_a_silhouette_is_what_is_opaque_and_a_little_more(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (300, 200), (9, 9, 9, 0))
    picture.paste((9, 9, 9, 255), (50, 40, 150, 140))
    picture.save(tmp_path / "square.png")
    silhouette = read_silhouette(tmp_path / "square.png")
    assert silhouette.all()
    assert 100 < silhouette.shape[0] == silhouette.shape[1] < 110


def test_what_is_wholly_transparent_has_none(tmp_path: Path) -> None:
    Image.new("RGBA", (30, 20)).save(tmp_path / "nothing.png")
    with pytest.raises(ValueError, match="wholly transparent"):
        read_silhouette(tmp_path / "nothing.png")


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(120, 400),
    width=st.integers(120, 400),
    share=st.floats(0.03, 0.1),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_placed_silhouette_covers_its_share(height: int, width: int, share: float, seed: int) -> None:
    hole = place(CROSS, (height, width), share, np.random.default_rng(seed))
    assert hole is not None
    assert hole.shape == (height, width)
    assert hole.mean() == pytest.approx(share, rel=0.15)


def test_a_silhouette_that_does_not_fit_is_not_placed() -> None:
    tall = np.ones((400, 4), np.bool_)
    assert place(tall, (100, 100), 0.1, np.random.default_rng(0)) is None


def test_the_same_seed_makes_the_same_hole() -> None:
    first, again = (make_hole([CROSS], (200, 300), 0.05, np.random.default_rng(7)) for _ in range(2))
    other = make_hole([CROSS], (200, 300), 0.05, np.random.default_rng(8))
    assert first is not None
    assert again is not None
    assert other is not None
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("segments", "count"),
    [
        ([(60, 50, 140, 50)], 1),
        ([(60, 50, 140, 50), (60, 51, 140, 51)], 1),
        ([(60, 40, 140, 40), (60, 60, 140, 60)], 2),
        ([(60, 50, 140, 50), (100, 10, 100, 90)], 2),
        ([(100, 50, 140, 50)], 0),
        ([(10, 10, 190, 10)], 0),
        ([(76, 34, 84, 26)], 0),
        ([], 0),
    ],
    ids=["through", "twice", "apart", "crossing", "ends inside", "beside", "short", "none"],
)
def test_what_runs_from_side_to_side_is_counted(
    segments: list[tuple[int, int, int, int]], count: int
) -> None:
    assert crossings(np.array(segments, np.float64).reshape(-1, 4), block()) == count


def test_photos_are_shrunk_and_never_enlarged(tmp_path: Path) -> None:
    Image.new("RGB", (900, 600)).save(tmp_path / "photo.png")
    rng = np.random.default_rng(0)
    assert max(shrink(tmp_path / "photo.png", (300, 400), rng).size) in range(300, 401)
    assert shrink(tmp_path / "photo.png", (1000, 2000), rng).size == (900, 600)
