"""TIFF files whose first picture is not the photo: a camera's raw files, and such as begin with a thumbnail.

DNG, NEF, ARW, CR2 and most other raw formats are TIFF files. Their first directory often holds a small copy
of the photo, which a TIFF reader would take for it; the photo itself is a mosaic of samples of one colour.
TIFF 6.0, section 8 (NewSubfileType, SubfileType); TIFF/EP, ISO 12234-2 (SubIFDs, CFA); Adobe DNG 1.7.
"""

import struct
from collections.abc import Mapping

from wuhen.photo.kinds import Kind

__all__ = ["not_the_photo"]

_NEW_SUBFILE_TYPE, _SUBFILE_TYPE, _PHOTOMETRIC, _SUB_IFDS, _DNG_VERSION = 254, 255, 262, 330, 50706
_REDUCED_BIT, _REDUCED = 1, 2
_MOSAICS = frozenset({32803, 34892})  # CFA, LinearRaw
_FORMATS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # BYTE, SHORT, LONG, IFD, LONG8, IFD8
_MOST_ENTRIES, _MOST_DIRECTORIES = 1024, 16
_CR2 = b"CR\x02\x00"
_PHASE_ONE = b"IIII"


def not_the_photo(data: bytes) -> Kind | None:
    """Tell what a TIFF file is where its first picture is not its photo; None where it is.

    Parameters
    ----------
    data
        The file or its beginning; what lies beyond cannot tell.
    """
    if data[8:12] in {_CR2, _PHASE_ONE}:
        return Kind.RAW
    walker = _Walker(data)
    try:
        first, following = walker.directory(walker.first), walker.following(walker.first)
    except (struct.error, OverflowError):
        return None  # whoever decodes it says what is wrong
    reduced = first.get(_NEW_SUBFILE_TYPE, (0,))[0] & _REDUCED_BIT or first.get(_SUBFILE_TYPE) == (_REDUCED,)
    if _is_mosaic(first) or (reduced and _DNG_VERSION in first):
        return Kind.RAW
    for position in first.get(_SUB_IFDS, ())[:_MOST_DIRECTORIES]:
        try:
            if _is_mosaic(walker.directory(position)):
                return Kind.RAW
        except (struct.error, OverflowError):
            continue
    # Alone in its file it is no copy of anything there.
    return Kind.REDUCED if reduced and (following or _SUB_IFDS in first) else None


def _is_mosaic(directory: Mapping[int, tuple[int, ...]]) -> bool:
    return not _MOSAICS.isdisjoint(directory.get(_PHOTOMETRIC, ()))


class _Walker:
    """Reads the few tags that matter; raises `struct.error` where the file ends before them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._order = ">" if data[:2] == b"MM" else "<"
        self._big = 43 in data[2:4]  # noqa: PLR2004 - the version of BigTIFF
        self._word = self._order + ("Q" if self._big else "I")

    @property
    def first(self) -> int:
        position: int = struct.unpack_from(self._word, self._data, 8 if self._big else 4)[0]
        return position

    def directory(self, position: int) -> dict[int, tuple[int, ...]]:
        """Return the unsigned integers of a directory by tag, at most `_MOST_DIRECTORIES` of each."""
        counter = self._order + ("Q" if self._big else "H")
        (count,) = struct.unpack_from(counter, self._data, position)
        at, step = position + struct.calcsize(counter), 20 if self._big else 12
        found: dict[int, tuple[int, ...]] = {}
        for entry in range(at, at + step * min(count, _MOST_ENTRIES), step):
            tag, kind = struct.unpack_from(self._order + "HH", self._data, entry)
            if tag in {_NEW_SUBFILE_TYPE, _SUBFILE_TYPE, _PHOTOMETRIC, _SUB_IFDS, _DNG_VERSION}:
                found.setdefault(tag, self._values(entry, kind))
        return found

    def following(self, position: int) -> int:
        """Return where the directory after this one lies; 0 where there is none, or the file ends before."""
        counter = self._order + ("Q" if self._big else "H")
        (count,) = struct.unpack_from(counter, self._data, position)
        at = position + struct.calcsize(counter) + (20 if self._big else 12) * count
        pointer = self._data[at : at + struct.calcsize(self._word)]
        return int.from_bytes(pointer, "big" if self._order == ">" else "little")

    def _values(self, entry: int, kind: int) -> tuple[int, ...]:
        if kind not in _FORMATS:
            return (0,)
        (count,) = struct.unpack_from(self._word, self._data, entry + 4)
        count = min(count, _MOST_DIRECTORIES)
        place = entry + 4 + struct.calcsize(self._word)
        layout = f"{self._order}{count}{_FORMATS[kind]}"
        if struct.calcsize(layout) > struct.calcsize(self._word):
            (place,) = struct.unpack_from(self._word, self._data, place)
        return struct.unpack_from(layout, self._data, place) or (0,)
