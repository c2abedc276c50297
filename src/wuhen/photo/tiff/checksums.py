"""The checksums of deflated strips and tiles in a TIFF file, which libtiff doesn't look at.

It stops reading once there are as many bytes as it wants, so samples that are damaged pass for whole ones. A
stream ends with the Adler-32 of what it holds (RFC 1950).
"""

import zlib

from wuhen.photo.errors import BrokenImage
from wuhen.photo.flaws import Flaw
from wuhen.photo.tiff.directory import Directory

__all__ = ["check_sums"]

_DEFLATE = frozenset({8, 32946})  # compressions
_PIECE = 2**20  # bytes decompressed at a time


def check_sums(data: bytes, directory: Directory) -> None:
    """Check that deflated samples are those that were written; other files are passed over.

    Parameters
    ----------
    data
        The file.
    directory
        Its first directory, by which it has been decoded.

    Raises
    ------
    BrokenImage
        They are not.
    """
    if directory.compression not in _DEFLATE or directory.fill_order != 1:
        return
    view = memoryview(data)
    for at, length in zip(directory.offsets, directory.counts, strict=False):
        if not _agrees(view[at : at + length]):
            raise BrokenImage("TIFF", Flaw.SAMPLES)


def _agrees(packed: memoryview) -> bool:
    """Tell whether a stream that is whole holds what its checksum says; decoders judge of any other."""
    stream = zlib.decompressobj()
    rest: memoryview | bytes = packed
    try:
        while rest and not stream.eof:
            stream.decompress(rest, _PIECE)
            rest = stream.unconsumed_tail
    except zlib.error as error:
        return "incorrect data check" not in str(error)
    return True
