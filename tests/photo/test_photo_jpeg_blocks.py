"""A JPEG file comes back with every block as it was in which nothing was changed."""

from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from photo.jpeg_files import ADOBE_RGB, APART, BASELINE, PROGRESSIVE, SAMPLINGS, made
from photo.photo_files import gradient, noise, opened, saved
from wuhen.photo import NotKept, Photo, Written, encode_as_given, read_photo
from wuhen.photo.jpeg.coefficients import Coefficients, read_coefficients, write_file
from wuhen.photo.jpeg.file import Unsuitable, parse
from wuhen.photo.jpeg.given import estimate_quality
from wuhen.photo.jpeg.huffman import codes, shortest_table

SCANS = {"baseline": BASELINE, "apart": APART, "progressive": PROGRESSIVE}
NOISE = noise(45, 67)


def read(data: bytes) -> Coefficients:
    return read_coefficients(data, parse(data))


def painted(photo: Photo, *, grey: bool = False) -> tuple[Photo, NDArray[np.bool_]]:
    """Paint a spot amid a photo, and one pixel in its last corner."""
    height, width = photo.pixels.shape[:2]
    touched = np.zeros((height, width), np.bool_)
    touched[height // 3 : height // 3 + 9, width // 2 : width // 2 + 7] = True
    touched[-1, -1] = True
    pixels = photo.pixels.copy()
    pixels[touched] = 90 if grey else (200, 60, 30)
    return replace(photo, pixels=pixels), touched


def returned(data: bytes) -> tuple[Written, Photo, NDArray[np.bool_]]:
    photo = read_photo(data)
    changed, touched = painted(photo, grey=photo.grey)
    return encode_as_given(changed, data, touched), changed, touched


def described(data: bytes) -> Any:
    """Say what must stay of a file: all of its structure but the Huffman tables."""
    file = parse(data)
    scans = [replace(scan, huffman={}, start=0, stop=0) for scan in file.scans]
    tables = [file.quantization[one.quantization].tolist() for one in file.components]
    return (file.frame, file.width, file.height, file.components, tables, scans, file.jfif, file.adobe)


def covered(touched: NDArray[np.bool_], data: bytes, i: int) -> NDArray[np.bool_]:
    """Tell which blocks of a component hold a touched pixel, in stored order."""
    file = parse(data)
    across, down = (
        most // own
        for most, own in zip(file.sampling, (file.components[i].across, file.components[i].down), strict=True)
    )
    rows, columns, _ = read(data).planes[i].shape
    ys, xs = np.nonzero(touched)
    blocks = np.zeros((rows, columns), np.bool_)
    blocks[ys // (8 * down), xs // (8 * across)] = True
    # Whatever lies behind the picture's edge repeats it.
    height, width = touched.shape
    blocks[-(-height // (8 * down)) :] |= blocks[(height - 1) // (8 * down)]
    blocks[:, -(-width // (8 * across)) :] |= blocks[:, (width - 1) // (8 * across)][:, None]
    return blocks


def assert_kept(before: bytes, after: bytes, touched: NDArray[np.bool_]) -> None:
    assert described(before) == described(after)
    assert (read(before).whole != read(after).whole).any()
    for i, (old, new) in enumerate(zip(read(before).planes, read(after).planes, strict=True)):
        blocks = covered(touched, before, i)
        assert not (old != new).any(axis=2)[~blocks].any()


@pytest.mark.parametrize("scans", SCANS)
@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("restart", [0, 2])
def test_blocks_outside_stay_and_so_does_the_kind_of_file(sampling: str, scans: str, restart: int) -> None:
    file = made(
        NOISE if "grey" not in sampling else NOISE[..., :1].repeat(3, 2),
        SAMPLINGS[sampling],
        SCANS[scans],
        restart=restart,
    )
    result, changed, touched = returned(file)
    assert result.not_kept == ()
    assert_kept(file, result.data, touched)
    # The reader that everybody has sees what was painted.
    found = np.asarray(opened(result.data).convert("RGB")).astype(int)
    spot = touched.copy()
    spot[-1, -1] = False
    assert np.abs(found - changed.pixels)[spot].mean() < 25


@pytest.mark.parametrize(
    "options",
    [
        {"subsampling": "4:4:4"},
        {"subsampling": "4:2:2", "progressive": True},
        {"subsampling": "4:2:0", "restart_marker_rows": 1},
        {"subsampling": "4:2:0", "restart_marker_blocks": 3, "progressive": True},
        {"optimize": True, "quality": 30},
        {"keep_rgb": True},
        {"qtables": [[40] * 64, [900] * 64]},
    ],
    ids=str,
)
@pytest.mark.parametrize("size", [(1, 1), (8, 8), (45, 67), (48, 64)])
def test_files_of_the_usual_encoder_stay_as_they_are(options: dict[str, Any], size: tuple[int, int]) -> None:
    file = saved(gradient(*size), "JPEG", **options)
    result, _, touched = returned(file)
    assert result.not_kept == ()
    assert_kept(file, result.data, touched)


@pytest.mark.parametrize(
    "file",
    [
        saved(gradient(45, 67), "JPEG"),
        saved(NOISE, "JPEG", optimize=True, restart_marker_blocks=4),
        saved(NOISE, "JPEG", progressive=True),
        saved(NOISE, "JPEG", progressive=True, restart_marker_rows=2),
        made(NOISE, SAMPLINGS["4:2:2"], APART, restart=3),
    ],
    ids=["baseline", "optimized", "progressive", "restarts", "apart"],
)
def test_a_scan_in_which_nothing_changes_is_the_same_to_the_last_bit(file: bytes) -> None:
    before = parse(file)
    coefficients = read_coefficients(file, before, np.zeros(before.units[::-1], np.bool_))
    again = write_file(coefficients, b"")
    for old, new in zip(before.scans, parse(again).scans, strict=True):
        assert again[new.start : new.stop] == file[old.start : old.stop]
        assert all(new.huffman[table] == old.huffman[table] for table in new.huffman)


def test_the_usual_huffman_tables_stay_when_something_changes() -> None:
    file = saved(gradient(45, 67), "JPEG")
    result, _, _ = returned(file)
    assert parse(result.data).scans[0].huffman == parse(file).scans[0].huffman


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([*SAMPLINGS]),
    st.sampled_from([*SCANS]),
    st.integers(0, 9),
    st.sampled_from([1, 4, 30, 200]),
    st.floats(0, 0.5),
    st.sampled_from([0, 1, 2, 500]),
    st.integers(0, 2**32),
)
def test_what_changes_is_written_among_what_is_copied(
    sampling: str, scans: str, restart: int, step: int, share: float, limit: int, seed: int
) -> None:
    file = made(NOISE, SAMPLINGS[sampling], SCANS[scans], restart=restart, step=step)
    frame = parse(file)
    rng = np.random.default_rng(seed)
    changed = rng.random(frame.units[::-1]) < share
    part, expected = read_coefficients(file, frame, changed), read(file)
    for one, known, whole in zip(frame.components, part.planes, expected.planes, strict=True):
        # In a scan of one component, padding is not there.
        across, down = frame.blocks(one)
        new = rng.integers(-limit, limit + 1, whole.shape).astype(np.int16)
        own = changed.repeat(one.down, axis=0).repeat(one.across, axis=1)
        own[down:], own[:, across:] = False, False
        known[own] = whole[own] = new[own]
    assert np.array_equal(read(write_file(part, b"")).whole, expected.whole)


@pytest.mark.parametrize(
    ("old", "new"), [(b"\xff\xd1", b"\xff\xd2"), (b"\xff\xd1", b""), (b"\xff\xd1", b"\xff\xd1\xff\xd2")]
)
def test_restart_markers_that_are_not_where_they_belong_make_a_file_damaged(old: bytes, new: bytes) -> None:
    file = saved(NOISE, "JPEG", restart_marker_blocks=4)
    with pytest.raises(Unsuitable):
        read(file.replace(old, new))


def test_bytes_that_fill_up_in_front_of_a_marker_are_no_data() -> None:
    file = saved(NOISE, "JPEG", restart_marker_blocks=4)
    filled = file.replace(b"\xff\xd1", b"\xff\xff\xff\xd1")
    assert filled != file
    assert np.array_equal(read(filled).whole, read(file).whole)


def test_components_that_an_adobe_segment_makes_red_green_and_blue_stay_so() -> None:
    file = made(NOISE, SAMPLINGS["4:4:4"], head=ADOBE_RGB, step=1)
    result, changed, touched = returned(file)
    assert_kept(file, result.data, touched)
    assert np.abs(read_photo(result.data).pixels.astype(int) - changed.pixels).max() <= 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_stays_stored_as_it_is_and_is_shown_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8769).update({0xA002: 67, 0xA003: 45})
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="%d"/>'
        b"</rdf:RDF></x:xmpmeta>" % orientation
    )
    file = saved(gradient(45, 67), "JPEG", quality=98, subsampling=0, exif=exif, xmp=packet)
    photo = read_photo(file)
    changed, touched = painted(photo)
    result = encode_as_given(changed, file, touched)
    again = opened(result.data)
    assert (again.size, again.getexif()[0x0112]) == ((67, 45), orientation)
    assert [again.getexif().get_ifd(0x8769)[tag] for tag in (0xA002, 0xA003)] == [67, 45]
    assert b'Orientation="%d"' % orientation in again.info["xmp"]
    shown = read_photo(result.data)
    assert shown.orientation == orientation
    assert np.abs(shown.pixels.astype(int) - changed.pixels)[touched].mean() < 8
    assert np.array_equal(shown.pixels[:8], changed.pixels[:8])


def test_an_orientation_in_exif_that_cannot_be_kept_is_kept_alone() -> None:
    broken = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\xff\xff"
    file = saved(gradient(45, 67), "JPEG", exif=broken)
    result, changed, _ = returned(file)
    assert read_photo(file).exif is None
    assert read_photo(result.data).size == changed.size == (45, 67)


def test_nothing_remains_of_what_was_erased_behind_the_edge() -> None:
    pixels = np.zeros((45, 67, 3), np.uint8)
    pixels[30:, 50:] = (255, 0, 128)
    file = made(pixels, SAMPLINGS["4:2:0"])
    photo = read_photo(file)
    touched = np.zeros((45, 67), np.bool_)
    touched[16:, 32:] = True
    result = encode_as_given(replace(photo, pixels=np.zeros_like(pixels)), file, touched)
    assert all((plane[..., 1:] == 0).all() for plane in read(result.data).planes)
    assert not all((plane[..., 1:] == 0).all() for plane in read(file).planes)


def test_pictures_within_the_metadata_go() -> None:
    jfif = b"\xff\xe0\0\x13JFIF\0\1\2\1\0\x48\0\x48\1\1\x09\x08\x07"
    extension = b"\xff\xe0\0\x0bJFXX\0\x13abc"
    plain = saved(gradient(16, 16), "JPEG", comment=b"a word")
    file = plain[:2] + jfif + extension + plain[20:] + b"a film behind the picture"
    result, _, _ = returned(file)
    again = opened(result.data)
    assert (again.info["jfif_version"], again.info["dpi"], again.info["comment"]) == (
        (1, 2),
        (72, 72),
        b"a word",
    )
    assert not any(part in result.data for part in (b"\x09\x08\x07", b"JFXX", b"film"))


def assert_falls_back(file: bytes, reason: NotKept, **changes: Any) -> None:
    photo = read_photo(file)
    changed, touched = painted(photo)
    result = encode_as_given(replace(changed, **changes), file, touched)
    assert result.not_kept == (reason,)
    again = read_photo(result.data)
    assert (again.format, again.size) == ("JPEG", photo.size)
    assert np.abs(again.pixels.astype(int) - changed.pixels).mean() < 6


def test_a_photo_in_four_inks_is_coded_anew() -> None:
    assert_falls_back(
        saved(opened(saved(gradient(45, 67), "PNG")).convert("CMYK"), "JPEG"), NotKept.JPEG_INKS
    )


def test_a_grey_photo_with_a_coloured_logo_is_coded_anew() -> None:
    assert_falls_back(saved(gradient(45, 67)[..., 1], "JPEG"), NotKept.JPEG_COLOURS)


def test_a_progressive_photo_that_lacks_a_scan_is_coded_anew() -> None:
    assert_falls_back(made(gradient(45, 67), scans=PROGRESSIVE[:-1]), NotKept.JPEG_DAMAGED)


def test_a_photo_that_is_not_what_the_file_shows_is_coded_anew() -> None:
    file = saved(gradient(45, 67), "JPEG")
    photo = read_photo(file)
    other = replace(photo, pixels=255 - photo.pixels)
    result = encode_as_given(other, file, np.zeros((45, 67), np.bool_))
    assert result.not_kept == (NotKept.JPEG_OTHERWISE,)


@pytest.mark.parametrize(
    ("at", "value", "reason"),
    [
        (1, 0xC9, NotKept.JPEG_CODING),  # arithmetic
        (1, 0xC3, NotKept.JPEG_CODING),  # lossless
        (4, 12, NotKept.JPEG_CODING),  # bits
        (9, 4, NotKept.JPEG_INKS),
        (9, 2, NotKept.JPEG_CODING),  # components
        (11, 0x31, NotKept.JPEG_CODING),  # 3:2
        (11, 0x51, NotKept.JPEG_DAMAGED),
        (12, 3, NotKept.JPEG_DAMAGED),  # a table that is not there
    ],
)
def test_kinds_that_cannot_be_kept_say_why(at: int, value: int, reason: NotKept) -> None:
    file = bytearray(saved(gradient(16, 16), "JPEG", subsampling="4:2:2"))
    frame = file.index(b"\xff\xc0\0\x11")
    file[frame + at] = value
    if value == 0x31:
        file[frame + 14] = 0x21
    with pytest.raises(Unsuitable) as caught:
        read(bytes(file))
    assert caught.value.reason == reason


def test_a_file_that_lacks_only_its_end_marker_is_kept() -> None:
    file = saved(gradient(45, 67), "JPEG")[:-2]
    result, _, touched = returned(file)
    assert result.not_kept == ()
    assert_kept(file, result.data, touched)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from([*SAMPLINGS]),
    st.sampled_from([*SCANS]),
    st.integers(0, 5),
    st.integers(1, 60),
    st.integers(0, 2**32),
)
def test_files_are_read_and_written_as_other_decoders_read_them(
    width: int, height: int, sampling: str, scans: str, restart: int, step: int, seed: int
) -> None:
    pixels = noise(height, width, seed=seed)
    first = made(pixels, SAMPLINGS[sampling], SCANS[scans], restart=restart, step=step)
    second = write_file(read(first), b"")
    assert np.array_equal(read(first).whole, read(second).whole)
    assert described(first) == described(second)
    # Sampled like this, Pillow reads a file: what it sees of one quantized finely is the picture itself, but
    # for what coefficients and three channels lose when they are rounded; seldom as much as 5.
    seen = np.asarray(opened(first).convert("RGB"))
    assert np.array_equal(seen, np.asarray(opened(second).convert("RGB")))
    if sampling == "4:4:4" and step == 1:
        assert np.abs(seen.astype(int) - pixels).max() <= 8


FILES = [
    made(NOISE, SAMPLINGS["4:2:0"], PROGRESSIVE, restart=3),
    made(NOISE, SAMPLINGS["4:2:2"], BASELINE, restart=3),
    saved(gradient(20, 20), "JPEG"),
    saved(gradient(20, 20), "JPEG", progressive=True),
]


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), max_size=4),
    st.integers(0, 2**20),
)
def test_whatever_is_in_a_file_nothing_else_is_raised(
    file: bytes, flips: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(file)
    for at, value in flips:
        data[at % len(data)] = value
    cut = bytes(data[: max(length % (2 * len(data)), 4)])
    with suppress(Unsuitable):
        frame = parse(cut)
        if frame.width * frame.height < 100_000:
            coefficients = read_coefficients(cut, frame)
            again = write_file(coefficients, b"")
            assert np.array_equal(read(again).whole, coefficients.whole)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=256), st.randoms(use_true_random=False))
