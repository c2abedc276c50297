"""The colours of HEIC and AVIF files: an ICC profile, or code points of ITU-T H.273."""

import struct
from typing import Any, Final

from wuhen.photo.errors import BrokenImage
from wuhen.photo.flaws import Flaw
from wuhen.photo.heif import av1, hevc
from wuhen.photo.heif.isobmff import Container, Item
from wuhen.photo.png import colours as png_colours

__all__ = ["describe_colours"]

_UNSPECIFIED: Final = 2
_SRGB: Final = 1, 13
# Curves of video. In stills they mean what screens show, sRGB's.
_AS_SRGB: Final = frozenset({1, _UNSPECIFIED, 6, 14, 15})
_BYTE: Final = 255


def describe_colours(container: Container, name: str) -> dict[str, Any]:
    """Return the profile of a picture, and where code points define its colours the PNG chunk of those.

    Parameters
    ----------
    container
        Whose picture is decoded to RGB of full range.
    name
        What messages call the file's format.

    Returns
    -------
    dict
        By the names of `Decoded.image.info`: ``icc_profile``, ``colours``. Nothing of what is sRGB.

    Raises
    ------
    BrokenImage
        They are code points that nothing is known of.
    """
    profile = next((box[4:] for box in _boxes(container) if box[:4] in {b"prof", b"rICC"}), None)
    if profile is not None:
        return {"icc_profile": profile}
    primaries, transfer = _code_points(container) or _SRGB
    primaries = _SRGB[0] if primaries == _UNSPECIFIED else primaries
    transfer = _SRGB[1] if transfer in _AS_SRGB else transfer
    if (primaries, transfer) == _SRGB:
        return {}
    chunk = {b"cICP": bytes([min(primaries, _BYTE), min(transfer, _BYTE), 0, 1])}
    profile = png_colours.make_profile(chunk, None)
    if profile is None:
        raise BrokenImage(name, Flaw.COLOURS, primaries, transfer)
    return {"icc_profile": profile, "colours": chunk}


def _code_points(container: Container) -> tuple[int, int] | None:
    """Return primaries and transfer characteristics as the picture says them, itself or in its samples."""
    for box in _boxes(container):
        if box[:4] == b"nclx" and len(box) >= 10:  # noqa: PLR2004 - a name and three numbers
            primaries, transfer = struct.unpack_from(">HH", box, 4)
            return primaries, transfer
    for item in _shown(container):
        if item.kind == b"av01" and (sequence := av1.read_sequence(container.read_start(item))) is not None:
            return sequence.primaries, sequence.transfer
        for configuration in item.all_of(b"hvcC"):
            return hevc.read_colours(configuration)
    return None


def _boxes(container: Container) -> tuple[bytes, ...]:
    # Before iOS 12 only the tiles had them.
    return next((boxes for item in _shown(container) if (boxes := item.all_of(b"colr"))), ())


def _shown(container: Container) -> tuple[Item, ...]:
    return container.picture, *container.parts(container.picture)
