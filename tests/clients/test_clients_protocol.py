"""What every answer has in common, how large a request may be, and each parameter given well and badly."""

import json
import re
import time
import uuid
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clients.raw import (
    FORM,
    JSON,
    UNSIGNED,
    Answer,
    Caller,
    Raw,
    Style,
    call,
    connect,
    plain,
    receive,
    send,
    tc3,
)
from clients.sdks import java_multipart
from clients.table import ROWS, Row
from harness import Key, Service, create_key, eventually
from picture_server import PictureServer
from pictures import base64_of, same_but_for_numbers
from scenes import Scene, assert_erased
from wuhen.service.headers import STANDING

MEGABYTE = 1024 * 1024
STYLES: tuple[Style, ...] = ("tc3-json", "tc3-get", "v1-form", "v1-get")


def assert_proper(answer: Answer) -> None:
    """Check what the SDKs rely on, whatever the answer is."""
    assert answer.status == 200
    headers = {name.lower(): value for name, value in answer.headers}
    assert headers["content-type"] == "application/json"
    assert headers["content-length"] == str(len(answer.body))
    # Nothing beside those that concern browsers.
    standing = {name.decode() for name, _ in STANDING}
    assert standing <= set(headers) <= {"date", "content-type", "content-length", "connection"} | standing
    assert len(headers) == len(answer.headers)
    assert str(uuid.UUID(answer.request_id, version=4)) == answer.request_id
    if answer.code == "OK":
        assert set(answer.response) == {"ResultImage", "RequestId"}
    else:
        assert set(answer.response) == {"Error", "RequestId"}
        assert set(answer.response["Error"]) == {"Code", "Message"}
        assert answer.message


def log_line(service: Service, answer: Answer) -> dict[str, Any]:
    """Return what the service logged of the call that was answered so."""

    def found() -> dict[str, Any] | None:
        lines = service.log_lines()
        return next(
            (x for x in lines if x["event"] == "call" and x.get("RequestId") == answer.request_id), None
        )

    return eventually(found)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_parameter_has_its_code(row: Row, service: Service, picture_server: PictureServer) -> None:
    answer = row.send(service, picture_server)
    assert_proper(answer)
    assert answer.code == row.code, answer.response
    if row.code == "MissingParameter":
        assert f"`{row.parameter}`" in answer.message


def test_any_other_integer_is_as_good_as_a_mark(service: Service, scene: Scene) -> None:
    marked = same_but_for_numbers(call(service, scene.parameters(LogoAdd=1)).image)
    for value in (2, -7, None):
        assert same_but_for_numbers(call(service, scene.parameters(LogoAdd=value)).image) == marked
    assert same_but_for_numbers(call(service, scene.parameters(LogoAdd=0)).image) != marked


def test_two_runs_differ_in_their_numbers_alone(service: Service, parameters: dict[str, Any]) -> None:
    first, second = call(service, parameters).image, call(service, parameters).image
    assert same_but_for_numbers(first) == same_but_for_numbers(second)
    assert len(first) == len(second)


@pytest.mark.parametrize("style", STYLES)
def test_a_call_is_logged_with_its_request_id(
    style: Style, service: Service, parameters: dict[str, Any], url_parameters: dict[str, Any]
) -> None:
    good = url_parameters if style.endswith("get") else parameters
    for given in (good, good | {"RspImgType": "tiff"}):
        answer = call(service, given, style)
        assert_proper(answer)
        line = log_line(service, answer)
        assert line["code"] == answer.code
        assert line["secret_id"] == service.key.secret_id
        assert line["action"] == "ImageInpaintingRemoval"
    assert line["message"] == answer.message


