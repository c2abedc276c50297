"""Image files made by hand or by Pillow, so that what must be read from them is known."""

import io
import struct
import zlib
from typing import Any, Literal

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[np.uint8]

FORMATS = ("JPEG", "PNG", "BMP", "TIFF", "WEBP")
LOSSLESS: dict[str, dict[str, Any]] = {
    "PNG": {},
    "BMP": {},
    "TIFF": {},
    "WEBP": {"lossless": True, "exact": True},
}


def noise(height: int, width: int, channels: int = 3, seed: int = 0) -> Array:
    """Return an array no compression shortens and no turn leaves unchanged."""
    shape = (height, width) if channels == 1 else (height, width, channels)
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def gradient(height: int, width: int) -> Array:
    """Return smooth colours, which JPEG keeps closely, different in every corner."""
    rows, columns = np.mgrid[0:height, 0:width]
    down, across = rows / max(1, height - 1), columns / max(1, width - 1)
    return (np.stack([across, down, 1 - across * down], axis=2) * 255).round().astype(np.uint8)


def saved(image: Image.Image | NDArray[Any], name: str, **options: Any) -> bytes:
    """Return an image as a file."""
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def heic(image: Image.Image | NDArray[Any], *, lossless: bool = False, **options: Any) -> bytes:
    """Return an image as a HEIC file, as large in the file as it is.

    Lossless means that the very samples are coded: as green, blue and red, and not subsampled.
    """
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    if lossless:
        options = {"quality": -1, "chroma": 444, "matrix_coefficients": 0} | options
    out = io.BytesIO()
    pillow_heif.from_pillow(image).save(out, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """Read a file with Pillow's own means."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """Return a PNG chunk with a right checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(
    samples: NDArray[Any], colour_type: int, *chunks: bytes, size: tuple[int, int] | None = None
) -> bytes:
    """Return a PNG file of the samples' own depth; Pillow cannot write 16 bits of colour."""
    height, width = samples.shape[:2]
    depth = 8 * samples.dtype.itemsize
    rows = samples.astype(samples.dtype.newbyteorder(">")).reshape(height, -1)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", *(size or (width, height)), depth, colour_type, 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            png_chunk(b"IHDR", header),
            *chunks,
            png_chunk(b"IDAT", zlib.compress(raw)),
            png_chunk(b"IEND", b""),
        ]
    )


def tiff(
    samples: NDArray[Any],
    photometric: int,
    *,
    order: Literal["<", ">"] = "<",
    big: bool = False,
    tags: dict[int, tuple[int, ...]] | None = None,
    planar: bool = False,
    deflated: bool = False,
) -> bytes:
    """Return a TIFF file of one strip, or one for each plane, in either byte order, classic or BigTIFF.

    A deflated one has horizontal differences as its samples.
    """
    height, width = samples.shape[:2]
    channels = 1 if samples.ndim == 2 else samples.shape[2]
    planes = np.moveaxis(samples, 2, 0) if planar else [samples]
    strips = [_tiff_strip(plane, order, deflated=deflated) for plane in planes]
    strip, lengths = b"".join(strips), [len(strip) for strip in strips]
    header, count, entry, word = (16, "Q", "HHQ", "Q") if big else (8, "H", "HHI", "I")
    unit = struct.calcsize(word)
    fields: dict[int, tuple[int, ...]] = {
        256: (width,),
        257: (height,),
        258: (8 * samples.dtype.itemsize,) * channels,
        259: (8 if deflated else 1,),
        262: (photometric,),
        273: tuple(header + sum(lengths[:i]) for i in range(len(lengths))),
        277: (channels,),
        278: (height,),
        279: tuple(lengths),
        284: (2 if planar else 1,),
        317: (2 if deflated else 1,),
        **(tags or {}),
    }
    at = header + len(strip)
    after = at + struct.calcsize(order + count) + len(fields) * (struct.calcsize("=" + entry) + unit) + unit
    directory, values = struct.pack(order + count, len(fields)), b""
    for tag, numbers in sorted(fields.items()):
        packed = struct.pack(f"{order}{len(numbers)}I", *numbers)
        if len(packed) > unit:
            packed, values = struct.pack(order + word, after + len(values)), values + packed
        directory += struct.pack(order + entry, tag, 4, len(numbers)) + packed.ljust(unit, b"\0")
    directory += struct.pack(order + word, 0)
    mark = b"II" if order == "<" else b"MM"
    start = struct.pack(order + "HHHQ", 43, 8, 0, at) if big else struct.pack(order + "HI", 42, at)
    return mark + start + strip + directory + values


