"""What a JPEG file consists of, read without decoding it: frame, tables and scans (ITU-T T.81, Annex B)."""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from wuhen.photo.not_kept import NotKept

__all__ = ["BLOCK", "Component", "JpegFile", "Scan", "Unsuitable", "parse"]

#: Samples along a block's side, and in a block.
BLOCK = 8
_AREA = BLOCK * BLOCK

_SOI, _EOI, _SOS, _DQT, _DHT, _DRI, _DNL = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xDD, 0xDC
_APP0, _APP14 = 0xE0, 0xEE
_PROGRESSIVE = 0xC2
_FRAMES = frozenset(range(0xC0, 0xD0)) - {_DHT, 0xC8, 0xCC}
_STANDALONE = frozenset({0x01, _SOI, *range(0xD0, 0xD8)})
# Ends entropy-coded data: any marker but a restart. A zero after 0xFF makes it a byte of the data.
_AFTER_DATA = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
# The last of any number of fill bytes counts: one that looks at them together tries every part of a run.
_MARKER = re.compile(rb"\xff([^\x00\xff])")
_JFIF_BYTES, _ADOBE_BYTES = 14, 12  # what decoders want to see of them
_MAX_BLOCKS = 10  # in an interleaved unit
_MAX_SAMPLING = 4
_TABLES = 4
_INKS = 4  # components of CMYK
_PRECISION = 8  # bits


