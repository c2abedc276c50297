"""XMP packets: read a property, replace it, keep everything else (ISO 16684-1).

A packet comes from a stranger's file: no entity in it is expanded, nothing is fetched, and one that is broken
is read as far as it goes.
"""

import copy
import hashlib
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from lxml import etree

__all__ = [
    "Kind",
    "Property",
    "drop",
    "drop_items",
    "legal",
    "merge",
    "properties",
    "replace",
    "rewrite",
    "split",
    "supply",
]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_X = "adobe:ns:meta/"
_ROOT, _BODY, _DESCRIPTION = f"{{{_RDF}}}RDF", f"{{{_X}}}xmpmeta", f"{{{_RDF}}}Description"
_ABOUT, _RESOURCE = f"{{{_RDF}}}about", f"{{{_RDF}}}resource"
_ITEM = f"{{{_RDF}}}li"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'.encode()
_END = b'<?xpacket end="w"?>'
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Property = tuple[str, str]
"""A property's name: its namespace's URI, and its name in there."""
Kind = Literal["text", "Alt", "Bag", "Seq"]
"""What a property's value is: a text, or an array of texts: in languages, unordered, ordered."""
_EXTENDED: Property = ("http://ns.adobe.com/xmp/note/", "HasExtendedXMP")


def properties(packet: bytes | None, wanted: Iterable[Property]) -> dict[Property, tuple[str, ...]]:
    """Read properties as text, each as often as it is there: usually once or never.

    Parameters
    ----------
    packet
        With or without its wrapper; None counts as empty.
    wanted
        Which to read, of those at the packet's top level.
    """
    rdf = _parse(packet)
    return {name: () if rdf is None else tuple(_values(rdf, name)) for name in wanted}


def _values(rdf: "etree._Element", name: Property) -> Iterator[str]:
    for description in rdf.findall(_DESCRIPTION):
        for tag in _tags(name):
            if (value := description.get(tag)) is not None:
                yield value
            yield from (_text(element) for element in description.findall(tag))


def _tags(name: Property) -> tuple[str, str]:
    """Name a property as lxml does; some leave the slash or the hash at the end of a namespace out."""
    uri, local = name
    return f"{{{uri}}}{local}", f"{{{uri.rstrip('/#')}}}{local}"


def drop(packet: bytes, names: Iterable[Property]) -> bytes | None:
    """Take properties out of a packet.

    Returns
    -------
    bytes or None
        The very packet where it has none of them, and None where it cannot be read at all.
    """
    rdf = _parse(packet)
    if rdf is None:
        return None
    present = [name for name in names if any(True for _ in _values(rdf, name))]
    for name in present:
        _remove(rdf, name)
    return _serialise(rdf) if present else packet


def drop_items(packet: bytes, matches: Callable[[Mapping[Property, str]], bool]) -> tuple[bytes, int]:
    """Take items out of the arrays of a packet.

    Parameters
    ----------
    packet
        As it is.
    matches
        Told all that an item says, and asked whether it is to go.

    Returns
    -------
    bytes
        The very packet where none goes.
    int
        How many went.
    """
    rdf = _parse(packet)
    count = 0
    for item in [] if rdf is None else list(rdf.iter(_ITEM)):
        if (parent := item.getparent()) is not None and matches(_said(item)):
            parent.remove(item)
            count += 1
    return (_serialise(rdf) if rdf is not None and count else packet), count


def _said(item: "etree._Element") -> dict[Property, str]:
    said: dict[Property, str] = {}
    for one in item.iter():
        if isinstance(one.tag, str):
            texts = {str(name): str(value) for name, value in one.attrib.items()}
            for tag, text in {one.tag: (one.text or "").strip(), **texts}.items():
                uri, _, local = tag.removeprefix("{").rpartition("}")
                said.setdefault((uri, local), text)
    return said


def merge(packet: bytes, others: Sequence[bytes]) -> bytes:
    """Add to a packet the properties of others that it has not.

    Returns
    -------
    bytes
        The very packet where there is nothing to add, or none of the others can be read.
    """
    rdf = _parse(packet)
    whole = _fresh() if rdf is None else rdf
    has = {tag for description in whole.findall(_DESCRIPTION) for tag in _top(description)}
    added = False
    for other in map(_parse, others):
        for description in [] if other is None else other.findall(_DESCRIPTION):
            more = copy.deepcopy(description)
            for tag in has & set(_top(more)):
                more.attrib.pop(tag, None)
                for element in more.findall(tag):
                    more.remove(element)
            if new := set(_top(more)):
                has |= new
                added = True
                whole.append(more)
    return _serialise(whole) if added else packet


