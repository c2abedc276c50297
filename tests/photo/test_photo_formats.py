"""Every format and colour mode: what is read from a file is what was put into it."""

import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image

from photo.photo_files import (
    FORMATS,
    LOSSLESS,
    Array,
    cmyk_profile,
    gradient,
    noise,
    png,
    png_chunk,
    saved,
    tiff,
)
from wuhen.photo import (
    BrokenImage,
    EmptyInput,
    SideTooLong,
    SizeLimit,
    TooManyPixels,
    UnknownFormat,
    read_logo,
    read_metadata,
    read_photo,
)


def grey_of(pixels: Array) -> Array:
    return np.repeat(pixels[..., np.newaxis], 3, axis=2)


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_files_are_read_bit_for_bit(name: str) -> None:
    pixels = noise(31, 17)
    photo = read_photo(saved(pixels, name, **LOSSLESS[name]))
    assert photo.format == name
    assert not photo.grey
    assert photo.alpha is None
    assert photo.size == photo.stored_size == (17, 31)
    assert np.array_equal(photo.pixels, pixels)
    assert photo.pixels.flags.c_contiguous


def test_a_jpeg_is_read_nearly() -> None:
    pixels = gradient(64, 48)
    photo = read_photo(saved(pixels, "JPEG", quality=95, subsampling=0))
    assert photo.format == "JPEG"
    assert np.abs(photo.pixels.astype(int) - pixels).max() < 12


@pytest.mark.parametrize("name", FORMATS)
def test_one_pixel_is_a_photo(name: str) -> None:
    assert read_photo(saved(Image.new("RGB", (1, 1), "white"), name)).pixels.tolist() == [[[255, 255, 255]]]


@pytest.mark.parametrize("name", ["PNG", "BMP", "TIFF"])
def test_grey_is_repeated_and_remembered(name: str) -> None:
    pixels = noise(20, 30, 1)
    photo = read_photo(saved(pixels, name))
    assert photo.grey
    assert np.array_equal(photo.pixels, grey_of(pixels))


@pytest.mark.parametrize("name", ["PNG", "BMP", "TIFF"])
def test_one_bit_is_black_and_white(name: str) -> None:
    bits = noise(20, 30, 1) > 127
    photo = read_photo(saved(Image.fromarray(bits), name))
    assert photo.grey
    assert np.array_equal(photo.pixels, grey_of(bits * np.uint8(255)))


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_grey_with_alpha(name: str) -> None:
    pixels, alpha = noise(20, 30, 1), noise(20, 30, 1, seed=1)
    photo = read_photo(saved(Image.merge("LA", [Image.fromarray(pixels), Image.fromarray(alpha)]), name))
    assert photo.grey
    assert np.array_equal(photo.pixels, grey_of(pixels))
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, alpha)


@pytest.mark.parametrize("name", ["PNG", "TIFF", "WEBP"])
def test_colour_with_alpha(name: str) -> None:
    pixels = noise(20, 30, 4)
    photo = read_photo(saved(pixels, name, **LOSSLESS[name]))
    assert np.array_equal(photo.pixels, pixels[..., :3])
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, pixels[..., 3])


def test_premultiplied_alpha_is_divided_out() -> None:
    samples = np.array([[[64, 32, 0, 128], [255, 255, 255, 255]]], np.uint8)
    photo = read_photo(tiff(samples, 2, tags={338: (1,)}))
    assert photo.alpha is not None
    assert photo.alpha.tolist() == [[128, 255]]
    assert np.abs(photo.pixels[0, 0].astype(int) - (127, 63, 0)).max() <= 1


@pytest.mark.parametrize("name", ["PNG", "BMP", "TIFF"])
def test_a_palette_gives_its_colours(name: str) -> None:
    indices = noise(20, 30, 1) % 5
    colours = noise(1, 5)[0]
    image = Image.fromarray(indices)
    image.putpalette(colours.tobytes())
    photo = read_photo(saved(image, name))
    assert not photo.grey
    assert np.array_equal(photo.pixels, colours[indices])


@pytest.mark.parametrize("transparency", [2, bytes([255, 0, 128, 255, 7])])
def test_a_palette_with_transparency(transparency: int | bytes) -> None:
    indices = noise(20, 30, 1) % 5
    image = Image.fromarray(indices)
    image.putpalette(noise(1, 5)[0].tobytes())
    photo = read_photo(saved(image, "PNG", transparency=transparency))
    opacities = np.array(
        [0 if i == transparency else 255 for i in range(5)]
        if isinstance(transparency, int)
        else list(transparency)
    )
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, opacities[indices])


