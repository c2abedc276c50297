"""Behind a proxy: under a path, by http and https, and whose word is taken for what."""

import http.client
import json
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send
from tencentcloud.aiart.v20221229 import aiart_client, models
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from clients.raw import receive
from harness import WUHEN, Service, clean_environment, running, wuhen
from scenes import Scene
from servers.nginx import Proxy, fronting
from wuhen.service.forwarding import Forwarding, Proxies, below_prefix

Scheme = Literal["http", "https"]
SCHEMES: tuple[Scheme, ...] = ("http", "https")


results_pass_it = pytest.mark.embedded("results")


@dataclass(frozen=True)
class Fronted:
    """A service behind nginx."""

    service: Service
    proxy: Proxy

    def get(
        self, scheme: Scheme, path: str, data: bytes | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        """Ask through the proxy, and follow redirects."""
        request = urllib.request.Request(self.proxy.origin(scheme) + path, data, headers)
        context = ssl.create_default_context(cafile=str(self.proxy.certificate.authority))
        answer: http.client.HTTPResponse = urllib.request.urlopen(request, context=context, timeout=20)
        return answer


@pytest.fixture(scope="module")
def fronted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fronted]:
    folder = tmp_path_factory.mktemp("fronted")
    options = ("--workers", "1", "--threads", "1", "--trusted-proxies", "127.0.0.1")
    with running(folder / "data", *options) as service, fronting(folder / "nginx", service.port) as proxy:
        yield Fronted(service, proxy)


def erased(fronted: Fronted, scheme: Scheme, scene: Scene) -> str:
    """Call through the proxy with the official SDK, which knows no path; return the result's URL."""
    authority = str(fronted.proxy.certificate.authority)
    endpoint = fronted.proxy.origin(scheme).rpartition("/")[2]
    profile = HttpProfile(protocol=scheme, endpoint=endpoint, reqTimeout=60, certification=authority)
    key = Credential(fronted.service.key.secret_id, fronted.service.key.secret_key)
    client = aiart_client.AiartClient(key, "ap-guangzhou", ClientProfile(httpProfile=profile))
    request = models.ImageInpaintingRemovalRequest()
    request.from_json_string(json.dumps(scene.parameters(RspImgType="url")))
    return str(client.ImageInpaintingRemoval(request).ResultImage)


@results_pass_it
@pytest.mark.service
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_result_lies_under_the_path(fronted: Fronted, scheme: Scheme, scene: Scene) -> None:
    url = erased(fronted, scheme, scene)
    origin = fronted.proxy.origin(scheme)
    assert url.startswith(f"{origin}/photos/results/")
    with fronted.get(scheme, url.removeprefix(origin)) as answer:
        assert answer.read(4) == b"\x89PNG"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    # What is signed is the whole URL: without the path, it is another.
    bare = url.replace(f"{origin}/photos", fronted.service.url)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(bare, headers={"Host": origin.rpartition("/")[2]}))


@results_pass_it
@pytest.mark.service
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_call_finds_the_service_under_the_path(
    fronted: Fronted, scheme: Scheme, scene: Scene, tmp_path: Path
) -> None:
    (tmp_path / "photo.png").write_bytes(scene.photo)
    (tmp_path / "mask.png").write_bytes(scene.mask)
    key = fronted.service.key
    files = ("--photo", str(tmp_path / "photo.png"), "--mask", str(tmp_path / "mask.png"))
    done = subprocess.run(
        [
            *(*WUHEN, "call", "--endpoint", f"{fronted.proxy.origin(scheme)}/photos"),
            *("--ca", str(fronted.proxy.certificate.authority), *files, "--param=RspImgType=url"),
        ],
        capture_output=True,
        check=True,
        env=clean_environment()
        | {"TENCENTCLOUD_SECRET_ID": key.secret_id, "TENCENTCLOUD_SECRET_KEY": key.secret_key},
    )
    url = json.loads(done.stdout)["Response"]["ResultImage"]
    assert url.startswith(f"{fronted.proxy.origin(scheme)}/photos/results/")


@pytest.mark.service
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_studio_lies_under_the_path(fronted: Fronted, scheme: Scheme) -> None:
    base = f"{fronted.proxy.origin(scheme)}/photos"
    with fronted.get(scheme, "/photos/studio") as page:
        assert page.url == f"{base}/studio/"
        assert b'/css/studio.css"' in page.read()
    with fronted.get(scheme, "/photos/studio/js/main.js") as module:
        assert module.status == 200
    link = wuhen("studio", "--data-dir", str(fronted.service.data_dir), "--public-url", base).strip()
    assert link.startswith(f"{base}/studio/#code=")
    code = json.dumps({"code": link.partition("=")[2]}).encode()
    with fronted.get(scheme, "/photos/studio/session", code) as session:
        assert json.load(session)["SecretId"]


@pytest.mark.service
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "path",
    [
        "/photos/",
        "/photos/healthz",
        "/photos/studio/",
        "/photos/studio/samples/hikers.jpg",
        "/photos/results/x",
        "/",
    ],
)
def test_every_answer_has_security_headers(fronted: Fronted, scheme: Scheme, path: str) -> None:
    try:
        answer = fronted.get(scheme, path)
    except urllib.error.HTTPError as refused:
        headers = refused.headers
        refused.close()
    else:
        headers = answer.headers
        answer.close()
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert headers.get_all("X-Frame-Options") == ["DENY"]
    assert headers.get_all("Referrer-Policy") == ["no-referrer"]
    assert len(headers.get_all("Cache-Control") or []) == 1
    (policy,) = headers.get_all("Content-Security-Policy") or []
    assert "frame-ancestors 'none'" in policy
    lasting = ["max-age=31536000"] if scheme == "https" else None
    assert headers.get_all("Strict-Transport-Security") == lasting


