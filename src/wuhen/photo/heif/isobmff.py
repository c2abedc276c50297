"""What a HEIF or AVIF file says of its picture, read from its boxes before anything is decoded.

A file holds items: coded pictures, pictures made of others (a grid of tiles), metadata. One is the primary
item, the picture that is shown; properties say how large it is, how it is turned, in which colours. Layout:
ISO/IEC 14496-12, 8.11 (meta box, items), and ISO/IEC 23008-12 (HEIF), 6 and 9.
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from wuhen.photo.flaws import Flaw

__all__ = ["Container", "Item", "MalformedContainer", "read_container"]

_MOST: Final = 65536  # entries of one table; far more than cameras write
_METADATA_LIMIT: Final = 16 * 2**20  # bytes of one item of metadata
_HEADER: Final = 4096  # bytes, in which that of a coded picture lies
_IN_FILE, _IN_IDAT = 0, 1


class MalformedContainer(ValueError):
    """The boxes cannot be followed.

    Parameters
    ----------
    flaw, found
        Why; see `wuhen.photo.errors.BrokenImage`.
    """

    def __init__(self, flaw: Flaw, *found: object) -> None:
        super().__init__(flaw, *found)


@dataclass(slots=True)
class Item:
    """One item of a file.

    Attributes
    ----------
    kind
        Four characters: ``hvc1``, ``av01``, ``grid``, ``Exif``.
    media_type
        Of an item of kind ``mime``.
    properties
        Kind and content of each, in the order in which those that transform are to be applied.
    refers
        Numbers of other items by the kind of the reference: ``dimg`` to the tiles, ``auxl`` from alpha to its
        picture, ``cdsc`` from metadata.
    extents
        Where its bytes lie: the first, and how many.
    place
        What they lie in: 0 is the file, 1 the ``idat`` box.
    """

    kind: bytes = b""
    media_type: bytes = b""
    properties: list[tuple[bytes, bytes]] = field(default_factory=list)
    refers: dict[bytes, list[int]] = field(default_factory=lambda: defaultdict(list))
    extents: list[tuple[int, int]] = field(default_factory=list)
    place: int = _IN_FILE

    def all_of(self, kind: bytes) -> tuple[bytes, ...]:
        """Return the contents of its properties of a kind."""
        return tuple(content for one, content in self.properties if one == kind)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as coded, before it is turned; 0 where it does not say."""
        for content in self.all_of(b"ispe"):
            if len(content) >= 12:  # noqa: PLR2004 - version, flags and two numbers
                width, height = struct.unpack_from(">II", content, 4)
                return width, height
        return 0, 0


@dataclass(frozen=True, slots=True)
class Container:
    """The items of a file.

    Attributes
    ----------
    items
        By their numbers.
    primary
        The number of the picture that is shown.
    top
        The kinds of the boxes that the file consists of.
    """

    items: Mapping[int, Item]
    primary: int
    top: frozenset[bytes]
    _data: memoryview = field(repr=False)
    _idat: memoryview = field(repr=False)

    @property
    def picture(self) -> Item:
        """The picture that is shown."""
        return self.items[self.primary]

    def parts(self, item: Item) -> tuple[Item, ...]:
        """Return the items that one is made of, each once."""
        numbers = dict.fromkeys(item.refers.get(b"dimg", ()))
        return tuple(self.items[number] for number in numbers if number in self.items)

    def area(self, item: Item) -> int:
        """Return the pixels of all that one is made of, as often as it uses each."""
        uses = Counter(item.refers.get(b"dimg", ()))
        sizes = ((self.items[number].size, times) for number, times in uses.items() if number in self.items)
        return sum(width * height * times for (width, height), times in sizes)

    def referring(self, kind: bytes) -> Iterator[Item]:
        """Yield the items that refer to the picture that is shown."""
        return (item for item in self.items.values() if self.primary in item.refers.get(kind, ()))

    def is_whole(self, item: Item) -> bool:
        """Tell whether the bytes of an item lie in the file as far as it says."""
        source = self._source(item)
        return source is not None and all(start + length <= len(source) for start, length in item.extents)

    def read(self, item: Item) -> bytes:
        """Return the bytes of an item of metadata; nothing where they are cut off or far too many."""
        source = self._source(item)
        if source is None or not self.is_whole(item):
            return b""
        if sum(length for _, length in item.extents) > _METADATA_LIMIT:
            return b""
        return b"".join(source[start : start + length] for start, length in item.extents)

    def read_start(self, item: Item) -> bytes:
        """Return what an item's first bytes are, enough for the header of a coded picture."""
        source = self._source(item)
        if source is None or not item.extents:
            return b""
        start, length = item.extents[0]
        return bytes(source[start : start + min(length, _HEADER)])

    def _source(self, item: Item) -> memoryview | None:
        return {_IN_FILE: self._data, _IN_IDAT: self._idat}.get(item.place)


