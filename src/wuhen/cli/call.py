"""`wuhen call`: one signed request to any endpoint, to see what it answers."""

import asyncio
import base64
import json
import os
import secrets
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp
import click
from yarl import URL

from wuhen.action import ACTION, ACTIONS
from wuhen.cli.errors import Failed, report_errors
from wuhen.cli.files import write_whole
from wuhen.wire import (
    Action,
    Float,
    Integer,
    List,
    Parameter,
    SignatureMethod,
    Struct,
    Type,
    encode_form,
    flatten,
    sign_tc3,
    sign_v1,
)

__all__ = ["command"]

FORMS = {
    "json": "POST, TC3-HMAC-SHA256",
    "unsigned": "POST, TC3-HMAC-SHA256, payload not signed",
    "get": "GET, TC3-HMAC-SHA256",
    "v1-sha256": "POST, HmacSHA256",
    "v1-sha1": "POST, HmacSHA1",
}
CLOUD = "https://aiart.tencentcloudapi.com"
FOLDED = 96
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class _Key:
    """The caller's key pair; a `wuhen.wire.Credential`."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


@click.command()
@click.option(
    "--endpoint", default="http://127.0.0.1:8000", show_default=True, help=f"The cloud's is {CLOUD}."
)
@click.option(
    "--photo", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Sent as InputImage."
)
@click.option("--mask", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Sent as Mask.")
@click.option(
    "-p",
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="E.g. LogoParam.LogoRect.X=5, or Find.0=text.",
)
@click.option("--action", default=ACTION.name, show_default=True)
@click.option("--version", help="By default that of the action.")
@click.option("--region", default="ap-guangzhou", show_default=True)
@click.option("--language", type=click.Choice(["en-US", "zh-CN"]), default="en-US", show_default=True)
@click.option(
    "--form", type=click.Choice([*FORMS]), default="json", show_default=True, help="How the call is sent."
)
@click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="JSON as `wuhen keys create --json` prints it.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write the result here; further candidates beside it, as NAME-2 and so on.",
)
@click.option(
    "--ca", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="PEM certificates to trust."
)
@click.option("--timeout", type=float, default=60.0, show_default=True, metavar="SECONDS")
def command(
    endpoint: str,
    photo: Path | None,
    mask: Path | None,
    params: tuple[str, ...],
    action: str,
    version: str | None,
    region: str,
    language: str,
    form: str,
    key: Path | None,
    output: Path | None,
    ca: Path | None,
    timeout: float,
) -> None:
    """Send one signed call and print the answer.

    The key is read from the file --key, or from TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and
    TENCENTCLOUD_TOKEN, which Tencent Cloud's own tools read too. The exit status is 1 when the answer is an
    error.
    """
    with report_errors():
        known = next((one for one in ACTIONS if one.name == action), ACTION)
        parameters = _parameters(known, params, photo, mask)
        version = version or known.version
        common = {"action": action, "version": version, "region": region, "language": language}
        target = _target(endpoint)
        request = _sign(form, target.netloc, _credential(key), known.service, parameters, common)
        url = f"{target.scheme}://{target.netloc}{target.path.rstrip('/')}/"
        answer = asyncio.run(_exchange(url, request, ca, timeout))
        response = answer.get("Response", {})
        for file, (name, image) in _results(known, response, output):
            write_whole(file, asyncio.run(_picture(name, image, ca, timeout)))
    text = json.dumps(_fold(answer), ensure_ascii=False, indent=1)
    click.echo(text.encode("utf-8", "replace"))
    if "Error" in response:
        raise SystemExit(1)


def _results(
    action: Action, response: Mapping[str, Any], output: Path | None
) -> Iterator[tuple[Path, tuple[str, object]]]:
    """Yield the pictures of an answer, each with the file that it is to be written to."""
    if output is None:
        return
    further = response.get("Alternatives") or []
    for index, members in enumerate((response, *further), 1):
        file = output if index == 1 else output.with_stem(f"{output.stem}-{index}")
        for name in action.answered_pictures:
            if image := members.get(name):
                yield file, (name, image)


def _target(endpoint: str) -> SplitResult:
    wrong = Failed(f"{endpoint} is no endpoint: write http://host:port or https://host")
    try:
        target = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
        usable = target.hostname and target.port != 0 and "@" not in target.netloc
    except ValueError:
        raise wrong from None
    if target.scheme not in {"http", "https"} or not usable:
        raise wrong
    return target


def _credential(file: Path | None) -> _Key:
    if file is None:
        found = {
            name: os.environ.get(f"TENCENTCLOUD_{name}") for name in ("SECRET_ID", "SECRET_KEY", "TOKEN")
        }
        if not found["SECRET_ID"] or not found["SECRET_KEY"]:
            raise Failed("no key: give --key FILE, or set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY")
        return _Key(found["SECRET_ID"], found["SECRET_KEY"], found["TOKEN"])
    try:
        pair = json.loads(file.read_text(encoding="utf-8"))
        return _Key(pair["SecretId"], pair["SecretKey"], pair.get("Token"))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Failed(f"{file} is not a key: it must be JSON with SecretId and SecretKey") from None


def _parameters(
    action: Action, params: tuple[str, ...], photo: Path | None, mask: Path | None
) -> dict[str, Any]:
    """Return the parameters as the object that JSON sends: numbers and lists where they are declared."""
    parameters: dict[str, Any] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals or not name:
            raise Failed(f"--param {param}: write NAME=VALUE")
        *path, last = name.split(".")
        inner = parameters
        for step in path:
            inner = inner.setdefault(step, {})
            if not isinstance(inner, dict):
                raise Failed(f"--param {param}: {step} already has a value, so it cannot have members")
        inner[last] = _typed(action, name, value)
    parameters = {
        name: _listed(action.parameters.by_name.get(name), value) for name, value in parameters.items()
    }
    if photo:
        parameters["InputImage"] = base64.b64encode(photo.read_bytes()).decode("ascii")
    if mask:
        parameters["Mask"] = base64.b64encode(mask.read_bytes()).decode("ascii")
    return parameters


def _typed(action: Action, name: str, value: str) -> object:
    """Return a value as what the action declares it to be, as far as it can be read so."""
    declared = action.parameters.find(name)
    try:
        match declared.type if declared is not None else None:
            case Integer() if value.lstrip("-").isdecimal():
                return int(value)
            case Float():
                return float(value)
            case List() | Struct():
                return json.loads(value)
            case _:
                return value
    except (ValueError, RecursionError):
        return value


def _listed(declared: Parameter | None, value: object) -> object:
    """Return a parameter with lists where the action declares them and members were numbered from 0."""
    return value if declared is None else _numbered(declared.type, value)


def _numbered(kind: Type, value: object) -> object:
    match kind, value:
        case List(member=member), dict() if set(value) == {str(index) for index in range(len(value))}:
            return [_numbered(member, value[str(index)]) for index in range(len(value))]
        case Struct(), dict():
            return {name: _listed(kind.by_name.get(name), inner) for name, inner in value.items()}
        case _:
            return value


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    headers: Mapping[str, str] = field(repr=False)
    query: bytes = field(default=b"", repr=False)
    body: bytes = field(default=b"", repr=False)


def _sign(
    form: str,
    host: str,
    key: _Key,
    service: str,
    parameters: Mapping[str, Any],
    common: Mapping[str, Any],
) -> _Request:
    timestamp = int(time.time())
    if form.startswith("v1"):
        method = SignatureMethod.SHA1 if form == "v1-sha1" else SignatureMethod.SHA256
        nonce = secrets.randbelow(2**31 - 1) + 1
        pairs = sign_v1(
            key,
            flatten(parameters),
            host=host,
            timestamp=timestamp,
            nonce=nonce,
            signature_method=method,
            **common,
        )
        return _Request("POST", {"Content-Type": FORM_TYPE, "Host": host}, body=encode_form(pairs))
    if form == "get":
        query = encode_form(flatten(parameters))
        headers = sign_tc3(
            key, service=service, host=host, timestamp=timestamp, method="GET", query=query, **common
        )
        return _Request("GET", headers, query=query)
    body = json.dumps(parameters).encode("ascii")
    headers = sign_tc3(
        key,
        service=service,
        host=host,
        timestamp=timestamp,
        body=body,
        unsigned_payload=form == "unsigned",
        **common,
    )
    return _Request("POST", headers, body=body)


async def _exchange(url: str, request: _Request, ca: Path | None, seconds: float) -> dict[str, Any]:
    target = URL(url + ("?" + request.query.decode("ascii") if request.query else ""), encoded=True)
    async with _session(ca, seconds) as session:
        try:
            # A signed call is for its endpoint; it is not handed on to where that may point.
            answer = await session.request(
                request.method,
                target,
                data=request.body or None,
                headers=dict(request.headers),
                allow_redirects=False,
            )
            text = await answer.read()
        except TimeoutError:
            raise Failed(f"{url} did not answer within {seconds:g} s") from None
        except aiohttp.ClientError as error:
            raise Failed(f"{url} cannot be called: {' '.join(str(error).split())}") from error
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("Response"), dict):
        raise Failed(
            f"{url} answered with status {answer.status} but no API envelope; is it the right endpoint?"
        )
    return parsed


async def _picture(name: str, image: object, ca: Path | None, seconds: float) -> bytes:
    """Return the result: decoded, or fetched where the answer is a URL."""
    if not isinstance(image, str) or not image.startswith(("http://", "https://")):
        try:
            return base64.b64decode(image if isinstance(image, str) else "?", validate=True)
        except ValueError:
            raise Failed(f"the answer's {name} is neither base64 nor a URL") from None
    async with _session(ca, seconds) as session:
        try:
            answer = await session.get(URL(image, encoded=True), raise_for_status=True)
            return await answer.read()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Failed(f"the result cannot be fetched: {error}") from error


def _session(ca: Path | None, timeout: float) -> aiohttp.ClientSession:
    context = ssl.create_default_context(cafile=ca) if ca else True
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=context), timeout=aiohttp.ClientTimeout(total=timeout)
    )


def _fold(value: Any) -> Any:
    """Shorten what is too long to read; URLs are kept whole."""
    if isinstance(value, dict):
        return {name: _fold(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_fold(inner) for inner in value]
    if isinstance(value, str) and len(value) > FOLDED and not value.startswith("http"):
        return f"{value[: FOLDED // 2]}… ({len(value)} characters)"
    return value
