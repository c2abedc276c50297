"""What a PNG, TIFF, WebP or BMP file carries that a result will not have, and what is kept elsewhere."""

import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin

from photo.photo_files import exif_block, noise, opened, png, png_chunk, saved
from photo.test_photo_removed import CREATOR, FILM, GAIN_MAP, TITLE, resource, told
from wuhen import xmp
from wuhen.photo import encode, read_photo

PIXELS = noise(5, 7)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
IIM = b"\x1c\2\x50\0\3Ann"
FRAMES = [Image.new("RGB", (7, 5), colour) for colour in ("red", "blue")]


def raw_profile(kind: str, content: bytes) -> bytes:
    """Return a text as ImageMagick writes it."""
    text = f"Raw profile type {kind}\0\0".encode()
    return png_chunk(b"zTXt", text + zlib.compress(f"\n{kind}\n{len(content):8}\n{content.hex()}\n".encode()))


def text(kind: bytes, keyword: bytes, content: bytes) -> bytes:
    return png_chunk(kind, keyword + (b"\0\0\0\0\0" if kind == b"iTXt" else b"\0") + content)


PNGS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "nothing": (png(PIXELS, 2), ()),
    "text": (png(PIXELS, 2, text(b"tEXt", b"Title", b"Sea")), ()),
    "two texts of a name": (
        png(PIXELS, 2, text(b"tEXt", b"Title", b"Sea"), text(b"tEXt", b"Title", b"Land")),
        ('a text "Title"',),
    ),
    "long text": (
        png(PIXELS, 2, png_chunk(b"zTXt", b"workflow\0\0" + zlib.compress(bytes(2**20 + 1)))),
        ('a text "workflow"',),
    ),
    "texts beyond a mebibyte": (
        png(PIXELS, 2, text(b"tEXt", b"a", b"x" * 600_000), text(b"tEXt", b"b", b"x" * 500_000)),
        ('a text "a" (600 kB)',),
    ),
    "wrong checksum": (
        png(PIXELS, 2, text(b"tEXt", b"Title", b"Sea")[:-1] + b"?"),
        ("a damaged tEXt chunk",),
    ),
    "short pHYs": (png(PIXELS, 2, png_chunk(b"pHYs", b"\0")), ("a damaged pHYs chunk",)),
    "EXIF": (png(PIXELS, 2, png_chunk(b"eXIf", exif_block()[6:])), ()),
    "EXIF in a text": (png(PIXELS, 2, raw_profile("exif", exif_block())), ()),
    "IIM in a text": (png(PIXELS, 2, raw_profile("iptc", resource(0x0404, IIM))), ()),
    "Photoshop resources in a text": (
        png(PIXELS, 2, raw_profile("8bim", resource(0x0404, IIM) + resource(0x07D0, b"path"))),
        ("Photoshop's paths (1)",),
    ),
    "XMP in a text": (png(PIXELS, 2, raw_profile("xmp", told(TITLE, "Sea"))), ()),
    "profile in a text": (png(PIXELS, 2, raw_profile("icc", SRGB)), ()),
    "no profile": (png(PIXELS, 2, png_chunk(b"iCCP", b"icc\0\0?")), ("an ICC profile that cannot be read",)),
    "profile and cICP": (
        png(
            PIXELS,
            2,
            png_chunk(b"cICP", bytes((12, 13, 0, 1))),
            png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(SRGB)),
        ),
        ("the ICC profile, as cICP counts more",),
    ),
    "mastering": (
        png(PIXELS, 2, png_chunk(b"mDCV", bytes(24)), png_chunk(b"cLLI", bytes(8))),
        (),
    ),
    "bKGD": (png(PIXELS, 2, png_chunk(b"bKGD", bytes(6))), ("the background colour (bKGD)",)),
    "hIST": (png(PIXELS, 2, png_chunk(b"hIST", bytes(6))), ("the palette's histogram (hIST)",)),
    "sPLT": (png(PIXELS, 2, png_chunk(b"sPLT", b"name\0\x08")), ("a suggested palette (sPLT)",)),
    "sBIT": (png(PIXELS, 2, png_chunk(b"sBIT", b"\5\6\5")), ("how many bits are significant (sBIT)",)),
    "tIME": (png(PIXELS, 2, png_chunk(b"tIME", bytes(7))), ("the time of the last change (tIME)",)),
    "animation": (
        saved(FRAMES[0], "PNG", save_all=True, append_images=FRAMES[1:]),
        ("frame 2 of an animation",),
    ),
    "animation that the picture is no part of": (
        saved(FRAMES[0], "PNG", save_all=True, append_images=FRAMES[1:], default_image=True),
        ("an animation of 1 frame",),
    ),
    "fewer frames than announced": (
        png(PIXELS, 2, png_chunk(b"acTL", b"\x7f" * 8), png_chunk(b"fcTL", bytes(26))),
        (),
    ),
    "credentials": (
        png(PIXELS, 2, png_chunk(b"caBX", b"jumb")),
        ("the Content Credentials, which a change breaks",),
    ),
    "unknown": (png(PIXELS, 2, png_chunk(b"mkBT", b"layers")), ("a program's own data (mkBT)",)),
    "film": (png(PIXELS, 2) + FILM, ("the film of a Motion Photo (2 kB)",)),
    "a part that was cropped away": (png(PIXELS, 2) + b"IDAT" * 500, ("data behind the picture (2 kB)",)),
}


