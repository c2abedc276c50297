"""What a TIFF file can say of palettes, inks, luma and chroma, CIELAB, and of coders that know pictures."""

import io
import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from photo.matrix.cell import Cell, Truth
from photo.matrix.colour import from_lab, from_ycbcr
from photo.matrix.tiff_cells import CHUNKY, EXTRA, HEIGHT, LAYOUTS, ORDERS, WIDTH, noise, shares
from photo.matrix.tiff_file import Layout, Value, write_tiff

__all__ = ["GROUPS"]

PALETTE, MASK, CMYK, YCBCR, CIELAB, ICCLAB, ITULAB = 3, 4, 5, 6, 8, 9, 10
COLOUR_MAP, INK_SET, DOT_RANGE, SUBSAMPLING, COEFFICIENTS, REFERENCE = 320, 332, 336, 530, 529, 532
T4_OPTIONS, JPEG_TABLES = 292, 347
SUBSAMPLED = 100 + YCBCR  # stands for photometric YCbCr, with chroma of half the size


def _named(layout: Layout, *parts: object) -> str:
    return ", ".join([*map(str, parts), str(layout)])


def palettes() -> Iterator[Cell]:
    """Colours of 16 bits; most writers repeat or shift bytes, so readers take the upper eight bits."""
    random = np.random.default_rng(3)
    for bits in (1, 2, 4, 8, 16):
        colours = random.integers(0, 0x10000, (3, 1 << bits))
        colours[:, 0], colours[:, -1] = 0, 0xFFFF
        samples = noise(bits)
        kinds = {
            "16 bits": (colours, colours / 0xFFFF),
            "bytes shifted": (colours >> 8 << 8, (colours >> 8) / 255),
            "bytes": (colours >> 8, (colours >> 8) / 255),
        }
        layouts = LAYOUTS if bits <= 8 else LAYOUTS[::11]  # such palettes are long, and rare
        for (kind, (stored, meant)), layout in itertools.product(kinds.items(), layouts):
            tags: dict[int, Value | None] = {COLOUR_MAP: tuple(stored.ravel().tolist())}
            truth = Truth.of(np.moveaxis(meant[:, samples[..., 0]], 0, 2), tolerance=1)
            name = _named(layout, f"{bits} bits", f"colours of {kind}")
            yield Cell("TIFF", "palette", name, write_tiff(samples, bits, PALETTE, layout, tags), truth)
    for bits, layout in itertools.product((4, 8), CHUNKY):
        short: dict[int, Value | None] = {COLOUR_MAP: tuple(range(0, 60000, 2000))}
        data = write_tiff(noise(bits), bits, PALETTE, layout, short)
        yield Cell(
            "TIFF", "palette", _named(layout, f"{bits} bits", "too few colours"), data, None, "its palette"
        )
        data = write_tiff(noise(bits), bits, PALETTE, layout)
        yield Cell("TIFF", "palette", _named(layout, f"{bits} bits", "no colours"), data, None, "its palette")


def palettes_with_alpha() -> Iterator[Cell]:
    colours = np.random.default_rng(4).integers(0, 256, (3, 256))
    samples = noise(8, 2)
    meant = np.moveaxis(colours[:, samples[..., 0]] / 255, 0, 2)
    for extra, layout in itertools.product((0, 1, 2), LAYOUTS):
        tags: dict[int, Value | None] = {COLOUR_MAP: tuple((colours * 257).ravel().tolist()), EXTRA: (extra,)}
        truth = Truth.of(meant, samples[..., 1] / 255 if extra == 2 else None)
        name = _named(layout, f"extra sample {extra}")
        data = write_tiff(samples, 8, PALETTE, layout, tags)
        yield Cell(
            "TIFF", "palette with alpha", name, data, *((None, "kind of alpha") if extra == 1 else (truth,))
        )


