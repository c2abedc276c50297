"""The official command line, tccli."""

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from certificates import issue
from harness import Key, Service, clean_environment, running
from pictures import base64_of, encoded, same_but_for_numbers
from scenes import Scene, assert_erased, red_square

TCCLI = Path(__file__).parents[2] / ".venv-tccli" / "bin" / "tccli"

pytestmark = pytest.mark.skipif(not TCCLI.exists(), reason="`make test` installs tccli")


@dataclass(frozen=True)
class Tccli:
    """The command with a home directory of its own, and a key in its environment."""

    home: Path
    key: Key
    more: dict[str, str]

    def __call__(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = clean_environment() | {
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "TENCENTCLOUD_SECRET_ID": self.key.secret_id,
            "TENCENTCLOUD_SECRET_KEY": self.key.secret_key,
        }
        command = [str(TCCLI), "aiart", "ImageInpaintingRemoval", "--region", "ap-guangzhou", *arguments]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=environment | self.more,
            cwd=self.home,
        )


@pytest.fixture
def tccli(tmp_path: Path, service: Service) -> Tccli:
    return Tccli(tmp_path, service.key, {})


def arguments(parameters: dict[str, Any]) -> list[str]:
    """Return parameters as tccli wants them: structures as JSON."""
    given = []
    for name, value in parameters.items():
        given += [f"--{name}", json.dumps(value) if isinstance(value, dict) else str(value)]
    return given


def result(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["ResultImage"])


def test_an_http_endpoint_erases(
    tccli: Tccli, service: Service, scene: Scene, parameters: dict[str, Any]
) -> None:
    assert_erased(result(tccli("--endpoint", service.url, *arguments(parameters))), scene)


def test_a_key_from_its_own_files_erases(
    tccli: Tccli, service: Service, scene: Scene, parameters: dict[str, Any]
) -> None:
    pair = {"secretId": service.key.secret_id, "secretKey": service.key.secret_key}
    # Its first run writes the configuration that it then looks for beside the key.
    assert tccli("--endpoint", service.url).returncode != 0
    credential = tccli.home / ".tccli" / "default.credential"
    credential.write_text(json.dumps(pair), encoding="utf-8")
    unset = {"TENCENTCLOUD_SECRET_ID": "", "TENCENTCLOUD_SECRET_KEY": ""}
    by_file = replace(tccli, more=unset)
    assert_erased(result(by_file("--endpoint", service.url, *arguments(parameters))), scene)


def test_a_request_from_a_file_erases(
    tccli: Tccli, service: Service, scene: Scene, parameters: dict[str, Any]
) -> None:
    file = tccli.home / "request.json"
    file.write_text(json.dumps(parameters), encoding="utf-8")
    assert_erased(result(tccli("--endpoint", service.url, "--cli-input-json", f"file://{file}")), scene)


def test_structures_arrive(tccli: Tccli, service: Service, scene: Scene, picture_server: Any) -> None:
    logo = {"LogoUrl": picture_server.url("/mask.png"), "LogoRect": {"X": 3, "Y": 2, "Width": 9, "Height": 5}}
    drawn = scene.parameters(LogoAdd=1, LogoParam=logo)
    folded = result(tccli("--endpoint", service.url, *arguments(drawn)))
    unfolded = [
        *arguments(scene.parameters(LogoAdd=1)),
        "--cli-unfold-argument",
        *("--LogoParam.LogoUrl", logo["LogoUrl"]),
        *(
            part
            for name, value in logo["LogoRect"].items()
            for part in (f"--LogoParam.LogoRect.{name}", str(value))
        ),
    ]
    again = result(tccli("--endpoint", service.url, *unfolded))
    assert same_but_for_numbers(again) == same_but_for_numbers(folded)
    with pytest.raises(AssertionError):
        assert_erased(folded, scene)


def test_a_result_by_url_can_be_fetched(
    tccli: Tccli, service: Service, scene: Scene, parameters: dict[str, Any]
) -> None:
    url = result(tccli("--endpoint", service.url, *arguments(parameters | {"RspImgType": "url"})))
    with urllib.request.urlopen(url) as fetched:
        assert_erased(fetched.read(), scene)


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("zh-CN", "Mask 的尺寸为 48x32，而输入图片为 96x64，两者必须一致。"),
        ("en-US", "Mask is 48x32 but the input image is 96x64; they must be equal."),
    ],
)
def test_an_error_is_told(language: str, message: str, tccli: Tccli, service: Service, scene: Scene) -> None:
    mask = base64_of(encoded(red_square(48, 32).pixels, "PNG"))
    given = arguments(scene.parameters(Mask=mask))
    done = tccli("--endpoint", service.url, "--language", language, *given)
    assert done.returncode == 255
    assert "code:InvalidParameterValue.ParameterValueError" in done.stderr
    assert message in done.stderr
    assert "requestId:" in done.stderr


def test_a_wrong_key_is_told(tccli: Tccli, service: Service, parameters: dict[str, Any]) -> None:
    wrong = replace(tccli, key=replace(tccli.key, secret_key="x" * 32))
    done = wrong("--endpoint", service.url, *arguments(parameters))
    assert done.returncode == 255
    assert "code:AuthFailure.SignatureFailure" in done.stderr


@dataclass(frozen=True)
class Secured:
    """A service that speaks https, and the authority that vouches for it."""

    service: Service
    authority: Path


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("tls")
    made = issue(folder)
    options = ("--tls-cert", str(made.chain), "--tls-key", str(made.key), "--workers", "1")
    with running(folder / "data", *options) as service:
        yield Secured(service, made.authority)


@pytest.fixture
def trusting(tmp_path: Path, secured: Secured) -> Tccli:
    """A tccli that trusts the service's authority.

    It hands certifi's bundle to the HTTP library itself, so that REQUESTS_CA_BUNDLE has no effect: the bundle
    is what must be another one.
    """
    modules = tmp_path / "modules"
    modules.mkdir()
    text = f"def where() -> str:\n    return {str(secured.authority)!r}\n"
    (modules / "certifi.py").write_text(text, encoding="utf-8")
    return Tccli(tmp_path, secured.service.key, {"PYTHONPATH": str(modules)})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_bare_endpoint_erases_by_https(
    host: str, trusting: Tccli, secured: Secured, scene: Scene, parameters: dict[str, Any]
) -> None:
    endpoint = f"{host}:{secured.service.port}"
    assert_erased(result(trusting("--endpoint", endpoint, *arguments(parameters))), scene)


def test_an_https_error_is_told(trusting: Tccli, secured: Secured) -> None:
    done = trusting("--endpoint", secured.service.endpoint)
    assert done.returncode == 255
    assert "code:InvalidParameterValue.ImageEmpty" in done.stderr


def test_a_certificate_that_nobody_vouches_for_is_refused(
    tmp_path: Path, secured: Secured, parameters: dict[str, Any]
) -> None:
    done = Tccli(tmp_path, secured.service.key, {})(
        "--endpoint", secured.service.endpoint, *arguments(parameters)
    )
    assert done.returncode == 255
    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr
    assert os.fspath(tmp_path) not in done.stdout
