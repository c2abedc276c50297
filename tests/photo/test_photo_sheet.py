"""What a mask with transparency means, by the tools that such masks come from."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from photo.photo_files import saved
from wuhen.photo import MaskEmpty, MaskNotCut, Photo, open_mask, read_mask

WIDTH, HEIGHT = 120, 90
PHOTO = Photo(np.zeros((HEIGHT, WIDTH, 3), np.uint8), stored_size=(WIDTH, HEIGHT))
ONE, OTHER = (10, 10, 40, 30), (60, 40, 100, 80)

Colour = tuple[int, ...]


def sheet(*strokes: tuple[tuple[int, int, int, int], Colour], ground: Colour = (0, 0, 0, 0)) -> Image.Image:
    """Paint boxes on a sheet, each in its colour, as a tool does that does not blend."""
    image = Image.new("RGBA", (WIDTH, HEIGHT), ground)
    for box, colour in strokes:
        image.paste(colour, box)
    return image


def boxes(*given: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    flags = np.zeros((HEIGHT, WIDTH), bool)
    for left, top, right, bottom in given:
        flags[top:bottom, left:right] = True
    return flags


def hole(image: Image.Image) -> NDArray[np.bool_]:
    return read_mask(saved(image, "PNG"), PHOTO)


@pytest.mark.parametrize("under", [(0, 0, 0, 0), (255, 255, 255, 0), (255, 0, 0, 0)])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((255, 0, 0), (255, 255, 255)),  # markup in red, and a stroke in white
        ((0, 0, 120), (255, 255, 255)),
        ((255, 0, 0), (0, 255, 0)),
        ((0, 0, 0), (255, 255, 255)),
        ((0, 0, 0), (255, 255, 0)),
        ((20, 20, 20), (0, 0, 0)),
    ],
)
def test_every_stroke_counts_of_any_colour_over_any_ground(one: Colour, other: Colour, under: Colour) -> None:
    image = sheet((ONE, (*one, 255)), (OTHER, (*other, 255)), ground=under)
    np.testing.assert_array_equal(hole(image), boxes(ONE, OTHER))


@pytest.mark.parametrize("opacity", [26, 64, 102, 127])
def test_a_stroke_of_a_semi_transparent_brush_counts(opacity: int) -> None:
    alone = sheet((ONE, (255, 0, 0, opacity)))
    np.testing.assert_array_equal(hole(alone), boxes(ONE))
    beside = sheet((ONE, (255, 0, 0, opacity)), (OTHER, (255, 255, 255, 255)))
    np.testing.assert_array_equal(hole(beside), boxes(ONE, OTHER))


def test_where_a_faint_stroke_lies_makes_no_difference() -> None:
    """Sheets are worked on strip by strip."""
    box = (10, 240, 40, 280)
    image = Image.new("RGBA", (120, 600))
    image.paste((255, 0, 0, 90), box)
    image.paste((255, 255, 255, 255), (60, 20, 90, 500))
    photo = Photo(np.zeros((600, 120, 3), np.uint8), stored_size=(120, 600))
    found = read_mask(saved(image, "PNG"), photo)
    np.testing.assert_array_equal(found, np.asarray(image)[..., 3] > 0)


def test_an_empty_layer_marks_nothing_whatever_colour_it_has() -> None:
    for colour in ((255, 255, 255, 0), (0, 0, 0, 0)):
        with pytest.raises(MaskEmpty):
            hole(sheet(ground=colour))
    painted = sheet((ONE, (255, 255, 255, 0)), ground=(0, 0, 0, 0))
    with pytest.raises(MaskEmpty):
        hole(painted)


def test_black_is_black_where_a_mask_of_black_and_white_lost_a_part() -> None:
    whole = sheet((OTHER, (255, 255, 255, 255)), ground=(0, 0, 0, 255))
    whole.paste((255, 255, 255, 0), (0, 0, 20, HEIGHT))  # rubbed out
    np.testing.assert_array_equal(hole(whole), boxes(OTHER))
    turned = Image.new("RGBA", (WIDTH, HEIGHT))
    turned.paste(whole.rotate(10, fillcolor=(0, 0, 0, 0)))
    expected = Image.fromarray(boxes(OTHER) * np.uint8(255)).rotate(10)
    np.testing.assert_array_equal(hole(turned), np.asarray(expected) >= 128)


def test_a_soft_mask_of_black_and_white_that_lost_a_part_is_cut_at_half() -> None:
    grey = Image.fromarray(boxes(OTHER) * np.uint8(255)).filter(ImageFilter.GaussianBlur(6))
    image = Image.merge("LA", (grey, Image.fromarray(~boxes((0, 0, 15, 15)) * np.uint8(255))))
    np.testing.assert_array_equal(hole(image), np.asarray(grey) >= 128)


def test_a_soft_brush_is_cut_at_half_and_its_tail_is_no_stroke() -> None:
    dab = Image.new("L", (WIDTH, HEIGHT))
    ImageDraw.Draw(dab).ellipse([30, 20, 90, 70], fill=255)
    for radius in (4, 12):
        alpha = dab.filter(ImageFilter.GaussianBlur(radius))
        image = Image.new("RGBA", (WIDTH, HEIGHT), (200, 30, 30, 0))
        image.putalpha(alpha)
        least = (int(np.asarray(alpha).max()) + 1) // 2
        np.testing.assert_array_equal(hole(image), np.asarray(alpha) >= least)


def test_a_canvas_stroke_takes_its_anti_aliased_edge_along() -> None:
    large = Image.new("L", (WIDTH * 8, HEIGHT * 8))
    ImageDraw.Draw(large).line([100, 100, 800, 600], fill=255, width=80)
    for opacity in (255, 128, 80):
        alpha = np.asarray(large.reduce(8)).astype(float) * opacity / 255
        image = Image.new("RGBA", (WIDTH, HEIGHT), (255, 0, 0, 0))
        image.putalpha(Image.fromarray(np.rint(alpha).astype(np.uint8)))
        found = hole(image)
        assert found[alpha > 0.06 * opacity].all()
        assert not found[alpha == 0].any()


def test_a_photo_whose_hole_is_transparent_is_inverted_on_request() -> None:
    """ComfyUI, and what image-editing services call a mask: what is transparent is to go."""
    rng = np.random.default_rng(1)
    pixels = np.dstack((rng.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8), ~boxes(ONE) * np.uint8(255)))
    mask = open_mask(saved(pixels, "PNG"), PHOTO, invert=True)
    np.testing.assert_array_equal(mask.hole, boxes(ONE))
    assert mask.photographic
    np.testing.assert_array_equal(hole(Image.fromarray(pixels)), ~boxes(ONE))


@pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), (200, 30, 90), "stripes"])
def test_of_a_mask_with_parts_rubbed_out_only_transparency_counts(ground: Colour | str) -> None:
    """A photo in grey with its sky rubbed out is no mask of black and white."""
    shown = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    shown[..., :3] = np.arange(WIDTH)[:, np.newaxis] // 8 % 2 * 255 if isinstance(ground, str) else ground
    shown[..., 3] = np.where(boxes(ONE, OTHER), 0, 255)
    found = open_mask(saved(Image.fromarray(shown), "PNG"), PHOTO, transparent=True)
    np.testing.assert_array_equal(found.hole, boxes(ONE, OTHER))
    assert not found.photographic


@pytest.mark.parametrize(
    ("image", "everywhere"),
    [
        (Image.new("RGB", (WIDTH, HEIGHT)), False),
        (Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 255)), False),
        (Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 240)), False),
        (Image.new("RGBA", (WIDTH, HEIGHT)), True),
    ],
    ids=["none", "opaque", "nearly opaque", "all"],
)
def test_a_mask_that_is_transparent_nowhere_or_everywhere_says_so(
    image: Image.Image, *, everywhere: bool
) -> None:
    with pytest.raises(MaskNotCut, match="everywhere" if everywhere else "anywhere"):
        open_mask(saved(image, "PNG"), PHOTO, transparent=True)
