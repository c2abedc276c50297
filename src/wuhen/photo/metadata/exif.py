"""EXIF as bytes: read the orientation, remove what a result would belie, keep the rest to the byte.

Parsing a block into values and writing it anew moves every offset, which breaks the maker notes that point
into the block and stumbles over the many blocks that bend the rules. So the block is edited in place: the
orientation becomes 1, the pixel dimensions follow the turn, the number that no other picture has goes, and
thumbnail and previews, which would go on showing what has been erased, are overwritten with zeros or cut off.

Layout: TIFF 6.0, section 2; tags: CIPA DC-008 (Exif 2.32).
"""

import contextlib
import struct
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from PIL import ExifTags, Image

from wuhen.photo.metadata.embedded import find_pictures
from wuhen.photo.removed import UNREADABLE_EXIF, Removed

PREFIX = b"Exif\0\0"

_ORIENTATION = 0x0112
_EXIF_IFD = 0x8769
_DESCRIPTION, _USER_COMMENT = 0x010E, 0x9286
_TEXTS = {"ImageDescription": _DESCRIPTION, "UserComment": _USER_COMMENT}
# What a comment begins with, and what the rest is then written in (CIPA DC-008, 4.6.5).
_CHARSETS = {
    b"ASCII\0\0\0": "utf-8",
    b"UNICODE\0": "utf-16",
    b"JIS\0\0\0\0\0": "iso2022_jp",
    bytes(8): "utf-8",
}
_UNIQUE_ID = 0xA420
_COLOUR_SPACE, _SRGB = 0xA001, 1
_THUMBNAIL = Removed("the EXIF thumbnail", "EXIF 缩略图")
_PREVIEW = Removed("a preview in EXIF", "EXIF 中的预览图")
_ID = Removed("the picture's unique ID", "图片的唯一标识")
_PIXEL_WIDTH, _PIXEL_HEIGHT = 0xA002, 0xA003
_OFFSETS = {0x0201: 0x0202, 0x0111: 0x0117}  # where a thumbnail begins -> how long it is

_SHORT = 3
_INLINE = 4  # bytes of a value that fit into its entry
# Bytes of one value by type, where not one.
_SIZES = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
# How a single whole number is packed by type: BYTE, SHORT, LONG, their signed kin, IFD. Some writers pick a
# wrong one, and readers don't mind. Nothing that is read here may be negative, so no sign is looked for.
_INTEGERS = {1: "B", 3: "H", 4: "I", 6: "B", 8: "H", 9: "I", 13: "I"}
_TAIL = 16  # bytes of padding tolerated after a thumbnail for it to count as the end of the block


@dataclass(frozen=True, slots=True)
class _Entry:
    """One directory entry holding a whole number: where its value lies and how it is packed."""

    at: int
    pack: str
    value: int


