"""Proving a claim with the key that it names.

What a client signed is not always what arrives: hosts lose their port, letters change case, one SDK signs a
content type without its boundary. None of these variants lets anyone but the holder of the key make a valid
signature, so each is tried before a request is refused. Comparisons take the same time wherever two values
differ.
"""

import hmac
from collections.abc import Iterable, Iterator
from itertools import product

from . import failures, tc3, v1
from .claim import Claim, V1Proof
from .credential import Credential
from .hosts import signable_hosts
from .request import HttpRequest, media_type
from .tc3 import Authorization, SignedHeader


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
    if credential is None or credential.secret_id != claim.secret_id:
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
    scope = tc3.credential_scope(authorization.date, authorization.service)
    key = tc3.key_chain(secret_key, authorization.date, authorization.service).signing
    texts = (
        tc3.canonical_request(request.method, query, headers, hashed, names)
        for headers, names in _signable_headers(request, authorization.signed_headers)
    )
    return any(
        _equal(authorization.signature, tc3.signature(key, tc3.string_to_sign(claim.timestamp, scope, text)))
        for text in _distinct(texts)
    )


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


def _signable_headers(
    request: HttpRequest,
    names: tuple[str, ...],
) -> Iterator[tuple[list[SignedHeader], list[str]]]:
    """Yield the signed headers, and the list of their names, in each way a client may have written them.

    The documentation asks for lower-case values in ascending order of names; official clients sign values as
    they are, and a client may list the names in another order.
    """
    received = {name: request.header(name) or "" for name in names}
    content_type = received["content-type"]
    content_types = [content_type]
    if media_type(content_type) == "multipart/form-data":
        # Ruby signs the type without the boundary that it then sends.
        content_types.append(media_type(content_type))
    nothing, sent_by_sdks, everything = (
        frozenset[str](),
        frozenset(tc3.REQUIRED_SIGNED_HEADERS),
        frozenset(names),
    )
    for kept, content, host in product(
        (nothing, sent_by_sdks, everything),
        content_types,
        signable_hosts(received["host"]),
    ):
        values = received | {"content-type": content, "host": host}
        signed = {name: _signed_value(value, lower=name not in kept) for name, value in values.items()}
        listed, ascending = list(names), sorted(names)
        yield [(name, signed[name]) for name in ascending], ascending
        yield [(name, signed[name]) for name in ascending], listed
        yield [(name, signed[name]) for name in listed], listed


def _signed_value(value: str, *, lower: bool) -> bytes:
    # Bytes lower only ASCII letters, so a value in UTF-8 stays what it is.
    raw = value.encode("latin-1").strip()
    return raw.lower() if lower else raw


def _is_valid_v1(request: HttpRequest, proof: V1Proof, secret_key: str) -> bool:
    texts = (
        v1.string_to_sign(request.method, host, proof.fields)
        for host in signable_hosts(request.header("Host") or "")
    )
    return any(_equal(proof.signature, v1.signature(secret_key, text, proof.method)) for text in texts)


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(
        one.encode("utf-8", "surrogateescape"), other.encode("utf-8", "surrogateescape")
    )
