"""What a TIFF file says beside its picture, read from its bytes, and a directory without it.

Decoders parse every tag, and some refuse the whole file for one. TIFF 6.0, section 2; BigTIFF (AWare
Systems); Adobe Photoshop TIFF Technical Notes; OGC 19-008r4 (GeoTIFF).
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wuhen.photo.metadata import photoshop
from wuhen.photo.metadata.exif_tags import DESCRIPTIVE, GEOGRAPHIC
from wuhen.photo.removed import CREDENTIALS, Removed, pages

__all__ = ["read_info", "without_tags"]

_XMP, _IIM, _PHOTOSHOP, _PROFILE, _LAYERS = 700, 33723, 34377, 34675, 37724
_EXIF_IFD, _GPS_IFD, _SUB_IFDS, _CREDENTIALS = 34665, 34853, 330, 0xCD41
_MAKER_NOTE = 0x927C
_ORIENTATION = 274
# How the samples are stored, of the picture itself.
_STORAGE = frozenset(
    {254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 284}
    | {288, 289, 290, 291, 292, 293, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 326, 327, 328}
    | {332, 333, 334, 336, 338, 339, 340, 341, 347, *range(512, 522), 529, 530, 531, 532, 34925}
)
# What colours its values stand for, which hardly any program goes by: transfer function, white
# point, primaries.
_COLORIMETRY = frozenset({301, 318, 319})
_RESOLUTION = frozenset({282, 283, 296})
_CARRIED = (
    (_STORAGE - _COLORIMETRY)
    | _RESOLUTION
    | frozenset(DESCRIPTIVE + GEOGRAPHIC)
    | {_XMP, _IIM, _PHOTOSHOP, _PROFILE, _EXIF_IFD, _GPS_IFD, _SUB_IFDS, _LAYERS, _CREDENTIALS}
)
# Bytes of one value by type.
_SIZES = {1: 1, 2: 1, 6: 1, 7: 1, 3: 2, 8: 2, 4: 4, 9: 4, 11: 4, 13: 4}
_SIZES |= dict.fromkeys((5, 10, 12, 16, 17, 18), 8)
_MOST_TAGS, _MOST_PAGES = 4096, 10_000
_NAMED_TAGS = 8


@dataclass(frozen=True, slots=True)
class _Form:
    """How a file is laid out."""

    order: str
    big: bool

    @classmethod
    def of(cls, data: bytes) -> "_Form":
        return cls(">" if data.startswith(b"MM") else "<", 43 in data[2:4])  # noqa: PLR2004 - BigTIFF's version

    @property
    def word(self) -> str:
        return self.order + ("Q" if self.big else "I")

    @property
    def counter(self) -> str:
        return self.order + ("Q" if self.big else "H")

    @property
    def entry(self) -> int:
        return 20 if self.big else 12

    def number(self, pack: str, data: bytes, at: int) -> int:
        return int(struct.unpack_from(pack, data, at)[0])

    def first(self, data: bytes) -> int:
        return self.number(self.word, data, 8 if self.big else 4)


@dataclass(frozen=True, slots=True)
class _Directory:
    """The values of one directory by tag, as far as they are in the file, and where the next one is."""

    values: Mapping[int, bytes]
    following: int


def _read(data: bytes, form: _Form, start: int) -> _Directory:
    """Read a directory. Raises `struct.error` where there is none."""
    count = form.number(form.counter, data, start)
    at = start + struct.calcsize(form.counter)
    values: dict[int, bytes] = {}
    room = struct.calcsize(form.word)
    for place in range(at, at + form.entry * min(count, _MOST_TAGS), form.entry):
        tag, kind = struct.unpack_from(form.order + "HH", data, place)
        length = form.number(form.word, data, place + 4) * _SIZES.get(kind, 0)
        where = place + 4 + room
        if length > room:
            where = form.number(form.word, data, where)
        if where + length <= len(data):
            values.setdefault(tag, data[where : where + length])
    end = at + form.entry * count
    return _Directory(values, form.number(form.word, data, end) if end + room <= len(data) else 0)


def read_info(data: bytes) -> Mapping[str, Any]:
    """Return ``xmp`` and ``iim``, where the file has them, and ``removed``, in words what no result has."""
    form = _Form.of(data)
    try:
        directory = _read(data, form, form.first(data))
    except (struct.error, OverflowError):
        return {"removed": ()}
    values = directory.values
    resources = photoshop.read_resources(values.get(_PHOTOSHOP, b""))
    info: dict[str, Any] = {}
    if values.get(_XMP):
        info["xmp"] = values[_XMP]
    if iim := values.get(_IIM) or resources.get(photoshop.IIM):
        info["iim"] = iim
    removed = (*_name_pages(data, form, directory), *_name_tags(data, form, values))
    return info | {"removed": removed + photoshop.name_resources(resources)}


def _name_pages(data: bytes, form: _Form, first: _Directory) -> Iterator[Removed]:
    count, at, seen = 1, first.following, {form.first(data)}
    while at and at not in seen and count < _MOST_PAGES:
        seen.add(at)
        try:
            at = _read(data, form, at).following
        except (struct.error, OverflowError):
            break
        count += 1
    if count > 1:
        yield pages(count)


def _name_tags(data: bytes, form: _Form, values: Mapping[int, bytes]) -> Iterator[Removed]:
    if values.keys() & GEOGRAPHIC and int.from_bytes(values.get(_ORIENTATION, b"\0\1").strip(b"\0")) > 1:
        yield Removed("the geographic coordinates, as the picture is turned", "地理坐标（图片已旋转）")
    if _SUB_IFDS in values:
        yield Removed("further pictures (SubIFDs)", "附带的其他图片（SubIFD）")
    if _LAYERS in values:
        yield Removed("Photoshop's layers", "Photoshop 图层").sized(len(values[_LAYERS]))
    if _CREDENTIALS in values:
        yield CREDENTIALS
    if _EXIF_IFD in values and _has_maker_note(data, form, values[_EXIF_IFD]):
        yield Removed("the maker notes", "厂商注释（MakerNote）")
    if others := sorted(values.keys() - _CARRIED):
        listed = ", ".join(map(str, others[:_NAMED_TAGS])) + (", …" if len(others) > _NAMED_TAGS else "")
        yield (
            Removed(f"the tags {listed}", f"标签 {listed}")
            if len(others) > 1
            else Removed(f"the tag {listed}", f"标签 {listed}")
        )


def _has_maker_note(data: bytes, form: _Form, pointer: bytes) -> bool:
    try:
        at = int.from_bytes(pointer, "big" if form.order == ">" else "little")
        return _MAKER_NOTE in _read(data, form, at).values
    except (struct.error, OverflowError):
        return False


def without_tags(data: bytes) -> bytes | None:
    """Return a file whose first directory has what its picture is decoded by alone, and is the last.

    Returns
    -------
    bytes or None
        Of the same length, nothing moved but the directory's entries; None where it has none to spare.
    """
    form = _Form.of(data)
    try:
        start = form.first(data)
        count = form.number(form.counter, data, start)
        at = start + struct.calcsize(form.counter)
        places = range(at, at + form.entry * min(count, _MOST_TAGS), form.entry)
        kept = [
            data[place : place + form.entry]
            for place in places
            if form.number(form.order + "H", data, place) in _STORAGE | {_PROFILE}
        ]
    except (struct.error, OverflowError):
        return None
    if len(kept) == count:
        return None
    body = struct.pack(form.counter, len(kept)) + b"".join(kept) + bytes(struct.calcsize(form.word))
    return data[:start] + body + data[start + len(body) :]