def test_huffman_tables_can_be_decoded_and_are_as_short_as_can_be(counts: list[int], random: Any) -> None:
    counted = np.zeros(256, np.int64)
    counted[random.sample(range(256), len(counts))] = counts
    table = shortest_table(counted)
    assert sorted(table[16:]) == np.flatnonzero(counted).tolist()
    found = codes(table)[counted > 0]
    words = sorted(format(code >> 5, f"0{code & 31}b") for code in found.tolist())
    assert all(len(word) <= 16 and "0" in word for word in words)
    assert not any(second.startswith(first) for first, second in pairwise(words))
    total = counted.sum()
    if total:
        share = counted[counted > 0] / total
        bits = (share * (found & 31)).sum()
        # Huffman's bound, and a little for the code that stays free and those that may not be longer.
        assert bits <= -(share * np.log2(share)).sum() + 1.1


@pytest.mark.parametrize("quality", [75, 80, 92, 95, 100])
def test_the_quality_of_a_file_is_told_from_its_tables(quality: int) -> None:
    assert estimate_quality(saved(gradient(16, 16), "JPEG", quality=quality)) == pytest.approx(quality, abs=1)


def test_a_low_quality_is_not_used_again() -> None:
    assert estimate_quality(saved(gradient(16, 16), "JPEG", quality=20)) == 75
    assert estimate_quality(b"\xff\xd8\xff") is None
