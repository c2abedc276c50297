"""The code that the explorer writes: run where the machine can, otherwise checked for its syntax."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from harness import Key, Service, clean_environment, create_key
from picture_server import PictureServer
from pictures import encoded
from scenes import Scene, assert_erased, red_square
from studio.explorer_cpp import write_headers, write_units
from studio.explorer_node import NODE, call, run
from wuhen.action import ACTIONS

ROOT = Path(__file__).parents[2]
TCCLI = shutil.which("tccli", path=f"{ROOT / '.venv-tccli/bin'}{os.pathsep}{os.environ['PATH']}")
NODE_PATH = [
    str(ROOT / "tests/clients/node/node_modules"),
    *os.environ.get("NODE_PATH", "").split(os.pathsep),
]
LANGUAGES = ["python", "java", "php", "go", "node", "dotnet", "cpp", "ruby", "tccli", "curl", "wuhen"]
RUNNABLE = ["python", "node", "tccli", "curl", "wuhen"]

PICTURES = {"InputImage": {"$file": "photo.png"}, "Mask": {"$file": "a mask.png"}, "LogoAdd": 0}
EVERYTHING = {
    "InputImage": {"$file": "photo.png"},
    "InputUrl": 'https://example.com/it\'s a "photo" for $5 #{1}.jpg',
    "Mask": {"$file": "a mask.png"},
    "MaskUrl": "https://example.com/mask.png",
    "RspImgType": "base64",
    "LogoAdd": 1,
    "LogoParam": {
        "LogoUrl": "https://example.com/图.png",
        "LogoImage": {"$file": "logo.png"},
        "LogoRect": {"X": 10, "Y": -5, "Width": 20, "Height": 20},
    },
}


def missing(language: str) -> str | None:
    """Say what the machine lacks to run the code, None when nothing."""
    if language == "node" and not any(
        (Path(folder) / "tencentcloud-sdk-nodejs").exists() for folder in NODE_PATH if folder
    ):
        return "`make test` installs the npm SDK"
    if language == "tccli" and TCCLI is None:
        return "`make test` installs tccli"
    if language in {"curl", "tccli"} and shutil.which("openssl") is None:
        return "openssl is not installed"
    return "curl is not installed" if language == "curl" and shutil.which("curl") is None else None


def erase(language: str, given: dict[str, Any], folder: Path, key: Key) -> str:
    """Run what the explorer writes for a call, as its reader would, and return what it prints."""
    done = execute(language, given, folder, key)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def execute(
    language: str, given: dict[str, Any], folder: Path, key: Key
) -> "subprocess.CompletedProcess[str]":
    """Run what the explorer writes for a call."""
    if (reason := missing(language)) is not None:
        pytest.skip(reason)
    snippet = run("snippet", id=language, call=given)
    (folder / snippet["file"]).write_text(snippet["code"], encoding="utf-8")
    programs = [Path(sys.executable).parent, *([Path(TCCLI).parent] if TCCLI else [])]
    environment = clean_environment() | {
        "PATH": os.pathsep.join([*map(str, programs), os.environ["PATH"]]),
        "NODE_PATH": os.pathsep.join(NODE_PATH),
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "TENCENTCLOUD_SECRET_ID": key.secret_id,
        "TENCENTCLOUD_SECRET_KEY": key.secret_key,
    }
    if key.token:
        environment["TENCENTCLOUD_TOKEN"] = key.token
    program, *arguments = snippet["run"].split()
    program = {"python": sys.executable, "node": str(NODE)}.get(program, program)
    done = subprocess.run(
        [program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment,
        cwd=folder,
    )
    assert key.secret_key not in snippet["code"] + done.stdout + done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path, scene: Scene) -> Path:
    """A folder with the pictures that the code reads."""
    (tmp_path / "photo.png").write_bytes(scene.photo)
    (tmp_path / "a mask.png").write_bytes(scene.mask)
    (tmp_path / "logo.png").write_bytes(encoded(red_square(16, 16, side=16).pixels))
    return tmp_path


@pytest.mark.parametrize("language", RUNNABLE)
def test_it_erases_what_is_read_from_files_by_a_temporary_key(
    language: str, service: Service, scene: Scene, folder: Path
) -> None:
    key = create_key(service.data_dir, "--lifetime", "600")
    erase(language, call(PICTURES, service.endpoint), folder, key)
    assert_erased((folder / "result.png").read_bytes(), scene)


@pytest.mark.parametrize("language", RUNNABLE)
def test_it_passes_urls_and_nested_parameters_and_prints_the_results(
    language: str, service: Service, picture_server: PictureServer, folder: Path
) -> None:
    logo = {"LogoImage": {"$file": "logo.png"}, "LogoRect": {"X": 1, "Y": 2, "Width": 9, "Height": 8}}
    parameters = {
        "InputUrl": picture_server.url("/photo.png"),
        "MaskUrl": picture_server.url("/mask.png"),
        "RspImgType": "url",
        "LogoAdd": 1,
        "LogoParam": logo,
    }
    printed = erase(language, call(parameters, service.endpoint, language="zh-CN"), folder, service.key)
    assert service.results in printed


LABELS = {
    "service": "wuhen",
    "version": "2026-11-25",
    "action": "DescribeLabels",
}
COMMON = ["python", "java", "php", "go", "node", "dotnet", "cpp", "curl", "wuhen"]
"""Those that can call an action that the vendor has not got."""


@pytest.mark.parametrize("language", [name for name in RUNNABLE if name in COMMON])
def test_it_calls_an_action_of_our_own(language: str, service: Service, folder: Path) -> None:
    given = call({"InputImage": {"$file": "photo.png"}}, service.endpoint, **LABELS)
    printed = erase(language, given, folder, service.key)
    assert re.search(r'"Format": ?"PNG"', printed)
    assert re.search(r'"Width": ?96\b', printed)


@pytest.mark.parametrize("language", RUNNABLE)
def test_an_error_is_seen_and_no_picture_is_written(language: str, service: Service, folder: Path) -> None:
    parameters = PICTURES | {"Mask": {"$file": "logo.png"}}
    done = execute(language, call(parameters, service.endpoint), folder, service.key)
    assert done.returncode != 0
    assert "InvalidParameterValue" in done.stdout + done.stderr
    assert not (folder / "result.png").exists()


LISTS = {
    "Rectangles": [
        {"X": 0, "Y": "-10%", "Width": 9, "Height": 5},
        {"X": -9, "Y": 0, "Width": 9, "Height": 5},
    ],
    "Polygons": [{"Points": [{"X": 1, "Y": 1}, {"X": 6, "Y": 1}, {"X": 1, "Y": 6}]}],
    "Find": ["text"],
    "Sensitivity": 0.25,
}
OWN = LABELS | {"action": "ConvertPicture"}
OWN_CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "ConvertPicture": ({"InputImage": {"$file": "photo.png"}}, "result.png"),
    "EraseRegions": (PICTURES | LISTS | {"ResultFormat": "jpeg"}, "result.jpeg"),
}


@pytest.mark.parametrize("action", OWN_CALLS)
@pytest.mark.parametrize("language", [name for name in RUNNABLE if name in COMMON])
def test_it_saves_what_an_action_of_our_own_answers_with(
    language: str, action: str, service: Service, folder: Path
) -> None:
    parameters, file = OWN_CALLS[action]
    printed = erase(
        language, call(parameters, service.endpoint, **LABELS | {"action": action}), folder, service.key
    )
    with Image.open(folder / file) as picture:
        assert picture.size == (96, 64)
    assert len(printed) < 2000
    assert "RequestId" in printed


def test_it_knows_which_actions_answer_with_a_picture() -> None:
    assert run("pictures") == {action.name: name for action in ACTIONS for name in action.answered_pictures}


@pytest.mark.parametrize("action", ["FindRegions", "FindEffects", "SelectObject"])
def test_a_mask_is_no_jpeg_of_its_photo(action: str) -> None:
    given = call({"InputUrl": "https://example.com/a.jpg"}, "127.0.0.1:1", **LABELS | {"action": action})
    code = run("snippet", id="wuhen", call=given)["code"]
    assert "mask.png" in code
    assert "result." not in code


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\nno. ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n<html></html>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"",
    ],
)
@pytest.mark.parametrize("action", [{}, LABELS, OWN], ids=["aiart", "wuhen", "wuhen, a picture"])
def test_curl_fails_where_there_is_no_answer_of_the_api(
    action: dict[str, str], answer: bytes, folder: Path
) -> None:
    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        done = execute(
            "curl",
            call(PICTURES if not action else {}, host, **action),
            folder,
            Key("AKIDnobody", "never told"),
        )
        thread.join()
    assert done.returncode != 0
    assert done.stderr
    assert not [file for file in folder.iterdir() if file.name.startswith("result")]


@pytest.mark.parametrize("language", ["tccli", "ruby"])
def test_a_client_that_cannot_call_it_is_said_to(language: str) -> None:
    snippet = run("snippet", id=language, call=call({}, "127.0.0.1:8000", **LABELS))
    assert snippet["code"] == ""
    assert snippet["notes"] == [f"explorer.note.{language}None"]


COMPILE = """
for (const file of process.argv.slice(1)) {
    new vm.Script(module.constructor.wrap(fs.readFileSync(file, "utf8")), { filename: file });
}
"""
"""What `node --check` does, for more files than one."""
CHECKERS = {
    "python": [sys.executable, "-m", "py_compile"],
    "node": [NODE or "node", "-e", COMPILE],
    "php": ["php", "-l"],
    "ruby": ["ruby", "-c"],
    "go": ["gofmt", "-e"],
    # Parsing only: the SDK is not here.
    "java": ["javac", "-XDshould-stop.ifError=PARSE", "-XDshould-stop.ifNoError=PARSE"],
    "cpp": ["g++", "-std=c++11", "-fsyntax-only", "-Wall", "-Werror", "-I", "include"],
    "tccli": ["sh", "-n"],
    "curl": ["sh", "-n"],
    "wuhen": ["sh", "-n"],
}
CALLS: dict[str, dict[str, Any]] = {
    "everything": EVERYTHING,
    "nothing": {},
    "pictures": PICTURES,
    "urls": {
        "InputUrl": "https://a.example/b.jpeg?x=1",
        "MaskUrl": "https://a.example/m.png",
        "RspImgType": "url",
    },
}


ONE_BY_ONE = {"php", "ruby", "tccli", "curl", "wuhen"}
"""Languages whose checker looks at one file alone. The others' get all at once, as they start slowly."""


