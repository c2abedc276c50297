"""JPEG files written by hand: blocks of one value each, so that what is in them is known exactly.

Only the first coefficient of a block is ever other than 0, which makes a block even; with 8 as its quantizer
step, that coefficient is the block's value (ITU-T T.81, A.3.3). Codes are as simple as the standard allows.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Component", "Frame", "segment", "write_jpeg", "write_lossless"]

_CODES = 12  # categories of differences, as codes of 4 bits
_SIDE = 8


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """A channel.

    Attributes
    ----------
    number
        By which scans name it.
    across, down
        Sampling factors.
    blocks : (rows, columns) ndarray
        The value of each block of 8 x 8 samples, as many as the frame's size takes.
    """

    number: int
    across: int
    down: int
    blocks: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture, and the choices that a file can make of it.

    Attributes
    ----------
    process
        The marker of the frame: 0xC0 baseline, 0xC1 extended, 0xC2 progressive.
    bits
        Of a sample, 8 or 12.
    apart
        Whether each component has a scan of its own.
    restart
        Units between restart markers; 0 for none.
    wide_tables
        Whether quantizer steps have 16 bits.
    late_height
        Whether the height is 0 in the frame and said after the first scan.
    before
        Segments before the frame.
    """

    width: int
    height: int
    components: tuple[Component, ...]
    process: int = 0xC0
    bits: int = 8
    apart: bool = False
    restart: int = 0
    wide_tables: bool = False
    late_height: bool = False
    before: tuple[bytes, ...] = field(default_factory=tuple)


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


class _Bits:
    """A stream of bits, filled up with ones and with a zero after each byte of them."""

    def __init__(self) -> None:
        self._bits: list[str] = []

    def put(self, value: int, size: int) -> None:
        if size:
            self._bits.append(f"{value:0{size}b}")

    def take(self) -> bytes:
        bits = "".join(self._bits)
        self._bits = []
        bits += "1" * (-len(bits) % 8)
        return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)).replace(b"\xff", b"\xff\0")


def _put_block(stream: _Bits, difference: int, *, with_end: bool) -> None:
    size = abs(difference).bit_length()
    stream.put(size, 4)
    stream.put(difference if difference >= 0 else difference + (1 << size) - 1, size)
    if with_end:
        stream.put(0, 1)  # no other coefficient


def _units(frame: Frame, components: tuple[Component, ...]) -> Iterator[list[tuple[Component, int, int]]]:
    """Yield the blocks of each unit of a scan: one where a component is alone (T.81, A.2)."""
    most_across = max(component.across for component in frame.components)
    most_down = max(component.down for component in frame.components)
    if len(components) == 1:
        (alone,) = components
        rows = -(-frame.height * alone.down // (most_down * _SIDE))
        columns = -(-frame.width * alone.across // (most_across * _SIDE))
        for row in range(rows):
            for column in range(columns):
                yield [(alone, row, column)]
        return
    for row in range(-(-frame.height // (_SIDE * most_down))):
        for column in range(-(-frame.width // (_SIDE * most_across))):
            yield [
                (component, row * component.down + y, column * component.across + x)
                for component in components
                for y in range(component.down)
                for x in range(component.across)
            ]


def _scan(frame: Frame, components: tuple[Component, ...]) -> bytes:
    middle, progressive = 1 << (frame.bits - 1), frame.process == 0xC2
    named = b"".join(bytes([component.number, 0]) for component in components)
    head = segment(0xDA, bytes([len(components)]) + named + bytes([0, 0 if progressive else 63, 0]))
    stream, out, last = _Bits(), b"", {component.number: 0 for component in components}
    for index, unit in enumerate(_units(frame, components)):
        if frame.restart and index and index % frame.restart == 0:
            out += stream.take() + bytes([0xFF, 0xD0 + (index // frame.restart - 1) % 8])
            last = dict.fromkeys(last, 0)
        for component, row, column in unit:
            rows, columns = component.blocks.shape
            value = int(component.blocks[min(row, rows - 1), min(column, columns - 1)]) - middle
            _put_block(stream, value - last[component.number], with_end=not progressive)
            last[component.number] = value
    return head + out + stream.take()


def _rest(frame: Frame, component: Component) -> bytes:
    """Return a scan of a component's further coefficients, none of which is other than 0.

    Without it a decoder takes a progressive file for one that is still on its way, and smooths its blocks.
    """
    head = segment(0xDA, bytes([1, component.number, 0, 1, 63, 0]))
    stream, out = _Bits(), b""
    for index, _ in enumerate(_units(frame, (component,))):
        if frame.restart and index and index % frame.restart == 0:
            out += stream.take() + bytes([0xFF, 0xD0 + (index // frame.restart - 1) % 8])
        stream.put(0, 1)
    return head + out + stream.take()


def write_jpeg(frame: Frame) -> bytes:
    """Return the file of a frame."""
    steps = struct.pack(">64H", *[8] * 64) if frame.wide_tables else bytes([8] * 64)
    tables = segment(0xDB, bytes([0x10 if frame.wide_tables else 0]) + steps)
    lengths = [0, 0, 0, _CODES, *[0] * 12]
    codes = segment(0xC4, bytes([0, *lengths, *range(_CODES)]))
    codes += segment(0xC4, bytes([0x10, 1, *[0] * 15, 0]))
    described = b"".join(
        bytes([component.number, component.across << 4 | component.down, 0]) for component in frame.components
    )
    height = 0 if frame.late_height else frame.height
    head = struct.pack(">BHHB", frame.bits, height, frame.width, len(frame.components))
    out = b"\xff\xd8" + b"".join(frame.before) + tables + segment(frame.process, head + described) + codes
    if frame.restart:
        out += segment(0xDD, struct.pack(">H", frame.restart))
    scans = [(component,) for component in frame.components] if frame.apart else [frame.components]
    for index, scan in enumerate(scans):
        out += _scan(frame, scan)
        if frame.late_height and index == 0:
            out += segment(0xDC, struct.pack(">H", frame.height))
    if frame.process == 0xC2:
        out += b"".join(_rest(frame, component) for component in frame.components)
    return out + b"\xff\xd9"


def write_lossless(samples: NDArray[np.int64], predictor: int) -> bytes:
    """Return a file of samples (H, W, C) of 8 bits that are not transformed (T.81, annex H).

    Parameters
    ----------
    predictor
        1 for the sample to the left, 2 for the one above. The first row is always predicted from the left,
        and the first column from above.
    """
    height, width, count = samples.shape
    numbers = range(1, count + 1)
    described = b"".join(bytes([number, 0x11, 0]) for number in numbers)
    head = segment(0xC3, struct.pack(">BHHB", 8, height, width, count) + described)
    codes = segment(0xC4, bytes([0, 0, 0, 0, _CODES, *[0] * 12, *range(_CODES)]))
    scan = segment(0xDA, bytes([count, *(byte for n in numbers for byte in (n, 0)), predictor, 0, 0]))
    left = np.pad(samples, ((0, 0), (1, 0), (0, 0)))[:, :-1]
    above = np.pad(samples, ((1, 0), (0, 0), (0, 0)))[:-1]
    guess = (left if predictor == 1 else above).copy()
    guess[0], guess[1:, 0] = left[0], above[1:, 0]
    guess[0, 0] = 128
    marked = segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, 0)) if count == 3 else b""
    stream = _Bits()
    for difference in (samples - guess).ravel().tolist():
        _put_block(stream, difference, with_end=False)
    return b"\xff\xd8" + marked + head + codes + scan + stream.take() + b"\xff\xd9"
