"""Labels in XMP packets: found, written once, and nothing else of the packet lost."""

import time
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from wuhen.mark import AigcLabel, find_labels, find_source, source_after, write_labels

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
DC = "http://purl.org/dc/elements/1.1/"
LABEL = AigcLabel("1", "001191110102MACQD9K64010000", "42").as_json()
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced"

text = st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF, exclude_categories=["Cc"]), max_size=20)
names = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}", fullmatch=True)


def packet(body: str, about: str = "") -> bytes:
    return (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about="{about}" xmlns:dc="{DC}" '
        f'xmlns:i="{IPTC}" xmlns:q="{TC260}">{body}</rdf:Description></rdf:RDF></x:xmpmeta>{" " * 500}\n'
        f'<?xpacket end="w"?>'
    ).encode()


@st.composite
def packets(draw: st.DrawFn) -> tuple[bytes, dict[str, str]]:
    """Draw a packet as other writers make them, and the simple properties in it."""
    found = draw(st.dictionaries(names, text, max_size=5))
    root = etree.Element(f"{{{RDF}}}RDF", nsmap={draw(st.sampled_from(["rdf", "r"])): RDF})
    about = draw(st.sampled_from(["", "uuid:faf5bdd5"]))
    descriptions = [
        etree.SubElement(root, f"{{{RDF}}}Description", {f"{{{RDF}}}about": about})
        for _ in range(draw(st.integers(1, 2)))
    ]
    for name, value in found.items():
        holder = draw(st.sampled_from(descriptions))
        if draw(st.booleans()):
            holder.set(f"{{{DC}}}{name}", value)
        else:
            etree.SubElement(holder, f"{{{DC}}}{name}").text = value
    for uri, name in ((TC260, "AIGC"), (IPTC, "DigitalSourceType")):
        for _ in range(draw(st.integers(0, 2))):
            holder = draw(st.sampled_from(descriptions))
            if draw(st.booleans()):
                holder.set(f"{{{uri}}}{name}", '{"Label":"3"}')
            else:
                etree.SubElement(holder, f"{{{uri}}}{name}", nsmap={"TC260": uri}).text = "old"
    whole = etree.tostring(root)
    if draw(st.booleans()):
        whole = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + whole + b"</x:xmpmeta>"
    if draw(st.booleans()):
        whole = b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>' + whole + b"   \n<?xpacket end='r'?>\0"
    return whole, found


def simple(data: bytes | None, uri: str = DC) -> dict[str, str]:
    """Read the top-level properties of a namespace, however they are written."""
    assert data is not None
    found = {}
    for description in etree.fromstring(data).iter(f"{{{RDF}}}Description"):
        for key, value in description.attrib.items():
            if str(key).startswith(f"{{{uri}}}"):
                found[str(key).partition("}")[2]] = str(value)
        for element in description:
            if str(element.tag).startswith(f"{{{uri}}}"):
                found[str(element.tag).partition("}")[2]] = element.text or ""
    return found


@pytest.mark.slow
@given(packets())
@settings(max_examples=300)
def test_labels_replace_those_of_their_kind_and_nothing_else(drawn: tuple[bytes, Mapping[str, str]]) -> None:
    before, found = drawn
    after = write_labels(before, label=LABEL, source=SOURCE)
    assert simple(after) == found
    assert after is not None
    assert after.count(b"AIGC>") == 2
    assert [one.text for one in find_labels(after)] == [LABEL]
    assert find_source(after) == SOURCE
    # All descriptions are of the same thing (ISO 16684-1, 7.4).
    abouts = {one.get(f"{{{RDF}}}about") for one in etree.fromstring(after).iter(f"{{{RDF}}}Description")}
    assert len(abouts) == 1
    assert write_labels(after, label=LABEL, source=SOURCE) == after


@pytest.mark.slow
@given(packets())
def test_one_label_leaves_the_other_alone(drawn: tuple[bytes, Mapping[str, str]]) -> None:
    before, _ = drawn
    assert find_source(write_labels(before, label=LABEL)) == find_source(before)
    labels = [one.text for one in find_labels(before)]
    assert [one.text for one in find_labels(write_labels(before, source=SOURCE))] == labels


def test_nothing_to_write_leaves_the_packet_as_it_is() -> None:
    before = packet("<dc:rights>mine</dc:rights>")
    assert write_labels(before) is before
    assert write_labels(None) is None


def test_structures_lists_and_foreign_namespaces_survive() -> None:
    body = (
        "<dc:creator><rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Bo &amp; Co</rdf:li></rdf:Seq></dc:creator>"
        '<z:thing xmlns:z="urn:z" rdf:parseType="Resource"><z:a>1</z:a><!-- kept --></z:thing>'
    )
    after = write_labels(packet(body, "uuid:7"), label=LABEL)
    assert after is not None
    for kept in (b"<rdf:li>Bo &amp; Co</rdf:li>", b'<z:thing xmlns:z="urn:z"', b"<!-- kept -->", b'"uuid:7"'):
        assert kept in after


