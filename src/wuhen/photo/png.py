"""A PNG file's chunks, sorted before it is decoded: what only accompanies the picture never decides over it.

A decoder that checks everything refuses the whole file for a text that is too long or has a wrong checksum.
Browsers show such files, and so does libpng, which leaves out what it cannot use (PNG, third edition, 13.1).
So do we: of the ancillary chunks those that are used here are passed on, sound and bounded, and no others.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wuhen.photo import png_colours
from wuhen.photo.png_samples import SampleChunks

__all__ = ["Sorted", "find_chunk", "sort_chunks"]

_SIGNATURE = 8  # bytes
_FRAME = 12  # bytes of a chunk beside its content: length, kind, checksum
_ANCILLARY = 0x20  # the bit of the kind's first letter that makes it lower case
_INFLATED_TEXT = 2**20  # bytes of one text; longer ones would not be kept
_TEXT_MEMORY = 16 * 2**20  # bytes of all texts
_PROFILE_LIMIT = 16 * 2**20  # bytes; about what JPEG has room for
_KEYWORD = range(1, 80)  # characters
# What is passed on as it is, and the shortest content that can be read.
_PLAIN = {b"tRNS": 1, b"pHYs": 9, b"eXIf": 8}


@dataclass(frozen=True, slots=True)
class Sorted:
    """A PNG file in parts.

    Attributes
    ----------
    data
        The file with its critical chunks as they are, and the ancillary ones that can be used; the texts in
        it are not compressed.
    icc_profile
        The profile that the pixels are to be shown by, which is not in `data`.
    colours
        The contents of the chunks that define colours, by kind; see `wuhen.photo.png_colours`.
    """

    data: bytes
    icc_profile: bytes | None
    colours: Mapping[bytes, bytes]

    @property
    def info(self) -> dict[str, Any]:
        """What there is beside the picture, by the names that decoders have for it."""
        return {"icc_profile": self.icc_profile, "colours": self.colours}


def sort_chunks(data: bytes) -> Sorted:
    """Sort the chunks of a PNG file.

    Left out are ancillary chunks with a wrong checksum, cut off or malformed, profiles of more than 16 MiB,
    compressed texts of more than 1 MiB each, and all texts beyond 16 MiB.

    Raises
    ------
    BrokenImage
        Header or palette are damaged.
    """
    kept = [data[:_SIGNATURE]]
    colours: dict[bytes, bytes] = {}
    texts, samples = _Texts(), SampleChunks()
    for kind, whole in _chunks(data):
        content = whole[8:-4]
        if not kind or not kind[0] & _ANCILLARY:
            said = samples.read(kind, content) if whole[-4:] == _checksum(kind, content) else content
            kept.append(whole if said == content else _chunk(kind, said))
        elif len(whole) < _FRAME or whole[-4:] != _checksum(kind, content):
            continue
        elif kind in _TEXTS:
            kept.append(texts.read(kind, content))
        elif kind in png_colours.CHUNKS:
            colours.setdefault(kind, content)
        elif len(content) >= _PLAIN.get(kind, len(content) + 1):
            kept.append(_chunk(kind, samples.read(kind, content)))
    samples.check_palette()
    profile = _read_profile(colours.pop(b"iCCP", b""))
    shown = png_colours.make_profile(colours, profile)
    return Sorted(b"".join(kept), shown, png_colours.select(colours))


def find_chunk(data: bytes, kind: bytes) -> bytes | None:
    """Return the content of the first chunk of a kind that is whole and has the right checksum."""
    for found, whole in _chunks(data):
        if found == kind and len(whole) >= _FRAME and whole[-4:] == _checksum(kind, whole[8:-4]):
            return whole[8:-4]
    return None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each chunk's kind and its bytes from length to checksum; of a cut-off one, what is there.

    What follows the end of the picture is no chunk and comes as one of no kind.
    """
    at = _SIGNATURE
    while at < len(data):
        kind = data[at + 4 : at + 8]
        length = int.from_bytes(data[at : at + 4], "big")
        if not (len(kind) == 4 and kind.isalpha() and kind.isascii()):  # noqa: PLR2004 - letters in a kind
            yield b"", data[at:]
            return
        whole = data[at : at + _FRAME + length]
        # One that is cut off has no checksum to go by.
        yield kind, whole if len(whole) == _FRAME + length or not kind[0] & _ANCILLARY else b""
        if kind == b"IEND":
            return
        at += _FRAME + length


def _checksum(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(content, zlib.crc32(kind)))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + _checksum(kind, content)


def _inflate(packed: bytes, limit: int) -> bytes | None:
    """Decompress; None where it is damaged or has more bytes than allowed."""
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(packed, limit + 1)
    except zlib.error:
        return None
    return content if stream.eof and len(content) <= limit else None


def _read_profile(content: bytes) -> bytes | None:
    """Return the profile of an ``iCCP`` chunk: its name, a zero, the method 0, the profile compressed."""
    _, _, packed = content.partition(b"\0")
    return _inflate(packed[1:], _PROFILE_LIMIT) if packed[:1] == b"\0" else None


_Text = tuple[tuple[bytes, bytes] | None, int]
"""A chunk's kind and content, where it can be used, and the bytes that it took to read."""


def _read_plain(content: bytes, limit: int) -> _Text:
    del limit
    keyword, zero, _ = content.partition(b"\0")
    return ((b"tEXt", content) if zero and len(keyword) in _KEYWORD else None), len(content)


def _read_compressed(content: bytes, limit: int) -> _Text:
    keyword, _, packed = content.partition(b"\0")
    if packed[:1] != b"\0" or len(keyword) not in _KEYWORD:
        return None, 0
    text = _inflate(packed[1:], limit)
    return (None, limit) if text is None else ((b"tEXt", keyword + b"\0" + text), len(text))


def _read_international(content: bytes, limit: int) -> _Text:
    """Read keyword, zero, whether compressed, method, language, zero, translated keyword, zero, text."""
    keyword, _, rest = content.partition(b"\0")
    named = rest[2:].split(b"\0", 2)
    if len(named) < 3 or len(keyword) not in _KEYWORD or rest[:2] not in {b"\0\0", b"\0\1", b"\1\0"}:  # noqa: PLR2004 - parts
        return None, 0
    language, translated, text = named
    if rest[:1] == b"\1":
        inflated = _inflate(text, limit)
        if inflated is None:
            return None, limit
        text = inflated
    return (b"iTXt", b"\0".join((keyword, b"\0", language, translated, text))), len(text)


_TEXTS = {b"tEXt": _read_plain, b"zTXt": _read_compressed, b"iTXt": _read_international}


class _Texts:
    """The texts of one file, up to their limit."""

    def __init__(self) -> None:
        self._room = _TEXT_MEMORY

    def read(self, kind: bytes, content: bytes) -> bytes:
        """Return a chunk as it is passed on, uncompressed; nothing where it cannot be used."""
        if self._room <= 0:
            return b""
        text, cost = _TEXTS[kind](content, min(self._room, _INFLATED_TEXT))
        self._room -= cost
        return b"" if text is None or self._room < 0 else _chunk(*text)
