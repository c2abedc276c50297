"""Other products' clients at our doors: the main job, and what their users are told when it is not done."""

import base64
import io
import json
import socket
import struct
import zlib
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import openai
import pyclipdrop
import pytest
import requests
from PIL import Image, ImageDraw, ImageFont

from clients.door_clients import CALLERS, NODE, NODE_SDK, Caller, Told, cut_out
from harness import Service, create_bearer
from pictures import base64_of, encoded
from scenes import Scene, assert_erased, red_square

IDS = [caller.name for caller in CALLERS]
PATHS = {
    "clipdrop": ("/cleanup/v1", "/remove-text/v1"),
    "iopaint": ("/api/v1/inpaint",),
    "openai": ("/v1/images/edits",),
}
STATUSES = {
    "clipdrop": {"wrong key": 403, "wrong size": 400, "broken": 400, "too large": 400, "too often": 429},
    "iopaint": {"wrong key": 401, "wrong size": 400, "broken": 400, "too large": 413, "too often": 429},
    "openai": {"wrong key": 401, "wrong size": 400, "broken": 400, "too large": 400, "too often": 429},
}


@pytest.fixture(scope="module")
def bearer(observed: Service) -> str:
    return create_bearer(observed.data_dir, "--account", "clients", "--concurrency", "4")


@pytest.fixture(params=CALLERS, ids=IDS)
def caller(request: pytest.FixtureRequest) -> Caller:
    """Each client in turn."""
    found: Caller = request.param
    if "npm" in found.name and not (NODE.exists() and NODE_SDK.exists()):
        pytest.skip("`make test` installs the npm SDK")
    return found


def test_it_erases_and_touches_nothing_else(
    caller: Caller, observed: Service, bearer: str, scene: Scene
) -> None:
    assert_erased(caller.erase(observed.url, bearer, scene.photo, scene.mask), scene)


def test_it_is_told_what_is_wrong_in_its_own_way(
    caller: Caller, observed: Service, bearer: str, scene: Scene
) -> None:
    def told(key: str, photo: bytes, mask: bytes) -> tuple[int, str]:
        with pytest.raises(Told) as refused:
            caller.erase(observed.url, key, photo, mask)
        return refused.value.status, refused.value.text

    wrong, photo, mask = bearer[:-1] + ("a" if bearer[-1] != "a" else "b"), scene.photo, scene.mask
    cases = [
        ("wrong key", (wrong, photo, mask), "key is not known"),
        ("wrong size", (bearer, photo, red_square(50, 40).mask), "Mask is 50x40"),
    ]
    # Starting Node.js takes longer than all the others do together.
    if "npm" not in caller.name:
        hurried = create_bearer(observed.data_dir, "--account", f"hurried {caller.name}", "--rate", "1")
        with suppress(Told):
            caller.erase(observed.url, hurried, b"?", mask)
        cases = [
            ("too often", (hurried, b"?", mask), "frequency limit"),
            *cases,
            ("broken", (bearer, b"no picture", mask), "input image is"),
            ("too large", (bearer, head_of_png(20_000, 12_000), mask), "20000x12000"),
        ]
    for case, given, part in cases:
        status, text = told(*given)
        assert (status, part in text) == (STATUSES[caller.door][case], True), (case, text)


