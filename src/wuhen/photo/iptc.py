"""What a newsroom says in IPTC-IIM, said again in XMP, for which every format has a place.

IIM comes in JPEG as a Photoshop resource, in TIFF as a tag. Layout: IPTC-NAA Information Interchange Model
4.2, sections 1.5 and 6; which property is which data set: IPTC Photo Metadata Standard.
"""

import struct
from collections.abc import Iterator

from wuhen import xmp

__all__ = ["tell_in_xmp"]

_DC, _PHOTOSHOP = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/photoshop/1.0/"
_PREFIXES = {_DC: "dc", _PHOTOSHOP: "photoshop"}
_PROPERTIES: dict[int, tuple[xmp.Property, xmp.Kind]] = {
    80: ((_DC, "creator"), "Seq"),
    116: ((_DC, "rights"), "Alt"),
    110: ((_PHOTOSHOP, "Credit"), "text"),
    115: ((_PHOTOSHOP, "Source"), "text"),
    105: ((_PHOTOSHOP, "Headline"), "text"),
    5: ((_DC, "title"), "Alt"),
    25: ((_DC, "subject"), "Bag"),
    120: ((_DC, "description"), "Alt"),
}
_MARKER = 0x1C
_ENVELOPE, _APPLICATION = 1, 2  # records
_CHARSET, _UTF8 = 90, b"\x1b%G"


def tell_in_xmp(packet: bytes | None, block: bytes) -> bytes | None:
    """Add to an XMP packet what an IIM block says and the packet does not.

    Parameters
    ----------
    packet
        None counts as empty.
    block
        Is read as far as it goes.

    Returns
    -------
    bytes or None
        The very packet where there is nothing to add.
    """
    told = _read(block)
    values = {name: (kind, told[number]) for number, (name, kind) in _PROPERTIES.items() if number in told}
    return xmp.supply(packet, values, _PREFIXES)


def _read(block: bytes) -> dict[int, tuple[str, ...]]:
    """Return the texts of the application record by data set."""
    sets = list(_data_sets(block))
    utf8 = any(at == (_ENVELOPE, _CHARSET) and value == _UTF8 for at, value in sets)
    found: dict[int, tuple[str, ...]] = {}
    for (record, number), value in sets:
        text = _decode(value, utf8=utf8).strip("\0 ")
        if record == _APPLICATION and text:
            found[number] = (*found.get(number, ()), text)
    return found


def _data_sets(block: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Yield record, number and value of each data set, to the first that is none."""
    at = 0
    while at + 5 <= len(block) and block[at] == _MARKER:
        record, number, length = struct.unpack_from(">BBH", block, at + 1)
        at += 5
        if length & 0x8000:  # an extended one, whose length is a number of so many bytes
            size = length & 0x7FFF
            length = int.from_bytes(block[at : at + size], "big")
            at += size
        if at + length > len(block):
            return
        yield (record, number), block[at : at + length]
        at += length


def _decode(value: bytes, *, utf8: bool) -> str:
    """Decode a text; where its character set isn't said, it is UTF-8 if it can be, else Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("utf-8", "replace") if utf8 else value.decode("latin-1")