def test_a_transparent_grey_in_png() -> None:
    pixels = noise(20, 30, 1) % 4 * np.uint8(60)
    photo = read_photo(saved(pixels, "PNG", transparency=60))
    assert photo.grey
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, np.where(pixels == 60, 0, 255))
    assert np.array_equal(photo.pixels, grey_of(pixels))


def test_a_transparent_colour_in_png() -> None:
    pixels = noise(20, 30)
    pixels[3:9, 4:11] = (1, 2, 3)
    photo = read_photo(saved(pixels, "PNG", transparency=(1, 2, 3)))
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha == 0, (pixels == (1, 2, 3)).all(axis=2))
    assert np.array_equal(photo.pixels, pixels)


def wide(pixels: Array) -> np.ndarray[Any, np.dtype[np.uint16]]:
    return pixels.astype(np.uint16) * 257


@pytest.mark.parametrize(
    "data",
    [
        png(wide(noise(20, 30, 1)), 0),
        tiff(wide(noise(20, 30, 1)), 1),
        tiff(wide(noise(20, 30, 1)), 1, order=">"),
        tiff(wide(noise(20, 30, 1)), 1, big=True),
    ],
    ids=["png", "tiff-ii", "tiff-mm", "bigtiff"],
)
def test_sixteen_bit_grey_is_narrowed_not_clipped(data: bytes) -> None:
    photo = read_photo(data)
    assert photo.grey
    assert np.array_equal(photo.pixels, grey_of(noise(20, 30, 1)))


def test_sixteen_bits_are_rounded() -> None:
    samples = np.array([[0, 128, 129, 32767, 32768, 65406, 65407, 65535]], np.uint16)
    expected = np.round(samples / 257).astype(np.uint8)
    assert np.array_equal(read_photo(png(samples, 0)).pixels[..., 0], expected)


def test_a_transparent_sixteen_bit_grey() -> None:
    samples = np.array([[1000, 1001, 65535]], np.uint16)
    photo = read_photo(png(samples, 0, png_chunk(b"tRNS", struct.pack(">H", 1001))))
    assert photo.alpha is not None
    assert photo.alpha.tolist() == [[255, 0, 255]]


@pytest.mark.parametrize(("channels", "colour_type"), [(3, 2), (4, 6), (2, 4)])
def test_sixteen_bit_colour_in_png(channels: int, colour_type: int) -> None:
    samples = noise(20, 30, channels)
    photo = read_photo(png(wide(samples), colour_type))
    colours = grey_of(samples[..., 0]) if channels == 2 else samples[..., :3]
    assert np.abs(photo.pixels.astype(int) - colours).max() <= 1
    assert (photo.alpha is not None) == (channels in {2, 4})


@pytest.mark.parametrize("order", ["<", ">"])
def test_sixteen_bit_colour_in_tiff(order: Any) -> None:
    samples = noise(20, 30)
    photo = read_photo(tiff(wide(samples), 2, order=order))
    assert np.abs(photo.pixels.astype(int) - samples).max() <= 1


def test_both_byte_orders_and_bigtiff() -> None:
    samples = noise(20, 30)
    for data in (tiff(samples, 2), tiff(samples, 2, order=">"), tiff(samples, 2, big=True)):
        assert np.array_equal(read_photo(data).pixels, samples)


def test_bigtiff_in_big_endian_order_is_named() -> None:
    with pytest.raises(UnknownFormat, match="big-endian"):
        read_photo(tiff(noise(4, 4), 2, order=">", big=True))


@pytest.mark.parametrize("mode", ["I", "F"])
def test_samples_without_a_white_are_refused(mode: str) -> None:
    with pytest.raises(BrokenImage, match="no agreed white"):
        read_photo(saved(Image.new(mode, (4, 4), 1), "TIFF"))


@pytest.mark.parametrize("name", ["JPEG", "TIFF"])
def test_cmyk_without_a_profile_is_converted_plainly(name: str) -> None:
    photo = read_photo(saved(Image.new("CMYK", (8, 8), (255, 0, 0, 0)), name))
    assert np.abs(photo.pixels[0, 0].astype(int) - (0, 255, 255)).max() <= 2


@pytest.mark.parametrize("name", ["JPEG", "TIFF"])
def test_cmyk_with_a_profile_is_colour_managed_and_the_profile_is_spent(name: str) -> None:
    profile = cmyk_profile(cyan_lab=(60, -30, -40))
    cyan = saved(Image.new("CMYK", (8, 8), (255, 0, 0, 0)), name, icc_profile=profile)
    photo = read_photo(cyan)
    # CIELAB (60, -30, -40) under D50 is sRGB (0, 159, 212), its red channel out of the gamut.
    assert np.abs(photo.pixels[0, 0].astype(int) - (0, 159, 212)).max() <= 12
    assert photo.icc_profile is None


