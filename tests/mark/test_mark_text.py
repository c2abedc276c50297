"""The visible mark: where it is, how large, and that it can be read on anything."""

import math
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from mark.drawing import draw_mark
from wuhen.mark import DEFAULT_TEXT, TEXTS, MarkError, Wording, mark_layer, states_generation
from wuhen.mark.font import load_font
from wuhen.mark.text import _draw

Pixels = NDArray[np.uint8]
Places = tuple[NDArray[np.intp], ...]

# WCAG 2.2 asks 4.5:1 of text and 7:1 of text at its strictest (success criterion 1.4.6).
STRICT, ENOUGH = 7.0, 4.5


def luminance(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Relative luminance after WCAG 2.2, 0 to 1."""
    encoded = pixels / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def flat(side: tuple[int, int], value: int) -> Pixels:
    return np.full((*side, 3), value, np.uint8)


def grounds() -> dict[str, Pixels]:
    """Grounds that a mark disappears on if it is only white, only black, or only translucent."""
    rng = np.random.default_rng(0)
    side = (300, 400)
    text = flat(side, 255)
    for top in range(0, 300, 20):
        text[top : top + 20] = draw_mark(flat((20, 400), 255), "AI " * 20)
    return {
        "black": flat(side, 0),
        "white": flat(side, 255),
        "grey": flat(side, 119),
        "threshold": flat(side, 117),
        "noise": rng.integers(0, 256, (*side, 3), np.uint8),
        "checks": np.repeat((np.indices(side).sum(0) % 2 * 255).astype(np.uint8)[..., None], 3, 2),
        "stripes": np.repeat((np.indices(side)[1] // 4 % 2 * 255).astype(np.uint8)[..., None], 3, 2),
        "text": text,
        "red": np.tile(np.array([255, 0, 0], np.uint8), (*side, 1)),
        "gradient": np.repeat(np.tile(np.linspace(0, 255, 400).astype(np.uint8), (300, 1))[..., None], 3, 2),
    }


def box_of(before: Pixels, after: Pixels) -> tuple[int, int, int, int]:
    """Return the box of what has changed: top, left, bottom, right."""
    rows, columns = np.nonzero((before != after).any(axis=2))
    return int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1


def ink_box(height: int, width: int) -> tuple[int, int, int, int]:
    """Return the box of the letters without their outline: what is white on black."""
    black = flat((height, width), 0)
    return box_of(black, np.where(draw_mark(black) > 127, np.uint8(255), np.uint8(0)))


@pytest.mark.parametrize("name", sorted(grounds()))
def test_ink_and_outline_contrast_on_any_ground(name: str) -> None:
    ground = grounds()[name]
    marked = draw_mark(ground)
    short = min(ground.shape[:2])
    fill, outline = _draw([DEFAULT_TEXT], load_font(None, math.ceil(0.07 * short)), "bottom-right")
    (height, width), gap = fill.shape, round(0.02 * short)
    light = luminance(marked[-height - gap : -gap, -width - gap : -gap])
    ink, edge = light[fill == 255], light[(outline == outline.max()) & (fill == 0)]
    assert np.ptp(ink) < 1e-9
    contrast = (np.maximum(ink[0], edge) + 0.05) / (np.minimum(ink[0], edge) + 0.05)
    assert contrast.min() >= STRICT


@pytest.mark.parametrize("value", [0, 40, 117, 118, 200, 255])
def test_ink_stands_out_from_a_plain_ground_too(value: int) -> None:
    """Black and white contrast equally, 4.58:1, with the grey in the middle; no ground gives less."""
    ground = flat((300, 400), value)
    marked = luminance(draw_mark(ground))
    around = luminance(ground)[0, 0]
    ink = marked.max() if around < 0.18 else marked.min()
    assert (max(ink, around) + 0.05) / (min(ink, around) + 0.05) >= 4.5


@pytest.mark.slow
@given(height=st.integers(64, 1500), width=st.integers(64, 1500))
@settings(max_examples=40, deadline=None)
def test_letters_are_at_least_a_twentieth_of_the_short_side_high(height: int, width: int) -> None:
    """GB 45438-2025, 5.2, read at its strictest: the Latin capitals, the lowest of the glyphs."""
    short = min(height, width)
    top, left, bottom, right = ink_box(height, width)
    assert bottom - top >= 0.06 * short
    assert right - left <= max(0.5 * short, 90)
    latin_top, _, latin_bottom, _ = box_of_letters("AI", height, width)
    assert latin_bottom - latin_top >= 0.05 * short


def box_of_letters(text: str, height: int, width: int) -> tuple[int, int, int, int]:
    black = flat((height, width), 0)
    # Half-covered rows at the letters' edges are part of their height.
    return box_of(black, np.where(draw_mark(black, text) > 60, np.uint8(255), np.uint8(0)))


@pytest.mark.slow
@pytest.mark.parametrize("side", [(4999, 4999), (4999, 700), (700, 4999)])
def test_the_largest_pictures_are_marked_by_the_same_rule(side: tuple[int, int]) -> None:
    top, left, bottom, right = ink_box(*side)
    assert 0.06 * min(side) <= bottom - top <= 0.075 * min(side)
    assert side[0] - bottom <= 0.04 * min(side)
    assert side[1] - right <= 0.04 * min(side)
    assert left >= 0


@given(height=st.integers(1, 300), width=st.integers(1, 300), value=st.integers(0, 255))
@settings(max_examples=150, deadline=None)
def test_any_picture_can_be_marked_and_only_its_corner_changes(height: int, width: int, value: int) -> None:
    ground = flat((height, width), value)
    kept = ground.copy()
    marked = draw_mark(ground)
    assert np.array_equal(ground, kept)
    assert marked.shape == ground.shape
    assert marked.dtype == np.uint8
    if min(height, width) >= 40:
        top, left, bottom, right = box_of(ground, marked)
        short = min(height, width)
        # Where it is broken into lines, it takes a third of the height.
        assert bottom - top <= max(0.11 * short, height / 3 + 6, 20)
        assert right - left <= width - 2 * round(0.02 * short)
        assert (width - right, height - bottom) <= (round(0.02 * short) + 3, round(0.02 * short) + 3)
        assert left + right > width or width < 120


@pytest.mark.parametrize("side", [(1, 1), (1, 4999), (4999, 1), (2, 3), (5, 40)])
def test_pictures_too_small_for_letters_are_left_standing(side: tuple[int, int]) -> None:
    assert draw_mark(flat(side, 90)).shape == (*side, 3)


def test_a_picture_with_room_gets_readable_characters() -> None:
    top, _, bottom, _ = ink_box(100, 100)
    assert bottom - top >= 10


def test_a_long_text_is_made_to_fit() -> None:
    marked = draw_mark(flat((400, 300), 0), "人工智能合成内容 " * 8)
    _, left, _, right = box_of(flat((400, 300), 0), marked)
    assert left >= 6
    assert right <= 294


@pytest.mark.parametrize(
    "text",
    [
        "人工智能合成内容",
        "AI生成",
        "图片由 AI 生成",
        "本图片经人工智能技术修改，仅供参考",
        "Made by AI (2026)!",
    ],
)
def test_the_wordings_of_the_standard_are_drawn(text: str) -> None:
    assert draw_mark(flat((200, 300), 0), text).any()


@pytest.mark.parametrize(
    "text", ["", "  ", "由 AI 生成\n", "x" * 101, "龘靐", "ありがとう", "AI \N{GRINNING FACE}"]
)
def test_texts_that_cannot_be_drawn_are_refused(text: str) -> None:
    with pytest.raises(MarkError):
        draw_mark(flat((200, 300), 0), text)


def test_a_missing_glyph_is_named() -> None:
    with pytest.raises(MarkError, match="龘"):
        draw_mark(flat((200, 300), 0), "由龘生成")


@given(height=st.integers(40, 700), width=st.integers(40, 700), name=st.sampled_from(sorted(TEXTS)))
@settings(max_examples=80, deadline=None)
def test_no_wording_is_ever_smaller_than_the_rule_wants(height: int, width: int, name: str) -> None:
    """Where the whole text has no room at the legal size, its brief form stands in for it."""
    black = flat((height, width), 0)
    top, _, bottom, _ = box_of(
        black, np.where(draw_mark(black, TEXTS[name]) > 60, np.uint8(255), np.uint8(0))
    )
    assert bottom - top >= max(0.05 * min(height, width), 8)


@pytest.mark.parametrize("side", [(64, 64), (48, 48), (30, 30), (24, 200), (200, 40)])
def test_tiny_pictures_get_letters_that_can_be_read(side: tuple[int, int]) -> None:
    top, _, bottom, _ = ink_box(*side)
    assert bottom - top >= 8


def test_a_text_that_would_be_too_small_gives_way_to_its_brief_form() -> None:
    black = flat((64, 64), 0)
    assert np.array_equal(draw_mark(black), draw_mark(black, "AI生成"))
    assert np.array_equal(draw_mark(black, TEXTS["en"]), draw_mark(black, "AI"))


@pytest.mark.slow
@given(
    text=st.text("图片由AI生成 xyzW", min_size=1, max_size=100).filter(str.strip),
    height=st.integers(300, 900),
    width=st.integers(300, 900),
)
@settings(max_examples=60, deadline=None)
def test_long_texts_are_broken_not_shrunk(text: str, height: int, width: int) -> None:
    black = flat((height, width), 0)
    ink = np.where(draw_mark(black, text) > 127, np.uint8(255), np.uint8(0))
    top, left, bottom, right = box_of(black, ink)
    short = min(height, width)
    assert bottom - top >= 0.03 * short  # of lower-case letters alone
    assert bottom - top <= height / 3
    assert left >= round(0.02 * short)
    assert right <= width - round(0.02 * short)


@pytest.mark.parametrize(
    ("corner", "lower", "right"),
    [("bottom-right", 1, 1), ("bottom-left", 1, 0), ("top-right", 0, 1), ("top-left", 0, 0)],
)
def test_the_mark_stands_in_the_corner_it_is_sent_to(corner: Any, lower: int, right: int) -> None:
    black = flat((300, 400), 0)
    box = box_of(black, draw_mark(black, Wording("人工智能合成内容 " * 5, corner)))
    margins = (300 - box[2] if lower else box[0], 400 - box[3] if right else box[1])
    assert all(0 <= margin <= 10 for margin in margins)


@pytest.mark.parametrize(
    ("text", "legal"),
    [("图片由 AI 生成", True), ("人工智能合成", True), ("AI-generated image", False), ("生成的图片", False)],
)
def test_the_standards_words_are_looked_for(text: str, legal: bool) -> None:  # noqa: FBT001
    """GB 45438-2025, 5.2: AI or 人工智能, and 生成 or 合成."""
    assert states_generation(text) is legal


def test_a_font_of_ones_own_has_other_characters() -> None:
    with pytest.raises(MarkError, match="cannot be read"):
        draw_mark(flat((300, 400), 0), Wording("AI 生成", font=b"no font"))
    own = (files("wuhen.mark") / "assets" / "wuhen-mark.otf").read_bytes()
    black = flat((300, 400), 0)
    assert np.array_equal(draw_mark(black, Wording(font=own)), draw_mark(black))


def samples() -> dict[str, Pixels]:
    """Photographs: the two that the package brings, each whole and turned upside down."""
    found = {}
    for name in ("spruce", "caption"):
        with Image.open(files("wuhen.samples") / f"{name}.jpg") as image:  # type: ignore[arg-type]
            found[name] = np.asarray(image.convert("RGB"))
            found[f"{name}, turned"] = found[name][::-1, ::-1]
    return found


def shapes(side: int) -> tuple[Places, Places]:
    """Find which pixels of a square picture are ink and which outline, by marking plain grounds.

    Strokes of less than a pixel's width nowhere reach the ink's own colour; their heaviest pixels are taken.
    """
    drawn = draw_mark(flat((side, side), 0))[..., 0]
    ink = drawn >= 0.9 * drawn.max()
    on_grey = draw_mark(flat((side, side), 60))[..., 0]
    return np.nonzero(ink), np.nonzero(on_grey == on_grey.min())


def lowest_glyph(side: int) -> int:
    """Measure the lowest of the glyphs, in pixels: those that no empty column parts count as one."""
    drawn = draw_mark(flat((side, side), 0))[..., 0] > 60
    columns = np.flatnonzero(drawn.any(axis=0))
    glyphs = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)
    return min(int(np.ptp(np.flatnonzero(drawn[:, glyph].any(axis=1)))) + 1 for glyph in glyphs)


@pytest.mark.parametrize(
    "side", [64, 96, 160, 320, 640, 1280, 2560, pytest.param(4999, marks=pytest.mark.slow)]
)
def test_the_mark_is_legible_on_anything_at_any_size(side: int) -> None:
    """No pixel of the outline contrasts with the ink by less than WCAG asks for."""
    ink, outline = shapes(side)
    assert len(outline[0]) > len(ink[0]) / 4
    assert lowest_glyph(side) >= 0.05 * side  # GB 45438-2025, 5.2
    # One picture for all grounds, which only the mark's surroundings get: to fill large ones takes long.
    marked, layer = flat((side, side), 0), mark_layer((side, side), Wording())
    top, left = (max(0, int(min(ink[axis].min(), outline[axis].min())) - side // 20) for axis in (0, 1))
    for name, ground in (grounds() | samples()).items():
        rows, columns = (np.arange(side) * length // side for length in ground.shape[:2])
        if side > 400 and name in {"noise", "checks"}:
            rows, columns = (np.arange(side) % length for length in ground.shape[:2])
        marked[top:, left:] = ground[np.ix_(rows[top:], columns[left:])]
        layer.draw(marked)
        letters, around = luminance(marked[ink]), luminance(marked[outline])
        lighter, darker = np.maximum(letters.mean(), around), np.minimum(letters.mean(), around)
        assert ((lighter + 0.05) / (darker + 0.05)).min() >= (STRICT if side > 160 else ENOUGH), name


def test_letters_are_antialiased() -> None:
    marked = draw_mark(flat((300, 400), 0))
    assert len(np.unique(marked)) > 50


def test_the_same_picture_gets_the_same_mark() -> None:
    ground = grounds()["noise"]
    assert np.array_equal(draw_mark(ground), draw_mark(ground))