@pytest.mark.parametrize(("data", "removed"), PNGS.values(), ids=PNGS)
def test_what_a_result_of_a_png_will_not_have_is_said(data: bytes, removed: tuple[str, ...]) -> None:
    photo = read_photo(data)
    assert tuple(map(str, photo.removed)) == removed
    assert read_photo(encode(photo, "PNG")).removed == ()


def test_metadata_wrapped_in_texts_of_a_png_are_kept() -> None:
    wrapped = {
        "iptc": resource(0x0404, IIM),
        "xmp": told(TITLE, "Sea"),
        "icc": SRGB,
        "exif": exif_block(size=(7, 5)),
    }
    photo = read_photo(png(PIXELS, 2, *(raw_profile(kind, content) for kind, content in wrapped.items())))
    assert xmp.properties(photo.xmp, [TITLE, CREATOR]) == {TITLE: ("Sea",), CREATOR: ("Ann",)}
    assert (photo.icc_profile, photo.exif, dict(photo.texts)) == (SRGB, exif_block(size=(7, 5)), {})


@pytest.mark.parametrize("kind", ["exif", "xmp"])
def test_what_imagemagick_calls_app1_is_told_by_its_content(kind: str) -> None:
    content = exif_block() if kind == "exif" else b"http://ns.adobe.com/xap/1.0/\0" + told(TITLE, "Sea")
    photo = read_photo(png(PIXELS, 2, raw_profile("APP1", content)))
    assert (photo.exif is None, photo.xmp is None) == (kind != "exif", kind != "xmp")


def test_a_texts_language_is_kept() -> None:
    data = png(PIXELS, 2, png_chunk(b"iTXt", b"Title\0\0\0fr\0Titre\0Mer"))
    written = opened(encode(read_photo(data), "PNG"))
    assert isinstance(written, PngImagePlugin.PngImageFile)
    title = written.text["Title"]
    assert isinstance(title, PngImagePlugin.iTXt)
    assert (title, title.lang, title.tkey) == ("Mer", "fr", "Titre")


@pytest.mark.parametrize(
    "keyword", ["colours", "removed", "iim", "exif", "xmp", "icc_profile", "dpi", "texts"]
)
def test_a_text_behind_the_picture_passes_for_nothing_else(keyword: str) -> None:
    whole = png(PIXELS, 2)
    end = whole.index(b"IEND") - 4
    photo = read_photo(whole[:end] + text(b"tEXt", keyword.encode(), b"text") + whole[end:])
    assert dict(photo.texts) == {keyword: "text"}
    assert dict(read_photo(encode(photo, "PNG")).texts) == {keyword: "text"}


