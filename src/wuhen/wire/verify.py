"""Proving a claim with the key that it names.

What a client signed is not always what arrives: hosts lose their port, letters change case, one SDK signs a
content type without its boundary. None of these variants lets anyone but the holder of the key make a valid
signature, so each is tried before a request is refused. Comparisons take the same time wherever two values
differ.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from itertools import product
from operator import itemgetter

from . import failures, tc3, v1
from .claim import Claim, V1Proof
from .credential import Credential
from .hosts import signable_hosts
from .request import HttpRequest, media_type
from .tc3 import Authorization


def verify(claim: Claim, credential: Credential | None) -> None:
    """Check that a claim was made by the holder of `credential`.

    Parameters
    ----------
    claim
        What `read` returned.
    credential
        What is known under the claim's secret id, None when nothing is.

    Raises
    ------
    ApiError
        `AuthFailure.SecretIdNotFound`; `InvalidParameterValue` for a wrong `X-TC-Content-SHA256`;
        `AuthFailure.SignatureFailure`; `AuthFailure.TokenFailure`; looked for in this order.
    """
    # With an empty secret, anybody could sign.
    if credential is None or not credential.secret_key or credential.secret_id != claim.secret_id:
        raise failures.SECRET_ID_NOT_FOUND()
    if isinstance(claim.proof, V1Proof):
        valid = _is_valid_v1(claim.request, claim.proof, credential.secret_key)
    else:
        valid = _is_valid_tc3(claim, claim.proof, credential.secret_key)
    if not valid:
        raise failures.SIGNATURE_FAILURE()
    if not _equal(claim.token or "", credential.token or ""):
        raise failures.TOKEN_FAILURE()


def _is_valid_tc3(claim: Claim, authorization: Authorization, secret_key: str) -> bool:
    request = claim.request
    hashed = _payload_hash(request)
    query = request.query if request.method == "GET" else b""
    start = hashlib.sha256(tc3.canonical_start(request.method, query))
    scope = tc3.credential_scope(authorization.date, authorization.service)
    key = tc3.key_chain(secret_key, authorization.date, authorization.service).signing
    ends = _signable_ends(request, authorization.signed_headers, hashed)
    texts = (tc3.string_of_hash(claim.timestamp, scope, _hash_on(start, end)) for end in _distinct(ends))
    return any(_equal(authorization.signature, tc3.signature(key, text)) for text in texts)


def _hash_on(start: "hashlib._Hash", end: bytes) -> str:
    """Return the hash of a text whose start, which may be long, is hashed already."""
    whole = start.copy()
    whole.update(end)
    return whole.hexdigest()


def _distinct(texts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield each text once, and none before it is asked for: the first is nearly always the right one."""
    seen = set[bytes]()
    for text in texts:
        if text not in seen:
            seen.add(text)
            yield text


def _payload_hash(request: HttpRequest) -> str:
    payload = b"" if request.method == "GET" else request.body
    declared = request.header("X-TC-Content-SHA256") or None
    if declared == tc3.UNSIGNED_PAYLOAD:
        return tc3.payload_hash(tc3.UNSIGNED_PAYLOAD.encode())
    actual = tc3.payload_hash(payload)
    if declared is not None and declared.lower() != actual:
        raise failures.CONTENT_HASH()
    return actual


def _signable_ends(request: HttpRequest, names: tuple[str, ...], hashed: str) -> Iterator[bytes]:
    """Yield how the canonical request ends, in each way a client may have written its headers.

    The documentation asks for lower-case values in ascending order of names; official clients sign values as
    they are, and a client may list the names in another order.
    """
    received = {name: request.header(name) or "" for name in names}
    content_type, hosts = received["content-type"], signable_hosts(received["host"])
    content_types = [content_type]
    if media_type(content_type) == "multipart/form-data":
        # Ruby signs the type without the boundary that it then sends.
        content_types.append(media_type(content_type))
    ascending = tuple(sorted(names))
    listed_up, as_listed = ";".join(ascending), ";".join(names)
    in_order, in_list = itemgetter(*ascending), itemgetter(*names)
    for kept in (frozenset[str](), frozenset(tc3.REQUIRED_SIGNED_HEADERS), frozenset(names)):
        lines = {name: _line(name, value, kept) for name, value in received.items()}
        for content, host in product(content_types, hosts):
            lines["content-type"] = _line("content-type", content, kept)
            lines["host"] = _line("host", host, kept)
            written = b"".join(in_order(lines))
            yield tc3.canonical_end(written, listed_up, hashed)
            if names != ascending:
                yield tc3.canonical_end(written, as_listed, hashed)
                yield tc3.canonical_end(b"".join(in_list(lines)), as_listed, hashed)


def _line(name: str, value: str, kept: frozenset[str]) -> bytes:
    raw = value.encode("latin-1").strip()
    # Bytes lower only ASCII letters, so a value in UTF-8 stays what it is.
    return tc3.header_line(name, raw if name in kept else raw.lower())


def _is_valid_v1(request: HttpRequest, proof: V1Proof, secret_key: str) -> bool:
    end = v1.end(proof.fields())
    texts = (v1.start(request.method, host) + end for host in signable_hosts(request.header("Host") or ""))
    return any(_equal(proof.signature, v1.signature(secret_key, text, proof.method)) for text in texts)


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(
        one.encode("utf-8", "surrogateescape"), other.encode("utf-8", "surrogateescape")
    )
