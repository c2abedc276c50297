"""What a newsroom says in IPTC-IIM, said again in XMP, for which every format has a place.

IIM comes in JPEG as a Photoshop resource, in TIFF as a tag. Layout: IPTC-NAA Information Interchange Model
4.2, sections 1.5 and 6; which property is which data set: IPTC Photo Metadata Standard.
"""

import re
import struct
from collections.abc import Iterator

from wuhen import xmp
from wuhen.photo.removed import Removed

__all__ = ["name_removed", "tell_in_xmp"]

_DC, _PHOTOSHOP = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/photoshop/1.0/"
_CORE, _BASIC = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "http://ns.adobe.com/xap/1.0/"
_PREFIXES = {_DC: "dc", _PHOTOSHOP: "photoshop", _CORE: "Iptc4xmpCore", _BASIC: "xmp"}
_PROPERTIES: dict[int, tuple[xmp.Property, xmp.Kind]] = {
    80: ((_DC, "creator"), "Seq"),
    116: ((_DC, "rights"), "Alt"),
    110: ((_PHOTOSHOP, "Credit"), "text"),
    115: ((_PHOTOSHOP, "Source"), "text"),
    105: ((_PHOTOSHOP, "Headline"), "text"),
    5: ((_DC, "title"), "Alt"),
    25: ((_DC, "subject"), "Bag"),
    120: ((_DC, "description"), "Alt"),
    85: ((_PHOTOSHOP, "AuthorsPosition"), "text"),
    122: ((_PHOTOSHOP, "CaptionWriter"), "text"),
    40: ((_PHOTOSHOP, "Instructions"), "text"),
    103: ((_PHOTOSHOP, "TransmissionReference"), "text"),
    10: ((_PHOTOSHOP, "Urgency"), "text"),
    15: ((_PHOTOSHOP, "Category"), "text"),
    20: ((_PHOTOSHOP, "SupplementalCategories"), "Bag"),
    92: ((_CORE, "Location"), "text"),
    90: ((_PHOTOSHOP, "City"), "text"),
    95: ((_PHOTOSHOP, "State"), "text"),
    101: ((_PHOTOSHOP, "Country"), "text"),
    100: ((_CORE, "CountryCode"), "text"),
}
# Where the day is, and the time of day; XMP has both in one.
_DATES: dict[tuple[int, int], xmp.Property] = {
    (55, 60): (_PHOTOSHOP, "DateCreated"),
    (62, 63): (_BASIC, "CreateDate"),
}
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)(?:([+-]\d\d)(\d\d))?")
_MARKER = 0x1C
_ENVELOPE, _APPLICATION = 1, 2  # records
_CHARSET, _UTF8 = 90, b"\x1b%G"
_VERSION = 0


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
    for name, (moment, _) in _read_dates(told).items():
        values[name] = "text", (moment,)
    return xmp.supply(packet, values, _PREFIXES)


def name_removed(block: bytes) -> tuple[Removed, ...]:
    """Say in words how much of an IIM block has no property in XMP."""
    dates = _read_dates(_read(block)).values()
    kept = _PROPERTIES.keys() | {number for _, numbers in dates for number in numbers}
    count = sum(
        any(value)
        and number != _VERSION
        and (record, number) != (_ENVELOPE, _CHARSET)
        and (record != _APPLICATION or number not in kept)
        for (record, number), value in _data_sets(block)
    )
    return (Removed(f"other IPTC-IIM data ({count})", f"其他 IPTC-IIM 数据（{count} 项）"),) if count else ()


def _read_dates(told: dict[int, tuple[str, ...]]) -> dict[xmp.Property, tuple[str, tuple[int, ...]]]:
    """Return dates as XMP writes them (ISO 8601), and the data sets that each was made of.

    A month or a day that is 00 is not known. Only a whole day has a time.
    """
    found: dict[xmp.Property, tuple[str, tuple[int, ...]]] = {}
    for (day_set, time_set), name in _DATES.items():
        day = _DAY.fullmatch(told.get(day_set, ("",))[0])
        time = _TIME.fullmatch(told.get(time_set, ("",))[0])
        if day is None:
            continue
        known = "-".join(day.groups()).partition("-00")[0]
        if time is None or len(known) < len("2000-01-01"):
            found[name] = known, (day_set,)
        else:
            zone = "" if time[4] is None else f"{time[4]}:{time[5]}"
            found[name] = f"{known}T{time[1]}:{time[2]}:{time[3]}{zone}", (day_set, time_set)
    return found


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
