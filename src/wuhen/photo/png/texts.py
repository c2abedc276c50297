"""The texts of a PNG file: what people write, and metadata that have no better place there (PNG, 11.3.3)."""

import re
import zlib
from collections.abc import Callable

from PIL.PngImagePlugin import iTXt

from wuhen.photo.metadata import photoshop
from wuhen.photo.removed import Removed

__all__ = ["KINDS", "Texts", "inflate"]

_INFLATED_TEXT = 2**20  # bytes of one text; longer ones would not be kept
_TEXT_MEMORY = 16 * 2**20  # bytes of all texts
_KEPT = 2**20  # characters of all texts that are kept
_KEYWORD = range(1, 80)  # bytes
_XMP = "XML:com.adobe.xmp"
_RAW = "Raw profile type "  # ImageMagick's, for what PNG had no chunks for
_EXIF, _ADOBE = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"

_Text = tuple[str, bytes | iTXt | None, int]
"""A keyword, the text where it can be used, and the bytes that it took to read."""


def inflate(packed: bytes, limit: int) -> bytes | None:
    """Decompress; None where it is damaged or has more bytes than allowed."""
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(packed, limit + 1)
    except zlib.error:
        return None
    return content if stream.eof and len(content) <= limit else None


class Texts:
    """The texts of one file.

    Attributes
    ----------
    wrapped
        Metadata that were found in texts: ``"exif"``, ``"xmp"``, ``"iim"``, ``"icc_profile"``.
    removed
        What is not kept, in words.
    """

    def __init__(self) -> None:
        self.wrapped: dict[str, bytes] = {}
        self.removed: list[Removed] = []
        self._found: dict[str, str] = {}
        self._room = _TEXT_MEMORY

    def read(self, kind: bytes, content: bytes) -> None:
        """Take in a chunk, compressed or not."""
        keyword, text, cost = _READERS[kind](content, min(self._room, self._limit(content)))
        self._room -= cost
        if text is None or self._room < 0:
            self._room = max(self._room, 0)
            self.removed.append(_name(keyword))
        elif keyword == _XMP:
            self.wrapped.setdefault("xmp", text.encode() if isinstance(text, str) else text)
        elif keyword.startswith(_RAW):
            self._unwrap(keyword, text)
        else:
            if keyword in self._found:
                self.removed.append(_name(keyword))
            self._found[keyword] = text if isinstance(text, str) else text.decode("latin-1")

    def choose(self) -> dict[str, str]:
        """Return the texts to keep by keyword, the shortest first up to a mebibyte."""
        kept: set[str] = set()
        room = _KEPT
        for keyword in sorted(self._found, key=lambda keyword: len(self._found[keyword])):
            room -= len(self._found[keyword])
            if room < 0:
                self.removed.append(_name(keyword).sized(len(self._found[keyword])))
            else:
                kept.add(keyword)
        return {keyword: text for keyword, text in self._found.items() if keyword in kept}

    @staticmethod
    def _limit(content: bytes) -> int:
        return _TEXT_MEMORY if content.startswith((_XMP.encode(), _RAW.encode())) else _INFLATED_TEXT

    def _unwrap(self, keyword: str, text: bytes | iTXt) -> None:
        """Take metadata out of a text: a name, a length, and hexadecimal digits, on lines of their own."""
        kind = keyword.removeprefix(_RAW).strip().lower()
        lines = (text.encode() if isinstance(text, str) else text).split(b"\n")
        try:
            profile = bytes.fromhex(re.sub(r"\s", "", b"".join(lines[3:]).decode("ascii")))
        except ValueError:
            self.removed.append(_name(keyword))
            return
        if kind in {"iptc", "8bim"}:
            resources = photoshop.read_resources(profile)
            self.removed += photoshop.name_resources(resources)
            found = resources.get(photoshop.IIM) if resources else profile
            if found:
                self.wrapped.setdefault("iim", found)
        elif kind in {"exif", "app1"} and not profile.startswith(_ADOBE):
            self.wrapped.setdefault("exif", profile)
        elif kind in {"xmp", "app1"}:
            self.wrapped.setdefault("xmp", profile.removeprefix(_ADOBE))
        elif kind in {"icc", "icm"}:
            self.wrapped.setdefault("icc_profile", profile)
        else:
            self.removed.append(_name(keyword))


def _name(keyword: str) -> Removed:
    if keyword == _XMP:
        return Removed("XMP that cannot be read", "无法读取的 XMP")
    shown = re.sub(r"[^ -~]", "?", keyword)
    return Removed(f'a text "{shown}"', f"文本“{shown}”")


def _read_plain(content: bytes, limit: int) -> _Text:
    del limit
    keyword, zero, text = content.partition(b"\0")
    return keyword.decode("latin-1")[:79], (text if zero and len(keyword) in _KEYWORD else None), len(content)


def _read_compressed(content: bytes, limit: int) -> _Text:
    keyword, _, packed = content.partition(b"\0")
    name = keyword.decode("latin-1")[:79]
    if packed[:1] != b"\0" or len(keyword) not in _KEYWORD:
        return name, None, 0
    text = inflate(packed[1:], limit)
    return name, text, limit if text is None else len(text)


def _read_international(content: bytes, limit: int) -> _Text:
    """Read keyword, zero, whether compressed, method, language, zero, translated keyword, zero, text."""
    keyword, _, rest = content.partition(b"\0")
    name = keyword.decode("latin-1")[:79]
    parts = rest[2:].split(b"\0", 2)
    if len(parts) < 3 or len(keyword) not in _KEYWORD or rest[:2] not in {b"\0\0", b"\0\1", b"\1\0"}:  # noqa: PLR2004 - parts
        return name, None, 0
    language, translated, text = parts
    if rest[:1] == b"\1":
        inflated = inflate(text, limit)
        if inflated is None:
            return name, None, limit
        text = inflated
    try:
        return name, iTXt(text.decode(), language.decode(), translated.decode()), len(text)
    except UnicodeDecodeError:
        return name, (text if name == _XMP else None), len(text)


_READERS: dict[bytes, Callable[[bytes, int], _Text]] = {
    b"tEXt": _read_plain,
    b"zTXt": _read_compressed,
    b"iTXt": _read_international,
}
KINDS = frozenset(_READERS)
"""The chunks that are texts."""