def test_a_useless_cmyk_profile_is_ignored() -> None:
    data = saved(Image.new("CMYK", (8, 8), (255, 0, 0, 0)), "JPEG", icc_profile=b"\0" * 200)
    assert np.abs(read_photo(data).pixels[0, 0].astype(int) - (0, 255, 255)).max() <= 2


def test_cielab_is_converted() -> None:
    photo = read_photo(saved(Image.new("LAB", (4, 4), (255, 128, 128)), "TIFF"))
    assert photo.pixels.min() >= 250


def test_jpeg_in_tiff() -> None:
    photo = read_photo(saved(gradient(16, 16), "TIFF", compression="jpeg", quality=100))
    assert np.abs(photo.pixels.astype(int) - gradient(16, 16)).max() <= 12


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "raw"])
def test_tiff_compressions(compression: str) -> None:
    pixels = noise(20, 30)
    assert np.array_equal(read_photo(saved(pixels, "TIFF", compression=compression)).pixels, pixels)


def test_fax_tiff() -> None:
    bits = noise(20, 32, 1) > 127
    photo = read_photo(saved(Image.fromarray(bits), "TIFF", compression="group4"))
    assert np.array_equal(photo.pixels[..., 0] > 127, bits)


@pytest.mark.parametrize("name", ["PNG", "WEBP", "TIFF"])
def test_of_many_pictures_the_first_is_read(name: str) -> None:
    frames = [Image.fromarray(noise(20, 30, seed=seed)) for seed in range(3)]
    data = saved(frames[0], name, save_all=True, append_images=frames[1:], **LOSSLESS[name])
    assert np.array_equal(read_photo(data).pixels, noise(20, 30, seed=0))


def test_of_a_stereo_jpeg_the_first_is_read() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("white", "black")]
    photo = read_photo(saved(frames[0], "MPO", save_all=True, append_images=frames[1:]))
    assert photo.format == "JPEG"
    assert photo.pixels.min() > 250


def test_a_bitmap_from_the_top_down() -> None:
    pixels = noise(20, 30)
    data = bytearray(saved(pixels, "BMP"))
    data[22:26] = struct.pack("<i", -20)
    assert np.array_equal(read_photo(bytes(data)).pixels, pixels[::-1])


def test_nothing_is_an_error() -> None:
    with pytest.raises(EmptyInput, match="0 bytes"):
        read_photo(b"")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("size", [(5000, 3), (3, 5000)])
def test_a_side_must_be_shorter_than_its_limit(name: str, size: tuple[int, int]) -> None:
    data = saved(Image.new("RGB", size), name)
    for read in (read_photo, read_logo, read_metadata):
        with pytest.raises(SideTooLong, match=f"{size[0]}x{size[1]}.*5000") as raised:
            read(data, SizeLimit(side=5000))
        assert (raised.value.width, raised.value.height) == size
    assert read_photo(data, SizeLimit(side=5001)).size == size


@pytest.mark.parametrize("name", FORMATS)
def test_pixels_must_be_no_more_than_their_limit(name: str) -> None:
    data = saved(Image.new("RGB", (100, 50)), name)
    with pytest.raises(TooManyPixels, match=r"100x50.* 0\.004999 megapixels") as raised:
        read_photo(data, SizeLimit(pixels=4999))
    assert (raised.value.width, raised.value.height) == (100, 50)
    assert read_photo(data, SizeLimit(pixels=5000)).size == (100, 50)


@pytest.mark.parametrize("name", sorted({*FORMATS} - {"WEBP"}))
@pytest.mark.parametrize("size", [(65_000, 3), (3, 65_000)])
def test_a_side_may_be_as_long_as_jpeg_allows(name: str, size: tuple[int, int]) -> None:
    assert read_photo(saved(Image.new("RGB", size), name)).size == size


def test_a_logo_without_alpha_is_opaque() -> None:
    pixels = noise(5, 7)
    logo = read_logo(saved(pixels, "PNG"))
    assert np.array_equal(logo[..., :3], pixels)
    assert (logo[..., 3] == 255).all()


def test_a_logo_keeps_its_alpha() -> None:
    pixels = noise(5, 7, 4)
    assert np.array_equal(read_logo(saved(pixels, "PNG")), pixels)
