"""What is kept of metadata is true of the result: its sides, its colours."""

import numpy as np
import pytest
from PIL import Image

from photo.photo_files import exif_block, gradient, opened, saved
from wuhen import xmp
from wuhen.photo import encode, encode_as_given, read_photo

EXIF, TIFF = "http://ns.adobe.com/exif/1.0/", "http://ns.adobe.com/tiff/1.0/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
SIDES = [(EXIF, "PixelXDimension"), (EXIF, "PixelYDimension"), (TIFF, "ImageWidth"), (TIFF, "ImageLength")]
COLOURS = {(PHOTOSHOP, "ColorMode"): "4", (PHOTOSHOP, "ICCProfile"): "SWOP", (EXIF, "ColorSpace"): "65535"}
PREFIXES = {EXIF: "exif", TIFF: "tiff", PHOTOSHOP: "photoshop"}


def sides(packet: bytes | None) -> list[str]:
    said = xmp.properties(packet, SIDES)
    return [said[name][0] for name in SIDES]


@pytest.mark.parametrize(("orientation", "shown"), [(1, ["16", "12"]), (3, ["16", "12"]), (6, ["12", "16"])])
def test_sides_in_xmp_follow_a_turn_there_and_back(orientation: int, shown: list[str]) -> None:
    packet = xmp.rewrite(None, dict(zip(SIDES, ["16", "12"] * 2, strict=True)), prefixes=PREFIXES)
    file = saved(gradient(12, 16), "JPEG", xmp=packet, exif=exif_block(orientation))
    photo = read_photo(file)
    assert sides(read_photo(encode(photo, "PNG")).xmp) == shown * 2
    kept = encode_as_given(photo, file, np.zeros(photo.pixels.shape[:2], np.bool_)).data
    assert sides(opened(kept).info["xmp"]) == ["16", "12"] * 2


def colours(mode: str) -> bytes:
    block = Image.Exif()
    block[0x8769] = {0xA001: 65535, 0x829A: 0.25}
    packet = xmp.rewrite(None, COLOURS, prefixes=PREFIXES)
    return saved(Image.new(mode, (16, 12)), "JPEG", xmp=packet, exif=block.tobytes())


def test_converted_colours_are_said_to_be_srgb() -> None:
    written = encode(read_photo(colours("CMYK")), "JPEG")
    assert xmp.properties(read_photo(written).xmp, COLOURS) == dict.fromkeys(COLOURS, ())
    assert opened(written).getexif().get_ifd(0x8769)[0xA001] == 1


def test_what_is_said_of_colours_that_are_kept_is_kept() -> None:
    written = encode(read_photo(colours("RGB")), "JPEG")
    assert xmp.properties(read_photo(written).xmp, COLOURS) == {
        name: (text,) for name, text in COLOURS.items()
    }
    assert opened(written).getexif().get_ifd(0x8769)[0xA001] == 65535


def test_interoperability_survives_in_a_tiff_and_from_one() -> None:
    block = Image.Exif()
    block[0x8769] = {0x829A: 0.25, 0xA005: {1: "R03"}}
    data = saved(gradient(12, 16), "JPEG", exif=block.tobytes())
    for _ in range(2):
        data = encode(read_photo(data), "TIFF")
        assert opened(data).getexif().get_ifd(0xA005)[1].rstrip("\0") == "R03"
