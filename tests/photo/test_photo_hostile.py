"""Files made to hurt, and files that are hurt: an error of ours, soon, whatever the bytes."""

import io
import pickle
import struct
import time
import warnings
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, JpegImagePlugin

from photo.photo_files import (
    FORMATS,
    exif_block,
    gradient,
    heic,
    icc_header,
    noise,
    png,
    png_chunk,
    saved,
    tiff,
)
from wuhen.photo import (
    BrokenImage,
    EmptyInput,
    Kind,
    MaskEmpty,
    MaskFull,
    MaskNotCut,
    MaskSizeMismatch,
    MissingReader,
    Photo,
    PhotoError,
    SideTooLong,
    SizeLimit,
    TooManyPixels,
    UnknownFormat,
    Unwritable,
    encode,
    read_logo,
    read_mask,
    read_photo,
    sniff,
)
from wuhen.photo.flaws import Flaw
from wuhen.photo.jpeg.coded import unstuff
from wuhen.photo.jpeg.file import Unsuitable, parse
from wuhen.photo.jpeg.segments import sort_segments
from wuhen.photo.metadata.embedded import find_pictures

# Pillow warns of damaged EXIF and APNG chunks, which is what these files are full of.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

PHOTO = Photo(np.zeros((12, 10, 3), np.uint8), stored_size=(10, 12))
EXIF = exif_block(6, thumbnail=b"\xff\xd8thumbnail\xff\xd9")
WHOLE: dict[str, bytes] = {
    "jpeg": saved(gradient(12, 10), "JPEG", exif=EXIF, xmp=b"<x/>", icc_profile=b"p" * 140),
    "progressive": saved(gradient(12, 10), "JPEG", progressive=True),
    "cmyk": saved(Image.new("CMYK", (10, 12)), "JPEG"),
    "png": saved(noise(12, 10), "PNG", exif=EXIF),
    "palette": saved(Image.fromarray(noise(12, 10)).quantize(7), "PNG", transparency=2),
    "apng": saved(
        Image.fromarray(noise(12, 10)), "PNG", save_all=True, append_images=[Image.new("RGB", (10, 12))]
    ),
    "wide": png(noise(12, 10, 1).astype(np.uint16) * 257, 0),
    "bmp": saved(noise(12, 10), "BMP"),
    "tiff": saved(noise(12, 10), "TIFF", tiffinfo={274: 6}),
    "lzw": saved(noise(12, 10), "TIFF", compression="tiff_lzw"),
    "jpeg-in-tiff": saved(gradient(12, 10), "TIFF", compression="jpeg"),
    "bigtiff": tiff(noise(12, 10), 2, big=True),
    "webp": saved(noise(12, 10), "WEBP", exif=EXIF),
    "heic": heic(noise(12, 10), exif=EXIF, xmp=b"<x/>"),
    "heic-alpha": heic(noise(12, 10, 4)),
    "avif": saved(noise(12, 10, 4), "AVIF", exif=EXIF),
    "lossless": saved(noise(12, 10, 4), "WEBP", lossless=True),
    "animated": saved(
        Image.fromarray(noise(12, 10)), "WEBP", save_all=True, append_images=[Image.new("RGB", (10, 12))]
    ),
}


def refusal(read: Callable[[bytes], object], data: bytes) -> str | None:
    """Say why a reader refuses the bytes; let anything but an error of ours through."""
    try:
        read(data)
    except PhotoError as error:
        return str(error)
    return None


def read_and_write(data: bytes) -> None:
    photo = read_photo(data)
    assert photo.pixels.shape == (photo.size[1], photo.size[0], 3)
    for name in ("PNG", "JPEG", "TIFF"):
        assert encode(photo, name)


def survives(data: bytes) -> None:
    """Read bytes as everything they may be sent as."""
    for read in (read_and_write, read_logo, lambda mask: read_mask(mask, PHOTO)):
        assert refusal(read, data) != ""


