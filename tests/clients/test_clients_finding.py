"""Finding, and erasing without a mask's picture, with the official Python SDK's common client."""

import base64
import hashlib
import json
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from tencentcloud.common.exception import TencentCloudSDKException

from clients.common_sdk import ask
from harness import Service, eventually, wuhen
from pictures import base64_of, decoded, encoded
from scenes import Scene, assert_erased

# The SDK asks for the date in a way that Python 3.12 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")

BOX = (8, 8, 24, 24)


def refusal(*given: Any, **how: Any) -> TencentCloudSDKException:
    with pytest.raises(TencentCloudSDKException) as caught:
        ask(*given, **how)
    return caught.value


@pytest.fixture(scope="module")
def captioned() -> NDArray[np.uint8]:
    """Return a photo of 400x240 with a caption of black letters in its upper half."""
    rows = np.linspace(90, 170, 240)[:, None]
    ground = np.broadcast_to(np.stack([rows + 20, rows + 40, rows], axis=-1), (240, 400, 3))
    picture = Image.fromarray(ground.astype(np.uint8))
    ImageDraw.Draw(picture).text((60, 40), "Summer 2026", fill=(0, 0, 0), font=ImageFont.load_default(44))
    return np.asarray(picture)


def call(service: Service, folder: Path, action: str, *options: str | Path) -> str:
    """Have `wuhen call` call an action, and return what it prints."""
    key = folder / "key.json"
    key.write_text(json.dumps({"SecretId": service.key.secret_id, "SecretKey": service.key.secret_key}))
    given = map(str, options)
    return wuhen("call", "--endpoint", service.url, "--key", str(key), "--action", action, *given)


def in_box(scene: Scene) -> dict[str, Any]:
    """Return the rectangle of the scene's hole as it is sent."""
    rows, columns = np.nonzero(scene.hole)
    left, top = int(columns.min()), int(rows.min())
    return {
        "X": left,
        "Y": top,
        "Width": int(columns.max()) + 1 - left,
        "Height": int(rows.max()) + 1 - top,
    }


def test_what_is_found_is_told_as_places_and_as_a_mask(
    service: Service, captioned: NDArray[np.uint8]
) -> None:
    answer = ask(service, "FindRegions", {"InputImage": base64_of(encoded(captioned)), "Find": ["text"]})
    mask = decoded(base64.b64decode(answer["Mask"]))[..., 0] > 0
    assert (answer["Width"], answer["Height"]) == (400, 240) == mask.shape[::-1]
    assert answer["Found"] == [{"What": "text", "Count": len(answer["Places"])}]
    letters = captioned.max(axis=2) < 40
    assert mask[letters].mean() > 0.95
    assert mask.mean() < 3 * letters.mean()
    for place in answer["Places"]:
        box = place["Box"]
        assert 0.3 < place["Score"] <= 1
        assert len(place["Corners"]) == 4
        assert 30 < box["Y"] + box["Height"] / 2 < 100


def test_dust_is_found_and_erased(service: Service, captioned: NDArray[np.uint8]) -> None:
    clean = captioned[100:]  # the caption is above
    cover = Image.new("L", (400, 140))
    specks = [(30, 60), (70, 200), (110, 330)]
    for y, x in specks:
        ImageDraw.Draw(cover).ellipse((x - 5, y - 5, x + 5, y + 5), fill=255)
    share = np.asarray(cover.filter(ImageFilter.GaussianBlur(1)), np.float64)[..., None] / 255
    photo = base64_of(encoded((clean * (1 - 0.2 * share)).astype(np.uint8)))
    answer = ask(service, "FindRegions", {"InputImage": photo, "Find": ["dust"]})
    assert answer["Found"] == [{"What": "dust", "Count": 3}]
    for place, (y, x) in zip(answer["Places"], specks, strict=True):
        box = place["Box"]
        assert box["X"] <= x <= box["X"] + box["Width"]
        assert box["Y"] <= y <= box["Y"] + box["Height"]
    erased = ask(service, "EraseRegions", {"InputImage": photo, "Find": ["dust"], "LogoAdd": 0})
    result = decoded(base64.b64decode(erased["ResultImage"]))
    assert np.abs(result.astype(int) - clean).max() < 12


