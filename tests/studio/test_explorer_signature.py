"""The signature check: published signatures hold, and each way to get one wrong is named."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from studio.explorer_node import run
from studio.explorer_vectors import EX, P1, VECTORS, Vector
from wire.wire_vectors import KEYS_OF_T1
from wuhen.wire import tc3

T1 = VECTORS["T1"]
UNSIGNED_HASH = hashlib.sha256(b"UNSIGNED-PAYLOAD").hexdigest()


def check(
    request: str, body: str = "", *, signed: str = "", key: str = T1.key[1], now: int = T1.timestamp
) -> Any:
    """Return the steps of a diagnosis by their names."""
    steps = run("diagnose", request=request, body=body, signed=signed, secretKey=key, now=now)
    return {step["id"]: step for step in steps}


def first_wrong(steps: Any) -> str | None:
    """Return the first step that is wrong."""
    return next((name for name, step in steps.items() if step["state"] == "bad"), None)


def reasons(step: Any) -> list[str]:
    """Return why a step is as it is."""
    return [why["key"].removeprefix("explorer.why.") for why in step["why"]]


def canonical(vector: Vector = T1, **changes: Any) -> str:
    """Return what a client signs, in some way wrongly."""
    given: dict[str, Any] = {
        "method": vector.method,
        "query": vector.query.encode(),
        "headers": [("content-type", vector.content_type.encode()), ("host", vector.host.encode())],
        "hashed_payload": hashlib.sha256(vector.body.encode()).hexdigest(),
    }
    return tc3.canonical_request(**given | changes).decode()


def signature(
    text: str, *, timestamp: int | str = T1.timestamp, date: str = T1.date, service: str = "cvm"
) -> str:
    """Sign a canonical request with the documentation's key."""
    scope = tc3.credential_scope(date, service)
    to_sign = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{tc3.payload_hash(text.encode())}"
    return tc3.signature(tc3.key_chain(EX[1], date, service).signing, to_sign)


def sent(given: str, **changes: str) -> str:
    """Return T1 as a request with another signature."""
    return T1.request(**changes).replace(T1.signature, given)


@pytest.mark.parametrize("name", VECTORS)
def test_published_signatures_are_recomputed(name: str) -> None:
    vector = VECTORS[name]
    payload = UNSIGNED_HASH if vector.unsigned else hashlib.sha256(vector.body.encode()).hexdigest()
    headers = {"content-type": vector.content_type, "host": vector.host, "x-tc-action": vector.action.lower()}
    given = {
        "method": vector.method,
        "path": "/",
        "query": vector.query,
        "headers": [[header, headers[header]] for header in vector.names],
        "names": vector.names,
        "hashed": payload,
        "timestamp": str(vector.timestamp),
        "date": vector.date,
        "service": vector.service,
    }
    made = run("stages", given=given, secretKey=vector.key[1])
    assert hashlib.sha256(made["canonical"].encode()).hexdigest() == vector.hash
    assert made["signature"] == vector.signature
    if name == "T1":
        assert made["keys"] == KEYS_OF_T1


@pytest.mark.parametrize("name", VECTORS)
def test_a_request_that_is_right_is_found_right(name: str) -> None:
    vector = VECTORS[name]
    steps = check(vector.request(), vector.body, key=vector.key[1], now=vector.timestamp)
    assert first_wrong(steps) is None
    assert steps["signature"]["state"] == "ok"
    assert steps["canonical"]["state"] == "ok"
    assert hashlib.sha256(steps["canonical"]["ours"].encode()).hexdigest() == vector.hash


def test_keys_are_shown_masked() -> None:
    shown = check(T1.request(), P1)["key"]["ours"]
    assert [line.split()[-1] for line in shown.splitlines()] == [
        f"{key[:2]}…{key[-2:]}" for key in KEYS_OF_T1
    ]
    everything = json.dumps(check(T1.request(), P1))
    assert EX[1] not in everything
    assert not any(key in everything for key in KEYS_OF_T1)


