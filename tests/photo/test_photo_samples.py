"""Samples of other kinds than 8 unsigned bits: read as what they mean, or refused."""

import itertools
import struct
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from photo.photo_files import Array, noise, png, png_chunk, saved, tiff
from wuhen.photo import BrokenImage, Photo, read_mask, read_photo

ORDERS: list[Any] = ["<", ">"]
RGB, WHITE_IS_ZERO, BLACK_IS_ZERO, PALETTE, CMYK, YCBCR, CIELAB = 2, 0, 1, 3, 5, 6, 8
ASSOCIATED: dict[int, tuple[int, ...]] = {338: (1,)}
UNASSOCIATED: dict[int, tuple[int, ...]] = {338: (2,)}
HOLE = np.zeros((12, 10), bool)
HOLE[3:8, 2:9] = True


def deep(height: int, width: int, channels: int = 3) -> NDArray[np.uint16]:
    """Return noise whose lower bytes matter."""
    shape = (height, width) if channels == 1 else (height, width, channels)
    return np.random.default_rng(0).integers(0, 65536, shape, np.uint16)


def rounded(samples: NDArray[np.uint16]) -> Array:
    return np.round(samples / 257).astype(np.uint8)


def twelve_bits(samples: NDArray[np.uint16]) -> bytes:
    """Pack an even number of samples, the first in the upper bits."""
    pairs = samples.reshape(-1, 2).astype(np.uint32)
    return b"".join(struct.pack(">I", int(a) << 12 | int(b))[1:] for a, b in pairs)


def grey_12(samples: NDArray[np.uint16], photometric: int) -> bytes:
    height, width = samples.shape
    packed = np.frombuffer(twelve_bits(samples), np.uint8).reshape(height, -1)
    return tiff(packed, photometric, tags={256: (width,), 258: (12,)})


def means_the_hole(data: bytes) -> bool:
    photo = Photo(np.zeros((*HOLE.shape, 3), np.uint8), stored_size=HOLE.shape[::-1])
    return np.array_equal(read_mask(data, photo), HOLE)


@pytest.mark.parametrize(
    ("order", "planar", "deflated"), list(itertools.product(ORDERS, [False, True], [False, True]))
)
def test_colours_of_sixteen_bits_are_rounded(order: Any, *, planar: bool, deflated: bool) -> None:
    samples = deep(20, 30)
    samples[0, 0] = 0x40FF
    photo = read_photo(tiff(samples, RGB, order=order, planar=planar, deflated=deflated))
    assert photo.pixels[0, 0].tolist() == [65, 65, 65]
    assert np.array_equal(photo.pixels, rounded(samples))


@pytest.mark.parametrize(("order", "planar"), list(itertools.product(ORDERS, [False, True])))
def test_colours_and_alpha_of_sixteen_bits(order: Any, *, planar: bool) -> None:
    samples = deep(20, 30, 4)
    photo = read_photo(tiff(samples, RGB, order=order, planar=planar, tags=UNASSOCIATED))
    assert np.array_equal(photo.pixels, rounded(samples)[..., :3])
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, rounded(samples)[..., 3])