@pytest.mark.parametrize("method", ["PUT", "HEAD", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_other_methods_are_refused(method: str, service: Service, parameters: dict[str, Any]) -> None:
    request = replace(plain(Caller.of(service, parameters)), method=method)
    with connect(service.port) as connection:
        connection.sendall(bytes(request))
        # A HEAD has no body in its answer: its log line says what a body would have said.
        answer = receive(connection, method)
    if method == "HEAD":
        assert answer.status == 200
        assert dict(answer.headers)["content-type"] == "application/json"
        eventually(lambda: any(line.get("code") == "UnsupportedProtocol" for line in service.log_lines()))
        return
    assert_proper(answer)
    assert answer.code == "UnsupportedProtocol"


@pytest.mark.parametrize(
    "changes",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/octet-stream"},
        {"Content-Type": FORM},
        {"Content-Type": None},
        {"Content-Type": JSON, "Authorization": None},
    ],
    ids=str,
)
def test_other_content_types_are_refused(changes: dict[str, str | None], service: Service) -> None:
    answer = call(service, {}, changes=changes)
    assert_proper(answer)
    assert answer.code == "UnsupportedProtocol"


def test_nothing_at_all_is_answered(service: Service) -> None:
    answer = send(service.port, Raw("GET", "/", (("Host", "127.0.0.1"),)))
    assert_proper(answer)
    assert answer.code == "MissingParameter"
    assert "`Timestamp`" in answer.message
    foreign = Raw("GET", "/", (("Host", "127.0.0.1"), ("Authorization", "AWS4-HMAC-SHA256 Credential=x")))
    answer = send(service.port, foreign)
    assert_proper(answer)
    assert "`X-TC-Action`" in answer.message


def test_another_path_is_refused(service: Service, parameters: dict[str, Any]) -> None:
    request = replace(plain(Caller.of(service, parameters)), target="/v1/images")
    answer = send(service.port, request)
    assert_proper(answer)
    assert answer.code == "UnsupportedProtocol"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"LogoAdd": NaN}', b'\xff{"LogoAdd": 1}', b'{"a":' * 20_000]
)
def test_what_is_no_json_object_is_refused(body: bytes, service: Service) -> None:
    unsigned = {"X-TC-Content-SHA256": UNSIGNED, "Content-Length": str(len(body))}
    caller = Caller.of(service, {})
    proof = tc3(
        caller, "POST", (("content-type", JSON), ("host", caller.endpoint)), payload=UNSIGNED.encode()
    )
    request = replace(plain(caller, changes=unsigned | {"Authorization": proof}), body=body)
    answer = send(service.port, request)
    assert_proper(answer)
    assert answer.code == "InvalidParameter"
    assert "json" in answer.message or "nested deeper" in answer.message


def test_repeated_parameters_are_refused(service: Service, url_parameters: dict[str, Any]) -> None:
    caller = Caller.of(service, url_parameters)
    request = plain(caller, "v1-get")
    answer = send(service.port, replace(request, target=request.target + "&Action=ImageInpaintingRemoval"))
    assert_proper(answer)
    assert answer.code == "InvalidParameter"
    assert "`Action`" in answer.message


def test_two_pictures_of_almost_six_megabytes_pass(service: Service, scene: Scene) -> None:
    padded = scene.photo + b"\0" * (4_700_000 - len(scene.photo))
    text = base64_of(padded)
    assert 5.9 * MEGABYTE < len(text) < 6 * MEGABYTE
    mask = base64_of(scene.mask + b"\0" * (4_700_000 - len(scene.mask)))
    assert_erased(call(service, {"InputImage": text, "Mask": mask, "LogoAdd": 0}).image, scene)


@pytest.mark.parametrize("size", [14 * MEGABYTE, 40 * MEGABYTE])
def test_a_body_over_the_limit_is_answered_and_not_cut_off(size: int, service: Service) -> None:
    answer = call(service, {"InputImage": "A" * size})
    assert_proper(answer)
    assert answer.code == "RequestSizeLimitExceeded"
    assert log_line(service, answer)["code"] == answer.code


def test_a_multipart_body_over_the_limit_is_answered(service: Service) -> None:
    answer = send(service.port, java_multipart(Caller.of(service, {"InputImage": "A" * 14 * MEGABYTE})))
    assert_proper(answer)
    assert answer.code == "RequestSizeLimitExceeded"


def test_a_client_that_asks_to_send_too_much_is_told_before_it_does(service: Service) -> None:
    changes = {"Content-Length": str(14 * MEGABYTE), "Expect": "100-continue"}
    request = plain(Caller.of(service, {}), changes=changes)
    with connect(service.port) as connection:
        connection.sendall(request.head)
        assert connection.recv(12, 2).startswith(b"HTTP/1.1 200")  # MSG_PEEK: no interim answer
        answer = receive(connection)
    assert_proper(answer)
    assert answer.code == "RequestSizeLimitExceeded"