def tiff(**tags: Any) -> bytes:
    """Return a TIFF file with tags, called by their numbers behind an underscore."""
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    for name, value in tags.items():
        number = int(name[1:])
        directory[number] = value
        if isinstance(value, bytes):
            directory.tagtype[number] = 7
        elif isinstance(value, str):
            directory.tagtype[number] = 2
    return saved(PIXELS, "TIFF", tiffinfo=directory)


def exif_tiff() -> bytes:
    block = Image.Exif()
    block[0x8769] = {0x927C: b"notes", 0x829A: 0.25}
    return saved(PIXELS, "TIFF", exif=block.tobytes())


TIFFS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "nothing": (tiff(), ()),
    "texts": (tiff(_270="Sea", _269="name", _285="page", _316="host", _18246=4), ()),
    "geographic": (tiff(_33550=(1.0, 1.0, 0.0), _34735=(1, 1, 0, 0), _42113="0"), ()),
    "geographic, turned": (
        tiff(_33550=(1.0, 1.0, 0.0), _274=6),
        ("the geographic coordinates, as the picture is turned",),
    ),
    "IIM": (tiff(_33723=IIM), ()),
    "XMP": (tiff(_700=told(TITLE, "Sea")), ()),
    "XMP as text": (tiff(_700=told(TITLE, "Sea").decode()), ()),
    "Photoshop": (
        tiff(_34377=resource(0x0404, IIM) + resource(0x0408, b"guides")),
        ("other Photoshop resources (1)",),
    ),
    "layers": (tiff(_37724=b"layers"), ("Photoshop's layers (6 bytes)",)),
    "maker notes": (exif_tiff(), ("the maker notes",)),
    "credentials": (tiff(_52545=b"jumb"), ("the Content Credentials, which a change breaks",)),
    "other tags": (tiff(_50341=b"PrintIM", _65000=1), ("the tags 50341, 65000",)),
    "colorimetry": (tiff(_318=(0.31, 0.33), _319=(0.6, 0.3) * 3), ("the tags 318, 319",)),
    "another tag": (tiff(_65000=1), ("the tag 65000",)),
    "two pages": (saved(FRAMES[0], "TIFF", save_all=True, append_images=FRAMES[1:]), ("page 2 of the file",)),
    "three pages": (
        saved(FRAMES[0], "TIFF", save_all=True, append_images=FRAMES * 1),
        ("pages 2 to 3 of the file",),
    ),
    "further pictures": (tiff(_330=8), ("further pictures (SubIFDs)",)),
}


@pytest.mark.parametrize(("data", "removed"), TIFFS.values(), ids=TIFFS)
def test_what_a_result_of_a_tiff_will_not_have_is_said(data: bytes, removed: tuple[str, ...]) -> None:
    photo = read_photo(data)
    assert tuple(map(str, photo.removed)) == removed
    assert read_photo(encode(photo, "TIFF")).removed == ()


@pytest.mark.parametrize("holder", ["_33723", "_34377"])
def test_iim_of_a_tiff_is_said_in_xmp_wherever_it_is(holder: str) -> None:
    photo = read_photo(tiff(**{holder: IIM if holder == "_33723" else resource(0x0404, IIM)}))
    assert xmp.properties(photo.xmp, [CREATOR]) == {CREATOR: ("Ann",)}