@pytest.mark.parametrize("language", CHECKERS)
def test_its_syntax_is_right(language: str, tmp_path: Path) -> None:
    program, *arguments = CHECKERS[language]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    written = []
    for number, action in enumerate([{}, LABELS, OWN] if language in COMMON else [{}]):
        for name, parameters in (CALLS | ({"lists": LISTS} if action else {})).items():
            snippet = run("snippet", id=language, call=call(parameters, "127.0.0.1:8000", **action))
            folder = f"{name}{number}"
            (tmp_path / folder).mkdir()
            (tmp_path / folder / snippet["file"]).write_text(snippet["code"], encoding="utf-8")
            written.append(f"{folder}/{snippet['file']}")
    if language == "cpp":
        write_headers(tmp_path / "include")
        written = write_units(tmp_path, written)
    for files in [[file] for file in written] if language in ONE_BY_ONE else [written]:
        done = subprocess.run(
            [program, *arguments, *files], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert done.returncode == 0, done.stdout + done.stderr


NAMES = {
    "python": ["aiart_client.AiartClient(", "models.ImageInpaintingRemovalRequest()", "models.LogoRect()"],
    "java": [
        "com.tencentcloudapi.aiart.v20221229.AiartClient",
        "HttpProfile.REQ_HTTP)",
        "logoRect.setX(10L);",
    ],
    "php": [
        "TencentCloud\\Aiart\\V20221229\\AiartClient",
        "->setProtocol('http://')",
        "$logoParam->setLogoRect($logoRect);",
    ],
    "go": ["tencentcloud/aiart/v20221229", 'HttpProfile.Scheme = "http"', "logoParam := &aiart.LogoParam{}"],
    "node": ["services/aiart", 'protocol: "http://"', 'endpoint: "127.0.0.1:8000"'],
    "dotnet": [
        "using TencentCloud.Aiart.V20221229.Models;",
        "new AiartClient(key, ",
        "Protocol = HttpProfile.REQ_HTTP }",
        "client.ImageInpaintingRemovalSync(request)",
        "logoParam.LogoRect = logoRect;",
        "SignMethod = ClientProfile.SIGN_TC3SHA256",
    ],
    "cpp": [
        "tencentcloud/aiart/v20221229/AiartClient.h",
        "HttpProfile::Scheme::HTTP)",
        "logoParam.SetLogoRect(logoRect);",
    ],
    "ruby": [
        "tencentcloud-sdk-aiart",
        "Common::HttpProfile.new('http', '127.0.0.1')",
        "http.proxy = 'http://127.0.0.1:8000'",
        "logoParam.LogoRect = logoRect",
    ],
    "tccli": ["tccli aiart ImageInpaintingRemoval", "--endpoint http://127.0.0.1:8000"],
    "curl": ["http://127.0.0.1:8000/", "--data-binary @request.json"],
    "wuhen": [
        "wuhen call --endpoint http://127.0.0.1:8000",
        "--photo photo.png",
        "-p LogoParam.LogoRect.Y=-5",
    ],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_uses_the_official_names(language: str) -> None:
    code = run("snippet", id=language, call=call(EVERYTHING, "127.0.0.1:8000"))["code"]
    for name in NAMES[language]:
        assert name in code
    assert re.search("TENCENTCLOUD_SECRET_KEY", code) or language in {"tccli", "wuhen"}


COMMON_NAMES = {
    "python": ['CommonClient("wuhen", "2026-11-25", key,', 'client.call_json("DescribeLabels",'],
    "java": [
        'new CommonClient("wuhen", "2026-11-25", key,',
        'client.commonRequest(request, "DescribeLabels")',
    ],
    "php": [
        "new CommonClient('wuhen', '2026-11-25', $key,",
        "$client->callJson('DescribeLabels', (object) [",
    ],
    "go": ["common.NewCommonClient(key,", 'NewCommonRequest("wuhen", "2026-11-25", "DescribeLabels")'],
    "node": ["new CommonClient(", 'client.request("DescribeLabels",'],
    "dotnet": ['new CommonClient("wuhen", "2026-11-25", key,', 'client.Call(request, "DescribeLabels")'],
    "cpp": ['CommonClient client("wuhen", "2026-11-25", key,', 'client.MakeRequestJson("DescribeLabels",'],
    "curl": ["service=wuhen", "X-TC-Action: DescribeLabels"],
    "wuhen": ["--action DescribeLabels"],
}


@pytest.mark.parametrize("language", COMMON)
def test_it_uses_the_common_clients_official_names(language: str) -> None:
    code = run("snippet", id=language, call=call(EVERYTHING, "127.0.0.1:8000", **LABELS))["code"]
    for name in COMMON_NAMES[language]:
        assert name in code


@pytest.mark.parametrize("action", [{}, LABELS], ids=["aiart", "wuhen"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_asks_for_the_language_of_the_page(language: str, action: dict[str, str]) -> None:
    if action and language not in COMMON:
        pytest.skip(f"{language} cannot call it")
    for chosen in ("zh-CN", "en-US"):
        code = run("snippet", id=language, call=call({}, "127.0.0.1:8000", language=chosen, **action))["code"]
        assert chosen in code or f"Language.{chosen.replace('-', '_').upper()}" in code


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_can_be_written_for_the_cloud(language: str) -> None:
    cloud = "aiart.tencentcloudapi.com"
    code = run("snippet", id=language, call=call(EVERYTHING, cloud, secure=True))["code"]
    assert cloud in code
    assert "http://" not in code
    assert "127.0.0.1" not in code


def test_an_endpoint_that_an_sdk_cannot_take_is_said() -> None:
    def notes(language: str, host: str, *, secure: bool = False) -> list[str]:
        found: list[str] = run("snippet", id=language, call=call(PICTURES, host, secure=secure))["notes"]
        return found

    assert "explorer.note.rubyPort" in notes("ruby", "127.0.0.1:8000", secure=True)
    assert notes("ruby", "127.0.0.1:8000") == []
    assert notes("ruby", "wuhen.example") == []
    assert "explorer.note.cppDot" in notes("cpp", "localhost:8000")
    assert "explorer.note.cppDot" not in notes("cpp", "127.0.0.1:8000")
