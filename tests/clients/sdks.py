"""Requests the way each official SDK writes them, where they differ from each other.

Read in the SDKs' sources: which headers they send, what exactly they sign, how they encode. Python, tccli
and Node.js are here too, though the tests run the real ones: what a later version of them changes must not
take a case away that older versions, still installed somewhere, depend on.
"""

import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

from clients.raw import (
    ACTION,
    FORM,
    JSON,
    REGION,
    VERSION,
    Caller,
    Headers,
    Raw,
    flattened,
    query_of,
    sha256,
    tc3,
    v1,
    v1_fields,
)

Builder = Callable[[Caller], Raw]

JSON_UTF8 = f"{JSON}; charset=utf-8"
FORM_UTF8 = f"{FORM}; charset=utf-8"
BOUNDARY = "2f8a6c1e-7f0b-4a7b-9b1c-0c7de1a5b9f2"


def compact(caller: Caller) -> bytes:
    """Return the parameters as JSON without spaces, as all but Python write them."""
    return json.dumps(caller.parameters, separators=(",", ":")).encode()


def common(caller: Caller, client: str) -> Headers:
    """Return the headers that every SDK sends with TC3."""
    token = (("X-TC-Token", caller.key.token),) if caller.key.token else ()
    return (
        ("X-TC-Action", ACTION),
        ("X-TC-RequestClient", client),
        ("X-TC-Timestamp", str(caller.now)),
        ("X-TC-Version", VERSION),
        ("X-TC-Region", REGION),
        *token,
    )


def length(body: bytes) -> Headers:
    """Return the header that says how long the body is."""
    return (("Content-Length", str(len(body))),)


def signed(content_type: str, host: str) -> Headers:
    """Return the two headers that official SDKs sign."""
    return (("content-type", content_type), ("host", host))


def python_async_post(caller: Caller) -> Raw:
    """Httpx is given a URL that ends in `?`: the query is there, and empty."""
    body = json.dumps(caller.parameters).encode()
    headers = (
        ("X-TC-TraceId", "ffe0c072-8a5d-4e17-8887-a8a60252abca"),
        ("Content-Type", JSON),
        ("Host", caller.endpoint),
        *common(caller, "SDK_PYTHON_3.1.179"),
        ("X-TC-Language", "zh-CN"),
        ("Authorization", tc3(caller, "POST", signed(JSON, caller.endpoint), payload=body)),
        *length(body),
    )
    return Raw("POST", "/?", headers, body)


def tccli_post(caller: Caller) -> Raw:
    """With `--endpoint http://host:port`, tccli signs and sends the scheme as part of the host."""
    body = json.dumps(caller.parameters).encode()
    host = f"http://{caller.endpoint}"
    headers = (
        ("Host", host),
        ("User-Agent", "python-requests/2.32.5"),
        ("Accept-Encoding", "gzip, deflate"),
        ("Accept", "*/*"),
        ("Connection", "keep-alive"),
        ("Content-Type", JSON),
        *common(caller, "SDK_PYTHON_3.1.179; _CLI_3.1.189.1"),
        ("X-TC-Language", "zh-CN"),
        ("Authorization", tc3(caller, "POST", signed(JSON, host), payload=body)),
        *length(body),
    )
    return Raw("POST", "/", headers, body)


def go_get(caller: Caller) -> Raw:
    """Go alone sorts its query; it leaves empty strings out of it and sends an idempotency key if told to."""
    query = query_of(sorted((name, value) for name, value in flattened(caller.parameters).items() if value))
    headers = (
        ("Host", caller.endpoint),
        ("User-Agent", "Go-http-client/1.1"),
        ("Authorization", tc3(caller, "GET", signed(FORM, caller.endpoint), query=query)),
        ("Content-Type", FORM),
        *common(caller, "SDK_GO_1.3.166: erase"),
        ("X-Idempotency-Key", "one"),
        ("X-TC-Language", "zh-CN"),
        ("Accept-Encoding", "gzip"),
    )
    return Raw("GET", f"/?{query}", headers)


def go_v1_post(caller: Caller, region: str = REGION) -> Raw:
    """Region, Language and Nonce are always there, even empty; the form is sorted, signature and all."""
    fields = v1_fields(caller, "SDK_GO_1.3.166", Language="zh-CN", Region=region)
    fields["Signature"] = v1(caller, "POST", fields, caller.endpoint)
    body = query_of(sorted(fields.items())).encode()
    return Raw("POST", "/", (("Host", caller.endpoint), *length(body), ("Content-Type", FORM)), body)


def node_post(caller: Caller) -> Raw:
    """Node.js signs the host without its port, sends it with, and takes the first label for the service."""
    body = compact(caller)
    authorization = tc3(caller, "POST", signed(JSON, caller.host), payload=body, service=caller.label)
    return Raw("POST", "/", _node_headers(caller, JSON, authorization) + length(body), body)


def node_get(caller: Caller) -> Raw:
    """The query keeps the order in which parameters were set; spaces are `%20`."""
    pairs = flattened(caller.parameters).items()
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    authorization = tc3(caller, "GET", signed(FORM, caller.host), query=query, service=caller.label)
    return Raw("GET", f"/?{query}", _node_headers(caller, FORM, authorization))


