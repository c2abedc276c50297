"""What a PNG file can say about its samples (PNG, third edition)."""

import itertools
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photo.matrix.cell import Cell, Truth
from photo.matrix.tiff_file import pack_bits
from photo.photo_files import png_chunk

__all__ = ["GROUPS", "write_png"]

Block = NDArray[Any]
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGBA: (8, 16)}
KINDS = [(kind, depth) for kind, depths in DEPTHS.items() for depth in depths]
HEIGHT, WIDTH = 13, 21
# First column and row, and steps across and down, of each pass (8.2).
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
MIXED = -1


def _noise(depth: int, channels: int, seed: int = 0) -> Block:
    samples = np.random.default_rng(seed).integers(0, 1 << depth, (HEIGHT, WIDTH, channels), np.uint16)
    samples[0, 0], samples[0, 1] = 0, (1 << depth) - 1
    return samples


def _paeth(left: Block, above: Block, corner: Block) -> Block:
    estimate = left + above - corner
    off = [np.abs(estimate - known) for known in (left, above, corner)]
    return np.where((off[0] <= off[1]) & (off[0] <= off[2]), left, np.where(off[1] <= off[2], above, corner))


def _filtered(rows: Block, step: int, kind: int) -> bytes:
    """Filter rows of bytes (9.2), each in its own way where `kind` is `MIXED`."""
    out, above = b"", np.zeros(rows.shape[1], np.int64)
    for index, row in enumerate(rows.astype(np.int64)):
        chosen = index % 5 if kind == MIXED else kind
        left = np.concatenate([np.zeros(step, np.int64), row[:-step]])[: len(row)]
        corner = np.concatenate([np.zeros(step, np.int64), above[:-step]])[: len(row)]
        guess = (0, left, above, (left + above) // 2, _paeth(left, above, corner))[chosen]
        out += bytes([chosen]) + ((row - guess) & 255).astype(np.uint8).tobytes()
        above = row
    return out


def _stream(samples: Block, depth: int, kind: int, *, interlaced: bool) -> bytes:
    step = max(1, depth * samples.shape[2] // 8)
    passes = [samples[y::down, x::across] for x, y, across, down in _ADAM7] if interlaced else [samples]
    stream = b""
    for part in passes:
        if part.size:
            packed = pack_bits(part.reshape(len(part), -1), depth)
            stream += _filtered(np.frombuffer(packed, np.uint8).reshape(len(part), -1), step, kind)
    return stream


def write_png(
    samples: Block, depth: int, colour_type: int, *chunks: bytes, interlaced: bool = False, kind: int = 0
) -> bytes:
    """Return a PNG file of samples (H, W, C), with chunks between header and data."""
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced))
    stream = zlib.compress(_stream(samples, depth, kind, interlaced=interlaced))
    return _assembled(header, *chunks, png_chunk(b"IDAT", stream))


