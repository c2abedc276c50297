"""EXIF as tags: taken from a TIFF file, given to one, and made to fit where there is little room.

Here values are parsed and written anew, which maker notes do not survive; `wuhen.photo.metadata.exif` edits
blocks in place. Tags: TIFF 6.0; CIPA DC-008 (Exif 3.0); OGC 19-008r4 (GeoTIFF).
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import ExifTags, Image, TiffImagePlugin

from wuhen.photo.metadata.exif import PREFIX

__all__ = ["DESCRIPTIVE", "GEOGRAPHIC", "descriptive", "fit", "from_tiff", "has_maker_note", "resolution"]

_ORIENTATION, _MAKER_NOTE = 0x0112, 0x927C
_X_RESOLUTION, _RESOLUTION_UNIT, _CENTIMETRE = 0x011A, 0x0128, 3
# What a TIFF file's first directory says about the photograph, not about how its samples are stored.
DESCRIPTIVE = (
    *(0x010D, 0x010E, 0x010F, 0x0110, 0x011D, 0x0131, 0x0132, 0x013B, 0x013C, 0x8298),
    *(0x4746, 0x4749),  # ratings
    *(0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F),  # Windows' title, comment, author, keywords and subject
)
"""Those tags."""
# Where each pixel lies on the earth, and what its values mean there (OGC 19-008r4, GeoTIFF; GDAL).
GEOGRAPHIC = (33550, 33922, 34264, 34735, 34736, 34737, 42112, 42113)
"""Tags that are true only as long as no pixel has moved."""
_UNMOVABLE = frozenset({_MAKER_NOTE, ExifTags.IFD.Interop})  # they point into the old file


def resolution(block: bytes) -> float:
    """Return the dots per inch that a block says; 72, which is the standard's default, where it says none."""
    source = Image.Exif()
    try:
        source.load(block)
        dots = float(source[_X_RESOLUTION])
        return dots * 2.54 if source[_RESOLUTION_UNIT] == _CENTIMETRE else dots
    except Exception:  # as in descriptive
        return 72


def from_tiff(image: TiffImagePlugin.TiffImageFile, orientation: int) -> bytes | None:
    """Build a block of its own, still to be cleaned, from what a TIFF file says about the photograph."""
    try:
        tags = _described(image.getexif(), *(GEOGRAPHIC if orientation == 1 else ()))
        return _built({**tags, _ORIENTATION: orientation}) if tags else None
    except Exception:  # as in descriptive
        return None


def descriptive(block: bytes) -> dict[int, object]:
    """Return the tags of a block that a TIFF file may take over; directories are mappings.

    Nothing is returned of a block that Pillow cannot parse: a photo is worth more than its tags.
    """
    source = Image.Exif()
    try:
        source.load(block)
        tags = _described(source, *GEOGRAPHIC)
        _built(tags)
    except Exception:  # Pillow calls this part experimental and raises about anything
        return {}
    return tags


def _built(tags: dict[int, object]) -> bytes:
    block = Image.Exif()
    for tag, value in tags.items():
        block[tag] = value
    return block.tobytes()


def _as_stored(value: object) -> object:
    """Return the bytes of a text that is not ASCII: Pillow would write it with question marks."""
    return value.encode("latin-1", "replace") if isinstance(value, str) and not value.isascii() else value


def _described(source: Image.Exif, *more: int) -> dict[int, object]:
    """Copy what describes the photograph, and nothing that describes how a file stores it.

    What Pillow cannot read or write is passed over, tag by tag.
    """
    tags = {tag: value for tag in (*DESCRIPTIVE, *more) for value in _readable(source, tag, ())}
    for directory in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo):
        with contextlib.suppress(Exception):  # as in descriptive
            entries = source.get_ifd(directory)
            kept = {
                tag: value
                for tag in entries
                if tag not in _UNMOVABLE
                for value in _readable(entries, tag, (directory,))
            }
            if directory == ExifTags.IFD.Exif and (pointed := source.get_ifd(ExifTags.IFD.Interop)):
                kept[ExifTags.IFD.Interop] = dict(pointed)
            if kept:
                tags[directory] = kept
    return tags


def _readable(entries: Mapping[int, Any], tag: int, within: tuple[int, ...]) -> Iterator[object]:
    """Yield a tag's value, if there is one that can be read and written."""
    with contextlib.suppress(Exception):  # as in descriptive
        if tag in entries:
            value = _as_stored(entries[tag])
            _built({directory: {tag: value} for directory in within} or {tag: value})
            yield value


def fit(block: bytes, limit: int) -> bytes | None:
    """Return a block of no more than `limit` bytes.

    Parameters
    ----------
    block
        With its prefix.
    limit
        Bytes, the prefix included.

    Returns
    -------
    bytes or None
        The very block where it is short enough; else one without maker notes and the largest tags. None where
        it cannot be parsed.
    """
    if len(block) <= limit:
        return block
    tags = descriptive(block)
    while tags and len(whole := _built(tags)) > limit:
        _drop_largest(tags)
    return PREFIX + whole.removeprefix(PREFIX) if tags else None


def _drop_largest(tags: dict[int, object]) -> None:
    sizes: list[tuple[int, int, int | None]]
    sizes = [(_size(tag, value), tag, None) for tag, value in tags.items() if not isinstance(value, dict)]
    sizes += [
        (_size(tag, value), directory, tag)
        for directory, entries in tags.items()
        if isinstance(entries, dict)
        for tag, value in entries.items()
    ]
    _, outer, inner = max(sizes, key=lambda one: one[0])
    entries = tags[outer]
    if inner is not None and isinstance(entries, dict) and len(entries) > 1:
        del entries[inner]
    else:
        del tags[outer]


def _size(tag: int, value: object) -> int:
    return len(_built({tag: value}))


def has_maker_note(block: bytes) -> bool:
    """Tell whether a block has maker notes."""
    source = Image.Exif()
    with contextlib.suppress(Exception):  # as in descriptive
        source.load(block)
        return _MAKER_NOTE in source.get_ifd(ExifTags.IFD.Exif)
    return False
