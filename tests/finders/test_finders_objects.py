"""Separate things in a photo: what is one, what is none, and their outlines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from wuhen import samples
from wuhen.finders import Cancelled, find
from wuhen.finders.objects.outline import outline_of, simplified
from wuhen.finders.runs import find_runs
from wuhen.photo import read_mask, read_photo

Mask = NDArray[np.bool_]


def filled(points: list[tuple[float, float]], shape: tuple[int, int]) -> Mask:
    """Say by the even-odd rule which pixels' centres a polygon goes around."""
    inside = np.zeros(shape, bool)
    rows, columns = np.indices(shape) + 0.5
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        if y0 != y1:
            crossed = (rows > min(y0, y1)) & (rows < max(y0, y1))
            inside ^= crossed & (columns > x0 + (rows - y0) * (x1 - x0) / (y1 - y0))
    return inside


def one_piece(mask: Mask) -> Mask:
    """Return the largest piece of what is made of 2 by 2 pixels, grown so that no corners touch."""
    grown = np.kron(mask, np.ones((2, 2), bool))
    grown[1:] |= grown[:-1].copy()
    runs = find_runs(grown)
    values = np.zeros(runs.count, np.int32)
    values[int(np.argmax(runs.areas()))] = 1
    return runs.paint(grown.shape, values) > 0


def beyond(piece: Mask) -> Mask:
    """Return what is around a piece, without its holes."""
    runs = find_runs(np.pad(~piece, 1, constant_values=True))
    values = np.zeros(runs.count, np.int32)
    values[runs.labels[0]] = 1
    return (runs.paint((piece.shape[0] + 2, piece.shape[1] + 2), values) > 0)[1:-1, 1:-1]


masks = arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))).filter(lambda mask: bool(mask.any()))


@given(masks)
def test_an_outline_goes_around_all_of_a_piece(mask: Mask) -> None:
    piece = one_piece(mask)
    points = outline_of(piece)
    around = filled(points, piece.shape)
    assert not (piece & ~around).any()
    assert not (around & beyond(piece)).any()


@given(masks, st.floats(0.5, 4))
def test_a_simpler_outline_is_no_farther_than_the_tolerance(mask: Mask, tolerance: float) -> None:
    points = outline_of(one_piece(mask))
    simple = simplified(points, tolerance)
    assert set(simple) <= set(points)
    ends = [*simple[1:], simple[0]]
    for point in points:
        away = []
        for first, last in zip(np.array(simple), np.array(ends), strict=True):
            along = last - first
            at = np.clip((np.array(point) - first) @ along / max(along @ along, 1e-9), 0, 1)
            away.append(np.hypot(*(first + at * along - point)))
        assert min(away) <= tolerance + 1e-6


@pytest.mark.slow
def test_a_thing_in_a_photo_is_found_with_its_pixels_and_the_sky_is_none() -> None:
    pytest.importorskip("onnxruntime")
    photo = read_photo(samples.photo_path("sign").read_bytes())
    sign = read_mask(samples.mask_path("sign").read_bytes(), photo)
    found = find(photo.pixels, "objects")
    [place] = found.places
    assert place.what == "objects"
    assert place.score > 0.8
    left, top, width, _ = place.box
    assert not found.mask[:top].any()
    assert not found.mask[:, left + width :].any()
    assert sign[found.mask].mean() > 0.95
    assert found.mask.sum() > 0.6 * sign.sum()
    assert not found.mask[~filled(list(place.corners or ()), found.mask.shape)].any()


@pytest.mark.slow
def test_places_are_told_in_the_photo_and_looking_stops_when_asked() -> None:
    pytest.importorskip("onnxruntime")
    drawn = Image.new("RGB", (600, 400), (120, 140, 110))
    ImageDraw.Draw(drawn).rectangle((360, 150, 400, 230), fill=(20, 20, 60))
    photo = np.asarray(drawn)
    [place] = find(photo, "objects", region=(200, 50, 400, 300)).places
    assert np.abs(np.array(place.box[:2]) - (360, 150)).max() < 12
    assert all(350 < x < 412 and 140 < y < 242 for x, y in place.corners or ())
    asked = iter([False] * 4 + [True])
    with pytest.raises(Cancelled):
        find(photo, "objects", cancelled=lambda: next(asked))
    assert next(asked, None) is None


@pytest.mark.slow
@pytest.mark.parametrize("size", [(40, 900), (64, 64)])
def test_nothing_is_found_where_there_is_nothing(size: tuple[int, int]) -> None:
    pytest.importorskip("onnxruntime")
    rows = np.linspace(90, 170, size[0])[:, None, None]
    assert not find(np.broadcast_to(rows, (*size, 3)).astype(np.uint8), "objects")