def test_xmp_of_a_tiff_is_read_whatever_its_type() -> None:
    photo = read_photo(tiff(_700=told(TITLE, "Sea").decode()))
    assert xmp.properties(photo.xmp, [TITLE]) == {TITLE: ("Sea",)}


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (269, "name"),
        (285, "page"),
        (316, "host"),
        (0x9C9B, b"S\0e\0a\0\0\0"),
        (33550, (0.5, 0.5, 0.0)),
        (33922, (0.0, 0.0, 0.0, 8.5, 47.5, 0.0)),
        (34735, (1, 1, 0, 1, 1024, 0, 1, 2)),
        (34736, (6378137.0, 298.257)),
        (34737, "WGS 84|"),
        (42112, "<GDALMetadata/>"),
        (42113, "0"),
    ],
)
def test_descriptive_tags_of_a_tiff_are_kept_in_a_tiff(tag: int, value: object) -> None:
    written = opened(encode(read_photo(tiff(**{f"_{tag}": value})), "TIFF"))
    assert isinstance(written, TiffImagePlugin.TiffImageFile)
    assert written.tag_v2[tag] == value


def chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def webp(*chunks: bytes, flags: int = 0, trailer: bytes = b"") -> bytes:
    """Return a lossless WebP file with more chunks behind its picture."""
    plain = saved(PIXELS, "WEBP", lossless=True)
    header = chunk(b"VP8X", bytes((flags, 0, 0, 0, 6, 0, 0, 4, 0, 0)))
    body = b"WEBP" + header + plain[12:] + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body + trailer


WEBPS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "nothing": (webp(), ()),
    "metadata": (
        webp(chunk(b"EXIF", exif_block()[6:]), chunk(b"XMP ", told(TITLE, "Sea")), flags=0x0C),
        (),
    ),
    "profile": (saved(PIXELS, "WEBP", icc_profile=SRGB), ()),
    "damaged EXIF": (webp(chunk(b"EXIF", b"II"), flags=0x08), ("EXIF that cannot be read",)),
    "damaged XMP": (webp(chunk(b"XMP ", b"<x"), flags=0x04), ("XMP that cannot be read",)),
    "EXIF that nothing announces": (webp(chunk(b"EXIF", exif_block()[6:])), ("a program's own data (EXIF)",)),
    "animation": (
        saved(FRAMES[0], "WEBP", save_all=True, append_images=FRAMES[1:]),
        ("frame 2 of an animation",),
    ),
    "credentials": (webp(chunk(b"C2PA", b"jumb")), ("the Content Credentials, which a change breaks",)),
    "unknown": (webp(chunk(b"ABCD", b"x")), ("a program's own data (ABCD)",)),
    "gain map behind it": (webp(trailer=GAIN_MAP), ("the HDR gain map (1 kB)",)),
}


@pytest.mark.parametrize(("data", "removed"), WEBPS.values(), ids=WEBPS)
def test_what_a_result_of_a_webp_will_not_have_is_said(data: bytes, removed: tuple[str, ...]) -> None:
    photo = read_photo(data)
    assert tuple(map(str, photo.removed)) == removed
    assert read_photo(encode(photo, "WEBP")).removed == ()


def bmp(space: int, profile: bytes, trailer: bytes = b"") -> bytes:
    """Return a bitmap with the header of version 5, and a profile behind its samples."""
    rows = np.ascontiguousarray(PIXELS[::-1, :, ::-1]).reshape(5, -1)
    samples = b"".join(row.tobytes() + bytes(-len(row) % 4) for row in rows)
    header = struct.pack("<IiiHHIIiiII", 124, 7, 5, 1, 24, 0, len(samples), 0, 0, 0, 0).ljust(56, b"\0")
    header += struct.pack("<I", space).ljust(52, b"\0") + struct.pack(
        "<IIII", 4, 124 + len(samples), len(profile), 0
    )
    whole = header + samples + profile + trailer
    return b"BM" + struct.pack("<IHHI", 14 + len(whole), 0, 0, 14 + 124) + whole


BMPS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "nothing": (saved(PIXELS, "BMP"), ()),
    "profile": (bmp(0x4D424544, SRGB), ()),
    "damaged profile": (bmp(0x4D424544, b"?"), ("an ICC profile that cannot be read",)),
    "linked profile": (bmp(0x4C494E4B, b"file"), ("the name of a file with a colour profile",)),
    "data behind it": (bmp(0x4D424544, SRGB, b"more"), ("data behind the picture (4 bytes)",)),
}