def test_what_is_found_is_erased_and_told(service: Service, captioned: NDArray[np.uint8]) -> None:
    photo = base64_of(encoded(captioned))
    answer = ask(service, "EraseRegions", {"InputImage": photo, "Find": ["text"], "LogoAdd": 0})
    result = decoded(base64.b64decode(answer["ResultImage"]))
    assert (result.max(axis=2) < 40).sum() == 0
    np.testing.assert_array_equal(result[130:], captioned[130:])
    (found,) = answer["Found"]
    assert found["What"] == "text"
    assert found["Count"] >= 1
    assert answer["Alternatives"] == []
    number = answer["RequestId"]
    line = eventually(
        lambda: next((one for one in service.log_lines() if one.get("RequestId") == number), None)
    )
    assert line["found"] == f"text {found['Count']}"
    kept = ask(service, "DescribeCall", {"RequestId": number})["Call"]
    assert kept["Response"]["Found"] == answer["Found"]


def test_where_nothing_is_found_the_code_says_so_and_shapes_go_on(service: Service, scene: Scene) -> None:
    photo = base64_of(scene.photo)
    looked = ask(service, "FindRegions", {"InputImage": photo})
    assert (looked["Places"], looked["Found"]) == ([], [{"What": "text", "Count": 0}])
    assert not decoded(base64.b64decode(looked["Mask"])).any()
    error = refusal(service, "EraseRegions", {"InputImage": photo, "Find": ["text"]})
    assert error.code == "ResourceNotFound"
    assert "text" in error.message
    more = {"Rectangles": [in_box(scene)], "LogoAdd": 0}
    answer = ask(service, "EraseRegions", {"InputImage": photo, "Find": ["text"]} | more)
    assert_erased(base64.b64decode(answer["ResultImage"]), scene)
    assert "text" in answer["Remarks"][0]


@pytest.mark.parametrize(("algorithm", "method"), [("TC3-HMAC-SHA256", "POST"), ("HmacSHA256", "POST")])
def test_a_rectangle_does_what_its_mask_does_in_every_form(
    service: Service, scene: Scene, url_parameters: dict[str, Any], algorithm: str, method: str
) -> None:
    given = {"InputUrl": url_parameters["InputUrl"], "LogoAdd": 0}
    told = ask(
        service, "EraseRegions", given | {"Rectangles": [in_box(scene)]}, algorithm=algorithm, method=method
    )
    masked = ask(service, "EraseRegions", given | {"MaskUrl": url_parameters["MaskUrl"]})
    results = [decoded(base64.b64decode(one["ResultImage"])) for one in (told, masked)]
    np.testing.assert_array_equal(results[0], results[1])


def test_a_preset_stands_for_what_the_operator_wrote_down(
    service: Service, scene: Scene, captioned: NDArray[np.uint8]
) -> None:
    given = {"InputImage": base64_of(scene.photo), "LogoAdd": 0}
    named = ask(service, "EraseRegions", given | {"Preset": "corner"})["ResultImage"]
    corner = {"X": 76, "Y": 48, "Width": 20, "Height": 16}
    told = ask(service, "EraseRegions", given | {"Rectangles": [corner]})["ResultImage"]
    np.testing.assert_array_equal(decoded(base64.b64decode(named)), decoded(base64.b64decode(told)))
    given = {"InputImage": base64_of(encoded(captioned)), "Preset": "captions"}
    assert ask(service, "FindRegions", given)["Places"]
    lower = {"X": 0, "Y": "50%", "Width": "100%", "Height": "50%"}
    assert not ask(service, "FindRegions", given | {"FindIn": lower})["Places"]
    error = refusal(service, "EraseRegions", given | {"Preset": "cats"}, language="en-US")
    assert (error.code, "corner, captions" in error.message) == ("InvalidParameterValue", True)


