"""Strips and tiles of JPEG in a TIFF file, coded anew with their own quantizers.

They may share tables, and a decoder goes on with the tables of the one before: so one that is coded anew must
not bring others along. ITU-T T.81, annex B; Adobe Photoshop TIFF Technical Note 2.
"""

import io
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin

__all__ = ["Unsuitable", "recode"]

_SOI, _APPLICATION, _SCAN = b"\xff\xd8", range(0xE0, 0xF0), 0xDA
_QUANTIZERS, _CODES = 0xDB, 0xC4
_TABLES = frozenset({_QUANTIZERS, _CODES})


class Unsuitable(Exception):
    """A strip or tile cannot be coded anew beside the others."""


def recode(pixels: NDArray[np.uint8], segment: bytes, shared: bytes | None, *, as_rgb: bool) -> bytes:
    """Code the pixels of a strip or tile.

    Parameters
    ----------
    pixels : (H, W) or (H, W, 3) ndarray of uint8
        Grey or RGB.
    segment
        The strip or tile as it was.
    shared
        The tables that it shares with the others (``JPEGTables``), if it does.
    as_rgb
        Whether RGB is stored as such and not as YCbCr.

    Raises
    ------
    Unsuitable
        Its tables cannot be used, or its chroma is sampled in a way that is not written.
    """
    out = io.BytesIO()
    options = _read_options(shared[:-2] + segment[2:] if shared else segment)
    Image.fromarray(np.ascontiguousarray(pixels)).save(out, "JPEG", keep_rgb=as_rgb, **options)
    if shared is None:
        return out.getvalue()
    known = dict(_read_tables(shared))
    tables = dict(_read_tables(out.getvalue()))
    if any(known.get(place) != table for place, table in tables.items()):
        raise Unsuitable
    return _SOI + b"".join(
        whole for marker, whole in _segments(out.getvalue()) if marker not in _TABLES | {*_APPLICATION}
    )


def _read_options(stream: bytes) -> dict[str, Any]:
    """Return quantizers and sampling, as Pillow takes them."""
    try:
        image = JpegImagePlugin.JpegImageFile(io.BytesIO(stream))
    except (OSError, SyntaxError, struct.error) as error:
        raise Unsuitable from error
    options: dict[str, Any] = {"qtables": image.quantization}
    if len(image.getbands()) > 1:
        options["subsampling"] = JpegImagePlugin.get_sampling(image)
        if options["subsampling"] < 0:
            raise Unsuitable
    return options


def _segments(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each segment by its marker, and from the first scan on all that follows as one."""
    at = len(_SOI)
    while at + 4 <= len(stream):
        marker, length = struct.unpack_from(">xBH", stream, at)
        end = len(stream) if marker == _SCAN else at + 2 + length
        yield marker, stream[at:end]
        at = end


def _read_tables(stream: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Yield each table by its marker, and its class and number."""
    for marker, whole in _segments(stream):
        content, at = whole[4:], 0
        while marker in _TABLES and at < len(content):
            lengths = content[at + 1 : at + 17]
            size = 64 << (content[at] >> 4) if marker == _QUANTIZERS else len(lengths) + sum(lengths)
            yield (marker, content[at]), content[at + 1 : at + 1 + size]
            at += 1 + size