@given(
    magic=st.sampled_from(
        [
            b"",
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n",
            b"BM",
            b"II*\0",
            b"MM\0*",
            b"II+\0",
            b"RIFF\x20\0\0\0WEBP",
            b"\0\0\0\x10ftypheic\0\0\0\0",
            b"\0\0\0\x10ftypavif\0\0\0\0\0\0\x01\0meta\0\0\0\0",
        ]
    ),
    rest=st.binary(max_size=400),
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_a_photo_or_an_error_of_ours(magic: bytes, rest: bytes) -> None:
    survives(magic + rest)


@pytest.mark.slow
@given(
    data=st.sampled_from(sorted(WHOLE)).map(WHOLE.__getitem__),
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), min_size=1, max_size=6),
    cut=st.one_of(st.none(), st.floats(0, 1)),
)
@settings(max_examples=500, deadline=None)
def test_damaged_files_give_a_photo_or_an_error_of_ours(
    data: bytes, changes: list[tuple[float, bytes]], cut: float | None
) -> None:
    damaged = bytearray(data)
    for where, patch in changes:
        at = int(where * len(damaged))
        damaged[at : at + len(patch)] = patch
    survives(bytes(damaged if cut is None else damaged[: int(cut * len(damaged))]))


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_the_files_that_are_damaged_here_are_whole(kind: str) -> None:
    assert read_photo(WHOLE[kind]).pixels.size == 360


