"""The labels of a picture's metadata, found wherever writers put them and written in one place.

China's guide for pictures (TC260-PG-20259A) wants the AIGC label in XMP, as a property in a namespace of its
own, and lets it be in EXIF's user comment or, in PNG, in a text chunk called AIGC instead. IPTC's source type
is a property of the same packet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from wuhen import xmp
from wuhen.mark.aigc import AIGC, TELLING, AigcLabel
from wuhen.mark.errors import BrokenLabel
from wuhen.mark.source import strongest

__all__ = ["Found", "find_labels", "find_source", "write_labels"]

_TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"
_IPTC_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_DCTERMS = "http://purl.org/dc/terms/"
_LABEL: xmp.Property = (_TC260, AIGC)
_SOURCE: xmp.Property = (_IPTC_EXT, "DigitalSourceType")
# Where the Content Credentials of the picture as it was may be fetched: of the result they say that it is
# broken, and whoever checks it would be led to a stranger's server.
_PROVENANCE: xmp.Property = (_DCTERMS, "provenance")
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_LOOKED_AT = 4096  # characters at the beginning of a text that is no label as it stands
_PREFIXES = {_TC260: "TC260", _IPTC_EXT: "Iptc4xmpExt"}


Place = Literal["XMP", "EXIF", "PNG"]


@dataclass(frozen=True, slots=True)
class Found:
    """A label and where it was.

    Attributes
    ----------
    place
        ``"XMP"``, ``"EXIF"`` or ``"PNG"``.
    name
        Of the EXIF tag or the PNG text.
    text
        As it was found.
    """

    place: Place
    name: str
    text: str

    def label(self) -> AigcLabel:
        """Read it. Raises `BrokenLabel`."""
        return AigcLabel.parse(self.text)


def find_labels(
    packet: bytes | None, exif: Mapping[str, str] = NOTHING, texts: Mapping[str, str] = NOTHING
) -> tuple[Found, ...]:
    """Find every AIGC label, the one in its proper place first.

    Parameters
    ----------
    packet
        The XMP packet.
    exif
        Texts of the picture's EXIF block, by the names of their tags.
    texts
        Its PNG texts, by keyword. One whose keyword has ``AIGC`` in it is a label whatever it says; the
        others, and those of `exif`, are where they say so of themselves.
    """
    found = [Found("XMP", AIGC, text) for text in xmp.properties(packet, [_LABEL])[_LABEL]]
    found += [Found("EXIF", name, text) for name, text in exif.items() if _is_label(text)]
    found += [
        Found("PNG", name, text) for name, text in texts.items() if AIGC in name.upper() or _is_label(text)
    ]
    return tuple(found)


def find_source(packet: bytes | None) -> str:
    """Return the digital source type that a packet states; an empty text if it states none.

    Of several, the one that says most of how the picture was made.
    """
    return strongest(xmp.properties(packet, [_SOURCE])[_SOURCE])


def write_labels(
    packet: bytes | None,
    *,
    label: str | None = None,
    source: str | None = None,
) -> bytes | None:
    """Write labels into an XMP packet, in place of those of their kind that it has.

    A pointer to Content Credentials kept elsewhere is taken out: they are the unedited picture's.

    Parameters
    ----------
    packet
        The packet that the picture came with; what it says otherwise is kept.
    label
        An AIGC label's value. None leaves the packet's as it is.
    source
        A digital source type. None leaves the packet's as it is.

    Returns
    -------
    bytes or None
        None where there was no packet and there is nothing to write.
    """
    given = {_LABEL: label, _SOURCE: source}
    added = {name: value for name, value in given.items() if value is not None}
    pointed = bool(xmp.properties(packet, [_PROVENANCE])[_PROVENANCE])
    if not added and not pointed:
        return packet
    return xmp.rewrite(packet, added, removed=[_PROVENANCE], prefixes=_PREFIXES)


def _is_label(text: str) -> bool:
    """Tell whether a text is a label, or would be one if it were whole."""
    start = text[:_LOOKED_AT].lstrip("\ufeff \t\r\n")
    if not start.startswith("{"):
        return False
    try:
        AigcLabel.parse(text)
    except BrokenLabel:
        return re.match(r'\{\s*"AIGC"\s*:', start) is not None or all(
            f'"{name}"' in start for name in TELLING
        )
    return True
