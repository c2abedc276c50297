"""What a mask means, whatever it was painted and saved with."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from photo.photo_files import noise, opened, png, saved, tiff
from wuhen.photo import MaskEmpty, MaskFull, Photo, PhotoError, read_mask
from wuhen.photo.masks.speckle import remove_specks, threshold

HOLE = np.zeros((12, 10), bool)
HOLE[3:8, 2:9] = True
WHITE = HOLE * np.uint8(255)


def photo_for(hole: NDArray[np.bool_]) -> Photo:
    return Photo(np.zeros((*hole.shape, 3), np.uint8), stored_size=hole.shape[::-1])


def means(data: bytes, hole: NDArray[np.bool_] = HOLE) -> bool:
    return np.array_equal(read_mask(data, photo_for(hole)), hole)


def painted(colour: tuple[int, ...], ground: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.where(HOLE[..., np.newaxis], np.array(colour), np.array(ground)).astype(np.uint8)


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        *itertools.product(["JPEG", "PNG", "BMP", "TIFF", "WEBP"], ["L", "RGB", "1"]),
        *itertools.product(["PNG", "BMP", "TIFF"], ["P"]),
        *itertools.product(["JPEG", "TIFF"], ["CMYK"]),
    ],
)
def test_white_is_the_hole_in_every_format_and_mode(name: str, mode: str) -> None:
    image = Image.fromarray(WHITE)
    image = image.convert("RGB").convert("CMYK") if mode == "CMYK" else image.convert(mode)
    assert means(saved(image, name, **({"quality": 90} if name in {"JPEG", "WEBP"} else {})))


@pytest.mark.parametrize("value", [127, 128])
def test_the_threshold_is_half(value: int) -> None:
    data = saved(HOLE * np.uint8(value), "PNG")
    if value >= 128:
        assert means(data)
    else:
        with pytest.raises(MaskEmpty, match="127 of 255"):
            read_mask(data, photo_for(HOLE))


@pytest.mark.parametrize("value", [32767, 32768, 65535])
def test_the_threshold_is_half_in_sixteen_bits(value: int) -> None:
    wide = HOLE * np.uint16(value)
    for data in (png(wide, 0), tiff(wide, 1), tiff(wide, 1, order=">")):
        if value >= 32768:
            assert means(data)
        else:
            with pytest.raises(MaskEmpty):
                read_mask(data, photo_for(HOLE))


@pytest.mark.parametrize("white", [1, 255, 70000])
def test_integers_without_a_white_are_cut_at_half_their_largest(white: int) -> None:
    assert means(saved(Image.fromarray(HOLE * np.int32(white)), "TIFF"))


def test_floats_are_cut_at_half_their_largest_and_nan_is_black() -> None:
    values = HOLE.astype(np.float32)
    values[0, 0], values[11, 9] = np.nan, 0.4
    assert means(saved(Image.fromarray(values), "TIFF"))


@pytest.mark.parametrize("colour", [(255, 255, 255), (255, 0, 0), (0, 0, 0), (90, 200, 90)])
@pytest.mark.parametrize("ground", [(0, 0, 0), (255, 255, 255)])
def test_strokes_of_one_colour_on_a_transparent_sheet(
    colour: tuple[int, ...], ground: tuple[int, ...]
) -> None:
    assert means(saved(painted((*colour, 255), (*ground, 0)), "PNG"))


@pytest.mark.parametrize("opacity", [255, 100, 1])
def test_black_and_white_count_where_opacity_says_nothing(opacity: int) -> None:
    assert means(saved(painted((255, 255, 255, opacity), (0, 0, 0, opacity)), "PNG"))


def test_a_mask_of_grey_and_alpha() -> None:
    assert means(saved(painted((0, 255), (0, 0)), "PNG"))
    assert means(saved(painted((255, 255), (0, 255)), "PNG"))


def test_white_that_is_transparent_is_black() -> None:
    pixels = painted((255, 255, 255, 255), (0, 0, 0, 255))
    pixels[0] = (255, 255, 255, 0)
    assert means(saved(pixels, "PNG"))


def test_a_palette_whose_first_colour_is_white() -> None:
    image = Image.fromarray((~HOLE).astype(np.uint8))
    image.putpalette([255, 255, 255, 0, 0, 0])
    assert means(saved(image, "PNG"))


def test_nothing_white_is_an_error_that_says_how_bright_it_is() -> None:
    with pytest.raises(MaskEmpty, match="all black"):
        read_mask(saved(np.zeros((12, 10), np.uint8), "PNG"), photo_for(HOLE))
    with pytest.raises(MaskEmpty, match="at most 1 of 255"):
        read_mask(saved(HOLE.astype(np.uint8), "PNG"), photo_for(HOLE))


def test_a_mask_that_may_be_empty_marks_nothing() -> None:
    assert not read_mask(png(WHITE // 3, 0), photo_for(HOLE), may_be_empty=True).any()


def test_everything_white_is_an_error() -> None:
    with pytest.raises(MaskFull):
        read_mask(saved(np.full((12, 10), 255, np.uint8), "PNG"), photo_for(HOLE))


def test_one_pixel_in_a_lossless_mask_counts() -> None:
    hole = np.zeros((50, 50), bool)
    hole[20, 30] = True
    for name in ("PNG", "BMP", "TIFF", "WEBP"):
        options = {"lossless": True} if name == "WEBP" else {}
        assert means(saved(hole * np.uint8(255), name, **options), hole)


def strokes(seed: int, *, soft: bool = False) -> Image.Image:
    """Paint lines, discs and boxes, none thinner than 3 pixels."""
    rng = np.random.default_rng(seed)
    image = Image.new("L", (120, 90))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.integers(1, 6)):
        x, y = (int(value) for value in rng.integers(0, 90, 2))
        across, down = (int(value) for value in rng.integers(2, 40, 2))
        kind = rng.integers(3)
        if kind == 0:
            width = int(rng.integers(3, 12))
            draw.line([x, y, across, down], fill=255, width=width)
        elif kind == 1:
            draw.ellipse([x, y, x + across + 1, y + down + 1], fill=255)
        else:
            draw.rectangle([x, y, x + across, y + down], fill=255)
    return image.filter(ImageFilter.GaussianBlur(1)) if soft else image


def border(hole: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels next to another of the other kind."""
    image = Image.fromarray(hole * np.uint8(255))
    wider, narrower = image.filter(ImageFilter.MaxFilter(3)), image.filter(ImageFilter.MinFilter(3))
    different: NDArray[np.bool_] = np.asarray(wider) != np.asarray(narrower)
    return different