@pytest.mark.parametrize("percent", [10, 30, 50, 70, 90, 99])
@pytest.mark.parametrize("name", FORMATS)
def test_a_truncated_file_is_broken(name: str, percent: int) -> None:
    data = saved(noise(64, 64), name)
    with pytest.raises(BrokenImage):
        read_photo(data[: len(data) * percent // 100])


@pytest.mark.parametrize("percent", [20, 50, 80, 95])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_truncated_jpeg_is_broken_though_an_end_is_put_to_it(
    mode: str, progressive: Any, percent: int
) -> None:
    data = saved(Image.fromarray(noise(64, 64)).convert(mode), "JPEG", progressive=progressive)
    cut = data[: len(data) * percent // 100]
    with pytest.raises(BrokenImage):
        read_photo(cut)


@pytest.mark.parametrize("missing", [1, 2])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_a_jpeg_without_its_end_marker_is_whole(
    mode: str, progressive: Any, subsampling: int, missing: int
) -> None:
    image = Image.fromarray(noise(50, 37)).convert(mode)
    data = saved(image, "JPEG", progressive=progressive, subsampling=subsampling)
    assert np.array_equal(read_photo(data[:-missing]).pixels, read_photo(data).pixels)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("WEBP", {"quality": 100}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
        ("TIFF", {"compression": "tiff_lzw"}),
    ],
)
@pytest.mark.parametrize("lacking", range(1, 16))
def test_a_file_that_lacks_its_last_bytes_is_broken(
    name: str, options: dict[str, object], lacking: int
) -> None:
    out = io.BytesIO()
    Image.fromarray(noise(40, 30)).save(out, name, **options)
    data = out.getvalue()
    length = int.from_bytes(data[16:20], "little")  # of the only chunk, which may be padded
    data = data[: 20 + length] if name == "WEBP" else one_strip(data)
    assert read_photo(data).size == (30, 40)
    with pytest.raises(BrokenImage):
        read_photo(data[:-lacking])


def one_strip(data: bytes) -> bytes:
    """Return a TIFF file of 16-bit greys in the same compression, whose strip is at its end."""
    page = tifffile.TiffFile(io.BytesIO(data)).pages[0]
    out = io.BytesIO()
    wide = noise(40, 30, 1).astype(np.uint16) * 257
    tifffile.imwrite(out, wide, compression=page.compression, photometric="minisblack", metadata=None)
    return out.getvalue()


def test_bytes_that_fill_a_gap_are_not_left_to_a_slow_decoder() -> None:
    data = saved(gradient(16, 16), "JPEG")
    at = data.index(b"\xff\xc0")
    filled = data[:2] + b"\xff" * 100_000 + data[2:at] + b"\xff" * 100_000 + data[at:]
    assert np.array_equal(read_photo(filled).pixels, read_photo(data).pixels)
    assert len(sort_segments(filled).data) <= len(data)


def jpeg_of_scans(scans: int, side: int = 16) -> bytes:
    """Repeat the last scan of a progressive JPEG until it has so many."""
    data = saved(Image.new("RGB", (side, side), "red"), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    here = sniff.count_scans(data)
    return data[:last] + data[last:-2] * (1 + scans - here) + b"\xff\xd9"


def test_scans_are_counted() -> None:
    data = saved(Image.new("RGB", (16, 16)), "JPEG", progressive=True)
    assert sniff.count_scans(data) == data.count(b"\xff\xda")
    assert sniff.count_scans(jpeg_of_scans(50)) == 50


def test_a_jpeg_of_a_thousand_scans_is_refused_at_once() -> None:
    data = jpeg_of_scans(1000, side=4000)
    started = time.thread_time()
    with pytest.raises(BrokenImage, match="100 progressive scans"):
        read_photo(data)
    assert time.thread_time() - started < 1


@pytest.mark.parametrize(
    ("scans", "side", "most"),
    [(100, 4999, None), (101, 4999, 100), (26, 10_000, 25), (21, 14_000, 20), (20, 14_000, None)],
)
def test_a_large_jpeg_has_the_fewer_scans(scans: int, side: int, most: int | None) -> None:
    data = jpeg_of_scans(scans)
    if most is None:
        sniff.check_scans(data, side**2)
        return
    with pytest.raises(BrokenImage, match=f"more than {most} progressive scans"):
        sniff.check_scans(data, side**2)


@pytest.mark.parametrize("scans", [10, 33])
def test_a_jpeg_without_end_costs_no_more_scans_than_one_with_it(
    monkeypatch: pytest.MonkeyPatch, scans: int
) -> None:
    decoded = []

    def counting(image: JpegImagePlugin.JpegImageFile) -> object:
        decoded.append(scans if image.tile else 0)  # nothing is left to decode where it is loaded again
        return load(image)

    load = JpegImagePlugin.JpegImageFile.load
    monkeypatch.setattr(JpegImagePlugin.JpegImageFile, "load", counting)
    assert refusal(read_photo, jpeg_of_scans(scans)[:-2]) is None
    assert 0 < sum(decoded) <= sniff.MAX_SCANS


def test_a_jpeg_with_many_scans_and_no_end_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(BrokenImage, match="more than 33 progressive scans and no end"):
        read_photo(jpeg_of_scans(34)[:-2])


def test_a_jpeg_of_a_hundred_scans_is_not() -> None:
    assert read_photo(jpeg_of_scans(100)).size == (16, 16)


def test_bytes_that_look_like_scans_in_metadata_are_not() -> None:
    assert read_photo(saved(noise(8, 8), "JPEG", comment=b"\xff\xda\0\x02" * 500)).size == (8, 8)


def huge(name: str, side: int) -> bytes:
    """Return a small file of a format that claims so many pixels a side."""
    small = bytearray(saved(Image.new("RGB", (16, 16)), name, **({"exact": True} if name == "WEBP" else {})))
    if name == "JPEG":
        at = small.index(b"\xff\xc0") + 5
        small[at : at + 4] = struct.pack(">HH", side, side)
    elif name == "PNG":
        return png(np.zeros((1, 1), np.uint8), 0, size=(side, side))
    elif name == "BMP":
        small[18:26] = struct.pack("<ii", side, side)
    elif name == "TIFF":
        return tiff(np.zeros((1, 1, 3), np.uint8), 2, tags={256: (side,), 257: (side,)})
    else:
        at = small.index(b"\x9d\x01\x2a") + 3
        small[at : at + 4] = struct.pack("<HH", side, side)
    return bytes(small)


@pytest.mark.parametrize("side", [16_000, 60_000])
@pytest.mark.parametrize("name", FORMATS)
def test_a_huge_size_is_refused_from_the_header_without_a_warning(name: str, side: int) -> None:
    side = min(side, 16_383) if name == "WEBP" else side  # its fields have 14 bits
    data = huge(name, side)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        started = time.thread_time()
        with pytest.raises(TooManyPixels, match=f"{side}x{side}.* 200 megapixels"):
            read_photo(data)
        with pytest.raises(SideTooLong, match=f"{side}x{side}.* 5000 pixels"):
            read_photo(data, SizeLimit(side=5000))
        assert time.thread_time() - started < 0.5


def test_a_huge_canvas_of_an_animation_is_refused() -> None:
    data = bytearray(WHOLE["animated"])
    assert data[12:16] == b"VP8X"
    data[24:30] = (16382).to_bytes(3, "little") * 2
    with pytest.raises(TooManyPixels, match="16383x16383"):
        read_photo(bytes(data))


def test_a_png_without_a_size_is_broken() -> None:
    with pytest.raises(BrokenImage):
        read_photo(png(np.zeros((1, 1), np.uint8), 0, size=(0, 5)))


def test_huge_tiles_are_refused() -> None:
    data = tiff(np.zeros((4, 4, 3), np.uint8), 2, tags={322: (2**30,), 323: (2**30,), 324: (8,), 325: (48,)})
    with pytest.raises(BrokenImage, match="tiles"):
        read_photo(data)


@pytest.mark.parametrize(
    ("marker", "content"),
    [
        (0xE0, b"JFIF\0\1"),
        (0xE2, b"ICC_PROFILE\0\1"),
        (0xED, b"Photoshop 3.0\x008BIM\x04\x04"),
        (0xEE, b"Adobe\0"),
    ],
)
def test_a_short_segment_of_a_jpeg_is_left_out(marker: int, content: bytes) -> None:
    plain = saved(gradient(16, 16), "JPEG", comment=b"kept")
    segment = bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content
    photo = read_photo(plain[:2] + segment + plain[2:])
    assert np.array_equal(photo.pixels, read_photo(plain).pixels)
    assert photo.comment == b"kept"


def test_text_bombs_in_a_png_are_left_out_at_once() -> None:
    bomb = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50_000_000)))
    started = time.thread_time()
    photo = read_photo(png(noise(4, 4, 1), 0, *[bomb] * 500))
    assert time.thread_time() - started < 2
    assert photo.size == (4, 4)
    assert not photo.texts


