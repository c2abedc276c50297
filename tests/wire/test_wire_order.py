"""The order in which faults are found: a request with all of them is mended step by step."""

from dataclasses import dataclass, field, replace

import pytest

from wire.wire_samples import DESCRIBE, EXAMPLE_KEY, FORM, HOST, JSON, NOW, call, http
from wuhen.wire import (
    ApiError,
    HttpRequest,
    Key,
    Language,
    Limits,
    SignatureMethod,
    encode_form,
    sign_tc3,
    sign_v1,
)

LIMITS = Limits(get=4000, v1_post=2000, tc3_post=1000)
HOLDER = Key(EXAMPLE_KEY.secret_id, EXAMPLE_KEY.secret_key, "token")

# What mends each fault, in the order in which they should be found; code and a piece of the text tell which.
TC3_WALK: list[tuple[dict[str, object], str, str]] = [
    ({"method": "POST"}, "UnsupportedProtocol", "only GET and POST"),
    ({"path": "/"}, "UnsupportedProtocol", "`/api`"),
    ({"content_type": JSON}, "UnsupportedProtocol", "Content-Type=`text/plain`"),
    ({"padding": 0}, "RequestSizeLimitExceeded", "1000 bytes"),
    ({"action": "describe"}, "MissingParameter", "`X-TC-Action`"),
    ({"timestamp": "soon"}, "MissingParameter", "`X-TC-Timestamp`"),
    ({"version": "2020-01-01"}, "MissingParameter", "`X-TC-Version`"),
    ({"language": ""}, "InvalidParameterValue", "`X-TC-Language`"),
    ({"timestamp": str(NOW - 301)}, "InvalidParameter", "`X-TC-Timestamp`"),
    ({"timestamp": str(NOW - 300)}, "AuthFailure.SignatureExpire", "expired"),
    ({"authorization": "TC3-HMAC-SHA256 x"}, "AuthFailure.InvalidAuthorization", "`SKIP`"),
    ({"authorization": ""}, "AuthFailure.InvalidAuthorization", "it should read"),
    ({"key": Key(HOLDER.secret_id, "wrong")}, "AuthFailure.SecretIdNotFound", "SecretId is not found"),
    ({"content_hash": ""}, "InvalidParameterValue", "`X-TC-Content-SHA256`"),
    ({"key": EXAMPLE_KEY}, "AuthFailure.SignatureFailure", "check your signature"),
    ({"key": HOLDER}, "AuthFailure.TokenFailure", "Token verification failed"),
    (
        {"version": DESCRIBE.version},
        "NoSuchVersion",
        "version=`2020-01-01` does not exist in service=`aiart`",
    ),
    (
        {"action": DESCRIBE.name},
        "InvalidAction",
        "action=`describe` is invalid or not found in service=`aiart`",
    ),
    ({"region": "nowhere"}, "MissingParameter", "`X-TC-Region`"),
    ({"region": "ap-beijing"}, "InvalidParameterValue", "`X-TC-Region`"),
    ({"region": "ap-guangzhou"}, "UnsupportedRegion", "not support this region"),
    ({"body": b'{"Filters": 1, "Foo": 1}'}, "InvalidParameter", "json format"),
    ({"body": b'{"Filters": 1}'}, "UnknownParameter", "`Foo`"),
    ({"body": b"{}"}, "InvalidParameter", "`Filters`"),
    ({"body": b'{"Ids": []}'}, "MissingParameter", "`Ids`"),
]


@dataclass(frozen=True)
class Tc3Request:
    """A POST with every fault that a POST with TC3 can have."""

    method: str = "PUT"
    path: str = "/api"
    content_type: str = "text/plain"
    padding: int = 1000
    action: str = ""
    version: str = ""
    timestamp: str = ""
    language: str = "fr-FR"
    region: str = ""
    authorization: str = "SKIP"
    content_hash: str = "00"
    body: bytes = b"no json"
    key: Key = field(default=Key("AKIDunknown", "wrong"))

    def request(self) -> HttpRequest:
        body = self.body + b" " * self.padding
        common = {
            "Host": HOST,
            "Content-Type": self.content_type,
            "X-TC-Action": self.action,
            "X-TC-Version": self.version,
            "X-TC-Timestamp": self.timestamp,
            "X-TC-Language": self.language,
            "X-TC-Region": self.region,
            "X-TC-Content-SHA256": self.content_hash,
        }
        signed = {
            name.lower(): value
            for name, value in sign_tc3(
                self.key,
                service="aiart",
                host=HOST,
                action=self.action,
                version=self.version,
                timestamp=int(self.timestamp) if self.timestamp.isdigit() else 0,
                body=body,
                headers=common,
            ).items()
        }
        if self.authorization:
            signed["authorization"] = self.authorization
        return http(self.method, signed, body=body, path=self.path)


def holder_of(request: HttpRequest) -> Key | None:
    """Look the secret id up, as a server does."""
    claimed = (request.header("Authorization") or "") + request.body.decode()
    return HOLDER if HOLDER.secret_id in claimed else None


def refusal(request: HttpRequest) -> tuple[str, str]:
    with pytest.raises(ApiError) as caught:
        call(request, holder_of(request), limits=LIMITS)
    return caught.value.code, caught.value.message(Language.ENGLISH)


