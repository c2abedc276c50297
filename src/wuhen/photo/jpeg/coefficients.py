"""A JPEG file's coefficients, and a file of the same kind made of them.

The result has the same frame, quantization tables, scans and restart markers. What has not changed is copied
bit by bit, and the file's own Huffman tables are kept. Where they have no code for something new, a scan is
encoded as a whole, with the shortest tables for it.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from wuhen.photo.jpeg.coded import Coded, find_spans, unstuff, whole_spans
from wuhen.photo.jpeg.decoder import FIELDS, Walk, decode_bands, decode_units
from wuhen.photo.jpeg.encoder import CORRECTIONS, Sink, encode_bands, encode_units
from wuhen.photo.jpeg.file import JpegFile, Scan, Unsuitable
from wuhen.photo.jpeg.huffman import codes, look_up_table, shortest_table

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
    changed
        bool ``(rows of units, columns)``: those that may change before they are written.
    coded
        The data of each scan, where they were read from some.
    """

    file: JpegFile
    whole: NDArray[np.int16]
    planes: tuple[NDArray[np.int16], ...]
    changed: NDArray[np.bool_]
    coded: list[Coded]

    @classmethod
    def zeros(cls, file: JpegFile, changed: NDArray[np.bool_] | None = None) -> "Coefficients":
        """Make the coefficients of a file from which no scan has been read; by default, all may change."""
        units = file.units
        shapes = [(units[1] * one.down, units[0] * one.across, _AREA) for one in file.components]
        sizes = [rows * columns * _AREA for rows, columns, _ in shapes]
        whole = np.zeros(sum(sizes), np.int16)
        parts = np.split(whole, np.cumsum(sizes)[:-1])
        planes = tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))
        if changed is None:
            changed = np.ones(units[::-1], np.bool_)
        return cls(file, whole, planes, changed, [])

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

    def changed_in(self, scan: Scan) -> NDArray[np.bool_]:
        """Return which units of a scan may change: bool ``(units,)``."""
        if len(scan.components) > 1:
            return self.changed.ravel()
        one = self.file.components[scan.components[0]]
        across, down = self.file.blocks(one)
        blocks = self.changed.repeat(one.down, axis=0).repeat(one.across, axis=1)
        return blocks[:down, :across].ravel()


def read_coefficients(data: bytes, file: JpegFile, changed: NDArray[np.bool_] | None = None) -> Coefficients:
    """Decode all scans of a file.

    Parameters
    ----------
    data, file
        The file, and what it consists of.
    changed
        bool ``(rows of units, columns)``: those that may change, by default all. Of a sequential file only
        their coefficients are stored, and those that lead over to them.

    Raises
    ------
    Unsuitable
        It is damaged, cut off, or lacks a part of some coefficients.
    """
    _check_scans(file)
    coefficients = Coefficients.zeros(file, changed)
    for scan in file.scans:
        units = coefficients.changed_in(scan)
        coded = unstuff(data, scan, len(units))
        _decode(coefficients, scan, coded, np.ones_like(units) if file.progressive else _needed(units))
        coefficients.coded.append(coded)
    return coefficients


