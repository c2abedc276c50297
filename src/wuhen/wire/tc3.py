"""Signature TC3-HMAC-SHA256, stage by stage.

Both sides use these functions: the client calls them once, the server once for each way in which a client
may have written what it signed. Canonical requests are bytes, because headers and query are signed as sent.

Source: "Signature Method v3" of Tencent Cloud API 3.0.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, NamedTuple, TypeAlias

from . import failures

ALGORITHM: Final = "TC3-HMAC-SHA256"
TERMINATOR: Final = "tc3_request"
UNSIGNED_PAYLOAD: Final = "UNSIGNED-PAYLOAD"
REQUIRED_SIGNED_HEADERS: Final = ("content-type", "host")

MAX_SIGNED_HEADERS: Final = 32
"""Headers that a signature may cover. SDKs sign 2, some clients all of the common ones, which are 8."""
MAX_SIGNED_BYTES: Final = 8 * 1024
"""Bytes of their values together: a token, the longest of them, may have some 4 KB."""

SignedHeader: TypeAlias = tuple[str, bytes]
"""A header's name in lower case and its value as it is signed."""

_CREDENTIAL: Final = re.compile(
    rf"(?P<id>[^/]+)/(?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})/(?P<service>[^/]+)/{TERMINATOR}"
)


class KeyChain(NamedTuple):
    """The derived keys, from the widest to the narrowest."""

    date: bytes
    service: bytes
    signing: bytes


def utc_date(timestamp: int) -> str:
    """Return the UTC date of Unix seconds as the credential scope writes it."""
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d")


def payload_hash(payload: bytes) -> str:
    """Return the lower-case hex SHA-256 of what is signed as payload."""
    return hashlib.sha256(payload).hexdigest()


def canonical_request(
    method: str,
    query: bytes,
    headers: Sequence[SignedHeader],
    hashed_payload: str,
    signed_names: Sequence[str] | None = None,
) -> bytes:
    """Return the text that a signature covers.

    Parameters
    ----------
    method
        In upper case.
    query
        GET: the bytes after `?`, neither sorted nor re-encoded; POST: empty.
    headers
        Signed headers in the order to be written.
    hashed_payload
        Result of `payload_hash`.
    signed_names
        The list of names when it is written in another order than the headers.
    """
    lines = b"".join(header_line(name, value) for name, value in headers)
    names = ";".join([name for name, _ in headers] if signed_names is None else signed_names)
    return canonical_start(method, query) + canonical_end(lines, names, hashed_payload)


def canonical_start(method: str, query: bytes) -> bytes:
    """Return what a canonical request begins with, however its headers are written."""
    return b"%s\n/\n%s\n" % (method.encode("ascii"), query)


def header_line(name: str, value: bytes) -> bytes:
    """Return the line of a signed header."""
    return b"%s:%s\n" % (name.encode("ascii"), value)


def canonical_end(lines: bytes, names: str, hashed_payload: str) -> bytes:
    """Return the rest of a canonical request: the lines of its signed headers, their names, the hash."""
    return b"%s\n%s\n%s" % (lines, names.encode("ascii"), hashed_payload.encode())


def credential_scope(date: str, service: str) -> str:
    """Return what the signing key is good for."""
    return f"{date}/{service}/{TERMINATOR}"


def string_to_sign(timestamp: int, scope: str, canonical: bytes) -> str:
    """Return the text whose HMAC is the signature."""
    return string_of_hash(timestamp, scope, payload_hash(canonical))


def string_of_hash(timestamp: int, scope: str, hashed_canonical: str) -> str:
    """Return the same, for a canonical request of which only the hash is there."""
    return f"{ALGORITHM}\n{timestamp}\n{scope}\n{hashed_canonical}"


def key_chain(secret_key: str, date: str, service: str) -> KeyChain:
    """Derive the signing key of one day and service."""
    date_key = _hmac(f"TC3{secret_key}".encode(), date)
    service_key = _hmac(date_key, service)
    return KeyChain(date_key, service_key, _hmac(service_key, TERMINATOR))


def signature(signing_key: bytes, text: str) -> str:
    """Return the lower-case hex signature of a string to sign."""
    return _hmac(signing_key, text).hex()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


@dataclass(frozen=True, slots=True)
class Authorization:
    """Content of an `Authorization` header.

    Parameters
    ----------
    secret_id, date, service
        The credential scope.
    signed_headers
        Names in lower case, in the order listed.
    signature
        What the client computed.
    """

    secret_id: str
    date: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str = field(repr=False)

    def header(self) -> str:
        """Return the header's value."""
        return (
            f"{ALGORITHM} Credential={self.secret_id}/{credential_scope(self.date, self.service)}, "
            f"SignedHeaders={';'.join(self.signed_headers)}, Signature={self.signature}"
        )


def parse_authorization(value: str) -> Authorization:
    """Read an `Authorization` header.

    Any number of spaces may follow the algorithm and the commas; the three fields may come in any order.

    Raises
    ------
    ApiError
        `AuthFailure.InvalidAuthorization`, saying what does not conform.
    """
    algorithm, *rest = value.split(None, 1) if value.strip() else [""]
    if algorithm == "SKIP":
        raise failures.AUTHORIZATION_SKIPPED()
    if algorithm != ALGORITHM:
        raise failures.AUTHORIZATION_ALGORITHM(algorithm=algorithm)
    # Whatever comes beyond three commas makes it wrong; how much of it there is does not matter.
    pairs = [piece.strip().partition("=") for piece in "".join(rest).split(",", 3)]
    fields = {name: text for name, _, text in pairs}
    if (
        not value.isascii()
        or len(pairs) != len(fields)
        or set(fields) != {"Credential", "SignedHeaders", "Signature"}
    ):
        raise failures.AUTHORIZATION_FIELDS()
    if (scope := _CREDENTIAL.fullmatch(fields["Credential"])) is None:
        raise failures.AUTHORIZATION_CREDENTIAL()
    names = tuple(fields["SignedHeaders"].lower().split(";", MAX_SIGNED_HEADERS))
    if len(names) > MAX_SIGNED_HEADERS or len(set(names)) < len(names):
        raise failures.AUTHORIZATION_SIGNED_TOO_MANY(limit=MAX_SIGNED_HEADERS)
    if not set(REQUIRED_SIGNED_HEADERS) <= set(names):
        raise failures.AUTHORIZATION_SIGNED_HEADERS()
    return Authorization(scope["id"], scope["date"], scope["service"], names, fields["Signature"])
