"""Doors: closed unless they are asked for, and then a way to the same service."""

import json
import re
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from clients import raw
from harness import Key, Service, create_bearer, eventually, wuhen
from pictures import decoded
from scenes import Scene, assert_erased, red_square
from wuhen.service.doors.languages import accepted_language
from wuhen.wire import HttpRequest, Language

pytestmark = pytest.mark.service
PATH = "/erase"


@pytest.fixture(scope="module")
def bearer(observed: Service) -> str:
    return create_bearer(observed.data_dir, "--account", "scripts", "--concurrency", "2")


@pytest.fixture(scope="module", autouse=True)
def withheld(observed: Service) -> Iterator[socket.socket]:
    """Hold a connection whose body does not come, to a page that nobody needs a key for."""
    with socket.create_connection(("127.0.0.1", observed.port), 20) as connection:
        connection.sendall(b"POST /api/v1/model HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n{")
        yield connection


def post(service: Service, key: str | None, scene: Scene, **more: Any) -> requests.Response:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    given = {
        "headers": headers | more.pop("headers", {}),
        "files": {"image": ("a.png", scene.photo, "image/png"), "mask": ("m.png", scene.mask, "image/png")},
        "data": {"logo_add": "0"},
    }
    return requests.post(service.url + PATH, timeout=60, **(given | more))


def said(answer: requests.Response) -> tuple[int, str]:
    """Return an error's status and code, as long as it is told in the door's form."""
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Request-Id"]
    code, _, text = answer.text.partition(": ")
    assert text.endswith("\n")
    return answer.status_code, code


def logged(service: Service, event: str, request_id: str) -> dict[str, Any]:
    """Return what the log says of a call; nothing as long as it does not."""
    lines = [one for one in service.log_lines() if one.get("RequestId") == request_id]
    return next((one for one in lines if one["event"] == event), {})


def searches(service: Service) -> Counter[str]:
    """Return in how many photos each kind was looked for in vain, as the metrics have it."""
    page = next(line["url"] for line in service.log_lines() if line["event"] == "metrics")
    found = re.findall(
        r'wuhen_searches_total\{found="no",what="(\w+)"\} (\d+)', requests.get(page, timeout=10).text
    )
    return Counter({what: int(count) for what, count in found})


def test_the_log_says_which_doors_are_open(observed: Service) -> None:
    lines = [one for one in observed.log_lines() if one["event"] == "doors"]
    assert ["plain" in one["open"] for one in lines] == [True]


