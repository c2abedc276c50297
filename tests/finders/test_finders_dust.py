"""Finding dust and scratches: drawn ones are marked, and what is like them by nature is let be."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from wuhen.finders import Cancelled, find
from wuhen.finders.dust.forest import Forest
from wuhen.finders.dust.hats import Level, extreme
from wuhen.finders.dust.traits import candidates

Photo = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def sky(width: int = 400, height: int = 300, grain: float = 1.5, seed: int = 1) -> NDArray[np.float32]:
    """Return a blue gradient with grain."""
    rows = np.linspace(0, 1, height)[:, None, None]
    colours = (1 - rows) * (90, 130, 190) + rows * (160, 185, 215)
    noise = np.random.default_rng(seed).normal(0, grain, (height, width, 1))
    return np.asarray(np.broadcast_to(colours, (height, width, 3)) + noise, np.float32)


def drawn(photo: NDArray[np.float32], cover: Image.Image, share: float) -> tuple[Photo, Mask]:
    """Take a share of the light, or for a negative one add that share of white; return where, too."""
    covered = np.asarray(cover, np.float32)[..., None] / 255
    target = photo * (1 - share) if share > 0 else photo - share * (255 - photo)
    result = photo * (1 - covered) + target * covered
    return result.clip(0, 255).round().astype(np.uint8), covered[..., 0] > 0.5


def layer(photo: NDArray[np.float32]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", (photo.shape[1], photo.shape[0]))
    return image, ImageDraw.Draw(image)


@settings(deadline=None, max_examples=15)
@given(
    x=st.integers(60, 340),
    y=st.integers(60, 240),
    side=st.integers(6, 18),
    share=st.floats(0.15, 0.25),
    soft=st.floats(0.5, 1.5),
    seed=st.integers(0, 1000),
)
def test_specks_in_the_sky_are_marked_and_little_else(
    x: int, y: int, side: int, share: float, soft: float, seed: int
) -> None:
    ground = sky(seed=seed)
    cover, draw = layer(ground)
    for middle in ((x, y), (24, 30), (376, 270)):
        draw.ellipse([at + half for half in (-side / 2, side / 2) for at in middle], fill=255)
    photo, core = drawn(ground, cover.filter(ImageFilter.GaussianBlur(soft)), share)
    found = find(photo, "dust")
    assert [place.what for place in found.places] == ["dust"] * 3
    box = found.places[1].box
    assert box.left <= x <= box.left + box.width
    assert box.top <= y <= box.top + box.height
    assert found.mask[core].mean() > 0.9
    assert found.mask.sum() < 3 * (side + 24) ** 2


@pytest.mark.parametrize("share", [0.2, -0.3])
@pytest.mark.parametrize("points", [[(60, 80), (300, 150)], [(80, 200), (110, 170), (150, 168), (180, 200)]])
def test_a_hair_or_a_scratch_is_marked_along_its_length(share: float, points: list[tuple[int, int]]) -> None:
    ground = sky()
    cover, draw = layer(ground)
    draw.line(points, fill=255, width=2, joint="curve")
    photo, core = drawn(ground, cover, share)
    found = find(photo, "dust")
    assert found.mask[core].mean() > 0.8
    assert found.mask.mean() < 0.05


@settings(deadline=None, max_examples=8)
@given(grain=st.floats(0, 6), seed=st.integers(0, 1000))
def test_a_clear_sky_has_no_dust(grain: float, seed: int) -> None:
    assert not find(sky(grain=grain, seed=seed).clip(0, 255).astype(np.uint8), "dust")


def test_where_it_is_busy_nothing_is_proposed() -> None:
    rng = np.random.default_rng(3)
    leaves = Image.fromarray(rng.integers(0, 256, (150, 200), np.uint8)).resize((400, 300), 2)
    photo = np.repeat(np.asarray(leaves)[..., None], 3, axis=2).copy()
    photo[150:156, 200:206] = 0
    assert not find(photo, "dust")


def test_stars_are_no_dust() -> None:
    rng = np.random.default_rng(5)
    ground = sky(600, 400) * np.float32(0.15)
    cover, draw = layer(ground)
    for x, y in zip(rng.integers(10, 590, 60), rng.integers(10, 390, 60), strict=True):
        draw.ellipse((int(x) - 1, int(y) - 1, int(x) + 1, int(y) + 1), fill=255)
    photo, _ = drawn(ground, cover.filter(ImageFilter.GaussianBlur(0.6)), -0.5)
    assert not find(photo, "dust")


def test_large_photos_have_places_in_their_own_pixels() -> None:
    ground = sky(2600, 1800)
    cover, draw = layer(ground)
    draw.ellipse((1990, 890, 2020, 920), fill=255)
    photo, core = drawn(ground, cover.filter(ImageFilter.GaussianBlur(2)), 0.2)
    found = find(photo, "dust")
    (place,) = found.places
    assert found.mask.shape == photo.shape[:2]
    assert found.mask[core].mean() > 0.9
    left, top, width, height = place.box
    assert 1970 <= left < 1995
    assert 870 <= top < 895
    assert 25 < width < 65
    assert 25 < height < 65


def test_it_stops_when_asked_and_looks_at_nothing_tiny() -> None:
    photo = sky().astype(np.uint8)
    with pytest.raises(Cancelled):
        find(photo, "dust", cancelled=lambda: True)
    for size in ((1, 1), (40, 400), (400, 40)):
        assert not find(np.resize(photo, (*size, 3)), "dust")


@settings(deadline=None, max_examples=30)
@given(
    height=st.integers(1, 24),
    width=st.integers(1, 24),
    window=st.sampled_from([1, 3, 5, 15]),
    seed=st.integers(0, 99),
)
def test_extremes_are_those_of_every_window(height: int, width: int, window: int, seed: int) -> None:
    plane = np.random.default_rng(seed).integers(0, 100, (height, width))
    result = extreme(plane, window, np.maximum)
    half = window // 2
    for row, column in itertools.product(range(height), range(width)):
        part = plane[max(0, row - half) : row + half + 1, max(0, column - half) : column + half + 1]
        assert result[row, column] == part.max()


def test_trees_add_up() -> None:
    forest = Forest(
        trait=np.array([[1, 0, 0], [0, 0, 0]], np.uint8),
        limit=np.array([[2, 0, 0], [5, 0, 0]], np.float32),
        branches=np.array([[[1, 2], [1, 1], [2, 2]], [[1, 2], [1, 1], [2, 2]]], np.uint8),
        value=np.array([[0, 1, -1], [0, 0.5, 3]], np.float32),
        start=-0.5,
        depth=1,
    )
    odds = [-0.5 + 1 + 0.5, -0.5 - 1 + 3]
    likely = forest.likelihood(np.array([[5.0, 2.0], [6.0, 2.5]]))
    np.testing.assert_allclose(likely, 1 / (1 + np.exp(-np.array(odds))), rtol=1e-6)


@pytest.mark.parametrize(("dots", "signs"), [(400, 2), (9000, 0)])
def test_more_dots_than_dust_are_texture_and_not_compared(dots: int, signs: int) -> None:
    photo = np.full((1200, 2000, 3), 128, np.uint8)
    rng = np.random.default_rng(2)
    rows, columns = rng.integers(0, 1198, dots), rng.integers(0, 1998, dots)
    for down, across in itertools.product(range(2), repeat=2):
        photo[rows + down, columns + across] = 190
    assert len(list(candidates(Level.of(photo), 1))) == signs