@pytest.mark.service
def test_what_is_no_request_has_them_as_well(fronted: Fronted) -> None:
    with socket.create_connection(("127.0.0.1", fronted.service.port), timeout=10) as connection:
        connection.sendall(b"no request\r\n\r\n")
        answer = receive(connection)
    assert answer.status == 400
    assert ("x-content-type-options", "nosniff") in answer.headers


async def forwarded(
    networks: tuple[str, ...], peer: str, *, path: str = "/", prefix: str = "", **said: str
) -> tuple[Scope, dict[str, str]]:
    """Return what becomes of a request whose headers are `said`, and the headers of its answer."""
    seen: dict[str, Any] = {}
    answered: list[Message] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        seen.update(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    async def send(message: Message) -> None:
        answered.append(message)

    headers = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in said.items()]
    scope = {
        "type": "http",
        "scheme": "http",
        "client": (peer, 1234),
        "path": path,
        "headers": headers,
    }
    proxies = Proxies(ip_network(one) for one in networks)
    await Forwarding(application, proxies, prefix, 60)(scope, receive, send)
    return seen, {name.decode(): value.decode() for name, value in answered[0]["headers"]}


SAID = {"x_forwarded_for": "203.0.113.9", "x_forwarded_proto": "https", "x_forwarded_prefix": "/photos"}


async def test_nobodys_word_is_taken_unless_he_is_trusted() -> None:
    for networks, peer in (((), "127.0.0.1"), (("10.0.0.0/8",), "11.0.0.1"), (("10.0.0.0/8",), "::1")):
        scope, headers = await forwarded(networks, peer, **SAID)
        assert (scope["client"][0], scope["scheme"], scope["root_path"]) == (peer, "http", "")
        assert headers == {}


@pytest.mark.parametrize("peer", ["10.1.2.3", "::ffff:10.1.2.3"])
async def test_a_trusted_proxys_word_is_taken(peer: str) -> None:
    scope, headers = await forwarded(("10.0.0.0/8",), peer, path="/healthz", **SAID)
    assert (scope["client"][0], scope["scheme"], scope["root_path"]) == ("203.0.113.9", "https", "/photos")
    assert scope["path"] == "/photos/healthz"
    assert headers == {"strict-transport-security": "max-age=60"}


@pytest.mark.parametrize(
    ("hops", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        # Whatever stands before the last address was said by the client.
        ("10.0.0.9, 192.0.2.1, 203.0.113.9", "203.0.113.9"),
        ("192.0.2.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        # Nothing that could be believed: it stays the proxy.
        ("10.0.0.2", "10.0.0.1"),
        ("unknown", "10.0.0.1"),
        ("203.0.113.9, unknown", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("10.0.0.2," * 5000, "10.0.0.1"),
    ],
)
async def test_the_client_is_the_last_that_is_no_proxy(hops: str, client: str) -> None:
    scope, _ = await forwarded(("10.0.0.0/8",), "10.0.0.1", x_forwarded_for=hops)
    assert scope["client"][0] == client


@pytest.mark.parametrize(
    "prefix",
    [
        "photos",
        "//evil.example",
        "/a/../b",
        "/.",
        "/a b",
        "/a?b",
        "/a%2fb",
        "/a\\b",
        "/" + "a" * 99,
        "/a,/b",
    ],
)
async def test_a_path_that_is_none_is_not_believed(prefix: str) -> None:
    scope, _ = await forwarded(("10.0.0.0/8",), "10.0.0.1", x_forwarded_prefix=prefix)
    assert (scope["root_path"], scope["path"]) == ("", "/")


@pytest.mark.parametrize("scheme", ["https,http", "ftp", "HTTPS ", ""])
async def test_a_scheme_that_is_none_is_not_believed(scheme: str) -> None:
    scope, _ = await forwarded(("10.0.0.0/8",), "10.0.0.1", x_forwarded_proto=scheme)
    assert scope["scheme"] == "http"


@pytest.mark.parametrize(
    ("path", "below"),
    [
        ("/erase", "/"),
        ("/erase/", "/"),
        ("/erase/studio/", "/studio/"),
        ("/studio/", "/studio/"),
        ("/eraser", "/eraser"),
        ("/", "/"),
    ],
)
async def test_the_operators_path_may_be_there_or_not(path: str, below: str) -> None:
    scope, _ = await forwarded((), "192.0.2.1", path=path, prefix="/erase")
    assert scope["root_path"] == "/erase"
    assert scope["path"] == f"/erase{below}"
    assert below_prefix(scope, scope["path"]) == below


async def test_the_operators_path_beats_the_proxys() -> None:
    scope, _ = await forwarded(("10.0.0.0/8",), "10.0.0.1", prefix="/erase", **SAID)
    assert scope["root_path"] == "/erase"


@pytest.mark.slow
@given(st.text(max_size=60))
def test_no_word_of_a_client_makes_a_proxy_of_it(text: str) -> None:
    proxies = Proxies([ip_network("10.0.0.0/8"), ip_network("fd00::/8")])
    client = proxies.client_of(f"{text}, 203.0.113.9, 10.0.0.7")
    assert client == "203.0.113.9"
