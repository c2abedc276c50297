"""Shapes: what is written, and the pixels that it means."""

import pickle
from contextlib import suppress
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen import photo
from wuhen.photo import BadShape, Length, Point, Polygon, Rectangle, ShapeProblem, Stroke, draw_shapes
from wuhen.photo.masks import drawing

SIZE = (300, 200)

Bools = NDArray[np.bool_]
Line = list[tuple[float, float]]


def hole(*shapes: photo.Shape) -> Bools:
    return draw_shapes(shapes, SIZE)


def pixels(left: int, top: int, right: int, bottom: int) -> Bools:
    found = np.zeros(SIZE[::-1], bool)
    found[top:bottom, left:right] = True
    return found


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("10,20,30,40", (10, 20, 40, 60)),
        ("10, -60, 200, 50", (10, 140, 210, 190)),
        ("-100,0,100,10", (200, 0, 300, 10)),
        ("0.1,0.5,0.2,0.25", (30, 100, 90, 150)),
        ("10%,-50%,20%,25%", (30, 100, 90, 150)),
        ("10,-20%,50%,8px", (10, 160, 160, 168)),
        # Whole numbers are pixels even where all are small; a negative side is measured from the other edge.
        ("0,0,1,1", (0, 0, 1, 1)),
        ("10,20,-10,-20", (10, 20, 290, 180)),
        # Only what lies on the photo counts.
        ("-10,-10,500,500", (290, 190, 300, 200)),
    ],
)
def test_rectangles_are_written_in_pixels_in_shares_and_from_the_far_edges(
    written: str, expected: tuple[int, int, int, int]
) -> None:
    rectangle = Rectangle.parse(written)
    assert np.array_equal(hole(rectangle), pixels(*expected))
    left, top, right, bottom = expected
    assert rectangle.box(SIZE) == (left, top, right - left, bottom - top)


def test_what_a_rectangle_says_of_itself_means_the_same() -> None:
    rectangle = Rectangle.of(10, "-10%", -20, "15px")
    assert Rectangle.parse(str(rectangle)) == rectangle
    assert pickle.loads(pickle.dumps(rectangle)) == rectangle  # noqa: S301 - our own


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        (lambda: Rectangle.parse("1,2,3"), ShapeProblem.NO_RECTANGLE),
        (lambda: Rectangle.parse("1,2,3,wide"), ShapeProblem.NO_LENGTH),
        (lambda: Rectangle.parse("1,2,3,4em"), ShapeProblem.NO_LENGTH),
        (lambda: Rectangle.of(1, 2, float("nan"), 4), ShapeProblem.NO_LENGTH),
        (lambda: Rectangle.of(1, 2, 1e9, 4), ShapeProblem.NO_LENGTH),
        (lambda: Rectangle.of(1, 2, 10**400, 4), ShapeProblem.NO_LENGTH),
        (lambda: Rectangle.parse(f"1,2,{'9' * 400},4"), ShapeProblem.NO_LENGTH),
        (lambda: Rectangle.of(*[True] * 4), ShapeProblem.NO_LENGTH),
        (lambda: Rectangle.parse("1,2,0,4"), ShapeProblem.NO_SIDE),
        (lambda: Polygon.parse("1,2 3,4"), ShapeProblem.NO_POLYGON),
        (lambda: Polygon.parse("1,2 3,4 5"), ShapeProblem.NO_POLYGON),
        (lambda: Polygon.parse("1,2 3,4 -5,6"), ShapeProblem.BEYOND),
        (lambda: Stroke.of([(-0.5, 6)], 3), ShapeProblem.BEYOND),
        (lambda: Polygon.of([(0, 0)] * 10_001), ShapeProblem.TOO_MANY),
        (lambda: Stroke.of([], 5), ShapeProblem.NO_STROKE),
        (lambda: Stroke.parse("1,2 3,4"), ShapeProblem.NO_STROKE),
        (lambda: Stroke.parse("1,2 3 5"), ShapeProblem.NO_STROKE),
        (lambda: Stroke.parse(""), ShapeProblem.NO_LENGTH),
        (lambda: Stroke.of([(1, 2)], -5), ShapeProblem.NO_WIDTH),
        (lambda: hole(Rectangle.parse("300,0,10,10")), ShapeProblem.OUTSIDE),
        (lambda: hole(Rectangle.parse("200,0,-150,10")), ShapeProblem.OUTSIDE),
        (lambda: hole(Polygon.parse("-500px,0 -400px,0 -450px,50")), ShapeProblem.OUTSIDE),
        (lambda: Rectangle.parse("0,900,10,10").box(SIZE), ShapeProblem.OUTSIDE),
    ],
)
def test_what_cannot_be_meant_is_refused_in_two_languages(shape: object, problem: ShapeProblem) -> None:
    with pytest.raises(BadShape) as caught:
        shape()  # type: ignore[operator]
    error = caught.value
    assert error.problem is problem
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (copy.en, copy.zh, str(copy)) == (error.en, error.zh, str(error))
    assert "{" not in error.en + error.zh


