"""A guide paints a hole coarsely; the fill follows it, and stays made of the photo's patches."""

import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from wuhen.fill import FillError, describe, erase, load_network, require
from wuhen.fill.guides import runtime


def _halves(height: int = 160, width: int = 240) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Dark ground on the left, bright on the right, both noisy; the hole covers most of their border."""
    photo = np.random.default_rng(0).integers(0, 60, (height, width, 3), dtype=np.uint8)
    photo[:, width // 2 :] += 180
    hole = np.zeros((height, width), bool)
    hole[30:130, 70:170] = True
    return photo, hole


class _Painter:
    """One even colour; remembers what it was shown."""

    def __init__(self, value: float, seen: list[tuple[int, ...]] | None = None) -> None:
        self.value = value
        self.seen = [] if seen is None else seen

    def __call__(self, image: NDArray[np.float32], hole: NDArray[np.bool_]) -> NDArray[np.float32]:
        assert image.dtype == np.float32
        assert hole.dtype == np.bool_
        assert image.shape == (*hole.shape, 3)
        assert 0 <= image.min() <= image.max() <= 1
        assert not image[hole].any()
        self.seen.append(hole.shape)
        return np.full(image.shape, self.value, np.float32)


@pytest.mark.parametrize(("value", "least", "most"), [(0.1, 0, 60), (0.85, 180, 240)])
def test_the_fill_follows_the_guide(value: float, least: int, most: int) -> None:
    photo, hole = _halves()
    result = erase(photo, hole, guide=_Painter(value))
    np.testing.assert_array_equal(result[~hole], photo[~hole])
    middle = result[60:100, 100:140]
    assert least <= np.median(middle) <= most
    # Made of patches, not of paint.
    assert middle.std() > 8


class _Trusting(_Painter):
    """Knows what it paints, and trusts its left half by a share."""

    side = 256
    trust = 1.0

    def __call__(self, image: NDArray[np.float32], hole: NDArray[np.bool_]) -> NDArray[np.float32]:
        trust = np.zeros(hole.shape, np.float32)
        trust[:, : hole.shape[1] // 2] = self.trust
        return np.dstack([super().__call__(image, hole), trust])


def test_a_guide_is_followed_where_it_trusts_its_picture() -> None:
    photo, hole = _halves()
    photo = np.ascontiguousarray(photo.transpose(1, 0, 2))  # dark above, bright below: one side says nothing
    hole = np.ascontiguousarray(hole.T)
    unguided = erase(photo, hole, engine="patch")
    guided = erase(photo, hole, guide=_Trusting(0.85))
    dark = np.s_[80:110, :]
    assert np.median(unguided[dark][:, 40:120]) < 60
    assert np.median(guided[dark][:, 45:70]) > 180
    assert np.median(guided[dark][:, 95:120]) < 60


def test_a_guide_that_trusts_nothing_changes_nothing() -> None:
    photo, hole = _halves()
    guide = _Trusting(0.85)
    guide.trust = 0.0
    np.testing.assert_array_equal(erase(photo, hole, guide=guide), erase(photo, hole, engine="patch"))
    assert guide.seen


class _Sure(_Painter):
    """Guesses one colour, and is sure of it."""

    def __call__(self, image: NDArray[np.float32], hole: NDArray[np.bool_]) -> NDArray[np.float32]:
        sure = np.ones((*hole.shape, 2), np.float32)
        return np.dstack([super().__call__(image, hole), sure])


def _sky(side: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Four even blues, none of them 130, and a hole over the middle, so many pixels high and wide."""
    photo = np.full((200, 200, 3), 110, np.uint8)
    photo[:, 50:] = 122
    photo[:, 100:] = 138
    photo[:, 150:] = 150
    hole = np.zeros((200, 200), bool)
    margin = (200 - side) // 2
    hole[margin : 200 - margin, margin : 200 - margin] = True
    return photo, hole


