"""TIFF files written by hand, so that nothing but the standard says what is in them.

TIFF 6.0; BigTIFF; Adobe Photoshop TIFF Technical Note 3 (floating-point predictor).
"""

import io
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

__all__ = ["COMPRESSIONS", "Layout", "Value", "pack_bits", "write_tiff"]

Value = tuple[int, ...] | tuple[Fraction, ...] | bytes
Block = NDArray[Any]

_SHORT, _LONG, _RATIONAL, _UNDEFINED, _LONG8 = 3, 4, 5, 7, 16
_ALWAYS_LONG = {273, 279, 324, 325}


@dataclass(frozen=True, slots=True)
class Layout:
    """How samples lie in a file, whatever they are.

    Attributes
    ----------
    tile
        Width and height of a tile; None for strips.
    rows
        Of a strip.
    predictor
        1 for none, 2 for horizontal differences, 3 for those of floating-point bytes.
    """

    order: Literal["<", ">"] = "<"
    big: bool = False
    planar: bool = False
    tile: tuple[int, int] | None = None
    rows: int = 5
    compression: int = 1
    predictor: int = 1
    fill_order: int = 1

    def __str__(self) -> str:
        parts = [
            "little-endian" if self.order == "<" else "big-endian",
            "BigTIFF" if self.big else "",
            "planes" if self.planar else "",
            f"{self.tile[0]}x{self.tile[1]} tiles" if self.tile else "",
            f"compression {self.compression}" if self.compression != 1 else "",
            f"predictor {self.predictor}" if self.predictor != 1 else "",
            f"fill order {self.fill_order}" if self.fill_order != 1 else "",
        ]
        return ", ".join(filter(None, parts))


def pack_bits(values: Block, bits: int) -> bytes:
    """Pack rows of unsigned integers, the first in the upper bits; each row ends at a byte."""
    places = np.arange(bits - 1, -1, -1, dtype=np.uint64)
    unpacked = (values.astype(np.uint64)[..., None] >> places) & np.uint64(1)
    return np.packbits(unpacked.astype(np.uint8).reshape(len(values), -1), axis=1).tobytes()


def _unsigned(block: Block, bits: int) -> Block:
    """Return the lower bits, as a negative number has them too."""
    return block.astype(np.uint64) & np.uint64((1 << bits) - 1)


def _difference(block: Block, bits: int) -> Block:
    """Return horizontal differences of each component, (H, W, C), modulo the depth."""
    values = _unsigned(block, bits)
    values[:, 1:] -= values[:, :-1].copy()
    return _unsigned(values, bits)


def _float_difference(block: Block, bits: int) -> bytes:
    """Part the bytes of floating-point samples, the most significant of a row first, and difference them."""
    height, width, channels = block.shape
    size = bits // 8
    parted = block.astype(f">f{size}").tobytes()
    planes = np.frombuffer(parted, np.uint8).reshape(height, width * channels, size)
    rows = np.moveaxis(planes, 2, 1).reshape(height, size * width, channels)
    return _difference(rows, 8).astype(np.uint8).tobytes()


def _raw(block: Block, bits: int, layout: Layout) -> bytes:
    if layout.predictor == 3:
        return _float_difference(block, bits)
    if block.dtype.kind == "f":
        return block.astype(f"{layout.order}f{bits // 8}").tobytes()
    values = _difference(block, bits) if layout.predictor == 2 else _unsigned(block, bits)
    rows = values.reshape(len(block), -1)
    if bits in {16, 32, 64}:
        return rows.astype(f"{layout.order}u{bits // 8}").tobytes()
    packed = pack_bits(rows, bits)
    if bits == 24 and layout.order == "<":
        return np.frombuffer(packed, np.uint8).reshape(-1, 3)[:, ::-1].tobytes()
    return packed


def _pack_literally(raw: bytes) -> bytes:
    """Compress by PackBits, without ever finding a repetition."""
    pieces = [raw[at : at + 128] for at in range(0, len(raw), 128)]
    return b"".join(bytes([len(piece) - 1]) + piece for piece in pieces)


def _code_literally(raw: bytes) -> bytes:
    """Compress by LZW, clearing the table before its codes grow longer than 9 bits."""
    codes = []
    for at, byte in enumerate(raw):
        if at % 250 == 0:
            codes.append(256)
        codes.append(byte)
    return pack_bits(np.array([[*codes, 257]]), 9)


def _by_libtiff(name: str) -> Callable[[bytes], bytes]:
    """Have libtiff compress bytes, as those of a grey picture of one row."""

    def compress(raw: bytes) -> bytes:
        out = io.BytesIO()
        Image.frombytes("L", (len(raw), 1), raw).save(out, "TIFF", compression=name)
        with Image.open(out) as image:
            assert isinstance(image, TiffImagePlugin.TiffImageFile)
            (start,), (length,) = image.tag_v2[273], image.tag_v2[279]
        return out.getvalue()[start : start + length]

    return compress


