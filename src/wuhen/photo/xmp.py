"""XMP as bytes: say that the picture is upright, drop pictures of the picture, keep the rest.

The packet is edited as text instead of being parsed: a parser would rewrite what it does not know and would
have to be defended against entity bombs.
"""

import re

_TURNED = re.compile(
    rb"(tiff:Orientation\s*=\s*[\"']\s*|<tiff:Orientation(?:\s[^<>]*)?>\s*)[2-8](?=\s*[\"'<])",
)
_EXTENDED = re.compile(rb"\s+xmpNote:HasExtendedXMP\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*')")
_THUMBNAILS = (b"xmp:Thumbnails", b"xap:Thumbnails")


def _without_element(packet: bytes, name: bytes) -> bytes:
    """Cut every element `name` out, in time linear in the packet's length."""
    kept, at = [], 0
    closing = b"</" + name + b">"
    for found in re.finditer(rb"<" + name + rb"(?=[\s>/])", packet):
        if found.start() < at:
            continue
        end = packet.find(closing, found.end())
        if end < 0:
            break
        kept.append(packet[at : found.start()])
        at = end + len(closing)
    return b"".join([*kept, packet[at:]])


def clean(packet: bytes) -> bytes | None:
    """Take orientation, thumbnails and the pointer to an extended packet out of an XMP packet.

    The extended packet itself (often a copy of the original picture) is never carried over.

    Returns
    -------
    bytes or None
        None where nothing but white space is left.
    """
    packet = packet.rstrip(b"\0")
    for name in _THUMBNAILS:
        packet = _without_element(packet, name)
    packet = _EXTENDED.sub(b"", packet)
    packet = _TURNED.sub(rb"\g<1>1", packet)
    return packet if packet.strip() else None