def test_curl_erases(observed: Service, bearer: str, scene: Scene, tmp_path: Path) -> None:
    photo, mask, out = (tmp_path / name for name in ("a.png", "m.png", "out.png"))
    photo.write_bytes(scene.photo)
    mask.write_bytes(scene.mask)
    command = ["curl", "-sS", "--fail-with-body", "-H", f"Authorization: Bearer {bearer}"]
    command += ["-F", f"image=@{photo}", "-F", f"mask=@{mask}", "-F", "logo_add=0", "-o", str(out)]
    done = subprocess.run([*command, observed.url + PATH], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done
    assert_erased(out.read_bytes(), scene)


def test_a_call_is_logged_counted_and_on_record_as_any_other(
    observed: Service, bearer: str, scene: Scene
) -> None:
    answer = post(observed, bearer, scene)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    request_id, name = answer.headers["X-Request-Id"], bearer.rpartition("_")[0]
    request = eventually(lambda: logged(observed, "request", request_id))
    assert (request["path"], request["answered"]) == (PATH, 200)
    call = logged(observed, "call", request_id)
    expected = ("EraseRegions", "plain", name, "scripts", "OK")
    assert tuple(call[what] for what in ("action", "form", "secret_id", "account", "code")) == expected
    page = next(line["url"] for line in observed.log_lines() if line["event"] == "metrics")
    assert re.search(
        r'wuhen_door_calls_total\{code="OK",door="plain"\} [1-9]', requests.get(page, timeout=10).text
    )
    record = json.loads(wuhen("audit", "--data-dir", str(observed.data_dir)).splitlines()[-1])
    assert (record["request_id"], record["secret_id"]) == (request_id, name)
    assert bearer.rpartition("_")[2] not in observed.log.read_text()


def test_what_is_to_go_may_be_said_in_short(observed: Service, bearer: str, scene: Scene) -> None:
    photo = {"image": ("a.png", scene.photo)}
    short = [("rectangles", "0,0,5,5"), ("rectangles", "36, 20, 24, 24"), ("logo_add", "0")]
    long = {
        "rectangles": json.dumps(
            [{"X": 0, "Y": 0, "Width": 5, "Height": 5}, {"X": 36, "Y": "20", "Width": 24, "Height": 24}]
        ),
        "logo_add": "0",
    }
    one, other = (post(observed, bearer, scene, files=photo, data=data) for data in (short, long))
    assert (decoded(one.content) == decoded(other.content)).all()
    looked = {"find": "text", "find_in": "0,0,100%,50%", "rectangles": "36,20,24,24"}
    found = post(observed, bearer, scene, files=photo, data=looked)
    assert (found.status_code, found.headers.get("X-Found")) == (200, "text=0")
    for name, value in (("rectangles", "1,2,3"), ("find_in", "{"), ("strokes", "1,2"), ("rectangles", "[1")):
        wrong = post(observed, bearer, scene, files=photo, data={name: value})
        assert said(wrong) == (400, "InvalidParameter"), value
        assert f"`{name}`" in wrong.text


def test_what_is_found_comes_as_a_mask_or_as_places(observed: Service, bearer: str, scene: Scene) -> None:
    headers, photo = {"Authorization": f"Bearer {bearer}"}, {"image": ("a.png", scene.photo)}
    url = f"{observed.url}/find"
    before = searches(observed)
    mask = requests.post(url, headers=headers, files=photo, timeout=60)
    assert (mask.status_code, mask.headers["Content-Type"]) == (200, "image/png")
    places = requests.post(url, headers=headers | {"Accept": "application/json"}, files=photo, timeout=60)
    assert places.json() == {"Width": 96, "Height": 64, "Found": [{"What": "text", "Count": 0}], "Places": []}
    both = post(observed, bearer, scene, data={"find": "watermark", "logo_add": "0"})
    assert both.headers["X-Found"] == "watermark=0"
    eventually(lambda: searches(observed)["watermark"] == before["watermark"] + 1)
    assert searches(observed)["text"] == before["text"] + 2


@pytest.mark.parametrize("header", ["Authorization", "x-api-key"])
def test_who_has_no_such_key_is_told_so(observed: Service, bearer: str, scene: Scene, header: str) -> None:
    wrong = bearer[:-1] + ("a" if bearer[-1] != "a" else "b")
    for key in (wrong, "whk_", observed.key.secret_key, "\xff"):
        value = f"Bearer {key}" if header == "Authorization" else key
        answer = post(observed, None, scene, headers={header: value.encode("latin-1")})
        assert said(answer) == (401, "AuthFailure.SecretIdNotFound"), key
    assert said(post(observed, None, scene)) == (401, "AuthFailure.InvalidAuthorization")
    both = post(observed, bearer, scene, headers={"x-api-key": wrong})
    assert both.status_code == 200, "the first that is looked for counts"


def test_no_key_of_one_kind_is_one_of_the_other(observed: Service, bearer: str, scene: Scene) -> None:
    name, _, secret = bearer.rpartition("_")
    for pair in (Key(name, secret), Key(name, bearer), Key(name, ""), Key(bearer, secret)):
        answer = raw.call(observed, scene.parameters(), key=pair)
        assert answer.code == "AuthFailure.SecretIdNotFound", pair


def test_a_key_that_is_disabled_or_rotated_away_is_refused_at_once(observed: Service, scene: Scene) -> None:
    key, data = create_bearer(observed.data_dir), ("--data-dir", str(observed.data_dir))
    assert post(observed, key, scene).status_code == 200
    wuhen("keys", "disable", *data, key.rpartition("_")[0])
    assert said(post(observed, key, scene)) == (401, "AuthFailure.SecretIdNotFound")
    wuhen("keys", "enable", *data, key.rpartition("_")[0])
    new = json.loads(wuhen("keys", "rotate", "--json", *data, key.rpartition("_")[0]))["Bearer"]
    assert [post(observed, one, scene).status_code for one in (key, new)] == [401, 200]


def test_what_cannot_be_done_is_told_with_a_status_and_the_services_own_text(
    observed: Service, bearer: str, scene: Scene
) -> None:
    photo, other = ("a.png", scene.photo), ("m.png", red_square(50, 40).mask)
    cases: list[tuple[dict[str, Any], int, str, str]] = [
        ({"files": {"image": photo}}, 400, "InvalidParameterValue.ImageEmpty", "erased"),
        (
            {"files": {"image": photo, "mask": other}},
            400,
            "InvalidParameterValue.ParameterValueError",
            "50x40",
        ),
        (
            {"files": {"image": ("a", b"text"), "mask": other}},
            400,
            "FailedOperation.ImageDecodeFailed",
            "jpg",
        ),
        ({"data": {"sead": "1"}}, 400, "UnknownParameter", "`sead`"),
        ({"data": {"seed": "one"}}, 400, "InvalidParameter", "`Seed`"),
        ({"data": {"logo_param": "{"}}, 400, "InvalidParameter", "JSON"),
        ({"files": None, "data": {"seed": "1"}}, 400, "InvalidRequest", "multipart/form-data"),
        (
            {"files": None, "data": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=y"}},
            400,
            "InvalidRequest",
            "boundary",
        ),
    ]
    for more, status, code, text in cases:
        answer = post(observed, bearer, scene, **more)
        assert said(answer) == (status, code), more
        assert text in answer.text
    chinese = post(
        observed, bearer, scene, files={"image": photo}, headers={"Accept-Language": "zh-CN,en;q=.5"}
    )
    assert "需要消除的区域" in chinese.text
    wrong = requests.put(observed.url + PATH, timeout=10)
    assert said(wrong) == (405, "UnsupportedProtocol")
    assert wrong.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("field", "text", "word"),
    [
        ("rectangles", "[" * 500 + "]" * 500, "deep"),
        ("rectangles", f"[{'{},' * 70_000}{{}}]", "65536"),
        ("find", "text," * 70_000, "65536"),
        ("rectangles", '{"X":1,"X":2,"Y":1,"Width":1,"Height":1}', "`X`"),
        ("find_in", '{"X":NaN,"Y":1,"Width":1,"Height":1}', "JSON"),
    ],
)
def test_json_in_a_field_has_the_bounds_of_any_json(
    observed: Service, bearer: str, scene: Scene, field: str, text: str, word: str
) -> None:
    answer = post(
        observed, bearer, scene, files={"image": ("a.png", scene.photo), field: (None, text)}, data=None
    )
    assert said(answer) == (400, "InvalidParameter")
    assert word in answer.text


def test_fields_are_bounded_together(observed: Service, bearer: str, scene: Scene) -> None:
    fields = [("find", (None, "text," * 1000))] * 80
    answer = post(observed, bearer, scene, files=[("image", ("a.png", scene.photo)), *fields], data=None)
    assert said(answer) == (400, "InvalidParameter")


def test_a_body_that_is_too_large_is_refused_by_its_head(observed: Service, bearer: str) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {bearer}\r\nExpect: 100-continue\r\n"
    with socket.create_connection(("127.0.0.1", observed.port), 10) as connection:
        connection.sendall(f"{head}Content-Length: {200 << 20}\r\n\r\n".encode())
        answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413")


def test_an_account_with_no_slot_free_is_told_to_wait(observed: Service, scene: Scene) -> None:
    key = create_bearer(observed.data_dir, "--account", "narrow", "--rate", "1")
    answers = [post(observed, key, scene) for _ in range(3)]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    assert {said(answer) for answer in refused} == {(429, "RequestLimitExceeded")}
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)