COMPACT = json.dumps(json.loads(P1), separators=(",", ":"), ensure_ascii=False)
BODY_HASH = hashlib.sha256(P1.encode()).hexdigest()
WRONG: dict[str, tuple[Callable[[], str], str, str]] = {
    "host": (lambda: sent(T1.signature, Host="127.0.0.1:8000"), "canonical", "host"),
    "content type": (lambda: sent(T1.signature, Content_Type="application/json"), "canonical", "contentType"),
    "empty payload": (
        lambda: sent(signature(canonical(hashed_payload=hashlib.sha256(b"").hexdigest()))),
        "canonical",
        "payloadEmpty",
    ),
    "JSON serialized twice": (
        lambda: sent(signature(canonical(hashed_payload=hashlib.sha256(COMPACT.encode()).hexdigest()))),
        "canonical",
        "payloadCompact",
    ),
    "hash in upper case": (
        lambda: sent(signature(canonical(hashed_payload=BODY_HASH.upper()))),
        "canonical",
        "hashCase",
    ),
    "no blank line": (
        lambda: sent(signature(canonical().replace("com\n\n", "com\n"))),
        "canonical",
        "noBlankLine",
    ),
    "line ends": (lambda: sent(signature(canonical().replace("\n", "\r\n"))), "canonical", "lineEnds"),
    "line end at the end": (lambda: sent(signature(canonical() + "\n")), "canonical", "lastNewline"),
    "method in lower case": (lambda: sent(signature(canonical(method="post"))), "canonical", "methodCase"),
    "milliseconds": (
        lambda: sent(signature(canonical(), timestamp=f"{T1.timestamp}000")),
        "toSign",
        "milliseconds",
    ),
    "service": (lambda: sent(signature(canonical(), service="aiart")), "toSign", "service"),
    "signature in upper case": (lambda: sent(T1.signature.upper()), "authorization", "signatureCase"),
    "signature as base64": (
        lambda: sent("cuSU6oCa16jI96RQe5vdy6qOWB9Rbo2i9m4sWpZSUWg="),
        "authorization",
        "signatureForm",
    ),
    "date of another day": (
        lambda: T1.request().replace("/2019-02-25/", "/2019-02-24/"),
        "scope",
        "scopeDate",
    ),
    "scope not ended": (
        lambda: T1.request().replace("/tc3_request", ""),
        "authorization",
        "authorization.credential",
    ),
    "another algorithm": (
        lambda: T1.request().replace("TC3-HMAC", "HMAC"),
        "authorization",
        "authorization.algorithm",
    ),
    "header not sent": (
        lambda: T1.request().replace("content-type;host,", "content-type;host;x-tc-token,"),
        "authorization",
        "signedAbsent",
    ),
    "host not signed": (
        lambda: T1.request().replace("content-type;host,", "content-type,"),
        "authorization",
        "notSigned",
    ),
    "timestamp in milliseconds": (
        lambda: T1.request(X_TC_Timestamp="1551113065000"),
        "clock",
        "timestampMilliseconds",
    ),
    "wrong hash declared": (
        lambda: T1.request(X_TC_Content_SHA256="0" * 64),
        "payload",
        "declaredHash",
    ),
    "path": (lambda: T1.request().replace("POST / ", "POST /v1 "), "request", "path"),
    "method": (lambda: T1.request().replace("POST", "PUT"), "request", "method"),
    "no action": (lambda: T1.request().replace("X-TC-Action", "X-Action"), "request", "missing"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found_from_the_signature_alone(name: str) -> None:
    make, step, why = WRONG[name]
    steps = check(make(), P1)
    assert first_wrong(steps) == step
    assert why in reasons(steps[step])


def test_two_mistakes_at_once_are_found() -> None:
    steps = check(sent(T1.signature, Host="127.0.0.1:8000", Content_Type="application/json"), P1)
    assert {"host", "contentType"} <= set(reasons(steps["canonical"]))


def test_the_date_of_another_time_zone_is_named() -> None:
    # 16:44:25 UTC is past midnight in China.
    steps = check(T1.request().replace("/2019-02-25/", "/2019-02-26/"), P1)
    assert first_wrong(steps) == "scope"
    assert reasons(steps["scope"])[0] == "scopeLocal"


@pytest.mark.parametrize("hours", [0.1, -0.1])
def test_the_answers_date_shows_a_wrong_clock(hours: float) -> None:
    verbose = "\n".join(f"> {line}" for line in T1.request().splitlines())
    date = {0.1: "Mon, 25 Feb 2019 16:38:25 GMT", -0.1: "Mon, 25 Feb 2019 16:50:25 GMT"}[hours]
    steps = check(f"* Connected\n{verbose}\n> \n< HTTP/1.1 200 OK\n< Date: {date}\n", P1)
    assert reasons(steps["clock"]) == ["clockAhead" if hours > 0 else "clockBehind"]
    assert steps["signature"]["state"] == "ok"


def test_an_old_request_is_only_remarked_upon() -> None:
    steps = check(T1.request(), P1, now=T1.timestamp + 3600)
    assert steps["clock"]["state"] == "note"
    assert first_wrong(steps) is None


def test_what_this_service_takes_all_the_same_is_a_remark() -> None:
    steps = check(sent(T1.signature, Host=f"{T1.host}:8000"), P1)
    assert first_wrong(steps) is None
    assert reasons(steps["canonical"]) == ["host", "accepted"]


@pytest.mark.parametrize(
    ("key", "why"), [(f" {EX[1]}\n", "keySpace"), (EX[1].lower(), None)], ids=["white space", "another"]
)
def test_a_wrong_key_is_told_from_a_wrong_text(key: str, why: str | None) -> None:
    to_sign = f"TC3-HMAC-SHA256\n{T1.timestamp}\n{T1.date}/cvm/tc3_request\n{T1.hash}"
    steps = check(T1.request(), P1, signed=f"{canonical()}\n\n{to_sign}", key=key)
    assert first_wrong(steps) == "key"
    assert reasons(steps["key"]) == [why or "keyOther"]


def test_keys_passed_on_as_hex_are_found() -> None:
    key = f"TC3{EX[1]}"
    for part in (T1.date, "cvm", "tc3_request"):
        key = hmac.digest(key.encode(), part.encode(), "sha256").hex()
    to_sign = f"TC3-HMAC-SHA256\n{T1.timestamp}\n{T1.date}/cvm/tc3_request\n{T1.hash}"
    made = hmac.digest(key.encode(), to_sign.encode(), "sha256").hex()
    steps = check(sent(made), P1)
    assert first_wrong(steps) == "key"
    assert reasons(steps["key"]) == ["keyHex"]


TEXTS: dict[str, tuple[Callable[[str], str], str]] = {
    "host": (lambda text: text.replace("host:cvm.", "host:aiart."), "host"),
    "content type": (lambda text: text.replace("; charset=utf-8", ""), "contentType"),
    "case of a value": (lambda text: text.replace("utf-8", "UTF-8"), "headerCase"),
    "case of a name": (lambda text: text.replace("host:", "Host:"), "headerNameCase"),
    "space after the colon": (lambda text: text.replace("host:", "host: "), "headerSpace"),
    "order of headers": (
        lambda text: text.replace(
            "content-type:application/json; charset=utf-8\nhost:cvm.tencentcloudapi.com\n",
            "host:cvm.tencentcloudapi.com\ncontent-type:application/json; charset=utf-8\n",
        ),
        "headersUnsorted",
    ),
    "order of names": (lambda text: text.replace("content-type;host", "host;content-type"), "namesDiffer"),
    "blank line": (lambda text: text.replace("com\n\n", "com\n"), "noBlankLine"),
    "path": (lambda text: text.replace("POST\n/\n", "POST\n\n"), "pathEmpty"),
    "query": (lambda text: text.replace("POST\n/\n\n", "POST\n/\nLimit=1\n"), "queryInPost"),
    "payload": (lambda text: text.replace(BODY_HASH, hashlib.sha256(b"{}").hexdigest()), "payloadBraces"),
    "payload not hashed": (lambda text: text.replace(BODY_HASH, "UNSIGNED-PAYLOAD"), "payloadUnhashed"),
    "another payload": (lambda text: text.replace(BODY_HASH, "0" * 64), "payloadOther"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_canonical_request_is_compared_line_by_line(name: str) -> None:
    change, why = TEXTS[name]
    text = change(canonical())
    assert text != canonical()
    steps = check(sent(signature(text)), P1, signed=f"signing:\n{text}\n", key="")
    assert first_wrong(steps) == "canonical"
    assert why in reasons(steps["canonical"])


def test_a_string_to_sign_is_compared() -> None:
    text = f"TC3-HMAC-SHA256\n{T1.timestamp}\n2019-02-26/aiart/tc3_request\n{T1.hash}"
    steps = check(T1.request(), P1, signed=text, key="")
    assert steps["canonical"]["state"] == "ok"
    assert reasons(steps["toSign"]) == ["scopeDate", "service"]


def test_a_hash_without_its_text_is_explained() -> None:
    wrong = canonical(
        headers=[("content-type", T1.content_type.encode()), ("host", b"aiart.tencentcloudapi.com")]
    )
    scope = tc3.credential_scope(T1.date, "cvm")
    text = tc3.string_to_sign(T1.timestamp, scope, wrong.encode())
    steps = check(T1.request(), P1, signed=text, key="")
    assert first_wrong(steps) == "canonical"
    assert reasons(steps["canonical"]) == ["host"]


def test_what_was_signed_can_be_checked_without_a_request() -> None:
    to_sign = f"TC3-HMAC-SHA256\n{T1.timestamp}\n{T1.date}/cvm/tc3_request\n{T1.hash}"
    steps = check("", signed=f"{canonical()}\n{to_sign}")
    assert first_wrong(steps) is None
    assert steps["signature"]["ours"] == T1.signature
    wrong = check("", signed=f"{canonical(method='post')}\n{to_sign}")
    assert first_wrong(wrong) == "canonical"
    assert reasons(wrong["toSign"]) == ["hashOther"]


def test_a_curl_command_is_read() -> None:
    headers = " \\\n  ".join(f"-H '{line}'" for line in T1.request().splitlines()[1:])
    steps = check(f"curl -sS -X POST https://{T1.host}/ \\\n  {headers} \\\n  --data-binary '{P1}' | jq .")
    assert steps["signature"]["state"] == "ok"


def test_a_body_under_the_headers_is_read() -> None:
    steps = check(f"{T1.request()}\r\n\r\n{P1}")
    assert steps["signature"]["state"] == "ok"


def test_what_nothing_explains_is_said_so() -> None:
    steps = check(sent("0" * 64), P1)
    assert reasons(steps["signature"]) == ["unexplained"]