def test_a_guess_is_seen_in_a_wide_hole_where_it_is_sure_and_flat() -> None:
    photo, hole = _sky(150)
    sure = erase(photo, hole, guide=_Sure(130 / 255))
    unsure = erase(photo, hole, guide=_Painter(130 / 255))
    middle = np.s_[85:115, 85:115]
    assert np.abs(sure[middle].astype(int) - 130).mean() < 4
    # Patches have none of that colour.
    assert np.abs(unsure[middle].astype(int) - 130).mean() > 6


def test_a_guess_is_not_seen_where_the_photo_has_texture() -> None:
    photo, hole = _sky(150)
    photo += np.random.default_rng(2).integers(0, 60, photo.shape, dtype=np.uint8)
    assert erase(photo, hole, guide=_Sure(0.63))[85:115, 85:115].std() > 8


def test_how_sure_a_guess_is_does_not_matter_in_a_narrow_hole() -> None:
    photo, hole = _sky(60)
    value = 130 / 255
    np.testing.assert_array_equal(
        erase(photo, hole, guide=_Sure(value)), erase(photo, hole, guide=_Painter(value))
    )


def test_the_network_is_sure_of_even_ground_and_not_of_coloured_squares() -> None:
    pytest.importorskip("onnxruntime")
    hole = np.zeros((96, 96), bool)
    hole[24:72, 24:72] = True
    squares = np.random.default_rng(0).random((12, 12, 3), np.float32).repeat(8, 0).repeat(8, 1)
    even = np.full_like(squares, 0.6)
    sure, unsure = (
        load_network()(np.where(hole[..., None], np.float32(0), image), hole)[hole][:, 4].mean()
        for image in (even, squares)
    )
    assert sure > 0.9
    assert unsure < 0.1


def test_a_guide_sees_at_most_256_pixels_in_multiples_of_8() -> None:
    photo = np.zeros((700, 900, 3), np.uint8)
    hole = np.zeros((700, 900), bool)
    hole[200:500, 300:600] = True
    seen: list[tuple[int, ...]] = []
    erase(photo, hole, guide=_Painter(0, seen))
    (shape,) = seen
    assert max(shape) == 256
    assert all(side % 8 == 0 for side in shape)


def test_a_guide_sees_the_surroundings_of_the_hole_and_is_followed_where_it_painted() -> None:
    photo, hole = _halves(400, 900)
    # A straight border would say by itself what belongs into the hole.
    for top, shift in zip(range(0, 400, 5), np.random.default_rng(1).integers(-12, 13, 80), strict=True):
        photo[top : top + 5] = np.roll(photo[top : top + 5], shift, axis=1)
    hole[:] = False
    hole[250:350, 400:500] = True
    seen: list[tuple[int, ...]] = []

    def inverted(image: NDArray[np.float32], hole: NDArray[np.bool_]) -> NDArray[np.float32]:
        seen.append(hole.shape)
        # Bright where the rows above say dark: only the right place for it gives the border below.
        bright = image[:20].mean((0, 2)) < 0.4
        return np.broadcast_to(np.where(bright, 0.85, 0.1)[None, :, None], image.shape).astype(np.float32)

    result = erase(photo, hole, guide=inverted)
    assert max(seen[0]) < 256
    assert np.median(result[270:330, 410:440]) > 150
    assert np.median(result[270:330, 460:490]) < 90


def test_thin_holes_and_uneven_alpha_need_no_guide() -> None:
    photo, hole = _halves()
    thin = np.zeros_like(hole)
    thin[70:80, 20:220] = True
    seen: list[tuple[int, ...]] = []
    erase(photo, thin, guide=_Painter(0, seen))
    alpha = np.random.default_rng(1).integers(1, 255, photo.shape[:2], dtype=np.uint8)
    erase(np.dstack([photo, alpha]), hole, guide=_Painter(0, seen))
    assert not seen


def test_a_guide_out_of_range_is_clipped() -> None:
    photo, hole = _halves()
    np.testing.assert_array_equal(
        erase(photo, hole, guide=_Painter(-7)), erase(photo, hole, guide=_Painter(0))
    )


