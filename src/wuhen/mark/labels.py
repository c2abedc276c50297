"""The labels of a picture's metadata, found wherever writers put them and written in one place.

China's guide for pictures (TC260-PG-20259A) wants the AIGC label in XMP, as a property in a namespace of its
own, and lets it be in EXIF's user comment or, in PNG, in a text chunk called AIGC instead. IPTC's source type
is a property of the same packet.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from wuhen.mark import xmp
from wuhen.mark.aigc import AIGC, AigcLabel
from wuhen.mark.errors import BrokenLabel

__all__ = ["Found", "find_labels", "find_source", "write_labels"]

_TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"
_IPTC_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_DCTERMS = "http://purl.org/dc/terms/"
_LABEL: xmp.Property = (_TC260, AIGC)
_SOURCE: xmp.Property = (_IPTC_EXT, "DigitalSourceType")
# Where the Content Credentials of the picture as it was may be fetched: of the result they say that it is
# broken, and whoever checks it would be led to a stranger's server.
_PROVENANCE: xmp.Property = (_DCTERMS, "provenance")
_PREFIXES = {_TC260: "TC260", _IPTC_EXT: "Iptc4xmpExt"}


@dataclass(frozen=True, slots=True)
class Found:
    """A label and where it was.

    Attributes
    ----------
    place
        ``"XMP"``, or the name of the text that held it.
    text
        As it was found.
    """

    place: str
    text: str

    def label(self) -> AigcLabel:
        """Read it. Raises `BrokenLabel`."""
        return AigcLabel.parse(self.text)


def find_labels(packet: bytes | None, texts: Mapping[str, str]) -> tuple[Found, ...]:
    """Find every AIGC label, the one in its proper place first.

    Parameters
    ----------
    packet
        The XMP packet.
    texts
        Other texts that came with the picture, by name. One called ``AIGC`` is a label whatever it says; the
        others are where they are JSON objects with a member of that name.
    """
    found = [Found("XMP", text) for text in xmp.properties(packet, [_LABEL])[_LABEL]]
    found += [Found(name, text) for name, text in texts.items() if name == AIGC or _is_label(text)]
    return tuple(found)


def find_source(packet: bytes | None) -> str:
    """Return the digital source type that a packet states; an empty text if it states none."""
    return next(iter(xmp.properties(packet, [_SOURCE])[_SOURCE]), "")


def write_labels(
    packet: bytes | None,
    *,
    label: str | None = None,
    source: str | None = None,
    limit: int | None = None,
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
    limit
        Bytes that the packet may have: see `wuhen.mark.xmp.rewrite`.

    Returns
    -------
    bytes or None
        None where there was no packet and there is nothing to write.
    """
    given = {_LABEL: label, _SOURCE: source}
    added = {name: value for name, value in given.items() if value is not None}
    pointed = bool(xmp.properties(packet, [_PROVENANCE])[_PROVENANCE])
    if not added and not pointed and (packet is None or limit is None or len(packet) <= limit):
        return packet
    return xmp.rewrite(packet, added, removed=[_PROVENANCE], prefixes=_PREFIXES, limit=limit)


def _is_label(text: str) -> bool:
    if AIGC not in text[:64] or not text.lstrip().startswith("{"):
        return False
    try:
        AigcLabel.parse(text)
    except BrokenLabel:
        return False
    return True
