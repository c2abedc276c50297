"""ICC profile, EXIF, XMP and resolution: what survives, what must not."""

import struct
import time
import zlib
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from photo.photo_files import exif_block, gradient, icc_header, noise, opened, png_chunk, saved
from wuhen.photo import encode, name_unwritten, read_photo
from wuhen.photo.metadata import exif, xmp

FORMATS = ["JPEG", "PNG", "WEBP", "TIFF"]
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
THUMBNAIL = b"\xff\xd8" + b"what was erased" * 20 + b"\xff\xd9"
NAMESPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:ab="http://ns.adobe.com/xap/1.0/" '
    'xmlns:n="http://ns.adobe.com/xmp/note/"'
)


def packet(attributes: str = "", body: str = "", encoding: str = "utf-8") -> bytes:
    text = (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {NAMESPACES}>'
        f'<rdf:Description rdf:about="" {attributes}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>'
    )
    return text.encode(encoding)


PACKET = packet('tiff:Orientation="6" dc:creator="a person"')


def with_xmp(name: str, packet: bytes) -> bytes:
    """Save a small photo with an XMP packet; Pillow's PNG writer needs it as text."""
    if name == "PNG":
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt("XML:com.adobe.xmp", packet.decode())
        return saved(noise(7, 5), name, pnginfo=chunks)
    if name == "TIFF":
        return saved(noise(7, 5), name, tiffinfo={700: packet})
    return saved(noise(7, 5), name, xmp=packet)


