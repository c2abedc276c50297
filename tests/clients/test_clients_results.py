"""Results by URL: fetched with what everybody has, refused when anything about the URL was changed."""

import shutil
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit
from xml.etree import ElementTree as ET

import pytest
import requests
from qcloud_cos import CosConfig, CosS3Auth

from clients.raw import call
from harness import Service
from pictures import same_but_for_numbers
from scenes import Scene, assert_erased
from wuhen.results import SigningKey, load_signing_key

CURL = shutil.which("curl")
HOUR = 3600

in_our_form = pytest.mark.embedded("words")

once_only = pytest.mark.embedded("rclone")

FIELDS = [
    "q-sign-algorithm",
    "q-ak",
    "q-sign-time",
    "q-key-time",
    "q-header-list",
    "q-url-param-list",
    "q-signature",
]


@pytest.fixture(scope="module")
def url(service: Service, parameters: dict[str, Any]) -> str:
    """The URL of a result."""
    return call(service, parameters | {"RspImgType": "url"}).image


@pytest.fixture(scope="module")
def signing_key(service: Service) -> SigningKey:
    return load_signing_key(service.data_dir / "result-key.json")


@dataclass(frozen=True)
class Fetched:
    """What a fetch brought."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def refusal(self) -> tuple[str, str]:
        """The object store's code and message."""
        assert self.headers["content-type"] == "application/xml"
        document = ET.fromstring(self.body)  # noqa: S314 - our own service's answer
        assert document.tag == "Error"
        assert [child.tag for child in document] == ["Code", "Message", "Resource", "RequestId", "TraceId"]
        assert uuid.UUID(document.findtext("RequestId")).version == 4
        return document.findtext("Code") or "", document.findtext("Message") or ""


