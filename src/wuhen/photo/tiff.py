"""Writing TIFF: deflated strips with everything a photo carries.

Pillow cannot write an EXIF directory into a compressed TIFF file (libtiff refuses the pointer), so the strips
are laid out here and only the directory is left to Pillow. TIFF 6.0, sections 2, 8 and 14; Adobe Photoshop
TIFF Technical Notes for deflate.
"""

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import TiffImagePlugin, TiffTags
from PIL.TiffImagePlugin import IFDRational, ImageFileDirectory_v2

from wuhen.photo.deflate import pick_strategy

_HEADER = 8
_DEFLATE, _HORIZONTAL, _INCH, _UNASSOCIATED_ALPHA = 8, 2, 2, 2
_BLACK_IS_ZERO, _RGB = 1, 2
_PREDICTOR, _XMP = 317, 700
_COLOURED, _WITH_ALPHA = (3, 4), (2, 4)
_ROWS = 64
_LEVEL = 4


def write(
    samples: NDArray[Any],
    *,
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
    dpi
        Dots per inch, across and down.
    icc_profile, xmp
        Kept as they are.
    tags
        More tags by number; a mapping as value becomes a directory of its own.
    """
    height, width, channels = samples.shape
    bands = [samples[top : top + _ROWS] for top in range(0, height, _ROWS)]
    strategy = zlib.Z_DEFAULT_STRATEGY
    if samples.dtype == np.uint16:
        strategy = pick_strategy(_differences(bands[len(bands) // 2]), _LEVEL)
    strips = [_deflate(_differences(band), strategy) for band in bands]
    lengths = [len(strip) for strip in strips]
    offsets = [0, *np.cumsum(lengths).tolist()]  # the directory adds its own end

    directory = ImageFileDirectory_v2()
    for tag, value in tags.items():
        directory[tag] = value
    directory[TiffImagePlugin.IMAGEWIDTH] = width
    directory[TiffImagePlugin.IMAGELENGTH] = height
    directory[TiffImagePlugin.BITSPERSAMPLE] = (8 * samples.itemsize,) * channels
    directory[TiffImagePlugin.COMPRESSION] = _DEFLATE
    directory[_PREDICTOR] = _HORIZONTAL
    directory[TiffImagePlugin.PHOTOMETRIC_INTERPRETATION] = _RGB if channels in _COLOURED else _BLACK_IS_ZERO
    directory[TiffImagePlugin.SAMPLESPERPIXEL] = channels
    if channels in _WITH_ALPHA:
        directory[TiffImagePlugin.EXTRASAMPLES] = _UNASSOCIATED_ALPHA
    directory[TiffImagePlugin.ROWSPERSTRIP] = _ROWS
    directory[TiffImagePlugin.STRIPOFFSETS] = tuple(offsets[:-1])
    directory[TiffImagePlugin.STRIPBYTECOUNTS] = tuple(lengths)
    directory.tagtype[TiffImagePlugin.STRIPOFFSETS] = TiffTags.LONG
    directory.tagtype[TiffImagePlugin.STRIPBYTECOUNTS] = TiffTags.LONG
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
    return b"".join([b"II*\0", struct.pack("<I", _HEADER), directory.tobytes(_HEADER), *strips])


def _differences(rows: NDArray[Any]) -> bytes:
    """Return a strip of differences between neighbours, which repeat where the values themselves do not."""
    differences = rows.copy()
    differences[:, 1:] -= rows[:, :-1]
    return differences.astype(differences.dtype.newbyteorder("<"), copy=False).tobytes()


def _deflate(content: bytes, strategy: int) -> bytes:
    deflate = zlib.compressobj(_LEVEL, strategy=strategy)
    return deflate.compress(content) + deflate.flush()