def components(image: NDArray[np.bool_]) -> int:
    return len(separated(image))


@pytest.mark.slow
@given(seed=st.integers(0, 10_000), quality=st.integers(30, 95), soft=st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_jpeg_mask_is_the_painted_one_but_for_its_border(seed: int, quality: int, soft: Any) -> None:
    image = strokes(seed, soft=soft)
    hole = np.asarray(image) >= 128
    try:
        read = read_mask(saved(image, "JPEG", quality=quality), photo_for(hole))
    except PhotoError:
        assert hole.all() or not hole.any()
        return
    assert not ((read != hole) & ~border(hole)).any()
    # No specks; but two strokes that touch with their soft borders alone may part.
    assert components(read) <= components(hole) + soft


@pytest.mark.slow
def test_specks_that_lossy_compression_made_are_gone() -> None:
    """The noise of compression lies on both sides of half where the brush was a light grey."""
    image = strokes(3).point(lambda value: 140 if value else 0)
    hole = np.asarray(image) >= 128
    for quality in (10, 30, 50):
        grey = np.asarray(opened(saved(image, "JPEG", quality=quality)))
        plain, read = threshold(grey, lossy=False), threshold(grey, lossy=True)
        assert components(~plain) > 5 * components(~hole)
        assert components(read) + components(~read) <= components(hole) + components(~hole) + 2


def test_a_lossy_webp_mask_is_despeckled_too() -> None:
    grey = np.zeros((64, 64), np.uint8)
    grey[10:40, 10:40] = 255
    grey[50:53, 50:53] = 140
    for data in (saved(grey, "WEBP", quality=100), saved(grey, "JPEG", quality=100)):
        assert not read_mask(data, photo_for(grey > 0))[45:, 45:].any()
    lossless = read_mask(saved(grey, "WEBP", lossless=True), photo_for(grey > 0))
    assert lossless[50:53, 50:53].all()


def test_a_light_grey_area_in_jpeg_is_not_a_speck() -> None:
    grey = np.zeros((64, 64), np.uint8)
    grey[:8, :8] = 255
    grey[20:50, 20:50] = 150
    assert read_mask(saved(grey, "JPEG", quality=95), photo_for(grey > 0))[22:48, 22:48].all()


@given(st.integers(0, 10_000), st.integers(1, 24), st.integers(1, 24), st.sampled_from([0.3, 0.5, 0.7]))
@settings(max_examples=150, deadline=None)
def test_components_are_kept_by_their_strong_pixels(
    seed: int, height: int, width: int, density: float
) -> None:
    rng = np.random.default_rng(seed)
    image = rng.random((height, width)) < density
    strong = image & (rng.random((height, width)) < 0.02)
    expected = grown(strong, image)
    kept = remove_specks(image, strong)
    lost = image & ~kept
    assert (kept & ~image).sum() == 0
    assert (expected & ~kept).sum() == 0
    # What is kept without a strong pixel is larger than a block; what is lost is not.
    for component in separated(kept & ~expected):
        assert component.sum() > 64
    for component in separated(lost):
        assert component.sum() <= 64


def grown(seeds: NDArray[np.bool_], image: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Flood an image from seeds, a pixel at a time."""
    current = seeds
    while True:
        spread = np.asarray(Image.fromarray(current * np.uint8(255)).filter(ImageFilter.MaxFilter(3))) > 0
        following = spread & image
        if np.array_equal(following, current):
            return current
        current = following


def separated(image: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    found, rest = [], image.copy()
    while rest.any():
        seed = np.zeros_like(rest)
        seed[tuple(np.argwhere(rest)[0])] = True
        component = grown(seed, rest)
        found.append(component)
        rest &= ~component
    return found


def test_a_photo_as_a_mask_of_itself_ends() -> None:
    data = saved(noise(300, 300, 1), "JPEG", quality=50)
    assert read_mask(data, photo_for(np.zeros((300, 300), bool))).any()
