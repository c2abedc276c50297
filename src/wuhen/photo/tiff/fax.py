"""Whether the group 4 fax codes in a TIFF file are whole, which libtiff does not tell.

Each row is coded by the one above it, and nothing marks where one begins (ITU-T T.6). Where a code makes no
sense, libtiff goes on with the next one and reports success, and everything that follows is noise. Where it
finds no codes any more, it leaves rows in memory as they were. Both show when a picture is decoded after a
black one and after a white one, with two rows more than it has: rows that were left differ, and none but the
last of all may be left.
"""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import TiffImagePlugin
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from wuhen.photo.errors import BrokenImage
from wuhen.photo.flaws import Flaw
from wuhen.photo.tiff import writing as tiff
from wuhen.photo.tiff.codecs import compress_bilevel
from wuhen.photo.tiff.directory import REVERSED_BITS, Directory
from wuhen.photo.tiff.reader import TiffReader

__all__ = ["check_strips"]

_GROUP_4 = 4  # compression
_FURTHER = 2  # rows
_LSB_FIRST = 2  # fill order


def check_strips(data: bytes, directory: Directory) -> None:
    """Check that strips in group 4 have all their rows, and no more; other files are passed over.

    Parameters
    ----------
    data
        The file.
    directory
        Its first directory, by which Pillow has decoded it.

    Raises
    ------
    BrokenImage
        They are damaged.
    """
    if directory.compression != _GROUP_4 or directory.tile or directory.bits * directory.channels != 1:
        return
    places = zip(directory.offsets, directory.counts, strict=False)
    strips = [data[at : at + length] for at, length in places][: -(-directory.height // directory.rows)]
    if not strips:
        return  # where they end is not said
    after_black = _decode_after(strips, directory, white=False)
    unwritten = (after_black != _decode_after(strips, directory, white=True)).any(axis=2)
    for strip, rows in enumerate(unwritten):
        height = min(directory.rows, directory.height - strip * directory.rows)
        # What follows the last row is the end of the block, or nothing; of either, libtiff makes a row.
        if rows[:height].any() or not rows[height + 1]:
            raise BrokenImage("TIFF", Flaw.FAX)


def _decode_after(strips: list[bytes], directory: Directory, *, white: bool) -> NDArray[np.uint8]:
    """Decode each strip after one of a single colour, all with more rows than they have.

    Returns
    -------
    (N, rows + 2, ceil(W / 8)) ndarray of uint8
        The strips, eight pixels a byte.
    """
    rows, width = directory.rows + _FURTHER, directory.width
    blank = compress_bilevel(np.full((rows, width), white), _GROUP_4, 0)
    if directory.fill_order == _LSB_FIRST:
        blank = blank.translate(REVERSED_BITS)
    target = ImageFileDirectory_v2(prefix=b"II" if directory.order == "<" else b"MM")
    target[TiffImagePlugin.IMAGEWIDTH] = width
    target[TiffImagePlugin.IMAGELENGTH] = 2 * rows * len(strips)
    target[TiffImagePlugin.BITSPERSAMPLE] = 1
    target[TiffImagePlugin.SAMPLESPERPIXEL] = 1
    target[TiffImagePlugin.COMPRESSION] = _GROUP_4
    target[TiffImagePlugin.PHOTOMETRIC_INTERPRETATION] = 0
    target[TiffImagePlugin.ROWSPERSTRIP] = rows
    target[TiffImagePlugin.FILLORDER] = directory.fill_order
    segments = [segment for strip in strips for segment in (blank, strip)]
    file = tiff.assemble(target, segments, tiled=False, order=directory.order)
    image = TiffReader(io.BytesIO(file))
    return np.packbits(np.asarray(image).reshape(len(strips), 2, rows, width)[:, 1], axis=2)