def fetch(url: str, method: str = "GET", **headers: str) -> Fetched:
    request = urllib.request.Request(url, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Fetched(answer.status, _lowered(answer.headers), answer.read())
    except urllib.error.HTTPError as answer:
        with answer:
            return Fetched(answer.code, _lowered(answer.headers), answer.read())


def _lowered(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def with_field(url: str, name: str, value: str | None) -> str:
    """Return the URL with one field of its query changed, or taken out."""
    parts = urlsplit(url)
    pairs = [pair.partition("=")[::2] for pair in parts.query.split("&")]
    changed = [(n, value if n == name else v) for n, v in pairs]
    return urlunsplit(parts._replace(query="&".join(f"{n}={v}" for n, v in changed if v is not None)))


def presigned(url: str, key: SigningKey, *, started: int) -> str:
    """Let the object store's SDK sign a URL as it would have done at another time."""
    parts = urlsplit(url)
    config = CosConfig(Region="ap-guangzhou", SecretId=key.secret_id, SecretKey=key.secret_key)
    # The SDK starts a minute in the past.
    auth = CosS3Auth(config, parts.path, {}, HOUR - 60)
    request = requests.Request("GET", url.partition("?")[0], headers={"Host": parts.netloc}).prepare()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qcloud_cos.cos_auth.time", SimpleNamespace(time=lambda: started + 60))
        signed = auth(request).headers["Authorization"]
    return urlunsplit(parts._replace(query=signed))


@in_our_form
def test_the_url_has_the_stores_form(url: str, service: Service) -> None:
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == service.url
    name, _, extension = parts.path.removeprefix("/results/").partition(".")
    assert str(uuid.UUID(name, version=4)) == name
    assert extension == "png"
    assert [pair.partition("=")[0] for pair in parts.query.split("&")] == FIELDS
    fields = dict(parse_qsl(parts.query, keep_blank_values=True))
    start, end = map(int, fields["q-sign-time"].split(";"))
    assert end - start == HOUR
    assert abs(time.time() - start) < 60
    assert ";" in parts.query


@once_only
@pytest.mark.skipif(CURL is None, reason="there is no curl here")
def test_curl_fetches_it(url: str, scene: Scene) -> None:
    assert CURL is not None
    plain = [CURL, "--silent", "--show-error", "--fail", "--noproxy", "*"]
    whole = subprocess.run([*plain, url], capture_output=True, check=True).stdout
    assert_erased(whole, scene)
    part = subprocess.run([*plain, "--range", "10-29", url], capture_output=True, check=True).stdout
    assert part == whole[10:30]
    # In either form the signature comes last.
    other = url[:-1] + ("0" if url[-1] != "0" else "1")
    refused = subprocess.run([*plain, other], capture_output=True, check=False)
    assert refused.returncode == 22


@in_our_form
@pytest.mark.skipif(CURL is None, reason="there is no curl here")
def test_curl_looks_at_it(url: str) -> None:
    assert CURL is not None
    looking = [CURL, "--silent", "--show-error", "--fail", "--noproxy", "*", "--head", url]
    head = subprocess.run(looking, capture_output=True, check=True, text=True).stdout
    assert head.startswith("HTTP/1.1 200 ")
    assert f"content-length: {len(fetch(url).body)}\n" in head


def test_it_is_the_result_itself(
    url: str, service: Service, scene: Scene, parameters: dict[str, Any]
) -> None:
    fetched = fetch(url)
    assert fetched.status == 200
    assert fetched.headers["content-type"] == "image/png"
    assert_erased(fetched.body, scene)
    by_base64 = call(service, parameters).image
    assert same_but_for_numbers(fetched.body) == same_but_for_numbers(by_base64)


@once_only
@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [("bytes=0-0", 0, 1), ("bytes=10-29", 10, 30), ("bytes=100-", 100, None), ("bytes=-7", -7, None)],
)
def test_a_range_is_partial(wanted: str, start: int, end: int | None, url: str) -> None:
    whole = fetch(url).body
    part = fetch(url, Range=wanted)
    assert part.body == whole[start:end]
    first = start if start >= 0 else len(whole) + start
    assert part.headers["content-range"] == f"bytes {first}-{first + len(part.body) - 1}/{len(whole)}"


@in_our_form
def test_a_range_says_that_it_is_no_whole(url: str) -> None:
    assert fetch(url, Range="bytes=0-0").status == 206


@in_our_form
def test_of_many_ranges_all_that_there_is_is_sent(url: str, service: Service) -> None:
    few, many = ("bytes=" + ",".join(f"{at * 9}-{at * 9}" for at in range(count)) for count in (8, 9))
    assert fetch(url, Range=few).status == 206
    assert fetch(url, Range=many).status == 200
    # To strangers, nothing is sent by ranges at all.
    for name in ("", "samples/hikers.jpg"):
        assert fetch(f"{service.url}/studio/{name}", Range="bytes=0-0,9-9").status == 200


def test_a_range_beyond_the_end_cannot_be_had(url: str) -> None:
    assert fetch(url, Range="bytes=10000000-").status == 416


@in_our_form
@once_only
def test_a_head_has_all_but_the_body(url: str) -> None:
    whole, head = fetch(url), fetch(url, "HEAD")
    assert head.status == 200
    assert head.body == b""
    for name in ("content-type", "content-length", "etag", "accept-ranges"):
        assert head.headers[name] == whole.headers[name]


@in_our_form
def test_escaped_semicolons_are_the_same_url(url: str) -> None:
    assert fetch(url.replace(";", "%3B")).status == 200


@in_our_form
@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("q-sign-algorithm", "AccessDenied"),
        ("q-ak", "InvalidAccessKeyId"),
        ("q-sign-time", "SignatureDoesNotMatch"),
        ("q-key-time", "SignatureDoesNotMatch"),
        ("q-header-list", "SignatureDoesNotMatch"),
        ("q-url-param-list", "SignatureDoesNotMatch"),
        ("q-signature", "SignatureDoesNotMatch"),
    ],
)
def test_no_field_can_be_changed(field: str, code: str, url: str) -> None:
    value = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))[field]
    for other in (value[:-1] + ("0" if value[-1:] != "0" else "1"), "x" + value):
        changed = with_field(url, field, other)
        assert changed != url
        fetched = fetch(changed)
        assert fetched.status == 403
        # A time that is no pair of numbers is no signature at all.
        malformed = other.startswith("x") and field.endswith("-time")
        assert fetched.refusal[0] == ("AccessDenied" if malformed else code)
    assert fetch(with_field(url, field, None)).refusal == ("AccessDenied", "Access Denied.")


