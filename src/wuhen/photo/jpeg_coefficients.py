"""A JPEG file's coefficients, and a file of the same kind made of them.

The result has the same frame, quantization tables, scans and restart markers. Only Huffman tables are made
anew, the shortest for what is written.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from wuhen.photo.jpeg_decoder import FIELDS, Walk, decode_bands, decode_units
from wuhen.photo.jpeg_encoder import CORRECTIONS, Sink, encode_bands, encode_units
from wuhen.photo.jpeg_file import JpegFile, Scan, Unsuitable
from wuhen.photo.jpeg_huffman import codes, look_up_table, shortest_table

__all__ = ["Coefficients", "read_coefficients", "segment", "write_file"]

_AREA = 64
_SYMBOLS = 256
_DQT, _DHT, _DRI, _SOS = 0xDB, 0xC4, 0xDD, 0xDA
_Rows = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True, eq=False)
class Coefficients:
    """What the scans of a file say.

    Attributes
    ----------
    file
        The file that they are from.
    whole
        int16, all of them.
    planes
        The same by component: int16 ``(rows of blocks, columns, 64)``, in zigzag order, with the padding that
        fills up interleaved units.
    """

    file: JpegFile
    whole: NDArray[np.int16]
    planes: tuple[NDArray[np.int16], ...]

    @classmethod
    def zeros(cls, file: JpegFile) -> "Coefficients":
        """Make the coefficients of a file from which no scan has been read."""
        units = file.units
        shapes = [(units[1] * one.down, units[0] * one.across, _AREA) for one in file.components]
        sizes = [rows * columns * _AREA for rows, columns, _ in shapes]
        whole = np.zeros(sum(sizes), np.int16)
        parts = np.split(whole, np.cumsum(sizes)[:-1])
        return cls(file, whole, tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)))

    def walk(self, scan: Scan, rows: _Rows) -> Walk:
        """Describe the way of a scan for kernels; `rows` says where tables are, by class and number."""
        file, alone = self.file, len(scan.components) == 1
        layout = np.zeros((len(scan.components), FIELDS), np.int64)
        starts = np.cumsum([0, *(plane.size // _AREA for plane in self.planes)])
        for at, i in enumerate(scan.components):
            one = file.components[i]
            unit = (1, 1) if alone else (one.across, one.down)
            tables = rows.get((0, scan.dc[at]), 0), rows.get((1, scan.ac[at]), 0)
            layout[at] = (starts[i], self.planes[i].shape[1], *unit, *tables)
        across, down = file.blocks(file.components[scan.components[0]]) if alone else file.units
        return Walk(
            self.whole, layout, across, down, scan.restart, scan.first, scan.last, scan.high, scan.low
        )


def read_coefficients(data: bytes, file: JpegFile) -> Coefficients:
    """Decode all scans of a file.

    Raises
    ------
    Unsuitable
        It is damaged, cut off, or lacks a part of some coefficients.
    """
    _check_scans(file)
    coefficients = Coefficients.zeros(file)
    for scan in file.scans:
        rows = {table: row for row, table in enumerate(_tables(scan))}
        tables = np.array(
            [look_up_table(scan.huffman[table]) for table in rows] or [look_up_table(bytes(16))]
        )
        walk = coefficients.walk(scan, rows)
        # Kernels take what can be written to, and may look at one byte more.
        coded = np.frombuffer(data[scan.start : scan.stop] + b"\0", np.uint8).copy()
        if scan.first > 0:
            whole = decode_bands(coded, tables, walk)
        else:
            whole = decode_units(coded, tables, walk, np.zeros(len(scan.components), np.int64))
        if not whole:
            raise Unsuitable
    return coefficients


def write_file(coefficients: Coefficients, head: bytes) -> bytes:
    """Write a file of the same kind.

    Parameters
    ----------
    coefficients
        Changed in place or not, 11 bits of DC and 10 of AC.
    head
        Segments to begin with.
    """
    file = coefficients.file
    parts = [b"\xff\xd8", head, *_headers(file)]
    restart = 0
    for scan in file.scans:
        if scan.restart != restart:
            restart = scan.restart
            parts.append(segment(_DRI, struct.pack(">H", restart)))
        parts += _write_scan(coefficients, scan)
    return b"".join([*parts, b"\xff\xd9"])


def segment(marker: int, content: bytes) -> bytes:
    """Make a marker segment; its content may have 65533 bytes."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _check_scans(file: JpegFile) -> None:
    """Make sure that the scans send every bit of every coefficient, once and in order."""
    known = np.full((len(file.components), _AREA), -1)
    for scan in file.scans:
        for i in scan.components:
            band = known[i, scan.first : scan.last + 1]
            if (band != (scan.high or -1)).any():
                raise Unsuitable
            band[:] = scan.low
    if known.any():
        raise Unsuitable


@cache
def _magnitude_sizes() -> NDArray[np.uint8]:
    """Return how many bits each magnitude of 16 bits has."""
    return np.repeat(np.arange(17, dtype=np.uint8), [1, *(1 << size for size in range(16))])


def _tables(scan: Scan) -> list[tuple[int, int]]:
    """List the Huffman tables that a scan uses, by class and number."""
    tables = []
    if scan.first == 0 and not scan.high:
        tables += [(0, number) for number in scan.dc]
    if scan.last > 0:
        tables += [(1, number) for number in scan.ac]
    return sorted(set(tables))


def _headers(file: JpegFile) -> Iterable[bytes]:
    for number in sorted({one.quantization for one in file.components}):
        table = file.quantization[number]
        wide = int(table.max()) > 255  # noqa: PLR2004 - more than a byte
        yield segment(_DQT, bytes([wide << 4 | number]) + table.astype(">u2" if wide else np.uint8).tobytes())
    frame = struct.pack(">BHHB", 8, file.height, file.width, len(file.components))
    for one in file.components:
        frame += bytes([one.name, one.across << 4 | one.down, one.quantization])
    yield segment(file.frame, frame)


def _write_scan(coefficients: Coefficients, scan: Scan) -> Iterable[bytes]:
    used = _tables(scan)
    walk = coefficients.walk(scan, {table: row for row, table in enumerate(used)})
    counts = np.zeros((max(len(used), 1), _SYMBOLS), np.int64)
    beside = _magnitude_sizes(), coefficients.whole.view(np.int64), np.empty(CORRECTIONS, np.uint8)

    def encode(sink: Sink) -> int:
        if scan.first > 0:
            return encode_bands(walk, sink)
        return encode_units(walk, sink, np.zeros(len(scan.components), np.int64))

    others = encode(Sink(False, counts, np.zeros_like(counts), *beside, np.empty(0, np.uint8)))  # noqa: FBT003 - a bundle
    tables = [shortest_table(row) for row in counts[: len(used)]]
    book = np.array([codes(table) for table in tables] or np.zeros_like(counts))
    size = (others + int((counts * (book & 31)).sum())) // 8 + 1
    if scan.restart:
        size += 3 * (walk.across * walk.down // scan.restart)
    # Each byte may need a zero behind it.
    out = np.empty(2 * size, np.uint8)
    length = encode(Sink(True, counts, book, *beside, out))  # noqa: FBT003 - a bundle
    for (kind, number), table in zip(used, tables, strict=True):
        yield segment(_DHT, bytes([kind << 4 | number]) + table)
    header = bytes([len(scan.components)])
    for at, i in enumerate(scan.components):
        header += bytes([coefficients.file.components[i].name, scan.dc[at] << 4 | scan.ac[at]])
    yield segment(_SOS, header + bytes([scan.first, scan.last, scan.high << 4 | scan.low]))
    yield out[:length].tobytes()
