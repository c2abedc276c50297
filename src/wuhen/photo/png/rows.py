"""The rows of a PNG file that is written as given: filtered and compressed as they were.

Screenshots compress best without filters, photographs with others for each row; whoever wrote the file has
chosen, and so well that choosing anew makes many files longer by half. So each row keeps its filter, and
those that nothing touched keep their filtered bytes. PNG, third edition: 9 for the filters, 10 for the
compression.
"""

import zlib

import numpy as np
from numpy.typing import NDArray

from wuhen.photo.png.chunks import make_chunk, read_chunks

__all__ = ["SMALL", "write_rows"]

SMALL = 16 * 2**20
"""Bytes of rows up to which every effort is quick enough."""

_SIGNATURE, _HEADER = 8, slice(8, 33)
_INTERLACING = 28  # where the header says it
_FILTERS = 5
_BAND = 256  # rows
_LEVELS = (1, 4, 4, 6)  # by the class that a stream of zlib names
_HIGHEST = 9
_CHUNK = 2**20  # bytes


def write_rows(
    frame: bytes, file: bytes, rows: NDArray[np.uint8], distance: int, touched: NDArray[np.bool_]
) -> bytes | None:
    """Write a PNG file with its rows filtered as those of another were.

    Parameters
    ----------
    frame
        A PNG file of one pixel with everything that is to stand around the rows.
    file
        The other, of pictures of the same size and the same kind of samples.
    rows : (H, N) ndarray of uint8
        The bytes of each row.
    distance
        Bytes from a pixel to the next.
    touched : (H,) ndarray of bool
        The rows that are not as they were.

    Returns
    -------
    bytes or None
        None where the other is interlaced, or has less or more than its rows.
    """
    packed = b"".join(whole[8:-4] for kind, whole in read_chunks(file) if kind == b"IDAT")
    filtered = None if file[_INTERLACING] else _inflate(packed, rows.shape)
    if filtered is None:
        return None
    # A row is filtered by the one above it.
    changed = np.flatnonzero(touched | np.concatenate([[False], touched[:-1]]))
    for at in range(0, len(changed), _BAND):
        some = changed[at : at + _BAND]
        filtered[some, 1:] = _filter(rows, some, filtered[some, 0], distance)
    level = _HIGHEST if rows.size <= SMALL else _LEVELS[packed[1] >> 6]
    # Differences are small numbers, seldom repeated; what is not filtered repeats itself.
    strategy = zlib.Z_FILTERED if filtered[:, 0].mean() >= 1 else zlib.Z_DEFAULT_STRATEGY
    deflate = zlib.compressobj(level, strategy=strategy)
    packed = deflate.compress(filtered.data) + deflate.flush()
    parts = [file[:_SIGNATURE], file[_HEADER]]
    for kind, whole in read_chunks(frame):
        if kind == b"IDAT":
            parts += [make_chunk(kind, packed[at : at + _CHUNK]) for at in range(0, len(packed), _CHUNK)]
        elif kind != b"IHDR":
            parts.append(whole)
    return b"".join(parts)


def _inflate(packed: bytes, shape: tuple[int, ...]) -> NDArray[np.uint8] | None:
    """Return the rows of a stream, each with its filter's type in front; None if they have another size."""
    height, width = shape
    size = height * (width + 1)
    try:
        content = zlib.decompressobj().decompress(packed, size)
    except zlib.error:
        return None
    if len(content) != size:
        return None
    filtered = np.frombuffer(bytearray(content), np.uint8).reshape(height, width + 1)
    return filtered if filtered[:, 0].max() < _FILTERS else None


def _filter(
    rows: NDArray[np.uint8], chosen: NDArray[np.intp], types: NDArray[np.uint8], distance: int
) -> NDArray[np.uint8]:
    """Filter some rows, ``(N, B)``, each by its type."""
    here = rows[chosen]
    up = np.where((chosen > 0)[:, np.newaxis], rows[chosen - 1], np.uint8(0))
    left, corner = np.zeros_like(here), np.zeros_like(here)
    left[:, distance:], corner[:, distance:] = here[:, :-distance], up[:, :-distance]
    result = here.copy()
    for kind in np.unique(types):
        these = types == kind
        result[these] -= _predict(int(kind), left[these], up[these], corner[these])
    return result


def _predict(
    kind: int, left: NDArray[np.uint8], up: NDArray[np.uint8], corner: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Return what a filter subtracts: nothing, left, up, their average, or Paeth's choice of the three."""
    if kind < 3:  # noqa: PLR2004 - the simple ones
        return (np.zeros_like(left), left, up)[kind]
    if kind == 3:  # noqa: PLR2004 - the average
        return ((left.astype(np.uint16) + up) >> 1).astype(np.uint8)
    a, b, c = (values.astype(np.int16) for values in (left, up, corner))
    far = [np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)]
    return np.where((far[0] <= far[1]) & (far[0] <= far[2]), left, np.where(far[1] <= far[2], up, corner))
