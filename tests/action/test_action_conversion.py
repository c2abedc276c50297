"""Pictures that browsers do not show, as files that they do."""

import io

import numpy as np
import pytest
from PIL import Image

from photo.photo_files import gradient, heic, saved
from wuhen.action import OWN_LIMITS, convert
from wuhen.wire import ApiError

SCENE = gradient(64, 96)
EXIF = Image.Exif()
EXIF[0x0112] = 6


@pytest.mark.parametrize(
    "file", [heic(SCENE, exif=EXIF.tobytes()), saved(SCENE, "TIFF", exif=EXIF)], ids=["heic", "tiff"]
)
def test_a_picture_becomes_an_upright_jpeg_without_its_metadata(file: bytes) -> None:
    converted = convert(file, OWN_LIMITS)
    assert converted.media_type == "image/jpeg"
    image = Image.open(io.BytesIO(converted.data))
    assert image.format == "JPEG"
    assert np.abs(np.asarray(image).astype(int) - np.rot90(SCENE, 3)).max() < 20
    assert not image.getexif()


def test_one_with_transparency_becomes_a_png() -> None:
    glass = np.dstack([SCENE, np.full((64, 96), 128, np.uint8)])
    converted = convert(saved(glass, "TIFF"), OWN_LIMITS)
    assert converted.media_type == "image/png"
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(converted.data))), glass)


def test_what_is_no_picture_is_named() -> None:
    with pytest.raises(ApiError, match="an HTML page"):
        convert(b"<!doctype html>", OWN_LIMITS)
