"""What a Windows or OS/2 bitmap can say about its samples (Microsoft, Bitmap Storage; OS/2 2.0)."""

import itertools
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photo.matrix.cell import Cell, Truth
from photo.matrix.tiff_file import pack_bits
from photo.photo_files import saved

__all__ = ["GROUPS", "write_bmp"]

Block = NDArray[Any]
CORE, INFO, V2, V3, OS2, V4, V5 = 12, 40, 52, 56, 64, 108, 124
PLAIN, RLE8, RLE4, MASKED, JPEG, PNG, ALPHA_MASKED = range(7)
HEIGHT, WIDTH = 9, 13
X8R8G8B8, A8R8G8B8 = (0xFF0000, 0xFF00, 0xFF, 0), (0xFF0000, 0xFF00, 0xFF, 0xFF000000)


def _padded(rows: Block, bits: int) -> bytes:
    """Pack rows of numbers, each of which ends at four bytes."""
    if bits < 8:
        packed = np.frombuffer(pack_bits(rows, bits), np.uint8).reshape(len(rows), -1)
    else:
        packed = (
            np.ascontiguousarray(rows.astype("<u8")).view(np.uint8).reshape(*rows.shape, 8)[..., : bits // 8]
        )
        packed = packed.reshape(len(rows), -1)
    return np.pad(packed, ((0, 0), (0, -packed.shape[1] % 4))).tobytes()


def write_bmp(
    rows: Block,
    bits: int,
    *,
    header: int = INFO,
    compression: int = PLAIN,
    colours: Block | None = None,
    masks: tuple[int, int, int, int] | None = None,
    used: int | None = None,
    top_down: bool = False,
    gap: int = 0,
    body: bytes | None = None,
    planes: int = 1,
) -> bytes:
    """Return a bitmap of rows of numbers, the first on top.

    Parameters
    ----------
    rows
        (H, W): indices, or all of a pixel's samples in one number.
    colours
        (N, 3): the palette, red first.
    masks
        Of red, green, blue and alpha: in the header where it has room, else behind it.
    used
        How many colours the header says there are; as many as there are where it is None.
    gap
        Bytes between what comes first and the samples.
    body
        The samples as they are stored, where `rows` does not say it.
    """
    height, width = rows.shape
    if body is None:
        body = _padded(rows if top_down else rows[::-1], bits)
    if header == CORE:
        info = struct.pack("<IHHHH", CORE, width, height, planes, bits)
    else:
        count = (0 if colours is None else len(colours)) if used is None else used
        info = struct.pack(
            "<IiiHHIIiiII",
            header,
            width,
            -height if top_down else height,
            planes,
            bits,
            compression,
            len(body),
            2835,
            2835,
            count,
            0,
        )
        room = max(0, header - INFO) if header != OS2 else 0
        said = struct.pack("<4I", *(masks or (0, 0, 0, 0)))
        # V2 holds three masks and V3 four; the older header has them behind it.
        info += said[:room] if room else b""
        info = info.ljust(header, b"\0")
        if masks is not None and not room:
            info += said[: 16 if compression == ALPHA_MASKED else 12]
    table = b""
    if colours is not None:
        entries = colours.astype(np.uint8)[:, ::-1]
        table = entries.tobytes() if header == CORE else np.pad(entries, ((0, 0), (0, 1))).tobytes()
    start = 14 + len(info) + len(table) + gap
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + info + table + bytes(gap) + body


def _noise(limit: int, seed: int = 0) -> Block:
    rows = np.random.default_rng(seed).integers(0, limit, (HEIGHT, WIDTH), np.int64)
    rows[0, 0], rows[0, 1] = 0, limit - 1
    return rows


def _colours(size: int, kind: str) -> Block:
    random = np.random.default_rng(size).integers(0, 256, (size, 3))
    ramp = np.linspace(0, 255, size).round().astype(int)[:, None].repeat(3, 1) if size > 1 else random
    return {
        "colours": random,
        "greys": np.repeat(random[:, :1], 3, axis=1),
        "a ramp": ramp,
        "a ramp reversed": ramp[::-1],
        "dark greys": np.arange(size)[:, None].repeat(3, 1),
    }[kind]


def palettes() -> Iterator[Cell]:
    kinds = ("colours", "greys", "a ramp", "a ramp reversed", "dark greys")
    for bits, header, kind, top_down in itertools.product(
        (1, 2, 4, 8), (CORE, INFO, OS2, V3, V4, V5), kinds, (False, True)
    ):
        if header == CORE and top_down:
            continue
        full = 1 << bits
        for size in sorted({full, max(2, full // 2 + 1)}):
            if header == CORE and size < full:
                continue
            rows, colours = _noise(size), _colours(size, kind)
            data = write_bmp(rows, bits, header=header, colours=colours, top_down=top_down)
            name = f"{bits} bits, header {header}, {size} entries, {kind}" + (
                ", top down" if top_down else ""
            )
            yield Cell(
                "BMP",
                "palette",
                name,
                data,
                Truth.of(colours[rows] / 255),
            )
    for bits in (1, 4, 8):
        full = 1 << bits
        rows, colours = _noise(full), _colours(full, "colours")
        truth = Truth.of(colours[rows] / 255)
        yield Cell(
            "BMP",
            "palette",
            f"{bits} bits, 0 colours for all",
            write_bmp(rows, bits, colours=colours, used=0),
            truth,
        )
        yield Cell(
            "BMP", "palette", f"{bits} bits, a gap", write_bmp(rows, bits, colours=colours, gap=20), truth
        )
        few = colours.copy()
        few[full // 2 :] = 0  # as Windows shows what a palette has not
        data = write_bmp(rows, bits, colours=colours[: full // 2])
        yield Cell("BMP", "palette", f"{bits} bits, indices beyond", data, Truth.of(few[rows] / 255))
        data = write_bmp(rows, bits, colours=colours, used=1000)
        yield Cell("BMP", "palette", f"{bits} bits, more colours said than there are", data, truth, "palette")


def _placed(colours: Block, masks: tuple[int, ...]) -> tuple[Block, list[Block]]:
    """Put shares (H, W, N) where masks say; return the numbers, and the shares that they can hold."""
    rows, held = np.zeros(colours.shape[:2], np.int64), []
    for index, mask in enumerate(masks):
        if mask:
            low = (mask & -mask).bit_length() - 1
            white = mask >> low
            levels = np.round(colours[..., index] * white).astype(np.int64)
            rows |= levels << low
            held.append(levels / white)
    return rows, held


def masked() -> Iterator[Cell]:
    random = np.random.default_rng(9).random((HEIGHT, WIDTH, 4))
    layouts: list[tuple[int, tuple[int, int, int, int]]] = [
        (16, (0x7C00, 0x3E0, 0x1F, 0)),
        (16, (0xF800, 0x7E0, 0x1F, 0)),
        (16, (0xF00, 0xF0, 0xF, 0)),
        (16, (0xF00, 0xF0, 0xF, 0xF000)),
        (16, (0x7C00, 0x3E0, 0x1F, 0x8000)),
        (16, (0x1F, 0x7E0, 0xF800, 0)),
        (32, X8R8G8B8),
        (32, A8R8G8B8),
        (32, (0xFF, 0xFF00, 0xFF0000, 0)),
        (32, (0xFF, 0xFF00, 0xFF0000, 0xFF000000)),
        (32, (0xFF000000, 0xFF0000, 0xFF00, 0)),
        (32, (0xFF000000, 0xFF0000, 0xFF00, 0xFF)),
        (32, (0xFF0000, 0xFF00, 0xFF000000, 0xFF)),
        (32, (0x3FF00000, 0xFFC00, 0x3FF, 0)),
        (32, (0x3FF, 0xFFC00, 0x3FF00000, 0xC0000000)),
        (32, (0, 0xFF00, 0xFF, 0)),
        (24, (0xFF0000, 0xFF00, 0xFF, 0)),
        (16, (0xF800, 0xF800, 0x1F, 0)),
        (16, (0xA800, 0x7E0, 0x1F, 0)),
    ]
    for (bits, masks), header, top_down in itertools.product(layouts, (INFO, V2, V3, V4, V5), (False, True)):
        alpha = masks[3] != 0
        if alpha and header == V2:
            continue
        compression = ALPHA_MASKED if alpha and header == INFO else MASKED
        rows, held = _placed(random, masks)
        sound = len(held) == 3 + alpha and masks[0] != masks[1] and masks[0] != 0xA800
        truth = Truth.of(np.stack(held[:3], axis=2), held[3] if alpha else None) if sound else None
        data = write_bmp(rows, bits, header=header, compression=compression, masks=masks, top_down=top_down)
        name = f"{bits} bits, masks {' '.join(f'{m:x}' for m in masks)}, header {header}" + (
            ", top down" if top_down else ""
        )
        yield Cell("BMP", "masks", name, data, truth, None if truth else "masks that overlap")


def unmasked() -> Iterator[Cell]:
    random = np.random.default_rng(10).random((HEIGHT, WIDTH, 4))
    for (bits, masks), header, top_down in itertools.product(
        ((16, (0x7C00, 0x3E0, 0x1F)), (24, (0xFF0000, 0xFF00, 0xFF)), (32, (0xFF0000, 0xFF00, 0xFF))),
        (CORE, INFO, OS2, V2, V3, V4, V5),
        (False, True),
    ):
        if header == CORE and (top_down or bits != 24):
            continue
        rows, held = _placed(random, masks)
        name = f"{bits} bits, header {header}" + (", top down" if top_down else "")
        fourth = {"": rows}
        if bits == 32:  # nothing says that it is alpha
            noise = _noise(256).astype(np.int64)
            fourth |= {
                ", the fourth byte 255": rows | 255 << 24,
                ", the fourth byte anything": rows | noise << 24,
            }
        for kind, stored in fourth.items():
            for said in (None, A8R8G8B8) if header >= V3 and header != OS2 else (None,):
                data = write_bmp(stored, bits, header=header, masks=said, top_down=top_down)
                note = ", masks that do not count" if said else ""
                yield Cell("BMP", "no masks", name + kind + note, data, Truth.of(np.stack(held, axis=2)))


def unset_alpha() -> Iterator[Cell]:
    random = np.random.default_rng(11).random((HEIGHT, WIDTH, 4))
    rows, held = _placed(random, A8R8G8B8[:3])
    for header in (V3, V4, V5):
        data = write_bmp(rows, 32, header=header, compression=MASKED, masks=A8R8G8B8)
        yield Cell("BMP", "unset alpha", f"header {header}", data, Truth.of(np.stack(held[:3], axis=2)))


def _run_lengths(rows: Block, bits: int, style: str) -> bytes:
    """Code rows, the first one first, as runs, as absolute pixels, or skipping what is 0."""
    out = b""
    for row in rows:
        at = 0
        while at < len(row):
            rest = row[at:]
            if style == "absolute" and len(rest) >= 3:
                taken = rest[:11]
                body = _padded(taken[None], bits)[: -(-len(taken) * bits // 8)]
                out += bytes([0, len(taken)]) + body + b"\0" * (len(body) % 2)
                at += len(taken)
                continue
            same = int(np.argmax(rest != rest[0])) or len(rest)
            if style == "skipping" and rest[0] == 0 and same < len(rest):
                out += bytes([0, 2, same, 0])
            else:
                out += bytes([same, rest[0] if bits == 8 else rest[0] * 17])
            at += same
        out += b"\0\0"
    return out + b"\0\1"


def run_lengths() -> Iterator[Cell]:
    for (bits, compression), style, header in itertools.product(
        ((8, RLE8), (4, RLE4)), ("runs", "absolute", "skipping"), (INFO, V4, V5)
    ):
        colours = _colours(1 << bits, "colours")
        rows = _noise(1 << bits).repeat(2, axis=1)[:, :WIDTH]
        rows[:, 5:9] = 0
        body = _run_lengths(rows[::-1], bits, style)
        data = write_bmp(rows, bits, header=header, compression=compression, colours=colours, body=body)
        # What is skipped has no colour by the standard; the first of the palette is what most readers show.
        yield Cell(
            "BMP",
            "run lengths",
            f"{bits} bits, {style}, header {header}",
            data,
            Truth.of(colours[rows] / 255),
        )
        data = write_bmp(
            rows, bits, header=header, compression=compression, colours=colours, body=body, top_down=True
        )
        turned = Truth.of(colours[rows[::-1]] / 255)  # not allowed, and could mean nothing else
        yield Cell("BMP", "run lengths", f"{bits} bits, {style}, header {header}, top down", data, turned)
        data = write_bmp(
            rows, bits, header=header, compression=compression, colours=colours, body=body[: len(body) // 2]
        )
        yield Cell(
            "BMP",
            "run lengths",
            f"{bits} bits, {style}, header {header}, cut off",
            data,
            None,
            "not enough image data",
        )
    rows, greys = _noise(16), _colours(16, "a ramp")
    body = _run_lengths(rows[::-1], 4, "runs")
    data = write_bmp(rows, 4, compression=RLE4, colours=greys, body=body)
    yield Cell("BMP", "run lengths", "4 bits, a ramp of greys", data, Truth.of(greys[rows] / 255))
    body = _run_lengths(_noise(256)[::-1], 8, "runs")
    for kind in ("a ramp", "greys", "a ramp reversed"):
        greys = _colours(256, kind)
        data = write_bmp(_noise(256), 8, compression=RLE8, colours=greys, body=body)
        yield Cell("BMP", "run lengths", f"8 bits, {kind}", data, Truth.of(greys[_noise(256)] / 255))


def files_within() -> Iterator[Cell]:
    pixels = np.random.default_rng(12).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    for (name, compression), bits in itertools.product((("JPEG", JPEG), ("PNG", PNG)), (0, 24)):
        body = saved(pixels, name)
        data = write_bmp(_noise(2), bits, compression=compression, body=body)
        yield Cell("BMP", "files within", f"{name}, {bits} bits", data, None, "Unsupported BMP")


_DAMAGED = "Unsupported BMP|within its header|truncated|not identified|must be shorter|kind of samples"


def headers() -> Iterator[Cell]:
    rows = _noise(1 << 24)
    truth = Truth.of(np.stack([rows >> 16 & 255, rows >> 8 & 255, rows & 255], axis=2) / 255)
    plain = write_bmp(rows, 24)

    def changed(at: int, form: str, value: int) -> bytes:
        data = bytearray(plain)
        struct.pack_into(form, data, at, value)
        return bytes(data)

    said: list[tuple[str, bytes, Truth | None]] = [
        ("no planes", write_bmp(rows, 24, planes=0), truth),
        ("two planes", write_bmp(rows, 24, planes=2), truth),
        ("no size of file", changed(2, "<I", 0), truth),
        ("no size of samples", changed(34, "<I", 0), truth),
        ("a header of 20 bytes", changed(14, "<I", 20), None),
        ("samples that begin within the header", changed(10, "<I", 20), None),
        ("samples that begin nowhere", changed(10, "<I", 0), truth),
        ("cut off", plain[:-40], None),
        ("no height", changed(22, "<i", 0), None),
        ("no width", changed(18, "<i", 0), None),
        ("a negative width", changed(18, "<i", -WIDTH), None),
    ]
    said += [(f"{bits} bits", changed(28, "<H", bits), None) for bits in (0, 3, 5, 12, 64)]
    said += [(f"compression {number}", changed(30, "<I", number), None) for number in (1, 2, 4, 5, 7, 11, 99)]
    for name, data, meant in said:
        yield Cell("BMP", "header", name, data, meant, None if meant else _DAMAGED)


GROUPS = (palettes, masked, unmasked, unset_alpha, run_lengths, files_within, headers)