def test_who_has_taken_all_slots_is_told_when_to_ask_again(observed: Service, scene: Scene) -> None:
    key = create_bearer(observed.data_dir, "--account", "single", "--concurrency", "1")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(observed, key, scene), range(8)))
    refused = [answer for answer in answers if answer.status_code != 200]
    assert {said(answer) for answer in refused} == {(429, "RequestLimitExceeded.JobNumExceed")}
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)


def test_a_door_that_is_closed_is_a_path_like_any_other(service: Service, scene: Scene) -> None:
    answer = post(service, create_bearer(service.data_dir), scene)
    unknown = requests.post(f"{service.url}/nothing", timeout=10)
    assert answer.status_code == unknown.status_code == 200
    assert answer.json()["Response"]["Error"]["Code"] == "UnsupportedProtocol"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", Language.ENGLISH),
        ("zh", Language.CHINESE),
        ("zh-Hans-CN, en;q=0.9", Language.CHINESE),
        ("en-GB, zh;q=0.9", Language.ENGLISH),
        ("fr, zh;q=0.5", Language.CHINESE),
        ("*, zh;q=0.5", Language.ENGLISH),
        ("zh;q=2", Language.ENGLISH),
    ],
)
def test_the_language_is_the_one_that_is_preferred(header: str, language: Language) -> None:
    assert accepted_language(HttpRequest("POST", headers=(("accept-language", header),))) is language


@given(st.text(alphabet="zhen-*;q=01., ", max_size=60))
def test_no_header_is_too_strange_for_a_language(header: str) -> None:
    assert accepted_language(HttpRequest("POST", headers=(("accept-language", header),))) in set(Language)


def test_no_body_is_waited_for_that_does_not_come(withheld: socket.socket) -> None:
    assert withheld.recv(4096).startswith(b"HTTP/1.1 200")
