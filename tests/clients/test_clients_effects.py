"""What an object left, told before it goes, with the official Python SDK's common client."""

import base64
from typing import Any

import numpy as np
import pytest
from bench.effect_scenes import Scene, draw_scene
from numpy.typing import NDArray
from tencentcloud.common.exception import TencentCloudSDKException

from clients.common_sdk import ask
from harness import Service
from pictures import base64_of, decoded, encoded

# The SDK asks for the date in a way that Python 3.12 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")


@pytest.fixture(scope="module")
def shaded() -> Scene:
    """Return an object with a soft shadow, which is certain."""
    return draw_scene("around", np.random.default_rng([7, 4, 2]))


def given(scene: Scene) -> dict[str, Any]:
    return {"InputImage": base64_of(encoded(scene.photo)), "Mask": _png(scene.hole)}


def _png(mask: NDArray[np.bool_]) -> str:
    return base64_of(encoded(mask.astype(np.uint8) * 255))


def _erase(service: Service, scene: Scene, **more: object) -> NDArray[np.uint8]:
    answer = ask(service, "EraseRegions", given(scene) | {"LogoAdd": 0, "Effects": "full"} | more)
    return decoded(base64.b64decode(answer["ResultImage"]))


def test_effects_are_told_and_go_where_they_may(service: Service, shaded: Scene) -> None:
    answer = ask(service, "FindEffects", given(shaded))
    told = decoded(base64.b64decode(answer["EffectsMask"]))[..., 0] > 0
    assert (answer["Width"], answer["Height"]) == told.shape[::-1] == shaded.hole.shape[::-1]
    assert {place["What"] for place in answer["Places"]} == {"shadow"}
    for place in answer["Places"]:
        box = place["Box"]
        assert told[box["Y"] : box["Y"] + box["Height"], box["X"] : box["X"] + box["Width"]].any()

    full = _erase(service, shaded)
    changed = (full != shaded.photo).any(axis=2) & ~shaded.hole
    assert changed.sum() > 1000
    assert not (changed & ~told).any()
    np.testing.assert_array_equal(_erase(service, shaded, EffectsMask=answer["EffectsMask"]), full)

    left = told & (np.arange(told.shape[1]) < told.shape[1] / 2)
    part = _erase(service, shaded, EffectsMask=_png(told & ~left))
    np.testing.assert_array_equal(part[left], shaded.photo[left])


def test_where_nothing_is_certain_nothing_is_told(service: Service) -> None:
    plain = draw_scene("nothing", np.random.default_rng([7, 5, 1]))
    answer = ask(service, "FindEffects", given(plain))
    assert answer["Places"] == []
    assert not decoded(base64.b64decode(answer["EffectsMask"])).any()


@pytest.mark.parametrize(
    ("action", "change", "code"),
    [
        ("FindEffects", {"Mask": None}, "InvalidParameterValue.ImageEmpty"),
        ("FindEffects", {"InputImage": "YWJj"}, "FailedOperation.ImageDecodeFailed"),
        ("EraseRegions", {"Effects": "full", "EffectsMask": "YWJj"}, "FailedOperation.ImageDecodeFailed"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(
    service: Service, shaded: Scene, action: str, change: dict[str, Any], code: str
) -> None:
    asked = {name: value for name, value in (given(shaded) | change).items() if value is not None}
    with pytest.raises(TencentCloudSDKException) as caught:
        ask(service, action, asked)
    assert caught.value.code == code
