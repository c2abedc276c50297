"""The check of signature v1: published signatures hold, and each way to get one wrong is named."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from studio.explorer_node import run
from wire.wire_vectors import V1_VECTORS, V1Vector

V2 = V1_VECTORS["V2 SHA256"]
NOW = 1731574045
OURS = f"POST{V2.host}/?{V2.parameters}"


def request(
    vector: V1Vector = V2, signature: str | None = None, *, form: str | None = None, host: str = ""
) -> str:
    """Write a signed request down as raw HTTP."""
    pairs = [*vector.pairs, ("Signature", vector.signature if signature is None else signature)]
    form = form or "&".join(f"{name}={quote_plus(value)}" for name, value in pairs)
    head = f"Host: {host or vector.host}\r\n"
    if vector.http_method == "GET":
        return f"GET /?{form} HTTP/1.1\r\n{head}"
    return f"POST / HTTP/1.1\r\n{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}"


def check(text: str, *, signed: str = "", key: str = V2.key.secret_key, now: int = NOW) -> Any:
    """Return the steps of a diagnosis by their names."""
    steps = run("diagnose", request=text, body="", signed=signed, secretKey=key, now=now)
    return {step["id"]: step for step in steps}


def first_wrong(steps: Any) -> str | None:
    return next((name for name, step in steps.items() if step["state"] == "bad"), None)


def reasons(step: Any) -> list[str]:
    return [why["key"].removeprefix("explorer.why.") for why in step["why"]]


def mac(text: str, *, key: str = V2.key.secret_key, digest: str = "sha256") -> bytes:
    return hmac.digest(key.encode(), text.encode(), digest)


def signature(text: str, *, key: str = V2.key.secret_key, digest: str = "sha256") -> str:
    return base64.b64encode(mac(text, key=key, digest=digest)).decode()


@pytest.mark.parametrize("name", V1_VECTORS)
def test_a_request_that_is_right_is_found_right(name: str) -> None:
    vector = V1_VECTORS[name]
    steps = check(request(vector), key=vector.key.secret_key, now=int(dict(vector.pairs)["Timestamp"]))
    assert first_wrong(steps) is None
    assert steps["signature"]["state"] == "ok"
    assert steps["signature"]["ours"] == vector.signature
    assert steps["toSign"]["ours"] == f"{vector.http_method}{vector.host}/?{vector.parameters}"


def test_the_key_is_nowhere_in_what_is_told() -> None:
    assert V2.key.secret_key not in str(check(request(signature="wrong")))


def joined(*, encode: Callable[[str], str] = str, order: Callable[[list[Any]], Any] = list) -> str:
    return "&".join(f"{name}={encode(value)}" for name, value in order(V2.pairs))


WRONG: dict[str, tuple[Callable[[], str], str, str]] = {
    "method": (lambda: signature(OURS.replace("POST", "GET", 1)), "toSign", "methodOther"),
    "host": (lambda: signature(OURS.replace(V2.host, "cvm.tencentcloudapi.com")), "signature", "unexplained"),
    "regional host": (
        lambda: signature(OURS.replace("aiart.", "aiart.ap-guangzhou.", 1)),
        "toSign",
        "host",
    ),
    "no question mark": (lambda: signature(OURS.replace("/?", "", 1)), "toSign", "v1Path"),
    "encoded": (
        lambda: signature(f"POST{V2.host}/?{joined(encode=lambda value: quote(value, safe=''))}"),
        "toSign",
        "v1Encoded",
    ),
    "encoded as a form": (
        lambda: signature(f"POST{V2.host}/?{joined(encode=quote_plus)}"),
        "toSign",
        "v1Encoded",
    ),
    "method left out": (
        lambda: signature(OURS.replace("&SignatureMethod=HmacSHA256", "")),
        "toSign",
        "v1LeftOut",
    ),
    "other algorithm": (lambda: signature(OURS, digest="sha1"), "signature", "v1Algorithm"),
    "hex": (lambda: mac(OURS).hex(), "signature", "v1Hex"),
    "hex as base64": (
        lambda: base64.b64encode(mac(OURS).hex().encode()).decode(),
        "signature",
        "v1Hex",
    ),
    "key with white space": (lambda: signature(OURS, key=f"{V2.key.secret_key}\n"), "key", "keySpace"),
    "secret id as key": (lambda: signature(OURS, key=V2.key.secret_id), "key", "keyIsId"),
    "nothing known": (lambda: base64.b64encode(bytes(32)).decode(), "signature", "unexplained"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found_from_the_signature_alone(name: str) -> None:
    make, step, why = WRONG[name]
    steps = check(request(signature=make()))
    assert first_wrong(steps) == step
    assert why in reasons(steps[step])


def test_the_order_of_the_parameters_is_checked() -> None:
    backwards = [*reversed(V2.pairs)]
    text = f"POST{V2.host}/?" + "&".join(f"{name}={value}" for name, value in backwards)
    form = "&".join(f"{name}={quote_plus(value)}" for name, value in backwards)
    form += f"&Signature={quote_plus(signature(text))}"
    steps = check(request(form=form))
    assert first_wrong(steps) == "toSign"
    assert reasons(steps["toSign"]) == ["v1Unsorted"]
    assert steps["toSign"]["theirs"] == text


def test_two_mistakes_at_once_are_found() -> None:
    text = OURS.replace("POST", "GET", 1)
    steps = check(request(signature=signature(text, digest="sha1")))
    assert reasons(steps["toSign"]) == ["methodOther"]
    assert reasons(steps["signature"]) == ["v1Algorithm"]


def test_a_signature_that_was_not_encoded_lost_its_plus() -> None:
    vector = V1_VECTORS["V1 SHA1"]
    form = "&".join(f"{name}={quote_plus(value)}" for name, value in vector.pairs)
    text = request(vector, form=f"{form}&Signature={vector.signature}")
    steps = check(text, key=vector.key.secret_key, now=1465185768)
    assert "+" in vector.signature
    assert reasons(steps["signature"]) == ["v1PlusLost"]


def test_what_this_service_takes_all_the_same_is_a_remark() -> None:
    steps = check(request(host=f"{V2.host}:8000"))
    assert first_wrong(steps) is None
    assert reasons(steps["toSign"]) == ["host", "accepted"]


SIGNED: dict[str, tuple[str, list[str]]] = {
    "nothing": (OURS, []),
    "method": (OURS.replace("POST", "GET", 1), ["methodOther"]),
    "host": (OURS.replace("aiart.", "cvm.", 1), ["host"]),
    "path": (OURS.replace("/?", "?", 1), ["v1Path"]),
    "value": (OURS.replace("LogoAdd=0", "LogoAdd=1"), ["v1Differs"]),
    "encoded": (
        OURS.replace("https://xxx.com/mask.png", "https%3A%2F%2Fxxx.com%2Fmask.png"),
        ["v1EncodedOne"],
    ),
    "left out": (OURS.replace("&LogoAdd=0", ""), ["v1LeftOut"]),
    "too much": (f"{OURS}&Zone=1", ["v1Extra"]),
    "itself": (OURS.replace("&SignatureMethod", "&Signature=x&SignatureMethod"), ["v1SignatureSigned"]),
    "order": (
        OURS.replace("&RspImgType=url", "").replace("&LogoAdd=0", "&RspImgType=url&LogoAdd=0"),
        ["v1Unsorted"],
    ),
}


@pytest.mark.parametrize("name", SIGNED)
def test_a_string_to_sign_is_compared(name: str) -> None:
    text, expected = SIGNED[name]
    steps = check(request(signature=signature(text)), signed=f"to sign: \n{text}\n")
    assert reasons(steps["toSign"]) == expected
    assert steps["key"]["state"] == "ok"
    assert steps["signature"]["state"] == ("bad" if expected else "ok")


FORMS: dict[str, tuple[str, str, str]] = {
    "type": ("x-www-form-urlencoded", "json", "v1Type"),
    "nonce": ("Nonce=11886", "Nonce=-1", "v1Nonce"),
    "no nonce": ("Nonce=11886&", "", "v1Missing"),
    "algorithm": ("SignatureMethod=HmacSHA256", "SignatureMethod=HmacMD5", "v1Method"),
    "path": ("POST / ", "POST /v1 ", "path"),
    "size": ("LogoAdd=0", "LogoAdd=0&InputImage=" + "A" * 2**20, "v1Large"),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form_of_the_request_is_checked(name: str) -> None:
    before, after, why = FORMS[name]
    assert before in request()
    steps = check(request().replace(before, after), key="")
    assert first_wrong(steps) == "request"
    assert why in reasons(steps["request"])


def test_the_clock_is_checked() -> None:
    assert reasons(check(request(), now=NOW + 3600)["clock"]) == ["clockOld"]
    milliseconds = request().replace(f"Timestamp={NOW}", f"Timestamp={NOW}000")
    (why,) = check(milliseconds)["clock"]["why"]
    assert why["key"] == "explorer.why.timestampMilliseconds"
    assert why["values"]["name"] == "Timestamp"


def test_without_a_key_what_was_signed_is_still_compared() -> None:
    steps = check(request(), signed=OURS.replace("POST", "GET", 1), key="")
    assert first_wrong(steps) == "toSign"
    assert steps["signature"]["state"] == "unknown"
    assert hashlib.sha256(steps["toSign"]["ours"].encode()).digest() == hashlib.sha256(OURS.encode()).digest()