def test_the_packet_is_what_the_guide_shows() -> None:
    """TC260-PG-20259A: prefix, namespace and bare value."""
    after = write_labels(None, label=LABEL)
    assert after is not None
    assert b'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"' in after
    assert b"<TC260:AIGC>" + LABEL.encode() + b"</TC260:AIGC>" in after
    assert after.startswith(b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>')


def test_a_pointer_to_somebody_elses_credentials_goes() -> None:
    before = packet('<t:provenance xmlns:t="http://purl.org/dc/terms/">http://127.0.0.1/x</t:provenance>')
    assert b"127.0.0.1" not in (write_labels(before) or b"")


@pytest.mark.parametrize(
    "broken",
    [
        b"", b"\0\0", b"no xml", b"<x", b"<a/>", b"\xff\xfe\xfa",
        b'<!DOCTYPE a [<!ENTITY x "y">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&x;</x:xmpmeta>',
    ],
)  # fmt: skip
def test_a_packet_with_nothing_to_keep_is_begun_anew(broken: bytes) -> None:
    assert [one.text for one in find_labels(write_labels(broken, label=LABEL))] == [LABEL]


def test_a_broken_packet_is_kept_as_far_as_it_goes() -> None:
    whole = packet("<dc:rights>mine</dc:rights><dc:title>lost")
    after = write_labels(whole.replace(b"</rdf:Description>", b""), label=LABEL)
    assert simple(after)["rights"] == "mine"
    assert [one.text for one in find_labels(after)] == [LABEL]


@pytest.mark.slow
@given(packets(), st.integers(0, 400), st.binary(max_size=3))
@settings(max_examples=200)
def test_any_bytes_can_be_labelled(drawn: tuple[bytes, Mapping[str, str]], at: int, junk: bytes) -> None:
    before, _ = drawn
    after = write_labels(before[:at] + junk + before[at + 2 :], label=LABEL, source=SOURCE)
    assert [one.text for one in find_labels(after)] == [LABEL]
    assert find_source(after) == SOURCE


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ) + '<!ENTITY f SYSTEM "file:///etc/passwd">]>'  # fmt: skip
    body = packet("<dc:rights>&i;&f;mine</dc:rights>").decode().partition("?>")[2]
    before = time.thread_time()
    after = write_labels((bomb + body).encode(), label=LABEL)
    assert time.thread_time() - before < 5
    assert after is not None
    assert len(after) < 5000
    assert b"root:" not in after
    assert [one.text for one in find_labels(after)] == [LABEL]


def test_of_two_rdf_elements_one_is_left_and_nothing_in_them_is_lost() -> None:
    one = packet("<dc:rights>mine</dc:rights>").decode()
    body = one[one.index("<rdf:RDF") : one.index("</x:xmpmeta>")]
    two = one.replace("</x:xmpmeta>", body.replace("rights", "title") + "</x:xmpmeta>")
    after = write_labels(two.encode(), label=LABEL)
    assert after is not None
    assert after.count(b"<rdf:RDF") == 1
    assert simple(after) == {"rights": "mine", "title": "mine"}


def test_a_namespace_without_its_slash_is_the_same() -> None:
    other = packet('<t:AIGC xmlns:t="http://www.tc260.org.cn/ns/AIGC/1.0">{"Label":"2"}</t:AIGC>')
    assert len(find_labels(other)) == 1
    assert [one.text for one in find_labels(write_labels(other, label=LABEL))] == [LABEL]


def test_labels_are_found_wherever_writers_put_them() -> None:
    texts = {
        "UserComment": '{"AIGC":{"Label":"1","ContentProducer":"a"}}',
        "ImageDescription": '{"AIGC":{"ServiceProvider":"b"}}',
        "AIGC": "broken",
        "Comment": 'a talk about "AIGC" and {braces}',
        "Title": '{"Producer": "AIGC film studio", "keep": "me"}',
        "my_aigc_text": "broken too",
        "Description": '{"Label":"1","ContentProducer":"bare"}',
        "Warning": '\ufeff{"AIGC": {"Label": "cut off',
    }
    exif = {name: texts.pop(name) for name in ("UserComment", "ImageDescription")}
    found = find_labels(packet(f"<q:AIGC>{LABEL}</q:AIGC>"), exif, texts)
    assert [(one.place, one.name) for one in found] == [
        ("XMP", "AIGC"),
        ("EXIF", "UserComment"),
        ("EXIF", "ImageDescription"),
        ("PNG", "AIGC"),
        ("PNG", "my_aigc_text"),
        ("PNG", "Description"),
        ("PNG", "Warning"),
    ]


@pytest.mark.parametrize(
    ("before", "network", "after"),
    [
        ("", False, "algorithmicallyEnhanced"),
        ("", True, "compositeWithTrainedAlgorithmicMedia"),
        ("digitalCapture", False, "algorithmicallyEnhanced"),
        ("trainedAlgorithmicMedia", False, "trainedAlgorithmicMedia"),
        ("compositeSynthetic", False, "compositeSynthetic"),
        ("compositeWithTrainedAlgorithmicMedia", True, "compositeWithTrainedAlgorithmicMedia"),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_a_network_made_stays_said(before: str, network: bool, after: str, scheme: str) -> None:  # noqa: FBT001
    terms = "://cv.iptc.org/newscodes/digitalsourcetype/"
    given_source = scheme + terms + before if before else ""
    assert source_after(given_source, network=network) == "http" + terms + after