def _tiff_strip(samples: NDArray[Any], order: Literal["<", ">"], *, deflated: bool) -> bytes:
    if deflated:
        samples = np.concatenate([samples[:, :1], np.diff(samples, axis=1)], axis=1)
    data = samples.astype(samples.dtype.newbyteorder(order)).tobytes()
    return zlib.compress(data) if deflated else data


def icc_header(space: bytes) -> bytes:
    """Return what a reader looks at to tell what an ICC profile is for, and nothing to convert with."""
    header = bytearray(132)
    header[0:4] = struct.pack(">I", len(header))
    header[12:16], header[16:20], header[20:24], header[36:40] = b"mntr", space, b"XYZ ", b"acsp"
    return bytes(header)


def cmyk_profile(cyan_lab: tuple[int, int, int]) -> bytes:
    """Return a printer profile (ICC v2, lut8) in which pure cyan has the given CIELAB colour.

    Every other ink darkens its share of lightness and has no hue, which is wrong for print and enough here.
    """
    grid = []
    for corner in range(16):
        cyan, others = corner >> 3, (corner & 7).bit_count()
        lightness, a, b = cyan_lab if cyan else (100, 0, 0)
        grid.append((round(lightness * 0.4**others * 255 / 100), a + 128, b + 128))
    identity = struct.pack(">9i", *(65536 if i % 4 == 0 else 0 for i in range(9)))
    lut = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity
    lut += bytes(range(256)) * 4 + bytes(np.array(grid, np.uint8)) + bytes(range(256)) * 3
    size = 128 + 4 + 12 + len(lut)
    header = bytearray(128)
    header[0:4], header[8:12] = struct.pack(">I", size), bytes([2, 0x10, 0, 0])
    header[12:16], header[16:20], header[20:24], header[36:40] = b"prtr", b"CMYK", b"Lab ", b"acsp"
    header[68:80] = struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)  # the D50 illuminant
    return bytes(header) + struct.pack(">I4sII", 1, b"A2B0", 144, len(lut)) + lut


def matrix_profile() -> bytes:
    """Return a whole profile (ICC v2) of wide colours: Adobe RGB's primaries, gamma 2.2."""

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(one * 65536) for one in values))

    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, 0x0233, 0)
    text = b"text\0\0\0\0none\0\0\0\0"
    name = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + bytes(79)
    tags = {
        b"desc": name,
        b"cprt": text,
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.60974, 0.31111, 0.01947),
        b"gXYZ": xyz(0.20528, 0.62567, 0.06087),
        b"bXYZ": xyz(0.14919, 0.06322, 0.74457),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    at = 128 + 4 + 12 * len(tags)
    table, data = b"", b""
    for kind, content in tags.items():
        table += kind + struct.pack(">II", at + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    header = bytearray(128)
    header[0:4], header[8:12] = struct.pack(">I", at + len(data)), bytes([2, 0x10, 0, 0])
    header[12:16], header[16:20], header[20:24], header[36:40] = b"mntr", b"RGB ", b"XYZ ", b"acsp"
    header[68:80] = struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)  # the D50 illuminant
    return bytes(header) + struct.pack(">I", len(tags)) + table + data


def exif_block(
    orientation: int = 1,
    *,
    size: tuple[int, int] | None = None,
    thumbnail: bytes | None = None,
    order: str = "<",
) -> bytes:
    """Return an EXIF block: a maker's name, the orientation, pixel dimensions, a maker note, a thumbnail.

    The maker note sits between the directories, where rewriting would move it.
    """
    make, note = b"Acme\0\0\0\0", b"NOTE" + bytes(range(60))
    first, second = 8, 8 + 2 + 3 * 12 + 4 + len(make)
    third = second + 2 + 3 * 12 + 4 + len(note)
    width, height = size or (0, 0)

    def directory(entries: list[tuple[int, int, int, int]], following: int) -> bytes:
        packed = b"".join(
            struct.pack(order + "HHI", tag, kind, count)
            + (struct.pack(order + "HH", value, 0) if kind == 3 else struct.pack(order + "I", value))
            for tag, kind, count, value in entries
        )
        return struct.pack(order + "H", len(entries)) + packed + struct.pack(order + "I", following)

    block = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", first)
    block += directory(
        [(0x010F, 2, 5, second - len(make)), (0x0112, 3, 1, orientation), (0x8769, 4, 1, second)],
        third if thumbnail else 0,
    )
    block += make
    block += directory(
        [(0x927C, 7, len(note), third - len(note)), (0xA002, 4, 1, width), (0xA003, 4, 1, height)], 0
    )
    block += note
    if thumbnail:
        start = third + 2 + 2 * 12 + 4
        block += directory([(0x0201, 4, 1, start), (0x0202, 4, 1, len(thumbnail))], 0) + thumbnail
    return b"Exif\0\0" + block
