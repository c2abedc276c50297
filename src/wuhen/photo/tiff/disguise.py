"""TIFF files whose directory says less than it did, so that Pillow opens them and misunderstands nothing."""

import struct
from collections.abc import Iterator, Mapping

from wuhen.photo.tiff.directory import BLACK_IS_ZERO, UNSIGNED, Directory, Tag

__all__ = ["disguise", "say_bytes"]

_OUT_OF_THE_WAY = 0xFFFF  # a tag that nothing reads
_SHORT, _LONG, _UNDEFINED = 3, 4, 7  # types


def disguise(data: bytes, directory: Directory) -> bytes:
    """Return a file of the same length that Pillow opens, whatever it says of its samples.

    One channel lies in a plane of its own either way, but Pillow takes the word for it amiss.
    """
    changes: dict[int, tuple[int, int]] = {}
    if directory.channels == 1:
        changes[Tag.PLANAR] = (Tag.PLANAR, 1)
    if directory.unsigned:
        changes[Tag.FORMAT] = (Tag.FORMAT, UNSIGNED)
    if not directory.is_plain:
        changes |= {
            Tag.BITS: (Tag.BITS, 8),
            Tag.PHOTOMETRIC: (Tag.PHOTOMETRIC, BLACK_IS_ZERO),
            Tag.FILL_ORDER: (Tag.FILL_ORDER, 1),
            Tag.SAMPLES: (Tag.SAMPLES, 1),
            Tag.PLANAR: (Tag.PLANAR, 1),
            Tag.EXTRA: (_OUT_OF_THE_WAY, 0),
        }
    patched = bytearray(data)
    for tag, position, count in _entries(data, directory.order):
        if tag in changes:
            new, value = changes[tag]
            entry = struct.pack(directory.order + "HH" + count, new, _SHORT, 1)
            said = struct.pack(directory.order + "H", value).ljust(struct.calcsize("=" + count), b"\0")
            patched[position : position + len(entry) + len(said)] = entry + said
    return bytes(patched)


def _entries(data: bytes, order: str) -> Iterator[tuple[int, int, str]]:
    """Walk the first directory of a file: each entry's tag, its position, the format of its count."""
    big = 43 in data[2:4]  # noqa: PLR2004 - the version of BigTIFF
    pointer, counter, size, count = (8, "Q", 20, "Q") if big else (4, "H", 12, "I")
    (start,) = struct.unpack_from(order + ("Q" if big else "I"), data, pointer)
    (entries,) = struct.unpack_from(order + counter, data, start)
    first = start + struct.calcsize("=" + counter)
    for position in range(first, first + size * min(entries, 0xFFFF), size):
        (tag,) = struct.unpack_from(order + "H", data, position)
        yield tag, position, count


def say_bytes(
    data: bytes, directory: Directory, widths: tuple[int, int], heights: tuple[int, int], span: slice
) -> bytes:
    """Return a file that says that some of its strips or tiles are grey pixels of 8 bits.

    Parameters
    ----------
    data, directory
        The file, and its directory.
    widths
        The bytes across a strip or tile, and how many of them lie beside each other.
    heights
        The rows of the whole, and of a strip or tile.
    span
        Which of the strips or tiles.
    """
    (size, across), (height, rows) = widths, heights
    fields: dict[Tag, tuple[int, ...] | bytes] = {
        Tag.WIDTH: (size * across,),
        Tag.LENGTH: (height,),
        Tag.BITS: (8,),
        Tag.COMPRESSION: (directory.compression,),
        Tag.PHOTOMETRIC: (BLACK_IS_ZERO,),
        Tag.FILL_ORDER: (directory.fill_order,),
        Tag.SAMPLES: (1,),
    }
    tiled = directory.tile is not None
    offsets, counts = directory.offsets[span], directory.counts[span]
    fields[Tag.TILE_OFFSETS if tiled else Tag.STRIP_OFFSETS] = offsets
    if counts:
        fields[Tag.TILE_COUNTS if tiled else Tag.STRIP_COUNTS] = counts
    fields |= {Tag.TILE_WIDTH: (size,), Tag.TILE_LENGTH: (rows,)} if tiled else {Tag.ROWS: (rows,)}
    if directory.jpeg_tables is not None:
        fields[Tag.JPEG_TABLES] = directory.jpeg_tables
    header = data[:2] + struct.pack(directory.order + "HI", 42, len(data))
    return header + data[len(header) :] + _write_directory(fields, directory.order, len(data))


def _write_directory(fields: Mapping[Tag, tuple[int, ...] | bytes], order: str, start: int) -> bytes:
    """Write a directory of unsigned integers and of bytes, to lie at `start`."""
    entries, values = struct.pack(order + "H", len(fields)), b""
    after = start + 2 + 12 * len(fields) + 4
    for tag, value in sorted(fields.items()):
        plain = isinstance(value, bytes)
        packed = value if isinstance(value, bytes) else struct.pack(f"{order}{len(value)}I", *value)
        entries += struct.pack(order + "HHI", tag, _UNDEFINED if plain else _LONG, len(value))
        if len(packed) > 4:  # noqa: PLR2004 - the room in an entry
            packed, values = struct.pack(order + "I", after + len(values)), values + packed
        entries += packed.ljust(4, b"\0")
    return entries + bytes(4) + values
