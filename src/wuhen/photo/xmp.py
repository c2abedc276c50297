"""What a packet of XMP says that a result would belie: its orientation, pictures of the picture."""

from wuhen import xmp

_XMP, _TIFF = "http://ns.adobe.com/xap/1.0/", "http://ns.adobe.com/tiff/1.0/"
_ORIENTATION: xmp.Property = (_TIFF, "Orientation")
_BELIED: tuple[xmp.Property, ...] = (
    (_XMP, "Thumbnails"),
    ("http://ns.adobe.com/xmp/note/", "HasExtendedXMP"),
)


def clean(packet: bytes) -> bytes | None:
    """Take thumbnails and the pointer to an extended packet out of an XMP packet, and make it say upright.

    The extended packet itself (often a copy of the original picture) is never carried over.

    Returns
    -------
    bytes or None
        None where the packet cannot be read, because what cannot be read may hide a thumbnail.
    """
    kept = xmp.drop(packet, _BELIED)
    return None if kept is None else xmp.replace(kept, _ORIENTATION, "1", {"1"})