def test_a_profile_bomb_in_a_png_is_left_out() -> None:
    bomb = png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(icc_header(b"RGB ") + bytes(50_000_000)))
    photo = read_photo(png(noise(4, 4), 2, bomb))
    assert photo.size == (4, 4)
    assert photo.icc_profile is None


def test_a_tiff_of_many_pages_costs_one() -> None:
    # Each page is an empty directory that points to the next; counting them would be the cost.
    page = tiff(noise(4, 4), 2)
    start = struct.unpack("<I", page[4:8])[0]
    pointer = start + 2 + 12 * struct.unpack("<H", page[start : start + 2])[0]
    pages = b"".join(struct.pack("<HI", 0, len(page) + 6 * (i + 1)) for i in range(100_000))
    data = page[:pointer] + struct.pack("<I", len(page)) + page[pointer + 4 :] + pages
    started = time.thread_time()
    assert read_photo(data).size == (4, 4)
    assert time.thread_time() - started < 1


@pytest.mark.parametrize(
    "error",
    [
        EmptyInput(),
        UnknownFormat(Kind.GIF, ("JPEG", "PNG")),
        MissingReader(Kind.HEIC),
        BrokenImage("PNG", Flaw.CUT_OFF),
        BrokenImage("PNG", Flaw.CODING, "vvc1"),
        SideTooLong(5000, 3, 5000),
        TooManyPixels(20_000, 20_000, 200_000_000),
        MaskSizeMismatch((1, 2), (3, 4)),
        MaskEmpty(3),
        MaskFull(),
        MaskNotCut(*[True]),
        Unwritable("BMP"),
        Unwritable("WEBP", 16383),
    ],
)
def test_errors_cross_processes(error: PhotoError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert copy.__dict__ == error.__dict__


def test_reasons_are_one_printable_line() -> None:
    for data in WHOLE.values():
        for keep in range(0, len(data), 7):
            reason = refusal(read_photo, data[:keep])
            assert reason is None or (reason.isprintable() and len(reason) < 250)


def test_pillows_own_limit_is_left_alone() -> None:
    before = Image.MAX_IMAGE_PIXELS
    read_photo(saved(noise(4, 4), "PNG"))
    assert before == Image.MAX_IMAGE_PIXELS


def repeated(part: bytes, count: int, at: int = 2, whole: bytes = saved(gradient(16, 16), "JPEG")) -> bytes:
    """Put so many of something into a file."""
    return whole[:at] + part * count + whole[at:]


def spent(work: Callable[[], object]) -> float:
    """Return the seconds of this thread that something takes, whatever comes of it."""
    started = time.thread_time()
    refusal(lambda _: work(), b"")
    return time.thread_time() - started


LAST = len(saved(gradient(16, 16), "JPEG")) - 2
FILLED = b"\xff" * 100_000 + b"\0"


@pytest.mark.parametrize("at", [2, LAST])
def test_a_long_run_of_fill_bytes_is_looked_at_once(at: int) -> None:
    """Looked at from each of its bytes on, it would take half a minute."""
    data = repeated(FILLED, 1, at)
    assert spent(lambda: read_and_write(data)) < 1
    assert spent(lambda: list(find_pictures(data))) < 1
    with suppress(Unsuitable):
        assert spent(lambda: parse(data)) < 1


def test_a_long_run_of_fill_bytes_among_restarts_is_looked_at_once() -> None:
    data = repeated(b"\xff\xdd\0\4\0\1" + FILLED + b"\1", 1, LAST)
    scan = parse(saved(gradient(16, 16), "JPEG")).scans[0]
    with suppress(Unsuitable):
        assert spent(lambda: unstuff(data, replace(scan, restart=1, start=0, stop=len(data)), 4)) < 1


def test_millions_of_restarts_take_no_time() -> None:
    data = repeated(b"\xff\xd0", 2_000_000, LAST)
    assert spent(lambda: read_photo(data)) < 1


@pytest.mark.parametrize("content", [b"", b"ICC_PROFILE\0\1\1", b"Exif\0\0"])
def test_a_jpeg_of_more_segments_than_anybody_writes_is_refused(content: bytes) -> None:
    segment = b"\xff\xe2" + struct.pack(">H", 2 + len(content)) + content
    assert refusal(read_photo, repeated(segment, sniff.MAX_SEGMENTS - 100)) is None
    with pytest.raises(BrokenImage, match="more than 10000 segments"):
        read_photo(repeated(segment, sniff.MAX_SEGMENTS))


@pytest.mark.parametrize("parts", [255, 256, 300])
def test_a_profile_in_any_number_of_parts_does_no_harm(parts: int) -> None:
    segment = b"\xff\xe2" + struct.pack(">H", 17) + b"ICC_PROFILE\0\1\xffx"
    assert read_photo(repeated(segment, parts)).icc_profile is None


def test_a_png_of_more_chunks_than_anybody_writes_is_refused() -> None:
    whole = png(noise(8, 8), 2)
    with pytest.raises(BrokenImage, match="more than 100000 chunks"):
        read_photo(repeated(png_chunk(b"IDAT", b""), 100_000, 33, whole))
    assert read_photo(repeated(png_chunk(b"IDAT", b""), 1000, 33, whole)).size == (8, 8)


@pytest.mark.slow
def test_a_webp_of_more_chunks_than_anybody_writes_is_refused() -> None:
    data = saved(gradient(16, 16), "WEBP")
    with pytest.raises(BrokenImage, match="more than 100000 chunks"):
        read_photo(data[:4] + struct.pack("<I", 900_000) + data[8:] + b"ABCD\0\0\0\0" * 100_001)


@pytest.mark.parametrize(
    ("channels", "side", "refused"), [(40, 4999, False), (41, 4999, True), (12, 10_900, True)]
)
def test_samples_that_take_more_memory_than_any_picture_are_refused_by_the_header(
    channels: int, side: int, *, refused: bool
) -> None:
    tags = {256: (side,), 257: (side,), 338: (0,) * (channels - 3)}
    data = tiff(np.zeros((1, 1, channels), np.uint8), 2, tags=tags)
    reason = refusal(read_photo, data) or ""
    assert ("save it without extra samples" in reason) is refused
    assert refusal(read_photo, tiff(np.zeros((4, 4, channels), np.uint8), 2, tags={338: tags[338]})) is None
