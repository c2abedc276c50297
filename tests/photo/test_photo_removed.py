"""What a file carries that a result will not have: each kind is said in words, and nothing else is."""

import hashlib
import io
import struct
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from photo.photo_files import exif_block, gradient, icc_header, png_chunk, saved
from wuhen import xmp
from wuhen.photo import encode, read_photo
from wuhen.photo.metadata.embedded import find_pictures
from wuhen.photo.metadata.trailer import name_trailer
from wuhen.photo.removed import Removed
from wuhen.photo.unwritten import name_unwritten

THUMBNAIL = b"\xff\xd8\xff" + b"what was erased" * 20 + b"\xff\xd9"
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
DC, GAIN = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/hdr-gain-map/1.0/"
TITLE, CREATOR = (DC, "title"), (DC, "creator")
FILM = struct.pack(">I4s4sI", 16, b"ftyp", b"mp42", 0) + struct.pack(">I4s", 2000, b"mdat") + bytes(1992)
GAIN_MAP = saved(
    gradient(4, 4), "JPEG", xmp=xmp.rewrite(None, {(GAIN, "Version"): "1.0"}, prefixes={GAIN: "h"})
)


def segment(number: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, 0xE0 + number, 2 + len(content)) + content


def jpeg(*segments: bytes, trailer: bytes = b"") -> bytes:
    whole = saved(gradient(16, 16), "JPEG")
    return whole[:20] + b"".join(segments) + whole[20:] + trailer  # behind JFIF's


def resource(number: int, content: bytes) -> bytes:
    return struct.pack(">4sHHI", b"8BIM", number, 0, len(content)) + content + bytes(len(content) % 2)


IIM_RESOURCE = resource(0x0404, b"\x1c\2\5\0\3Sea")


def extended(packet: bytes, *, whole: bytes | None = None) -> bytes:
    """Return the parts of an extended packet, the last one first."""
    digest = hashlib.md5(whole or packet, usedforsecurity=False).hexdigest().upper().encode()
    cut = len(packet) // 2
    return b"".join(
        segment(
            1,
            b"http://ns.adobe.com/xmp/extension/\0"
            + digest
            + struct.pack(">II", len(whole or packet), at)
            + part,
        )
        for at, part in ((cut, packet[cut:]), (0, packet[:cut]))
    )


def told(name: xmp.Property, value: str) -> bytes:
    return xmp.rewrite(None, {name: value}, prefixes={name[0]: "p"})


def standard(packet: bytes) -> bytes:
    return segment(1, b"http://ns.adobe.com/xap/1.0/\0" + packet)


def with_id() -> bytes:
    block = Image.Exif()
    block[0x8769] = {0xA420: "0123456789abcdef", 0x829A: 0.25}
    return block.tobytes()


