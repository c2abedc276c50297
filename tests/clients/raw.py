"""Requests as bytes, signed by hand.

Signatures are computed here from the vendor's description, not by `wuhen.wire`: a mistake that signing
and verifying share would otherwise go unnoticed.
"""

import base64
import hashlib
import hmac
import json
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPResponse
from typing import Any, Literal
from urllib.parse import quote_plus

from harness import Key, Service

ACTION = "ImageInpaintingRemoval"
VERSION = "2022-12-29"
REGION = "ap-guangzhou"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
UNSIGNED = "UNSIGNED-PAYLOAD"
TIMEOUT = 60.0

Headers = tuple[tuple[str, str], ...]
Style = Literal["tc3-json", "tc3-get", "v1-form", "v1-get"]


@dataclass(frozen=True)
class Raw:
    """A request, each byte of it decided by whoever makes it."""

    method: str
    target: str
    headers: Headers
    body: bytes = field(default=b"", repr=False)

    @property
    def head(self) -> bytes:
        """The request line and the headers, with the empty line behind them."""
        lines = [
            f"{self.method} {self.target} HTTP/1.1",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n"

    def __bytes__(self) -> bytes:
        return self.head + self.body


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Headers
    body: bytes = field(repr=False)

    @property
    def response(self) -> dict[str, Any]:
        """What the envelope holds."""
        envelope: dict[str, dict[str, Any]] = json.loads(self.body)
        assert list(envelope) == ["Response"]
        return envelope["Response"]

    @property
    def code(self) -> str:
        """The error's code, `OK` without one."""
        return str(self.response["Error"]["Code"]) if "Error" in self.response else "OK"

    @property
    def message(self) -> str:
        """The error's message."""
        return str(self.response["Error"]["Message"])

    @property
    def image(self) -> str:
        """The result; says the error where there is none."""
        assert self.code == "OK", self.response
        return str(self.response["ResultImage"])

    @property
    def request_id(self) -> str:
        return str(self.response["RequestId"])


@dataclass(frozen=True)
class Caller:
    """Who calls, where, and with which parameters: what every builder of requests starts from."""

    key: Key
    port: int
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)
    host: str = "127.0.0.1"
    now: int = field(default_factory=lambda: int(time.time()))

    @classmethod
    def of(cls, service: Service, parameters: Mapping[str, Any], *, key: Key | None = None) -> "Caller":
        """Return a caller of `service`, with its own key unless another is given."""
        return cls(key or service.key, service.port, parameters)

    @property
    def endpoint(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    @property
    def label(self) -> str:
        """The endpoint's first label, which many SDKs take for the name of the service."""
        return self.endpoint.split(".")[0]


def connect(port: int) -> socket.socket:
    """Open a connection to the service."""
    return socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)


def send(port: int, request: Raw) -> Answer:
    """Send a request over a connection of its own."""
    with connect(port) as connection:
        connection.sendall(bytes(request))
        return receive(connection, request.method)


def receive(connection: socket.socket, method: str = "POST") -> Answer:
    """Read one answer; interim ones are skipped."""
    with HTTPResponse(connection, method=method) as response:
        response.begin()
        return Answer(response.status, tuple(response.getheaders()), response.read())


