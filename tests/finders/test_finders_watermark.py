"""Marks that repeat over one photo: found at any tilt, and never in what repeats in the scene."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from wuhen import samples
from wuhen.finders import find
from wuhen.finders.watermark.woven import is_woven

Photo = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def photo() -> Photo:
    with Image.open(samples.photo_path("spruce")) as image:
        return np.asarray(image.convert("RGB"))[:640, :800]


def mark(width: int, height: int, tilt: float) -> NDArray[np.float32]:
    """Draw a sign, staggered, all over a sheet that is then turned."""
    sheet = Image.new("L", (2 * width, 2 * width))
    draw = ImageDraw.Draw(sheet)
    for row in range(2 * width // 90):
        for column in range(-1, 2 * width // 150):
            x, y = column * 150 + (75 if row % 2 else 0), row * 90
            draw.ellipse((x, y, x + 34, y + 34), outline=255, width=5)
            draw.line((x + 44, y + 30, x + 60, y + 4, x + 76, y + 30, x + 92, y + 4), fill=255, width=5)
    turned = sheet.rotate(tilt, Image.Resampling.BICUBIC)
    left, top = width // 2, width - height // 2
    part = turned.crop((left, top, left + width, top + height))
    return np.asarray(np.asarray(part, np.float32) / 255, np.float32)


@pytest.mark.parametrize(
    ("tilt", "colour"), [(0.0, (255, 255, 255)), (31.0, (255, 255, 255)), (-50.0, (200, 30, 30))]
)
def test_a_mark_is_found_at_any_tilt(tilt: float, colour: tuple[int, int, int]) -> None:
    image = photo()
    cover = mark(800, 640, tilt)
    share = 0.4 * cover[..., None]
    marked = (image * (1 - share) + np.array(colour) * share).astype(np.uint8)
    found = find(marked, "watermark")
    truth = cover > 0.3
    assert [place.what for place in found.places] == ["watermark"]
    assert (found.mask & truth).sum() > 0.85 * truth.sum()
    assert found.mask.sum() < 3 * truth.sum()


def test_a_photo_has_none() -> None:
    assert not find(photo(), "watermark")


@pytest.mark.parametrize("size", [(5, 900), (70, 70), (64, 3)])
def test_small_and_narrow_photos_have_none(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3)).astype(np.uint8)
    assert not find(noise, "watermark")
    assert not find(np.full((*size, 3), 7, np.uint8), "watermark")


def bricks(drift: float) -> Photo:
    """Draw a wall whose joints are `drift` pixels wider for each brick from the middle."""
    rows, columns = np.mgrid[:600, :800].astype(np.float32)
    y = rows / (30 + drift * rows / 60)
    x = columns / (70 + drift * columns / 70) + 0.5 * (np.floor(y) % 2)
    joint = (x - np.floor(x) < 0.06) | (y - np.floor(y) < 0.12)
    tone = 120 + 40 * np.sin(np.floor(x) * 12.9 + np.floor(y) * 78.2)
    grey = np.where(joint, 200, tone) + np.random.default_rng(1).normal(0, 4, rows.shape)
    return np.repeat(grey[..., None], 3, axis=2).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("drift", [0.0, 0.4])
def test_a_wall_is_no_watermark(drift: float) -> None:
    assert not find(bricks(drift), "watermark")


def test_joints_hang_together_and_signs_do_not() -> None:
    field = np.zeros((40, 60), np.bool_)
    field[10:20, 10:50] = True
    assert not is_woven(field)
    field[15, :] = True
    assert is_woven(field)
