"""Erasures submitted as jobs with the official Python SDK's common client."""

import base64
import hashlib
import hmac
import json
import time
import urllib.request
from typing import Any

import pytest
from tencentcloud.common.exception import TencentCloudSDKException

from clients.common_sdk import ask
from harness import Key, Service, create_key, eventually, wuhen
from picture_server import PictureServer
from pictures import base64_of, decoded
from scenes import Scene, assert_erased

# The SDK asks for the date in a way that Python 3.12 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")


def refusal(*given: Any, **how: Any) -> TencentCloudSDKException:
    with pytest.raises(TencentCloudSDKException) as caught:
        ask(*given, **how)
    return caught.value


def submit(service: Service, parameters: dict[str, Any], key: Key | None = None) -> str:
    return str(ask(service, "SubmitErase", parameters, key)["JobId"])


def describe(service: Service, job: str, key: Key | None = None, **how: Any) -> dict[str, Any]:
    found: dict[str, Any] = ask(service, "DescribeErase", {"JobId": job}, key, **how)
    return found


def ended(service: Service, job: str, key: Key | None = None) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        found = describe(service, job, key)
        return found if found["EndedAt"] else None

    return eventually(look, seconds=30)


def read(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        return bytes(answer.read())


def test_a_job_is_done_and_its_result_handed_out_as_url(service: Service, scene: Scene) -> None:
    job = submit(service, scene.parameters(LogoAdd=0))
    found = ended(service, job)
    assert (found["Status"], found["Code"], found["Message"]) == ("done", "OK", None)
    assert (found["MediaType"], found["Width"], found["Height"]) == ("image/png", 96, 64)
    assert (found["Attempts"], found["Callback"]) == (1, "none")
    result = read(found["ResultImage"])
    assert_erased(result, scene)
    at_once = ask(service, "EraseRegions", scene.parameters(LogoAdd=0))["ResultImage"]
    assert (decoded(result) == decoded(base64.b64decode(at_once))).all()
    # And its number is in the audit record, with the result's hash.
    listed = wuhen("audit", "--data-dir", str(service.data_dir), "--request-id", job)
    [record] = [json.loads(line) for line in listed.splitlines()]
    assert record["sha256"] == hashlib.sha256(result).hexdigest()


def test_what_is_wrong_with_it_is_told_at_once_or_in_the_end(service: Service, scene: Scene) -> None:
    assert refusal(service, "SubmitErase", {}).code == "InvalidParameterValue.ImageEmpty"
    no_picture = scene.parameters(InputImage=base64_of(b"no picture"))
    assert refusal(service, "SubmitErase", no_picture).code == "FailedOperation.ImageDecodeFailed"
    assert refusal(service, "SubmitErase", scene.parameters(RspImgType="url")).code == "UnknownParameter"
    black = submit(service, scene.parameters(Mask=base64_of(scene.photo[:200])))
    found = ended(service, black)
    assert (found["Status"], found["Code"]) == ("failed", "FailedOperation.ImageDecodeFailed")
    assert found["ResultImage"] is None
    assert "Mask" in describe(service, black, language="zh-CN")["Message"]


def test_a_call_that_is_repeated_is_the_same_job(service: Service, scene: Scene) -> None:
    given = scene.parameters(ClientToken="order 1")
    job = submit(service, given)
    assert submit(service, given) == job
    other = refusal(service, "SubmitErase", given | {"Seed": 1})
    assert (other.code, "order 1" in other.message) == ("InvalidParameterValue", True)
    # Another account's tokens are its own.
    assert submit(service, given, create_key(service.data_dir)) != job
    assert refusal(service, "SubmitErase", given | {"ClientToken": "x" * 65}).code == "InvalidParameterValue"


def test_a_job_is_its_accounts_and_nobody_elses(service: Service, scene: Scene) -> None:
    key, colleague, stranger = (
        create_key(service.data_dir, "--account", account) for account in ("shop", "shop", "other")
    )
    job = submit(service, scene.parameters(), key)
    assert ended(service, job, colleague)["Status"] == "done"
    for action in ("DescribeErase", "CancelErase"):
        assert refusal(service, action, {"JobId": job}, stranger).code == "FailedOperation.JobNotExist"
        for wrong in ("none", "", "\0", "x" * 10_000):
            assert refusal(service, action, {"JobId": wrong}).code == "FailedOperation.JobNotExist"


def test_a_job_is_cancelled(service: Service, scene: Scene) -> None:
    # One at a time: the second waits for as long as the first, or is just being worked on.
    key = create_key(service.data_dir, "--concurrency", "1")
    first, second = (submit(service, scene.parameters(), key) for _ in range(2))
    now = ask(service, "CancelErase", {"JobId": second}, key)["Status"]
    found = ended(service, second, key)
    assert found["Status"] == now
    assert now in {"cancelled", "done"}
    assert ended(service, first, key)["Status"] == "done"
    assert ask(service, "CancelErase", {"JobId": first}, key)["Status"] == "done"


def test_its_end_is_told_and_can_be_checked(
    service: Service, scene: Scene, picture_server: PictureServer
) -> None:
    job = submit(service, scene.parameters(CallbackUrl=picture_server.url("/told?order=1")))
    path, headers, body = picture_server.told.get(timeout=30)
    assert path == "/told?order=1"
    told = json.loads(body)
    assert (told["JobId"], told["Status"], told["Code"]) == (job, "done", "OK")
    # As docs/api.md tells receivers to.
    secret = hmac.new(service.key.secret_key.encode(), b"wuhen-callback", hashlib.sha256).digest()
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    proof = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{proof}"
    assert headers["webhook-id"] == job
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 60
    assert eventually(lambda: describe(service, job)["Callback"] == "delivered")


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/",
        "http://user:word@example.com/",
        "ftp://example.com/",
        "http://10.0.0.1/",
        "http://example.com:22/",
        "nowhere",
    ],
)
def test_a_callback_goes_nowhere_that_a_download_may_not(service: Service, scene: Scene, url: str) -> None:
    found = refusal(service, "SubmitErase", scene.parameters(CallbackUrl=url), language="en-US")
    assert found.code == "InvalidParameterValue.UrlIllegal"
    assert "callback" in found.message


def test_jobs_are_not_in_the_way_of_calls_to_the_log(service: Service, scene: Scene) -> None:
    key = create_key(service.data_dir)
    job = submit(service, scene.parameters(), key)
    ended(service, job, key)

    def listed() -> list[str]:
        return [call["Action"] for call in ask(service, "DescribeCalls", {}, key)["Calls"]]

    assert eventually(listed) == ["SubmitErase"]