def _node_headers(caller: Caller, content_type: str, authorization: str) -> Headers:
    return (
        ("X-TC-TraceId", "ffe0c072-8a5d-4e17-8887-a8a60252abca"),
        ("Host", caller.endpoint),
        *common(caller, "SDK_NODEJS_4.1.299"),
        ("Content-Type", content_type),
        ("Authorization", authorization),
        ("Accept", "*/*"),
        ("User-Agent", "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)"),
        ("Accept-Encoding", "gzip,deflate"),
        ("Connection", "close"),
    )


def java_post(caller: Caller) -> Raw:
    """The HTTP library adds a charset to every content type, so it is signed, too."""
    return _java(caller, JSON_UTF8, compact(caller))


def java_multipart(caller: Caller) -> Raw:
    """The charset stands before the boundary."""
    parts = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in flattened(caller.parameters).items()
    )
    body = f"{parts}--{BOUNDARY}--\r\n".encode()
    return _java(caller, f"multipart/form-data; charset=utf-8; boundary={BOUNDARY}", body)


def _java(caller: Caller, content_type: str, body: bytes) -> Raw:
    proof = tc3(caller, "POST", signed(content_type, caller.endpoint), payload=body, service=caller.label)
    headers = (
        ("Content-Type", content_type),
        ("Host", caller.endpoint),
        ("Authorization", proof),
        *common(caller, "SDK_JAVA_3.2.11"),
        *length(body),
        ("Connection", "Keep-Alive"),
        ("Accept-Encoding", "gzip"),
        ("User-Agent", "okhttp/4.12.0"),
    )
    return Raw("POST", "/", headers, body)


def java_get(caller: Caller) -> Raw:
    """A hash map's order, and keys that are not encoded."""
    pairs = sorted(flattened(caller.parameters).items(), key=lambda pair: sha256(pair[0].encode()))
    query = "&".join(f"{name}={quote_plus(value)}" for name, value in pairs)
    proof = tc3(caller, "GET", signed(FORM, caller.endpoint), query=query, service=caller.label)
    headers = (
        ("Content-Type", FORM),
        ("Host", caller.endpoint),
        ("Authorization", proof),
        *common(caller, "SDK_JAVA_3.2.11"),
        ("User-Agent", "okhttp/4.12.0"),
    )
    return Raw("GET", f"/?{query}", headers)


def java_v1_post(caller: Caller) -> Raw:
    """The form has a charset in its content type, too."""
    fields = v1_fields(caller, "SDK_JAVA_3.2.11", "HmacSHA256")
    fields["Signature"] = v1(caller, "POST", fields, caller.endpoint)
    body = query_of(fields.items()).encode()
    return Raw("POST", "/", (("Content-Type", FORM_UTF8), *length(body), ("Host", caller.endpoint)), body)


def dotnet_post(caller: Caller) -> Raw:
    """Two spaces after the algorithm."""
    body = compact(caller)
    proof = tc3(
        caller, "POST", signed(JSON, caller.endpoint), payload=body, service=caller.label, separator="  "
    )
    headers = (
        ("Authorization", proof),
        ("Host", caller.endpoint),
        *common(caller, "SDK_NET_3.0.1493"),
        ("X-TC-Language", "zh-CN"),
        ("Content-Type", JSON),
        *length(body),
    )
    return Raw("POST", "/", headers, body)


def dotnet_get(caller: Caller) -> Raw:
    """A content type though there is no content: an empty body, with its length."""
    query = query_of(flattened(caller.parameters).items())
    proof = tc3(
        caller, "GET", signed(FORM, caller.endpoint), query=query, service=caller.label, separator="  "
    )
    headers = (
        ("Authorization", proof),
        ("Host", caller.endpoint),
        *common(caller, "SDK_NET_3.0.1493"),
        ("X-TC-Language", "zh-CN"),
        ("Content-Type", FORM),
        ("Content-Length", "0"),
    )
    return Raw("GET", f"/?{query}", headers)


def dotnet_v1_post(caller: Caller) -> Raw:
    """The URL of a POST ends in `/?`."""
    fields = v1_fields(caller, "SDK_NET_3.0.1493", Language="zh-CN")
    fields["Signature"] = v1(caller, "POST", fields, caller.endpoint)
    body = query_of(fields.items()).encode()
    headers = (("Host", caller.endpoint), ("Content-Type", FORM), *length(body))
    return Raw("POST", "/?", headers, body)


def php_post(caller: Caller) -> Raw:
    """Guzzle asks before it sends more than a megabyte; PHP escapes the slashes in JSON."""
    body = compact(caller).replace(b"/", rb"\/")
    proof = tc3(caller, "POST", signed(JSON, caller.endpoint), payload=body, service=caller.label)
    headers = (
        ("Host", caller.endpoint),
        *common(caller, "SDK_PHP_3.0.1656"),
        ("Content-Type", JSON),
        ("Authorization", proof),
        ("User-Agent", "GuzzleHttp/7"),
        *length(body),
        ("Expect", "100-Continue"),
    )
    return Raw("POST", "/", headers, body)


