"""Patches and the finished picture of them, as programs and the studio get them from the service."""

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from clients.common_sdk import ask
from harness import Service, wuhen
from pictures import base64_of, decoded, encoded, scene

pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")

PHOTO = scene(320, 240)
FILE = encoded(PHOTO, "JPEG", quality=90)


def given(**more: Any) -> dict[str, Any]:
    return {
        "InputImage": base64_of(FILE),
        "Rectangles": [{"X": 40, "Y": 30, "Width": 20, "Height": 16}],
        **more,
    }


def pasted(service: Service, patch: dict[str, Any], **more: Any) -> dict[str, Any]:
    place = patch["Place"]
    one = {"Image": patch["ResultImage"], "X": place["X"], "Y": place["Y"]}
    answer: dict[str, Any] = ask(
        service, "PasteRegions", {"InputImage": base64_of(FILE), "Patches": [one], **more}
    )
    return answer


def test_the_finished_picture_is_the_one_that_is_erased_from_at_once(service: Service) -> None:
    patch = ask(service, "EraseRegions", given(ResultPart="patch"))
    assert patch["Place"] == {"X": 40, "Y": 30, "Width": 20, "Height": 16}
    assert decoded(base64.b64decode(patch["ResultImage"])).shape[:2] == (16, 20)
    whole = ask(service, "EraseRegions", given(ResultFormat="same"))
    assert "Place" not in whole
    made = pasted(service, patch)
    assert made["MediaType"] == "image/jpeg"
    one, other = (decoded(base64.b64decode(answer["ResultImage"])) for answer in (whole, made))
    assert np.array_equal(one, other)
    unmarked, bare = pasted(service, patch, LogoAdd=0), pasted(service, patch, Metadata="drop", Quality=50)
    plain = decoded(base64.b64decode(unmarked["ResultImage"]))
    assert np.array_equal(plain[60:], decoded(FILE)[60:])
    assert not np.array_equal(plain, other)
    assert len(bare["ResultImage"]) < len(unmarked["ResultImage"])


def test_every_piece_is_in_the_audit_record(service: Service) -> None:
    """A patch has no mark, so who was given it is known, like who was given the finished picture."""
    patch = ask(service, "EraseRegions", given(ResultPart="patch"))
    whole = pasted(service, patch)
    noted = [
        json.loads(wuhen("audit", "--request-id", one["RequestId"], "--data-dir", str(service.data_dir)))
        for one in (patch, whole)
    ]
    assert [one["marked"] for one in noted] == [False, True]
    assert [one["labelled"] for one in noted] == [True, True]
    assert noted[0]["hole"] == noted[1]["hole"] == 20 * 16
    assert noted[1]["engine"] == "patches"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_mark_is_shown_as_it_will_be_drawn(service: Service, language: str) -> None:
    patch = ask(service, "EraseRegions", given(ResultPart="patch"))
    how = {"MarkLanguage": language, "ResultFormat": "png"}
    without, drawn = (
        decoded(base64.b64decode(pasted(service, patch, LogoAdd=mark, **how)["ResultImage"]))
        for mark in (0, 1)
    )
    mark = ask(service, "DrawMark", {"Width": 320, "Height": 240, "MarkLanguage": language})
    x, y, width, height = (mark[name] for name in ("X", "Y", "Width", "Height"))
    window = slice(y, y + height), slice(x, x + width)
    differs = (without != drawn).any(axis=2)
    assert differs[window].sum() == differs.sum() > 0
    linear = (without[window] / 255.0) ** 2.2
    ink = "Dark" if linear.mean(axis=(0, 1)) @ (0.2126, 0.7152, 0.0722) > mark["Middle"] else "Light"
    with Image.open(io.BytesIO(base64.b64decode(mark[ink]))) as image:
        layer = np.asarray(image.convert("RGBA")).astype(float)
    share = layer[..., 3:] / 255
    expected = layer[..., :3] * share + without[window] * (1 - share)
    assert np.abs(expected - drawn[window]).max() <= 2


def test_what_is_wrong_is_said_in_the_protocols_codes(service: Service) -> None:
    patch = {"Image": base64_of(encoded(PHOTO[:8, :8])), "X": 316, "Y": 0}
    asked: list[tuple[str, dict[str, Any], str]] = [
        ("PasteRegions", {"InputImage": base64_of(FILE), "Patches": []}, "InvalidParameterValue.ImageEmpty"),
        ("PasteRegions", {"Patches": [patch]}, "InvalidParameterValue.ImageEmpty"),
        (
            "PasteRegions",
            {"InputImage": base64_of(FILE), "Patches": [{"X": 1}]},
            "InvalidParameterValue.ImageEmpty",
        ),
        (
            "PasteRegions",
            {"InputImage": base64_of(FILE), "Patches": [patch]},
            "InvalidParameterValue.ParameterValueError",
        ),
        (
            "PasteRegions",
            {"InputImage": base64_of(FILE), "Patches": [patch | {"X": 0}], "Quality": 0},
            "InvalidParameterValue",
        ),
        ("EraseRegions", given(ResultPart="half"), "InvalidParameterValue"),
        ("EraseRegions", given(MarkLanguage="fr"), "InvalidParameterValue"),
        ("SubmitErase", given(ResultPart="patch"), "UnknownParameter"),
        ("DrawMark", {"Width": 0, "Height": 10}, "InvalidParameterValue"),
        ("DrawMark", {"Width": 10}, "MissingParameter"),
    ]
    for action, parameters, code in asked:
        with pytest.raises(TencentCloudSDKException) as refused:
            ask(service, action, parameters)
        assert refused.value.code == code, action