def test_a_guided_fill_is_the_same_on_any_number_of_threads() -> None:
    photo, hole = _halves()
    first = erase(photo, hole, guide=_Painter(0.5), threads=1)
    np.testing.assert_array_equal(erase(photo, hole, guide=_Painter(0.5), threads=3), first)


def test_without_its_runtime_the_network_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(FillError, match="pip install onnxruntime"):
        load_network(1009)  # a number that nothing else loads it for: loaded networks are kept


def test_the_network_goes_on_with_stripes() -> None:
    pytest.importorskip("onnxruntime")
    image = np.zeros((64, 96, 3), np.float32)
    image[:32] = 0.8
    hole = np.zeros((64, 96), bool)
    hole[20:44, 36:60] = True
    image[hole] = 0
    fill = load_network()(image, hole)[..., :3]
    assert fill.shape == image.shape
    assert fill[22:28, 40:56].mean() > 0.6
    assert fill[36:42, 40:56].mean() < 0.2


@pytest.mark.slow
def test_processors_that_do_not_multiply_bytes_paint_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnxruntime")
    photo, hole = _halves()
    image = np.where(hole[..., None], 0, photo / 255).astype(np.float32)
    pictures = []
    for can in (True, False):
        monkeypatch.setattr(runtime, "_multiplies_bytes", lambda can=can: can)
        runtime._cached_session.cache_clear()
        pictures.append(load_network()(image, hole)[hole][:, :3])
    runtime._cached_session.cache_clear()
    first, second = pictures
    assert not np.array_equal(first, second)  # else the second way was not taken
    assert np.abs(first - second).mean() < 2 / 255


@pytest.fixture
def _network_is_there() -> None:
    pytest.importorskip("onnxruntime")


@pytest.mark.slow
@pytest.mark.usefixtures("_network_is_there")
def test_the_guided_engine_changes_wide_holes_alone_and_is_the_same_on_any_number_of_threads() -> None:
    photo, hole = _halves()
    guided = erase(photo, hole, engine="guided", threads=1)
    np.testing.assert_array_equal(guided, erase(photo, hole, engine="guided", threads=3))
    np.testing.assert_array_equal(guided[~hole], photo[~hole])
    assert (guided != erase(photo, hole, engine="patch")).any()
    np.testing.assert_array_equal(guided, erase(photo, hole, engine="patch", guide=load_network()))
    thin = np.zeros_like(hole)
    thin[80:86, 40:200] = True
    np.testing.assert_array_equal(erase(photo, thin, engine="guided"), erase(photo, thin))


def _wide(cells: int) -> NDArray[np.bool_]:
    """Return a hole with so many rows of four squares of 16 px in it, on their grid."""
    hole = np.zeros((400, 320), bool)
    hole[32 : 32 + cells * 16, 64:128] = True
    return hole


@pytest.mark.usefixtures("_network_is_there")
def test_auto_asks_the_network_where_holes_are_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    photo, _ = _halves(400, 320)
    wide, narrow = _wide(4), _wide(3)
    assert describe("auto", wide).name == "guided"
    assert describe("auto", narrow).name == "patch"
    lettering = np.zeros_like(wide)
    lettering.reshape(-1, 16)[:, :15] = True  # as much of the photo as need be, but no whole square
    assert describe("auto", lettering).name == "patch"
    assert describe("patch", wide).name == "patch"
    np.testing.assert_array_equal(erase(photo, wide), erase(photo, wide, engine="guided"))
    np.testing.assert_array_equal(erase(photo, narrow), erase(photo, narrow, engine="patch"))
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert describe("auto", wide).name == "patch"
    np.testing.assert_array_equal(erase(photo, wide), erase(photo, wide, engine="patch"))


def test_an_engine_says_whether_a_network_paints_and_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert describe("auto") == describe("patch")
    assert not describe("patch").network
    assert describe("guided").network
    require("auto")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    require("patch")
    with pytest.raises(FillError, match="pip install onnxruntime"):
        require("guided")
    with pytest.raises(FillError, match="magic"):
        require("magic")