def test_shapes_of_all_kinds_are_erased_together(service: Service) -> None:
    white = np.full((100, 200, 3), 255, np.uint8)
    white[::2] = 250
    given = {
        "InputImage": base64_of(encoded(white)),
        "LogoAdd": 0,
        "Rectangles": [{"X": "-10%", "Y": 0, "Width": 20, "Height": "10%"}],
        "Polygons": [{"Points": [{"X": 10, "Y": 10}, {"X": 40, "Y": 10}, {"X": 10, "Y": 40}]}],
        "Strokes": [{"Points": [{"X": 100, "Y": 60}], "Width": 20}],
    }
    number = ask(service, "EraseRegions", given)["RequestId"]
    line = eventually(
        lambda: next((one for one in service.log_lines() if one.get("RequestId") == number), None)
    )
    assert line["hole"] == pytest.approx(20 * 10 + 30 * 30 / 2 + np.pi * 100, rel=0.08)


def test_candidates_differ_and_each_is_recorded(service: Service, scene: Scene) -> None:
    given = scene.parameters(Candidates=3, Seed=4, LogoAdd=0)
    answer = ask(service, "EraseRegions", given)
    assert [one["Seed"] for one in answer["Alternatives"]] == [5, 6]
    images = [answer["ResultImage"], *(one["ResultImage"] for one in answer["Alternatives"])]
    files = [base64.b64decode(image) for image in images]
    for file in files:
        assert_erased(file, scene)
    alone = ask(service, "EraseRegions", scene.parameters(Seed=6, LogoAdd=0))["ResultImage"]
    np.testing.assert_array_equal(decoded(files[2]), decoded(base64.b64decode(alone)))
    number = answer["RequestId"]
    for name, file in zip((number, f"{number}-2", f"{number}-3"), files, strict=True):
        assert name.encode() in file
        assert name in wuhen("audit", "--request-id", name, "--data-dir", str(service.data_dir))
    kept = ask(service, "DescribeCall", {"RequestId": number})["Call"]["Response"]["Alternatives"]
    assert [one["ResultImage"]["bytes"] for one in kept] == [len(file) for file in files[1:]]


