"""Reading a request up to the point where somebody's key is needed.

A claim is what a request says of itself, nothing of it proven: who signed it, when, and what it asks for.
It is kept apart from verification so that a server can look the key up, asynchronously, between the two.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from . import failures
from .errors import ApiError, make_printable
from .forms import Pair, decode, parse_form, split_form
from .message import Language
from .request import Form, HttpRequest, Limits, check_size, detect_form
from .tc3 import MAX_SIGNED_BYTES, Authorization, parse_authorization, utc_date
from .v1 import SIGNATURE_FIELD, SignatureMethod

CLOCK_TOLERANCE: Final = 300
"""Seconds by which a client's clock may differ from ours, either way."""

MAX_COMMON_BYTES: Final = 8 * 1024
"""Bytes that the names of a form's parameters and the values of the common ones may have together, encoded.

So much is decoded to find out whose key the request names; a token, the longest of them, may have some
4 KB."""

_REQUIRED_HEADERS: Final = ("Action", "Timestamp", "Version")
_REQUIRED_FIELDS: Final = ("Timestamp", "Nonce", "Action", "Version", "SecretId", "Signature")
_COMMON_FIELDS: Final = frozenset(
    {*_REQUIRED_FIELDS, "Region", "SignatureMethod", "Token", "Language", "RequestClient"},
)
_UNSIGNED: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_SECRET_ID: Final = re.compile(r"[!-~]{1,256}")

_NamedPair: TypeAlias = tuple[str, bytes | None]
"""A name and its value, still encoded; None when the name stands there without `=`."""


@dataclass(frozen=True, slots=True)
class V1Proof:
    """What a request with signature v1 offers as proof.

    Parameters
    ----------
    method
        Algorithm of the signature.
    signature
        Base64, without the line end that some clients add.
    encoded
        All parameters but the signature, their values still encoded; one without `=` is signed as blank.
    """

    method: SignatureMethod
    signature: str = field(repr=False)
    encoded: tuple[tuple[str, bytes], ...] = field(repr=False)

    def fields(self) -> list[tuple[str, str]]:
        """Return all parameters, as signed."""
        return [(name, decode(value)) for name, value in self.encoded]


