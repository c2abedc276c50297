"""Pictures as calls bring them: bytes, base64 text, or what a URL answered."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from wuhen.action.failures import BASE64_BROKEN, BASE64_TOO_LONG, URL_ANSWER_UNKNOWN
from wuhen.action.kinds import KINDS
from wuhen.action.limits import PictureLimits, megabytes, name_formats
from wuhen.action.translation import translate_errors
from wuhen.photo import Extent, UnknownFormat, image_format, read_extent
from wuhen.wire import Message

__all__ = ["Downloaded", "Encoded", "PictureData", "bytes_of", "extent_of", "size_of"]

_DATA_URI = re.compile(r"data:[^,]{0,256},", re.ASCII | re.IGNORECASE)
_LINE_BREAKS = str.maketrans("", "", " \t\r\n")
_NOT_ASCII: Final = Message("it has characters outside ASCII", "含有 ASCII 以外的字符")
# Of what the decoder says, a part that tells one mistake from another; it says little of anything else.
_BROKEN: Final = {
    "number of data characters": "长度不正确",
    "padding": "末尾的填充（=）不正确",
}
_BROKEN_HEAD = 1 << 16
"""Characters of a text in lines that are looked at to tell a picture's extent."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as base64 text, decoded where hostile bytes may be looked at: in the worker."""

    text: str = field(repr=False)

    @property
    def size(self) -> int:
        """How many bytes it holds in memory, or a little more."""
        return len(self.text)

    def decode(self, what: Message, limit: int) -> bytes:
        """Return the bytes. A data-URI prefix and line breaks are tolerated.

        Parameters
        ----------
        what
            What messages call the picture.
        limit
            What the base64 must be shorter than, in bytes.

        Raises
        ------
        ApiError
            The text is too long or is not base64.
        """
        text = self.text
        if text[:5].lower() == "data:" and (prefix := _DATA_URI.match(text)):
            text = text[prefix.end() :]
        text = text.translate(_LINE_BREAKS)
        if len(text) >= limit:
            raise BASE64_TOO_LONG(what=what, given=len(text), limit=limit, text=megabytes(limit))
        try:
            return base64.b64decode(text.encode("ascii"), validate=True)
        except UnicodeEncodeError:
            raise BASE64_BROKEN(what=what, reason=_NOT_ASCII) from None
        except binascii.Error as error:
            raise BASE64_BROKEN(what=what, reason=_broken(error)) from None


def _broken(error: binascii.Error) -> Message:
    text = str(error).rstrip(".")
    zh = next((zh for part, zh in _BROKEN.items() if part in text.lower()), "含有 Base64 以外的字符")
    return Message(text, zh)


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What a URL answered, and of what media type the server says it is."""

    data: bytes = field(repr=False)
    claimed: str = ""

    @property
    def size(self) -> int:
        """How many bytes it holds in memory."""
        return len(self.data)

    def decode(self, what: Message, formats: tuple[str, ...]) -> bytes:
        """Return the bytes.

        Raises
        ------
        ApiError
            They are no picture of these formats: a page, say, that tells of an error with status 200.
        """
        self.format(what, formats)
        return self.data

    def format(self, what: Message, formats: tuple[str, ...]) -> str:
        """Return the format of the picture; raises what `decode` does."""
        with translate_errors(what):
            try:
                return image_format(self.data, formats)
            except UnknownFormat as error:
                claim = Message("", "")
                if self.claimed:
                    claim = Message(f" (Content-Type: {self.claimed})", f"（Content-Type：{self.claimed}）")
                raise URL_ANSWER_UNKNOWN(
                    what=what, found=KINDS[error.found], claim=claim, formats=name_formats(error.formats)
                ) from error


PictureData: TypeAlias = bytes | Encoded | Downloaded
"""A picture as a file, as it was sent, or as it was downloaded."""


def bytes_of(picture: PictureData, what: Message, limits: PictureLimits) -> bytes:
    """Return a picture's file, which messages call `what`.

    Raises
    ------
    ApiError
        The text is too long or is not base64, or it is no picture of the formats that are taken.
    """
    if isinstance(picture, Downloaded):
        return picture.decode(what, limits.formats)
    file = picture.decode(what, limits.base64) if isinstance(picture, Encoded) else picture
    with translate_errors(what):
        image_format(file, limits.formats)
    return file


def extent_of(picture: PictureData, limits: PictureLimits) -> Extent | None:
    """Return what the head of a picture's file says of its extent, at next to no cost.

    The file is not opened, nor is more of a base64 text decoded than is looked at. It is None where the head
    says nothing, or that there are more pixels than are taken: such a picture costs nothing but a refusal.
    """
    if isinstance(picture, Encoded):
        found = read_extent(_Text(picture.text).read)
    else:
        file = picture.data if isinstance(picture, Downloaded) else picture
        found = read_extent(lambda at, count: file[at : at + count])
    return None if found is None or found.pixels > limits.size.pixels else found


class _Text:
    """The bytes of a base64 text, each part of which can be found without what is before it."""

    def __init__(self, text: str) -> None:
        prefix = _DATA_URI.match(text) if text[:5].lower() == "data:" else None
        self._start, self._text = prefix.end() if prefix else 0, text
        head = text[self._start : self._start + 128]
        if head != head.translate(_LINE_BREAKS):
            # In lines, as some programs write it.
            self._text, self._start = (
                text[self._start : self._start + _BROKEN_HEAD].translate(_LINE_BREAKS),
                0,
            )

    def read(self, at: int, count: int) -> bytes:
        """Return so many bytes from a place on, fewer where the text ends, or is none of base64."""
        begin = self._start + at // 3 * 4
        part = self._text[begin : begin + (count + at % 3 + 2) // 3 * 4]
        try:
            return base64.b64decode(part[: len(part) // 4 * 4], validate=True)[at % 3 :][:count]
        except ValueError:
            return b""


def size_of(picture: PictureData | None) -> int:
    """Return the bytes of a picture, or a little more; of none, 0."""
    if picture is None:
        return 0
    return len(picture) if isinstance(picture, bytes) else picture.size
