"""Reading a request up to the point where somebody's key is needed.

A claim is what a request says of itself, nothing of it proven: who signed it, when, and what it asks for.
It is kept apart from verification so that a server can look the key up, asynchronously, between the two.
"""

import re
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from . import failures
from .errors import ApiError, make_printable
from .forms import Pair, parse_form
from .message import Language
from .request import Form, HttpRequest, Limits, check_size, detect_form
from .tc3 import Authorization, parse_authorization, utc_date
from .v1 import SIGNATURE_FIELD, SignatureMethod

CLOCK_TOLERANCE: Final = 300
"""Seconds by which a client's clock may differ from ours, either way."""

_REQUIRED_HEADERS: Final = ("Action", "Timestamp", "Version")
_REQUIRED_FIELDS: Final = ("Timestamp", "Nonce", "Action", "Version", "SecretId", "Signature")
_COMMON_FIELDS: Final = frozenset(
    {*_REQUIRED_FIELDS, "Region", "SignatureMethod", "Token", "Language", "RequestClient"},
)
_UNSIGNED: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_SECRET_ID: Final = re.compile(r"[!-~]{1,256}")


@dataclass(frozen=True, slots=True)
class V1Proof:
    """What a request with signature v1 offers as proof.

    Parameters
    ----------
    method
        Algorithm of the signature.
    signature
        Base64, without the line end that some clients add.
    fields
        All parameters, as signed.
    """

    method: SignatureMethod
    signature: str = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)


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
    fields
        Parameters of the action, for the forms of signature v1; other forms are parsed once they are proven.
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
    fields: tuple[Pair, ...] = field(repr=False)
    request_client: str | None


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
    pairs: tuple[Pair, ...]

    def label(self, name: str) -> str:
        return name

    def get(self, name: str) -> str | None:
        values = [value for key, value in self.pairs if key == name]
        if len(values) > 1:
            raise failures.REPEATED(name=name)
        return (values[0] or None) if values else None

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
    names = [value for key, value in request.headers if key == "x-tc-language"]
    if not any(key == "authorization" for key, _ in request.headers):
        form = request.query if request.method == "GET" else request.body
        named = next((piece for piece in form.split(b"&") if piece.startswith(b"Language=")), b"")
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
    for name in authorization.signed_headers:
        if request.header(name) is None:
            raise failures.AUTHORIZATION_HEADER_ABSENT(name=name)
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
        fields=(),
        request_client=_request_client(common),
    )


def _read_v1(request: HttpRequest, form: Form, now: float) -> Claim:
    pairs = parse_form(request.query if form is Form.V1_QUERY else request.body)
    common = _Fields(pairs)
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
        # A name without `=` is signed as a blank value.
        fields=tuple((name, value or "") for name, value in pairs if name != SIGNATURE_FIELD),
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
        fields=tuple(pair for pair in pairs if pair[0] not in _COMMON_FIELDS),
        request_client=_request_client(common),
    )


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
