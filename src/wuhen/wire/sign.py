"""The client's side: signing a request in any of the forms, with the functions that verify it."""

from collections.abc import Mapping, Sequence

from . import tc3, v1
from .credential import Credential
from .tc3 import REQUIRED_SIGNED_HEADERS, Authorization
from .v1 import SIGNATURE_FIELD, SignatureMethod

_CONTENT_TYPES = {"GET": "application/x-www-form-urlencoded", "POST": "application/json"}


def sign_tc3(
    credential: Credential,
    *,
    service: str,
    host: str,
    action: str,
    version: str,
    timestamp: int,
    method: str = "POST",
    query: bytes = b"",
    body: bytes = b"",
    region: str | None = None,
    language: str | None = None,
    unsigned_payload: bool = False,
    headers: Mapping[str, str] | None = None,
    signed_headers: Sequence[str] = REQUIRED_SIGNED_HEADERS,
) -> dict[str, str]:
    """Return the headers of a request signed with TC3-HMAC-SHA256.

    Parameters
    ----------
    credential
        Whose key signs; its token, if any, is sent along.
    service
        Service of the credential scope.
    host
        Endpoint, with its port where it is not the default.
    action, version, region, language
        Common parameters.
    timestamp
        Unix seconds.
    method
        GET or POST.
    query
        GET: the bytes that will follow `?`.
    body
        POST: the bytes that will be sent.
    unsigned_payload
        Leave the body out of the signature.
    headers
        Further headers, or other values for those made here.
    signed_headers
        Names of the headers to sign; `content-type` and `host` must be among them.
    """
    common = {
        "X-TC-Region": region,
        "X-TC-Token": credential.token,
        "X-TC-Language": language,
        "X-TC-Content-SHA256": tc3.UNSIGNED_PAYLOAD if unsigned_payload else None,
    }
    sent = {
        "Host": host,
        "Content-Type": _CONTENT_TYPES[method],
        "X-TC-Action": action,
        "X-TC-Version": version,
        "X-TC-Timestamp": str(timestamp),
        **{name: value for name, value in common.items() if value},
        **(headers or {}),
    }
    authorization = _authorize(
        credential,
        service=service,
        timestamp=timestamp,
        method=method,
        query=query,
        body=body,
        sent=sent,
        signed_headers=signed_headers,
    )
    return {**sent, "Authorization": authorization.header()}


def _authorize(
    credential: Credential,
    *,
    service: str,
    timestamp: int,
    method: str,
    query: bytes,
    body: bytes,
    sent: Mapping[str, str],
    signed_headers: Sequence[str],
) -> Authorization:
    by_name = {name.lower(): value.encode("latin-1").strip().lower() for name, value in sent.items()}
    names = sorted(name.lower() for name in signed_headers)
    is_unsigned = sent.get("X-TC-Content-SHA256") == tc3.UNSIGNED_PAYLOAD
    payload = tc3.UNSIGNED_PAYLOAD.encode() if is_unsigned else (body if method == "POST" else b"")
    canonical = tc3.canonical_request(
        method,
        query if method == "GET" else b"",
        [(name, by_name[name]) for name in names],
        tc3.payload_hash(payload),
    )
    date = tc3.utc_date(timestamp)
    text = tc3.string_to_sign(timestamp, tc3.credential_scope(date, service), canonical)
    key = tc3.key_chain(credential.secret_key, date, service).signing
    return Authorization(credential.secret_id, date, service, tuple(names), tc3.signature(key, text))


def sign_v1(
    credential: Credential,
    parameters: Sequence[tuple[str, str]],
    *,
    host: str,
    action: str,
    version: str,
    timestamp: int,
    nonce: int,
    method: str = "POST",
    region: str | None = None,
    language: str | None = None,
    signature_method: SignatureMethod = SignatureMethod.SHA256,
) -> list[tuple[str, str]]:
    """Return all parameters of a request signed with signature v1, to be sent through `encode_form`.

    Parameters
    ----------
    credential
        Whose key signs; its token, if any, is sent along.
    parameters
        The action's parameters, flattened.
    host
        Endpoint, with its port where it is not the default.
    action, version, region, language
        Common parameters.
    timestamp
        Unix seconds.
    nonce
        A random positive number.
    method
        GET or POST.
    signature_method
        Algorithm.
    """
    common = {
        "Action": action,
        "Version": version,
        "Timestamp": str(timestamp),
        "Nonce": str(nonce),
        "SecretId": credential.secret_id,
        "SignatureMethod": str(signature_method),
        "Region": region,
        "Token": credential.token,
        "Language": language,
    }
    signed = [*parameters, *((name, value) for name, value in common.items() if value)]
    text = v1.string_to_sign(method, host, signed)
    return [*signed, (SIGNATURE_FIELD, v1.signature(credential.secret_key, text, signature_method))]
