"""XMP packets that are made to take long."""

import time

from photo.photo_files import gradient, saved
from wuhen import xmp
from wuhen.photo import encode, read_photo

NAMESPACE = "urn:made-up"


def packet(inner: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:a="{NAMESPACE}">{inner}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def with_attributes(count: int) -> bytes:
    attributes = " ".join(f"a:c{i}='x'" for i in range(count))
    return packet(f"<a:b {attributes}/>")


def test_an_element_with_more_attributes_than_anybody_writes_makes_a_packet_unreadable() -> None:
    name = (NAMESPACE, "b")
    assert xmp.properties(with_attributes(2000), [name])[name]
    assert not xmp.properties(with_attributes(2001), [name])[name]


def test_a_prefix_that_nobody_declared_is_no_error_where_packets_are_merged() -> None:
    first, second = (packet(f"<tiff:Orientation>{value}</tiff:Orientation>") for value in (1, 6))
    merged = xmp.merge(first, [second, packet("<a:b>kept</a:b>")])
    assert b"kept" in merged
    assert b">6<" not in merged


def test_a_large_array_is_moved_to_the_extended_packet_at_once() -> None:
    """Taken out as it is, it would take a time that grows with its square: here five seconds."""
    item = '<rdf:li rdf:parseType="Resource"><a:c>1</a:c></rdf:li>'
    whole = packet(f"<a:b><rdf:Bag>{item * 60_000}</rdf:Bag></a:b>")
    started = time.thread_time()
    standard, extended = xmp.split(whole, 60_000)
    assert time.thread_time() - started < 2
    assert len(standard) <= 60_000
    assert extended is not None
    assert extended.count(b"<a:c>1</a:c>") == 60_000


def test_a_large_array_is_written_and_read_back_whole() -> None:
    item = '<rdf:li rdf:parseType="Resource"><a:c>1</a:c></rdf:li>'
    given = packet(f"<a:b><rdf:Bag>{item * 2000}</rdf:Bag></a:b>")
    photo = read_photo(saved(gradient(8, 8), "JPEG"))
    photo = type(photo)(pixels=photo.pixels, format="JPEG", xmp=given, stored_size=(8, 8))
    kept = read_photo(encode(photo, "JPEG")).xmp
    assert kept is not None
    assert kept.count(b"<a:c>1</a:c>") == 2000