@in_our_form
def test_a_later_end_is_refused(url: str) -> None:
    fields = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    start, end = fields["q-sign-time"].split(";")
    longer = f"{start};{int(end) + 1}"
    for names in (["q-sign-time"], ["q-key-time"], ["q-sign-time", "q-key-time"]):
        changed = url
        for name in names:
            changed = with_field(changed, name, longer)
        assert fetch(changed).refusal == ("SignatureDoesNotMatch", "The Signature you specified is invalid.")


@in_our_form
def test_nothing_can_be_added_or_left_out(url: str) -> None:
    assert fetch(url + "&response-content-type=text/html").refusal[0] == "SignatureDoesNotMatch"
    assert fetch(url + "&q-ak=again").refusal[0] == "AccessDenied"
    assert fetch(url.partition("?")[0]).refusal == ("AccessDenied", "Access Denied.")


@in_our_form
def test_another_name_is_refused_before_it_is_looked_for(url: str) -> None:
    parts = urlsplit(url)
    for path in (
        f"/results/{uuid.uuid4()}.png",
        "/results/../keys.sqlite3",
        "/results/",
        "/results/%2e%2e/%2e%2e/etc/passwd",
    ):
        fetched = fetch(urlunsplit(parts._replace(path=path)))
        assert fetched.status == 403
        assert fetched.refusal[0] == "SignatureDoesNotMatch"


@in_our_form
def test_another_host_is_refused(url: str) -> None:
    assert fetch(url, Host="elsewhere.example.com").refusal[0] == "SignatureDoesNotMatch"


@in_our_form
def test_only_reading_is_allowed(url: str) -> None:
    for method in ("PUT", "POST", "DELETE"):
        fetched = fetch(url, method)
        assert fetched.status == 405
        assert fetched.refusal[0] == "MethodNotAllowed"
    assert fetch(url).status == 200


@in_our_form
def test_the_stores_own_sdk_signs_the_same(url: str, signing_key: SigningKey) -> None:
    started = int(dict(parse_qsl(urlsplit(url).query))["q-sign-time"].split(";")[0])
    assert presigned(url, signing_key, started=started) == url


@in_our_form
def test_a_url_that_the_stores_sdk_signed_is_good_for_its_time(url: str, signing_key: SigningKey) -> None:
    now = int(time.time())
    assert fetch(presigned(url, signing_key, started=now - HOUR + 30)).status == 200
    late = fetch(presigned(url, signing_key, started=now - HOUR - 2))
    assert late.status == 403
    assert late.refusal == ("AccessDenied", "Request has expired")
    early = fetch(presigned(url, signing_key, started=now + 600))
    assert early.refusal[0] == "AccessDenied"


@in_our_form
def test_a_result_that_is_gone_is_missing(service: Service, signing_key: SigningKey) -> None:
    gone = f"{service.url}/results/{uuid.uuid4()}.png"
    fetched = fetch(presigned(gone, signing_key, started=int(time.time()) - 5))
    assert fetched.status == 404
    assert fetched.refusal == ("NoSuchKey", "The specified key does not exist.")


@in_our_form
def test_a_refusal_is_logged_without_the_url(url: str, service: Service) -> None:
    fetched = fetch(with_field(url, "q-signature", "0" * 40))
    request_id = ET.fromstring(fetched.body).findtext("RequestId")  # noqa: S314
    line = next(line for line in service.log_lines() if line.get("RequestId") == request_id)
    assert line["code"] == "SignatureDoesNotMatch"
    assert urlsplit(url).path not in service.log.read_text()
