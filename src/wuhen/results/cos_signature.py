"""The request signature of Tencent Cloud's object store (COS XML API, document 436/7778).

The cloud answers with the URL of a result in this form, so clients know it, and the store's own SDK can check
it. Signing and verifying share every step here. Pure: the time is passed in.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes

from wuhen.results.refusal import ResultRefused

CLOCK_LEEWAY = 60
"""Seconds by which a signature's start may lie ahead, since the clocks of two machines differ."""

MAX_QUERY_LENGTH = 2048
"""Characters of a query that is looked at. URLs that are handed out have some 300, `%3B` and all."""
MAX_PARAMETERS = 32
MAX_HOST_LENGTH = 300
"""Characters; names in the DNS have up to 253."""

_FIELDS = (
    "q-sign-algorithm",
    "q-ak",
    "q-sign-time",
    "q-key-time",
    "q-header-list",
    "q-url-param-list",
    "q-signature",
)
_TOKEN = "x-cos-security-token"  # noqa: S105 - a parameter's name
_TIME = re.compile(r"([0-9]{1,12});([0-9]{1,12})")

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The pair that signs the URLs of results."""

    secret_id: str
    secret_key: str = field(repr=False)


def encode(text: str) -> str:
    """Percent-encode all but letters, digits and ``-_.~``, in upper-case hex, as the signature demands."""
    return quote(text, safe="-_.~", errors="replace")


def sign_key(secret_key: str, key_time: str) -> str:
    """Derive the key that signs within one span of time, as the hex text that the next step uses as it is."""
    return _hmac(secret_key, key_time)


def http_string(method: str, path: str, parameters: Pairs = (), headers: Pairs = ()) -> str:
    """Return the canonical form of a request.

    Parameters
    ----------
    method
        HTTP method in any case.
    path
        Decoded path, from its leading slash on.
    parameters, headers
        Decoded names and values of what is signed, in any order and case of name.
    """
    return f"{method.lower()}\n{path}\n{_join(parameters)}\n{_join(headers)}\n"


def signature(secret_key: str, sign_time: str, key_time: str, request: str) -> str:
    """Sign a canonical request (`http_string`); the times are texts ``start;end`` in Unix seconds."""
    digest = hashlib.sha1(request.encode(errors="replace"), usedforsecurity=False).hexdigest()
    return _hmac(sign_key(secret_key, key_time), f"sha1\n{sign_time}\n{digest}\n")


def presigned_query(
    key: SigningKey, *, method: str, path: str, host: str, start: int, lifetime: int, token: str | None = None
) -> str:
    """Return the query that lets anyone send one request for a while.

    Only the host is signed beside method and path, and the token where there is one. Order, raw semicolons
    and the absence of a token are those of the URLs that the cloud hands out.

    Parameters
    ----------
    key
        The pair to sign with.
    method, path, host
        The request; `host` as the client will send it, with a port that is not the scheme's own.
    start, lifetime
        Unix time from which the URL is valid and for how many seconds.
    token
        What belongs to a pair that is good for some time only.
    """
    time = f"{start};{start + lifetime}"
    beside = [(_TOKEN, token)] if token else []
    signed = signature(key.secret_key, time, time, http_string(method, path, beside, [("host", host)]))
    values = ("sha1", encode(key.secret_id), time, time, "host", _names(beside), signed)
    pairs = [*zip(_FIELDS, values, strict=True), *((name, encode(value)) for name, value in beside)]
    return "&".join(f"{name}={value}" for name, value in pairs)


def verify(
    key: SigningKey,
    *,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    now: float,
) -> None:
    """Check the signature in a request's query.

    Stricter than the store in one point: a parameter that is not signed is refused, so that no change of a
    handed-out URL's query goes unnoticed. Escaping is not a change: ``%3B`` and ``;`` are the same.

    Parameters
    ----------
    key
        The pair that must have signed.
    method, path, query
        The request; the path decoded, the query as received, without its question mark.
    headers
        Received headers by lower-case name.
    now
        Unix time in seconds.

    Raises
    ------
    ResultRefused
        If the signature is absent, malformed, not ours, not of this request, too late or too early.
    """
    if len(query) > MAX_QUERY_LENGTH or query.count("&") >= MAX_PARAMETERS:
        raise ResultRefused.unsigned()
    given = _parse(query)
    fields = {name: given.pop(name, None) for name in _FIELDS}
    if any(value is None for value in fields.values()):
        raise ResultRefused.unsigned()
    algorithm, signer, sign_time, key_time, header_list, parameter_list, proof = (
        value or "" for value in fields.values()
    )
    span = _TIME.fullmatch(sign_time)
    if algorithm != "sha1" or span is None or _TIME.fullmatch(key_time) is None:
        raise ResultRefused.unsigned()
    if signer != key.secret_id:
        raise ResultRefused.unknown_signer()
    signed_headers = [(name, headers[name]) for name in header_list.split(";") if name in headers]
    if _names(signed_headers) != header_list or _names(given.items()) != parameter_list:
        raise ResultRefused.mismatch()
    request = http_string(method, path, given.items(), signed_headers)
    expected = signature(key.secret_key, sign_time, key_time, request)
    if not hmac.compare_digest(expected.encode(), proof.encode()):
        raise ResultRefused.mismatch()
    if now > int(span[2]):
        raise ResultRefused.expired()
    if now < int(span[1]) - CLOCK_LEEWAY:
        raise ResultRefused.not_yet_valid()


def _parse(query: str) -> dict[str, str]:
    """Decode a query; a name that comes twice or an escape that is not UTF-8 makes it no signed one."""
    parsed: dict[str, str] = {}
    for part in query.split("&") if query else ():
        name, _, value = part.partition("=")
        try:
            name, value = (unquote_to_bytes(text).decode() for text in (name, value))
        except UnicodeError:
            raise ResultRefused.unsigned() from None
        if name in parsed:
            raise ResultRefused.unsigned()
        parsed[name] = value
    return parsed


def _canonical(pairs: Pairs) -> list[tuple[str, str]]:
    return sorted((encode(name).lower(), encode(value)) for name, value in pairs)


def _join(pairs: Pairs) -> str:
    return "&".join(f"{name}={value}" for name, value in _canonical(pairs))


def _names(pairs: Pairs) -> str:
    return ";".join(name for name, _ in _canonical(pairs))


def _hmac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha1).hexdigest()
