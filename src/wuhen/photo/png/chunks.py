"""A PNG file's chunks, sorted before it is decoded: what only accompanies the picture never decides over it.

A decoder that checks everything refuses the whole file for a text that is too long or has a wrong checksum.
Browsers show such files, and so does libpng, which leaves out what it cannot use (PNG, third edition, 13.1).
So do we: a decoder gets the chunks that it decodes by, and the others are read here.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wuhen.photo.errors import BrokenImage
from wuhen.photo.flaws import Flaw
from wuhen.photo.metadata import exif
from wuhen.photo.metadata.trailer import name_trailer
from wuhen.photo.png import colours as png_colours
from wuhen.photo.png.samples import SampleChunks
from wuhen.photo.png.texts import KINDS, Texts, inflate
from wuhen.photo.removed import CREDENTIALS, UNREADABLE_PROFILE, Removed, animation, data_in, frames

__all__ = ["Sorted", "find_chunk", "make_chunk", "read_chunks", "sort_chunks"]

_SIGNATURE = 8  # bytes
_FRAME = 12  # bytes of a chunk beside its content: length, kind, checksum
_ANCILLARY = 0x20  # the bit of the kind's first letter that makes it lower case
_MOST_CHUNKS = 100_000  # of 1 KB each in the largest file that is taken; writers make them of 8 KB and more
_PROFILE_LIMIT = 16 * 2**20  # bytes; about what JPEG has room for
# What is passed on as it is, and the shortest content that can be read.
_PLAIN = {b"pHYs": 9}
_ANIMATION, _FRAME_CONTROL = b"acTL", b"fcTL"
_EXIF = b"eXIf"
_PROFILE = b"iCCP"
_TRAILER = b"\0"
_OUTDONE = Removed("the ICC profile, as cICP counts more", "ICC 配置文件（以 cICP 为准）")
# What is lost with other chunks; with some of them nothing.
_NAMES: dict[bytes, tuple[Removed, ...]] = {
    _ANIMATION: (),  # its frames are counted
    b"fdAT": (),
    b"iDOT": (),  # where a decoder may begin
    b"bKGD": (Removed("the background colour (bKGD)", "背景色（bKGD）"),),
    b"hIST": (Removed("the palette's histogram (hIST)", "调色板直方图（hIST）"),),
    b"sPLT": (Removed("a suggested palette (sPLT)", "建议调色板（sPLT）"),),
    b"sBIT": (Removed("how many bits are significant (sBIT)", "有效位数（sBIT）"),),
    b"tIME": (Removed("the time of the last change (tIME)", "最后修改时间（tIME）"),),
    b"caBX": (CREDENTIALS,),
}


@dataclass(frozen=True, slots=True)
class Sorted:
    """A PNG file in parts.

    Attributes
    ----------
    data
        The file to the end of its picture, with no more of its ancillary chunks than a decoder goes by.
    info
        What there is beside the picture, by the names that decoders have for it: ``exif``, ``xmp``;
        ``icc_profile``, by which the pixels are to be shown; ``iim``; ``texts`` by keyword; ``colours``, the
        contents of the chunks that define colours by kind (see `wuhen.photo.png.colours`); and ``removed``,
        what else there is, in words.
    """

    data: bytes
    info: Mapping[str, Any]


def sort_chunks(data: bytes) -> Sorted:
    """Sort the chunks of a PNG file.

    Left out are ancillary chunks with a wrong checksum, cut off or malformed, profiles of more than 16 MiB,
    texts of more than 1 MiB each, and all texts beyond 16 MiB.

    Raises
    ------
    BrokenImage
        Header or palette are damaged, or there are too many chunks.
    """
    kept = [data[:_SIGNATURE]]
    found, samples = _Metadata(), SampleChunks()
    for number, (kind, whole) in enumerate(read_chunks(data)):
        content = whole[8:-4]
        if number > _MOST_CHUNKS:
            raise BrokenImage("PNG", Flaw.CHUNKS, _MOST_CHUNKS)
        if kind == _TRAILER:
            found.removed += name_trailer(whole)
        elif not kind or not kind[0] & _ANCILLARY:
            if kind == b"IDAT":
                samples.begin()
                found.begin()
            kept.append(_put_right(whole, samples))
        elif len(whole) < _FRAME or whole[-4:] != _checksum(kind, content):
            found.removed.append(_damaged(kind))
        elif kind == b"tRNS":
            if (transparent := samples.read_transparent(content)) is not None:
                kept.append(make_chunk(kind, transparent))
        elif len(content) >= _PLAIN.get(kind, len(content) + 1):
            kept.append(whole)
        else:
            found.take(kind, content)
    samples.check_palette()
    return Sorted(b"".join(kept), found.info())


def _put_right(whole: bytes, samples: SampleChunks) -> bytes:
    """Return a critical chunk as it is to be passed on: a damaged one as it is, for the decoder to refuse."""
    kind, content = whole[4:8], whole[8:-4]
    if kind not in SampleChunks.CRITICAL or whole[-4:] != _checksum(kind, content):
        return whole
    return make_chunk(kind, samples.read(kind, content))


class _Metadata:
    """What is found in ancillary chunks."""

    def __init__(self) -> None:
        self.removed: list[Removed] = []
        self._texts = Texts()
        self._colours: dict[bytes, bytes] = {}
        self._exif: bytes | None = None
        self._frames = 0
        self._in_animation: bool | None = None

    def begin(self) -> None:
        """Begin the picture, which is a frame of an animation if one was announced before."""
        if self._in_animation is None:
            self._in_animation = self._frames > 0

    def take(self, kind: bytes, content: bytes) -> None:
        if kind in KINDS:
            self._texts.read(kind, content)
        elif kind in png_colours.CHUNKS:
            self._colours.setdefault(kind, content)
        elif kind == _EXIF and self._exif is None:
            self._exif = exif.PREFIX + content
        elif kind == _FRAME_CONTROL:
            self._frames += 1
        elif kind in _PLAIN:
            self.removed.append(_damaged(kind))
        else:
            self.removed += _NAMES.get(kind, (data_in(kind.decode()),))

    def info(self) -> dict[str, Any]:
        """Sum up: what has a chunk of its own counts before what is wrapped in texts."""
        texts = self._texts.choose()
        profile = self._read_profile() or self._texts.wrapped.pop("icc_profile", None)
        shown = png_colours.make_profile(self._colours, profile)
        if profile is not None and shown != profile:
            self.removed.append(_OUTDONE)
        return {
            **self._texts.wrapped,
            **({} if self._exif is None else {"exif": self._exif}),
            "icc_profile": shown,
            "texts": texts,
            "colours": png_colours.select(self._colours),
            "removed": tuple(dict.fromkeys((*self.removed, *self._name_frames(), *self._texts.removed))),
        }

    def _name_frames(self) -> tuple[Removed, ...]:
        if self._in_animation:
            return (frames(self._frames),) if self._frames > 1 else ()
        return (animation(self._frames),) if self._frames else ()

    def _read_profile(self) -> bytes | None:
        """Return the profile of an ``iCCP`` chunk: its name, a zero, the method 0, the profile compressed."""
        if _PROFILE not in self._colours:
            return None
        _, _, packed = self._colours.pop(_PROFILE).partition(b"\0")
        profile = inflate(packed[1:], _PROFILE_LIMIT) if packed[:1] == b"\0" else None
        if profile is None:
            self.removed.append(UNREADABLE_PROFILE)
        return profile


def find_chunk(data: bytes, kind: bytes) -> bytes | None:
    """Return the content of the first chunk of a kind that is whole and has the right checksum."""
    for found, whole in read_chunks(data):
        if found == kind and len(whole) >= _FRAME and whole[-4:] == _checksum(kind, whole[8:-4]):
            return whole[8:-4]
    return None


def read_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each chunk's kind and its bytes from length to checksum; of a cut-off one, what is there.

    What does not look like a chunk comes as one of no kind, and what follows the last one as `_TRAILER`.
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
        at += _FRAME + length
        if kind == b"IEND":
            yield _TRAILER, data[at:]
            return


def _checksum(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(content, zlib.crc32(kind)))


def make_chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk with its length and checksum."""
    return struct.pack(">I", len(content)) + kind + content + _checksum(kind, content)


def _damaged(kind: bytes) -> Removed:
    return Removed(f"a damaged {kind.decode()} chunk", f"损坏的 {kind.decode()} 块")
