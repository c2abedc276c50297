"""The official Python SDK, its plain and its asynchronous client."""

import time
import uuid
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from tencentcloud.aiart.v20221229 import aiart_client
from tencentcloud.common.exception import TencentCloudSDKException

from clients.python_sdk import Erase, credential_of, erase, erase_async, profile, request_of
from harness import Key, Service
from pictures import base64_of, encoded, same_but_for_numbers
from scenes import Scene, assert_erased, red_square

# The SDK asks for the date in a way that Python 3.12 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")

FORMS = [
    (algorithm, method)
    for algorithm in ("TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256")
    for method in ("POST", "GET")
]


both_clients = pytest.mark.parametrize("call", [erase, erase_async], ids=["sync", "async"])


@both_clients
@pytest.mark.parametrize(("algorithm", "method"), FORMS, ids=[f"{a} {m}" for a, m in FORMS])
def test_every_form_erases(
    call: Erase,
    algorithm: str,
    method: str,
    service: Service,
    scene: Scene,
    parameters: dict[str, Any],
    url_parameters: dict[str, Any],
) -> None:
    given = parameters if method == "POST" else url_parameters
    assert_erased(call(given, service.key, profile(service, algorithm=algorithm, method=method)), scene)


@both_clients
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_payload_may_be_unsigned(
    call: Erase,
    method: str,
    service: Service,
    scene: Scene,
    parameters: dict[str, Any],
    url_parameters: dict[str, Any],
) -> None:
    given = parameters if method == "POST" else url_parameters
    assert_erased(call(given, service.key, profile(service, method=method, unsigned=True)), scene)


@both_clients
@pytest.mark.parametrize(("algorithm", "method"), FORMS, ids=[f"{a} {m}" for a, m in FORMS])
def test_a_temporary_key_erases(
    call: Erase,
    algorithm: str,
    method: str,
    service: Service,
    temporary_key: Key,
    scene: Scene,
    parameters: dict[str, Any],
    url_parameters: dict[str, Any],
) -> None:
    given = parameters if method == "POST" else url_parameters
    how = profile(service, algorithm=algorithm, method=method, language="en-US")
    assert_erased(call(given, temporary_key, how), scene)
    with pytest.raises(TencentCloudSDKException) as caught:
        call(given, replace(temporary_key, token="another"), how)
    assert caught.value.code == "AuthFailure.TokenFailure"


@both_clients
def test_structures_arrive_in_every_form(
    call: Erase, service: Service, picture_server: Any, scene: Scene
) -> None:
    given = {
        "InputUrl": picture_server.url("/photo.png"),
        "MaskUrl": picture_server.url("/mask.png"),
        "LogoParam": {
            "LogoUrl": picture_server.url("/mask.png"),
            "LogoRect": {"X": 3, "Y": 2, "Width": 9, "Height": 5},
        },
    }
    results = [call(given, service.key, profile(service, algorithm=a, method=m)) for a, m in FORMS]
    assert len(set(map(same_but_for_numbers, results))) == 1
    with pytest.raises(AssertionError):
        assert_erased(results.pop(), scene)  # the logo is drawn outside the hole


def test_one_client_calls_again_and_again(service: Service, scene: Scene, parameters: dict[str, Any]) -> None:
    how = profile(service)
    how.httpProfile.keepAlive = True
    client = aiart_client.AiartClient(credential_of(service.key), "ap-guangzhou", how)
    results = [client.ImageInpaintingRemoval(request_of(parameters)).ResultImage for _ in range(3)]
    client.request.conn._session.close()
    assert len(set(map(same_but_for_numbers, results))) == 1
    assert_erased(results.pop(), scene)


def test_the_result_has_a_request_id(service: Service, parameters: dict[str, Any]) -> None:
    client = aiart_client.AiartClient(credential_of(service.key), "ap-guangzhou", profile(service))
    answer = client.ImageInpaintingRemoval(request_of(parameters))
    client.request.conn._session.close()
    assert str(uuid.UUID(answer.RequestId, version=4)) == answer.RequestId