@pytest.mark.parametrize("style", ["tc3-get", "v1-get"])
@pytest.mark.parametrize("size", [33 * 1024, 60 * 1024, 200 * 1024])
def test_a_get_over_32_kb_is_refused(style: Style, size: int, service: Service) -> None:
    head = plain(Caller.of(service, {"InputImage": "A" * size}), style).head
    with connect(service.port) as connection:
        # It arrives in pieces, as over a network.
        for start in range(0, len(head), 32 * 1024):
            connection.sendall(head[start : start + 32 * 1024])
            time.sleep(0.02)
        answer = receive(connection, "GET")
    assert_proper(answer)
    assert answer.code == "RequestSizeLimitExceeded"


def test_a_get_just_under_32_kb_is_not(service: Service) -> None:
    answer = call(service, {"InputImage": "A" * 30 * 1024, "Mask": "A"}, "tc3-get")
    assert answer.code == "FailedOperation.ImageDecodeFailed"


def test_a_v1_post_over_a_megabyte_is_refused_as_the_vendor_does(service: Service) -> None:
    answer = call(service, {"InputImage": "A" * MEGABYTE}, "v1-form")
    assert_proper(answer)
    assert answer.code == "AuthFailure.SignatureFailure"
    assert "exceeding request size limit" in answer.message


def test_messages_follow_the_language_of_the_request(service: Service) -> None:
    for changes, chinese in (
        ({}, False),
        ({"X-TC-Language": "zh-CN"}, True),
        ({"X-TC-Language": "en-US"}, False),
    ):
        message = call(service, {}, changes=changes).message
        assert bool(re.search("[一-龥]", message)) == chinese
    assert re.search("[一-龥]", call(service, {}, "v1-form", changes={"Language": "zh-CN"}).message)
    # A refusal before anything was read has a language, too.
    broken = {"X-TC-Language": "zh-CN", "Content-Type": "text/plain"}
    assert re.search("[一-龥]", call(service, {}, changes=broken).message)


def test_nothing_secret_is_logged(
    service: Service, temporary_key: Key, picture_server: PictureServer
) -> None:
    pixels = np.random.default_rng(11).integers(0, 255, (40, 40, 3), np.uint8)
    noisy = Scene(pixels, np.eye(40, dtype=np.bool_))
    given = noisy.parameters()
    wrong = Key(service.key.secret_id, "not-the-secret-key-of-anybody-here")
    url = f"{picture_server.url('/photo.png')}?sign=a-secret-of-the-url"
    answers = [
        call(service, given, style, key=key)
        for style in ("tc3-json", "v1-form")
        for key in (
            service.key,
            temporary_key,
            wrong,
            replace(temporary_key, token="no-token-of-anybody-here"),
        )
    ]
    answers += [
        call(service, given | {"RspImgType": "url"}),
        call(service, given | {"RspImgType": given["InputImage"]}),
        call(service, given | {given["InputImage"][:120]: "name"}),
        call(service, given | {"Mask": given["InputImage"][:-9]}),
        call(service, {"InputUrl": url, "MaskUrl": picture_server.url("/mask.png")}, "tc3-get"),
        call(
            service, {"InputUrl": f"{url}&missing", "MaskUrl": "ftp://user:password-of-a-user@h/"}, "v1-get"
        ),
        send(service.port, java_multipart(Caller.of(service, given, key=temporary_key))),
    ]
    for answer in answers:
        log_line(service, answer)
    log = service.log.read_text()
    fetched = json.dumps([a.response for a in answers])
    assert "AKID" in log
    for secret in (
        service.key.secret_key,
        temporary_key.secret_key,
        temporary_key.token or "",
        wrong.secret_key,
        "no-token-of-anybody-here",
        given["InputImage"][100:140],
        given["Mask"][30:60],
        answers[0].image[100:140],
        "a-secret-of-the-url",
        "password-of-a-user",
        "q-signature",
    ):
        assert len(secret) > 8
        assert secret not in log
    assert not re.search("Signature=[0-9A-Za-z%]{16}", log)
    for secret in (
        service.key.secret_key,
        temporary_key.secret_key,
        temporary_key.token or "",
        "a-secret-of-the-url",
    ):
        assert secret not in fetched


def test_the_rate_is_limited(service: Service, parameters: dict[str, Any]) -> None:
    slow = create_key(service.data_dir, "--rate", "1")
    codes = [call(service, {}, key=slow).code for _ in range(3)]
    assert codes[0] == "InvalidParameterValue.ImageEmpty"
    assert "RequestLimitExceeded" in codes[1:]
    # The next second is another one; and it is the key that was too fast, not everybody.
    assert call(service, parameters).code == "OK"
    eventually(lambda: call(service, parameters, key=slow).code == "OK", seconds=5)