COMPRESSIONS: dict[int, Callable[[bytes], bytes]] = {
    1: bytes,
    5: _code_literally,
    8: zlib.compress,
    32773: _pack_literally,
    32946: zlib.compress,
    34925: _by_libtiff("lzma"),
    50000: _by_libtiff("zstd"),
}
"""Those that take any bytes, by the value of the tag."""


def _blocks(samples: Block, layout: Layout) -> Iterator[Block]:
    """Cut samples, (H, W, C), into strips or tiles, plane after plane where they are apart."""
    height, width, channels = samples.shape
    planes = [samples[..., i : i + 1] for i in range(channels)] if layout.planar else [samples]
    across, down = layout.tile or (width, layout.rows)
    for plane in planes:
        for top in range(0, height, down):
            for left in range(0, width, across):
                block = plane[top : top + down, left : left + across]
                if layout.tile:
                    missing = ((0, down - block.shape[0]), (0, across - block.shape[1]), (0, 0))
                    block = np.pad(block, missing, mode="edge")
                yield block


def _reversed(data: bytes) -> bytes:
    return np.packbits(np.unpackbits(np.frombuffer(data, np.uint8)).reshape(-1, 8)[:, ::-1]).tobytes()


def write_tiff(
    samples: Block,
    bits: int,
    photometric: int | None,
    layout: Layout | None = None,
    tags: Mapping[int, Value | None] | None = None,
    *,
    chunks: list[bytes] | None = None,
) -> bytes:
    """Return a TIFF file.

    Parameters
    ----------
    samples
        (H, W) or (H, W, C): integers, or floating-point numbers.
    bits
        Of a sample.
    tags
        Further ones by number, or others than usual; one that is None is left out.
    chunks
        What lies in the strips or tiles, where it is not the samples as the layout would have them.
    """
    layout = layout or Layout()
    if samples.ndim == 2:
        samples = samples[..., None]
    height, width, channels = samples.shape
    if chunks is None:
        compress = COMPRESSIONS[layout.compression]
        chunks = [compress(_raw(block, bits, layout)) for block in _blocks(samples, layout)]
        if layout.fill_order == 2:
            chunks = [_reversed(chunk) for chunk in chunks]
    start = 16 if layout.big else 8
    offsets = tuple(start + sum(map(len, chunks[:i])) for i in range(len(chunks)))
    kind = {"u": 1, "i": 2, "f": 3}[samples.dtype.kind]
    lengths = tuple(map(len, chunks))
    fields: dict[int, Value | None] = {
        256: (width,),
        257: (height,),
        258: (bits,) * channels,
        259: (layout.compression,),
        262: None if photometric is None else (photometric,),
        266: (layout.fill_order,) if layout.fill_order != 1 else None,
        277: (channels,),
        284: (2 if layout.planar else 1,),
        317: (layout.predictor,) if layout.predictor != 1 else None,
        339: (kind,) * channels if kind != 1 else None,
    }
    if layout.tile:
        fields |= {322: layout.tile[:1], 323: layout.tile[1:], 324: offsets, 325: lengths}
    else:
        fields |= {273: offsets, 278: (layout.rows,), 279: lengths}
    kept = {tag: value for tag, value in (fields | dict(tags or {})).items() if value is not None}
    return _assemble(layout, b"".join(chunks), kept)


def _assemble(layout: Layout, body: bytes, fields: dict[int, Value]) -> bytes:
    """Put header, samples, directory and the longer values of it together."""
    order = layout.order
    header, count, entry, word, room = (16, "Q", "HHQ", "Q", 8) if layout.big else (8, "H", "HHI", "I", 4)
    body += b"\0" * (len(body) % 2)
    at = header + len(body)
    size = struct.calcsize(f"={entry}") + room
    after = at + struct.calcsize(f"={count}") + len(fields) * size + room
    directory, values = struct.pack(order + count, len(fields)), b""
    for tag, value in sorted(fields.items()):
        kind, length, packed = _pack_value(tag, value, order)
        if len(packed) > room:
            packed, values = struct.pack(order + word, after + len(values)), values + packed
            values += b"\0" * (len(values) % 2)
        directory += struct.pack(order + entry, tag, kind, length) + packed.ljust(room, b"\0")
    directory += struct.pack(order + word, 0)
    mark = b"II" if order == "<" else b"MM"
    version = struct.pack(order + "HHHQ", 43, 8, 0, at) if layout.big else struct.pack(order + "HI", 42, at)
    return mark + version + body + directory + values


def _pack_value(tag: int, value: Value, order: str) -> tuple[int, int, bytes]:
    if isinstance(value, bytes):
        return _UNDEFINED, len(value), value
    if isinstance(value[0], Fraction):
        parts = [n for f in value for n in f.as_integer_ratio()]
        return _RATIONAL, len(value), struct.pack(f"{order}{len(parts)}I", *parts)
    if tag in _ALWAYS_LONG or max(value) > 0xFFFF:
        return _LONG, len(value), struct.pack(f"{order}{len(value)}I", *value)
    return _SHORT, len(value), struct.pack(f"{order}{len(value)}H", *value)