def inks() -> Iterator[Cell]:
    said: list[tuple[str, tuple[int, ...], dict[int, tuple[int, ...]], bool]] = [
        ("", (), {}, True),
        ("inks are CMYK", (), {INK_SET: (1,)}, True),
        ("other inks", (), {INK_SET: (2,)}, False),
        ("full dot range", (), {DOT_RANGE: (0, -1)}, True),
        ("narrow dot range", (), {DOT_RANGE: (20, 200)}, False),
        ("unspecified extra", (0,), {}, True),
        ("two unspecified extra", (0, 0), {}, True),
        ("associated alpha", (1,), {}, False),
        ("unassociated alpha", (2,), {}, False),
    ]
    for bits, (kind, extra, tags, plain), layout in itertools.product((8, 16), said, LAYOUTS):
        samples = noise(bits, 4 + len(extra))
        ink = shares(samples, bits)
        fields: dict[int, Value | None] = {
            tag: tuple(number % (1 << bits) for number in numbers) for tag, numbers in tags.items()
        }
        truth = Truth.of((1 - ink[..., :3]) * (1 - ink[..., 3:4]), tolerance=1.1) if plain else None
        data = write_tiff(samples, bits, CMYK, layout, fields | ({EXTRA: extra} if extra else {}))
        yield Cell(
            "TIFF",
            "CMYK",
            _named(layout, f"{bits} bits", kind),
            data,
            truth,
            None if plain else "inks|kind of alpha",
        )


def _data_units(samples: NDArray[Any], across: int, down: int) -> NDArray[np.uint8]:
    """Arrange luma and subsampled chroma as a file of one strip has them (TIFF 6.0, section 21)."""
    height, width = samples.shape[:2]
    padded = np.pad(samples, ((0, -height % down), (0, -width % across), (0, 0)), mode="edge").astype(
        np.uint8
    )
    rows, columns = padded.shape[0] // down, padded.shape[1] // across
    luma = padded[..., 0].reshape(rows, down, columns, across).swapaxes(1, 2).reshape(rows, columns, -1)
    return np.concatenate([luma, padded[::down, ::across, 1:]], axis=2).reshape(rows, -1)


def luma_and_chroma() -> Iterator[Cell]:
    bt709 = tuple(Fraction(n, 10000) for n in (2126, 7152, 722))
    narrow = tuple(Fraction(n) for n in (16, 235, 128, 240, 128, 240))
    samples = noise(8, 3)
    for (across, down), compression, order in itertools.product(
        ((1, 1), (2, 1), (1, 2), (2, 2), (4, 1), (4, 2), (4, 4)), (1, 5, 8), ORDERS
    ):
        seen = samples.copy()
        seen[..., 1:] = samples[::down, ::across, 1:].repeat(down, 0).repeat(across, 1)[:HEIGHT, :WIDTH]
        layout = Layout(order, rows=HEIGHT, compression=compression)
        name = _named(layout, f"subsampling {across}x{down}")
        units = write_tiff(
            _data_units(samples, across, down),
            8,
            YCBCR,
            layout,
            {
                256: (WIDTH,),
                257: (HEIGHT,),
                258: (8, 8, 8),
                277: (3,),
                SUBSAMPLING: (across, down),
            },
        )
        yield Cell("TIFF", "YCbCr", name, units, Truth.of(from_ycbcr(seen), tolerance=1.5))
    for layout in LAYOUTS:
        data = write_tiff(samples, 8, YCBCR, layout, {SUBSAMPLING: (1, 1)})
        yield Cell("TIFF", "YCbCr", str(layout), data, Truth.of(from_ycbcr(samples), tolerance=1.5))
    for layout in CHUNKY:
        data = write_tiff(samples, 8, YCBCR, layout, {SUBSAMPLING: (1, 1), COEFFICIENTS: bt709})
        truth = Truth.of(from_ycbcr(samples, (0.2126, 0.7152, 0.0722)), tolerance=1.5)
        yield Cell("TIFF", "YCbCr", _named(layout, "BT.709"), data, truth)
        data = write_tiff(samples, 8, YCBCR, layout, {SUBSAMPLING: (1, 1), REFERENCE: narrow})
        truth = Truth.of(from_ycbcr(samples, narrow=True), tolerance=1.5)
        yield Cell("TIFF", "YCbCr", _named(layout, "of 16 to 235"), data, truth)


