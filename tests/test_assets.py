"""Everything bundled is listed with its licence, and is what the list says."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from wuhen import samples
from wuhen.photo import read_mask, read_photo

ROOT = Path(__file__).parents[1]
LINES = re.findall(r"^([0-9a-f]{64})  (\S+)$", (ROOT / "ASSETS.md").read_text("utf-8"), re.MULTILINE)
LISTED = {path: digest for digest, path in LINES}
ROWS = re.findall(r"^\| (`[^|]+`) \|", (ROOT / "ASSETS.md").read_text("utf-8"), re.MULTILINE)
PATTERNS = [pattern for row in ROWS for pattern in re.findall("`([^`]+)`", row)]
BINARY = {".jpg", ".png", ".otf", ".ttf", ".woff2", ".webp", ".icc", ".onnx", ".npz"}


def test_every_binary_file_of_the_package_is_listed() -> None:
    bundled = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "src").rglob("*") if path.suffix in BINARY
    }
    assert bundled == set(LISTED)


def test_every_picture_outside_the_package_has_its_licence_named() -> None:
    pictures = [
        path.relative_to(ROOT)
        for folder in ("docs", "train")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in BINARY | {".svg"}
    ]
    assert pictures
    assert [path for path in pictures if not any(path.match(pattern) for pattern in PATTERNS)] == []


@pytest.mark.parametrize("path", sorted(LISTED))
def test_a_listed_file_is_what_it_was(path: str) -> None:
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == LISTED[path]


def test_the_font_carries_its_licence() -> None:
    licence = (ROOT / "src/wuhen/mark/assets/OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Copyright 2014-2021 Adobe" in licence


@pytest.mark.parametrize("name", samples.NAMES)
def test_a_sample_is_a_photo_with_its_mask(name: str) -> None:
    photo = read_photo(samples.photo_path(name).read_bytes())
    hole = read_mask(samples.mask_path(name).read_bytes(), photo)
    assert photo.format == "JPEG"
    assert 1000 <= max(photo.size) <= 1400
    assert 0.005 < hole.mean() < 0.2


def test_the_samples_are_small_enough_to_ship() -> None:
    sizes = [path.stat().st_size for path in (ROOT / "src/wuhen/samples").iterdir() if path.is_file()]
    assert sum(sizes) < 1_000_000


def test_the_caption_is_covered_by_its_mask() -> None:
    photo = read_photo(samples.photo_path("caption").read_bytes())
    hole = read_mask(samples.mask_path("caption").read_bytes(), photo)
    lettering = photo.pixels.min(axis=2) > 200
    slope = np.zeros_like(hole)
    slope[680:800, 300:900] = True
    assert (lettering & slope & hole).sum() > 0.98 * (lettering & slope).sum()


def test_an_unknown_sample_is_an_error() -> None:
    with pytest.raises(ValueError, match="hikers, sign, caption, spruce"):
        samples.photo_path("cat")


def test_masks_are_one_bit() -> None:
    for name in samples.NAMES:
        with Image.open(samples.mask_path(name)) as mask:
            assert mask.mode == "1"