class Unsuitable(ValueError):
    """A JPEG file's blocks cannot be kept.

    Parameters
    ----------
    reason
        One of those that begin with ``JPEG``.
    """

    def __init__(self, reason: NotKept = NotKept.JPEG_DAMAGED) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Component:
    """One of the planes that a picture is stored in.

    Attributes
    ----------
    name
        Its identifier.
    across, down
        Sampling factors, 1 to 4.
    quantization
        The number of its table.
    """

    name: int
    across: int
    down: int
    quantization: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A pass over some components.

    Attributes
    ----------
    components
        Their places in the frame.
    dc, ac
        Numbers of their Huffman tables.
    first, last
        Coefficients, in zigzag order, that it holds: 0 to 63.
    high, low
        The bit position of successive approximation before it (0 in a first pass) and after it.
    restart
        Units between restart markers; 0 where there are none.
    huffman
        The Huffman tables in force, by class (0 is DC) and number, as they stand in the file: 16 counts of
        codes by length, then the symbols.
    start, stop
        Where its entropy-coded data lie.
    """

    components: tuple[int, ...]
    dc: tuple[int, ...]
    ac: tuple[int, ...]
    first: int
    last: int
    high: int
    low: int
    restart: int
    huffman: Mapping[tuple[int, int], bytes]
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class JpegFile:
    """A file of 8 bits a sample, Huffman coded, sequential or progressive, with one component or three.

    Attributes
    ----------
    frame
        The kind: 0xC0 baseline, 0xC1 extended sequential, 0xC2 progressive.
    width, height
        As stored.
    components
        In the frame's order.
    quantization
        Tables by number: uint16 ``(64,)``, in zigzag order.
    scans
        In the file's order.
    jfif
        The JFIF segment's content, from its version to its densities, or None.
    adobe
        The Adobe segment's colour transform, or None.
    """

    frame: int
    width: int
    height: int
    components: tuple[Component, ...]
    quantization: Mapping[int, NDArray[np.uint16]]
    scans: tuple[Scan, ...]
    jfif: bytes | None
    adobe: int | None

    @property
    def progressive(self) -> bool:
        """Whether it is progressive."""
        return self.frame == _PROGRESSIVE

    @property
    def sampling(self) -> tuple[int, int]:
        """The largest sampling factors, across and down."""
        return max(one.across for one in self.components), max(one.down for one in self.components)

    @property
    def units(self) -> tuple[int, int]:
        """Minimum coded units of an interleaved scan, across and down."""
        across, down = self.sampling
        return -(-self.width // (BLOCK * across)), -(-self.height // (BLOCK * down))

    def blocks(self, component: Component) -> tuple[int, int]:
        """Return a component's blocks across and down in a scan of its own, which leaves out padding."""
        across, down = self.sampling
        width = -(-self.width * component.across // across)
        height = -(-self.height * component.down // down)
        return -(-width // BLOCK), -(-height // BLOCK)

    @property
    def rgb(self) -> bool:
        """Whether the components are red, green and blue and not luma and chroma, as decoders guess it."""
        if len(self.components) == 1 or self.jfif is not None:
            return False
        if self.adobe is not None:
            return self.adobe == 0
        return bytes(one.name for one in self.components) == b"RGB"


def parse(data: bytes) -> JpegFile:
    """Read the segments of a JPEG file.

    Raises
    ------
    Unsuitable
        It is broken, or of a kind whose blocks are not read.
    """
    try:
        return _Parser(data).parse()
    except Unsuitable:
        raise
    except (struct.error, IndexError, ValueError) as error:  # a segment is too short
        raise Unsuitable from error


def _refuse(reason: NotKept = NotKept.JPEG_DAMAGED) -> NoReturn:
    raise Unsuitable(reason)


class _Parser:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.frame: tuple[int, int, int, tuple[Component, ...]] | None = None
        self.quantization: dict[int, NDArray[np.uint16]] = {}
        self.huffman: dict[tuple[int, int], bytes] = {}
        self.restart = 0
        self.scans: list[Scan] = []
        self.jfif: bytes | None = None
        self.adobe: int | None = None

    def parse(self) -> JpegFile:
        at = 2
        while (found := _MARKER.search(self.data, at)) is not None:
            marker, at = found[1][0], found.end()
            if marker == _EOI:
                break
            if marker in _STANDALONE:
                continue
            (length,) = struct.unpack_from(">H", self.data, at)
            content = self.data[at + 2 : at + length]
            if length < 2 or len(content) < length - 2:  # noqa: PLR2004 - the length counts its own two bytes
                _refuse()
            at += length
            if marker == _SOS:
                at = self._read_scan(content, at)
            else:
                self._read_segment(marker, content)
        if self.frame is None or not self.scans:
            _refuse()
        return JpegFile(*self.frame, self.quantization, tuple(self.scans), self.jfif, self.adobe)

    def _read_segment(self, marker: int, content: bytes) -> None:
        if marker in _FRAMES:
            self._read_frame(marker, content)
        elif marker == _DQT:
            self._read_quantization(content)
        elif marker == _DHT:
            self._read_huffman(content)
        elif marker == _DRI:
            (self.restart,) = struct.unpack_from(">H", content)
        elif marker == _DNL:
            _refuse(NotKept.JPEG_CODING)
        elif marker == _APP0 and content.startswith(b"JFIF\0") and len(content) >= _JFIF_BYTES:
            self.jfif = self.jfif or content[5:12]
        elif marker == _APP14 and content.startswith(b"Adobe") and len(content) >= _ADOBE_BYTES:
            self.adobe = content[11]

    def _read_frame(self, marker: int, content: bytes) -> None:
        precision, height, width, count = struct.unpack_from(">BHHB", content)
        if count == _INKS:
            _refuse(NotKept.JPEG_INKS)
        # What follows progressive is lossless, hierarchical or arithmetic-coded.
        if marker > _PROGRESSIVE or precision != _PRECISION or count not in {1, 3}:
            _refuse(NotKept.JPEG_CODING)
        components = tuple(
            Component(name, sampling >> 4, sampling & 15, table)
            for name, sampling, table in struct.iter_unpack("BBB", content[6 : 6 + 3 * count])
        )
        if self.frame is not None or len(components) != count or width == 0 or height == 0:
            _refuse()
        self.frame = (marker, width, height, components)
        across, down = (
            max(factors) for factors in zip(*((c.across, c.down) for c in components), strict=True)
        )
        for one in components:
            if not (0 < one.across <= _MAX_SAMPLING and 0 < one.down <= _MAX_SAMPLING):
                _refuse()
            if across % one.across or down % one.down:
                _refuse(NotKept.JPEG_CODING)
            if one.quantization >= _TABLES:
                _refuse()
        if len({one.name for one in components}) != count:
            _refuse()

    def _read_quantization(self, content: bytes) -> None:
        at = 0
        while at < len(content):
            wide, number = content[at] >> 4, content[at] & 15
            size = _AREA * (1 + wide)
            table = np.frombuffer(content[at + 1 : at + 1 + size], ">u2" if wide else np.uint8).astype(
                np.uint16
            )
            if wide > 1 or number >= _TABLES or len(table) != _AREA or not table.all():
                _refuse()
            known = self.quantization.setdefault(number, table)
            if self.scans and not np.array_equal(known, table):
                _refuse(NotKept.JPEG_CODING)
            self.quantization[number] = table
            at += 1 + size

    def _read_huffman(self, content: bytes) -> None:
        at = 0
        while at < len(content):
            kind, number = content[at] >> 4, content[at] & 15
            size = 16 + sum(content[at + 1 : at + 17])
            table = content[at + 1 : at + 1 + size]
            if kind > 1 or number >= _TABLES or len(table) != size:
                _refuse()
            self.huffman[kind, number] = table
            at += 1 + size

    def _read_scan(self, content: bytes, at: int) -> int:
        if self.frame is None:
            _refuse()
        places = {one.name: i for i, one in enumerate(self.frame[3])}
        count = content[0]
        chosen = list(struct.iter_unpack("BB", content[1 : 1 + 2 * count]))
        first, last, approximation = content[1 + 2 * count : 4 + 2 * count]
        components = tuple(places.get(name, -1) for name, _ in chosen)
        if not 1 <= count <= len(places) or -1 in components or len(set(components)) != count:
            _refuse()
        found = _AFTER_DATA.search(self.data, at)
        end = stop = found.start() if found else len(self.data)
        while stop > at and self.data[stop - 1] == 0xFF:  # noqa: PLR2004 - fill bytes
            stop -= 1
        scan = Scan(
            components,
            tuple(tables >> 4 for _, tables in chosen),
            tuple(tables & 15 for _, tables in chosen),
            first,
            last,
            approximation >> 4,
            approximation & 15,
            self.restart,
            dict(self.huffman),
            at,
            stop,
        )
        self._check_scan(scan)
        self.scans.append(scan)
        return end

    def _check_scan(self, scan: Scan) -> None:
        assert self.frame is not None  # noqa: S101 - by _read_scan
        frame, _, _, all_components = self.frame
        components = [all_components[i] for i in scan.components]
        if len(components) > 1 and sum(one.across * one.down for one in components) > _MAX_BLOCKS:
            _refuse()
        if any(one.quantization not in self.quantization for one in components):
            _refuse()
        if frame != _PROGRESSIVE:
            # Readers take a sequential scan for whole, whatever it says of itself.
            right = (scan.first, scan.last, scan.high, scan.low) == (0, _AREA - 1, 0, 0)
        elif scan.first == 0:
            right = scan.last == 0
        else:
            right = scan.first <= scan.last < _AREA and len(components) == 1
        if not right or scan.low > 13 or (scan.high and scan.high != scan.low + 1):  # noqa: PLR2004 - T.81, G.1.1.1.2
            _refuse()
        needed = {(0, number) for number in scan.dc} if scan.first == 0 and not scan.high else set()
        if scan.last > 0:
            needed |= {(1, number) for number in scan.ac}
        if not needed <= scan.huffman.keys():
            _refuse()
