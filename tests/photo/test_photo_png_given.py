"""A PNG that is written as given keeps its palette, its bits and every pixel that did not change."""

import struct
import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from photo.photo_files import Array, exif_block, gradient, noise, opened, png, png_chunk, saved
from wuhen.photo import NotKept, Photo, Written, encode, encode_as_given, find_changes, read_photo
from wuhen.photo.png.rows import write_rows

HOLE = np.zeros((24, 20), bool)
HOLE[5:17, 4:15] = True


def indexed(indices: Array, colours: Array, bits: int, **options: Any) -> bytes:
    """Return a PNG with a palette; colours have alpha as a fourth channel, or none."""
    image = Image.fromarray(indices, "P")
    image.putpalette(colours[:, :3].tobytes())
    if colours.shape[1] == 4:
        options["transparency"] = colours[:, 3].tobytes()
    data = saved(image, "PNG", bits=bits, **options)
    assert data[24:26] == bytes([bits, 3])
    return data


def repainted(photo: Photo, colours: Array, hole: Array = HOLE) -> Photo:
    """Return the photo with its hole in colours drawn from some, ``(N, 4)``."""
    pixels, alpha = photo.pixels.copy(), None if photo.alpha is None else photo.alpha.copy()
    chosen = colours[np.random.default_rng(1).integers(0, len(colours), hole.sum())]
    pixels[hole] = chosen[:, :3]
    if alpha is not None:
        alpha[hole] = chosen[:, 3]
    return replace(photo, pixels=pixels, alpha=alpha)


def written(photo: Photo, file: bytes) -> Written:
    return encode_as_given(photo, file, find_changes(read_photo(file), photo))


def random_indices(count: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).integers(0, count, HOLE.shape, np.uint8)


