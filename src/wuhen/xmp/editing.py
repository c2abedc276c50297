"""Properties of XMP packets: read, given, taken out, everything else kept."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Literal

from lxml import etree

from wuhen.xmp.tree import (
    DESCRIPTION,
    LANGUAGE,
    RDF,
    Property,
    add,
    drop_largest,
    find_values,
    legal,
    make_fresh,
    parse,
    remove,
    serialise,
    tags_of,
)

__all__ = ["Kind", "drop", "properties", "replace", "rewrite", "supply"]

Kind = Literal["text", "Alt", "Bag", "Seq"]
"""What a property's value is: a text, or an array of texts: in languages, unordered, ordered."""


def properties(packet: bytes | None, wanted: Iterable[Property]) -> dict[Property, tuple[str, ...]]:
    """Read properties as text, each as often as it is there: usually once or never.

    Parameters
    ----------
    packet
        With or without its wrapper; None counts as empty.
    wanted
        Which to read, of those at the packet's top level.
    """
    rdf = parse(packet)
    return {name: () if rdf is None else tuple(find_values(rdf, name)) for name in wanted}


def drop(packet: bytes, names: Iterable[Property]) -> bytes | None:
    """Take properties out of a packet.

    Returns
    -------
    bytes or None
        The very packet where it has none of them, and None where it cannot be read at all.
    """
    rdf = parse(packet)
    if rdf is None:
        return None
    present = [name for name in names if any(True for _ in find_values(rdf, name))]
    for name in present:
        remove(rdf, name)
    return serialise(rdf) if present else packet


def replace(packet: bytes, name: Property, value: str, allowed: Container[str]) -> bytes:
    """Give a property a value where it is there and has none of those allowed."""
    rdf = parse(packet)
    if rdf is None or all(found in allowed for found in find_values(rdf, name)):
        return packet
    for description in rdf.findall(DESCRIPTION):
        for tag in tags_of(name):
            if tag in description.attrib:
                description.set(tag, value)
            for element in description.findall(tag):
                element.text = value
    return serialise(rdf)


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
    rdf = parse(packet)
    if rdf is None:
        rdf = make_fresh()
    lacking = {name: value for name, value in values.items() if not any(True for _ in find_values(rdf, name))}
    if not lacking:
        return packet
    add(rdf, {name: texts[0] if kind == "text" else "" for name, (kind, texts) in lacking.items()}, prefixes)
    ours = rdf.findall(DESCRIPTION)[-1]
    for (uri, local), (kind, texts) in lacking.items():
        element = ours.find(f"{{{uri}}}{local}")
        if element is not None and kind != "text":
            _fill(element, kind, texts)
    return serialise(rdf)


def _fill(element: "etree._Element", kind: Kind, texts: Sequence[str]) -> None:
    """Make an element's value an array."""
    element.text = None
    array = etree.SubElement(element, f"{{{RDF}}}{kind}")
    for text in texts[:1] if kind == "Alt" else texts:
        item = etree.SubElement(array, f"{{{RDF}}}li", {LANGUAGE: "x-default"} if kind == "Alt" else {})
        item.text = legal(text)


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
    rdf = parse(packet)
    if rdf is None:
        rdf = make_fresh()
    for name in (*removed, *added):
        remove(rdf, name)
    add(rdf, added, prefixes)
    whole = serialise(rdf)
    if limit is None or len(whole) <= limit:
        return whole
    drop_largest(rdf, len(whole) - limit, {tag for name in (*added, *kept) for tag in tags_of(name)})
    whole = serialise(rdf)
    if len(whole) <= limit:
        return whole
    # What takes the room is no property: comments, or names of a length that nobody foresaw.
    rdf = make_fresh()
    add(rdf, added, prefixes)
    return serialise(rdf)