JPEGS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "nothing": (jpeg(), ()),
    "EXIF": (jpeg(segment(1, exif_block())), ()),
    "EXIF thumbnail": (jpeg(segment(1, exif_block(thumbnail=THUMBNAIL))), ("the EXIF thumbnail",)),
    "EXIF unique ID": (jpeg(segment(1, with_id())), ("the picture's unique ID",)),
    "EXIF preview": (
        jpeg(segment(1, exif_block() + saved(gradient(4, 4), "JPEG"))),
        ("a preview in EXIF",),
    ),
    "damaged EXIF": (jpeg(segment(1, b"Exif\0\0II*\0\xff\xff\xff\xff")), ("EXIF that cannot be read",)),
    "two EXIF blocks": (jpeg(segment(1, exif_block()), segment(1, exif_block())), ("a second EXIF block",)),
    "JFIF thumbnail": (
        saved(gradient(16, 16), "JPEG").replace(
            b"\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", b"\0\x13JFIF\0\1\1\0\0\1\0\1\1\1abc"
        ),
        ("the JFIF thumbnail",),
    ),
    "JFXX thumbnail": (jpeg(segment(0, b"JFXX\0\x10" + THUMBNAIL)), ("the JFIF thumbnail",)),
    "XMP": (jpeg(standard(told(TITLE, "Sea"))), ()),
    "XMP thumbnail": (
        jpeg(standard(told(("http://ns.adobe.com/xap/1.0/", "Thumbnails"), "x"))),
        ("the XMP thumbnail",),
    ),
    "XMP instance": (
        jpeg(standard(told(("http://ns.adobe.com/xap/1.0/mm/", "InstanceID"), "xmp.iid:1"))),
        ("the XMP instance's ID",),
    ),
    "damaged XMP": (jpeg(standard(b"<x")), ("XMP that cannot be read",)),
    "extended XMP": (jpeg(standard(told(TITLE, "Sea")), extended(told(CREATOR, "Ann"))), ()),
    "depth map in XMP": (
        jpeg(
            standard(told(TITLE, "Sea")),
            extended(told(("http://ns.google.com/photos/1.0/depthmap/", "Data"), "AAAA")),
        ),
        ("the depth map in XMP",),
    ),
    "extended XMP, a part lost": (
        jpeg(standard(told(TITLE, "Sea")), extended(told(CREATOR, "Ann"), whole=told(CREATOR, "Anna"))),
        ("extended XMP that is damaged",),
    ),
    "profile": (saved(gradient(16, 16), "JPEG", icc_profile=SRGB), ()),
    "misnumbered profile": (
        jpeg(segment(2, b"ICC_PROFILE\0\2\2" + SRGB)),
        ("an ICC profile that cannot be read",),
    ),
    "no profile": (
        jpeg(segment(2, b"ICC_PROFILE\0\1\1" + b"x" * 500)),
        ("an ICC profile that cannot be read",),
    ),
    "grey profile": (
        jpeg(segment(2, b"ICC_PROFILE\0\1\1" + icc_header(b"GRAY"))),
        ("a GRAY profile that does not fit",),
    ),
    "CMYK profile": (
        saved(Image.new("CMYK", (16, 16)), "JPEG", icc_profile=icc_header(b"CMYK")),
        ("the CMYK profile, as the result is sRGB",),
    ),
    "film": (jpeg(trailer=FILM), ("the film of a Motion Photo (2 kB)",)),
    "film behind padding": (jpeg(trailer=bytes(30) + FILM), ("the film of a Motion Photo (2 kB)",)),
    "Samsung's film": (
        jpeg(trailer=b"\0\0\x30\x0a" + FILM + b"SEFHSEFT"),
        ("the film of a Motion Photo (2 kB)", "data behind the picture (10 bytes)"),
    ),
    "gain map": (jpeg(trailer=GAIN_MAP), ("the HDR gain map (1 kB)",)),
    "gain map and film": (
        jpeg(trailer=GAIN_MAP + FILM),
        ("the HDR gain map (1 kB)", "the film of a Motion Photo (2 kB)"),
    ),
    "further picture": (
        jpeg(segment(2, b"MPF\0MM\0*\0\0\0\x08"), trailer=saved(gradient(4, 4), "JPEG")),
        ("a further picture (671 bytes)",),
    ),
    "padding": (jpeg(trailer=bytes(3000)), ()),
    "data behind it": (jpeg(trailer=b"x" * 1234), ("data behind the picture (1 kB)",)),
    "IIM": (jpeg(segment(13, b"Photoshop 3.0\0" + resource(0x0404, b"\x1c\2\5\0\3Sea"))), ()),
    "Photoshop resources": (
        jpeg(
            segment(
                13,
                b"Photoshop 3.0\0"
                + resource(0x040C, b"thumbnail")
                + resource(0x07D0, b"path")
                + resource(0x0408, b"guides"),
            )
        ),
        ("the Photoshop thumbnail", "Photoshop's paths (1)", "other Photoshop resources (1)"),
    ),
    "credentials": (
        jpeg(segment(11, b"JP\0\1\0\0\0\1\0\0\0\x20jumbjumdc2pa")),
        ("the Content Credentials, which a change breaks",),
    ),
    "FlashPix": (jpeg(segment(2, b"FPXR\0\0")), ("FlashPix data",)),
    "Ducky": (jpeg(segment(12, b"Ducky\0\1\0\4")), ("a program's own data (APP12, Ducky)",)),
    "nameless": (jpeg(segment(5, b"\0\1\2\3")), ("a program's own data (APP5)",)),
    "Adobe": (jpeg(segment(14, b"Adobe\0\x64\0\0\0\0\1")), ()),
    "comments": (jpeg(b"\xff\xfe\0\5abc", b"\xff\xfe\0\5def"), ("all comments but the last",)),
}


