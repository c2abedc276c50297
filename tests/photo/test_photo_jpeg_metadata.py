"""Metadata of any size in the segments of a JPEG file."""

import io
import struct
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from photo.photo_files import exif_block, gradient, opened, saved
from wuhen import xmp
from wuhen.photo import encode, read_photo
from wuhen.photo.jpeg.metadata import xmp_segments

DC = "http://purl.org/dc/elements/1.1/"
AIGC = ("http://www.tc260.org.cn/ns/AIGC/1.0/", "AIGC")
RIGHTS = (DC, "rights")
PHOTO = read_photo(saved(gradient(16, 16), "PNG"))
STANDARD = b"http://ns.adobe.com/xap/1.0/\0"
LIMIT = 65502


def packet(body: str, about: str = "") -> bytes:
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="{about}" xmlns:dc="{DC}" xmlns:q="{AIGC[0]}">{body}</rdf:Description>'
        f"</rdf:RDF></x:xmpmeta>"
    ).encode()


def first_segment(segments: bytes) -> bytes:
    """Return the standard packet, which all readers read."""
    marker, length = struct.unpack_from(">HH", segments)
    assert marker == 0xFFE1
    body = segments[4 : 2 + length]
    assert body.startswith(STANDARD)
    return body.removeprefix(STANDARD)


def written_xmp(whole: bytes) -> bytes | None:
    return read_photo(encode(replace(PHOTO, xmp=whole), "JPEG")).xmp


@given(st.lists(st.integers(0, 90_000), max_size=6))
@settings(max_examples=40, deadline=None)
def test_every_property_is_kept_whatever_its_size(sizes: list[int]) -> None:
    values = {(DC, f"p{i}"): "x" * size for i, size in enumerate(sizes)}
    whole = packet("".join(f"<dc:{name}>{value}</dc:{name}>" for (_, name), value in values.items()))
    found = xmp.properties(written_xmp(whole), values)
    assert found == {name: (value,) for name, value in values.items()}
    assert len(first_segment(xmp_segments(whole))) <= LIMIT


def test_attributes_are_properties_too() -> None:
    whole = packet(f"<dc:a>{'x' * 40_000}</dc:a>").replace(
        b"xmlns:dc", b'dc:b="' + b"y" * 40_000 + b'" xmlns:dc'
    )
    found = xmp.properties(written_xmp(whole), [(DC, "a"), (DC, "b")])
    assert found == {(DC, "a"): ("x" * 40_000,), (DC, "b"): ("y" * 40_000,)}


def test_labels_and_creators_stay_where_all_readers_look() -> None:
    body = "".join(f"<dc:p{i}>{'x' * 90}</dc:p{i}>" for i in range(900))
    whole = packet(f"{body}<q:AIGC>{'l' * 900}</q:AIGC><dc:rights>{'r' * 900}</dc:rights>")
    found = xmp.properties(first_segment(xmp_segments(whole)), [AIGC, RIGHTS])
    assert found == {AIGC: ("l" * 900,), RIGHTS: ("r" * 900,)}


def test_padding_takes_no_room() -> None:
    segments = xmp_segments(packet("<dc:rights>mine</dc:rights>") + b" " * 70_000 + b'<?xpacket end="w"?>')
    assert xmp.properties(first_segment(segments), [RIGHTS]) == {RIGHTS: ("mine",)}


@pytest.mark.parametrize(
    "bulk",
    [
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="{}">',
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><!--{}-->',
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><x:other>{}</x:other>',
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" xmlns:z="urn:{}">',
    ],
)
def test_what_is_no_property_never_breaks_the_file(bulk: str) -> None:
    whole = packet("<dc:rights>mine</dc:rights>").decode()
    large = whole.replace('<x:xmpmeta xmlns:x="adobe:ns:meta/">', bulk.format("a" * 66_000)).encode()
    for odd in (large, packet("<dc:rights>mine</dc:rights>", "a" * 66_000), b"no XML" * 20_000):
        assert opened(encode(replace(PHOTO, xmp=odd), "JPEG")).size == (16, 16)


@pytest.mark.slow
def test_very_many_properties_are_shared_out_at_once() -> None:
    whole = packet("".join(f"<dc:p{i}>x</dc:p{i}>" for i in range(50_000)))
    before = time.thread_time()
    segments = xmp_segments(whole)
    assert time.thread_time() - before < 10
    assert len(first_segment(segments)) <= LIMIT


def test_large_exif_keeps_all_but_its_largest_tags() -> None:
    block = Image.Exif()
    block[0x010F], block[0x010E] = "Acme", "x" * 70_000
    block[ExifTags.IFD.Exif] = {0x829A: 0.25, 0x927C: b"n" * 70_000}
    block[ExifTags.IFD.GPSInfo] = {1: "N", 2: (1.0, 2.0, 3.0)}
    data = encode(replace(PHOTO, exif=block.tobytes()), "JPEG")
    written = Image.open(io.BytesIO(data)).getexif()
    assert (written[0x010F], written.get(0x010E)) == ("Acme", None)
    assert dict(written.get_ifd(ExifTags.IFD.Exif)) == {0x829A: 0.25}
    assert written.get_ifd(ExifTags.IFD.GPSInfo)[2] == (1.0, 2.0, 3.0)


def test_large_exif_that_cannot_be_read_is_left_out() -> None:
    assert opened(encode(replace(PHOTO, exif=b"Exif\0\0" + b"x" * 70_000), "JPEG")).info.get("exif") is None


def test_exif_that_fits_is_kept_to_the_byte() -> None:
    block = exif_block() + bytes(60_000)
    assert opened(encode(replace(PHOTO, exif=block), "JPEG")).info["exif"] == block
