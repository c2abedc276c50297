"""Neither a secret nor a picture is in anything that operators see: log, metrics, traces, call log, files.

Each place of a request in which somebody may put one has a mark of its own, which is then searched for.
"""

import base64
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import homes
from clients.python_sdk import erase, profile
from clients.raw import Caller, Raw, Style, plain, send
from collector import Collector
from harness import Key, Service, create_key, eventually
from scenes import Scene

pytestmark = pytest.mark.service

MARKS = (
    "hostpassword", "urlpath", "urlquery", "urlfragment", "unknownvalue", "deepvalue", "cookievalue",
    "bearervalue", "refererquery", "mistypedname", "tokenvalue", "pathquery", "signaturevalue",
)  # fmt: skip
FORMS: tuple[Style, ...] = ("tc3-json", "tc3-get", "v1-form", "v1-get")


def requests(service: Service, key: Key, form: Style) -> Iterator[Raw]:
    """Yield requests that carry the marks, some signed and some not."""
    url = "http://u:hostpassword@127.0.0.1:1/urlpath/a.jpg?urlquery=1#urlfragment"
    headers = {
        "Cookie": "session=cookievalue",
        "Referer": "http://h/?refererquery",
        "Proxy-Authorization": "Bearer bearervalue",
    }
    sent: list[dict[str, Any]] = [
        {"InputUrl": url, "Mask": "aGVsbG8="},
        {"Password": "unknownvalue", "InputImage": "aGVsbG8="},
        {"LogoParam": {"Secret": "deepvalue"}},
        {"RspImgType": url},
    ]
    for parameters in sent:
        caller = Caller.of(service, parameters, key=key)
        yield plain(caller, form, headers)
        yield plain(caller, form, headers | {"X-TC-Token": "tokenvalue"})
    yield Raw("POST", "/some/where?secret=pathquery", tuple(headers.items()), b"mistypedname=mistypedname")
    broken = plain(Caller.of(service, {}, key=key), "tc3-json")
    yield Raw(
        broken.method,
        broken.target,
        tuple((n, f"{v[:-20]}signaturevalue" if n == "Authorization" else v) for n, v in broken.headers),
        broken.body,
    )


def everything(service: Service, collector: Collector) -> dict[str, bytes]:
    """Return all that can be seen of a service, but for the keys and the results."""
    unseen = ("accounts.sqlite3", "result-key")
    files = [file for file in service.data_dir.rglob("*") if file.is_file()]
    kept = {
        str(file): file.read_bytes()
        for file in files
        if file.parent.name != "results" and not file.name.startswith(unseen)
    }
    metrics = next(line["url"] for line in service.log_lines() if line["event"] == "metrics")
    with urllib.request.urlopen(metrics, timeout=10) as answer:
        page = answer.read()
    return kept | {
        "log": service.log.read_bytes(),
        "metrics": page,
        "store": stored(service.data_dir),
        "traces": b"".join(collector.bodies),
    }


def stored(data_dir: Path) -> bytes:
    """Return what the database holds, but for the keys."""
    return homes.dump(data_dir, but="keys").encode()


@pytest.mark.parametrize("form", FORMS)
def test_no_mark_comes_out_anywhere(observed: Service, collector: Collector, form: Style) -> None:
    key = create_key(observed.data_dir)
    for request in requests(observed, key, form):
        send(observed.port, request)
    eventually(lambda: key.secret_id.encode() in stored(observed.data_dir))
    # What is not kept is the value alone: the call itself is there.
    eventually(lambda: b"Password" in stored(observed.data_dir))
    requested = next(
        line["RequestId"] for line in reversed(observed.log_lines()) if line.get("account") and "code" in line
    )
    eventually(lambda: requested.encode() in b"".join(collector.bodies), seconds=20)
    for place, seen in everything(observed, collector).items():
        for mark in (*MARKS, key.secret_key):
            assert mark.encode() not in seen, f"{mark} in {place}"


def test_no_picture_comes_out_but_as_a_result(observed: Service, collector: Collector, scene: Scene) -> None:
    key = create_key(observed.data_dir)
    result = base64.b64decode(erase(scene.parameters(), key, profile(observed)))
    eventually(lambda: key.secret_id.encode() in stored(observed.data_dir))
    for place, seen in everything(observed, collector).items():
        for picture in (scene.photo, scene.mask, result):
            for part in (picture[60:90], base64.b64encode(picture)[60:100]):
                assert part not in seen, place
