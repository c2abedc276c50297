"""Compressing one strip or tile of a TIFF file, by libtiff where zlib does not do.

libtiff is reached through Pillow, which writes strips of grey or of black and white. To the general
compressions any samples are bytes, so rows of bytes are given to it as grey. TIFF 6.0, sections 9 to 11, 13,
14 and 22; Adobe Photoshop TIFF Technical Notes (deflate, JPEG).
"""

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin, TiffImagePlugin

__all__ = [
    "BILEVEL",
    "DEFLATE",
    "LZW",
    "PREDICTABLE",
    "Tables",
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
    """Compress rows of bytes, ``(H, N)``, by one of `wuhen.photo.tiff_directory.OF_BYTES`."""
    if compression == _NONE:
        return rows.tobytes()
    if compression in {DEFLATE, _OLD_DEFLATE}:
        return zlib.compress(rows.tobytes(), _LEVEL)
    return _by_libtiff(Image.fromarray(np.ascontiguousarray(rows)), compression)


def compress_bilevel(rows: NDArray[np.bool_], compression: int, options: int) -> bytes:
    """Compress rows of bits, ``(H, W)``, by one of `BILEVEL`, with the options that group 3 has."""
    return _by_libtiff(Image.fromarray(rows), compression, {_FAX_OPTIONS: options} if options else {})


def _by_libtiff(image: Image.Image, compression: int, tags: dict[int, int] | None = None) -> bytes:
    out = io.BytesIO()
    name = TiffImagePlugin.COMPRESSION_INFO[compression]
    image.save(out, "TIFF", compression=name, tiffinfo={_ROWS_PER_STRIP: image.height, **(tags or {})})
    out.seek(0)
    written = TiffImagePlugin.TiffImageFile(out).tag_v2
    (start,), (length,) = written[_OFFSETS], written[_COUNTS]
    return out.getvalue()[start : start + length]


class Tables:
    """What strips or tiles of JPEG are quantized with.

    Parameters
    ----------
    segment
        A strip or tile.
    shared
        The tables that it shares with the others (``JPEGTables``), if it does.

    Raises
    ------
    ValueError
        They cannot be read, or chroma is sampled in a way that is not written.
    """

    def __init__(self, segment: bytes, shared: bytes | None) -> None:
        whole = shared[:-2] + segment[2:] if shared else segment
        try:
            image = JpegImagePlugin.JpegImageFile(io.BytesIO(whole))
        except (OSError, SyntaxError, struct.error) as error:
            raise ValueError from error
        self._options: dict[str, Any] = {"qtables": image.quantization}
        if len(image.getbands()) > 1:
            sampling = JpegImagePlugin.get_sampling(image)
            if sampling < 0:
                raise ValueError
            self._options["subsampling"] = sampling

    def compress(self, pixels: NDArray[np.uint8], *, as_rgb: bool) -> bytes:
        """Compress pixels, ``(H, W)`` or ``(H, W, 3)``, into a stream with tables of its own.

        Parameters
        ----------
        pixels
            Grey or RGB.
        as_rgb
            Whether RGB is stored as such and not as YCbCr.
        """
        out = io.BytesIO()
        image = Image.fromarray(np.ascontiguousarray(pixels))
        image.save(out, "JPEG", optimize=True, keep_rgb=as_rgb, **self._options)
        return out.getvalue()