def test_candidates_and_masks_come_as_urls_too(service: Service, scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(scene.photo)
    (tmp_path / "mask.png").write_bytes(scene.mask)
    given: list[str | Path] = [
        "--photo",
        tmp_path / "photo.png",
        "--mask",
        tmp_path / "mask.png",
        "-o",
        tmp_path / "out.png",
    ]
    printed = call(service, tmp_path, "EraseRegions", *given, "-p", "Candidates=2", "-p", "RspImgType=url")
    answer = json.loads(printed)["Response"]
    urls = [answer["ResultImage"], answer["Alternatives"][0]["ResultImage"]]
    for url, name in zip(urls, ("out.png", "out-2.png"), strict=True):
        with urllib.request.urlopen(url) as result:
            assert result.read() == (tmp_path / name).read_bytes()
    mask = ask(service, "FindRegions", {"InputImage": base64_of(scene.photo), "RspImgType": "url"})["Mask"]
    for url in (*urls, mask):
        assert url.startswith(service.results)
        with urllib.request.urlopen(url) as result:
            assert decoded(result.read()).shape == (64, 96, 3)


def test_a_job_finds_and_takes_shapes_and_makes_candidates(
    service: Service, captioned: NDArray[np.uint8]
) -> None:
    given = {"InputImage": base64_of(encoded(captioned)), "Find": ["text"], "LogoAdd": 0}
    given |= {"Candidates": 2, "Seed": 7}
    given |= {"Rectangles": [{"X": 0, "Y": -20, "Width": 30, "Height": 20}]}
    job = ask(service, "SubmitErase", given)["JobId"]

    def ended() -> Any:
        found = ask(service, "DescribeErase", {"JobId": job})
        return found if found["EndedAt"] else None

    done = eventually(ended, seconds=30)
    assert done["Code"] == "OK"
    assert [one["What"] for one in done["Found"]] == ["text"]
    (other,) = done["Alternatives"]
    assert other["Seed"] == 8
    for number, url in ((job, done["ResultImage"]), (f"{job}-2", other["ResultImage"])):
        with urllib.request.urlopen(url) as result:
            file = result.read()
        assert number.encode() in file
        assert (decoded(file).max(axis=2) < 40).sum() == 0
        audited = json.loads(wuhen("audit", "--request-id", number, "--data-dir", str(service.data_dir)))
        assert audited["sha256"] == hashlib.sha256(file).hexdigest()
        assert audited["found"] == {"text": done["Found"][0]["Count"]}


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({}, "InvalidParameterValue.ImageEmpty", "Rectangles"),
        ({"Find": ["cats"]}, "InvalidParameterValue", "text"),
        ({"Find": "text"}, "InvalidParameter", "array"),
        ({"Find": ["text"], "Sensitivity": 1.5}, "InvalidParameterValue", "0 to 1"),
        ({"Find": ["text"], "Sensitivity": "high"}, "InvalidParameter", "float"),
        ({"Find": ["text"], "FindIn": {"X": 0}}, "MissingParameter", "FindIn.Y"),
        (
            {"Find": ["text"], "FindIn": {"X": 900, "Y": 0, "Width": 5, "Height": 5}},
            "InvalidParameterValue.ParameterValueError",
            "no pixel",
        ),
        ({"Rectangles": [{"X": 0, "Y": 0, "Width": 5}]}, "MissingParameter", "Rectangles.0.Height"),
        (
            {"Rectangles": [{"X": "left", "Y": 0, "Width": 5, "Height": 5}]},
            "InvalidParameterValue.ParameterValueError",
            "Rectangles.0 cannot be used",
        ),
        (
            {"Rectangles": [{"X": 500, "Y": 0, "Width": 5, "Height": 5}]},
            "InvalidParameterValue.ParameterValueError",
            "no pixel",
        ),
        (
            {"Rectangles": [{"X": 0, "Y": 0, "Width": 96, "Height": 64}]},
            "InvalidParameterValue.ParameterValueError",
            "nothing is left",
        ),
        (
            {"Strokes": [{"Points": [{"X": 1, "Y": 1}], "Width": 1}] * 201},
            "InvalidParameterValue.ParameterValueError",
            "200",
        ),
        (
            {"Rectangles": [{"X": 0, "Y": 0, "Width": 5, "Height": 5}], "Candidates": 5},
            "InvalidParameterValue",
            "1 to 4",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    service: Service, scene: Scene, given: dict[str, Any], code: str, said: str
) -> None:
    whole = {"InputImage": base64_of(scene.photo)} | given
    error = refusal(service, "EraseRegions", whole, language="en-US")
    assert (error.code, said in error.message) == (code, True), error.message


@pytest.mark.parametrize("form", ["json", "get", "v1-sha256"])
def test_wuhen_call_writes_lists_in_every_form(
    service: Service, url_parameters: dict[str, Any], tmp_path: Path, form: str
) -> None:
    given = [f"InputUrl={url_parameters['InputUrl']}", "Find.0=text", "Sensitivity=0.9", "FindIn.X=-50%"]
    given += ["FindIn.Y=0", "FindIn.Width=10", "FindIn.Height=10"]
    options = [option for one in given for option in ("-p", one)]
    printed = call(service, tmp_path, "FindRegions", "--form", form, *options)
    assert json.loads(printed)["Response"]["Found"] == [{"What": "text", "Count": 0}]


def test_the_vendors_action_knows_none_of_it(service: Service, scene: Scene) -> None:
    vendors = refusal(service, "FindRegions", {"InputUrl": "http://169.254.169.254/latest/"})
    assert vendors.code == "InvalidParameterValue.UrlIllegal"
    assert refusal(service, "SubmitErase", {"InputImage": base64_of(scene.photo)}).code.endswith("ImageEmpty")
