"""TC3-HMAC-SHA256 against published and recorded signatures, stage by stage, signing and verifying."""

import pytest

from wire.wire_samples import EXAMPLE_KEY
from wire.wire_vectors import KEYS_OF_T1, P1, P2, P3, STARS, TC3_VECTORS, Vector
from wuhen.wire import ApiError, Key, read, verify
from wuhen.wire.tc3 import (
    UNSIGNED_PAYLOAD,
    canonical_request,
    credential_scope,
    key_chain,
    parse_authorization,
    payload_hash,
    signature,
    string_to_sign,
    utc_date,
)

every_vector = pytest.mark.parametrize("vector", TC3_VECTORS.values(), ids=TC3_VECTORS)


@every_vector
def test_each_stage_gives_the_published_value(vector: Vector) -> None:
    payload = UNSIGNED_PAYLOAD.encode() if vector.unsigned else vector.body
    values = {
        "content-type": vector.content_type,
        "host": vector.sent_host,
        "x-tc-action": "describeinstances",
    }
    canonical = canonical_request(
        vector.method,
        vector.query,
        [(name, values[name].encode()) for name in vector.signed_headers],
        payload_hash(payload),
    )
    scope = credential_scope(utc_date(vector.timestamp), vector.service)
    key = key_chain(vector.key.secret_key, utc_date(vector.timestamp), vector.service).signing

    assert vector.canonical in {None, payload_hash(canonical)}
    assert signature(key, string_to_sign(vector.timestamp, scope, canonical)) == vector.signature


@every_vector
def test_the_client_side_signs_as_published(vector: Vector) -> None:
    authorization = parse_authorization(vector.headers()["Authorization"])

    assert authorization.signature == vector.signature
    assert authorization.signed_headers == vector.signed_headers
    assert authorization.service == vector.service


@every_vector
def test_the_server_side_accepts_what_was_published(vector: Vector) -> None:
    claim = read(vector.request(), now=vector.timestamp)

    verify(claim, vector.key)

    assert claim.secret_id == vector.key.secret_id


@every_vector
def test_the_server_side_refuses_another_key(vector: Vector) -> None:
    claim = read(vector.request(), now=vector.timestamp)

    with pytest.raises(ApiError, match=r"AuthFailure\.SignatureFailure"):
        verify(claim, Key(vector.key.secret_id, vector.key.secret_key + "x"))


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (P1, "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"),
        (P2, "99d58dfbc6745f6747f36bfca17dee5e6881dc0428a0a36f96199342bc5b4907"),
        (P3, "a4409ec56997d9d9c61460586e3a93a192356283e8f88f6c55fb335fd713701d"),
        (b"UNSIGNED-PAYLOAD", "438d4109ef0d676b8c2c7ed13cdfcb418e494d53b843d4634ce3b1085f07bb96"),
    ],
)
def test_payloads_hash_as_published(payload: bytes, expected: str) -> None:
    assert payload_hash(payload) == expected


@pytest.mark.parametrize(
    ("key", "date_key", "service_key", "signing_key"),
    [
        (EXAMPLE_KEY, *KEYS_OF_T1),
        (
            STARS,
            "da98fb70dcf6b112dc21038d1eeeb3a95c74b4dcb12c1131f864f6066bd02be0",
            "8d70cbefb03939f929db64d32dc2ba89b1095620119fe3e050e2b18c5bd2752f",
            "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af",
        ),
    ],
    ids=["T1", "T2"],
)
def test_keys_derive_as_published(key: Key, date_key: str, service_key: str, signing_key: str) -> None:
    chain = key_chain(key.secret_key, "2019-02-25", "cvm")

    assert [link.hex() for link in chain] == [date_key, service_key, signing_key]


def test_the_date_is_the_utc_day_of_the_timestamp() -> None:
    assert utc_date(1551139199) == "2019-02-25"
    assert utc_date(1551139200) == "2019-02-26"
