"""The call log as a key's owner sees it, with the official Python SDK on the real service."""

import base64
import hashlib
import json
import re
import secrets
import sqlite3
import subprocess
import time
import urllib.request
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from tencentcloud.common.exception import TencentCloudSDKException

import homes
from clients.common_sdk import ask
from clients.python_sdk import erase, profile
from harness import WUHEN, Key, Service, create_key, eventually, running, wuhen
from picture_server import PictureServer
from pictures import base64_of
from scenes import Scene
from wuhen.accounts.sqlite import WRITING_SECONDS

# The SDK asks for the date in a way that Python 3.12 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")

LEAN = ("--workers", "1", "--threads", "1")


@pytest.fixture
def key(service: Service) -> Key:
    """A key that has made no call yet."""
    return create_key(service.data_dir)


def failing(*given: Any, **how: Any) -> TencentCloudSDKException:
    with pytest.raises(TencentCloudSDKException) as caught:
        ask(*given, **how)
    return caught.value


def calls(service: Service, key: Key, count: int, **wanted: Any) -> list[dict[str, Any]]:
    """Return a key's calls as soon as there are so many of them."""

    def found() -> dict[str, Any] | None:
        answer: dict[str, Any] = ask(service, "DescribeCalls", wanted, key)
        return answer if answer["TotalCount"] >= count else None

    answer = eventually(found)
    assert answer["TotalCount"] == len(answer["Calls"]) == count
    return list(answer["Calls"])


def detail(service: Service, key: Key, request_id: str) -> dict[str, Any]:
    return dict(ask(service, "DescribeCall", {"RequestId": request_id}, key)["Call"])


def of_picture(data: bytes) -> dict[str, Any]:
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def test_an_erasure_is_listed_and_shown_without_its_pictures(
    service: Service, key: Key, scene: Scene
) -> None:
    before = time.time()
    result = base64.b64decode(erase(scene.parameters(), key, profile(service, language="zh-CN")))
    (call,) = calls(service, key, 1)
    assert {name: call[name] for name in ("Service", "Action", "Version", "Region", "Form", "Code")} == {
        "Service": "aiart",
        "Action": "ImageInpaintingRemoval",
        "Version": "2022-12-29",
        "Region": "ap-guangzhou",
        "Form": "tc3-post-json",
        "Code": "OK",
    }
    assert call["Verified"] is True
    assert before - 1 < _seconds(call["Time"]) < time.time() + 1
    assert 0 < call["Duration"] < 60_000
    shown = detail(service, key, call["RequestId"])
    assert shown["Parameters"] == {
        "InputImage": of_picture(scene.photo),
        "Mask": of_picture(scene.mask),
        "LogoAdd": 0,
    }
    assert shown["Response"] == {"ResultImage": of_picture(result), "RequestId": call["RequestId"]}
    assert (shown["Result"]["Width"], shown["Result"]["Height"]) == (96, 64)
    assert shown["Result"]["Engine"]
    assert shown["Headers"]["x-tc-language"] == "zh-CN"
    assert not {"authorization", "x-tc-token"} & set(shown["Headers"])


def test_base64_beside_a_url_is_shown_as_what_it_is(
    service: Service, key: Key, scene: Scene, url_parameters: dict[str, Any]
) -> None:
    """The URL wins, so the photo that was worked on is not the one in the parameters."""
    erase(url_parameters | {"InputImage": base64_of(scene.mask)}, key, profile(service))
    (call,) = calls(service, key, 1)
    parameters = detail(service, key, call["RequestId"])["Parameters"]
    assert parameters == kept(url_parameters) | {"InputImage": of_picture(scene.mask)}