def head_of_png(width: int, height: int) -> bytes:
    """Return a PNG that says how large it is and is cut off then."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    size = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("door", PATHS)
def test_a_body_that_is_too_large_is_refused_by_its_head_in_the_doors_form(
    door: str, observed: Service, bearer: str
) -> None:
    for path in PATHS[door]:
        head = f"POST {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\n"
        head += f"Content-Length: {600 << 20}\r\n"
        key = f"x-api-key: {bearer}" if door == "clipdrop" else f"Authorization: Bearer {bearer}"
        with socket.create_connection(("127.0.0.1", observed.port), 10) as connection:
            connection.sendall(f"{head}{key}\r\n\r\n".encode())
            answer = b"".join(iter(partial(connection.recv, 8192), b""))
        head, _, body = answer.decode().partition("\r\n\r\n")
        assert head.startswith("HTTP/1.1 413")
        said = json.loads(body)
        text = said["errors"] if door == "iopaint" else said["error"]
        assert "exceeds the upper limit" in (text["message"] if door == "openai" else text)


@pytest.mark.parametrize("door", PATHS)
def test_a_closed_door_is_a_path_like_any_other(door: str, service: Service) -> None:
    key = create_bearer(service.data_dir)
    for path in PATHS[door]:
        headers = {"Authorization": f"Bearer {key}", "x-api-key": key}
        answer = requests.post(service.url + path, headers=headers, json={"image": ""}, timeout=10)
        unknown = requests.post(f"{service.url}/nothing", headers=headers, json={"image": ""}, timeout=10)
        assert answer.status_code == unknown.status_code == 200
        assert answer.json()["Response"]["Error"]["Code"] == "UnsupportedProtocol"
        assert path in answer.json()["Response"]["Error"]["Message"]


def test_no_key_at_all_is_told_as_there(observed: Service) -> None:
    answers = {
        door: requests.post(observed.url + paths[0], json={}, timeout=10) for door, paths in PATHS.items()
    }
    assert {answer.status_code for answer in answers.values()} == {401}
    assert "has no key" in answers["clipdrop"].json()["error"]
    assert answers["openai"].json()["error"]["type"] == "invalid_request_error"
    iopaint = answers["iopaint"]
    assert iopaint.json()["errors"].startswith("401: ")
    assert iopaint.headers["WWW-Authenticate"] == 'Basic realm="wuhen"'


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "image/png"),
        ("application/json, text/plain, */*", "image/png"),
        ("image/webp,image/png", "image/webp"),
        ("text/html, image/jpeg;q=0.8", "image/jpeg"),
    ],
)
def test_clipdrop_answers_the_picture_that_is_accepted_first(
    accept: str, kind: str, observed: Service, bearer: str, scene: Scene
) -> None:
    answer = requests.post(
        f"{observed.url}/cleanup/v1",
        files={"image_file": ("a.png", scene.photo), "mask_file": ("m.png", scene.mask)},
        data={"mode": "quality"},
        headers={"x-api-key": bearer, "Accept": accept},
        timeout=60,
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.get_format_mimetype() == kind


def test_clipdrop_refuses_modes_and_forms_that_it_does_not_know(
    observed: Service, bearer: str, scene: Scene
) -> None:
    def said(**form: Any) -> tuple[int, str]:
        headers = {"x-api-key": bearer}
        answer = requests.post(f"{observed.url}/cleanup/v1", headers=headers, timeout=10, **form)
        return answer.status_code, answer.json()["error"]

    files = {"image_file": scene.photo, "mask_file": scene.mask}
    status, text = said(files=files, data={"mode": "best"})
    assert (status, "fast or quality" in text) == (400, True)
    assert said(files={"image_file": scene.photo}) == (
        400,
        "The request is missing a required parameter `mask_file`.",
    )
    assert said(files={**files, "mask_file": ("m.png", b"")}) == (400, "The file `mask_file` is empty.")
    assert said(files=[*files.items(), ("image_file", scene.photo)])[0] == 400
    assert said(json={})[0] == 400


def test_iopaint_clients_find_what_they_ask_before(observed: Service) -> None:
    configuration = requests.get(f"{observed.url}/api/v1/server-config", timeout=10).json()
    model = requests.get(f"{observed.url}/api/v1/model", timeout=10).json()
    assert model in configuration["modelInfos"]
    assert (model["model_type"], model["need_prompt"]) == ("inpaint", False)
    assert configuration["plugins"] == configuration["samplers"] == []
    switched = requests.post(f"{observed.url}/api/v1/model", json={"name": "lama"}, timeout=10).json()
    assert switched == model
    image = requests.get(f"{observed.url}/api/v1/inputimage", timeout=10)
    assert (image.status_code, image.json()["detail"]) == (200, "No input image configured")
    plugin = requests.post(f"{observed.url}/api/v1/run_plugin_gen_mask", json={"name": "x"}, timeout=10)
    assert (plugin.status_code, plugin.json()["errors"]) == (422, "422: Plugin not found")
    information = requests.post(f"{observed.url}/api/v1/gen-info", files={"file": bytes(8 << 20)}, timeout=10)
    assert information.json() == {"prompt": "", "negative_prompt": ""}
    asked = requests.options(f"{observed.url}/api/v1/inpaint", headers={"Origin": "http://x"}, timeout=10)
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (204, "*")


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
def test_iopaint_answers_the_format_that_it_is_given_and_its_seed(
    format_: str, observed: Service, bearer: str, scene: Scene
) -> None:
    buffer = io.BytesIO()
    Image.fromarray(scene.pixels).save(buffer, format_)
    body = {"image": base64_of(buffer.getvalue()), "mask": base64_of(scene.mask), "sd_seed": 7}
    headers = {"Authorization": f"Bearer {bearer}"}
    answer = requests.post(f"{observed.url}/api/v1/inpaint", json=body, headers=headers, timeout=60)
    assert (answer.status_code, answer.headers["X-Seed"]) == (200, "7")
    assert answer.headers["Content-Type"] == f"image/{format_.lower()}"
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.format == format_


@pytest.mark.parametrize(
    ("body", "status", "part"),
    [
        ({}, 422, "`image`"),
        ({"image": 3}, 422, "`image`"),
        ([], 422, "json"),
        ({"image": "AAAA", "mask": "AAAA"}, 400, "input image"),
        ({"image": "AAAA", "mask": "AAAA", "use_extender": True}, 400, "`use_extender`"),
        ({"image": "AAAA", "mask": "AAAA", "sd_seed": "x"}, 422, "`sd_seed`"),
    ],
)
def test_iopaint_refuses_what_it_cannot_read(
    body: object, status: int, part: str, observed: Service, bearer: str
) -> None:
    headers = {"Authorization": f"Bearer {bearer}"}
    answer = requests.post(f"{observed.url}/api/v1/inpaint", json=body, headers=headers, timeout=10)
    assert answer.status_code == status
    said = answer.json()
    assert said["errors"].startswith(f"{status}: ")
    assert part in said["errors"]
    assert (said["detail"][0]["msg"] if status == 422 else said["detail"]) in said["errors"]


def test_iopaint_takes_json_alone_so_that_no_page_can_use_a_key_that_a_browser_knows(
    observed: Service, bearer: str
) -> None:
    headers = {"Content-Type": "text/plain"}
    answer = requests.post(
        f"{observed.url}/api/v1/inpaint", data="{}", headers=headers, auth=("any", bearer), timeout=10
    )
    assert answer.status_code == 422
    assert "application/json" in answer.json()["errors"]


def edit(observed: Service, bearer: str, scene: Scene, **more: Any) -> Any:
    given = {"image": ("p.png", scene.photo), "mask": ("m.png", cut_out(scene.mask)), "prompt": "Remove it"}
    sent = {name: value for name, value in (given | more).items() if value is not None}
    with openai.OpenAI(api_key=bearer, base_url=f"{observed.url}/v1", max_retries=0) as client:
        return client.images.edit(**sent)


def test_openai_answers_say_what_the_result_is(observed: Service, bearer: str, scene: Scene) -> None:
    answer = edit(observed, bearer, scene, size="512x512", output_format="jpeg", quality="low")
    assert (answer.size, answer.output_format, len(answer.data)) == ("96x64", "jpeg", 1)
    with Image.open(io.BytesIO(base64.b64decode(answer.data[0].b64_json))) as image:
        assert (image.format, image.size) == ("JPEG", (96, 64))
    by_url = edit(observed, bearer, scene, response_format="url").data[0]
    assert by_url.b64_json is None
    assert_erased(requests.get(by_url.url, timeout=10).content, scene)


def test_openai_erases_only_what_is_transparent_even_where_the_mask_is_the_photo(
    observed: Service, bearer: str, scene: Scene
) -> None:
    cut = encoded(np.dstack([scene.pixels, np.where(scene.hole, 0, 255).astype(np.uint8)]))
    answer = edit(observed, bearer, scene, mask=("m.png", cut))
    assert_erased(answer.data[0].b64_json, scene)


@pytest.mark.parametrize(
    ("more", "param", "code", "part"),
    [
        ({"mask": None}, "mask", "missing_required_parameter", "no `mask`"),
        ({"image": [b"a", b"b"]}, "image", "invalid_value", "more than one"),
        ({"prompt": " "}, "prompt", "missing_required_parameter", "`prompt`"),
        ({"n": 5}, "n", "invalid_value", "1 to 4"),
        ({"output_format": "gif"}, "output_format", "invalid_value", "png, webp or jpeg"),
        ({"response_format": "file"}, "response_format", "invalid_value", "b64_json or url"),
        ({"stream": True}, "stream", "invalid_value", "`stream`"),
        ({"image": ("p.png", b"")}, "image", "invalid_value", "is empty"),
    ],
)
def test_openai_says_which_field_is_wrong(
    more: dict[str, Any], param: str, code: str, part: str, observed: Service, bearer: str, scene: Scene
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        edit(observed, bearer, scene, **more)
    assert (refused.value.param, refused.value.code) == (param, code)
    assert part in refused.value.message


def test_an_opaque_mask_is_told_to_be_one(observed: Service, bearer: str, scene: Scene) -> None:
    with pytest.raises(openai.BadRequestError, match="transparent nowhere"):
        edit(observed, bearer, scene, mask=("m.png", scene.mask))


@pytest.fixture(scope="module")
def lettered() -> tuple[bytes, Any]:
    """A photo with a line of text on it as PNG, and its pixels."""
    image = Image.fromarray(red_square(400, 160, side=0).pixels)
    ImageDraw.Draw(image).text((60, 50), "FOR SALE", fill="white", font=ImageFont.load_default(48))
    return encoded(np.asarray(image)), np.asarray(image)


def white(picture: bytes) -> int:
    """Return how many pixels are as white as the text."""
    with Image.open(io.BytesIO(picture)) as image:
        return int((np.asarray(image.convert("RGB")).min(-1) > 200).sum())


def test_openai_finds_what_a_prompt_names_and_answers_several_results(
    observed: Service, bearer: str, lettered: tuple[bytes, Any]
) -> None:
    photo, _ = lettered
    assert white(photo) > 500
    given = {"image": ("p.png", photo), "mask": None, "prompt": "Remove the text from the image.", "n": 2}
    answer = edit(observed, bearer, red_square(), **given)
    pictures = [base64.b64decode(one.b64_json) for one in answer.data]
    assert [white(picture) for picture in pictures] == [0, 0]
    assert pictures[0] != pictures[1]


def test_pyclipdrop_removes_text(
    observed: Service, bearer: str, lettered: tuple[bytes, Any], tmp_path: Path
) -> None:
    photo, out = tmp_path / "photo.png", tmp_path / "out.png"
    photo.write_bytes(lettered[0])
    pyclipdrop.ClipdropClient(bearer, base_url=observed.url).remove_text(str(photo), output_file=str(out))
    assert white(out.read_bytes()) == 0
    photo.write_bytes(encoded(red_square(400, 160, side=0).pixels))
    with pytest.raises(pyclipdrop.exceptions.APIRequestError, match="Nothing was found"):
        pyclipdrop.ClipdropClient(bearer, base_url=observed.url).remove_text(str(photo))


def test_nobody_inside_is_connected_to_whatever_a_door_is_told(
    observed: Service, bearer: str, scene: Scene
) -> None:
    key, png = {"Authorization": f"Bearer {bearer}"}, ("a.png", scene.photo)
    with socket.create_server(("127.0.0.1", 0)) as inside:
        port = inside.getsockname()[1]
        urls = [
            f"http://{host}:{port}/a.png"
            for host in ("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0", "[::ffff:127.0.0.1]")
        ]
        urls += [f"http://u@127.0.0.1:{port}/", f"ftp://127.0.0.1:{port}/", "http://169.254.169.254/latest"]
        told: list[tuple[str, dict[str, Any]]]
        told = [("/erase", {"data": {"image_url": url}, "files": {"mask": png}}) for url in urls]
        # Where no URL is expected, one is as good as another.
        for url in urls[:1]:
            told += [
                ("/erase", {"data": {"image": url}, "files": {"mask": png}}),
                ("/cleanup/v1", {"data": {"image_file": url}, "files": {"mask_file": png}}),
                ("/remove-text/v1", {"files": {"image_file": ("a", url.encode())}}),
                ("/api/v1/inpaint", {"json": {"image": url, "mask": base64_of(scene.mask)}}),
                ("/api/v1/inpaint", {"json": {"image": f"data:{url},{url}", "mask": url}}),
                ("/v1/images/edits", {"data": {"image": url, "prompt": "x"}, "files": {"mask": png}}),
                ("/v1/images/edits", {"data": {"mask": url, "prompt": url}, "files": {"image": png}}),
            ]
        for path, form in told:
            answer = requests.post(observed.url + path, headers=key, timeout=20, **form)
            assert answer.status_code == 400, (path, form, answer.text)
        inside.settimeout(0.2)
        with pytest.raises(TimeoutError):
            inside.accept()
