"""XMP packets as wholes: merged, shared out, and rid of items."""

import copy
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from lxml import etree

from wuhen.xmp.tree import (
    ABOUT,
    DESCRIPTION,
    ITEM,
    Property,
    add,
    detach,
    drop_largest,
    find_top,
    make_fresh,
    parse,
    serialise,
    tags_of,
)

__all__ = ["drop_items", "merge", "split"]

_EXTENDED: Property = ("http://ns.adobe.com/xmp/note/", "HasExtendedXMP")


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
    rdf = parse(packet)
    count = 0
    for item in [] if rdf is None else list(rdf.iter(ITEM)):
        if item.getparent() is not None and matches(_said(item)):
            detach(item)
            count += 1
    return (serialise(rdf) if rdf is not None and count else packet), count


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
    rdf = parse(packet)
    whole = make_fresh() if rdf is None else rdf
    has = {tag for description in whole.findall(DESCRIPTION) for tag in _top(description)}
    added = False
    for other in map(parse, others):
        for description in [] if other is None else other.findall(DESCRIPTION):
            more = copy.deepcopy(description)
            for tag in has & set(_top(more)):
                more.attrib.pop(tag, None)
                # Not by a search, which takes a prefix that was never declared for an error.
                for element in [one for one in more if one.tag == tag]:
                    detach(element)
            if new := set(_top(more)):
                has |= new
                added = True
                whole.append(more)
    return serialise(whole) if added else packet


def _top(description: "etree._Element") -> Iterator[str]:
    """Name the properties of a description."""
    yield from (str(name) for name in description.attrib if name != ABOUT)
    yield from (element.tag for element in description if isinstance(element.tag, str))


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
    rdf = parse(packet)
    if len(packet) <= limit or rdf is None:
        return packet, None
    if len(whole := serialise(rdf)) <= limit:
        return whole, None  # without its padding
    add(rdf, {_EXTENDED: "0" * 32}, {_EXTENDED[0]: "xmpNote"})  # as long as what it will be
    tags = {tag for name in (_EXTENDED, *kept) for tag in tags_of(name)}
    dropped = drop_largest(rdf, len(serialise(rdf)) - limit, tags)
    rest = make_fresh()
    etree.SubElement(rest, DESCRIPTION, {ABOUT: ""}).extend(dropped)
    extended = etree.tostring(find_top(rest), encoding="utf-8", with_tail=False)
    digest = hashlib.md5(extended, usedforsecurity=False).hexdigest().upper()
    for element in rdf.iter(f"{{{_EXTENDED[0]}}}{_EXTENDED[1]}"):
        element.text = digest
    return serialise(rdf), extended