class _Block:
    """A TIFF structure in a mutable buffer; every access is checked against its end."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)
        order: dict[bytes, Literal["<", ">"]] = {b"II*\0": "<", b"MM\0*": ">"}
        self.order = order[bytes(data[:4])]

    def number(self, at: int, pack: str) -> int:
        value: int = struct.unpack_from(self.order + pack, self.data, at)[0]
        return value

    def put(self, entry: _Entry, value: int) -> None:
        struct.pack_into(self.order + entry.pack, self.data, entry.at, value)

    def entries(self, directory: int) -> dict[int, _Entry]:
        """Read the single whole numbers of one directory."""
        found: dict[int, _Entry] = {}
        for i in range(self.number(directory, "H")):
            at = directory + 2 + 12 * i
            tag, kind, count = struct.unpack_from(self.order + "HHI", self.data, at)
            pack = _INTEGERS.get(kind)
            if pack is not None and count == 1:
                found.setdefault(tag, _Entry(at + 8, pack, self.number(at + 8, pack)))
        return found

    def tags(self, directory: int) -> set[int]:
        """Return the tags of one directory."""
        return {self.number(directory + 2 + 12 * i, "H") for i in range(self.number(directory, "H"))}

    def set_orientation(self, directory: int, orientation: int) -> None:
        """Set every orientation entry, whatever type it had: of two, readers disagree which counts."""
        for i in range(self.number(directory, "H")):
            at = directory + 2 + 12 * i
            if self.number(at, "H") == _ORIENTATION:
                struct.pack_into(self.order + "HHIHH", self.data, at, _ORIENTATION, _SHORT, 1, orientation, 0)

    def next_pointer(self, directory: int) -> int:
        """Say where the offset of the following directory is kept."""
        return directory + 2 + 12 * self.number(directory, "H")

    def remove(self, directory: int, tags: Collection[int]) -> None:
        """Take entries out of a directory and blank what they point at; nothing else moves."""
        at, count = directory + 2, self.number(directory, "H")
        end = at + 12 * count
        # Where readers look for the next directory afterwards. Writers that forget it have a value there.
        following = self.number(end, "I") if end + 4 <= len(self.data) else 0
        kept = b""
        for place in range(at, end, 12):
            tag, kind, length = struct.unpack_from(self.order + "HHI", self.data, place)
            if tag not in tags:
                kept += bytes(self.data[place : place + 12])
                continue
            if (size := length * _SIZES.get(kind, 1)) > _INLINE:
                start = self.number(place + 8, "I")
                self.blank(start, start + size)
            count -= 1
        if len(kept) == end - at:
            return
        if following < len(self.data):
            kept += struct.pack(self.order + "I", following)
        struct.pack_into(self.order + "H", self.data, directory, count)
        self.data[at:end] = kept.ljust(end - at, b"\0")

    def blank(self, start: int, stop: int) -> None:
        start, stop = min(start, len(self.data)), min(stop, len(self.data))
        self.data[start:stop] = bytes(stop - start)


def _drop_thumbnail(block: _Block, first: int) -> None:
    """Erase the directory after the first one, with the picture it describes.

    A pointer that leads nowhere is left alone: writers that forget it have a value in its place.

    Raises
    ------
    ValueError
        What is to be erased overlaps the first directory.
    """
    pointer = block.next_pointer(first)
    second = block.number(pointer, "I")
    if second == 0 or second >= len(block.data):
        return
    entries = block.entries(second)
    ranges = [(second, block.next_pointer(second) + 4)]
    for offset_tag, length_tag in _OFFSETS.items():
        if offset_tag in entries and length_tag in entries:
            start = entries[offset_tag].value
            ranges.append((start, start + entries[length_tag].value))
    if min(ranges)[0] < pointer + 4:
        raise ValueError
    struct.pack_into(block.order + "I", block.data, pointer, 0)
    for start, stop in ranges:
        block.blank(start, stop)
    last, end = max(ranges)
    if end + _TAIL >= len(block.data):
        del block.data[last:]


def clean(raw: bytes, stored_size: tuple[int, int]) -> tuple[bytes | None, int]:
    r"""Take orientation and thumbnail out of an EXIF block.

    Parameters
    ----------
    raw
        The block, with or without its ``Exif\0\0`` prefix.
    stored_size
        ``(width, height)`` of the picture as stored.

    Returns
    -------
    block : bytes or None
        Ready to be written, with the prefix; None where `raw` cannot be followed, because what cannot be
        followed may hide a thumbnail.
    orientation : int
        1 to 8; 1 where nothing sensible is said.
    """
    while raw.startswith(PREFIX):
        raw = raw[len(PREFIX) :]
    orientation = 1
    try:
        block = _Block(raw)
        first = block.number(4, "I")
        entries = block.entries(first)
        if (turn := entries.get(_ORIENTATION)) is not None:
            orientation = turn.value if 1 <= turn.value <= 8 else 1  # noqa: PLR2004 - the tag's range
        block.set_orientation(first, 1)
        if _EXIF_IFD in entries:
            with contextlib.suppress(struct.error):  # nothing that must go is there
                _correct(block, entries[_EXIF_IFD].value, stored_size, orientation)
        _drop_thumbnail(block, first)
        for start, stop in tuple(find_pictures(bytes(block.data))):
            block.blank(start, stop)
    except (KeyError, ValueError, struct.error):
        return None, orientation
    return PREFIX + bytes(block.data), orientation


def name_removed(raw: bytes, stored_size: tuple[int, int]) -> tuple[Removed, ...]:
    """Say in words what `clean` takes out of a block."""
    if clean(raw, stored_size)[0] is None:
        return (UNREADABLE_EXIF,)
    block = _Block(raw.removeprefix(PREFIX))
    first = block.number(4, "I")
    named = []
    thumbnail = _find_thumbnail(block, first)
    if thumbnail is not None:
        named.append(_THUMBNAIL)
    inner = block.entries(first).get(_EXIF_IFD)
    with contextlib.suppress(struct.error):
        if inner is not None and _UNIQUE_ID in block.tags(inner.value):
            named.append(_ID)
    named += [_PREVIEW for start, _ in find_pictures(bytes(block.data)) if start != thumbnail]
    return tuple(dict.fromkeys(named))


def _find_thumbnail(block: _Block, first: int) -> int | None:
    """Return where the picture of the directory after the first one begins, where there is one."""
    second = block.number(block.next_pointer(first), "I")
    if not 0 < second < len(block.data):
        return None
    entries = block.entries(second)
    return next((entries[tag].value for tag in _OFFSETS if tag in entries), None)


def turn_back(block: bytes | None, orientation: int, stored_size: tuple[int, int]) -> bytes:
    """Make a block from `clean` say again how its picture is stored.

    Parameters
    ----------
    block
        With its prefix; None gives one that says nothing else.
    orientation
        2 to 8, as `clean` found it.
    stored_size
        ``(width, height)`` of the picture as stored.
    """
    if block is None:
        entry = struct.pack(">HHIHH", _ORIENTATION, _SHORT, 1, orientation, 0)
        return PREFIX + struct.pack(">2sHIH", b"MM", 42, 8, 1) + entry + bytes(4)
    edited = _Block(block.removeprefix(PREFIX))
    first = edited.number(4, "I")
    edited.set_orientation(first, orientation)
    inner = edited.entries(first).get(_EXIF_IFD)
    if orientation > 4 and inner is not None:  # noqa: PLR2004 - these swap the sides
        with contextlib.suppress(struct.error):  # as in clean
            _swap_dimensions(edited, inner.value, stored_size[::-1])
    return PREFIX + bytes(edited.data)


def texts(block: bytes | None) -> dict[str, str]:
    """Return what a block says in words, ``ImageDescription`` and ``UserComment``, where it has them."""
    if block is None:
        return {}
    source = Image.Exif()
    try:
        source.load(block)
        comment = source.get_ifd(ExifTags.IFD.Exif).get(_USER_COMMENT)
        description = source.get(_DESCRIPTION)
    except Exception:  # as in descriptive
        return {}
    found = {"ImageDescription": utf8(description), "UserComment": _commented(comment)}
    return {name: text for name, text in found.items() if text}


def utf8(text: object) -> str:
    """Read a text that Pillow took for Latin-1, as its standard has it, and that most write in UTF-8."""
    if not isinstance(text, str):
        return ""
    with contextlib.suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return text.strip("\0 \ufeff")


def _commented(comment: object) -> str:
    """Decode a comment by the eight bytes that it begins with."""
    if not isinstance(comment, bytes):
        return utf8(comment)
    charset = _CHARSETS.get(comment[:8])
    raw = comment[8 if charset else 0 :]
    if charset == "utf-16":
        # In the order of the block, says the standard; in any, say the files.
        return max((_utf16(raw, order) for order in ("utf-16-le", "utf-16-be")), key=_latin)
    return raw.decode(charset or "utf-8", "replace").strip("\0 \ufeff")


def _utf16(raw: bytes, order: str) -> str:
    return raw.decode(order, "replace").strip("\0 \ufeff\ufffe")


def _latin(text: str) -> int:
    return sum(character.isascii() for character in text)


def say_srgb(block: bytes) -> bytes:
    """Have a block from `clean` say that the colours are sRGB's, where it says anything of them."""
    edited = _Block(block.removeprefix(PREFIX))
    with contextlib.suppress(struct.error):  # as in clean
        inner = edited.entries(edited.number(4, "I")).get(_EXIF_IFD)
        if inner is not None and (space := edited.entries(inner.value).get(_COLOUR_SPACE)) is not None:
            edited.put(space, _SRGB)
    return PREFIX + bytes(edited.data)