@pytest.mark.parametrize(("data", "removed"), BMPS.values(), ids=BMPS)
def test_what_a_result_of_a_bitmap_will_not_have_is_said(data: bytes, removed: tuple[str, ...]) -> None:
    photo = read_photo(data)
    assert tuple(map(str, photo.removed)) == removed
    assert np.array_equal(photo.pixels, PIXELS)


def test_a_bitmaps_profile_is_kept() -> None:
    assert read_photo(bmp(0x4D424544, SRGB)).icc_profile == SRGB


DAMAGED_WEBPS = {
    "cut off": webp(chunk(b"EXIF", exif_block()), flags=0x08)[:-40],
    "length past the end": webp(chunk(b"EXIF", exif_block())[:20], flags=0x08),
    "no padding": webp(b"XMP \3\0\0\0<x>", chunk(b"EXIF", exif_block()), flags=0x0C),
    "metadata first": saved(PIXELS, "WEBP", lossless=True)[:12]
    + chunk(b"VP8X", bytes((0x08, 0, 0, 0, 6, 0, 0, 4, 0, 0)))
    + chunk(b"EXIF", b"II*\0\xff\xff\xff\xff")
    + saved(PIXELS, "WEBP", lossless=True)[12:],
    "no profile": webp(chunk(b"ICCP", b""), flags=0x20),
    "announced and absent": webp(flags=0x2C),
    "two": webp(chunk(b"EXIF", exif_block()), chunk(b"EXIF", b""), flags=0x08),
    "file's length": webp()[:4] + bytes(4) + webp()[8:],
    "file's length past the end": webp()[:4] + b"\xff\xff\xff\x7f" + webp()[8:],
    "a few bytes behind it": webp(trailer=b"EXI"),
}


@pytest.mark.parametrize("data", DAMAGED_WEBPS.values(), ids=DAMAGED_WEBPS)
def test_damaged_chunks_of_a_webp_never_decide_over_the_photo(data: bytes) -> None:
    assert np.array_equal(read_photo(data).pixels, PIXELS)


def with_entry(tag: int, kind: int, count: int, value: int) -> bytes:
    """Return a TIFF file with an entry as it is given, in place of its software's name."""
    data = bytearray(tiff(_305="some software"))
    (start,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, start)
    at = next(at for at in range(start + 2, start + 2 + 12 * entries, 12) if data[at : at + 2] == b"\x31\1")
    struct.pack_into("<HHII", data, at, tag, kind, count, value)
    return bytes(data)


def with_next_page(at: int) -> bytes:
    data = bytearray(tiff())
    (start,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, start)
    struct.pack_into("<I", data, start + 2 + 12 * entries, start if at == 0 else at)
    return bytes(data)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    "tag", [270, 306, 330, 700, 33432, 33550, 33723, 34377, 34665, 34675, 34853, 37724, 40965, 65000]
)
@pytest.mark.parametrize(("count", "value"), [(1, 8), (1, 10**9), (1000, 8), (2**32 - 1, 2**32 - 1), (0, 0)])
def test_damaged_tags_of_a_tiff_never_decide_over_the_photo(tag: int, count: int, value: int) -> None:
    for kind in (0, 1, 2, 3, 4, 5, 7, 12, 13, 99):
        photo = read_photo(with_entry(tag, kind, count, value))
        assert np.array_equal(photo.pixels, PIXELS)
        assert np.array_equal(read_photo(encode(photo, "TIFF")).pixels, PIXELS)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("at", [0, 1, 8, 2**31, 2**32 - 1])
def test_a_directory_that_leads_astray_never_decides_over_the_photo(at: int) -> None:
    assert np.array_equal(read_photo(with_next_page(at)).pixels, PIXELS)
