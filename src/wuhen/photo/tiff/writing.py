"""Writing TIFF with everything a photo carries.

Pillow cannot write an EXIF directory into a compressed TIFF file (libtiff refuses the pointer), so the file
is laid out here and only the directory is left to Pillow. TIFF 6.0, sections 2, 8 and 14; Adobe Photoshop
TIFF Technical Notes for deflate.
"""

import struct
import zlib
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import TiffImagePlugin, TiffTags
from PIL.TiffImagePlugin import IFDRational, ImageFileDirectory_v2

from wuhen.photo.png.deflate import pick_strategy
from wuhen.photo.stopping import ask
from wuhen.photo.tiff.codecs import DEFLATE, PREDICTABLE, compress

_HEADER = 8
_HORIZONTAL, _INCH, _UNASSOCIATED_ALPHA = 2, 2, 2
_BLACK_IS_ZERO, _RGB = 1, 2
_PREDICTOR, _XMP = 317, 700
_COLOURED, _WITH_ALPHA = (3, 4), (2, 4)
_ROWS = 64
_LEVEL = 4


def write(
    samples: NDArray[Any],
    *,
    compression: int = DEFLATE,
    dpi: tuple[float, float] | None,
    icc_profile: bytes | None,
    xmp: bytes | None,
    tags: dict[int, object],
) -> bytes:
    """Write a TIFF file of one page.

    Parameters
    ----------
    samples : (H, W, C) ndarray of uint8 or uint16
        1 channel is grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.
    compression
        One of `wuhen.photo.tiff.directory.OF_BYTES`.
    dpi
        Dots per inch, across and down.
    icc_profile, xmp
        Kept as they are.
    tags
        More tags by number; a mapping as value becomes a directory of its own.
    """
    height, width, channels = samples.shape
    directory = ImageFileDirectory_v2()
    describe(directory, dpi=dpi, icc_profile=icc_profile, xmp=xmp, tags=tags)
    directory[TiffImagePlugin.IMAGEWIDTH] = width
    directory[TiffImagePlugin.IMAGELENGTH] = height
    directory[TiffImagePlugin.BITSPERSAMPLE] = (8 * samples.itemsize,) * channels
    directory[TiffImagePlugin.COMPRESSION] = compression
    if compression in PREDICTABLE:
        directory[_PREDICTOR] = _HORIZONTAL
    directory[TiffImagePlugin.PHOTOMETRIC_INTERPRETATION] = _RGB if channels in _COLOURED else _BLACK_IS_ZERO
    directory[TiffImagePlugin.SAMPLESPERPIXEL] = channels
    if channels in _WITH_ALPHA:
        directory[TiffImagePlugin.EXTRASAMPLES] = _UNASSOCIATED_ALPHA
    directory[TiffImagePlugin.ROWSPERSTRIP] = _ROWS
    return assemble(directory, _strips(samples, compression), tiled=False)


def describe(
    directory: ImageFileDirectory_v2,
    *,
    dpi: tuple[float, float] | None,
    icc_profile: bytes | None,
    xmp: bytes | None,
    tags: dict[int, object],
) -> None:
    """Put what a photo carries beside its pixels into a directory; for the parameters see `write`."""
    for tag, value in tags.items():
        directory[tag] = value
    if dpi is not None:
        directory[TiffImagePlugin.X_RESOLUTION] = IFDRational(dpi[0])
        directory[TiffImagePlugin.Y_RESOLUTION] = IFDRational(dpi[1])
        directory[TiffImagePlugin.RESOLUTION_UNIT] = _INCH
    if icc_profile is not None:
        directory[TiffImagePlugin.ICCPROFILE] = icc_profile
        directory.tagtype[TiffImagePlugin.ICCPROFILE] = TiffTags.UNDEFINED
    if xmp is not None:
        directory[_XMP] = xmp
        directory.tagtype[_XMP] = TiffTags.UNDEFINED


def assemble(
    directory: ImageFileDirectory_v2,
    segments: Sequence[bytes],
    *,
    tiled: bool,
    order: Literal["<", ">"] = "<",
) -> bytes:
    """Put a file together.

    Parameters
    ----------
    directory
        Complete but for where the strips or tiles lie; of this byte order.
    segments
        The strips or tiles.
    tiled
        Which of both they are.
    order
        ``"<"`` or ``">"``.
    """
    lengths = tuple(map(len, segments))
    starts = [0, *np.cumsum(lengths).tolist()][:-1]
    offsets_tag, counts_tag = (
        (TiffImagePlugin.TILEOFFSETS, TiffImagePlugin.TILEBYTECOUNTS)
        if tiled
        else (TiffImagePlugin.STRIPOFFSETS, TiffImagePlugin.STRIPBYTECOUNTS)
    )
    for tag, values in ((offsets_tag, tuple(starts)), (counts_tag, lengths)):
        directory[tag] = values
        directory.tagtype[tag] = TiffTags.LONG
    packed = directory.tobytes(_HEADER)
    if tiled:  # Pillow adds the directory's end to the offsets of strips alone
        directory[offsets_tag] = tuple(_HEADER + len(packed) + start for start in starts)
        packed = directory.tobytes(_HEADER)
    mark = b"II" if order == "<" else b"MM"
    return b"".join([mark, struct.pack(order + "HI", 42, _HEADER), packed, *segments])


def _strips(samples: NDArray[Any], compression: int) -> list[bytes]:
    bands = [samples[top : top + _ROWS] for top in range(0, len(samples), _ROWS)]
    if compression != DEFLATE:
        return [
            compress(as_bytes(differences(band) if compression in PREDICTABLE else band), compression)
            for band in bands
        ]
    strategy = zlib.Z_DEFAULT_STRATEGY
    if samples.dtype == np.uint16:
        strategy = pick_strategy(as_bytes(differences(bands[len(bands) // 2])).tobytes(), _LEVEL)
    return [_deflate(as_bytes(differences(band)).tobytes(), strategy) for band in bands]


def differences(rows: NDArray[Any]) -> NDArray[Any]:
    """Return the differences between neighbours, which repeat where the values themselves do not."""
    result = rows.copy()
    result[:, 1:] -= rows[:, :-1]
    return result


def as_bytes(rows: NDArray[Any], order: Literal["<", ">"] = "<") -> NDArray[np.uint8]:
    """Return samples, ``(H, W, C)``, as rows of bytes in a byte order."""
    ordered = np.ascontiguousarray(rows.astype(rows.dtype.newbyteorder(order), copy=False))
    return ordered.reshape(len(rows), -1).view(np.uint8)


def _deflate(content: bytes, strategy: int) -> bytes:
    ask()
    deflate = zlib.compressobj(_LEVEL, strategy=strategy)
    return deflate.compress(content) + deflate.flush()