def kept(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters with no more of their URLs than the call log keeps."""
    return {
        name: re.sub(r"(http://[^/]+/).*", r"\1…", value) if isinstance(value, str) else value
        for name, value in parameters.items()
    }


def _seconds(time_of_call: str) -> float:
    return datetime.fromisoformat(time_of_call).timestamp()


@pytest.mark.parametrize(
    ("algorithm", "method", "form"),
    [
        ("TC3-HMAC-SHA256", "GET", "tc3-get"),
        ("HmacSHA256", "POST", "v1-post"),
        ("HmacSHA1", "GET", "v1-get"),
    ],
)
def test_every_form_is_listed(
    service: Service, key: Key, url_parameters: dict[str, Any], algorithm: str, method: str, form: str
) -> None:
    erase(url_parameters, key, profile(service, algorithm=algorithm, method=method))
    (call,) = calls(service, key, 1)
    assert call["Form"] == form
    shown = detail(service, key, call["RequestId"])
    assert shown["Parameters"] == kept(url_parameters)
    assert key.secret_id not in json.dumps(shown["Parameters"])


def test_failures_are_listed_with_what_was_sent(service: Service, key: Key, scene: Scene) -> None:
    photo = {"InputImage": base64_of(scene.photo)}
    with pytest.raises(TencentCloudSDKException):
        erase(photo, key, profile(service))
    failing(service, "DescribeLabels", photo | {"Nonsense": "x", "Deep": {"a": [1, None, 2.5]}}, key)
    failing(service, "NoSuchAction", {"a": "b"}, key)
    third, second, first = calls(service, key, 3)
    assert first["Code"] == "InvalidParameterValue.ImageEmpty"
    assert second["Code"] == "UnknownParameter"
    assert (third["Code"], third["Service"], third["Action"]) == ("InvalidAction", "", "NoSuchAction")
    assert detail(service, key, first["RequestId"])["Response"]["Error"] == {
        "Code": first["Code"],
        "Message": first["Message"],
    }
    assert detail(service, key, second["RequestId"])["Parameters"] == {
        "InputImage": of_picture(scene.photo),
        "Nonsense": "…",
        "Deep": "…",
    }
    assert detail(service, key, third["RequestId"])["Parameters"] == {"a": "…"}


def test_calls_with_a_wrong_signature_push_no_others_out(service: Service, key: Key, scene: Scene) -> None:
    erase(scene.parameters(), key, profile(service))
    calls(service, key, 1)
    forger = replace(key, secret_key="guessed")
    for _ in range(25):
        assert failing(service, "DescribeLabels", {"InputImage": "aGVsbG8="}, forger).code.startswith(
            "AuthFailure."
        )
    found = calls(service, key, 21)
    assert [call["Verified"] for call in found] == [False] * 20 + [True]
    shown = detail(service, key, found[0]["RequestId"])
    assert shown["Code"] == "AuthFailure.SignatureFailure"
    assert shown["Parameters"] is None


def test_a_key_sees_no_other_keys_calls_even_of_its_account(service: Service, scene: Scene) -> None:
    one, other = (create_key(service.data_dir, "--account", "shared") for _ in range(2))
    ask(service, "DescribeLabels", {"InputImage": base64_of(scene.photo)}, one)
    (call,) = calls(service, one, 1)
    assert calls(service, other, 0) == []
    found = failing(service, "DescribeCall", {"RequestId": call["RequestId"]}, other)
    assert found.code == "ResourceNotFound"
    assert ask(service, "DeleteCalls", {}, other)["Deleted"] == 0
    calls(service, one, 1)


def opened_by_link(service: Service, *options: str) -> tuple[Key, dict[str, Any]]:
    """Open a link as the studio does; return its key, and all that was answered."""
    link = wuhen("studio", "--data-dir", str(service.data_dir), *options).strip()
    code = json.dumps({"code": link.partition("#code=")[2]}).encode()
    with urllib.request.urlopen(f"{service.url}/studio/session", code, timeout=10) as answer:
        made = json.load(answer)
    return Key(made["SecretId"], made["SecretKey"], made["Token"]), made


def test_a_link_for_an_account_sees_the_calls_of_all_its_keys_and_of_no_other(
    service: Service, key: Key, scene: Scene
) -> None:
    shop = f"shop {key.secret_id[-8:]}"
    one, other = (create_key(service.data_dir, "--account", shop) for _ in range(2))
    page, made = opened_by_link(service, "--account", shop)
    assert made["Account"] == shop
    photo = {"InputImage": base64_of(scene.photo)}
    for signer in (one, other, page, key):
        ask(service, "DescribeLabels", photo, signer)
    seen = calls(service, page, 3, Scope="account")
    assert {call["SecretId"] for call in seen} == {one.secret_id, other.secret_id, page.secret_id}
    (of_one,) = calls(service, page, 1, Scope="account", SecretId=one.secret_id)
    asked = {"RequestId": of_one["RequestId"], "Scope": "account"}
    assert ask(service, "DescribeCall", asked, page)["Call"]["SecretId"] == one.secret_id
    (point,) = ask(service, "DescribeCallStatistics", {"Scope": "account"}, page)["Points"][-1:]
    assert point["Calls"] >= 1
    assert point["Median"] is not None
    # It deletes its own only.
    calls(service, page, 1)
    assert ask(service, "DeleteCalls", {}, page)["Deleted"] == 1
    (elsewhere,) = calls(service, key, 1)
    found = failing(service, "DescribeCall", asked | {"RequestId": elsewhere["RequestId"]}, page)
    assert found.code == "ResourceNotFound"


def test_other_keys_do_not_see_their_accounts_calls(service: Service, key: Key) -> None:
    strangers, made = opened_by_link(service, "--account", "studio")
    assert made["Account"] is None
    temporary = create_key(service.data_dir, "--account", "shared", "--lifetime", "60")
    for signer in (key, strangers, temporary):
        for action in ("DescribeCalls", "DescribeCall", "DescribeCallStatistics"):
            found = failing(service, action, {"Scope": "account"}, signer)
            assert found.code == "UnauthorizedOperation"
    assert failing(service, "DescribeCalls", {"Scope": "all"}, key).code == "InvalidParameterValue"
    assert calls(service, key, 0, Scope="key") == []


def test_a_link_takes_no_place_from_the_programs_of_its_account(service: Service) -> None:
    shop = f"shop {secrets.token_hex(4)}"
    own = create_key(service.data_dir, "--account", shop, "--concurrency", "1", "--rate", "1")
    page, _ = opened_by_link(service, "--account", shop)
    for _ in range(4):
        ask(service, "DescribeCalls", {}, page)
    assert ask(service, "DescribeCalls", {}, own)["TotalCount"] == 0


def test_a_link_for_no_account_is_refused(service: Service) -> None:
    arguments = ["studio", "--data-dir", str(service.data_dir), "--account", "nobody"]
    done = subprocess.run(
        [*WUHEN, *arguments], env=service.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "there is no account 'nobody'" in done.stderr
    assert "Traceback" not in done.stderr


def test_calls_are_deleted_and_looking_at_them_is_not_logged(
    service: Service, key: Key, scene: Scene
) -> None:
    ask(service, "DescribeLabels", {"InputImage": base64_of(scene.photo)}, key)
    assert ask(service, "DeleteCalls", {}, key)["Deleted"] == 1
    answer = ask(service, "DescribeCalls", {}, key)
    assert (answer["TotalCount"], answer["Calls"], answer["RetentionDays"]) == (0, [], 7)
    failing(service, "DescribeCalls", {"Limit": 0}, key)
    # Calls are written in their order: had one of these been logged, it would be here before the next.
    ask(service, "DescribeLabels", {"InputImage": base64_of(scene.photo)}, key)
    assert [call["Action"] for call in calls(service, key, 1)] == ["DescribeLabels"]


def test_calls_are_filtered(service: Service, key: Key, scene: Scene) -> None:
    photo = {"InputImage": base64_of(scene.photo)}
    ask(service, "DescribeLabels", photo, key)
    with pytest.raises(TencentCloudSDKException):
        erase(photo, key, profile(service))
    failing(service, "DescribeLabels", {"InputImage": base64_of(b"text")}, key)
    calls(service, key, 3)
    now = int(time.time())
    assert len(calls(service, key, 1, ActionName="ImageInpaintingRemoval")) == 1
    assert [one["Code"] for one in calls(service, key, 1, Code="OK")] == ["OK"]
    assert len(calls(service, key, 1, Code="FailedOperation")) == 1
    assert len(calls(service, key, 1, Text="maskurl")) == 1
    assert len(calls(service, key, 3, Since=now - 60, Until=now + 60)) == 3
    assert calls(service, key, 0, Until=now - 60) == []
    page = ask(service, "DescribeCalls", {"Limit": 1, "Offset": 1}, key)
    assert (page["TotalCount"], len(page["Calls"])) == (3, 1)
    assert page["Calls"][0]["Action"] == "ImageInpaintingRemoval"


@pytest.mark.parametrize(
    "wrong", [{"Limit": 0}, {"Limit": 201}, {"Offset": -1}, {"Since": -1}, {"Text": "x" * 129}]
)
def test_what_cannot_be_asked_for_is_refused(service: Service, key: Key, wrong: dict[str, Any]) -> None:
    found = failing(service, "DescribeCalls", wrong, key)
    assert found.code == "InvalidParameterValue"
    assert next(iter(wrong)) in found.message


def test_the_store_has_no_picture_no_secret_and_no_presigned_query(
    service: Service, scene: Scene, picture_server: PictureServer
) -> None:
    key = create_key(service.data_dir, "--lifetime", "600")
    assert key.token is not None
    erase(scene.parameters(), key, profile(service))
    link = erase(scene.parameters(RspImgType="url"), key, profile(service))
    assert "q-signature=" in link or "X-Amz-Signature=" in link
    failing(service, "DescribeLabels", {"InputUrl": link}, key)
    presigned = picture_server.url("/missing.png") + "?q-signature=0123456789abcdef0123"
    failing(service, "DescribeLabels", {"InputUrl": presigned}, key)
    with pytest.raises(TencentCloudSDKException):
        erase(scene.parameters(RspImgType=presigned), key, profile(service))
    failing(
        service, "DescribeLabels", {"InputImage": base64_of(scene.photo)}, replace(key, token="wrong-token")
    )
    calls(service, key, 6)
    kept = homes.dump(service.data_dir, "calls")
    assert "missing.png" not in kept
    assert f"http://127.0.0.1:{picture_server.port}/…" in kept
    for secret in (
        key.secret_key,
        key.token,
        "wrong-token",
        "q-signature",
        "X-Amz-Signature",
        "0123456789abcdef0123",
        "Signature=",
    ):
        assert secret not in kept
    whole = homes.dump(service.data_dir, but="keys").encode()
    whole += b"".join(file.read_bytes() for file in service.data_dir.glob("accounts.sqlite3*"))
    for picture in (scene.photo, scene.mask):
        encoded = base64_of(picture)
        for start in range(0, len(encoded) - 40, 200):
            assert encoded[start : start + 40].encode() not in whole
        assert picture[40:80] not in whole


def test_calls_are_kept_over_a_restart_until_they_are_old_or_none_are_kept(
    data_dir: Path, scene: Scene
) -> None:
    # The audit record is written before an answer, on purpose; it would wait for a busy store.
    with running(data_dir, *LEAN, "--audit-days", "0") as service:
        erase(scene.parameters(), service.key, profile(service))
        calls(service, service.key, 1)
        if homes.HOME is homes.Home.LOCAL:
            assert_a_busy_store_delays_no_call(service, scene)
        else:
            erase(scene.parameters(), service.key, profile(service))
        assert wuhen("audit", "--data-dir", str(data_dir)) == ""
    with homes.database(data_dir) as database:
        old, young = database.execute(text("SELECT request_id FROM calls ORDER BY at LIMIT 2")).scalars()
        for days, request_id in ((3, old), (1, young)):
            change = text("UPDATE calls SET at = at - :age WHERE request_id = :id")
            database.execute(change, {"age": days * 86_400_000, "id": request_id})
    with running(data_dir, *LEAN, "--call-log-days", "2"):
        eventually(lambda: old not in homes.dump(data_dir, "calls"))
        assert young in homes.dump(data_dir, "calls")
    with running(data_dir, *LEAN, "--call-log-days", "0") as service:
        erase(scene.parameters(), service.key, profile(service))
        answer = ask(service, "DescribeCalls")
        assert (answer["RetentionDays"], answer["TotalCount"]) == (0, 0)
        assert failing(service, "DescribeCall", {"RequestId": "x"}).code == "ResourceNotFound"
        assert ask(service, "DeleteCalls")["Deleted"] == 0
        eventually(lambda: not homes.dump(data_dir, "calls"))


def assert_a_busy_store_delays_no_call(service: Service, scene: Scene) -> None:
    """Check it, where the store is a file, on a service that has noted one call."""
    file = service.data_dir / "accounts.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        for _ in range(2):
            erase(scene.parameters(), service.key, profile(service))
        assert time.monotonic() - started < WRITING_SECONDS
        assert ask(service, "DescribeCalls")["TotalCount"] == 1
        database.execute("ROLLBACK")
    calls(service, service.key, 3)
