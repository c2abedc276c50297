"""Keys, actions and requests that the wire tests share."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from hypothesis import settings

from wuhen.wire import (
    Action,
    ApiError,
    Call,
    Credential,
    HttpRequest,
    Integer,
    Key,
    Limits,
    List,
    Message,
    Parameter,
    String,
    Struct,
    Type,
    encode_form,
    read,
    route,
    sign_tc3,
    sign_v1,
    verify,
)

some_examples: Final = settings(max_examples=60, deadline=None)
"""For property tests: enough examples, and no deadline, since the machine may be busy."""

EXAMPLE_KEY: Final = Key("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")
NOW: Final = 1731574045
HOST: Final = "aiart.tencentcloudapi.com"
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"

_TEXT: Final = Message(en="A parameter.", zh="参数。")


def parameter(name: str, kind: Type, *, required: bool = False) -> Parameter:
    return Parameter(name, kind, _TEXT, required=required)


ERASE: Final = Action(
    service="aiart",
    name="ImageInpaintingRemoval",
    version="2022-12-29",
    description=_TEXT,
    parameters=Struct(
        (
            *(
                parameter(name, String())
                for name in ("InputImage", "InputUrl", "Mask", "MaskUrl", "RspImgType")
            ),
            parameter("LogoAdd", Integer()),
            parameter(
                "LogoParam",
                Struct(
                    (
                        parameter("LogoUrl", String()),
                        parameter("LogoImage", String()),
                        parameter(
                            "LogoRect",
                            Struct(
                                tuple(parameter(name, Integer()) for name in ("X", "Y", "Width", "Height"))
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
)

DESCRIBE: Final = Action(
    service="aiart",
    name="Describe",
    version="2022-12-29",
    description=_TEXT,
    parameters=Struct(
        (
            parameter("Ids", List(String()), required=True),
            parameter(
                "Filters",
                List(Struct((parameter("Name", String(), required=True), parameter("Limit", Integer())))),
            ),
        ),
    ),
)

ACTIONS: Final = (ERASE, DESCRIBE)


def http(
    method: str,
    headers: Mapping[str, str] | Sequence[tuple[str, str]],
    *,
    query: bytes = b"",
    body: bytes = b"",
    path: str = "/",
) -> HttpRequest:
    """Return a request as a server receives it."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    return HttpRequest.from_raw(method, path, query, raw, body)


def tc3_post(
    parameters: object,
    *,
    key: Key = EXAMPLE_KEY,
    action: str = ERASE.name,
    content_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> HttpRequest:
    """Return a signed POST; `parameters` is bytes, or what to write as JSON."""
    body = parameters if isinstance(parameters, bytes) else json.dumps(parameters).encode()
    signed = sign_tc3(
        key,
        service="aiart",
        host=HOST,
        action=action,
        version=ERASE.version,
        timestamp=NOW,
        region="ap-guangzhou",
        body=body,
        headers={"Content-Type": content_type, **(headers or {})},
    )
    return http("POST", signed, body=body)


def tc3_get(query: bytes, *, key: Key = EXAMPLE_KEY, action: str = ERASE.name) -> HttpRequest:
    signed = sign_tc3(
        key,
        service="aiart",
        host=HOST,
        action=action,
        version=ERASE.version,
        timestamp=NOW,
        region="ap-guangzhou",
        method="GET",
        query=query,
    )
    return http("GET", signed, query=query)


def v1_post(
    parameters: Sequence[tuple[str, str]], *, key: Key = EXAMPLE_KEY, action: str = ERASE.name
) -> HttpRequest:
    fields = sign_v1(
        key,
        parameters,
        host=HOST,
        action=action,
        version=ERASE.version,
        timestamp=NOW,
        nonce=11886,
        region="ap-guangzhou",
    )
    return http("POST", {"Host": HOST, "Content-Type": FORM}, body=encode_form(fields))


def call(
    request: HttpRequest,
    credential: Credential | None = EXAMPLE_KEY,
    *,
    now: float = NOW,
    limits: Limits | None = None,
) -> Call:
    """Walk a request through all steps."""
    claim = read(request, now=now, limits=limits)
    verify(claim, credential)
    return route(claim, ACTIONS)


def code_of(request: HttpRequest, credential: Credential | None = EXAMPLE_KEY, *, now: float = NOW) -> str:
    """Return the code with which a request is refused, `OK` when it is not."""
    try:
        call(request, credential, now=now)
    except ApiError as error:
        return error.code
    return "OK"