def lab() -> Iterator[Cell]:
    random = np.random.default_rng(5)
    colours = np.stack(
        [random.uniform(48, 75, (HEIGHT, WIDTH)), *random.uniform(-14, 14, (2, HEIGHT, WIDTH))], axis=2
    )
    for bits, photometric, layout in itertools.product((8, 16), (CIELAB, ICCLAB, ITULAB), LAYOUTS):
        name = _named(layout, f"{bits} bits", f"photometric {photometric}")
        if photometric == ITULAB:
            data = write_tiff(noise(bits, 3), bits, ITULAB, layout)
            yield Cell("TIFF", "CIELAB", name, data, None, "interpretation 10 is not")
            continue
        unit = 1 if bits == 8 else 256
        white = (1 << bits) - 1 if photometric == CIELAB or bits == 8 else 0xFF00
        middle = 128 * unit if photometric == ICCLAB else 0
        stored = np.concatenate(
            [colours[..., :1] / 100 * white, colours[..., 1:] * unit + middle], axis=2
        ).round()
        samples = (stored.astype(np.int64) & ((1 << bits) - 1)).astype(np.uint64)
        meant = np.concatenate([stored[..., :1] / white * 100, (stored[..., 1:] - middle) / unit], axis=2)
        data = write_tiff(samples, bits, photometric, layout)
        yield Cell("TIFF", "CIELAB", name, data, Truth.of(from_lab(meant), tolerance=3))
    for layout in CHUNKY:
        yield Cell(
            "TIFF",
            "CIELAB",
            _named(layout, "L alone"),
            write_tiff(noise(8), 8, CIELAB, layout),
            None,
            "does not say what",
        )


def other_photometrics() -> Iterator[Cell]:
    kinds = (
        (MASK, 1, 1),
        (7, 8, 3),
        (32803, 16, 1),
        (32844, 16, 1),
        (32845, 16, 3),
        (34892, 16, 3),
        (51177, 16, 1),
    )
    for (photometric, bits, channels), layout in itertools.product(kinds, LAYOUTS):
        data = write_tiff(noise(bits, channels), bits, photometric, layout)
        yield Cell(
            "TIFF",
            "other photometric",
            _named(layout, f"photometric {photometric}"),
            data,
            None,
            f"interpretation {photometric} is not|raw image",
        )


def _strips(image: Image.Image, **options: Any) -> tuple[list[bytes], int]:
    """Return the strips that libtiff makes of a picture, and the options of its fax coding."""
    out = io.BytesIO()
    image.save(out, "TIFF", **options)
    with Image.open(out) as written:
        assert isinstance(written, TiffImagePlugin.TiffImageFile)
        tags = written.tag_v2
        spans = zip(tags[273], tags[279], strict=True)
        return [out.getvalue()[at : at + size] for at, size in spans], int(tags.get(T4_OPTIONS, 0))


def fax() -> Iterator[Cell]:
    shown = noise(1)[..., 0].astype(bool)
    shown[:, 3:20] = shown[:, 3:4]  # runs
    for (name, number), photometric, order, fill in itertools.product(
        (("tiff_ccitt", 2), ("group3", 3), ("group4", 4)), (0, 1), ORDERS, (1, 2)
    ):
        strips, options = _strips(Image.fromarray(shown if photometric else ~shown), compression=name)
        if fill == 2:
            strips = [bytes(int(f"{byte:08b}"[::-1], 2) for byte in strip) for strip in strips]
        layout = Layout(order, rows=HEIGHT, compression=number, fill_order=fill)
        tags: dict[int, Value | None] = {T4_OPTIONS: (options,)} if number == 3 else {}
        data = write_tiff(shown.astype(np.uint8), 1, photometric, layout, tags, chunks=strips)
        yield Cell("TIFF", "fax", _named(layout, f"photometric {photometric}"), data, Truth.of(shown))


def _smooth(channels: int) -> NDArray[np.uint8]:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    ramps = [columns * 8, 255 - rows * 12, 40 + rows * 3 + columns * 4, 30 + rows * 4]
    return np.stack(ramps[:channels], axis=2).clip(0, 255).astype(np.uint8)


