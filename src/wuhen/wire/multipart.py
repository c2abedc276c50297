"""Strict reading of `multipart/form-data` bodies.

The standard library reads MIME by lines and so cannot be trusted with binary parts. What official clients
write is a small, fixed subset of RFC 7578, and a body that strays from it is refused rather than guessed at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from . import failures
from .body import parse_json
from .forms import Binary, Text

MAX_PARTS: Final = 256
MAX_PART_HEAD_BYTES: Final = 4096

_NAME: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER: Final = re.compile(
    rf';\s*(?P<name>{_NAME})=(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s;"]+))\s*'
)
_BOUNDARY: Final = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body.

    Parameters
    ----------
    name
        Name of the parameter.
    file_name
        None for a part that is no file.
    content_type
        As sent, empty when there is none.
    content
        The bytes of the part.
    """

    name: str
    file_name: str | None
    content_type: str
    content: bytes = field(repr=False)


def multipart_leaves(content_type: str, body: bytes) -> Iterator[tuple[str, object]]:
    """Yield the parameters of a multipart body for `unflatten`.

    A part of type `application/json` is a structure; a file, or a part of another binary type, is raw bytes;
    everything else is text.

    Raises
    ------
    ApiError
        `InvalidRequest` for a malformed body, `InvalidParameter` for a part whose JSON or UTF-8 is broken.
    """
    for part in parse_multipart(content_type, body):
        yield part.name, _leaf(part)


def _leaf(part: Part) -> object:
    kind = part.content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return parse_json(part.content, failures.INVALID_JSON_PARAMETER(name=part.name))
    if part.file_name is not None or kind not in {"", "text/plain"}:
        return Binary(part.content)
    return Text(part.content.decode("utf-8", "surrogateescape"))


def parse_multipart(content_type: str, body: bytes) -> list[Part]:
    """Split a multipart body into its parts.

    Parameters
    ----------
    content_type
        Value of the request's `Content-Type`, which names the boundary.
    body
        An empty one has no parts: that is what the Python client sends for a call without parameters.

    Raises
    ------
    ApiError
        `InvalidRequest`, saying what is malformed.
    """
    boundary = _parameters(content_type).get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise failures.MULTIPART_BOUNDARY()
    if not body:
        return []
    delimiter = b"\r\n--" + boundary.encode("ascii")
    opening, *sections = (b"\r\n" + body).split(delimiter, MAX_PARTS + 2)
    if len(sections) > MAX_PARTS + 1:
        raise failures.MULTIPART_TOO_MANY(limit=MAX_PARTS)
    if opening or not sections or sections[-1] not in {b"--", b"--\r\n"}:
        raise failures.MULTIPART_FRAMING()
    return [_part(section) for section in sections[:-1]]


def _part(section: bytes) -> Part:
    if not section.startswith(b"\r\n"):
        raise failures.MULTIPART_FRAMING()
    end = section.find(b"\r\n\r\n", 0, MAX_PART_HEAD_BYTES)
    if end < 0:
        raise failures.MULTIPART_PART(limit=MAX_PART_HEAD_BYTES)
    headers = _headers(section[2:end].decode("utf-8", "replace"))
    if (encoding := headers.get("content-transfer-encoding", "binary").lower()) not in {
        "binary",
        "8bit",
        "7bit",
    }:
        raise failures.MULTIPART_ENCODING(encoding=encoding)
    disposition = headers.get("content-disposition", "")
    parameters = _parameters(disposition)
    if disposition.partition(";")[0].strip().lower() != "form-data" or "name" not in parameters:
        raise failures.MULTIPART_PART(limit=MAX_PART_HEAD_BYTES)
    return Part(
        name=parameters["name"],
        file_name=parameters.get("filename"),
        content_type=headers.get("content-type", ""),
        content=section[end + 4 :],
    )


def _headers(head: str) -> dict[str, str]:
    lines = (line.partition(":") for line in head.split("\r\n"))
    return {name.strip().lower(): value.strip() for name, _, value in lines}


def _parameters(value: str) -> dict[str, str]:
    """Return the parameters of a header value such as `form-data; name="Mask"`."""
    found: dict[str, str] = {}
    start = max(value.find(";"), 0)
    while match := _PARAMETER.match(value, start):
        quoted = match["quoted"]
        found[match["name"].lower()] = match["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        start = match.end()
    return found
