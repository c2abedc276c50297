"""What a packet of XMP says that a result would belie: its orientation, pictures and films of the picture."""

from wuhen import xmp
from wuhen.photo.orientation import SWAPPING
from wuhen.photo.removed import Removed

_XMP, _TIFF = "http://ns.adobe.com/xap/1.0/", "http://ns.adobe.com/tiff/1.0/"
_ORIENTATION: xmp.Property = (_TIFF, "Orientation")
_EXIF, _PHOTOSHOP = "http://ns.adobe.com/exif/1.0/", "http://ns.adobe.com/photoshop/1.0/"
_SIDES: tuple[tuple[xmp.Property, xmp.Property], ...] = (
    ((_EXIF, "PixelXDimension"), (_EXIF, "PixelYDimension")),
    ((_TIFF, "ImageWidth"), (_TIFF, "ImageLength")),
)
_COLOURS: tuple[xmp.Property, ...] = (
    (_PHOTOSHOP, "ColorMode"),
    (_PHOTOSHOP, "ICCProfile"),
    (_EXIF, "ColorSpace"),
)
_GOOGLE, _OPPO = "http://ns.google.com/photos/1.0/", "http://ns.oplus.com/photos/1.0/"
_GONE: dict[str, tuple[str, ...]] = {
    _XMP: ("Thumbnails",),
    # One state of the file, which a result is not, and digests of what it has not.
    "http://ns.adobe.com/xap/1.0/mm/": ("InstanceID",),
    _PHOTOSHOP: ("LegacyIPTCDigest",),
    _EXIF: ("NativeDigest",),
    _TIFF: ("NativeDigest",),
    "http://ns.adobe.com/xmp/note/": ("HasExtendedXMP",),
    # Phones put a film, a gain map or a depth map behind the picture or into the extended packet.
    _GOOGLE + "camera/": (
        "MotionPhoto",
        "MotionPhotoVersion",
        "MotionPhotoPresentationTimestampUs",
        "MicroVideo",
        "MicroVideoVersion",
        "MicroVideoOffset",
        "MicroVideoPresentationTimestampUs",
    ),
    _OPPO + "camera/": (
        "MotionPhotoOwner",
        "MotionPhotoPrimaryPresentationTimestampUs",
        "OLivePhotoVersion",
        "VideoLength",
    ),
    _GOOGLE + "container/": ("Directory",),
    _GOOGLE + "image/": ("Data", "Mime"),
    _GOOGLE + "depthmap/": ("Data", "Mime", "Format", "Near", "Far"),
    "http://ns.adobe.com/hdr-gain-map/1.0/": (
        "Version",
        "BaseRenditionIsHDR",
        "GainMapMin",
        "GainMapMax",
        "Gamma",
        "OffsetSDR",
        "OffsetHDR",
        "HDRCapacityMin",
        "HDRCapacityMax",
    ),
    "http://ns.apple.com/HDRGainMap/1.0/": ("HDRGainMapVersion", "HDRGainMapHeadroom"),
}
_BELIED: tuple[xmp.Property, ...] = tuple((uri, name) for uri, names in _GONE.items() for name in names)


# Of what is taken out, what is a thing of its own and not a promise of something outside.
_CONTENTS: dict[xmp.Property, Removed] = {
    (_XMP, "Thumbnails"): Removed("the XMP thumbnail", "XMP 缩略图"),
    ("http://ns.adobe.com/xap/1.0/mm/", "InstanceID"): Removed("the XMP instance's ID", "XMP 实例标识"),
    (_GOOGLE + "image/", "Data"): Removed("the picture in XMP", "XMP 中的图片"),
    (_GOOGLE + "depthmap/", "Data"): Removed("the depth map in XMP", "XMP 中的深度图"),
}


def name_removed(packet: bytes) -> tuple[Removed, ...]:
    """Say in words what `clean` takes out of a packet, save what only promises something outside."""
    if xmp.drop(packet, ()) is None:
        return (Removed("XMP that cannot be read", "无法读取的 XMP"),)
    found = xmp.properties(packet, _CONTENTS)
    return tuple(name for held, name in _CONTENTS.items() if found[held])


def clean(packet: bytes, orientation: int = 1) -> bytes | None:
    """Take out of an XMP packet what tells of thumbnails and of data outside it, and make it say upright.

    Parameters
    ----------
    packet
        As the file has it.
    orientation
        That of the file, 1 to 8, which is undone in its picture.

    Returns
    -------
    bytes or None
        None where the packet cannot be read, because what cannot be read may hide a thumbnail.
    """
    kept = xmp.drop(packet, _BELIED)
    return None if kept is None else _turn(kept, "1", swapped=orientation in SWAPPING)


def turn_back(packet: bytes, orientation: int) -> bytes:
    """Make a packet from `clean` say again how its picture is stored, where it says it at all."""
    return _turn(packet, str(orientation), swapped=orientation in SWAPPING)


def _turn(packet: bytes, orientation: str, *, swapped: bool) -> bytes:
    packet = xmp.replace(packet, _ORIENTATION, orientation, {orientation})
    for pair in _SIDES if swapped else ():
        said = xmp.properties(packet, pair)
        if all(len(said[side]) == 1 for side in pair):
            for side, (value,) in zip(pair, (said[pair[1]], said[pair[0]]), strict=True):
                packet = xmp.replace(packet, side, value, {value})
    return packet


def say_srgb(packet: bytes) -> bytes:
    """Take out what a packet says of colours that were converted to sRGB."""
    return xmp.drop(packet, _COLOURS) or packet
