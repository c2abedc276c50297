"""Pictures as calls bring them: bytes, base64 text, or what a URL answered."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import TypeAlias

from wuhen.action.failures import (
    BASE64_BROKEN,
    BASE64_TOO_LONG,
    URL_ANSWER_UNKNOWN,
    translate_errors,
)
from wuhen.action.kinds import KINDS
from wuhen.action.limits import PictureLimits, megabytes, name_formats
from wuhen.photo import UnknownFormat, image_format
from wuhen.wire import Message

__all__ = ["Downloaded", "Encoded", "PictureData", "bytes_of"]

_DATA_URI = re.compile(r"data:[^,]{0,256},", re.ASCII | re.IGNORECASE)
_LINE_BREAKS = str.maketrans("", "", " \t\r\n")


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
            raise BASE64_BROKEN(what=what, reason="it has characters outside ASCII") from None
        except binascii.Error as error:
            raise BASE64_BROKEN(what=what, reason=str(error).rstrip(".")) from None


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
