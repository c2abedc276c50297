"""Compressing one strip or tile of a TIFF file, by libtiff where zlib does not do.

libtiff is reached through Pillow, which writes strips of grey or of black and white. To the general
compressions any samples are bytes, so rows of bytes are given to it as grey. TIFF 6.0, sections 9 to 11, 13
and 14; Adobe Photoshop TIFF Technical Notes (deflate).
"""

import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from wuhen.photo.stopping import Sink, ask

__all__ = [
    "BILEVEL",
    "DEFLATE",
    "LZW",
    "PREDICTABLE",
    "compress",
    "compress_bilevel",
]

LZW, DEFLATE = 5, 8
_NONE, _OLD_DEFLATE, _LZMA, _ZSTD = 1, 32946, 34925, 50000
PREDICTABLE = frozenset({LZW, DEFLATE, _OLD_DEFLATE, _LZMA, _ZSTD})
"""Those that differences between neighbours may be given to."""
BILEVEL = frozenset({2, 3, 4})
"""The compressions of black and white: CCITT's modified Huffman, group 3 and group 4."""
_LEVEL = 6  # of deflate
_ROWS_PER_STRIP, _OFFSETS, _COUNTS = 278, 273, 279
_FAX_OPTIONS = 292


def compress(rows: NDArray[np.uint8], compression: int) -> bytes:
    """Compress rows of bytes, ``(H, N)``, by one of `wuhen.photo.tiff.directory.OF_BYTES`."""
    ask()
    if compression == _NONE:
        return rows.tobytes()
    if compression in {DEFLATE, _OLD_DEFLATE}:
        return zlib.compress(rows.tobytes(), _LEVEL)
    return _by_libtiff(Image.fromarray(np.ascontiguousarray(rows)), compression)


def compress_bilevel(rows: NDArray[np.bool_], compression: int, options: int) -> bytes:
    """Compress rows of bits, ``(H, W)``, by one of `BILEVEL`, with the options that group 3 has."""
    return _by_libtiff(Image.fromarray(rows), compression, {_FAX_OPTIONS: options} if options else {})


def _by_libtiff(image: Image.Image, compression: int, tags: dict[int, int] | None = None) -> bytes:
    out = Sink()
    name = TiffImagePlugin.COMPRESSION_INFO[compression]
    image.save(out, "TIFF", compression=name, tiffinfo={_ROWS_PER_STRIP: image.height, **(tags or {})})
    out.seek(0)
    written = TiffImagePlugin.TiffImageFile(out).tag_v2
    (start,), (length,) = written[_OFFSETS], written[_COUNTS]
    return out.getvalue()[start : start + length]
