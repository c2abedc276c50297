"""Signature v1 against published and recorded signatures, signing and verifying."""

import pytest

from wire.wire_samples import EXAMPLE_KEY, FORM, http
from wire.wire_vectors import AIART, V1_VECTORS, V1Vector
from wuhen.wire import ApiError, HttpRequest, Key, SignatureMethod, encode_form, read, sign_v1, verify
from wuhen.wire.forms import parse_form
from wuhen.wire.v1 import signature, string_to_sign

LOOPBACK = "127.0.0.1:18999"
RECORDED_AT = 1795355634

every_vector = pytest.mark.parametrize("vector", V1_VECTORS.values(), ids=V1_VECTORS)


@every_vector
def test_the_string_to_sign_lists_all_parameters_in_ascii_order(vector: V1Vector) -> None:
    text = string_to_sign(
        vector.http_method, vector.host, [("Signature", "left out"), *reversed(vector.pairs)]
    )

    assert text == f"{vector.http_method}{vector.host}/?{vector.parameters}"


@every_vector
def test_signatures_are_as_published(vector: V1Vector) -> None:
    text = f"{vector.http_method}{vector.host}/?{vector.parameters}"

    assert signature(vector.key.secret_key, text, vector.method) == vector.signature


@every_vector
def test_the_server_side_accepts_what_was_published(vector: V1Vector) -> None:
    form = encode_form([*vector.pairs, ("Signature", vector.signature)])
    timestamp = int(dict(vector.pairs)["Timestamp"])
    headers = {"Host": vector.host, "Content-Type": FORM}
    if vector.http_method == "GET":
        request = http("GET", {"Host": vector.host}, query=form)
    else:
        request = http("POST", headers, body=form)

    verify(read(request, now=timestamp), vector.key)

    with pytest.raises(ApiError, match=r"AuthFailure\.SignatureFailure"):
        verify(read(request, now=timestamp), Key(vector.key.secret_id, "another"))


def test_the_client_side_signs_as_published() -> None:
    signed = sign_v1(
        EXAMPLE_KEY,
        [
            ("LogoParam.LogoRect.X", "5"),
            ("LogoAdd", "0"),
            ("RspImgType", "url"),
            ("InputUrl", "https://xxx.com/a b+c.jpg?x=1&y=2"),
            ("MaskUrl", "https://xxx.com/mask.png"),
        ],
        host=AIART,
        action="ImageInpaintingRemoval",
        version="2022-12-29",
        timestamp=1731574045,
        nonce=11886,
        region="ap-guangzhou",
        signature_method=SignatureMethod.SHA256,
    )

    assert dict(signed)["Signature"] == V1_VECTORS["V2 SHA256"].signature


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (SignatureMethod.SHA1, "XjwGF9U5zdo93uMrX2b1ZDwoFOo="),
        (SignatureMethod.SHA256, "6c+oFbRDL8wKcVPPwa4KtGMOzMuJTQDwV+8tMMPf7oM="),
    ],
)
def test_both_algorithms_sign_as_published(method: SignatureMethod, expected: str) -> None:
    assert signature("test-secret-key", "test-sign-string", method) == expected


def recorded(http_method: str, nonce: int, algorithm: str, signed: str) -> HttpRequest:
    form = (
        "InputUrl=https%3A%2F%2Fxxx.com%2Fa+b%2Bc.jpg%3Fx%3D1%26y%3D2&LogoAdd=0&LogoParam.LogoRect.X=5"
        f"&Action=ImageInpaintingRemoval&RequestClient=SDK_PYTHON_3.1.179&Nonce={nonce}&Timestamp={RECORDED_AT}"
        f"&Version=2022-12-29&Region=ap-guangzhou&Token=tok&SecretId={EXAMPLE_KEY.secret_id}"
        f"&SignatureMethod={algorithm}&Language=en-US&Signature={signed}"
    ).encode()
    if http_method == "GET":
        return http("GET", {"Host": LOOPBACK}, query=form)
    return http("POST", {"Host": LOOPBACK, "Content-Type": FORM}, body=form)


RECORDED = {
    "POST": recorded(
        "POST", 1942452035153205280, "HmacSHA256", "%2BPGx8tiWp%2BOiSslntw%2FMW4BGRiRbTyftlwuJCjDxt9E%3D"
    ),
    "GET": recorded("GET", 2511743919362210630, "HmacSHA1", "I6BftcBeMXmRDQfawYoMgqRUj6s%3D"),
}


@pytest.mark.parametrize("request_", RECORDED.values(), ids=RECORDED)
def test_what_the_python_client_was_seen_to_send_is_accepted(request_: HttpRequest) -> None:
    claim = read(request_, now=RECORDED_AT)

    verify(claim, Key(EXAMPLE_KEY.secret_id, EXAMPLE_KEY.secret_key, "tok"))

    assert claim.request_client == "SDK_PYTHON_3.1.179"
    assert dict(claim.fields()) == {
        "InputUrl": "https://xxx.com/a b+c.jpg?x=1&y=2",
        "LogoAdd": "0",
        "LogoParam.LogoRect.X": "5",
    }


def test_bytes_that_are_not_utf_8_are_signed_as_sent() -> None:
    ((_, value),) = parse_form(b"Name=%FF%FE")
    assert value is not None

    text = string_to_sign("GET", "h", [("Name", value)])

    assert text.encode("utf-8", "surrogateescape") == b"GETh/?Name=\xff\xfe"
    assert signature("key", text, SignatureMethod.SHA1) != signature(
        "key", "GETh/?Name=", SignatureMethod.SHA1
    )