def pictures_within() -> Iterator[Cell]:
    """Strips and tiles that are JPEG or WebP files of their own."""
    for (mode, number, channels), order, tile in itertools.product(
        (
            ("L", 0, 1),
            ("L", 1, 1),
            ("RGB", 2, 3),
            ("RGB", YCBCR, 3),
            ("RGB", SUBSAMPLED, 3),
            ("CMYK", CMYK, 4),
        ),
        ORDERS,
        (None, (16, 16)),
    ):
        samples = _smooth(channels)
        subsampled = number == SUBSAMPLED
        photometric = YCBCR if subsampled else number
        options: dict[str, Any] = {"quality": 100, "subsampling": 2 if subsampled else 0}
        if mode == "RGB" and photometric == 2:
            options["keep_rgb"] = True
        across, down = tile or (WIDTH, 16)
        chunks = []
        for top, left in itertools.product(range(0, HEIGHT, down), range(0, WIDTH, across)):
            block = samples[top : top + down, left : left + across]
            if tile:
                block = np.pad(
                    block, ((0, down - len(block)), (0, across - block.shape[1]), (0, 0)), mode="edge"
                )
            chunks.append(_jpeg(block, mode, options))
        layout = Layout(order, tile=tile, rows=16, compression=7)
        tags: dict[int, Value | None] = (
            {SUBSAMPLING: (2, 2) if subsampled else (1, 1)} if photometric == YCBCR else {}
        )
        share = samples / 255
        if mode == "CMYK":
            truth = Truth.of((1 - share[..., :3]) * (1 - share[..., 3:]), tolerance=5)
        else:
            truth = Truth.of(
                (1 - share if photometric == 0 else share)[..., 0] if channels == 1 else share,
                tolerance=12 if subsampled else 4,
            )
        data = write_tiff(samples, 8, photometric, layout, tags, chunks=chunks)
        yield Cell(
            "TIFF",
            "JPEG within",
            _named(layout, f"photometric {photometric}", f"subsampled {subsampled}"),
            data,
            truth,
        )
    for channels, order in itertools.product((3, 4), ORDERS):
        samples = _smooth(channels)
        out = io.BytesIO()
        Image.fromarray(samples).save(out, "WEBP", lossless=True, exact=True)
        layout = Layout(order, rows=HEIGHT, compression=50001)
        data = write_tiff(
            samples, 8, 2, layout, {EXTRA: (2,)} if channels == 4 else {}, chunks=[out.getvalue()]
        )
        truth = Truth.of(samples[..., :3] / 255, samples[..., 3] / 255 if channels == 4 else None)
        yield Cell(
            "TIFF",
            "WebP within",
            _named(layout, f"{channels} samples"),
            data,
            truth,
            "compression 50001 is not",
        )


def _jpeg(block: NDArray[np.uint8], mode: str, options: dict[str, Any]) -> bytes:
    if (
        mode == "CMYK"
    ):  # written the way of Adobe's files, where 0 is full ink; TIFF has it the other way round
        block = ~block
    out = io.BytesIO()
    Image.frombytes(mode, block.shape[1::-1], block.tobytes()).save(out, "JPEG", **options)
    return out.getvalue()


def other_compressions() -> Iterator[Cell]:
    """Coders whose data the file does not have: whatever is made of it would be wrong."""
    numbers = (
        6,
        9,
        10,
        32766,
        32771,
        32809,
        32895,
        32908,
        32909,
        34661,
        34676,
        34677,
        34712,
        34887,
        50002,
        65000,
    )
    for number, order, (bits, photometric, channels) in itertools.product(
        numbers, ORDERS, ((1, 1, 1), (4, 1, 1), (8, 1, 1), (8, 2, 3), (16, 1, 1))
    ):
        samples = noise(bits, channels)
        layout = Layout(order, rows=HEIGHT, compression=number)
        plain = write_tiff(samples, bits, photometric, Layout(order, rows=HEIGHT))
        data = write_tiff(samples, bits, photometric, layout, chunks=[plain[8 : 8 + len(plain) // 2]])
        yield Cell(
            "TIFF",
            "other compression",
            _named(layout, f"{bits} bits, {channels} samples"),
            data,
            None,
            f"compression {number} is not|decoder error|kind of samples",
        )


GROUPS = (
    palettes,
    palettes_with_alpha,
    inks,
    luma_and_chroma,
    lab,
    other_photometrics,
    fax,
    pictures_within,
    other_compressions,
)
