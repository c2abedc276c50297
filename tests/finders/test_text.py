"""The finder of text, with its network, on pictures that are drawn here."""

from importlib import resources

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from wuhen.finders import Cancelled, Found, find
from wuhen.finders.text import finder
from wuhen.finders.text.lines import Line

FONT = str(resources.files("wuhen") / "mark/assets/wuhen-mark.otf")
SMOOTH = ((60, 90, 150), (150, 130, 90))


def ground(width: int = 448, height: int = 288) -> Image.Image:
    """Draw a slope between two colours, with grain."""
    share = np.linspace(0, 1, width)[None, :, None]
    image = (1 - share) * SMOOTH[0] + share * SMOOTH[1] + np.zeros((height, 1, 1))
    image += np.random.default_rng(5).normal(0, 3, (height, width, 1))
    return Image.fromarray(image.clip(0, 255).astype(np.uint8))


def write(
    text: str, colour: tuple[int, ...], *, at: tuple[int, int] = (60, 120), size: int = 40, turn: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture with a line of text, and where that changed it."""
    image = ground()
    layer = Image.new("RGBA", image.size)
    ImageDraw.Draw(layer).text(at, text, colour, ImageFont.truetype(FONT, size))
    layer = layer.rotate(turn)
    written = Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")
    return np.asarray(written), np.asarray(layer)[..., 3] > 8


def overlap(found: Found, truth: np.ndarray) -> float:
    return float((found.mask & truth).sum() / (found.mask | truth).sum())


@pytest.mark.parametrize(
    "colour", [(255, 255, 255, 255), (20, 20, 20, 255), (230, 60, 40, 255), (255, 255, 255, 110)]
)
def test_letters_are_marked_whatever_their_colour(colour: tuple[int, ...]) -> None:
    picture, letters = write("Sample 2026", colour)
    found = find(picture)
    assert len(found.places) == 1
    assert (found.mask & letters).sum() > 0.97 * letters.sum()
    assert overlap(found, letters) > 0.6


def test_a_black_outline_goes_that_a_dark_ground_hardly_differs_from() -> None:
    blots = np.random.default_rng(3).random((9, 14)) * 70
    small = Image.fromarray(blots.astype(np.uint8)).resize((448, 288), Image.Resampling.BICUBIC)
    image = Image.merge("RGB", (small, small, small.point(lambda level: level // 2)))
    truth = Image.new("L", image.size)
    font = ImageFont.truetype(FONT, 56)
    for draw, fill, edge in (
        (ImageDraw.Draw(image), (255, 255, 255), (0, 0, 0)),
        (ImageDraw.Draw(truth), 255, 255),
    ):
        draw.text((50, 110), "TEL 47", fill, font, stroke_width=4, stroke_fill=edge)
    found, outlined = find(np.asarray(image)).mask, np.asarray(truth) > 128
    seen = np.asarray(small) > 15
    assert (outlined & ~found & seen).sum() < 0.002 * outlined.sum()
    assert (found & outlined).sum() > 0.6 * found.sum()


@pytest.mark.parametrize(("width", "found"), [(60, 1), (400, 0)])
def test_what_has_no_strokes_is_no_text_if_it_is_large(
    monkeypatch: pytest.MonkeyPatch, width: int, found: int
) -> None:
    domain = np.ones((30, width), bool)
    corners = np.array([[20, 100], [20 + width, 100], [20 + width, 130], [20, 130]], float)
    line = Line(0.95, corners, 30.0, 20, 100, domain)
    monkeypatch.setattr(finder, "find_lines", lambda *_: [line])
    assert len(find(np.full((288, 448, 3), 128, np.uint8)).places) == found


def test_the_corners_of_outlines_go_as_well() -> None:
    image = ground()
    letters = Image.new("L", image.size)
    ImageDraw.Draw(letters).text((60, 120), "TEL 47", 255, ImageFont.truetype(FONT, 72))
    outline = letters.filter(ImageFilter.MaxFilter(9))  # a square brush
    image.paste((10, 10, 10), mask=outline)
    image.paste((255, 255, 255), mask=letters)
    found = find(np.asarray(image))
    assert found.mask[np.asarray(outline) > 128].all()
    assert overlap(found, np.asarray(outline) > 0) > 0.6


def test_a_line_askew_has_corners() -> None:
    picture, letters = write("Sample 2026", (255, 255, 255, 255), turn=20)
    (place,) = find(picture).places
    assert place.corners
    ys, xs = np.nonzero(letters)
    (x0, y0), (x1, y1), _, (x3, y3) = place.corners
    assert np.degrees(np.arctan2(y1 - y0, x1 - x0)) == pytest.approx(-20, abs=4)
    assert x3 > x0
    assert y3 > y0
    left, top, width, height = place.box
    assert left - 3 <= xs.min() < xs.max() <= left + width + 3
    assert top - 3 <= ys.min() < ys.max() <= top + height + 3


def test_where_there_is_no_text_nothing_is_found() -> None:
    found = find(np.asarray(ground()))
    assert not found
    assert not found.mask.any()


def test_a_strip_is_looked_at_as_it_is() -> None:
    picture, letters = write("Sample 2026", (255, 255, 255, 255))
    strip = np.concatenate([np.asarray(ground(900, 60)), picture[112:172], np.asarray(ground(900, 60))], 1)
    found = find(np.ascontiguousarray(strip))
    assert len(found.places) == 1
    assert overlap(found, np.pad(letters[112:172], ((0, 0), (900, 900)))) > 0.6


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3), (33, 31)])
def test_the_smallest_pictures_are_taken(size: tuple[int, int]) -> None:
    assert not find(np.zeros((*size, 3), np.uint8))


def test_it_can_be_stopped_before_the_network_runs() -> None:
    with pytest.raises(Cancelled):
        find(np.asarray(ground()), cancelled=lambda: True)