def test_json_calls_with_nulls_erase(service: Service, scene: Scene, parameters: dict[str, Any]) -> None:
    client = aiart_client.AiartClient(credential_of(service.key), "ap-guangzhou", profile(service))
    given = parameters | {"InputUrl": None, "LogoParam": None}
    answer = client.call_json("ImageInpaintingRemoval", given)
    client.request.conn._session.close()
    assert_erased(answer["Response"]["ResultImage"], scene)


MISTAKES = {
    "wrong key": (
        "AuthFailure.SignatureFailure",
        "请求签名验证失败，请检查您的签名计算是否正确。",
        "The provided credentials could not be validated. Please check your signature is correct.",
    ),
    "unknown SecretId": (
        "AuthFailure.SecretIdNotFound",
        "SecretId不存在，请输入正确的密钥。",
        "The SecretId is not found, please ensure that your SecretId is correct.",
    ),
    "mask of another size": (
        "InvalidParameterValue.ParameterValueError",
        "Mask 的尺寸为 48x32，而输入图片为 96x64，两者必须一致。",
        "Mask is 48x32 but the input image is 96x64; they must be equal.",
    ),
    "clock": (
        "AuthFailure.SignatureExpire",
        "签名已过期，请重新发起请求。",
        "The signature is expired, please request again.",
    ),
    "region": ("UnsupportedRegion", "该接口不支持所传地域。", "The action not support this region."),
    "no image": (
        "InvalidParameterValue.ImageEmpty",
        "图片为空：请传入 InputImage（Base64）或 InputUrl。",
        "No image is input: give InputImage (base64) or InputUrl.",
    ),
}


@both_clients
@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize("algorithm", ["TC3-HMAC-SHA256", "HmacSHA256"])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_an_error_is_the_clients_exception(
    call: Erase,
    language: str,
    algorithm: str,
    mistake: str,
    service: Service,
    parameters: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key, region, given = service.key, "ap-guangzhou", dict(parameters)
    match mistake:
        case "wrong key":
            key = replace(key, secret_key="x" * 32)
        case "unknown SecretId":
            key = replace(key, secret_id="AKID" + "x" * 32)
        case "mask of another size":
            given["Mask"] = base64_of(encoded(red_square(48, 32).pixels, "PNG"))
        case "clock":
            late = SimpleNamespace(time=lambda: time.time() - 400)
            monkeypatch.setattr("tencentcloud.common.abstract_client.time", late)
            monkeypatch.setattr("tencentcloud.common.abstract_client_async.time", late)
        case "region":
            region = "ap-beijing"
        case "no image":
            del given["InputImage"]
    code, zh, en = MISTAKES[mistake]
    with pytest.raises(TencentCloudSDKException) as caught:
        call(given, key, profile(service, algorithm=algorithm, language=language), region)
    assert caught.value.code == code
    assert caught.value.message == (zh if language == "zh-CN" else en)
    request_id = caught.value.requestId
    assert str(uuid.UUID(request_id, version=4)) == request_id


@both_clients
def test_chinese_is_what_the_client_asks_for_unasked(call: Erase, service: Service) -> None:
    with pytest.raises(TencentCloudSDKException) as caught:
        call({}, service.key, profile(service))
    assert caught.value.message == MISTAKES["no image"][1]


@both_clients
def test_a_clock_within_five_minutes_is_good_enough(
    call: Erase, service: Service, scene: Scene, parameters: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = SimpleNamespace(time=lambda: time.time() + 280)
    monkeypatch.setattr("tencentcloud.common.abstract_client.time", fast)
    monkeypatch.setattr("tencentcloud.common.abstract_client_async.time", fast)
    assert_erased(call(parameters, service.key, profile(service)), scene)