@pytest.mark.parametrize(("planar", "dtype"), list(itertools.product([False, True], [np.uint8, np.uint16])))
def test_premultiplied_alpha_is_divided_out_at_any_depth(*, planar: bool, dtype: Any) -> None:
    half = np.iinfo(dtype).max // 2 + 1
    samples = np.array([[[half // 2, half // 4, 0, half]]], dtype)
    photo = read_photo(tiff(samples, RGB, planar=planar, tags=ASSOCIATED))
    assert np.abs(photo.pixels[0, 0].astype(int) - (127, 64, 0)).max() <= 1
    assert photo.alpha is not None
    assert photo.alpha.tolist() == [[128]]


def test_planes_are_turned_like_the_whole() -> None:
    samples = deep(20, 30)
    photo = read_photo(tiff(samples, RGB, planar=True, tags={274: (6,)}))
    assert np.array_equal(photo.pixels, np.rot90(rounded(samples), -1))
    assert photo.orientation == 6


def test_planes_of_a_plane_too_few_are_refused() -> None:
    data = tiff(deep(8, 8), RGB, planar=True, tags={273: (8, 136), 279: (128, 128)})
    with pytest.raises(BrokenImage):
        read_photo(data)


@pytest.mark.parametrize("order", ORDERS)
def test_wide_grey_whose_white_is_zero(order: Any) -> None:
    samples = deep(20, 30, 1)
    photo = read_photo(tiff(samples, WHITE_IS_ZERO, order=order))
    assert photo.grey
    assert np.array_equal(photo.pixels[..., 1], 255 - rounded(samples))
    assert means_the_hole(tiff(~HOLE * np.uint16(65535), WHITE_IS_ZERO, order=order))


def test_grey_whose_white_is_zero_in_a_plane_of_its_own() -> None:
    pixels = noise(20, 30, 1)
    photo = read_photo(tiff(pixels, WHITE_IS_ZERO, tags={284: (2,)}))
    assert np.array_equal(photo.pixels[..., 1], 255 - pixels)


def test_of_twelve_bits_4095_is_white() -> None:
    samples = np.array([[0, 1, 8, 9, 2047, 2048, 4094, 4095]], np.uint16)
    expected = np.round(samples / 4095 * 255).astype(int)
    photo = read_photo(grey_12(samples, BLACK_IS_ZERO))
    assert photo.grey
    assert photo.pixels[..., 0].tolist() == expected.tolist()
    assert read_photo(grey_12(samples, WHITE_IS_ZERO)).pixels[..., 0].tolist() == (255 - expected).tolist()
    assert means_the_hole(grey_12(HOLE * np.uint16(2056), BLACK_IS_ZERO))


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32])
def test_signed_samples_are_refused(dtype: Any) -> None:
    with pytest.raises(BrokenImage, match="no agreed"):
        read_photo(tiff(np.full((4, 4), -1, dtype), BLACK_IS_ZERO, tags={339: (2,)}))


@pytest.mark.parametrize(
    ("samples", "photometric", "tags"),
    [
        (deep(4, 4, 2), WHITE_IS_ZERO, ASSOCIATED),
        (noise(4, 4).astype(np.float32), RGB, {339: (3, 3, 3)}),
        (deep(4, 4, 1).view(np.int16), WHITE_IS_ZERO, {339: (2,)}),
    ],
    ids=["white-is-zero-premultiplied", "float-colours", "signed-white-is-zero"],
)
def test_what_cannot_be_read_is_refused_with_a_reason(
    samples: NDArray[Any], photometric: int, tags: dict[int, tuple[int, ...]]
) -> None:
    with pytest.raises(BrokenImage, match=r"supported|no agreed"):
        read_photo(tiff(samples, photometric, tags=tags))


def test_a_mask_of_floats_whose_white_is_zero_is_refused() -> None:
    with pytest.raises(BrokenImage, match="white is zero"):
        means_the_hole(tiff(~HOLE * np.float32(1), WHITE_IS_ZERO, tags={339: (3,)}))


def test_the_largest_integers_of_a_mask_are_not_negative() -> None:
    assert means_the_hole(tiff(HOLE * np.uint32(2**32 - 1), BLACK_IS_ZERO))


@pytest.mark.parametrize(("channels", "colour_type"), [(3, 2), (4, 6), (2, 4)])
def test_sixteen_bits_of_colour_in_png_are_rounded(channels: int, colour_type: int) -> None:
    samples = deep(20, 30, channels)
    photo = read_photo(png(samples, colour_type))
    expected = rounded(samples)
    colours = np.repeat(expected[..., :1], 3, axis=2) if channels == 2 else expected[..., :3]
    assert np.array_equal(photo.pixels, colours)
    if channels != 3:
        assert photo.alpha is not None
        assert np.array_equal(photo.alpha, expected[..., -1])


def test_a_transparent_colour_of_sixteen_bits() -> None:
    samples = np.array([[[1000, 2000, 3000], [1000, 2000, 3001]]], np.uint16)
    photo = read_photo(png(samples, 2, png_chunk(b"tRNS", struct.pack(">3H", 1000, 2000, 3000))))
    assert photo.alpha is not None
    assert photo.alpha.tolist() == [[0, 255]]


def test_a_bitmap_whose_alpha_nobody_set_is_opaque() -> None:
    pixels = noise(20, 30, 4)
    pixels[..., 3] = 0
    height, width = pixels.shape[:2]
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    header = struct.pack("<IiiHHIIiiII", 56, width, -height, 1, 32, 3, pixels.size, 0, 0, 0, 0) + masks
    start = b"BM" + struct.pack("<IHHI", 14 + len(header) + pixels.size, 0, 0, 14 + len(header))
    data = start + header + pixels[..., [2, 1, 0, 3]].tobytes()
    photo = read_photo(data)
    assert photo.alpha is None
    assert np.array_equal(photo.pixels, pixels[..., :3])
    partly = bytearray(data)
    partly[-1] = 7
    alpha = read_photo(bytes(partly)).alpha
    assert alpha is not None
    assert alpha.max() == 7


def test_a_fourth_sample_that_tiff_does_not_declare_and_nobody_set_is_none() -> None:
    pixels = noise(20, 30, 4)
    pixels[..., 3] = 0
    assert read_photo(tiff(pixels, RGB)).alpha is None
    declared = read_photo(tiff(pixels, RGB, tags=UNASSOCIATED)).alpha
    assert declared is not None
    assert not declared.any()


def grey_bitmap(indices: Array, bits: int, colours: list[int]) -> bytes:
    """Return a bitmap from the top down, its width a multiple of 32 bits, with a palette of greys."""
    height, width = indices.shape
    per_byte = 8 // bits
    packed = np.zeros((height, width // per_byte), np.uint8)
    for position in range(per_byte):
        packed |= (indices[:, position::per_byte] << (8 - bits * (position + 1))).astype(np.uint8)
    palette = b"".join(bytes([value, value, value, 0]) for value in colours)
    start = 14 + 40 + len(palette)
    header = struct.pack("<IiiHHIIiiII", 40, width, -height, 1, bits, 0, packed.size, 0, 0, len(colours), 0)
    return (
        b"BM" + struct.pack("<IHHI", start + packed.size, 0, 0, start) + header + palette + packed.tobytes()
    )


@pytest.mark.parametrize("bits", [1, 8])
def test_a_bitmap_with_a_palette_of_black_and_white(bits: int) -> None:
    indices = noise(20, 32, 1) & np.uint8(1)
    photo = read_photo(grey_bitmap(indices, bits, [0, 255]))
    assert np.array_equal(photo.pixels[..., 0], indices * np.uint8(255))


def test_a_bitmap_of_four_bits_whose_palette_is_of_greys() -> None:
    indices = noise(20, 32, 1) & np.uint8(15)
    photo = read_photo(grey_bitmap(indices, 4, [17 * i for i in range(16)]))
    assert np.array_equal(photo.pixels[..., 0], indices * np.uint8(17))
    assert np.array_equal(read_photo(grey_bitmap(indices, 4, list(range(16)))).pixels[..., 0], indices)


@pytest.mark.parametrize("colours", [[0, 255], [0, 1, 2, 3], [9, 80, 30, 200]])
def test_a_bitmap_of_two_bits(colours: list[int]) -> None:
    indices = noise(20, 32, 1) % np.uint8(len(colours))
    photo = read_photo(grey_bitmap(indices, 2, colours))
    assert np.array_equal(photo.pixels[..., 0], np.array(colours, np.uint8)[indices])


@pytest.mark.parametrize("lacking", [1, 100])
def test_a_bitmap_of_two_bits_that_is_cut_off_is_broken(lacking: int) -> None:
    data = grey_bitmap(np.zeros((20, 32), np.uint8), 2, [9, 80, 30, 200])
    with pytest.raises(BrokenImage, match="cut off"):
        read_photo(data[:-lacking])


@pytest.mark.parametrize("deflated", [False, True])
def test_cielab_in_planes_is_the_same_as_in_one(*, deflated: bool) -> None:
    samples = noise(20, 30)
    assert np.array_equal(
        read_photo(tiff(samples, CIELAB, planar=True, deflated=deflated)).pixels,
        read_photo(tiff(samples, CIELAB)).pixels,
    )


@pytest.mark.parametrize(
    ("channels", "photometric", "tags", "reason"),
    [
        (3, YCBCR, {530: (2, 2)}, "not as many bytes"),
        (3, YCBCR, {}, "not as many bytes"),
        (4, CMYK, {332: (2,)}, "inks other than"),
        (1, PALETTE, {320: tuple(range(256))}, "its palette"),
    ],
    ids=["subsampled", "subsampled-by-default", "inks", "palette-of-a-third"],
)
def test_what_would_be_read_in_other_colours_is_refused(
    channels: int, photometric: int, tags: dict[int, tuple[int, ...]], reason: str
) -> None:
    with pytest.raises(BrokenImage, match=reason):
        read_photo(tiff(noise(16, 16, channels), photometric, tags=tags))


def test_uncompressed_ycbcr() -> None:
    samples = noise(16, 16)
    photo = read_photo(tiff(samples, YCBCR, tags={530: (1, 1)}))
    luma, blue, red = np.moveaxis(samples.astype(float), 2, 0) - np.array([0, 128, 128])[:, None, None]
    green = luma - 0.344136 * blue - 0.714136 * red
    expected = np.stack([luma + 1.402 * red, green, luma + 1.772 * blue], axis=2).clip(0, 255)
    assert np.abs(photo.pixels - expected).max() <= 2
    saved_by_pillow = saved(Image.new("YCbCr", (16, 16), (100, 90, 160)), "TIFF")
    assert np.abs(read_photo(saved_by_pillow).pixels[0, 0] - np.array([145, 90, 33])).max() <= 2


def test_no_limit_but_the_readers_own_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    for samples, tags in (
        (noise(30, 40), {}),
        (deep(30, 40), {}),
        (noise(30, 40), {284: (1,), 262: (YCBCR,), 530: (1, 1)}),
    ):
        for deflated in (False, True):
            assert read_photo(tiff(samples, RGB, tags=tags, deflated=deflated)).size == (40, 30)