@pytest.mark.parametrize(("data", "removed"), JPEGS.values(), ids=JPEGS)
def test_what_a_result_of_a_jpeg_will_not_have_is_said(data: bytes, removed: tuple[str, ...]) -> None:
    photo = read_photo(data)
    assert tuple(map(str, photo.removed)) == removed
    assert read_photo(encode(photo, "JPEG")).removed == ()


def test_extended_xmp_is_kept() -> None:
    photo = read_photo(jpeg(standard(told(TITLE, "Sea")), extended(told(CREATOR, "Ann"))))
    assert xmp.properties(photo.xmp, [TITLE, CREATOR]) == {TITLE: ("Sea",), CREATOR: ("Ann",)}


def test_of_two_packets_the_first_counts_and_the_second_adds() -> None:
    second = xmp.rewrite(None, {TITLE: "Land", CREATOR: "Ann"}, prefixes={DC: "dc"})
    photo = read_photo(jpeg(standard(told(TITLE, "Sea")), standard(second)))
    assert xmp.properties(photo.xmp, [TITLE, CREATOR]) == {TITLE: ("Sea",), CREATOR: ("Ann",)}


def test_exif_over_several_segments_is_one_block() -> None:
    block = exif_block(size=(16, 16)) + bytes(100)
    photo = read_photo(jpeg(segment(1, block[:60]), segment(1, b"Exif\0\0" + block[60:])))
    assert photo.exif == block


def test_the_resolution_of_exif_counts_where_jfif_has_none() -> None:
    block = Image.Exif()
    block[0x011A], block[0x0128] = 300, 2
    assert read_photo(saved(gradient(16, 16), "JPEG", exif=block.tobytes())).dpi == (300, 300)


DAMAGED: dict[str, Callable[[], bytes]] = {
    "EXIF header": lambda: segment(1, b"Exif\0\0II*\0"),
    "EXIF loop": lambda: segment(1, b"Exif\0\0II*\0\x08\0\0\0\0\0\x08\0\0\0"),
    "EXIF of no order": lambda: segment(1, b"Exif\0\0XX"),
    "EXIF tag count": lambda: segment(1, b"Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\xff\xff\xff\x7f\0\0\0\0"),
    "short profile": lambda: segment(2, b"ICC_PROFILE\0"),
    "profile of part 0": lambda: segment(2, b"ICC_PROFILE\0\0\0"),
    "short JFIF": lambda: segment(0, b"JFIF"),
    "short Adobe": lambda: segment(14, b"Adobe"),
    "short MPF": lambda: segment(2, b"MPF\0"),
    "short resource": lambda: segment(13, b"Photoshop 3.0\0" + b"8BIM"),
    "long resource": lambda: segment(13, b"Photoshop 3.0\0" + resource(0x0404, b"x" * 9)[:-4]),
    "resolution resource": lambda: segment(13, b"Photoshop 3.0\0" + resource(0x03ED, b"x")),
    "short extension": lambda: segment(1, b"http://ns.adobe.com/xmp/extension/\0abc"),
    "no XMP": lambda: standard(b""),
    "empty": lambda: segment(1, b""),
    "fill bytes": lambda: b"\xff\xff\xff" + segment(1, exif_block()),
}