def flattened(parameters: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return nested parameters as names with dots and values as text; what is None is left out."""
    flat: dict[str, str] = {}
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{prefix}{name}.")
        elif value is not None:
            flat[prefix + name] = str(value)
    return flat


def query_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Return pairs as most SDKs encode them: spaces as `+`, the order as it is."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)


def sha256(data: bytes) -> str:
    """Return the digest in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def tc3(
    caller: Caller,
    method: str,
    signed: Headers,
    *,
    payload: bytes = b"",
    query: str = "",
    service: str = "aiart",
    separator: str = " ",
) -> str:
    """Return an `Authorization` header; `signed` are the headers as they are signed, in that order."""
    names = ";".join(name for name, _ in signed)
    lines = "".join(f"{name}:{value}\n" for name, value in signed)
    canonical = f"{method}\n/\n{query}\n{lines}\n{names}\n{sha256(payload)}"
    date = datetime.fromtimestamp(caller.now, UTC).strftime("%Y-%m-%d")
    scope = f"{date}/{service}/tc3_request"
    text = f"TC3-HMAC-SHA256\n{caller.now}\n{scope}\n{sha256(canonical.encode())}"
    key = f"TC3{caller.key.secret_key}".encode()
    for step in (date, service, "tc3_request", text):
        key = hmac.digest(key, step.encode(), "sha256")
    credential = f"{caller.key.secret_id}/{scope}"
    return f"TC3-HMAC-SHA256{separator}Credential={credential}, SignedHeaders={names}, Signature={key.hex()}"


def v1(caller: Caller, method: str, fields: Mapping[str, str], host: str) -> str:
    """Return the signature of `fields`, in which `SignatureMethod` says the algorithm."""
    text = f"{method}{host}/?" + "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    digest = "sha256" if fields.get("SignatureMethod") == "HmacSHA256" else "sha1"
    return base64.b64encode(hmac.digest(caller.key.secret_key.encode(), text.encode(), digest)).decode(
        "ascii"
    )


def v1_fields(caller: Caller, client: str, algorithm: str = "HmacSHA1", **more: str) -> dict[str, str]:
    """Return the common parameters of signature v1, before the signature, with the action's own in front."""
    common = {
        "Action": ACTION,
        "RequestClient": client,
        "Nonce": "11886",
        "Timestamp": str(caller.now),
        "Version": VERSION,
        "SecretId": caller.key.secret_id,
        "Region": REGION,
        "SignatureMethod": algorithm,
    }
    token = {"Token": caller.key.token} if caller.key.token else {}
    return flattened(caller.parameters) | common | token | more


def changed(headers: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """Return headers or fields with some replaced, and those whose new value is None left out."""
    return {name: value for name, value in (dict(headers) | dict(changes)).items() if value is not None}


def plain(caller: Caller, style: Style = "tc3-json", changes: Mapping[str, str | None] | None = None) -> Raw:
    """Return a request without anybody's quirks; its headers, or fields of v1, are changed by `changes`."""
    changes = changes or {}
    if style in {"v1-form", "v1-get"}:
        return _plain_v1(caller, "GET" if style == "v1-get" else "POST", changes)
    method = "GET" if style == "tc3-get" else "POST"
    query = query_of(flattened(caller.parameters).items()) if method == "GET" else ""
    body = b"" if method == "GET" else json.dumps(caller.parameters).encode()
    content_type = FORM if method == "GET" else JSON
    signed = (("content-type", content_type), ("host", caller.endpoint))
    headers = {
        "Host": caller.endpoint,
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
        "X-TC-Action": ACTION,
        "X-TC-Version": VERSION,
        "X-TC-Timestamp": str(caller.now),
        "X-TC-Region": REGION,
        "Authorization": tc3(caller, method, signed, payload=body, query=query),
    }
    if caller.key.token:
        headers["X-TC-Token"] = caller.key.token
    return Raw(method, f"/?{query}" if query else "/", tuple(changed(headers, changes).items()), body)


def _plain_v1(caller: Caller, method: str, changes: Mapping[str, str | None]) -> Raw:
    fields = changed(v1_fields(caller, "plain", "HmacSHA256"), changes)
    if "Signature" not in changes:
        fields["Signature"] = v1(caller, method, fields, caller.endpoint)
    form = query_of(fields.items())
    if method == "GET":
        return Raw(method, f"/?{form}", (("Host", caller.endpoint),))
    headers = (("Host", caller.endpoint), ("Content-Type", FORM), ("Content-Length", str(len(form))))
    return Raw(method, "/", headers, form.encode())


def call(
    service: Service,
    parameters: Mapping[str, Any],
    style: Style = "tc3-json",
    *,
    key: Key | None = None,
    changes: Mapping[str, str | None] | None = None,
) -> Answer:
    """Call the service."""
    return send(service.port, plain(Caller.of(service, parameters, key=key), style, changes))
