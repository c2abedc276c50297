"""The official Node.js SDK."""

import json
import subprocess
import sys
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness import Key, Service, clean_environment
from scenes import Scene, assert_erased

NODE = Path(sys.executable).with_name("node")
FOLDER = Path(__file__).with_name("node")
SDK = FOLDER / "node_modules" / "tencentcloud-sdk-nodejs"

pytestmark = pytest.mark.skipif(
    not (NODE.exists() and SDK.exists()), reason="`make test` installs the npm SDK"
)

FORMS = [
    (algorithm, method)
    for algorithm in ("TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256")
    for method in ("POST", "GET")
]


def call(service: Service, parameters: dict[str, Any], key: Key | None = None, **more: Any) -> dict[str, Any]:
    key = key or service.key
    job = {
        "credential": {"secretId": key.secret_id, "secretKey": key.secret_key, "token": key.token},
        "region": "ap-guangzhou",
        "protocol": "http://",
        "reqMethod": "POST",
        "endpoint": service.endpoint,
        "parameters": parameters,
    }
    done = subprocess.run(
        [NODE, FOLDER / "erase.cjs"],
        input=json.dumps(job | more).encode(),
        capture_output=True,
        check=False,
        timeout=60,
        env=clean_environment(),
    )
    assert done.returncode == 0, done.stderr.decode()
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize(("algorithm", "method"), FORMS, ids=[f"{a} {m}" for a, m in FORMS])
def test_every_form_erases(
    algorithm: str,
    method: str,
    service: Service,
    scene: Scene,
    parameters: dict[str, Any],
    url_parameters: dict[str, Any],
) -> None:
    given = parameters if method == "POST" else url_parameters
    answer = call(service, given, signMethod=algorithm, reqMethod=method)
    assert_erased(answer["ResultImage"], scene)


def test_an_endpoint_by_name_erases(service: Service, scene: Scene, parameters: dict[str, Any]) -> None:
    answer = call(service, parameters, endpoint=f"localhost:{service.port}")
    assert_erased(answer["ResultImage"], scene)


def test_a_temporary_key_erases(
    service: Service, temporary_key: Key, scene: Scene, parameters: dict[str, Any]
) -> None:
    assert_erased(call(service, parameters, temporary_key)["ResultImage"], scene)


@pytest.mark.parametrize(
    ("language", "message"),
    [
        (None, "The provided credentials could not be validated. Please check your signature is correct."),
        ("en-US", "The provided credentials could not be validated. Please check your signature is correct."),
        ("zh-CN", "请求签名验证失败，请检查您的签名计算是否正确。"),
    ],
)
def test_an_error_is_the_clients_exception(
    language: str | None, message: str, service: Service, parameters: dict[str, Any]
) -> None:
    error = call(service, parameters, replace(service.key, secret_key="x" * 32), language=language)
    assert error["code"] == "AuthFailure.SignatureFailure"
    assert error["message"] == message
    assert str(uuid.UUID(error["requestId"], version=4)) == error["requestId"]


def test_a_mistake_in_the_parameters_is_the_clients_exception(
    service: Service, parameters: dict[str, Any]
) -> None:
    error = call(service, parameters | {"LogoAdd": "yes"}, signMethod="HmacSHA256")
    assert error["code"] == "InvalidParameter"
    assert "`LogoAdd`" in error["message"]