def without(block: bytes, names: Collection[str]) -> bytes:
    r"""Take texts out of a block: their entries, and the bytes that held them.

    Parameters
    ----------
    block
        With its ``Exif\0\0`` prefix.
    names
        ``"ImageDescription"`` or ``"UserComment"``.
    """
    tags = {_TEXTS[name] for name in names}
    try:
        edited = _Block(block.removeprefix(PREFIX))
        first = edited.number(4, "I")
        inner = edited.entries(first).get(_EXIF_IFD)
        for directory in (first, *([inner.value] if inner else [])):
            edited.remove(directory, tags)
    except (KeyError, ValueError, struct.error):
        return block
    return PREFIX + bytes(edited.data)


def _correct(block: _Block, directory: int, stored_size: tuple[int, int], orientation: int) -> None:
    """Make an EXIF directory true of a result."""
    _correct_dimensions(block, directory, stored_size)
    if orientation > 4:  # noqa: PLR2004 - these swap the sides
        _swap_dimensions(block, directory, stored_size)
    block.remove(directory, {_UNIQUE_ID})


def _correct_dimensions(block: _Block, directory: int, stored_size: tuple[int, int]) -> None:
    """Set the recorded width and height right where they are another picture's, as after careless scaling."""
    entries = block.entries(directory)
    width, height = entries.get(_PIXEL_WIDTH), entries.get(_PIXEL_HEIGHT)
    if width is None or height is None or {width.value, height.value} == set(stored_size):
        return
    block.put(width, stored_size[0])
    block.put(height, stored_size[1])


def _swap_dimensions(block: _Block, directory: int, stored_size: tuple[int, int]) -> None:
    """Let the recorded width and height follow the turn, where they were right before it."""
    entries = block.entries(directory)
    width, height = entries.get(_PIXEL_WIDTH), entries.get(_PIXEL_HEIGHT)
    if width is None or height is None or (width.value, height.value) != stored_size:
        return
    block.put(width, stored_size[1])
    block.put(height, stored_size[0])