def _assembled(header: bytes, *chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join([png_chunk(b"IHDR", header), *chunks, png_chunk(b"IEND", b"")])


def _colours(size: int) -> Block:
    return np.random.default_rng(7).integers(0, 256, (size, 3), np.uint8)


def _palette(colours: Block) -> bytes:
    return png_chunk(b"PLTE", colours.astype(np.uint8).tobytes())


def _truth(samples: Block, depth: int, colour_type: int) -> Truth:
    """Return what samples mean, of a palette file those of `_colours`."""
    if colour_type == PALETTE:
        return Truth.of(_colours(1 << depth)[samples[..., 0]] / 255)
    share = samples / ((1 << depth) - 1)
    colours = share[..., 0] if colour_type in {GREY, GREY_ALPHA} else share[..., :3]
    return Truth.of(colours, share[..., -1] if colour_type in {GREY_ALPHA, RGBA} else None)


def samples_of_all_kinds() -> Iterator[Cell]:
    for (colour_type, depth), interlaced, kind in itertools.product(
        KINDS, (False, True), (0, 1, 2, 3, 4, MIXED)
    ):
        samples = _noise(depth, CHANNELS[colour_type])
        chunks = [_palette(_colours(1 << depth))] if colour_type == PALETTE else []
        data = write_png(samples, depth, colour_type, *chunks, interlaced=interlaced, kind=kind)
        name = f"type {colour_type}, {depth} bits, filter {kind}" + (", interlaced" if interlaced else "")
        yield Cell("PNG", "samples", name, data, _truth(samples, depth, colour_type))


def sizes() -> Iterator[Cell]:
    """Sides at which passes are empty and rows end within a byte."""
    for (colour_type, depth), (height, width), interlaced in itertools.product(
        KINDS, ((1, 1), (1, 3), (2, 5), (5, 1), (8, 8), (9, 17)), (False, True)
    ):
        samples = _noise(depth, CHANNELS[colour_type])[:height, :width]
        chunks = [_palette(_colours(1 << depth))] if colour_type == PALETTE else []
        data = write_png(samples, depth, colour_type, *chunks, interlaced=interlaced)
        name = f"{width}x{height}, type {colour_type}, {depth} bits" + (", interlaced" if interlaced else "")
        yield Cell("PNG", "size", name, data, _truth(samples, depth, colour_type))


def transparent_colours() -> Iterator[Cell]:
    for (colour_type, depth), interlaced, high in itertools.product(
        ((GREY, 1), (GREY, 2), (GREY, 4), (GREY, 8), (GREY, 16), (RGB, 8), (RGB, 16)),
        (False, True),
        (False, True),
    ):
        samples = _noise(depth, CHANNELS[colour_type])
        samples[3:6, 3:9] = key = samples[4, 4].copy()
        stored = key.astype(np.int64) | (
            0xFFFF & ~((1 << depth) - 1) if high else 0
        )  # the upper bits are to be ignored
        chunk = png_chunk(b"tRNS", stored.astype(">u2").tobytes())
        opaque = (samples != key).any(axis=2)
        plain = _truth(samples, depth, colour_type)
        data = write_png(samples, depth, colour_type, chunk, interlaced=interlaced)
        name = (
            f"type {colour_type}, {depth} bits"
            + (", interlaced" if interlaced else "")
            + (", upper bits" if high else "")
        )
        yield Cell("PNG", "transparent colour", name, data, Truth(plain.pixels, opaque * 255.0))
    for colour_type, depth in KINDS:
        if colour_type in {GREY_ALPHA, RGBA}:
            samples = _noise(depth, CHANNELS[colour_type])
            data = write_png(samples, depth, colour_type, png_chunk(b"tRNS", bytes(6)))
            yield Cell(
                "PNG",
                "transparent colour",
                f"type {colour_type}, {depth} bits, beside alpha",
                data,
                _truth(samples, depth, colour_type),
            )


def palettes() -> Iterator[Cell]:
    for depth, interlaced in itertools.product((1, 2, 4, 8), (False, True)):
        full = 1 << depth
        samples = _noise(depth, 1)
        name = f"{depth} bits" + (", interlaced" if interlaced else "")
        for size in sorted({1, 2, full // 2, full - 1, full} - {0}):
            within = samples % size
            truth = Truth.of(_colours(size)[within[..., 0]] / 255)
            data = write_png(within, depth, PALETTE, _palette(_colours(size)), interlaced=interlaced)
            yield Cell("PNG", "palette", f"{size} colours, {name}", data, truth)
            if size < full:
                # Named colours that there are not are black, as libpng has them.
                padded = np.zeros((full, 3))
                padded[:size] = _colours(size) / 255
                data = write_png(samples, depth, PALETTE, _palette(_colours(size)), interlaced=interlaced)
                beyond = Truth.of(padded[samples[..., 0]])
                yield Cell("PNG", "palette", f"{size} colours, some beyond, {name}", data, beyond)
            for opacities in sorted({1, size // 2, size} - {0}):
                alpha = np.full(size, 255, np.uint8)
                alpha[:opacities] = np.random.default_rng(8).integers(0, 256, opacities)
                chunk = png_chunk(b"tRNS", alpha[:opacities].tobytes())
                data = write_png(
                    within, depth, PALETTE, _palette(_colours(size)), chunk, interlaced=interlaced
                )
                with_alpha = Truth(truth.pixels, alpha[within[..., 0]].astype(np.float64))
                yield Cell(
                    "PNG", "palette", f"{size} colours, {opacities} opacities, {name}", data, with_alpha
                )


def broken_palettes() -> Iterator[Cell]:
    samples = _noise(4, 1)
    colours, opaque = _colours(16), png_chunk(b"tRNS", bytes(range(16)))
    plain = _truth(samples, 4, PALETTE)
    said: list[tuple[str, list[bytes], Truth | None]] = [
        ("none", [], None),
        ("empty", [png_chunk(b"PLTE", b"")], None),
        ("of broken length", [png_chunk(b"PLTE", colours.tobytes()[:-1])], None),
        ("of 300 colours", [png_chunk(b"PLTE", bytes(900))], None),
        (
            "of more colours than bits",
            [_palette(_colours(32))],
            Truth.of(_colours(32)[samples[..., 0]] / 255),
        ),
        ("two", [_palette(colours), _palette(colours[::-1])], None),
        ("opacities before it", [opaque, _palette(colours)], plain),
        (
            "more opacities than colours",
            [_palette(colours), png_chunk(b"tRNS", bytes(range(16)) + bytes(9))],
            plain,
        ),
        ("no opacities", [_palette(colours), png_chunk(b"tRNS", b"")], plain),
    ]
    for name, chunks, truth in said:
        yield Cell(
            "PNG",
            "broken palette",
            name,
            write_png(samples, 4, PALETTE, *chunks),
            truth,
            None if truth else "palette",
        )


def palettes_too_late() -> Iterator[Cell]:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 4, PALETTE, 0, 0, 0)
    data = png_chunk(b"IDAT", zlib.compress(_stream(_noise(4, 1), 4, 0, interlaced=False)))
    for name, chunks in (
        ("behind samples", [data, _palette(_colours(16))]),
        ("behind samples with a wrong checksum", [data[:-1] + b"\0", _palette(_colours(16))]),
        ("before and behind samples", [_palette(_colours(16)), data, _palette(_colours(16))]),
    ):
        yield Cell("PNG", "broken palette", name, _assembled(header, *chunks), None, "palette|checksum|CRC")


def transparency_too_late() -> Iterator[Cell]:
    for (colour_type, depth), interlaced in itertools.product(
        ((GREY, 8), (RGB, 16), (PALETTE, 4)), (False, True)
    ):
        samples = _noise(depth, CHANNELS[colour_type])
        table = [_palette(_colours(1 << depth))] if colour_type == PALETTE else []
        whole = write_png(samples, depth, colour_type, *table, interlaced=interlaced)
        end = len(whole) - len(png_chunk(b"IEND", b""))
        data = whole[:end] + png_chunk(b"tRNS", bytes(6)) + whole[end:]
        name = f"behind samples, type {colour_type}" + (", interlaced" if interlaced else "")
        yield Cell("PNG", "transparent colour", name, data, _truth(samples, depth, colour_type))


def ancillary() -> Iterator[Cell]:
    """What accompanies samples and does not change them."""
    chunks = {
        "sBIT": b"\x05",
        "bKGD": b"\0\x07",
        "gAMA": struct.pack(">I", 100000),
        "sRGB": b"\0",
        "cHRM": struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000),
        "cICP": bytes([12, 13, 0, 1]),
        "hIST": bytes(8),
        "sPLT": b"x\0\x08" + bytes(6),
        "pHYs": bytes(9),
        "tIME": bytes(7),
        "eXIf": b"MM\0*\0\0\0\x08\0\0\0\0\0\0",
        "acTL": struct.pack(">II", 1, 0),
        "mDCV": bytes(24),
        "cLLI": bytes(8),
        "PLTE": bytes(30),
    }
    for (colour_type, depth), (kind, content) in itertools.product(KINDS, chunks.items()):
        if kind == "PLTE" and colour_type == PALETTE:
            continue
        samples = _noise(depth, CHANNELS[colour_type])
        times = (3 if colour_type == PALETTE else CHANNELS[colour_type]) if kind == "sBIT" else 1
        chunk = png_chunk(kind.encode(), content * times)
        table = [_palette(_colours(1 << depth))] if colour_type == PALETTE else []
        before = kind in {"sBIT", "gAMA", "sRGB", "cHRM", "cICP"}
        data = write_png(samples, depth, colour_type, *([chunk, *table] if before else [*table, chunk]))
        yield Cell(
            "PNG",
            "ancillary",
            f"{kind}, type {colour_type}, {depth} bits",
            data,
            _truth(samples, depth, colour_type),
            "palette",
        )


def headers() -> Iterator[Cell]:
    """Headers that the standard does not allow, and data that does not fit."""
    samples = _noise(8, 3)
    stream = zlib.compress(_stream(samples, 8, 0, interlaced=False))

    def with_header(depth: int, colour_type: int, *methods: int) -> bytes:
        header = struct.pack(">IIBB", WIDTH, HEIGHT, depth, colour_type) + bytes(methods or (0, 0, 0))
        return _assembled(header, png_chunk(b"IDAT", stream))

    for colour_type, depth in itertools.product(range(8), (0, 1, 2, 3, 4, 8, 12, 16, 32)):
        if (colour_type, depth) not in KINDS:
            yield Cell(
                "PNG",
                "header",
                f"type {colour_type}, {depth} bits",
                with_header(depth, colour_type),
                None,
                "no samples that PNG has",
            )
    for methods in ((1, 0, 0), (0, 1, 0), (0, 64, 0), (0, 0, 2)):
        yield Cell(
            "PNG",
            "header",
            f"methods {methods}",
            with_header(8, RGB, *methods),
            None,
            "a method that PNG does not have",
        )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, RGB, 0, 0, 0)
    truth, plain = _truth(samples, 8, RGB), _stream(samples, 8, 0, interlaced=False)
    parts = [png_chunk(b"IDAT", stream[i : i + 100]) for i in range(0, len(stream), 100)]
    flawed = bytearray(plain)
    flawed[0] = 5
    said: list[tuple[str, bytes, Truth | None]] = [
        ("data in parts", _assembled(header, *parts), truth),
        (
            "empty data chunks",
            _assembled(header, png_chunk(b"IDAT", b""), *parts, png_chunk(b"IDAT", b"")),
            truth,
        ),
        ("stored, not compressed", _assembled(header, png_chunk(b"IDAT", zlib.compress(plain, 0))), truth),
        (
            "more rows than it says",
            _assembled(header, png_chunk(b"IDAT", zlib.compress(plain + plain))),
            truth,
        ),
        (
            "fewer rows than it says",
            _assembled(header, png_chunk(b"IDAT", zlib.compress(plain[:-300]))),
            None,
        ),
        ("no data", _assembled(header), None),
        (
            "a filter that does not exist",
            _assembled(header, png_chunk(b"IDAT", zlib.compress(bytes(flawed)))),
            None,
        ),
        (
            "Apple's own kind",
            _assembled(header, png_chunk(b"IDAT", zlib.compress(plain)[2:-4]))[:8]
            + png_chunk(b"CgBI", bytes(4))
            + _assembled(header, png_chunk(b"IDAT", zlib.compress(plain)[2:-4]))[8:],
            None,
        ),
    ]
    for name, data, meant in said:
        yield Cell("PNG", "header", name, data, meant, None if meant else "truncated|cannot load|data stream")


GROUPS = (
    samples_of_all_kinds,
    sizes,
    transparent_colours,
    palettes,
    broken_palettes,
    palettes_too_late,
    transparency_too_late,
    ancillary,
    headers,
)
