"""The samples of a TIFF file as numbers, whatever their depth and however they lie.

Coders that know only of bytes are left to Pillow, which is told that each byte is a grey pixel; what the
bytes mean is found here. So depth, byte order, planes, tiles and differences are treated in one way, and no
kind of file depends on what Pillow knows of it. TIFF 6.0, sections 3, 7, 14, 15 and 21.
"""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuhen.photo.errors import BrokenImage
from wuhen.photo.flaws import Flaw
from wuhen.photo.tiff.directory import REVERSED_BITS, YCBCR, Directory
from wuhen.photo.tiff.disguise import say_bytes
from wuhen.photo.tiff.reader import TiffReader

__all__ = ["Samples", "read_samples"]

Samples = NDArray[np.unsignedinteger[Any]]
"""Of 8 or 16 bits."""

_BAND = 256  # rows
_REVERSED = np.frombuffer(REVERSED_BITS, np.uint8)
"""Each byte with its bits the other way round."""
_BYTE = 8  # bits
_NONE = 1  # compression
_HEADER = 8  # bytes
_NO_PREDICTOR, _HORIZONTAL = 1, 2


@dataclass(frozen=True, slots=True)
class _Grid:
    """Pixels, or units of some that share their chroma, and the blocks that they are cut into.

    Attributes
    ----------
    samples
        Of a pixel or unit.
    block
        Width of a tile, or of the whole where there are strips.
    rows
        Height of a tile or strip.
    """

    width: int
    height: int
    samples: int
    block: int
    rows: int


def read_samples(data: bytes, directory: Directory) -> Samples:
    """Read all samples of the first picture of a file.

    Parameters
    ----------
    data
        The file.
    directory
        Its first directory: of unsigned samples of 1 to 16 bits, coded as bytes.

    Returns
    -------
    (H, W, C) ndarray of uint8 or uint16
        As they are stored, in file order; uint8 for up to 8 bits. Subsampled chroma is repeated.

    Raises
    ------
    BrokenImage
        Strips or tiles are missing, or they hold differences that this depth cannot have.
    """
    width, height = directory.width, directory.height
    block, rows = directory.tile or (width, directory.rows)
    if directory.photometric == YCBCR and directory.subsampling != (1, 1):
        across, down = directory.subsampling
        if (directory.tile and block % across) or (rows < height and rows % down):
            raise BrokenImage("TIFF", Flaw.SHARED_CHROMA)
        units = -(-width // across), -(-height // down)
        grid = _Grid(units[0], units[1], across * down + 2, -(-block // across), -(-rows // down))
        return _spread(_read_plane(data, directory, grid), directory)
    if not directory.planar:
        return _read_plane(data, directory, _Grid(width, height, directory.channels, block, rows))
    samples = np.empty(
        (height, width, directory.channels), np.uint8 if directory.bits <= _BYTE else np.uint16
    )
    for index in range(directory.channels):
        plane = _read_plane(data, directory, _Grid(width, height, 1, block, rows), index)
        samples[..., index] = plane[..., 0]
    return samples


def _read_plane(data: bytes, directory: Directory, grid: _Grid, index: int = 0) -> Samples:
    """Read a plane, or the only one, as (H, W, C)."""
    across, down = -(-grid.width // grid.block), -(-grid.height // grid.rows)
    count = across * down
    span = slice(index * count, (index + 1) * count)
    offsets, counts = directory.offsets[span], directory.counts[span]
    # One that begins within the header is one that was never written.
    if len(offsets) < count or min(offsets) < _HEADER or (directory.counts and len(counts) < count):
        raise BrokenImage("TIFF", Flaw.MISSING_TILES)
    size = -(-grid.block * grid.samples * directory.bits // 8)
    first = size * (grid.rows if directory.tile else min(grid.rows, grid.height))
    if directory.compression == _NONE and directory.counts and counts[0] != first:
        raise BrokenImage("TIFF", Flaw.SHORT_TILES)
    if directory.compression == _NONE:
        coded = _read_stored(data, directory, grid, size, span)
    else:
        image = TiffReader(
            io.BytesIO(say_bytes(data, directory, (size, across), (grid.height, grid.rows), span))
        )
        image.load()
        coded = np.asarray(image).reshape(grid.height, across, size)
        del image
    values = _unpack(coded, grid.block * grid.samples, directory)
    values = values.reshape(grid.height, across, grid.block, grid.samples)
    if directory.predictor == _HORIZONTAL:
        if directory.bits not in {8, 16}:
            raise BrokenImage("TIFF", Flaw.DIFFERENCES, directory.bits)
        np.cumsum(values, axis=2, dtype=values.dtype, out=values)
    elif directory.predictor != _NO_PREDICTOR:
        raise BrokenImage("TIFF", Flaw.PREDICTOR)
    return values.reshape(grid.height, -1, grid.samples)[:, : grid.width]


def _read_stored(data: bytes, directory: Directory, grid: _Grid, size: int, span: slice) -> NDArray[np.uint8]:
    """Return the bytes of strips or tiles that are not compressed, ``(H, across, size)``."""
    across = -(-grid.width // grid.block)
    coded = np.empty((grid.height, across, size), np.uint8)
    for index, offset in enumerate(directory.offsets[span]):
        top, column = index // across * grid.rows, index % across
        rows = coded[top : top + grid.rows, column]
        if offset + rows.size > len(data):
            raise BrokenImage("TIFF", Flaw.CUT_OFF)
        rows[...] = np.frombuffer(data, np.uint8, rows.size, offset).reshape(rows.shape)
    if directory.fill_order != 1:
        for top in range(0, grid.height, _BAND):
            coded[top : top + _BAND] = _REVERSED[coded[top : top + _BAND]]
    return coded


def _unpack(coded: NDArray[np.uint8], count: int, directory: Directory) -> Samples:
    """Return so many samples of each block of a row, ``(H, across, count)``, in an array of their own."""
    bits = directory.bits
    if bits == _BYTE:
        return coded if coded.flags.writeable else coded.copy()
    if bits == 2 * _BYTE:
        values = coded.view(directory.order + "u2").astype(np.uint16, copy=False)
        return values if values.flags.writeable else values.copy()
    unpacked = np.empty((*coded.shape[:2], count), np.uint8 if bits < _BYTE else np.uint16)
    for top in range(0, len(coded), _BAND):
        parted = np.unpackbits(coded[top : top + _BAND], axis=2, count=count * bits)
        parted = parted.reshape(*parted.shape[:2], count, bits)
        band = unpacked[top : top + _BAND]
        band[...] = 0
        for place in range(bits):
            band <<= 1
            band |= parted[..., place]
    return unpacked


def _spread(units: Samples, directory: Directory) -> Samples:
    """Return the pixels of units: the luma of each, from left to right and from the top, then the chroma."""
    across, down = directory.subsampling
    rows, columns = units.shape[:2]
    luma = units[..., : across * down].reshape(rows, columns, down, across).swapaxes(1, 2)
    pixels = np.empty((rows * down, columns * across, 3), units.dtype)
    pixels[..., 0] = luma.reshape(rows * down, columns * across)
    pixels[..., 1:] = units[..., across * down :].repeat(down, axis=0).repeat(across, axis=1)
    return pixels[: directory.height, : directory.width]