@pytest.mark.parametrize("damaged", DAMAGED.values(), ids=DAMAGED)
def test_damaged_segments_of_a_jpeg_never_decide_over_the_photo(damaged: Callable[[], bytes]) -> None:
    for data in (jpeg(damaged()), jpeg(damaged(), segment(1, exif_block()), damaged())):
        photo = read_photo(data)
        assert (photo.pixels == read_photo(jpeg()).pixels).all()
        assert Image.open(io.BytesIO(encode(photo, "JPEG"))).size == (16, 16)


def test_a_preview_in_the_maker_notes_shows_nothing_any_more() -> None:
    preview = saved(gradient(8, 8), "JPEG", comment=b"what was erased")
    block = exif_block().replace(b"NOTE" + bytes(range(60)), b"NOTE" + preview)
    photo = read_photo(jpeg(segment(1, block)))
    assert photo.exif is not None
    assert (len(photo.exif), photo.exif.count(b"NOTE")) == (len(block), 1)
    assert b"what was erased" not in encode(photo, "JPEG")


@given(st.binary(max_size=60), st.binary(max_size=60), st.integers(0, 900))
@settings(max_examples=60, deadline=None)
def test_pictures_are_found_in_anything(before: bytes, after: bytes, cut: int) -> None:
    whole = saved(gradient(4, 4), "JPEG")
    clear = before.replace(b"\xff", b"\0")
    assert next(iter(find_pictures(clear + whole + after))) == (len(clear), len(clear) + len(whole))
    for start, stop in find_pictures(before + whole[:cut] + after):
        assert 0 <= start < stop <= len(before) + min(cut, len(whole)) + len(after)


def test_finding_pictures_takes_no_longer_than_the_data_are_long() -> None:
    # Each place looks like the beginning of a picture with many segments.
    data = b"\xff\xd8\xff\xe0" * 5_000_000
    before = time.thread_time()
    ((start, stop),) = find_pictures(data)
    (name,) = name_trailer(data)
    assert time.thread_time() - before < 5
    assert start < 10_000  # a few are tried, the rest goes
    assert stop == len(data)
    assert str(name) == "data behind the picture (20.0 MB)"


@pytest.mark.slow
def test_xmp_of_senseless_size_is_left_out() -> None:
    def packet(count: int) -> bytes:
        said = xmp.rewrite(None, {TITLE: "a"}, prefixes={DC: "dc"})
        return said.replace(b"</rdf:RDF>", b"<rdf:Description a='b'/>" * count + b"</rdf:RDF>")

    kept, gone = (read_photo(saved(gradient(4, 4), "WEBP", xmp=packet(count))) for count in (500, 200_000))
    assert kept.xmp is not None
    assert gone.xmp is None
    assert list(map(str, gone.removed)) == ["XMP that cannot be read"]


@given(st.text(), st.text())
def test_names_from_a_file_are_printable_on_a_terminal(en: str, zh: str) -> None:
    name = Removed(en, zh)
    assert name.en.isprintable()
    assert name.zh.isprintable()
    if en.isprintable():
        assert name.en == en


def test_no_command_for_a_terminal_is_in_what_is_told_of_a_file() -> None:
    text = png_chunk(b"tEXt", b"red\x1b[31m\n\0 ")
    data = saved(gradient(4, 4), "PNG", icc_profile=icc_header(b"\x1b[2J"))
    at = data.index(b"IDAT") - 4
    photo = read_photo(data[:at] + text + data[at:])
    told = [*photo.removed, *name_unwritten(photo, "JPEG")]
    assert [str(one) for one in told] == ["a ?[2J profile that does not fit", 'the text "red?[31m?"']


@pytest.mark.parametrize(
    ("said", "expected"), [((16, 12), (16, 12)), ((400, 300), (16, 12)), ((12, 16), (12, 16))]
)
def test_dimensions_that_are_another_pictures_are_set_right(
    said: tuple[int, int], expected: tuple[int, int]
) -> None:
    photo = read_photo(saved(gradient(12, 16), "JPEG", exif=exif_block(size=said)))
    written = Image.open(io.BytesIO(encode(photo, "JPEG"))).getexif().get_ifd(0x8769)
    assert (written[0xA002], written[0xA003]) == expected