def read_container(data: bytes) -> Container:
    """Read the items of a file.

    Raises
    ------
    MalformedContainer
        No picture can be found in it.
    """
    view = memoryview(data)
    outer = list(_boxes(view))
    meta = next((content for kind, content in outer if kind == b"meta"), None)
    if meta is None:
        raise MalformedContainer(Flaw.NO_STILL)
    items: dict[int, Item] = defaultdict(Item)
    try:
        boxes = dict(_boxes(meta[4:]))  # after version and flags
        _read_kinds(boxes.get(b"iinf"), items)
        _read_references(boxes.get(b"iref"), items)
        _read_properties(boxes.get(b"iprp"), items)
        _read_locations(boxes.get(b"iloc"), items, len(data))
        if (pitm := boxes.get(b"pitm")) is None:
            raise MalformedContainer(Flaw.NO_STILL)
        (primary,) = struct.unpack_from(">I" if pitm[0] else ">H", pitm, 4)
    except (struct.error, LookupError, OverflowError) as error:
        raise MalformedContainer(Flaw.STRUCTURE) from error
    if primary not in items or not items[primary].kind:
        raise MalformedContainer(Flaw.NOT_SAID)
    top = frozenset(kind for kind, _ in outer)
    return Container(dict(items), primary, top, view, boxes.get(b"idat", view[:0]))


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Yield kind and content of each box, as far as each follows the one before."""
    at = 0
    for _ in range(_MOST):
        if at + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if length == 1 and at + 16 <= len(data):
            (length,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        elif length == 0:
            length = len(data) - at
        if length < head:
            return
        yield kind, data[at + head : at + length]
        at += length


def _at_most(count: int) -> int:
    if count > _MOST:
        raise MalformedContainer(Flaw.TABLES, _MOST)
    return count


def _read_kinds(iinf: memoryview | None, items: dict[int, Item]) -> None:
    """Read the kind of each item (8.11.6)."""
    if iinf is None:
        return
    for kind, infe in _boxes(iinf[6 if iinf[0] == 0 else 8 :]):
        if kind != b"infe" or infe[0] < 2:  # noqa: PLR2004 - older versions have no kinds of items
            continue
        number, at = _item_number(infe, 4, wide=infe[0] > 2)  # noqa: PLR2004 - the version
        item = items[number]
        item.kind = bytes(infe[at + 2 : at + 6])
        if item.kind == b"mime":
            # After the item's name.
            item.media_type = bytes(infe[at + 6 : at + 1024]).partition(b"\0")[2].partition(b"\0")[0]


def _read_references(iref: memoryview | None, items: dict[int, Item]) -> None:
    """Read which items refer to which (8.11.12)."""
    if iref is None:
        return
    wide, total = iref[0] > 0, 0
    for kind, content in _boxes(iref[4:]):
        number, at = _item_number(content, 0, wide=wide)
        (count,) = struct.unpack_from(">H", content, at)
        total = _at_most(total + count)
        items[number].refers[kind] += struct.unpack_from(f">{count}{'I' if wide else 'H'}", content, at + 2)


def _read_properties(iprp: memoryview | None, items: dict[int, Item]) -> None:
    """Read the properties of each item (HEIF, 9.3)."""
    children = [] if iprp is None else list(_boxes(iprp))
    properties = [
        (kind, bytes(content[:_METADATA_LIMIT]))
        for parent, inside in children
        if parent == b"ipco"
        for kind, content in _boxes(inside)
    ]
    total = 0
    for parent, ipma in children:
        if parent != b"ipma":
            continue
        wide, long_index, at = ipma[0] > 0, ipma[3] & 1, 8
        for _ in range(_at_most(struct.unpack_from(">I", ipma, 4)[0])):
            number, at = _item_number(ipma, at, wide=wide)
            count = ipma[at]
            total = _at_most(total + count)
            indices = struct.unpack_from(f">{count}{'H' if long_index else 'B'}", ipma, at + 1)
            at += 1 + count * (1 + long_index)
            for index in indices:
                position = (index & (0x7FFF if long_index else 0x7F)) - 1  # the other bit: whether essential
                if 0 <= position < len(properties):
                    items[number].properties.append(properties[position])


def _read_locations(iloc: memoryview | None, items: dict[int, Item], end: int) -> None:
    """Read where the bytes of each item lie (8.11.3)."""
    if iloc is None:
        return
    version = iloc[0]
    sizes = iloc[4] >> 4, iloc[4] & 15, iloc[5] >> 4, iloc[5] & 15 if version else 0
    offset_size, length_size, base_size, index_size = sizes
    wide = version > 1
    count, at = _item_number(iloc, 6, wide=wide)
    total = 0
    for _ in range(_at_most(count)):
        number, at = _item_number(iloc, at, wide=wide)
        item = items[number]
        if version:
            item.place = iloc[at + 1] & 15
            at += 2
        base = _unsigned(iloc, at + 2, base_size)  # after the number of the file, of which there is one
        at += 2 + base_size
        (extents,) = struct.unpack_from(">H", iloc, at)
        at += 2
        total = _at_most(total + extents)
        for _ in range(extents):
            at += index_size
            start = base + _unsigned(iloc, at, offset_size)
            length = _unsigned(iloc, at + offset_size, length_size)
            at += offset_size + length_size
            # No length means: to the end.
            item.extents.append((start, length or max(end - start, 0)))


def _item_number(data: memoryview, at: int, *, wide: bool) -> tuple[int, int]:
    """Return the number at a place, and the place after it."""
    (number,) = struct.unpack_from(">I" if wide else ">H", data, at)
    return number, at + (4 if wide else 2)


def _unsigned(data: memoryview, at: int, size: int) -> int:
    if at + size > len(data):
        raise IndexError
    return int.from_bytes(data[at : at + size], "big")
