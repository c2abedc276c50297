"""XMP packets as trees: parsed with care, changed, written again (ISO 16684-1).

A packet comes from a stranger's file: no entity in it is expanded, nothing is fetched, and one that is broken
is read as far as it goes.
"""

import copy
import re
from collections.abc import Iterator, Mapping

from lxml import etree

__all__ = [
    "ABOUT",
    "DESCRIPTION",
    "ITEM",
    "LANGUAGE",
    "RDF",
    "Property",
    "add",
    "detach",
    "drop_largest",
    "find_top",
    "find_values",
    "legal",
    "make_fresh",
    "parse",
    "remove",
    "serialise",
    "tags_of",
]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_X = "adobe:ns:meta/"
_ROOT, _BODY, DESCRIPTION = f"{{{RDF}}}RDF", f"{{{_X}}}xmpmeta", f"{{{RDF}}}Description"
ABOUT, _RESOURCE = f"{{{RDF}}}about", f"{{{RDF}}}resource"
ITEM = f"{{{RDF}}}li"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'.encode()
_END = b'<?xpacket end="w"?>'
#: More than any writer makes (one to some twenty). They are gone through for every property.
_MOST_DESCRIPTIONS = 1000
#: On one element. Writers make some hundreds; reading each is a search through all that it has.
_MOST_ATTRIBUTES = 2000
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Property = tuple[str, str]
"""A property's name: its namespace's URI, and its name in there."""


def parse(packet: bytes | None) -> "etree._Element | None":
    """Return the RDF element of a packet, or None if there is none, or one of a senseless size."""
    if not packet:
        return None
    for recover in (False, True):
        try:
            root = _root(packet, recover=recover)
        except etree.XMLSyntaxError:
            continue
        found = [] if root is None else list(root.iter(_ROOT))
        if root is None or not found:
            continue
        # Their declarations are not written again.
        etree.strip_elements(root, etree.Entity, with_tail=False)
        rdf = _join(found)
        return rdf if _is_sensible(rdf) else None
    return None


def _is_sensible(rdf: "etree._Element") -> bool:
    """Tell whether it is cheap to look for properties."""
    if len(rdf.findall(DESCRIPTION)) > _MOST_DESCRIPTIONS:
        return False
    return all(len(element.attrib) <= _MOST_ATTRIBUTES for element in rdf.iter(etree.Element))


def _join(found: list["etree._Element"]) -> "etree._Element":
    """Make one RDF element of several, of which readers disagree on which counts."""
    rdf, *others = found
    for other in others:
        rdf.extend(other.findall(DESCRIPTION))
        detach(other)
    return rdf


def _root(packet: bytes, *, recover: bool) -> "etree._Element | None":
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover
    )
    return etree.fromstring(packet.strip(b"\0 \t\r\n"), parser)


def detach(element: "etree._Element") -> None:
    """Take an element, which is of no use any more, out of its tree.

    It is emptied first: lxml looks after the namespaces of all that it takes out, in a time that grows with
    the square of how much that is.
    """
    if (parent := element.getparent()) is not None:
        element.clear()
        parent.remove(element)


def make_fresh() -> "etree._Element":
    """Return the RDF element of a packet that says nothing."""
    rdf: etree._Element = etree.SubElement(etree.Element(_BODY, nsmap={"x": _X}), _ROOT, nsmap={"rdf": RDF})
    return rdf


def serialise(rdf: "etree._Element") -> bytes:
    """Return the packet that an RDF element is of: UTF-8, in its wrapper."""
    return _BEGIN + etree.tostring(find_top(rdf), encoding="utf-8", with_tail=False) + _END


def find_top(element: "etree._Element") -> "etree._Element":
    """Return the root of the tree that an element is in."""
    while (parent := element.getparent()) is not None:
        element = parent
    return element


def find_values(rdf: "etree._Element", name: Property) -> Iterator[str]:
    """Yield the texts of a property at the top level."""
    for description in rdf.findall(DESCRIPTION):
        for tag in tags_of(name):
            if (value := description.get(tag)) is not None:
                yield value
            yield from (_text(element) for element in description.findall(tag))


def tags_of(name: Property) -> tuple[str, str]:
    """Name a property as lxml does; some leave the slash or the hash at the end of a namespace out."""
    uri, local = name
    return f"{{{uri}}}{local}", f"{{{uri.rstrip('/#')}}}{local}"


def _text(element: "etree._Element") -> str:
    """Return a property's text; of a list, its items one after another; of a link, where it leads."""
    return element.get(_RESOURCE) or "".join(
        text for one in element.iter() if isinstance(one.tag, str) for text in (one.text or "",)
    )


def legal(text: str) -> str:
    """Replace the characters that no XML can hold (XML 1.0, 2.2): most controls, and halves of characters."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


def add(rdf: "etree._Element", added: Mapping[Property, str], prefixes: Mapping[str, str]) -> None:
    """Add properties, whose namespaces are called as `prefixes` says, by URI."""
    if not added:
        return
    # All descriptions are of one thing, and say so alike.
    about = next((found for one in rdf.findall(DESCRIPTION) if (found := one.get(ABOUT))), "")
    names = {prefixes[uri]: uri for uri, _ in added}
    ours = etree.SubElement(rdf, DESCRIPTION, {ABOUT: about}, nsmap=names)
    for (uri, name), value in added.items():
        etree.SubElement(ours, f"{{{uri}}}{name}").text = legal(value)


def remove(rdf: "etree._Element", name: Property) -> None:
    """Take a property out of the top level, and what then says nothing any more."""
    for description in rdf.findall(DESCRIPTION):
        for tag in tags_of(name):
            description.attrib.pop(tag, None)
            for element in description.findall(tag):
                detach(element)
        if not len(description) and set(description.attrib) <= {ABOUT}:
            detach(description)


def drop_largest(rdf: "etree._Element", excess: int, kept: set[str]) -> "list[etree._Element]":
    """Take the largest properties out, and return them, until the packet has `excess` bytes less."""
    dropped: list[etree._Element] = []
    found: list[tuple[int, etree._Element, str | None]] = []
    for description in rdf.findall(DESCRIPTION):
        found += [
            (len(value), description, str(name))
            for name, value in description.attrib.items()
            if name not in kept and name != ABOUT
        ]
        found += [(_size(element), element, None) for element in description if element.tag not in kept]
    for size, holder, attribute in sorted(found, key=lambda entry: -entry[0]):
        if excess <= 0:
            break
        if attribute is not None:
            dropped.append(etree.Element(attribute))
            dropped[-1].text = str(holder.attrib.pop(attribute))
        else:
            dropped.append(copy.deepcopy(holder))
            detach(holder)
        excess -= size
    return dropped


def _size(element: "etree._Element") -> int:
    """Count characters, and no tags: never more than the bytes that an element takes."""
    return sum(
        len(one.text or "") + len(one.tail or "") + sum(map(len, one.attrib.values()))
        for one in element.iter()
    )