def _top(description: "etree._Element") -> Iterator[str]:
    """Name the properties of a description."""
    yield from (str(name) for name in description.attrib if name != _ABOUT)
    yield from (element.tag for element in description if isinstance(element.tag, str))


def replace(packet: bytes, name: Property, value: str, allowed: Container[str]) -> bytes:
    """Give a property a value where it is there and has none of those allowed."""
    rdf = _parse(packet)
    if rdf is None or all(found in allowed for found in _values(rdf, name)):
        return packet
    for description in rdf.findall(_DESCRIPTION):
        for tag in _tags(name):
            if tag in description.attrib:
                description.set(tag, value)
            for element in description.findall(tag):
                element.text = value
    return _serialise(rdf)


def supply(
    packet: bytes | None,
    values: Mapping[Property, tuple[Kind, Sequence[str]]],
    prefixes: Mapping[str, str],
) -> bytes | None:
    """Give a packet those properties that it has not.

    Parameters
    ----------
    packet
        None, or one that cannot be read at all, counts as empty.
    values
        Of each property its kind and its texts; of a text or of languages the first is taken.
    prefixes
        What the namespaces of `values` are called, by URI.

    Returns
    -------
    bytes or None
        The very packet where it has them all.
    """
    rdf = _parse(packet)
    if rdf is None:
        rdf = _fresh()
    lacking = {name: value for name, value in values.items() if not any(True for _ in _values(rdf, name))}
    if not lacking:
        return packet
    _add(rdf, {name: texts[0] if kind == "text" else "" for name, (kind, texts) in lacking.items()}, prefixes)
    ours = rdf.findall(_DESCRIPTION)[-1]
    for (uri, local), (kind, texts) in lacking.items():
        element = ours.find(f"{{{uri}}}{local}")
        if element is not None and kind != "text":
            _fill(element, kind, texts)
    return _serialise(rdf)


def _fill(element: "etree._Element", kind: Kind, texts: Sequence[str]) -> None:
    """Make an element's value an array."""
    element.text = None
    array = etree.SubElement(element, f"{{{_RDF}}}{kind}")
    for text in texts[:1] if kind == "Alt" else texts:
        item = etree.SubElement(array, f"{{{_RDF}}}li", {_LANGUAGE: "x-default"} if kind == "Alt" else {})
        item.text = legal(text)