@pytest.mark.parametrize("source", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("target", FORMATS)
def test_an_icc_profile_survives(source: str, target: str) -> None:
    photo = read_photo(saved(noise(7, 5), source, icc_profile=SRGB))
    assert photo.icc_profile == SRGB
    assert opened(encode(photo, target)).info["icc_profile"] == SRGB


def test_a_large_icc_profile_survives_in_jpeg() -> None:
    profile = icc_header(b"RGB ") + bytes(200_000)
    photo = read_photo(saved(noise(7, 5), "PNG", icc_profile=profile))
    assert opened(encode(photo, "JPEG")).info["icc_profile"] == profile


@pytest.mark.parametrize("target", ["JPEG", "PNG", "TIFF"])
def test_a_grey_profile_stays_with_a_grey_photo(target: str) -> None:
    profile = icc_header(b"GRAY")
    photo = read_photo(saved(noise(7, 5, 1), "PNG", icc_profile=profile))
    written = opened(encode(photo, target))
    assert (written.mode, written.info["icc_profile"]) == ("L", profile)


@pytest.mark.parametrize("target", FORMATS)
def test_a_grey_profile_leaves_when_colours_appear(target: str) -> None:
    photo = read_photo(saved(noise(7, 5, 1), "PNG", icc_profile=icc_header(b"GRAY")))
    coloured = photo.pixels.copy()
    coloured[2, 3] = (255, 0, 0)
    written = opened(encode(replace(photo, pixels=coloured), target))
    assert written.mode == "RGB"
    assert not written.info.get("icc_profile")


@pytest.mark.parametrize("target", FORMATS)
def test_a_colour_profile_on_grey_keeps_its_three_channels(target: str) -> None:
    written = opened(encode(read_photo(saved(noise(7, 5, 1), "PNG", icc_profile=SRGB)), target))
    assert (written.mode, written.info["icc_profile"]) == ("RGB", SRGB)


@pytest.mark.parametrize("profile", [b"", b"nonsense", b"\0" * 500, icc_header(b"CMYK"), icc_header(b"GRAY")])
def test_a_profile_that_does_not_fit_is_dropped(profile: bytes) -> None:
    assert read_photo(saved(noise(7, 5), "JPEG", icc_profile=profile)).icc_profile is None


@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("target", FORMATS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_survives(source: str, target: str, order: Literal["<", ">"]) -> None:
    block = exif_block(6, size=(5, 7), order=order)
    written = opened(encode(read_photo(saved(noise(7, 5), source, exif=block)), target)).getexif()
    assert written[0x010F] == "Acme"
    assert written.get(0x0112, 1) == 1
    pixel_dimensions = written.get_ifd(0x8769)
    assert (pixel_dimensions[0xA002], pixel_dimensions[0xA003]) == (7, 5)


@pytest.mark.parametrize("target", FORMATS)
def test_exif_of_a_tiff_survives(target: str) -> None:
    block = Image.Exif()
    block[0x010F], block[0x0132] = "Acme", "2026:11:23 01:02:03"
    block[0x8769] = {0x829A: 0.25, 0xA002: 5, 0xA003: 7}
    block[0x8825] = {1: "N", 2: (1.0, 2.0, 3.0)}
    data = saved(noise(7, 5), "TIFF", exif=block.tobytes())
    written = opened(encode(read_photo(data), target)).getexif()
    assert (written[0x010F], written[0x0132]) == ("Acme", "2026:11:23 01:02:03")
    assert written.get_ifd(0x8769)[0x829A] == 0.25
    assert written.get_ifd(0x8825)[2] == (1.0, 2.0, 3.0)


def test_a_maker_note_stays_where_it_was() -> None:
    block = exif_block(6, thumbnail=THUMBNAIL)
    cleaned, _ = exif.clean(block, (5, 7))
    assert cleaned is not None
    assert cleaned.index(b"NOTE") == block.index(b"NOTE")
    assert b"NOTE" + bytes(range(60)) in cleaned


@pytest.mark.parametrize("target", FORMATS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_the_thumbnail_is_gone_from_the_file(target: str, order: Literal["<", ">"]) -> None:
    data = saved(gradient(7, 5), "JPEG", exif=exif_block(6, thumbnail=THUMBNAIL, order=order))
    assert b"what was erased" in data
    written = encode(read_photo(data), target)
    assert b"what was erased" not in written
    assert not opened(written).getexif().get_ifd(0x8769).get(0x0201)


def test_of_two_orientations_neither_is_left() -> None:
    block = exif_block(6)
    first = block.index(struct.pack("<HHI", 0x0112, 3, 1))
    double = block[: first - 12] + block[first : first + 12] * 2 + block[first + 12 :]
    cleaned, orientation = exif.clean(double, (5, 7))
    assert orientation == 6
    assert cleaned is not None
    assert cleaned.count(struct.pack("<HHIHH", 0x0112, 3, 1, 1, 0)) == 2


def test_a_thumbnail_in_the_middle_is_overwritten() -> None:
    block = exif_block(1, thumbnail=THUMBNAIL) + bytes(100)
    cleaned, _ = exif.clean(block, (5, 7))
    assert cleaned is not None
    assert len(cleaned) == len(block)
    assert b"erased" not in cleaned


def test_exif_that_cannot_be_followed_is_dropped() -> None:
    for block in (b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\0\0", b"nonsense", exif_block()[:20]):
        assert exif.clean(block, (5, 7))[0] is None


@given(at=st.integers(6, 200), patch=st.binary(min_size=1, max_size=12), order=st.sampled_from(["<", ">"]))
@settings(max_examples=200, deadline=None)
def test_whatever_the_exif_cleaning_it_ends(at: int, patch: bytes, order: Literal["<", ">"]) -> None:
    block = bytearray(exif_block(6, thumbnail=THUMBNAIL, order=order))
    block[at : at + len(patch)] = patch
    cleaned, orientation = exif.clean(bytes(block), (5, 7))
    assert 1 <= orientation <= 8
    assert cleaned is None or len(cleaned) <= len(block)
    assert cleaned is None or exif.clean(cleaned, (5, 7)) == (cleaned, 1)


def test_exif_kept_as_png_text_is_read() -> None:
    block = exif_block(6)[6:]
    text = f"\nexif\n{len(block) + 6:8}\n{(b'Exif' + bytes(2) + block).hex()}\n"
    chunk = png_chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(text.encode()))
    plain = saved(noise(7, 5), "PNG")
    photo = read_photo(plain[:33] + chunk + plain[33:])
    assert photo.orientation == 6
    assert photo.exif is not None


@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("target", FORMATS)
def test_xmp_survives_upright(source: str, target: str) -> None:
    photo = read_photo(with_xmp(source, PACKET))
    assert photo.size == (5, 7)
    assert photo.xmp is not None
    assert b'tiff:Orientation="1"' in photo.xmp
    assert b'dc:creator="a person"' in photo.xmp
    written = encode(photo, target)
    assert photo.xmp in written  # not compressed, so that whoever looks for the packet finds it
    assert read_photo(written).xmp == photo.xmp


def test_a_packet_that_belies_nothing_is_kept_to_the_byte() -> None:
    kept = packet('tiff:Orientation="1" dc:creator="a person"') + b" " * 100
    assert xmp.clean(kept) == kept


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xmp_loses_its_pictures_and_its_extension(encoding: str) -> None:
    """Whatever the prefix and the encoding: a picture of what was erased must not stay in the file."""
    cleaned = xmp.clean(
        packet(
            'n:HasExtendedXMP="0123" dc:title="kept"',
            "<ab:Thumbnails><rdf:Alt><rdf:li>/9j/erased</rdf:li></rdf:Alt></ab:Thumbnails>"
            "<tiff:Orientation>8</tiff:Orientation><dc:rights>mine</dc:rights>",
            encoding,
        )
    )
    assert cleaned is not None
    assert b"erased" not in cleaned
    assert b"0123" not in cleaned
    assert b"<tiff:Orientation>1<" in cleaned
    assert b"<dc:rights>mine<" in cleaned
    assert b'dc:title="kept"' in cleaned


PROMISES = {
    "motion photo": (
        (
            'xmlns:g="http://ns.google.com/photos/1.0/camera/" g:MotionPhoto="1" g:MotionPhotoVersion="1" '
            'g:MotionPhotoPresentationTimestampUs="500000"'
        ),
        (
            '<c:Directory xmlns:c="http://ns.google.com/photos/1.0/container/"><rdf:Seq><rdf:li '
            'rdf:parseType="Resource"><c:Item xmlns:i="http://ns.google.com/photos/1.0/container/item/" '
            'i:Mime="video/mp4" i:Semantic="MotionPhoto" i:Length="1234567"/></rdf:li></rdf:Seq>'
            "</c:Directory>"
        ),
    ),
    "micro video": (
        (
            'xmlns:g="http://ns.google.com/photos/1.0/camera/" g:MicroVideo="1" g:MicroVideoVersion="1" '
            'g:MicroVideoOffset="1234567" g:MicroVideoPresentationTimestampUs="500000"'
        ),
        "",
    ),
    "gain map": (
        'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" hdrgm:HDRCapacityMax="3.2"',
        "<hdrgm:GainMapMax><rdf:Seq><rdf:li>3.2</rdf:li></rdf:Seq></hdrgm:GainMapMax>",
    ),
}


@pytest.mark.parametrize("kind", PROMISES)
def test_xmp_no_longer_promises_what_was_behind_the_picture(kind: str) -> None:
    attributes, body = PROMISES[kind]
    promising = packet(f'dc:title="kept" {attributes}', f"{body}<dc:rights>mine</dc:rights>")
    photo = read_photo(with_xmp("JPEG", promising) + b"ftypmp42" * 100)
    written = encode(photo, "JPEG")
    for promise in (b"MotionPhoto", b"MicroVideo", b"Directory", b"1234567", b"hdrgm:", b"ftypmp42"):
        assert promise not in written
    assert b'dc:title="kept"' in written
    assert b"<dc:rights>mine<" in written


@pytest.mark.parametrize(
    "slow",
    [b"<xmp:Thumbnails>" * 250_000, b"<a>" + b" " * 1_000_000 + b"</a>", packet(body=" " * 1_000_000)],
    ids=["nested", "blanks", "blanks in a packet"],
)
def test_xmp_made_to_be_slow_is_not(slow: bytes) -> None:
    before = time.thread_time()
    xmp.clean(slow)
    assert time.thread_time() - before < 5


@given(st.binary(max_size=200))
def test_whatever_the_xmp_cleaning_it_twice_changes_nothing(packet: bytes) -> None:
    once = xmp.clean(packet)
    assert once is None or xmp.clean(once) == once


@pytest.mark.parametrize("source", ["JPEG", "PNG", "BMP", "TIFF"])
@pytest.mark.parametrize("target", ["JPEG", "PNG", "TIFF"])
def test_the_resolution_survives(source: str, target: str) -> None:
    photo = read_photo(saved(noise(7, 5), source, dpi=(300, 150)))
    assert opened(encode(photo, target)).info["dpi"] == pytest.approx((300, 150), abs=0.02)


def test_the_resolution_turns_with_the_photo() -> None:
    photo = read_photo(saved(noise(7, 5), "JPEG", dpi=(300, 150), exif=exif_block(6)))
    assert photo.dpi == (150, 300)


@pytest.mark.parametrize("dpi", [(0, 0), (0, 72), (1e9, 1e9)])
def test_a_nonsense_resolution_is_dropped(dpi: tuple[float, float]) -> None:
    chunk = png_chunk(b"pHYs", struct.pack(">IIB", *(min(2**32 - 1, int(value * 40)) for value in dpi), 1))
    plain = saved(noise(7, 5), "PNG")
    assert read_photo(plain[:33] + chunk + plain[33:]).dpi is None


def test_a_tiff_that_states_no_resolution_has_none() -> None:
    assert read_photo(saved(noise(7, 5), "TIFF")).dpi is None


def oblong(name: str, across: int, down: int, orientation: int = 1) -> bytes:
    """Return a photo whose file says how the sides of its pixels are related, and no more."""
    if name == "TIFF":
        return saved(noise(7, 5), name, tiffinfo={274: orientation, 282: across, 283: down, 296: 1})
    data = saved(noise(7, 5), name, exif=exif_block(orientation))
    if name == "JPEG":
        return data[:13] + struct.pack(">BHH", 0, across, down) + data[18:]
    return data[:33] + png_chunk(b"pHYs", struct.pack(">IIB", across, down, 0)) + data[33:]


@pytest.mark.parametrize("name", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize(("orientation", "aspect"), [(1, (1, 2)), (6, (2, 1))])
def test_a_jpeg_says_that_its_pixels_are_not_square(
    name: str, orientation: int, aspect: tuple[int, int]
) -> None:
    photo = read_photo(oblong(name, 36, 72, orientation))
    written = opened(encode(photo, "JPEG")).info
    assert (written["jfif_unit"], written["jfif_density"]) == (0, aspect)
    assert name_unwritten(photo, "JPEG") == ()


@pytest.mark.parametrize("target", ["PNG", "WEBP", "TIFF"])
def test_other_formats_are_said_not_to(target: str) -> None:
    lost = map(str, name_unwritten(read_photo(oblong("JPEG", 1, 2)), target))
    assert "that its pixels are not square but 2:1" in lost


@pytest.mark.parametrize("name", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize(("across", "down"), [(72, 72), (0, 2), (2, 0), (1, 60_000), (1000, 1001)])
def test_pixels_that_are_square_or_nonsense_are_nothing_to_tell(name: str, across: int, down: int) -> None:
    assert read_photo(oblong(name, across, down)).aspect is None


def test_a_photo_without_metadata_gets_none() -> None:
    for target in FORMATS:
        info = opened(encode(read_photo(saved(noise(7, 5), "PNG")), target)).info
        assert not {"icc_profile", "exif", "xmp"} & {key for key, value in info.items() if value}


@pytest.mark.parametrize("target", FORMATS)
def test_metadata_does_not_change_pixels(target: str) -> None:
    data = saved(noise(7, 5), "PNG", icc_profile=SRGB, exif=exif_block(), dpi=(72, 72))
    if target != "JPEG":
        assert np.array_equal(read_photo(encode(read_photo(data), target)).pixels, noise(7, 5))