def test_faults_of_a_tc3_post_are_found_in_order() -> None:
    state = Tc3Request()
    for mend, code, piece in TC3_WALK:
        found, text = refusal(state.request())
        assert (found, piece in text) == (code, True), f"{text!r} instead of {piece!r}"
        state = replace(state, **mend)  # type: ignore[arg-type]

    assert call(state.request(), HOLDER, limits=LIMITS).parameters == {"Ids": []}


V1_WALK: list[tuple[dict[str, str | None], str, str]] = [
    ({"type": FORM}, "UnsupportedProtocol", "Content-Type=`application/json`"),
    ({"padding": None}, "AuthFailure.SignatureFailure", "exceeding request size limit"),
    ({"Timestamp": "soon"}, "MissingParameter", "`Timestamp`"),
    ({"Nonce": "-1"}, "MissingParameter", "`Nonce`"),
    ({"Action": "describe"}, "MissingParameter", "`Action`"),
    ({"Version": "2020-01-01"}, "MissingParameter", "`Version`"),
    ({"SecretId": "AKIDunknown"}, "MissingParameter", "`SecretId`"),
    ({"Signature": "wrong"}, "MissingParameter", "`Signature`"),
    ({"Language": None}, "InvalidParameterValue", "`Language`"),
    ({"Timestamp": str(NOW + 301)}, "InvalidParameter", "`Timestamp`"),
    ({"Nonce": "1"}, "InvalidParameter", "Parameter `Nonce` type error."),
    ({"Timestamp": str(NOW + 300)}, "AuthFailure.SignatureExpire", "expired"),
    ({"SignatureMethod": None}, "InvalidParameterValue", "`SignatureMethod`"),
    ({"SecretId": HOLDER.secret_id}, "AuthFailure.SecretIdNotFound", "SecretId is not found"),
    ({"Signature": "right"}, "AuthFailure.SignatureFailure", "check your signature"),
    ({"Token": "token"}, "AuthFailure.TokenFailure", "Token verification failed"),
    ({"Version": DESCRIBE.version}, "NoSuchVersion", "`2020-01-01`"),
    ({"Action": DESCRIBE.name}, "InvalidAction", "`describe`"),
    ({"Region": "nowhere"}, "MissingParameter", "parameter `Region`"),
    ({"Region": "ap-beijing"}, "InvalidParameterValue", "`Region`"),
    ({"Region": "ap-guangzhou"}, "UnsupportedRegion", "not support this region"),
    ({"": None}, "InvalidParameter", "empty string"),
    ({"Foo": None}, "UnknownParameter", "`Foo`"),
    ({"Filters.0.Limit": "3"}, "InvalidParameter", "`Filters.0.Limit`"),
    ({"Ids.0": "a"}, "MissingParameter", "`Ids`"),
    ({"Filters.0.Name": "n"}, "MissingParameter", "`Filters.0.Name`"),
]


def v1_request(state: dict[str, str | None]) -> HttpRequest:
    fields = {name: value for name, value in state.items() if value is not None and name != "type"}
    if fields.get("Signature") == "right":
        common = ("Action", "Version", "Timestamp", "Nonce", "SecretId", "Region", "Token")
        signed = sign_v1(
            Key(fields["SecretId"], HOLDER.secret_key, fields.get("Token")),
            [(name, value) for name, value in fields.items() if name not in {*common, "Signature"}],
            host=HOST,
            action=fields["Action"],
            version=fields["Version"],
            timestamp=int(fields["Timestamp"]),
            nonce=int(fields["Nonce"]),
            region=fields.get("Region"),
            signature_method=SignatureMethod.SHA1,
        )
        form = encode_form(signed)
    else:
        form = encode_form(fields.items())
    return http("POST", {"Host": HOST, "Content-Type": state["type"] or ""}, body=form)


def test_faults_of_a_v1_post_are_found_in_order() -> None:
    state: dict[str, str | None] = {
        "type": JSON,
        "padding": "x" * 2000,
        "Language": "fr-FR",
        "SignatureMethod": "HmacMD5",
        "": "1",
        "Foo": "1",
        "Filters.0.Limit": "x",
    }
    for mend, code, piece in V1_WALK:
        found, text = refusal(v1_request(state))
        assert (found, piece in text) == (code, True), f"{text!r} instead of {piece!r}"
        state |= mend

    understood = call(v1_request(state), HOLDER, limits=LIMITS)
    assert understood.parameters == {"Ids": ["a"], "Filters": [{"Name": "n", "Limit": 3}]}


@pytest.mark.parametrize(
    ("headers", "code", "piece"),
    [
        ({}, "MissingParameter", "The request is missing a required parameter `Timestamp`."),
        (
            {"X-TC-Action": "A"},
            "MissingParameter",
            "The request is missing a required parameter `Timestamp`.",
        ),
        (
            {"Authorization": "AWS4-HMAC-SHA256 x"},
            "MissingParameter",
            "The request header is missing a required common parameter `X-TC-Action`.",
        ),
    ],
)
def test_the_authorization_header_alone_tells_the_versions_apart(
    headers: dict[str, str],
    code: str,
    piece: str,
) -> None:
    assert refusal(http("GET", {"Host": HOST, **headers})) == (code, piece)


def test_only_an_action_is_not_enough_for_v1() -> None:
    request = http("GET", {"Host": HOST}, query=b"Action=ImageInpaintingRemoval")

    assert refusal(request) == (
        "MissingParameter",
        "The request is missing a required parameter `Timestamp`.",
    )