def legal(text: str) -> str:
    """Replace the characters that no XML can hold (XML 1.0, 2.2): most controls, and halves of characters."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


def rewrite(
    packet: bytes | None,
    added: Mapping[Property, str],
    *,
    removed: Iterable[Property] = (),
    prefixes: Mapping[str, str],
    limit: int | None = None,
    kept: Iterable[Property] = (),
) -> bytes:
    """Replace properties in a packet.

    Parameters
    ----------
    packet
        None, or one that cannot be read at all, counts as empty.
    added
        The values of properties, in place of all that are there.
    removed
        Properties to take out.
    prefixes
        What the namespaces of `added` are called, by URI.
    limit
        Bytes that the packet may have. Where it would have more, other properties are left out, the largest
        first; what is added stays, and what is named in `kept`.
    kept
        Properties that are not left out before all others are.

    Returns
    -------
    bytes
        UTF-8, in its wrapper.
    """
    rdf = _parse(packet)
    if rdf is None:
        rdf = _fresh()
    for name in (*removed, *added):
        _remove(rdf, name)
    _add(rdf, added, prefixes)
    whole = _serialise(rdf)
    if limit is None or len(whole) <= limit:
        return whole
    _drop_largest(rdf, len(whole) - limit, {tag for name in (*added, *kept) for tag in _tags(name)})
    whole = _serialise(rdf)
    if len(whole) <= limit:
        return whole
    # What takes the room is no property: comments, or names of a length that nobody foresaw.
    rdf = _fresh()
    _add(rdf, added, prefixes)
    return _serialise(rdf)


def split(packet: bytes, limit: int, kept: Iterable[Property] = ()) -> tuple[bytes, bytes | None]:
    """Share a packet out between a standard and an extended one, as JPEG has it (XMP part 3, 1.1.3.1).

    Parameters
    ----------
    packet
        As it is.
    limit
        Bytes that the standard packet may have.
    kept
        Properties that belong into the standard packet.

    Returns
    -------
    bytes
        The standard packet, which names the extended one where there is one.
    bytes or None
        The extended packet, with the largest properties; None where one packet is enough.
    """
    rdf = _parse(packet)
    if len(packet) <= limit or rdf is None:
        return packet, None
    if len(whole := _serialise(rdf)) <= limit:
        return whole, None  # without its padding
    _add(rdf, {_EXTENDED: "0" * 32}, {_EXTENDED[0]: "xmpNote"})  # as long as what it will be
    tags = {tag for name in (_EXTENDED, *kept) for tag in _tags(name)}
    dropped = _drop_largest(rdf, len(_serialise(rdf)) - limit, tags)
    rest = _fresh()
    etree.SubElement(rest, _DESCRIPTION, {_ABOUT: ""}).extend(dropped)
    extended = etree.tostring(_top_of(rest), encoding="utf-8", with_tail=False)
    digest = hashlib.md5(extended, usedforsecurity=False).hexdigest().upper()
    for element in rdf.iter(f"{{{_EXTENDED[0]}}}{_EXTENDED[1]}"):
        element.text = digest
    return _serialise(rdf), extended


def _fresh() -> "etree._Element":
    rdf: etree._Element = etree.SubElement(etree.Element(_BODY, nsmap={"x": _X}), _ROOT, nsmap={"rdf": _RDF})
    return rdf


def _add(rdf: "etree._Element", added: Mapping[Property, str], prefixes: Mapping[str, str]) -> None:
    if not added:
        return
    # All descriptions are of one thing, and say so alike.
    about = next((found for one in rdf.findall(_DESCRIPTION) if (found := one.get(_ABOUT))), "")
    names = {prefixes[uri]: uri for uri, _ in added}
    ours = etree.SubElement(rdf, _DESCRIPTION, {_ABOUT: about}, nsmap=names)
    for (uri, name), value in added.items():
        etree.SubElement(ours, f"{{{uri}}}{name}").text = legal(value)


def _parse(packet: bytes | None) -> "etree._Element | None":
    """Return the RDF element of a packet, or None if there is none to be found."""
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
        return _join(found)
    return None


def _join(found: list["etree._Element"]) -> "etree._Element":
    """Make one RDF element of several, of which readers disagree on which counts."""
    rdf, *others = found
    for other in others:
        rdf.extend(other.findall(_DESCRIPTION))
        if (parent := other.getparent()) is not None:
            parent.remove(other)
    return rdf


def _root(packet: bytes, *, recover: bool) -> "etree._Element | None":
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover
    )
    return etree.fromstring(packet.strip(b"\0 \t\r\n"), parser)


def _text(element: "etree._Element") -> str:
    """Return a property's text; of a list, its items one after another; of a link, where it leads."""
    return element.get(_RESOURCE) or "".join(
        text for one in element.iter() if isinstance(one.tag, str) for text in (one.text or "",)
    )


def _remove(rdf: "etree._Element", name: Property) -> None:
    for description in rdf.findall(_DESCRIPTION):
        for tag in _tags(name):
            description.attrib.pop(tag, None)
            for element in description.findall(tag):
                description.remove(element)
        if not len(description) and set(description.attrib) <= {_ABOUT}:
            rdf.remove(description)


def _drop_largest(rdf: "etree._Element", excess: int, kept: set[str]) -> "list[etree._Element]":
    """Take the largest properties out, and return them, until the packet has `excess` bytes less."""
    dropped: list[etree._Element] = []
    found: list[tuple[int, etree._Element, str | None]] = []
    for description in rdf.findall(_DESCRIPTION):
        found += [
            (len(value), description, str(name))
            for name, value in description.attrib.items()
            if name not in kept and name != _ABOUT
        ]
        found += [(_size(element), element, None) for element in description if element.tag not in kept]
    for size, holder, attribute in sorted(found, key=lambda entry: -entry[0]):
        if excess <= 0:
            break
        if attribute is not None:
            dropped.append(etree.Element(attribute))
            dropped[-1].text = str(holder.attrib.pop(attribute))
        elif (parent := holder.getparent()) is not None:
            parent.remove(holder)
            dropped.append(holder)
        excess -= size
    return dropped


def _size(element: "etree._Element") -> int:
    """Count characters, and no tags: never more than the bytes that an element takes."""
    return sum(
        len(one.text or "") + len(one.tail or "") + sum(map(len, one.attrib.values()))
        for one in element.iter()
    )


def _serialise(rdf: "etree._Element") -> bytes:
    return _BEGIN + etree.tostring(_top_of(rdf), encoding="utf-8", with_tail=False) + _END


def _top_of(element: "etree._Element") -> "etree._Element":
    while (parent := element.getparent()) is not None:
        element = parent
    return element
