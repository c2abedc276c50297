"""Deflated samples of a TIFF file that are not what was written must not pass for a picture."""

import numpy as np
import pytest
from PIL import TiffImagePlugin

from photo.photo_files import noise, opened, saved
from wuhen.photo import BrokenImage, read_photo

PICTURE = noise(30, 20)
OPTIONS = {"compression": "tiff_adobe_deflate", "tiffinfo": {278: 16}}


def last_strip(data: bytes) -> slice:
    image = opened(data)
    assert isinstance(image, TiffImagePlugin.TiffImageFile)
    at, size = image.tag_v2[273][-1], image.tag_v2[279][-1]
    return slice(at, at + size)


@pytest.mark.parametrize("depth", [1, 8])
def test_samples_with_a_wrong_checksum_are_refused(depth: int) -> None:
    picture = PICTURE if depth == 8 else PICTURE[..., 0] > 127
    data = bytearray(saved(picture, "TIFF", **OPTIONS))
    data[last_strip(bytes(data)).stop - 1] ^= 1
    with pytest.raises(BrokenImage, match="samples are damaged"):
        read_photo(bytes(data))


def test_bytes_behind_a_strip_do_no_harm() -> None:
    data = saved(PICTURE, "TIFF", **OPTIONS)
    assert np.array_equal(read_photo(data + b"more").pixels, PICTURE)