def cpp_post(caller: Caller) -> Raw:
    """The connection is closed after each call; libcurl asks before it sends a big body."""
    body = compact(caller)
    proof = tc3(caller, "POST", signed(JSON, caller.endpoint), payload=body, service=caller.label)
    headers = (
        ("Host", caller.endpoint),
        ("Accept", "*/*"),
        ("Authorization", proof),
        ("Connection", "Close"),
        ("Content-Type", JSON),
        *common(caller, "SDK_CPP_3.3.165"),
        *length(body),
        ("Expect", "100-continue"),
    )
    return Raw("POST", "/", headers, body)


def ruby_post(caller: Caller) -> Raw:
    """Ruby knows no port: host and service are the endpoint's bare name."""
    body = compact(caller)
    proof = tc3(caller, "POST", signed(JSON, caller.host), payload=body, service=caller.label)
    return _ruby(caller, JSON, proof, body)


def ruby_multipart(caller: Caller) -> Raw:
    """The content type is signed without the boundary that is sent; a structure is a part of JSON."""
    parts = ""
    for name, value in caller.parameters.items():
        kind = "" if isinstance(value, str | int) else f"Content-Type: {JSON}\r\n"
        text = str(value) if isinstance(value, str | int) else json.dumps(value)
        parts += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n{kind}\r\n{text}\r\n'
    body = f"{parts}--{BOUNDARY}--\r\n".encode()
    proof = tc3(
        caller, "POST", signed("multipart/form-data", caller.host), payload=body, service=caller.label
    )
    return _ruby(caller, f"multipart/form-data; boundary={BOUNDARY}", proof, body)


def _ruby(caller: Caller, content_type: str, authorization: str, body: bytes) -> Raw:
    headers = (
        ("Content-Type", content_type),
        ("Accept-Encoding", "gzip;q=1.0,deflate;q=0.6,identity;q=0.3"),
        ("Accept", "*/*"),
        ("User-Agent", "Ruby"),
        ("Host", caller.host),
        *common(caller, "SDK_RUBY_3.0.1335"),
        ("X-TC-Language", "zh-CN"),
        ("X-TC-TraceId", "ffe0c072-8a5d-4e17-8887-a8a60252abca"),
        ("Authorization", authorization),
        *length(body),
    )
    return Raw("POST", "/", headers, body)


def ruby_v1_post(caller: Caller, region: str | None = REGION) -> Raw:
    """The signature ends in a newline; a region that is not set is a bare key, signed as an empty value."""
    fields = v1_fields(caller, "SDK_RUBY_3.0.1335", Language="zh-CN", Region=region or "")
    fields["Signature"] = v1(caller, "POST", fields, caller.host) + "\n"
    form = query_of(fields.items())
    if region is None:
        form = form.replace("&Region=&", "&Region&")
    body = form.encode()
    return Raw("POST", "/", (("Host", caller.host), ("Content-Type", FORM), *length(body)), body)


def teco_post(caller: Caller) -> Raw:
    """The community's Swift SDK signs every header, the hash of the body among them."""
    body = compact(caller)
    own = {
        "content-type": JSON,
        "host": caller.endpoint,
        "x-tc-action": ACTION,
        "x-tc-content-sha256": sha256(body),
        "x-tc-requestclient": "Teco",
        "x-tc-timestamp": str(caller.now),
        "x-tc-version": VERSION,
    }
    proof = tc3(caller, "POST", tuple(own.items()), payload=body)
    return Raw(
        "POST", "/", (*own.items(), ("x-tc-region", REGION), ("authorization", proof), *length(body)), body
    )


def documented_post(caller: Caller) -> Raw:
    """The documentation's newer example signs the action as well, its value in lower case."""
    body = json.dumps(caller.parameters).encode()
    names = (*signed(JSON_UTF8, caller.endpoint), ("x-tc-action", ACTION.lower()))
    headers = (
        ("Authorization", tc3(caller, "POST", names, payload=body)),
        ("Content-Type", JSON_UTF8),
        ("Host", caller.endpoint),
        *common(caller, "none"),
        *length(body),
    )
    return Raw("POST", "/", headers, body)


POSTS: dict[str, Builder] = {
    "python, async": python_async_post,
    "tccli": tccli_post,
    "go, v1": go_v1_post,
    "node": node_post,
    "java": java_post,
    "java, multipart": java_multipart,
    "java, v1": java_v1_post,
    ".NET": dotnet_post,
    ".NET, v1": dotnet_v1_post,
    "ruby": ruby_post,
    "ruby, multipart": ruby_multipart,
    "ruby, v1": ruby_v1_post,
    "Teco": teco_post,
    "documentation": documented_post,
}
"""What carries pictures in its body."""

GETS: dict[str, Builder] = {"go": go_get, "node": node_get, "java": java_get, ".NET": dotnet_get}
"""What carries URLs of pictures in its query."""

ASKING: dict[str, Builder] = {"php": php_post, "C++": cpp_post}
"""What asks before it sends a big body."""