def _needed(units: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which units of a sequential scan are needed to encode changed ones: one more on either side.

    From the one in front a difference is taken, and from those that changed to the one behind.
    """
    needed = units.copy()
    needed[1:] |= units[:-1]
    needed[:-1] |= units[1:]
    return needed


def _decode(coefficients: Coefficients, scan: Scan, coded: Coded, wanted: NDArray[np.bool_]) -> None:
    rows = {table: row for row, table in enumerate(_tables(scan))}
    tables = np.array([look_up_table(scan.huffman[table]) for table in rows] or [look_up_table(bytes(16))])
    walk = coefficients.walk(scan, rows)
    if scan.first > 0:
        whole = decode_bands(coded, tables, walk)
    else:
        whole = decode_units(coded, tables, walk, wanted, np.zeros(len(scan.components), np.int64))
    if not whole:
        raise Unsuitable


def write_file(coefficients: Coefficients, head: bytes) -> bytes:
    """Write a file of the same kind.

    Parameters
    ----------
    coefficients
        Changed in place or not where they may be, 11 bits of DC and 10 of AC.
    head
        Segments to begin with.
    """
    file = coefficients.file
    parts = [b"\xff\xd8", head, *_headers(file)]
    restart = 0
    for i, scan in enumerate(file.scans):
        if scan.restart != restart:
            restart = scan.restart
            parts.append(segment(_DRI, struct.pack(">H", restart)))
        found = _copy_scan(coefficients, i) if coefficients.coded else None
        parts += found or _encode_scan(coefficients, scan)
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


def _copy_scan(coefficients: Coefficients, i: int) -> list[bytes] | None:
    """Write a scan, copying what has not changed; return None where the file's tables lack a code.

    Then all coefficients of the scan are there to be encoded.
    """
    scan, coded = coefficients.file.scans[i], coefficients.coded[i]
    changed = coefficients.changed_in(scan)
    encoder = _Encoder(coefficients, scan, find_spans(scan, coded, changed), coded.data)
    tables = [scan.huffman[table] for table in encoder.used]
    if all((row[codes(table) == 0] == 0).all() for row, table in zip(encoder.counts, tables, strict=False)):
        return encoder.write(tables)
    if not coefficients.file.progressive:
        _decode(coefficients, scan, coded, ~_needed(changed))
    return None


def _encode_scan(coefficients: Coefficients, scan: Scan) -> list[bytes]:
    """Write a scan, all of it encoded."""
    spans = whole_spans(scan, len(coefficients.changed_in(scan)))
    encoder = _Encoder(coefficients, scan, spans, np.empty(0, np.uint8))
    return encoder.write([shortest_table(row) for row in encoder.counts[: len(encoder.used)]])


class _Encoder:
    """Encodes a scan, or those spans of it that are not copied; counts symbols first.

    Attributes
    ----------
    used
        The Huffman tables, by class and number.
    counts
        int64 ``(tables, 256)``: how often they need each symbol.
    """

    def __init__(
        self, coefficients: Coefficients, scan: Scan, spans: NDArray[np.int64], given: NDArray[np.uint8]
    ) -> None:
        self.coefficients, self.scan, self.spans, self.given = coefficients, scan, spans, given
        self.used = _tables(scan)
        self.walk = coefficients.walk(scan, {table: row for row, table in enumerate(self.used)})
        self.counts = np.zeros((max(len(self.used), 1), _SYMBOLS), np.int64)
        self._others = self._run(np.zeros_like(self.counts), np.empty(0, np.uint8), writing=False)

    def write(self, tables: Sequence[bytes]) -> list[bytes]:
        """Write the scan with such tables, and its header."""
        book = np.array([codes(table) for table in tables] or np.zeros_like(self.counts))
        size = (self._others + int((self.counts * (book & 31)).sum())) // 8 + 1
        if self.scan.restart:
            size += 3 * (self.walk.across * self.walk.down // self.scan.restart)
        # Each byte may need a zero behind it.
        out = np.empty(2 * size, np.uint8)
        length = self._run(book, out, writing=True)
        parts = [
            segment(_DHT, bytes([kind << 4 | number]) + table)
            for (kind, number), table in zip(self.used, tables, strict=True)
        ]
        return [*parts, self._header(), out[:length].tobytes()]

    def _header(self) -> bytes:
        scan = self.scan
        header = bytes([len(scan.components)])
        for at, i in enumerate(scan.components):
            header += bytes([self.coefficients.file.components[i].name, scan.dc[at] << 4 | scan.ac[at]])
        return segment(_SOS, header + bytes([scan.first, scan.last, scan.high << 4 | scan.low]))

    def _run(self, book: NDArray[np.int64], out: NDArray[np.uint8], *, writing: bool) -> int:
        """Write with codes, int64 ``(tables, 256)``, or count; return what the kernel does."""
        whole = self.coefficients.whole
        beside = _magnitude_sizes(), whole.view(np.int64), np.empty(CORRECTIONS, np.uint8)
        sink = Sink(writing, self.counts, book, *beside, self.given, self.spans, out)
        if self.scan.first > 0:
            return encode_bands(self.walk, sink)
        return encode_units(self.walk, sink, np.zeros(len(self.scan.components), np.int64))
