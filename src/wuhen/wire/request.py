"""An HTTP request as the protocol sees it, and which of its five forms it has.

Nothing here trusts the request: how it is signed, and how large it may be, is read from method and headers
alone, so a server can refuse a body before it takes the first byte of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from . import failures
from .errors import ApiError


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One HTTP request, unparsed.

    Parameters
    ----------
    method
        In upper case.
    path
        Without the query.
    query
        The bytes after `?`, untouched: they are signed as sent.
    headers
        Names in lower case; values with each byte as one character (Latin-1), in the order received.
    body
        Empty for a request of which only the head has been read.
    """

    method: str
    path: str = "/"
    query: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    _values: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        values: dict[str, tuple[str, ...]] = {}
        for name, value in self.headers:
            values[name] = (*values.get(name, ())[:1], value)
        object.__setattr__(self, "_values", values)

    @classmethod
    def from_raw(
        cls,
        method: str,
        path: str,
        query: bytes,
        headers: Iterable[tuple[bytes, bytes]],
        body: bytes = b"",
    ) -> Self:
        """Return the request for headers as a server hands them out: pairs of bytes."""
        decoded = ((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers)
        return cls(method, path, query, tuple(decoded), body)

    def header(self, name: str) -> str | None:
        """Return the value of a header without the spaces around it, or None when it is absent.

        Parameters
        ----------
        name
            In any case; an error spells it as given here.

        Raises
        ------
        ApiError
            `InvalidParameter` when the header is there twice: two parties could read it differently.
        """
        values = self.values(name)
        if len(values) > 1:
            raise failures.REPEATED(name=name)
        return values[0].strip(" \t") if values else None

    def values(self, name: str) -> tuple[str, ...]:
        """Return the first two values of a header, by its name in any case; a third would change nothing."""
        return self._values.get(name.lower(), ())


class Form(StrEnum):
    """The five ways official clients send a call."""

    JSON = "tc3-post-json"
    QUERY = "tc3-get"
    MULTIPART = "tc3-post-multipart"
    V1_FORM = "v1-post"
    V1_QUERY = "v1-get"

    @property
    def is_v1(self) -> bool:
        """Whether the call is signed with signature v1, its common parameters among the others."""
        return self in {Form.V1_FORM, Form.V1_QUERY}


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a request may be, in bytes.

    The vendor documents 10 MB for POST with TC3, yet allows two fields of up to 6 MB each; the default lets
    such a call pass.

    Parameters
    ----------
    get
        A whole GET request: request line, headers and body.
    v1_post
        The body of a POST with signature v1.
    tc3_post
        The body of a POST with TC3-HMAC-SHA256.
    """

    get: int = 32 * 1024
    v1_post: int = 1024 * 1024
    tc3_post: int = 13 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much body a server may take for a request, and what to answer when there is more.

    Parameters
    ----------
    size
        Bytes.
    excess
        The error of a body larger than `size`.
    """

    size: int
    excess: ApiError


def media_type(content_type: str) -> str:
    """Return a content type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def detect_form(request: HttpRequest) -> Form:
    """Return the form of a request, judged by its head.

    An `Authorization` header of any kind makes it a TC3 request, its absence a request with signature v1.

    Raises
    ------
    ApiError
        `UnsupportedProtocol` when method, path or content type belong to no form.
    """
    if request.method not in {"GET", "POST"}:
        raise failures.UNSUPPORTED_METHOD()
    if request.path not in {"", "/"}:
        raise failures.UNSUPPORTED_PATH(path=request.path)
    is_v1 = request.header("Authorization") is None
    if request.method == "GET":
        return Form.V1_QUERY if is_v1 else Form.QUERY
    content_type = media_type(request.header("Content-Type") or "")
    if is_v1:
        if content_type != "application/x-www-form-urlencoded":
            raise failures.UNSUPPORTED_V1_CONTENT_TYPE(content_type=content_type)
        return Form.V1_FORM
    match content_type:
        case "application/json":
            return Form.JSON
        case "multipart/form-data":
            return Form.MULTIPART
        case _:
            raise failures.UNSUPPORTED_CONTENT_TYPE(content_type=content_type)


def allowance(head: HttpRequest, limits: Limits) -> Allowance:
    """Return how much body may be read after `head`; of a body already in it nothing is assumed.

    A request whose head is already wrong is allowed no body, and the error says what is wrong with the head.
    """
    try:
        form = detect_form(head)
    except ApiError as error:
        return Allowance(0, error)
    match form:
        case Form.QUERY | Form.V1_QUERY:
            room = max(0, limits.get - _head_size(head))
            return Allowance(room, failures.REQUEST_TOO_LARGE(limit=limits.get))
        case Form.V1_FORM:
            return Allowance(limits.v1_post, failures.V1_REQUEST_TOO_LARGE())
        case Form.JSON | Form.MULTIPART:
            return Allowance(limits.tc3_post, failures.REQUEST_TOO_LARGE(limit=limits.tc3_post))


def check_size(request: HttpRequest, limits: Limits) -> None:
    """Refuse a request that is larger than its form allows.

    Raises
    ------
    ApiError
        `RequestSizeLimitExceeded`; for a POST with signature v1 `AuthFailure.SignatureFailure`, as the vendor
        has it.
    """
    allowed = allowance(request, limits)
    too_long_head = request.method == "GET" and _head_size(request) > limits.get
    if too_long_head or len(request.body) > allowed.size:
        raise allowed.excess


def _head_size(request: HttpRequest) -> int:
    """Return the bytes of request line and headers as HTTP/1.1 writes them."""
    line = len(f"{request.method} {request.path} HTTP/1.1\r\n") + (
        len(request.query) + 1 if request.query else 0
    )
    return line + sum(len(name) + len(value) + 4 for name, value in request.headers) + 2
