"""Pictures in group 4 fax codes, of which a damaged one must not pass for a picture."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from photo.photo_files import noise, opened, saved
from wuhen.photo import BrokenImage, read_photo

HEIGHT, ROWS = 40, 16
END_OF_BLOCK = 24  # bits
PICTURE = noise(HEIGHT, 61)[..., 0] > 127


def group_4(picture: NDArray[np.bool_]) -> bytes:
    """Save a picture in strips, the last of which is shorter."""
    return saved(Image.fromarray(picture), "TIFF", compression="group4", tiffinfo={278: ROWS})


def spans(data: bytes) -> list[tuple[int, int]]:
    image = opened(data)
    assert isinstance(image, TiffImagePlugin.TiffImageFile)
    return list(zip(image.tag_v2[273], image.tag_v2[279], strict=True))


@pytest.mark.parametrize("colour", ["noise", "black", "white"])
@pytest.mark.parametrize("marked", [True, False], ids=["end marked", "end left out"])
def test_a_whole_picture_is_read(colour: str, *, marked: bool) -> None:
    picture = PICTURE if colour == "noise" else np.full_like(PICTURE, colour == "white")
    data = bytearray(group_4(picture))
    for at, size in spans(bytes(data)):
        codes = int.from_bytes(data[at : at + size])
        length = 0 if marked else (codes & -codes).bit_length() - 1 + END_OF_BLOCK
        data[at : at + size] = (codes >> length << length).to_bytes(size)
    assert np.array_equal(read_photo(bytes(data)).pixels[..., 0], picture * np.uint8(255))


@pytest.mark.parametrize("strip", range(3))
@pytest.mark.parametrize(
    "patch",
    [bytes(3), b"\x00\x10\x01\x00\x10\x01", b"\xff" * 12],
    ids=["no code", "end of the block", "rows too soon at their end"],
)
def test_a_damaged_picture_is_refused(strip: int, patch: bytes) -> None:
    data = bytearray(group_4(PICTURE))
    at, size = spans(bytes(data))[strip]
    middle = at + size // 2
    data[middle : middle + len(patch)] = patch
    with pytest.raises(BrokenImage, match="fax codes are damaged"):
        read_photo(bytes(data))