@given(
    bits=st.sampled_from([1, 2, 4, 8]),
    spare=st.integers(0, 3),
    alpha=st.booleans(),
    new=st.integers(1, 300),
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_what_did_not_change_keeps_its_index(bits: int, spare: int, alpha: Any, new: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    fewest = (1 << bits) // 2 + 1
    count = max(fewest, (1 << bits) - spare)
    colours = rng.integers(0, 256, (count, 4 if alpha else 3), np.uint8)
    indices = random_indices(count, seed)
    file = indexed(indices, colours, bits)
    changed = repainted(read_photo(file), rng.integers(0, 256, (new, 4), np.uint8))
    result = written(changed, file)
    again = read_photo(result.data)
    outside = ~find_changes(read_photo(file), changed)
    assert np.array_equal(again.pixels[outside], changed.pixels[outside])
    if result.not_kept:
        assert np.array_equal(again.pixels, changed.pixels)
        return
    image = opened(result.data)
    assert image.mode == "P"
    assert np.array_equal(np.asarray(image)[outside], indices[outside])
    used = np.unique(indices[outside])
    palette = np.array(image.getpalette("RGB"), np.uint8).reshape(-1, 3)
    assert np.array_equal(palette[used], colours[used, :3])
    if alpha and again.alpha is not None and changed.alpha is not None:
        assert np.array_equal(again.alpha[outside], changed.alpha[outside])


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_colours_that_have_room_are_exact_and_the_bits_stay(bits: int) -> None:
    colours = noise((1 << bits) // 2 + 1, 1, 3)[:, 0]
    indices = random_indices(len(colours))
    indices[~HOLE] %= len(colours) - 1  # the last one goes with what is erased
    file = indexed(indices, colours, bits)
    free = (1 << bits) - len(colours) + 1
    changed = repainted(read_photo(file), noise(free, 1, 4, seed=7)[:, 0])
    result = written(changed, file)
    assert result.not_kept == ()
    assert result.data[24:26] == bytes([bits, 3])
    assert np.array_equal(read_photo(result.data).pixels, changed.pixels)


def test_where_nothing_changed_the_palette_is_the_same() -> None:
    colours = noise(200, 1, 4)[:, 0]
    file = indexed(random_indices(190), colours, 8)
    result = opened(written(read_photo(file), file).data)
    assert bytes(result.getpalette("RGB") or []) == colours[:, :3].tobytes()
    assert result.info["transparency"] == colours[:, 3].tobytes()


def test_a_full_palette_of_four_bits_grows_rather_than_lose_colours() -> None:
    file = indexed(random_indices(16), noise(16, 1, 3)[:, 0], 4)
    changed = repainted(read_photo(file), noise(40, 1, 4, seed=3)[:, 0])
    result = written(changed, file)
    assert result.data[24:26] == bytes([8, 3])
    assert np.array_equal(read_photo(result.data).pixels, changed.pixels)


def test_a_full_palette_mixes_its_colours_into_new_ones() -> None:
    greys = np.repeat(np.arange(0, 256, dtype=np.uint8)[:, None], 3, axis=1) // 16 * 17
    indices = np.arange(96 * 96, dtype=np.uint32).reshape(96, 96).astype(np.uint8)
    hole = np.zeros((96, 96), bool)
    hole[20:70, 20:70] = True
    file = indexed(indices, greys, 8)
    changed = repainted(read_photo(file), np.array([[60, 60, 60, 255]], np.uint8), hole)
    result = written(changed, file)
    again = read_photo(result.data).pixels
    assert result.not_kept == ()
    assert len(np.unique(again[hole])) > 1
    assert abs(again[hole].mean() - 60) < 2


def test_what_no_palette_can_tell_is_written_in_true_colour_and_said() -> None:
    reds = np.zeros((256, 3), np.uint8)
    reds[:, 0] = np.arange(256)
    hole = np.zeros((64, 64), bool)
    hole[8:40, 8:40] = True
    file = indexed(np.arange(64 * 64, dtype=np.uint32).reshape(64, 64).astype(np.uint8), reds, 8)
    changed = replace(
        read_photo(file), pixels=np.where(hole[..., None], gradient(64, 64), read_photo(file).pixels)
    )
    result = written(changed, file)
    assert result.not_kept == (NotKept.COLOURS,)
    assert np.array_equal(read_photo(result.data).pixels, changed.pixels)


@given(bits=st.sampled_from([1, 2, 4]), keyed=st.booleans(), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_greys_of_few_bits_stay_such(bits: int, keyed: Any, seed: int) -> None:
    white = (1 << bits) - 1
    levels = np.random.default_rng(seed).integers(0, white + 1, HOLE.shape, np.uint8)
    packed = np.packbits(np.unpackbits(levels[..., None], axis=2)[..., -bits:].reshape(24, -1), axis=1)
    chunks = [png_chunk(b"tRNS", bytes([0, white // 2]))] if keyed else []
    file = png(packed, 0, *chunks, size=(20, 24))
    file = (
        file[:24]
        + bytes([bits])
        + file[25:29]
        + png_chunk(b"IHDR", file[16:24] + bytes([bits, 0, 0, 0, 0]))[-4:]
        + file[33:]
    )
    photo = read_photo(file)
    assert np.array_equal(photo.pixels[..., 0], levels.astype(int) * 255 // white)
    if keyed:
        assert photo.alpha is not None
        assert np.array_equal(photo.alpha == 0, levels == white // 2)
    result = written(repainted(photo, np.array([[255] * 4], np.uint8)), file)
    again = read_photo(result.data)
    assert (result.not_kept, result.data[24:26]) == ((), bytes([bits, 0]))
    assert np.array_equal(again.pixels[~HOLE], photo.pixels[~HOLE])
    assert (again.pixels[HOLE] == 255).all()
    if keyed:
        assert again.alpha is not None
        assert photo.alpha is not None
        assert np.array_equal(again.alpha[~HOLE], photo.alpha[~HOLE])
        assert (again.alpha[HOLE] == 255).all()


def test_a_page_of_black_and_white_takes_soft_edges_but_no_grey_area() -> None:
    page = np.full((80, 80), 255, np.uint8)
    page[::7] = 0
    file = saved(Image.fromarray(page).convert("1"), "PNG")
    assert file[24:26] == b"\1\0"
    photo = read_photo(file)
    soft = photo.pixels.copy()
    soft[10:30, 10:60] = np.clip(np.linspace(-900, 1155, 50), 0, 255).astype(np.uint8)[None, :, None]
    edges = written(replace(photo, pixels=soft), file)
    assert (edges.not_kept, edges.data[24:26]) == ((), b"\1\0")
    grey = photo.pixels.copy()
    grey[10:60, 10:60] = 128
    area = written(replace(photo, pixels=grey), file)
    assert (area.not_kept, area.data[24:26]) == ((NotKept.COLOURS,), b"\x08\0")
    assert np.array_equal(read_photo(area.data).pixels, grey)


@pytest.mark.parametrize(("kind", "channels"), [(0, 1), (2, 3)])
def test_a_transparent_colour_stays_one_while_it_can(kind: int, channels: int) -> None:
    samples = noise(24, 20, channels).reshape(24, 20, channels)
    samples[:6] = key = samples[9, 9]
    file = png(samples, kind, png_chunk(b"tRNS", key.astype(">u2").tobytes()))
    photo = read_photo(file)
    solid = written(repainted(photo, np.array([[9, 9, 9, 255]], np.uint8)), file).data
    assert solid[24:26] == bytes([8, kind])
    again = read_photo(solid)
    assert again.alpha is not None
    assert photo.alpha is not None
    assert np.array_equal(again.alpha[~HOLE], photo.alpha[~HOLE])
    veiled = repainted(photo, np.array([[9, 9, 9, 100]], np.uint8))
    for changed in (veiled, repainted(photo, np.array([[*np.resize(key, 3), 255]], np.uint8))):
        data = written(changed, file).data
        assert data[25] == kind + 4
        alpha = read_photo(data).alpha
        assert alpha is not None
        assert changed.alpha is not None
        assert np.array_equal(alpha, changed.alpha)


def test_indices_are_turned_with_the_picture() -> None:
    file = indexed(random_indices(100), noise(100, 1, 3)[:, 0], 8, exif=exif_block(6))
    photo = read_photo(file)
    again = read_photo(written(photo, file).data)
    assert again.size == (24, 20)
    assert np.array_equal(again.pixels, photo.pixels)


def test_the_file_is_not_longer_than_it_was() -> None:
    smooth = Image.fromarray(gradient(200, 300)).quantize(64)
    file = saved(smooth, "PNG", optimize=True)
    assert len(written(read_photo(file), file).data) <= len(file) * 1.02


@given(
    kind=st.sampled_from([0, 2, 4, 6]),
    wide=st.booleans(),
    height=st.integers(1, 12),
    width=st.integers(1, 12),
    seed=st.integers(0, 99),
    touched=st.integers(0, 2**12 - 1),
)
@settings(max_examples=80, deadline=None)
def test_rows_keep_their_filters_whatever_they_are(
    kind: int, wide: Any, height: int, width: int, seed: int, touched: int
) -> None:
    rng = np.random.default_rng(seed)
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    samples = rng.integers(0, 65536 if wide else 256, (height, width, channels), np.uint16)
    samples = samples if wide else samples.astype(np.uint8)
    types = rng.integers(0, 5, height)
    file, frame = filtered_png(samples, kind, types), filtered_png(samples[:1, :1], kind, types[:1])
    rows_touched = np.array([bool(touched >> row & 1) for row in range(height)])
    changed = samples.copy()
    changed[rows_touched, : width // 2 + 1] ^= 77
    rows = np.ascontiguousarray(changed, changed.dtype.newbyteorder(">")).view(np.uint8).reshape(height, -1)
    data = write_rows(frame, file, rows, channels * samples.itemsize, rows_touched)
    assert data is not None
    again, expected = read_photo(data, wide=True), read_photo(filtered_png(changed, kind, types), wide=True)
    assert np.array_equal(again.samples, expected.samples)
    assert np.array_equal(filter_types(data, height), types)


def filtered_png(samples: NDArray[Any], kind: int, types: NDArray[Any]) -> bytes:
    """Return a PNG file whose rows have filters of these types; pixel by pixel, as the standard has it."""
    height, width, channels = samples.shape
    distance = channels * samples.itemsize
    rows = samples.astype(samples.dtype.newbyteorder(">")).tobytes()
    size = width * distance
    raw = bytearray()
    for y in range(height):
        raw.append(types[y])
        for x in range(size):
            left = rows[y * size + x - distance] if x >= distance else 0
            up = rows[(y - 1) * size + x] if y else 0
            corner = rows[(y - 1) * size + x - distance] if y and x >= distance else 0
            paeth = min((left, up, corner), key=lambda it: abs(left + up - corner - it))
            predicted = (0, left, up, (left + up) // 2, paeth)[types[y]]
            raw.append((rows[y * size + x] - predicted) & 255)
    header = struct.pack(">IIBBBBB", width, height, 8 * samples.itemsize, kind, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(raw))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


def filter_types(data: bytes, height: int) -> NDArray[np.uint8]:
    at, packed = 8, b""
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        packed += data[at + 8 : at + 8 + length] if data[at + 4 : at + 8] == b"IDAT" else b""
        at += 12 + length
    return np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, -1)[:, 0]


def test_a_screenshot_is_not_much_longer_than_it_was() -> None:
    """To choose its filters anew makes this one a fifth longer."""
    rng = np.random.default_rng(4)
    letters = (rng.random((30, 12, 8)) < 0.4) * np.uint8(255)
    page = np.block([[letters[i] for i in row] for row in rng.integers(0, 30, (30, 60))])
    file = png(np.repeat(page[..., None], 3, axis=2), 2)
    photo, hole = read_photo(file), np.zeros(page.shape, bool)
    hole[40:60, 40:60] = True
    pixels = photo.pixels.copy()
    pixels[hole] = 128
    data = encode_as_given(replace(photo, pixels=pixels), file, hole).data
    assert len(data) < 1.1 * len(file)
    assert len(encode(photo, "PNG")) > 1.2 * len(file)
