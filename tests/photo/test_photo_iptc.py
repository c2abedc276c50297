"""What IPTC-IIM says of a photo is in the result's XMP."""

import struct
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import TiffImagePlugin, TiffTags

from photo.photo_files import noise, saved, tiff
from wuhen import xmp
from wuhen.photo import encode, read_photo
from wuhen.photo.metadata import iptc

DC = "http://purl.org/dc/elements/1.1/"
CREATOR, RIGHTS, SUBJECT, CAPTION = ((DC, name) for name in ("creator", "rights", "subject", "description"))
PHOTOSHOP, CORE = "http://ns.adobe.com/photoshop/1.0/", "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
CREDIT = (PHOTOSHOP, "Credit")


def data_set(number: int, text: bytes, record: int = 2) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(text)) + text


TOLD = data_set(80, b"A person") + data_set(116, b"(c) An agency") + data_set(110, b"Agency")


def with_iim(block: bytes, packet: bytes | None = None) -> bytes:
    """Return a JPEG photo with an IIM block among Photoshop's resources, after another resource."""
    body = b"Photoshop 3.0\0" + b"8BIM\x04\x0f\0\0" + struct.pack(">I", 2) + b"ab"
    body += b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block + bytes(len(block) % 2)
    plain = saved(noise(7, 5), "JPEG", **({} if packet is None else {"xmp": packet}))
    return plain[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + plain[2:]


@pytest.mark.parametrize("target", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_by_line_and_copyright_survive(target: str) -> None:
    written = read_photo(encode(read_photo(with_iim(TOLD)), target)).xmp
    found = xmp.properties(written, [CREATOR, RIGHTS, CREDIT])
    assert found == {CREATOR: ("A person",), RIGHTS: ("(c) An agency",), CREDIT: ("Agency",)}
    assert written is not None
    assert b'<rdf:Alt><rdf:li xml:lang="x-default">(c) An agency</rdf:li></rdf:Alt>' in written


@pytest.mark.parametrize(
    ("number", "uri", "name"),
    [
        (10, PHOTOSHOP, "Urgency"),
        (15, PHOTOSHOP, "Category"),
        (20, PHOTOSHOP, "SupplementalCategories"),
        (40, PHOTOSHOP, "Instructions"),
        (85, PHOTOSHOP, "AuthorsPosition"),
        (90, PHOTOSHOP, "City"),
        (92, CORE, "Location"),
        (95, PHOTOSHOP, "State"),
        (100, CORE, "CountryCode"),
        (101, PHOTOSHOP, "Country"),
        (103, PHOTOSHOP, "TransmissionReference"),
        (122, PHOTOSHOP, "CaptionWriter"),
    ],
)
def test_what_a_newsroom_files_survives(number: int, uri: str, name: str) -> None:
    photo = read_photo(with_iim(data_set(number, b"DETROIT")))
    assert xmp.properties(photo.xmp, [(uri, name)]) == {(uri, name): ("DETROIT",)}
    assert photo.removed == ()


@pytest.mark.parametrize(
    ("day", "time", "told"),
    [
        (b"20050929", b"165100", "2005-09-29T16:51:00"),
        (b"20050929", b"165100-0430", "2005-09-29T16:51:00-04:30"),
        (b"20050929", b"", "2005-09-29"),
        (b"20050929", b"noon", "2005-09-29"),
        (b"20050900", b"165100", "2005-09"),
        (b"20050000", b"", "2005"),
    ],
)
@pytest.mark.parametrize(
    ("sets", "name"),
    [((55, 60), (PHOTOSHOP, "DateCreated")), ((62, 63), ("http://ns.adobe.com/xap/1.0/", "CreateDate"))],
)
def test_dates_are_said_as_xmp_has_them(
    sets: tuple[int, int], name: xmp.Property, day: bytes, time: bytes, told: str
) -> None:
    packet = read_photo(with_iim(data_set(sets[0], day) + data_set(sets[1], time))).xmp
    assert xmp.properties(packet, [name]) == {name: (told,)}


def test_what_xmp_has_no_property_for_is_counted() -> None:
    version, charset = data_set(0, b"\0\4"), data_set(90, b"\x1b%G", record=1)
    unkept = (
        data_set(55, b"yesterday")
        + data_set(62, b"20050929")
        + data_set(63, b"noon")
        + data_set(65, b"Program")
        + data_set(80, b"desk", record=1)
    )
    (removed,) = read_photo(with_iim(charset + version + TOLD + unkept + data_set(75, b""))).removed
    assert str(removed) == "other IPTC-IIM data (4)"


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_that_has_it_as_numbers_is_read(order: Literal["<", ">"]) -> None:
    block = TOLD + bytes(-len(TOLD) % 4)
    numbers = struct.unpack(f"{order}{len(block) // 4}I", block)
    photo = read_photo(tiff(noise(7, 5), 2, order=order, tags={33723: numbers}))
    assert xmp.properties(photo.xmp, [CREATOR])[CREATOR] == ("A person",)


def test_a_tiff_that_has_it_as_bytes_is_read() -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags.tagtype[33723] = TiffTags.UNDEFINED
    tags[33723] = TOLD
    photo = read_photo(saved(noise(7, 5), "TIFF", tiffinfo=tags))
    assert xmp.properties(photo.xmp, [CREATOR])[CREATOR] == ("A person",)


def test_each_keyword_and_each_creator_is_an_item() -> None:
    block = b"".join(data_set(number, text) for number in (25, 80) for text in (b"one", b"two"))
    packet = read_photo(with_iim(block)).xmp
    assert packet is not None
    assert b"<dc:subject><rdf:Bag><rdf:li>one</rdf:li><rdf:li>two</rdf:li></rdf:Bag></dc:subject>" in packet
    assert b"<dc:creator><rdf:Seq><rdf:li>one</rdf:li><rdf:li>two</rdf:li></rdf:Seq></dc:creator>" in packet


def test_what_xmp_says_already_counts() -> None:
    packet = xmp.rewrite(None, {CREATOR: "Somebody else"}, prefixes={DC: "dc"})
    found = xmp.properties(read_photo(with_iim(TOLD, packet)).xmp, [CREATOR, RIGHTS])
    assert found == {CREATOR: ("Somebody else",), RIGHTS: ("(c) An agency",)}
    everything = read_photo(with_iim(TOLD)).xmp
    assert everything is not None
    assert read_photo(with_iim(TOLD, everything)).xmp == everything


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (data_set(80, "安娜".encode()), "安娜"),
        (data_set(90, b"\x1b%G", record=1) + data_set(80, "Ännchen".encode()), "Ännchen"),
        (data_set(80, "Ännchen".encode("latin-1")), "Ännchen"),
        (data_set(80, b"Ann\x01\0"), "Ann\N{REPLACEMENT CHARACTER}"),
        (b"\x1c\x02\x50\x80\x04\0\0\0\x03Ann", "Ann"),
    ],
    ids=["unnamed UTF-8", "named UTF-8", "Latin-1", "controls", "extended"],
)
def test_texts_are_decoded(block: bytes, text: str) -> None:
    assert xmp.properties(read_photo(with_iim(block)).xmp, [CREATOR])[CREATOR] == (text,)


def test_all_is_told_however_much_it_is() -> None:
    packet = xmp.rewrite(None, {CAPTION: "x" * 50_000}, prefixes={DC: "dc"})
    block = TOLD + b"".join(data_set(25, b"keyword" * 9) for _ in range(300))
    written = read_photo(encode(read_photo(with_iim(block, packet)), "JPEG")).xmp
    found = xmp.properties(written, [CREATOR, SUBJECT, CAPTION])
    assert found == {CREATOR: ("A person",), SUBJECT: ("keyword" * 9 * 300,), CAPTION: ("x" * 50_000,)}


def test_nothing_told_adds_nothing() -> None:
    for block in (b"", b"\0", data_set(80, b""), data_set(200, b"text"), TOLD[:9], b"\x1c\x02\x50\xff\xff"):
        assert read_photo(with_iim(block)).xmp is None


@given(st.binary(max_size=60))
@settings(deadline=None)
def test_whatever_the_block_telling_it_twice_changes_nothing(tail: bytes) -> None:
    block = TOLD + b"\x1c\x02" + tail
    once = iptc.tell_in_xmp(None, block)
    assert once is not None
    assert iptc.tell_in_xmp(once, block) == once