Proof: TypeAlias = Authorization | V1Proof


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of itself.

    Parameters
    ----------
    request
        The request it was read from. Where that was a head alone, put the whole request in its place before
        the claim is verified.
    form
        How it was sent.
    action, version
        What it asks for.
    region
        None when it names none.
    language
        Language of the answer's texts.
    timestamp
        Unix seconds at which it was signed; already found to be close enough to now.
    secret_id
        Whose key it is said to be signed with.
    token
        Token of a temporary credential, None when there is none.
    proof
        The signature and what it covers.
    encoded
        Parameters of the action, for the forms of signature v1, their values still encoded; other forms are
        parsed once they are proven.
    request_client
        What the client calls itself, for logs; made printable.
    """

    request: HttpRequest
    form: Form
    action: str
    version: str
    region: str | None
    language: Language
    timestamp: int
    secret_id: str
    token: str | None = field(repr=False)
    proof: Proof = field(repr=False)
    encoded: tuple[_NamedPair, ...] = field(repr=False)
    request_client: str | None

    def fields(self) -> tuple[Pair, ...]:
        """Return the parameters of the action, decoded, for the forms of signature v1."""
        return tuple((name, None if value is None else decode(value)) for name, value in self.encoded)


class _Common(Protocol):
    """Common parameters, wherever a form keeps them."""

    def label(self, name: str) -> str:
        """Return what an error calls the parameter."""

    def get(self, name: str) -> str | None:
        """Return its value, None when it is absent or blank."""

    def missing(self, name: str) -> ApiError:
        """Return the error of its absence."""


@dataclass(frozen=True, slots=True)
class _Headers:
    request: HttpRequest

    def label(self, name: str) -> str:
        return f"X-TC-{name}"

    def get(self, name: str) -> str | None:
        return self.request.header(self.label(name)) or None

    def missing(self, name: str) -> ApiError:
        return failures.MISSING_HEADER(name=self.label(name))


@dataclass(frozen=True, slots=True)
class _Fields:
    encoded: Mapping[str, Sequence[bytes | None]]

    def label(self, name: str) -> str:
        return name

    def get(self, name: str) -> str | None:
        values = self.encoded.get(name, (None,))
        if len(values) > 1:
            raise failures.REPEATED(name=name)
        return decode(values[0] or b"") or None

    def missing(self, name: str) -> ApiError:
        return failures.MISSING_PARAMETER(name=name)


def read(
    request: HttpRequest, *, now: float, limits: Limits | None = None, service: str | None = None
) -> Claim:
    """Read what a request claims.

    Checked in this order: method, path and content type; size; presence of the common parameters; their form;
    the clock; the form of the signature.

    Parameters
    ----------
    request
        The whole request; for all forms but `Form.V1_FORM` the head is enough.
    now
        Unix seconds.
    limits
        Size limits, the vendor's when None.
    service
        Service that the credential scope must name. None accepts any: several clients take the first label
        of the endpoint for it, which is meaningless for a server of one's own.

    Raises
    ------
    ApiError
        For the first check that fails.
    """
    form = detect_form(request)
    check_size(request, limits or Limits())
    if form.is_v1:
        return _read_v1(request, form, now)
    return _read_tc3(request, form, now, service)


def read_language(request: HttpRequest) -> Language:
    """Return the language in which to answer a request, however broken it is."""
    names = list(request.values("X-TC-Language"))
    if not request.values("Authorization"):
        form = b"&" + (request.query if request.method == "GET" else request.body)
        if (start := form.find(b"&Language=")) >= 0:
            named = form[start + 1 : start + 64].partition(b"&")[0]
            names += [value or "" for _, value in parse_form(named)]
    for name in names:
        if name in set(Language):
            return Language(name)
    return Language.ENGLISH


def _read_tc3(request: HttpRequest, form: Form, now: float, service: str | None) -> Claim:
    common = _Headers(request)
    action, _, version = _require(common, _REQUIRED_HEADERS)
    language = _language(common)
    timestamp = _timestamp(common)
    _check_clock(timestamp, now)
    authorization = parse_authorization(request.header("Authorization") or "")
    _check_scope(authorization, timestamp, service)
    _check_signed_headers(request, authorization)
    return Claim(
        request=request,
        form=form,
        action=action,
        version=version,
        region=common.get("Region"),
        language=language,
        timestamp=timestamp,
        secret_id=_secret_id(authorization.secret_id),
        token=common.get("Token"),
        proof=authorization,
        encoded=(),
        request_client=_request_client(common),
    )


def _read_v1(request: HttpRequest, form: Form, now: float) -> Claim:
    pairs = _named(request.query if form is Form.V1_QUERY else request.body)
    values: dict[str, list[bytes | None]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    common = _Fields(values)
    _, nonce, action, version, secret_id, signature = _require(common, _REQUIRED_FIELDS)
    language = _language(common)
    timestamp = _timestamp(common)
    if not _UNSIGNED.fullmatch(nonce):
        raise failures.NONCE_TYPE()
    _check_clock(timestamp, now)
    proof = V1Proof(
        method=_signature_method(common),
        # Ruby's base64 ends in a line end, which it sends along.
        signature=signature.strip(),
        encoded=tuple((name, value or b"") for name, value in pairs if name != SIGNATURE_FIELD),
    )
    return Claim(
        request=request,
        form=form,
        action=action,
        version=version,
        region=common.get("Region"),
        language=language,
        timestamp=timestamp,
        secret_id=_secret_id(secret_id),
        token=common.get("Token"),
        proof=proof,
        encoded=tuple(pair for pair in pairs if pair[0] not in _COMMON_FIELDS),
        request_client=_request_client(common),
    )


def _named(form: bytes) -> tuple[_NamedPair, ...]:
    """Split a form and decode the names in it.

    Raises
    ------
    ApiError
        They and the common parameters are longer than they may be: `RequestSizeLimitExceeded`.
    """
    encoded = split_form(form)
    size = sum(len(name) for name, _ in encoded)
    if size <= MAX_COMMON_BYTES:
        pairs = tuple((decode(name), value) for name, value in encoded)
        size += sum(len(value) for name, value in pairs if value and name in _COMMON_FIELDS)
        if size <= MAX_COMMON_BYTES:
            return pairs
    raise failures.COMMON_TOO_LONG(limit=MAX_COMMON_BYTES)


def _check_signed_headers(request: HttpRequest, authorization: Authorization) -> None:
    size = 0
    for name in authorization.signed_headers:
        if (value := request.header(name)) is None:
            raise failures.AUTHORIZATION_HEADER_ABSENT(name=name)
        size += len(value)
    if size > MAX_SIGNED_BYTES:
        raise failures.AUTHORIZATION_SIGNED_TOO_LONG(limit=MAX_SIGNED_BYTES)


def _require(common: _Common, names: tuple[str, ...]) -> list[str]:
    values = []
    for name in names:
        if (value := common.get(name)) is None:
            raise common.missing(name)
        values.append(value)
    return values


def _language(common: _Common) -> Language:
    name = common.get("Language") or Language.ENGLISH
    if name not in set(Language):
        raise failures.INVALID_VALUE(name=common.label("Language"))
    return Language(name)


def _timestamp(common: _Common) -> int:
    text = common.get("Timestamp") or ""
    if not _UNSIGNED.fullmatch(text):
        raise failures.WRONG_TYPE(name=common.label("Timestamp"), type="int64")
    return int(text)


def _check_clock(timestamp: int, now: float) -> None:
    if abs(now - timestamp) > CLOCK_TOLERANCE:
        raise failures.SIGNATURE_EXPIRE()


def _check_scope(authorization: Authorization, timestamp: int, service: str | None) -> None:
    if authorization.date != (date := utc_date(timestamp)):
        raise failures.AUTHORIZATION_DATE(date=date)
    if service is not None and authorization.service != service:
        raise failures.AUTHORIZATION_SERVICE()


def _signature_method(common: _Common) -> SignatureMethod:
    name = common.get("SignatureMethod") or SignatureMethod.SHA1
    if name not in set(SignatureMethod):
        raise failures.INVALID_VALUE(name=common.label("SignatureMethod"))
    return SignatureMethod(name)


def _secret_id(text: str) -> str:
    """Return a secret id that is safe to look up and to log."""
    if not _SECRET_ID.fullmatch(text):
        raise failures.INVALID_SECRET_ID()
    return text


def _request_client(common: _Common) -> str | None:
    name = common.get("RequestClient")
    return None if name is None else make_printable(name)