@given(st.text(max_size=40))
def test_any_text_is_a_shape_or_is_refused(text: str) -> None:
    for parse in (Rectangle.parse, Polygon.parse, Stroke.parse):
        with suppress(BadShape):
            assert parse(text).outlines((10**7, 10**7))


def turns(outline: Line, size: tuple[int, int], fine: int) -> NDArray[np.int64]:
    """How often a closed line runs around each of ``fine**2`` points of each pixel: (H, W, fine**2)."""
    steps = (np.arange(max(size) * fine) + 0.5) / fine
    y, x = np.meshgrid(steps[: size[1] * fine], steps[: size[0] * fine], indexing="ij")
    found = np.zeros(x.shape, np.int64)
    for (x0, y0), (x1, y1) in pairwise([*outline, outline[0]]):
        if y0 != y1:
            right = x0 + (y - y0) / (y1 - y0) * (x1 - x0) > x
            found += ((y0 <= y) & (y < y1) & right).astype(int) - ((y1 <= y) & (y < y0) & right)
    cells = found.reshape(size[1], fine, size[0], fine).swapaxes(1, 2)
    return cells.reshape(size[1], size[0], fine * fine)


def on_a_grid(steps: int) -> st.SearchStrategy[float]:
    """Give numbers from 0 to 50 in steps so fine."""
    return st.integers(0, 50 * steps).map(lambda number: number / steps)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(on_a_grid(8), on_a_grid(1000)), min_size=3, max_size=7))
def test_a_polygon_covers_what_its_line_runs_around(outline: Line) -> None:
    size = (24, 20)
    around = turns(outline, size, 8)
    # Where all points of a square of pixels are alike, no edge is near the pixel in its middle.
    squares = np.stack([np.roll(around, step, (0, 1)) for step in product((-1, 0, 1), repeat=2)])
    alike = (squares == around[..., :1]).all(axis=(0, 3))
    alike[[0, -1]] = alike[:, [0, -1]] = False
    inside = around[..., 0] != 0
    points = [(Length(x), Length(y)) for x, y in outline]
    try:
        found = draw_shapes([Polygon(tuple(Point(*point) for point in points))], size)
    except BadShape:
        found = np.zeros(size[::-1], bool)
    assert np.array_equal(found[alike], inside[alike])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 16), min_size=2, max_size=2), st.lists(st.floats(1, 9), min_size=2, max_size=2))
def test_a_triangle_covers_its_area(corner: list[float], legs: list[float]) -> None:
    (x, y), (across, down) = corner, legs
    triangle = Polygon(
        tuple(Point(Length(a), Length(b)) for a, b in ((x, y), (x + across, y), (x, y + down)))
    )
    drawn = [rows.sum() for _, rows in drawing._draw(drawing._lines(triangle.outlines((30, 30))), 30, 30)]
    assert sum(drawn) / 255 == pytest.approx(across * down / 2, abs=0.1)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200)), min_size=1, max_size=4), st.floats(4, 60))
def test_a_stroke_covers_what_is_nearer_to_its_line_than_half_its_width(line: Line, width: float) -> None:
    stroke = Stroke.of([(f"{x:.3f}px", f"{y:.3f}px") for x, y in line], f"{width:.3f}px")
    found = hole(stroke)
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]] + 0.5
    distance = np.full(x.shape, np.inf)
    for start, end in pairwise(line * 2 if len(line) == 1 else line):
        run = np.subtract(end, start)
        share = ((x - start[0]) * run[0] + (y - start[1]) * run[1]) / max(run @ run, 1e-9)
        share = share.clip(0, 1)
        distance = np.minimum(
            distance, np.hypot(x - start[0] - share * run[0], y - start[1] - share * run[1])
        )
    assert found[distance < width / 2 - 0.8].all()
    assert not found[distance > width / 2 + 1.2].any()


def test_lines_of_any_length_and_direction_are_drawn_by_parts() -> None:
    size = (700, 900)
    far = Polygon.of([("-90000px", 300), (350, "-500000px"), (900_000, 600)])
    near = Polygon.parse("0,0 700,0 700,500.2 0,300.5")
    found = draw_shapes([far, near], size)
    assert found[:290].all()
    assert not found[601:].any()
    assert found[100, 350]


def test_a_stroke_is_written_as_its_points_and_its_width() -> None:
    assert Stroke.parse("10,10 0.5,-10% 24") == Stroke.of([(10, 10), (0.5, "-10%")], "24px")
    assert np.array_equal(hole(Stroke.parse("150,100 10%")), hole(Stroke.parse("50%,50% 20px")))


@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0, 30)), min_size=3, max_size=5))
def test_no_points_are_too_close_to_be_drawn(outline: Line) -> None:
    with suppress(BadShape):
        hole(Polygon(tuple(Point(Length(x), Length(y)) for x, y in outline)))


def test_shapes_are_united() -> None:
    both = hole(Rectangle.parse("10,10,20,20"), Rectangle.parse("20,20,20,20"))
    assert np.array_equal(both, pixels(10, 10, 30, 30) | pixels(20, 20, 40, 40))
